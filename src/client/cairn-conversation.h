/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnMessage:
 *
 * One message of a conversation. What it says is there once it is loaded.
 *
 * Signal "changed": it says something else now, or stands elsewhere on its way.
 */
#define CAIRN_TYPE_MESSAGE (cairn_message_get_type ())
G_DECLARE_FINAL_TYPE (CairnMessage, cairn_message, CAIRN, MESSAGE, GObject)

const char      *cairn_message_get_reference   (CairnMessage *self);
const char      *cairn_message_get_words       (CairnMessage *self);
const char      *cairn_message_get_sender      (CairnMessage *self);
const char      *cairn_message_get_role        (CairnMessage *self);
const char      *cairn_message_get_recipient   (CairnMessage *self);
gint64           cairn_message_get_sent        (CairnMessage *self);
gint64           cairn_message_get_received    (CairnMessage *self);
gboolean         cairn_message_get_own         (CairnMessage *self);
CairnFlags       cairn_message_get_flags       (CairnMessage *self);
GPtrArray       *cairn_message_get_attachments (CairnMessage *self);
GListModel      *cairn_message_get_files       (CairnMessage *self);
CairnOutboxItem *cairn_message_get_item        (CairnMessage *self);
gboolean         cairn_message_get_loaded      (CairnMessage *self);

/**
 * CairnConversation:
 *
 * A #GListModel of #CairnMessage: one thread, oldest first, and behind it what is not at the portal yet. It is read from its
 * end, knows its order, 8 bytes a message, and holds the messages that somebody holds and some hundred more. Main thread.
 *
 * Properties: "session" (construct-only), "key" (construct-only; of a thread that was opened here it is another one when the
 * portal has it, which is notified), "n-items", "loading" and "error" (read-only).
 */
#define CAIRN_TYPE_CONVERSATION (cairn_conversation_get_type ())
typedef struct _CairnConversation CairnConversation;
GType              cairn_conversation_get_type  (void);

CairnConversation *cairn_conversation_new       (CairnSession *session, const char *key);
const char        *cairn_conversation_get_key   (CairnConversation *self);
gboolean           cairn_conversation_find      (CairnConversation *self, gint64 found, guint *position);
void               cairn_conversation_mark_read (CairnConversation *self);

/**
 * CairnMessageWrite:
 * @key: (nullable): of the thread that it belongs to; %NULL opens one
 * @topic: (nullable): what it is about
 * @recipient: (nullable): "Type/id" whom it is for
 * @recipient_name: (nullable): what they are called
 * @answers: (nullable): "Communication/id" that it answers
 * @words: what it says
 * @undo_seconds: how long it is held back, so that it can be taken back
 * @draft: (nullable): key of the draft that it was, with its files; %NULL for that of its thread
 *
 * A message to be written.
 */
typedef struct
{
  const char *key;
  const char *topic;
  const char *recipient;
  const char *recipient_name;
  const char *answers;
  const char *words;
  guint       undo_seconds;
  const char *draft;
} CairnMessageWrite;

/**
 * CAIRN_MESSAGE_MAX_WORDS:
 *
 * Bytes of one message's words (100 KB).
 */
#define CAIRN_MESSAGE_MAX_WORDS (100 * 1024)

void   cairn_session_send_message_async    (CairnSession *self, const CairnMessageWrite *write, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gint64 cairn_session_send_message_finish   (CairnSession *self, GAsyncResult *result, char **key, GError **error);
void   cairn_session_find_thread_async     (CairnSession *self, const char *reference, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
char  *cairn_session_find_thread_finish    (CairnSession *self, GAsyncResult *result, GError **error);
void   cairn_session_count_unread_async    (CairnSession *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
gssize cairn_session_count_unread_finish   (CairnSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
