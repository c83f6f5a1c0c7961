/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnRenewal:
 *
 * The right to renew an account's grant: a lock that one process of this user holds at a time, and the
 * refresh token as the keyring had it once the lock was held.
 */
typedef struct _CairnRenewal CairnRenewal;

void          cairn_renewal_begin_async  (const char *account, const char *token, GAsyncReadyCallback callback, gpointer user_data);
CairnRenewal *cairn_renewal_begin_finish (GAsyncResult *result, GError **error);
const char   *cairn_renewal_get_token    (CairnRenewal *self);
void          cairn_renewal_keep_async   (CairnRenewal *self, const char *token, GAsyncReadyCallback callback, gpointer user_data);
gboolean      cairn_renewal_keep_finish  (GAsyncResult *result, GError **error);
void          cairn_renewal_free         (CairnRenewal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRenewal, cairn_renewal_free)

G_END_DECLS
