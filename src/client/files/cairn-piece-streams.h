/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-pieces.h"

G_BEGIN_DECLS

/**
 * CairnPieceInput:
 *
 * A #GInputStream, and #GSeekable, over a file in a database. Reading blocks for the database's thread: on the main thread only
 * the asynchronous functions may be used.
 */
#define CAIRN_TYPE_PIECE_INPUT (cairn_piece_input_get_type ())
G_DECLARE_FINAL_TYPE (CairnPieceInput, cairn_piece_input, CAIRN, PIECE_INPUT, GInputStream)

GInputStream  *cairn_piece_input_new       (CairnDatabase *database, gint64 file, goffset size);

/**
 * CairnPieceOutput:
 *
 * A #GOutputStream that writes a file into a database, from its beginning; closing it writes the last piece. It counts, keeps a
 * hash and the first piece for who checks it. Writing blocks as reading does.
 */
#define CAIRN_TYPE_PIECE_OUTPUT (cairn_piece_output_get_type ())
G_DECLARE_FINAL_TYPE (CairnPieceOutput, cairn_piece_output, CAIRN, PIECE_OUTPUT, GOutputStream)

GOutputStream *cairn_piece_output_new      (CairnDatabase *database, gint64 file, goffset limit);
goffset        cairn_piece_output_get_size (CairnPieceOutput *self);
GBytes        *cairn_piece_output_get_head (CairnPieceOutput *self);
const char    *cairn_piece_output_get_sha1 (CairnPieceOutput *self);

G_END_DECLS
