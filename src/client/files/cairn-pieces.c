/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in a database, a row for each 256 KB: nobody has to hold one as a whole. On the database's thread. */
#include "cairn-pieces.h"

#include <string.h>

#include "common/cairn-error.h"

/**
 * cairn_pieces_add:
 * @connection: a connection
 * @file: number of a file
 * @number: of the piece, from 0
 * @data: its bytes
 * @length: how many, %CAIRN_PIECE_BYTES but for the last one
 * @error: return location
 *
 * Writes a piece, in place of what was there.
 *
 * Returns: whether it was written
 */
gboolean
cairn_pieces_add (CairnConnection *connection, gint64 file, gint64 number, gconstpointer data, gsize length, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection, "INSERT OR REPLACE INTO piece (file, number, bytes)"
                                        " VALUES (:file, :number, :bytes)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":file", file);
  cairn_statement_bind_int64 (statement, ":number", number);
  cairn_statement_bind_blob (statement, ":bytes", data, length);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_pieces_load:
 * @connection: a connection
 * @file: number of a file
 * @number: of the piece
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND, or what a database says
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
cairn_pieces_load (CairnConnection *connection, gint64 file, gint64 number, GError **error)
{
  CairnStatement *statement;
  GBytes *bytes = NULL;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT bytes FROM piece WHERE file = :file AND number = :number", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":file", file);
  cairn_statement_bind_int64 (statement, ":number", number);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    bytes = cairn_statement_dup_blob (statement, 0);
  else
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "A piece of the file is missing");
  cairn_statement_reset (statement);
  return bytes;
}

/**
 * cairn_pieces_load_all:
 * @connection: a connection
 * @file: number of a file
 * @size: of the whole of it
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND when there is less or more of it
 *
 * Returns: (transfer full) (nullable): its bytes, for what must have them as a whole
 */
GBytes *
cairn_pieces_load_all (CairnConnection *connection, gint64 file, gsize size, GError **error)
{
  g_autofree guint8 *all = g_malloc (MAX (size, 1));
  gsize done = 0;

  for (gint64 number = 0; done < size; number++)
    {
      g_autoptr(GBytes) piece = cairn_pieces_load (connection, file, number, error);
      gsize length = piece != NULL ? g_bytes_get_size (piece) : 0;

      if (piece == NULL)
        return NULL;
      if (length == 0 || length > size - done)
        {
          g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "The file is not of its size");
          return NULL;
        }
      memcpy (all + done, g_bytes_get_data (piece, NULL), length);
      done += length;
    }
  return g_bytes_new_take (g_steal_pointer (&all), size);
}

/**
 * cairn_pieces_drop:
 * @connection: a connection
 * @file: number of a file
 * @error: return location
 *
 * Returns: whether nothing of it is here any more
 */
gboolean
cairn_pieces_drop (CairnConnection *connection, gint64 file, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM piece WHERE file = :file", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":file", file);
  return cairn_statement_run (statement, error);
}
