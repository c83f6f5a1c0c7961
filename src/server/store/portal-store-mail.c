/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over what waits to be sent. A letter is queued in the transaction of what it tells of, and
 * claimed by one sender for a while: one that dies leaves it to be claimed again. */
#include "portal-store-mail.h"

#define BURIED_MS (14 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))

void
portal_letter_free (PortalLetter *letter)
{
  g_free (letter->recipient);
  g_free (letter->message_id);
  g_free (letter->body);
  g_free (letter);
}

gboolean
portal_store_queue_letter (CairnConnection *db, const PortalLetter *letter, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO letter (kind, recipient, message_id, body, created, due, expires,"
                                            " claimed, tries) VALUES (:kind, :recipient, :message, :body, :now, :due,"
                                            " :expires, 0, 0)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":kind", letter->kind);
  cairn_statement_bind_text (statement, ":recipient", letter->recipient, -1);
  cairn_statement_bind_text (statement, ":message", letter->message_id, -1);
  cairn_statement_bind_text (statement, ":body", letter->body, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  cairn_statement_bind_int64 (statement, ":due", now + letter->pause);
  cairn_statement_bind_int64 (statement, ":expires", letter->expires);
  return cairn_statement_run (statement, error);
}

/* Takes what is due first for itself, until a time; NULL when nothing is due. */
gboolean
portal_store_claim_letter (CairnConnection *db, gint64 now, gint64 until, PortalLetter **letter, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  *letter = NULL;
  statement = cairn_connection_prepare (db, "UPDATE letter SET claimed = :until, tries = tries + 1 WHERE id = (SELECT id"
                                            " FROM letter WHERE failed IS NULL AND due <= :now AND claimed <= :now"
                                            " ORDER BY due, id LIMIT 1)"
                                            " RETURNING id, kind, recipient, message_id, body, expires, tries", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":now", now);
  cairn_statement_bind_int64 (statement, ":until", until);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *letter = g_new0 (PortalLetter, 1);
  (*letter)->id = cairn_statement_int64 (statement, 0);
  (*letter)->kind = cairn_statement_int64 (statement, 1);
  (*letter)->recipient = g_strdup (cairn_statement_text (statement, 2, NULL));
  (*letter)->message_id = g_strdup (cairn_statement_text (statement, 3, NULL));
  (*letter)->body = g_strdup (cairn_statement_text (statement, 4, NULL));
  (*letter)->expires = cairn_statement_int64 (statement, 5);
  (*letter)->tries = cairn_statement_int64 (statement, 6);
  cairn_statement_reset (statement);
  return TRUE;
}

/* It was sent, or nobody needs it any more. */
gboolean
portal_store_drop_letter (CairnConnection *db, gint64 id, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "DELETE FROM letter WHERE id = :id", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":id", id);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_defer_letter (CairnConnection *db, gint64 id, gint64 due, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE letter SET claimed = 0, due = :due WHERE id = :id", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":due", due);
  cairn_statement_bind_int64 (statement, ":id", id);
  return cairn_statement_run (statement, error);
}

/* It can't be sent: that stays known for two weeks, what it said doesn't. */
gboolean
portal_store_bury_letter (CairnConnection *db, gint64 id, const char *why, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE letter SET failed = :why, body = '' WHERE id = :id", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":why", why, -1);
  cairn_statement_bind_int64 (statement, ":id", id);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  statement = cairn_connection_prepare (db, "DELETE FROM letter WHERE failed IS NOT NULL AND created < :before", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":before", now - BURIED_MS);
  return cairn_statement_run (statement, error);
}

/* When the next one is due; G_MAXINT64 when nothing waits. */
gboolean
portal_store_next_letter (CairnConnection *db, gint64 *due, GError **error)
{
  return cairn_connection_scalar (db, "SELECT coalesce (min (max (due, claimed)), 9223372036854775807) FROM letter"
                                      " WHERE failed IS NULL", due, error);
}

gboolean
portal_store_count_letters (CairnConnection *db, gint64 *waiting, gint64 *failed, GError **error)
{
  return cairn_connection_scalar (db, "SELECT count (*) FROM letter WHERE failed IS NULL", waiting, error) &&
         cairn_connection_scalar (db, "SELECT count (*) FROM letter WHERE failed IS NOT NULL", failed, error);
}

/* Notes that somebody is told of a thread now; due is FALSE when they were since before. */
gboolean
portal_store_note_notice (CairnConnection  *db,
                          const char       *recipient,
                          const char       *thread,
                          gint64            now,
                          gint64            before,
                          gboolean         *due,
                          GError          **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "DELETE FROM notice WHERE sent < :before", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":before", before);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  statement = cairn_connection_prepare (db, "INSERT INTO notice (recipient, thread, sent) VALUES (:recipient, :thread, :now)"
                                            " ON CONFLICT (recipient, thread) DO NOTHING", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":recipient", recipient, -1);
  cairn_statement_bind_text (statement, ":thread", thread, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  *due = cairn_connection_changes (db) > 0;
  return TRUE;
}
