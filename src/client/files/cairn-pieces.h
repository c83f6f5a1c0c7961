/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * CAIRN_PIECE_BYTES:
 *
 * Bytes of each piece of a file but its last (256 KB): what is in memory of it at a time.
 */
#define CAIRN_PIECE_BYTES (256 * 1024)

/* As a migration: pieces of files by the file's number, from 0. */
#define CAIRN_PIECES_TABLE \
  "CREATE TABLE piece (file INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (file, number));"

/* On the database's thread */
gboolean  cairn_pieces_add  (CairnConnection *connection, gint64 file, gint64 number, gconstpointer data, gsize length, GError **error);
GBytes   *cairn_pieces_load (CairnConnection *connection, gint64 file, gint64 number, GError **error);
gboolean  cairn_pieces_drop (CairnConnection *connection, gint64 file, GError **error);
GBytes   *cairn_pieces_load_all (CairnConnection *connection, gint64 file, gsize size, GError **error);

G_END_DECLS
