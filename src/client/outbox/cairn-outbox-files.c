/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of drafts and of messages that wait, a row each; what is in them is in pieces. On the database's thread. */
#include "cairn-outbox-files.h"

#include "common/cairn-error.h"

#define COLUMNS "number, uuid, draft, message, position, title, type, size, state, error, created"

/**
 * cairn_outbox_file_row_free:
 * @self: (transfer full): a row
 */
void
cairn_outbox_file_row_free (CairnOutboxFileRow *self)
{
  g_free (self->uuid);
  g_free (self->draft);
  g_free (self->title);
  g_free (self->type);
  g_free (self->state);
  g_free (self->error);
  g_free (self);
}

static CairnOutboxFileRow *
read_row (CairnStatement *statement)
{
  CairnOutboxFileRow *row = g_new0 (CairnOutboxFileRow, 1);

  row->number = cairn_statement_int64 (statement, 0);
  row->uuid = g_strdup (cairn_statement_text (statement, 1, NULL));
  row->draft = g_strdup (cairn_statement_text (statement, 2, NULL));
  row->message = cairn_statement_int64 (statement, 3);
  row->position = cairn_statement_int64 (statement, 4);
  row->title = g_strdup (cairn_statement_text (statement, 5, NULL));
  row->type = g_strdup (cairn_statement_text (statement, 6, NULL));
  row->size = cairn_statement_int64 (statement, 7);
  row->state = g_strdup (cairn_statement_text (statement, 8, NULL));
  row->error = g_strdup (cairn_statement_text (statement, 9, NULL));
  row->created = cairn_statement_int64 (statement, 10);
  return row;
}

/**
 * cairn_outbox_files_add:
 * @connection: a connection to the outbox
 * @row: (inout): what to add, in the state "reading"; gets its number
 * @error: return location
 *
 * Returns: whether it is on the disk
 */
gboolean
cairn_outbox_files_add (CairnConnection *connection, CairnOutboxFileRow *row, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "INSERT INTO file (uuid, position, title, type, size, state, created)"
                                        " VALUES (:uuid, :position, :title, :type, :size, 'reading', :created)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":uuid", row->uuid, -1);
  cairn_statement_bind_int64 (statement, ":position", row->position);
  cairn_statement_bind_text (statement, ":title", row->title, -1);
  cairn_statement_bind_text (statement, ":type", row->type, -1);
  cairn_statement_bind_int64 (statement, ":size", row->size);
  cairn_statement_bind_int64 (statement, ":created", row->created);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  row->number = cairn_connection_last_rowid (connection);
  return TRUE;
}

/**
 * cairn_outbox_files_finish:
 * @connection: a connection to the outbox
 * @row: a file whose pieces are all here
 * @error: return location
 *
 * Returns: whether it belongs to its draft now
 */
gboolean
cairn_outbox_files_finish (CairnConnection *connection, const CairnOutboxFileRow *row, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "UPDATE file SET state = 'here', draft = :draft WHERE number = :number", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":draft", row->draft, -1);
  cairn_statement_bind_int64 (statement, ":number", row->number);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_outbox_files_set_state:
 * @connection: a connection to the outbox
 * @number: of a file
 * @state: its state from now on
 * @words: (nullable): why the portal did not take it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_files_set_state (CairnConnection *connection, gint64 number, const char *state, const char *words, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "UPDATE file SET state = :state, error = :error WHERE number = :number", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":state", state, -1);
  cairn_statement_bind_text (statement, ":error", words, -1);
  cairn_statement_bind_int64 (statement, ":number", number);
  return cairn_statement_run (statement, error);
}

static gboolean
run_for (CairnConnection *connection, const char *sql, gint64 number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":number", number);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_outbox_files_remove:
 * @connection: a connection to the outbox
 * @number: of a file that goes with no message
 * @error: return location
 *
 * Returns: whether it is gone, and the file of the outbox smaller by it
 */
gboolean
cairn_outbox_files_remove (CairnConnection *connection, gint64 number, GError **error)
{
  return run_for (connection, "DELETE FROM file WHERE number = :number AND message IS NULL", number, error) &&
         cairn_connection_exec (connection, "PRAGMA incremental_vacuum", error);
}

/**
 * cairn_outbox_files_list:
 * @connection: a connection to the outbox
 * @message: of which message, 0 for all of all drafts and messages
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnOutboxFileRow) (nullable): files that are whole, in order
 */
GPtrArray *
cairn_outbox_files_list (CairnConnection *connection, gint64 message, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_outbox_file_row_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT " COLUMNS " FROM file WHERE state != 'reading'"
                                        " AND (:message = 0 OR message = :message) ORDER BY position, number", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":message", message);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&rows);
      g_ptr_array_add (rows, read_row (statement));
    }
  return NULL;
}

/**
 * cairn_outbox_files_give:
 * @connection: a connection to the outbox, in a transaction
 * @numbers: (nullable) (element-type gint64): files of a draft
 * @message: number of the message that they go with
 * @error: return location for a %CAIRN_ERROR_CONFLICT when one of them is gone
 *
 * Returns: whether all of them go with it
 */
gboolean
cairn_outbox_files_give (CairnConnection *connection, GArray *numbers, gint64 message, GError **error)
{
  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    {
      CairnStatement *statement;

      statement = cairn_connection_prepare (connection, "UPDATE file SET draft = NULL, message = :message, position = :position"
                                            " WHERE number = :number AND state = 'here' AND message IS NULL", error);
      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_int64 (statement, ":message", message);
      cairn_statement_bind_int64 (statement, ":position", (gint64) i);
      cairn_statement_bind_int64 (statement, ":number", g_array_index (numbers, gint64, i));
      if (!cairn_statement_run (statement, error))
        return FALSE;
      if (cairn_connection_changes (connection) == 1)
        continue;
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT, "A file of the message is gone");
      return FALSE;
    }
  return TRUE;
}

/**
 * cairn_outbox_files_take_back:
 * @connection: a connection to the outbox, in a transaction
 * @message: number of a message that is being taken back
 * @error: return location
 *
 * Its files are the draft's again: that of its thread, or of a new message when it opens one.
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_files_take_back (CairnConnection *connection, gint64 message, GError **error)
{
  return run_for (connection, "UPDATE file SET message = NULL, state = 'here', error = NULL, draft = (SELECT CASE"
                  " WHEN o.thread IS NULL OR (o.thread LIKE 'urn:%' AND NOT EXISTS (SELECT 1 FROM outbox b"
                  " WHERE b.thread = o.thread AND b.number < o.number)) THEN '' ELSE o.thread END"
                  " FROM outbox o WHERE o.number = :number)"
                  " WHERE message = :number AND EXISTS (SELECT 1 FROM outbox WHERE number = :number AND state != 'sending')",
                  message, error);
}

/**
 * cairn_outbox_files_send_again:
 * @connection: a connection to the outbox
 * @message: number of a message that the portal did not take
 * @error: return location
 *
 * The portal forgets files that no message has: the next try sends them anew.
 *
 * Returns: whether it was written
 */
gboolean
cairn_outbox_files_send_again (CairnConnection *connection, gint64 message, GError **error)
{
  return run_for (connection, "UPDATE file SET state = 'here' WHERE message = :number AND state = 'sent'", message, error);
}

/**
 * cairn_outbox_files_retry:
 * @connection: a connection to the outbox
 * @message: number of a message that is to be tried again
 * @error: return location
 *
 * Returns: whether what the portal did not take of it may be tried again
 */
gboolean
cairn_outbox_files_retry (CairnConnection *connection, gint64 message, GError **error)
{
  return run_for (connection, "UPDATE file SET state = 'here', error = NULL WHERE message = :number AND state = 'refused'",
                  message, error);
}

/**
 * cairn_outbox_files_tidy:
 * @connection: a connection to the outbox
 * @before: ms since 1970
 * @error: return location
 *
 * Removes what began to be read before that and never was finished, or was to go at once, because a program died.
 *
 * Returns: whether it is gone
 */
gboolean
cairn_outbox_files_tidy (CairnConnection *connection, gint64 before, GError **error)
{
  return run_for (connection, "DELETE FROM file WHERE (state = 'reading' OR draft LIKE '" CAIRN_OUTBOX_PASSING "%') AND created < :number",
                  before, error);
}
