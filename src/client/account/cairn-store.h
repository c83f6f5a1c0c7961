/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"

G_BEGIN_DECLS

/**
 * CairnStore:
 * @cache: the cache
 * @outbox: the outbox
 * @remembered: whether the keys are in the keyring; else the files go with the store
 * @cache_renewed: whether the cache was damaged or keyless and was made anew
 * @outbox_kept_aside: (nullable): new name of an outbox that could not be opened
 *
 * What an account keeps on disk, open. Closing and opening block: worker threads.
 */
typedef struct
{
  char          *account;
  GBytes        *cache_key;
  CairnCache    *cache;
  CairnDatabase *outbox;
  char          *cache_path;
  char          *outbox_path;
  gboolean       remembered;
  gboolean       cache_renewed;
  char          *outbox_kept_aside;
} CairnStore;

CairnStore *cairn_store_open        (const char *account, gboolean remember, GError **error);
gboolean    cairn_store_renew_cache (CairnStore *self, GError **error);
gboolean    cairn_store_peek        (const char *account, gboolean *signed_in, gssize *n_unsent, GError **error);
void        cairn_store_free        (CairnStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnStore, cairn_store_free)

G_END_DECLS
