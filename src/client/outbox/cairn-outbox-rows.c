/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits to be sent, a row each, in the order in which it was written. On the database's thread. */
#include "cairn-outbox-rows.h"

#include "common/cairn-error.h"

#include <string.h>

#define COLUMNS "number, type, identifier, state, created, error, text, thread, target, version, tries, not_before, quiet"

/**
 * cairn_outbox_row_free:
 * @self: (transfer full): a row
 */
void
cairn_outbox_row_free (CairnOutboxRow *self)
{
  g_free (self->type);
  g_free (self->identifier);
  g_free (self->state);
  g_free (self->error);
  g_free (self->text);
  g_free (self->thread);
  g_free (self->target);
  g_free (self->version);
  g_free (self);
}

static CairnOutboxRow *
read_row (CairnStatement *statement)
{
  CairnOutboxRow *row = g_new0 (CairnOutboxRow, 1);

  row->number = cairn_statement_int64 (statement, 0);
  row->type = g_strdup (cairn_statement_text (statement, 1, NULL));
  row->identifier = g_strdup (cairn_statement_text (statement, 2, NULL));
  row->state = g_strdup (cairn_statement_text (statement, 3, NULL));
  row->created = cairn_statement_int64 (statement, 4);
  row->error = g_strdup (cairn_statement_text (statement, 5, NULL));
  row->text = g_strdup (cairn_statement_text (statement, 6, NULL));
  row->thread = g_strdup (cairn_statement_text (statement, 7, NULL));
  row->target = g_strdup (cairn_statement_text (statement, 8, NULL));
  row->version = g_strdup (cairn_statement_text (statement, 9, NULL));
  row->tries = (guint) cairn_statement_int64 (statement, 10);
  row->not_before = cairn_statement_int64 (statement, 11);
  row->quiet = cairn_statement_int64 (statement, 12) != 0;
  return row;
}

/**
 * cairn_outbox_rows_add:
 * @connection: a connection to the outbox
 * @row: (inout): what to add; gets its number
 * @error: return location for a %CAIRN_ERROR_CONFLICT when it is here already
 *
 * Returns: whether it is on the disk
 */
gboolean
cairn_outbox_rows_add (CairnConnection *connection, CairnOutboxRow *row, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "INSERT INTO outbox (type, identifier, state, created, text, thread, target,"
                                        " version, not_before, quiet) VALUES (:type, :identifier, 'waiting', :created, :text, :thread,"
                                        " :target, :version, :not_before, :quiet)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", row->type, -1);
  cairn_statement_bind_text (statement, ":identifier", row->identifier, -1);
  cairn_statement_bind_int64 (statement, ":created", row->created);
  cairn_statement_bind_text (statement, ":text", row->text, -1);
  cairn_statement_bind_text (statement, ":thread", row->thread, -1);
  cairn_statement_bind_text (statement, ":target", row->target, -1);
  cairn_statement_bind_text (statement, ":version", row->version, -1);
  cairn_statement_bind_int64 (statement, ":not_before", row->not_before);
  cairn_statement_bind_int64 (statement, ":quiet", row->quiet);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  row->number = cairn_connection_last_rowid (connection);
  return TRUE;
}

/**
 * cairn_outbox_rows_list:
 * @connection: a connection to the outbox
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnOutboxRow) (nullable): what waits and is not quiet, oldest first
 */
GPtrArray *
cairn_outbox_rows_list (CairnConnection *connection, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_outbox_row_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT " COLUMNS " FROM outbox WHERE quiet = 0 ORDER BY number", error);
  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&rows);
      g_ptr_array_add (rows, read_row (statement));
    }
  return NULL;
}

/**
 * cairn_outbox_rows_next:
 * @connection: a connection to the outbox
 * @now: ms since 1970
 * @next_time: (out): when to ask again when there is none now, ms since 1970; 0 when nothing can be sent
 * @error: return location
 *
 * The oldest that may be sent: nothing of its thread waits before it. What was being sent when a program died
 * is sent again; the caller holds the account's lock of sending, so nobody else does.
 *
 * Returns: (transfer full) (nullable): it; %NULL without an error when there is none
 */
CairnOutboxRow *
cairn_outbox_rows_next (CairnConnection *connection, gint64 now, gint64 *next_time, GError **error)
{
  CairnOutboxRow *next = NULL;
  CairnStatement *statement;
  gboolean row;

  *next_time = 0;
  statement = cairn_connection_prepare (connection, "SELECT " COLUMNS " FROM outbox o WHERE state IN ('waiting', 'sending')"
                                        " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.thread = o.thread"
                                        " AND b.number < o.number) ORDER BY not_before > :now, number", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":now", now);
  while (cairn_statement_step (statement, &row, error))
    {
      g_autoptr(CairnOutboxRow) found = NULL;

      if (!row)
        return next;
      found = read_row (statement);
      if (found->not_before <= now)
        {
          cairn_statement_reset (statement);
          return g_steal_pointer (&found);
        }
      *next_time = *next_time == 0 ? found->not_before : MIN (*next_time, found->not_before);
    }
  return NULL;
}

/**
 * cairn_outbox_rows_update:
 * @connection: a connection to the outbox
 * @row: state, error, tries and time to write
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_rows_update (CairnConnection *connection, const CairnOutboxRow *row, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "UPDATE outbox SET state = :state, error = :error, tries = :tries,"
                                        " not_before = :not_before WHERE number = :number", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":state", row->state, -1);
  cairn_statement_bind_text (statement, ":error", row->error, -1);
  cairn_statement_bind_int64 (statement, ":tries", row->tries);
  cairn_statement_bind_int64 (statement, ":not_before", row->not_before);
  cairn_statement_bind_int64 (statement, ":number", row->number);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_outbox_rows_wake:
 * @connection: a connection to the outbox
 * @error: return location
 *
 * What waits for a better time may be tried at once; what can still be taken back was never tried, and waits on.
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_rows_wake (CairnConnection *connection, GError **error)
{
  return cairn_connection_exec (connection, "UPDATE outbox SET not_before = 0 WHERE state = 'waiting' AND tries > 0", error);
}

/**
 * cairn_outbox_rows_remove:
 * @connection: a connection to the outbox
 * @number: of what is at the portal now
 * @error: return location
 *
 * Returns: whether it is gone
 */
gboolean
cairn_outbox_rows_remove (CairnConnection *connection, gint64 number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM outbox WHERE number = :number", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":number", number);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_outbox_rows_rename:
 * @connection: a connection to the outbox
 * @thread: a name that was given here
 * @reference: "Type/id" of what opens that thread, at the portal
 * @error: return location
 *
 * What waits in a thread, and its draft, belong to the portal's name of it from now on, and say so; so does what comes later by
 * the old name, see cairn_outbox_rows_follow().
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_rows_rename (CairnConnection *connection, const char *thread, const char *reference, GError **error)
{
  static const char *const sql[] = {
    "UPDATE outbox SET text = replace (text, '\"' || :thread || '\"', '\"' || :reference || '\"'), thread = :id"
    " WHERE thread = :thread",
    "UPDATE OR REPLACE draft SET thread = :id WHERE thread = :thread AND :reference IS NOT NULL",
    "UPDATE file SET draft = :id WHERE draft = :thread AND :reference IS NOT NULL",
    "INSERT OR REPLACE INTO alias (thread, reference) SELECT :thread, :reference WHERE :id IS NOT NULL",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    {
      CairnStatement *statement = cairn_connection_prepare (connection, sql[i], error);

      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_text (statement, ":thread", thread, -1);
      cairn_statement_bind_text (statement, ":reference", reference, -1);
      cairn_statement_bind_text (statement, ":id", strchr (reference, '/') + 1, -1);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * cairn_outbox_rows_follow:
 * @connection: a connection to the outbox
 * @thread: (nullable): name of a thread, maybe an old one
 * @error: return location
 *
 * Who wrote a message while the one before it went to the portal still used the thread's old name.
 *
 * Returns: whether what waits in it has the portal's name now, if there is one
 */
gboolean
cairn_outbox_rows_follow (CairnConnection *connection, const char *thread, GError **error)
{
  g_autofree char *reference = NULL;
  CairnStatement *statement;
  gboolean row;

  if (thread == NULL || !g_str_has_prefix (thread, "urn:"))
    return TRUE;
  statement = cairn_connection_prepare (connection, "SELECT reference FROM alias WHERE thread = :thread", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":thread", thread, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  reference = row ? g_strdup (cairn_statement_text (statement, 0, NULL)) : NULL;
  cairn_statement_reset (statement);
  return reference == NULL || cairn_outbox_rows_rename (connection, thread, reference, error);
}

/**
 * cairn_outbox_rows_drop_draft:
 * @connection: a connection to the outbox
 * @thread: key of a thread
 * @error: return location
 *
 * Returns: whether it has no draft any more
 */
gboolean
cairn_outbox_rows_drop_draft (CairnConnection *connection, const char *thread, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM draft WHERE thread = :thread", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":thread", thread, -1);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_outbox_rows_take:
 * @connection: a connection to the outbox
 * @number: of a row
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND when it was sent or is being sent
 *
 * Takes back what was not sent.
 *
 * Returns: (transfer full) (nullable): what it was
 */
CairnOutboxRow *
cairn_outbox_rows_take (CairnConnection *connection, gint64 number, GError **error)
{
  g_autoptr(CairnOutboxRow) taken = NULL;
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "DELETE FROM outbox WHERE number = :number AND state != 'sending'"
                                        " RETURNING " COLUMNS, error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":number", number);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    taken = read_row (statement);
  while (row && cairn_statement_step (statement, &row, error));
  cairn_statement_reset (statement);
  if (taken == NULL)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "It was sent, or is being sent");
  return g_steal_pointer (&taken);
}
