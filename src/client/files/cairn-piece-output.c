/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a file into a database, piece by piece. Any thread but the main one and the database's. */
#include "cairn-piece-streams.h"

#include "common/cairn-error.h"

#include <string.h>

struct _CairnPieceOutput
{
  GOutputStream  parent_instance;

  CairnDatabase *database;
  gint64         file;
  goffset        limit;
  goffset        size;
  gint64         number;    /* of the piece that is being filled */
  gsize          filled;
  guint8        *piece;
  GBytes        *head;
  GChecksum     *checksum;
};

G_DEFINE_FINAL_TYPE (CairnPieceOutput, cairn_piece_output, G_TYPE_OUTPUT_STREAM)

static gpointer
add (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnPieceOutput *self = data;

  return cairn_pieces_add (connection, self->file, self->number, self->piece, self->filled, error) ? self : NULL;
}

static gboolean
write_piece (CairnPieceOutput *self, GError **error)
{
  if (self->filled == 0)
    return TRUE;
  if (cairn_database_run (self->database, add, self, error) == NULL)
    return FALSE;
  if (self->head == NULL)
    self->head = g_bytes_new (self->piece, self->filled);
  self->number++;
  self->filled = 0;
  return TRUE;
}

static gssize
write_fn (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  CairnPieceOutput *self = CAIRN_PIECE_OUTPUT (stream);
  gsize n = MIN (count, CAIRN_PIECE_BYTES - self->filled);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->size + (goffset) n > self->limit)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "The file is too large");
      return -1;
    }
  memcpy (self->piece + self->filled, buffer, n);
  g_checksum_update (self->checksum, buffer, (gssize) n);
  self->filled += n;
  self->size += (goffset) n;
  if (self->filled == CAIRN_PIECE_BYTES && !write_piece (self, error))
    return -1;
  return (gssize) n;
}

static gboolean
close_fn (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  return write_piece (CAIRN_PIECE_OUTPUT (stream), error);
}

static void
cairn_piece_output_finalize (GObject *object)
{
  CairnPieceOutput *self = CAIRN_PIECE_OUTPUT (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->head, g_bytes_unref);
  g_checksum_free (self->checksum);
  g_free (self->piece);
  G_OBJECT_CLASS (cairn_piece_output_parent_class)->finalize (object);
}

/* A stream that was not closed is dropped: its last piece has no use. */
static void
cairn_piece_output_dispose (GObject *object)
{
  CAIRN_PIECE_OUTPUT (object)->filled = 0;
  G_OBJECT_CLASS (cairn_piece_output_parent_class)->dispose (object);
}

static void
cairn_piece_output_class_init (CairnPieceOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_piece_output_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_piece_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = write_fn;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = close_fn;
}

static void
cairn_piece_output_init (CairnPieceOutput *self)
{
  self->piece = g_malloc (CAIRN_PIECE_BYTES);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA1);
}

/**
 * cairn_piece_output_new:
 * @database: where the file goes
 * @file: its number
 * @limit: bytes that it may have; more is %CAIRN_ERROR_TOO_LARGE
 *
 * Returns: (transfer full): a stream
 */
GOutputStream *
cairn_piece_output_new (CairnDatabase *database, gint64 file, goffset limit)
{
  CairnPieceOutput *self = g_object_new (CAIRN_TYPE_PIECE_OUTPUT, NULL);

  self->database = g_object_ref (database);
  self->file = file;
  self->limit = limit;
  return G_OUTPUT_STREAM (self);
}

/**
 * cairn_piece_output_get_size:
 * @self: a stream
 *
 * Returns: how many bytes came
 */
goffset
cairn_piece_output_get_size (CairnPieceOutput *self)
{
  g_return_val_if_fail (CAIRN_IS_PIECE_OUTPUT (self), 0);
  return self->size;
}

/**
 * cairn_piece_output_get_head:
 * @self: a stream that is closed
 *
 * Returns: (transfer none) (nullable): its first piece, %NULL when nothing came
 */
GBytes *
cairn_piece_output_get_head (CairnPieceOutput *self)
{
  g_return_val_if_fail (CAIRN_IS_PIECE_OUTPUT (self), NULL);
  return self->head;
}

/**
 * cairn_piece_output_get_sha1:
 * @self: a stream that is closed
 *
 * Returns: (transfer none): SHA-1 of all of it, in hexadecimal digits
 */
const char *
cairn_piece_output_get_sha1 (CairnPieceOutput *self)
{
  g_return_val_if_fail (CAIRN_IS_PIECE_OUTPUT (self), NULL);
  return g_checksum_get_string (self->checksum);
}
