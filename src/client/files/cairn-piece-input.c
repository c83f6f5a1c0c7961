/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a file that is in a database, piece by piece. Any thread but the main one and the database's. */
#include "cairn-piece-streams.h"

#include <string.h>

struct _CairnPieceInput
{
  GInputStream   parent_instance;

  CairnDatabase *database;
  gint64         file;
  goffset        size;
  goffset        offset;
  gint64         number;    /* of the piece at hand */
  GBytes        *piece;
};

static void seekable_init (GSeekableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnPieceInput, cairn_piece_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SEEKABLE, seekable_init))

typedef struct
{
  gint64 file;
  gint64 number;
} Wanted;

static gpointer
load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wanted *wanted = data;

  return cairn_pieces_load (connection, wanted->file, wanted->number, error);
}

static gssize
read_fn (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  CairnPieceInput *self = CAIRN_PIECE_INPUT (stream);
  Wanted wanted = { self->file, self->offset / CAIRN_PIECE_BYTES };
  gsize at = (gsize) (self->offset % CAIRN_PIECE_BYTES), n;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->offset >= self->size)
    return 0;
  if (self->piece == NULL || self->number != wanted.number)
    {
      g_clear_pointer (&self->piece, g_bytes_unref);
      self->piece = cairn_database_run (self->database, load, &wanted, error);
      self->number = wanted.number;
    }
  if (self->piece == NULL)
    return -1;
  n = g_bytes_get_size (self->piece);
  n = at < n ? MIN (n - at, count) : 0;
  n = (gsize) MIN ((goffset) n, self->size - self->offset);
  if (n == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The file is shorter than it says");
      return -1;
    }
  memcpy (buffer, (const guint8 *) g_bytes_get_data (self->piece, NULL) + at, n);
  self->offset += (goffset) n;
  return (gssize) n;
}

static goffset
tell_fn (GSeekable *seekable)
{
  return CAIRN_PIECE_INPUT (seekable)->offset;
}

static gboolean
can_seek_fn (GSeekable *seekable)
{
  return TRUE;
}

static gboolean
seek_fn (GSeekable *seekable, goffset offset, GSeekType type, GCancellable *cancellable, GError **error)
{
  CairnPieceInput *self = CAIRN_PIECE_INPUT (seekable);
  goffset to = offset + (type == G_SEEK_CUR ? self->offset : type == G_SEEK_END ? self->size : 0);

  if (to < 0 || to > self->size)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Behind the end of the file");
      return FALSE;
    }
  self->offset = to;
  return TRUE;
}

static gboolean
can_truncate_fn (GSeekable *seekable)
{
  return FALSE;
}

static gboolean
truncate_fn (GSeekable *seekable, goffset offset, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "It is for reading");
  return FALSE;
}

static void
seekable_init (GSeekableIface *iface)
{
  iface->tell = tell_fn;
  iface->can_seek = can_seek_fn;
  iface->seek = seek_fn;
  iface->can_truncate = can_truncate_fn;
  iface->truncate_fn = truncate_fn;
}

static void
cairn_piece_input_finalize (GObject *object)
{
  CairnPieceInput *self = CAIRN_PIECE_INPUT (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->piece, g_bytes_unref);
  G_OBJECT_CLASS (cairn_piece_input_parent_class)->finalize (object);
}

static void
cairn_piece_input_class_init (CairnPieceInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_piece_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = read_fn;
}

static void
cairn_piece_input_init (CairnPieceInput *self)
{
}

/**
 * cairn_piece_input_new:
 * @database: where the file is
 * @file: its number
 * @size: of the whole of it in bytes
 *
 * Returns: (transfer full): a stream over it
 */
GInputStream *
cairn_piece_input_new (CairnDatabase *database, gint64 file, goffset size)
{
  CairnPieceInput *self = g_object_new (CAIRN_TYPE_PIECE_INPUT, NULL);

  self->database = g_object_ref (database);
  self->file = file;
  self->size = size;
  return G_INPUT_STREAM (self);
}
