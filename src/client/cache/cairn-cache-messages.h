/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/* What is known of a message beside its row; one that is unread has CAIRN_MESSAGE_NOT_RECEIVED and nothing else. */
typedef enum
{
  CAIRN_MESSAGE_OWN = 1 << 0,            /* the patient wrote it, or who stands in for the patient */
  CAIRN_MESSAGE_NOT_RECEIVED = 1 << 1,   /* the portal doesn't know that anybody read it */
  CAIRN_MESSAGE_READ_HERE = 1 << 2,      /* it was read here, which is on its way to the portal */
} CairnMessageFlags;

/* As migrations, to be kept in step with CairnMessageFlags */
#define CAIRN_CACHE_MESSAGES_TABLES \
  "CREATE TABLE thread (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);" \
  "CREATE TABLE message (place INTEGER PRIMARY KEY, thread INTEGER NOT NULL, sent INTEGER NOT NULL, flags INTEGER NOT NULL);" \
  "CREATE INDEX message_thread ON message (thread, sent);" \
  "CREATE INDEX message_unread ON message (thread) WHERE flags = 2;" \
  "CREATE TRIGGER message_gone AFTER DELETE ON resource WHEN old.type = 'Communication' BEGIN" \
  " DELETE FROM message WHERE place = old.place; END;" \
  "INSERT INTO value (name, value) SELECT 'messages-to-note', '1'" \
  " WHERE EXISTS (SELECT 1 FROM resource WHERE type = 'Communication');"

gboolean cairn_cache_messages_note     (CairnConnection *connection, gint64 place, const CairnSummary *summary, const char *type,
                                        const char *id, CairnJson resource, GError **error);
gpointer cairn_cache_messages_note_all (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);
gboolean cairn_cache_messages_n_unread (CairnConnection *connection, gint64 *n, GError **error);
GArray  *cairn_cache_messages_newest_unread (CairnConnection *connection, guint limit, GError **error);
char    *cairn_cache_messages_dup_key  (CairnConnection *connection, const char *reference, GError **error);

/**
 * CairnCacheUnread:
 * @reference: "Communication/id"
 * @version: (nullable): its version
 * @text: it, with what says that it was received
 *
 * A message that is being read.
 */
typedef struct
{
  char   *reference;
  char   *version;
  GBytes *text;
} CairnCacheUnread;

void       cairn_cache_unread_free        (CairnCacheUnread *self);
GPtrArray *cairn_cache_messages_unread    (CairnConnection *connection, const char *key, guint limit, GError **error);
GArray    *cairn_cache_messages_unread_places (CairnConnection *connection, guint limit, GError **error);
gboolean   cairn_cache_messages_read_here (CairnConnection *connection, GPtrArray *unread, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheUnread, cairn_cache_unread_free)

G_END_DECLS
