/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnOutboxState:
 * @CAIRN_OUTBOX_WAITING: it goes as soon as it may and the portal can be reached
 * @CAIRN_OUTBOX_SENDING: it is under way
 * @CAIRN_OUTBOX_REFUSED: the portal did not take it; "error" says why
 * @CAIRN_OUTBOX_CONFLICT: somebody else changed first what it changes
 *
 * Where something stands that was written here.
 */
typedef enum
{
  CAIRN_OUTBOX_WAITING,
  CAIRN_OUTBOX_SENDING,
  CAIRN_OUTBOX_REFUSED,
  CAIRN_OUTBOX_CONFLICT,
} CairnOutboxState;

/**
 * CairnOutboxItem:
 *
 * Something that was written here and isn't at the portal yet. Read-only properties: "number" (gint64), "type" (resource
 * type), "thread" (nullable), "text" (the resource), "created" and "not-before" (ms since 1970), "state" (#CairnOutboxState)
 * and "error" (nullable); the last three, and "thread" and "text" of what refers to something that was not at the portal yet, are notified.
 */
#define CAIRN_TYPE_OUTBOX_ITEM (cairn_outbox_item_get_type ())
G_DECLARE_FINAL_TYPE (CairnOutboxItem, cairn_outbox_item, CAIRN, OUTBOX_ITEM, GObject)

gint64           cairn_outbox_item_get_number     (CairnOutboxItem *self);
const char      *cairn_outbox_item_get_resource_type (CairnOutboxItem *self);
const char      *cairn_outbox_item_get_thread     (CairnOutboxItem *self);
const char      *cairn_outbox_item_get_text       (CairnOutboxItem *self);
gint64           cairn_outbox_item_get_created    (CairnOutboxItem *self);
gint64           cairn_outbox_item_get_not_before (CairnOutboxItem *self);
CairnOutboxState cairn_outbox_item_get_state      (CairnOutboxItem *self);
const char      *cairn_outbox_item_get_error      (CairnOutboxItem *self);
const char      *cairn_outbox_item_get_refusal    (CairnOutboxItem *self);

/**
 * CairnOutboxWrite:
 * @type: resource type
 * @bytes: the resource (FHIR R4 JSON), 1 MB at most
 * @thread: (nullable): what must arrive in the order in which it was written
 * @target: (nullable): "Type/id" that it replaces; %NULL creates
 * @version: (nullable): the version of @target that it changes; another one at the portal is a conflict
 * @undo_seconds: how long it is held back, so that it can be taken back
 * @draft: (nullable): key of the draft that this was, which goes with it
 * @quiet: whether nobody needs to see it: it is not in the list, and given up when the portal doesn't take it
 * @files: (nullable): #CairnFile of a draft that go with it, in the order in which it names them
 *
 * What is to be written at the portal.
 */
typedef struct
{
  const char *type;
  GBytes     *bytes;
  const char *thread;
  const char *target;
  const char *version;
  guint       undo_seconds;
  const char *draft;
  gboolean    quiet;
  GListModel *files;
} CairnOutboxWrite;

/**
 * CairnOutbox:
 *
 * A #GListModel of #CairnOutboxItem, oldest first: what was written here and isn't at the portal yet. It is on the disk
 * before the call is over, goes when it can, and is sent as the same thing however often an answer is lost (FHIR R4
 * §3.1.0.5.3, conditional create). What opens a thread gives it a name that begins with "urn:"; when the portal has it, the
 * rest of the thread is called by its id there, and refers to it by that. Sending goes on while the account is locked. Main thread.
 *
 * Signal "sent" (gint64 number, const char *reference): the portal has it, under that name; the cache has the portal's copy.
 * Signal "draft-changed" (const char *key): what is typed in that thread begins otherwise, or is gone.
 */
#define CAIRN_TYPE_OUTBOX (cairn_outbox_get_type ())
G_DECLARE_FINAL_TYPE (CairnOutbox, cairn_outbox, CAIRN, OUTBOX, GObject)

void     cairn_outbox_add_async    (CairnOutbox *self, const CairnOutboxWrite *write, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gint64   cairn_outbox_add_finish   (CairnOutbox *self, GAsyncResult *result, GError **error);
void     cairn_outbox_take_async   (CairnOutbox *self, gint64 number, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
char    *cairn_outbox_take_finish  (CairnOutbox *self, GAsyncResult *result, GError **error);
void     cairn_outbox_retry        (CairnOutbox *self, gint64 number);
void     cairn_outbox_send_now     (CairnOutbox *self);
void     cairn_outbox_send_waiting (CairnOutbox *self);
gboolean cairn_outbox_get_sending  (CairnOutbox *self);

G_END_DECLS
