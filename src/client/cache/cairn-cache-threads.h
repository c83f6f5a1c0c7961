/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/**
 * CairnCachePending:
 * @number: its number in the outbox
 * @thread: key of the thread that it goes to; of one that it opens, a name of its own
 * @text: the Communication
 * @created: when it was written, ms since 1970
 *
 * A message that is not at the portal yet, as lists of messages show it.
 */
typedef struct
{
  gint64  number;
  char   *thread;
  char   *text;
  gint64  created;
} CairnCachePending;

/**
 * CairnMessagesQuery:
 * @key: (nullable): of the one thread that is asked for, or whose messages are
 * @search: (nullable): words that all must occur in one message of a thread, the last one as a beginning
 * @pending: (element-type CairnCachePending): what waits, oldest first
 *
 * Which threads or messages to list.
 */
typedef struct
{
  char      *key;
  char      *search;
  GPtrArray *pending;
} CairnMessagesQuery;

CairnMessagesQuery *cairn_messages_query_new  (const char *key, const char *search);
void                cairn_messages_query_add  (CairnMessagesQuery *self, gint64 number, const char *thread, const char *text,
                                               gint64 created);
void                cairn_messages_query_free (CairnMessagesQuery *self);

/**
 * CairnThreadRow:
 * @place: its number; of a thread that is not at the portal yet, minus the number of what opens it
 * @key: id of the message that opens it
 * @topic: what it is about
 * @name: (nullable): who is on the other side
 * @reference: (nullable): the same as "Type/id"
 * @role: (nullable): what that person does
 * @words: the last words; of a search, those of the newest message that was found
 * @sent: when those were sent, ms since 1970, 0 when not said
 * @own: whether the patient said them
 * @found: of a search, the place of that message, else 0
 * @n_unread: how many of its messages nobody read
 * @closed: whether the clinic has closed it
 * @closed_why: (nullable): why
 *
 * One line of a list of threads.
 */
typedef struct
{
  gint64   place;
  char    *key;
  char    *topic;
  char    *name;
  char    *reference;
  char    *role;
  char    *words;
  gint64   sent;
  gboolean own;
  gint64   found;
  guint    n_unread;
  gboolean closed;
  char    *closed_why;
} CairnThreadRow;

void cairn_thread_row_free (CairnThreadRow *self);

/**
 * CairnMessageRow:
 * @place: of its row; of one that waits, minus its number in the outbox
 * @reference: (nullable): "Communication/id" at the portal
 * @words: what it says, "" when it is nothing but attachments
 * @sender: (nullable): who wrote it
 * @role: (nullable): what that person does
 * @recipient: (nullable): whom it is for
 * @sent: when, ms since 1970, 0 when not said
 * @received: when it was read, ms since 1970, 0 when it was not
 * @own: whether the patient wrote it
 * @flags: as of its summary
 * @attachments: (element-type CairnAttachment): what is attached
 * @kept: (nullable): a set of the addresses of those that open without a connection
 *
 * One message of a thread.
 */
typedef struct
{
  gint64     place;
  char      *reference;
  char      *words;
  char      *sender;
  char      *role;
  char      *recipient;
  gint64     sent;
  gint64     received;
  gboolean   own;
  CairnFlags flags;
  GPtrArray *attachments;
  GHashTable *kept;
} CairnMessageRow;

void cairn_message_row_free (CairnMessageRow *self);

/* On the database's thread */
GArray    *cairn_cache_threads_order  (CairnConnection *connection, const CairnMessagesQuery *query, GError **error);
GPtrArray *cairn_cache_threads_rows   (CairnConnection *connection, const CairnMessagesQuery *query, const gint64 *places,
                                       guint n, GError **error);
GArray    *cairn_cache_messages_order (CairnConnection *connection, const CairnMessagesQuery *query, GError **error);
GPtrArray *cairn_cache_messages_rows  (CairnConnection *connection, const CairnMessagesQuery *query, const gint64 *places,
                                       guint n, GError **error);

G_END_DECLS
