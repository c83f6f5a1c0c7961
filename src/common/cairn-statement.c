/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prepared statements: values in by name, columns out by place. On their connection's thread only. */
#include "cairn-connection-private.h"

#include <string.h>

/* Callers mostly bind in the order of the SQL: the next parameter is tried before the search by name. */
static int
parameter (CairnStatement *self, const char *name)
{
  const char *next = sqlite3_bind_parameter_name (self->stmt, self->last + 1);
  int index = next != NULL && strcmp (next, name) == 0 ? self->last + 1
                                                       : sqlite3_bind_parameter_index (self->stmt, name);

  cairn_connection_check_thread (self->connection);
  if (index == 0)
    g_error ("No parameter %s in: %s", name, sqlite3_sql (self->stmt));
  self->last = index;
  self->used = TRUE;
  return index;
}

/**
 * cairn_statement_bind_text:
 * @self: a statement
 * @name: the parameter with its colon, ":name"
 * @text: (nullable): UTF-8, copied; %NULL binds NULL
 * @length: bytes, or -1 up to the NUL
 */
void
cairn_statement_bind_text (CairnStatement *self, const char *name, const char *text, gssize length)
{
  int index = parameter (self, name);

  if (text == NULL)
    sqlite3_bind_null (self->stmt, index);
  else
    sqlite3_bind_text64 (self->stmt, index, text, length < 0 ? strlen (text) : (sqlite3_uint64) length,
                         SQLITE_TRANSIENT, SQLITE_UTF8);
}

/**
 * cairn_statement_bind_blob:
 * @self: a statement
 * @name: the parameter
 * @data: (nullable) (array length=length): bytes, copied
 * @length: how many
 */
void
cairn_statement_bind_blob (CairnStatement *self, const char *name, gconstpointer data, gsize length)
{
  int index = parameter (self, name);

  if (data == NULL && length == 0)
    sqlite3_bind_zeroblob (self->stmt, index, 0);
  else
    sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_TRANSIENT);
}

/**
 * cairn_statement_bind_int64:
 * @self: a statement
 * @name: the parameter
 * @value: a number
 */
void
cairn_statement_bind_int64 (CairnStatement *self, const char *name, gint64 value)
{
  sqlite3_bind_int64 (self->stmt, parameter (self, name), value);
}

/**
 * cairn_statement_bind_double:
 * @self: a statement
 * @name: the parameter
 * @value: a number
 */
void
cairn_statement_bind_double (CairnStatement *self, const char *name, double value)
{
  sqlite3_bind_double (self->stmt, parameter (self, name), value);
}

/**
 * cairn_statement_bind_null:
 * @self: a statement
 * @name: the parameter
 */
void
cairn_statement_bind_null (CairnStatement *self, const char *name)
{
  sqlite3_bind_null (self->stmt, parameter (self, name));
}

/**
 * cairn_statement_step:
 * @self: a statement
 * @row: (out): whether there is a row to read
 * @error: return location
 *
 * Reset it when you leave before the last row: an open read holds the file's log.
 *
 * Returns: %FALSE on failure; the statement is reset then
 */
gboolean
cairn_statement_step (CairnStatement *self, gboolean *row, GError **error)
{
  int rc;

  cairn_connection_check_thread (self->connection);
  self->used = TRUE;
  rc = sqlite3_step (self->stmt);
  *row = rc == SQLITE_ROW;
  if (rc == SQLITE_ROW)
    return TRUE;
  if (rc != SQLITE_DONE)
    cairn_connection_fail (self->connection, rc, error);
  sqlite3_reset (self->stmt);
  return rc == SQLITE_DONE;
}

/**
 * cairn_statement_run:
 * @self: a statement whose rows don't matter
 * @error: return location
 *
 * Steps once, resets and forgets the bindings.
 *
 * Returns: whether it ran
 */
gboolean
cairn_statement_run (CairnStatement *self, GError **error)
{
  gboolean row, ok = cairn_statement_step (self, &row, error);

  cairn_statement_reset (self);
  return ok;
}

/**
 * cairn_statement_reset:
 * @self: a statement
 *
 * Back to before the first row, without bindings.
 */
void
cairn_statement_reset (CairnStatement *self)
{
  cairn_connection_check_thread (self->connection);
  if (!self->used)
    return;
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->last = 0;
  self->used = FALSE;
}

/**
 * cairn_statement_text:
 * @self: a statement at a row
 * @column: which, from 0
 * @length: (out) (optional): bytes
 *
 * Returns: (transfer none) (nullable): the text, valid until the next step; %NULL for NULL
 */
const char *
cairn_statement_text (CairnStatement *self, int column, gsize *length)
{
  const char *text;

  cairn_connection_check_thread (self->connection);
  text = (const char *) sqlite3_column_text (self->stmt, column);
  if (length != NULL)
    *length = (gsize) sqlite3_column_bytes (self->stmt, column);
  return text;
}

/**
 * cairn_statement_dup_blob:
 * @self: a statement at a row
 * @column: which, from 0
 *
 * Returns: (transfer full) (nullable): a copy of the bytes; %NULL for NULL
 */
GBytes *
cairn_statement_dup_blob (CairnStatement *self, int column)
{
  const void *data;

  if (cairn_statement_is_null (self, column))
    return NULL;
  data = sqlite3_column_blob (self->stmt, column);
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (self->stmt, column));
}

/**
 * cairn_statement_int64:
 * @self: a statement at a row
 * @column: which, from 0
 *
 * Returns: the number, 0 for NULL
 */
gint64
cairn_statement_int64 (CairnStatement *self, int column)
{
  cairn_connection_check_thread (self->connection);
  return sqlite3_column_int64 (self->stmt, column);
}

/**
 * cairn_statement_double:
 * @self: a statement at a row
 * @column: which, from 0
 *
 * Returns: the number, 0 for NULL
 */
double
cairn_statement_double (CairnStatement *self, int column)
{
  cairn_connection_check_thread (self->connection);
  return sqlite3_column_double (self->stmt, column);
}

/**
 * cairn_statement_is_null:
 * @self: a statement at a row
 * @column: which, from 0
 *
 * Returns: whether it is NULL
 */
gboolean
cairn_statement_is_null (CairnStatement *self, int column)
{
  cairn_connection_check_thread (self->connection);
  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}
