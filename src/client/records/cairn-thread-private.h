/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache-threads.h"
#include "client/cairn-conversation.h"
#include "client/cairn-threads.h"

G_BEGIN_DECLS

CairnThread  *cairn_thread_new         (gint64 place);
void          cairn_thread_take        (CairnThread *self, CairnThreadRow *row);
void          cairn_thread_set_unsent  (CairnThread *self, CairnUnsent unsent);
gint64        cairn_thread_get_place   (CairnThread *self);

CairnMessage *cairn_message_new        (gint64 place);
gboolean      cairn_message_is         (CairnMessage *self, const CairnMessageRow *row);
void          cairn_message_take       (CairnMessage *self, CairnMessageRow *row);
void          cairn_message_set_item   (CairnMessage *self, CairnOutboxItem *item);
void          cairn_message_set_files  (CairnMessage *self, GListModel *files);

/* What waits in the outbox, as lists of messages show it; how a thread stands by it; an item by its number. */
void             cairn_messages_query_add_outbox (CairnMessagesQuery *query, CairnOutbox *outbox);
CairnUnsent      cairn_messages_find_unsent      (CairnOutbox *outbox, const char *key);
CairnOutboxItem *cairn_messages_find_item        (CairnOutbox *outbox, gint64 number);

G_END_DECLS
