/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-outbox.h"

G_BEGIN_DECLS

/**
 * CairnDraft:
 * @words: what was typed
 * @topic: (nullable): what it is about
 * @recipient: (nullable): "Type/id" whom it is for
 * @recipient_name: (nullable): what they are called
 *
 * A message that somebody is writing.
 */
typedef struct
{
  char *words;
  char *topic;
  char *recipient;
  char *recipient_name;
} CairnDraft;

void        cairn_draft_free              (CairnDraft *self);

/* One draft a thread; a thread that isn't there yet has none of the names of threads, but "". */
void        cairn_outbox_keep_draft        (CairnOutbox *self, const char *key, const CairnDraft *draft);
const char *cairn_outbox_get_draft_line    (CairnOutbox *self, const char *key);
void        cairn_outbox_load_draft_async  (CairnOutbox *self, const char *key, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
CairnDraft *cairn_outbox_load_draft_finish (CairnOutbox *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnDraft, cairn_draft_free)

G_END_DECLS
