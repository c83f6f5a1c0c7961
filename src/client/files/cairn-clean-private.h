/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-clean.h"

G_BEGIN_DECLS

#define CAIRN_CLEAN_WINDOW (64 * 1024)

/* A part of the file, or bytes in place of one. */
typedef struct
{
  goffset offset;
  goffset length;
  GBytes *bytes;
} CairnCleanSpan;

/* A file that is looked through, a window of it in memory. */
typedef struct
{
  GInputStream *stream;
  goffset       size;
  goffset       at;       /* of the window */
  gsize         length;
  guint8        window[CAIRN_CLEAN_WINDOW];
  GError       *error;
} CairnCleanReader;

const guint8 *cairn_clean_reader_peek (CairnCleanReader *self, goffset offset, gsize *length);
gboolean      cairn_clean_reader_read (CairnCleanReader *self, goffset offset, gpointer buffer, gsize length);

void          cairn_clean_keep        (CairnClean *self, goffset offset, goffset length);
void          cairn_clean_put         (CairnClean *self, gconstpointer data, gsize length);

/* Whether the file is of its kind from beginning to end. */
gboolean      cairn_clean_look_jpeg   (CairnClean *self, CairnCleanReader *reader);
gboolean      cairn_clean_look_png    (CairnClean *self, CairnCleanReader *reader);
gboolean      cairn_clean_look_webp   (CairnClean *self, CairnCleanReader *reader);
gboolean      cairn_clean_look_text   (CairnClean *self, CairnCleanReader *reader);

/* Of Exif (a TIFF structure) only which way up the picture is stays. */
#define CAIRN_CLEAN_EXIF_BYTES 26
gboolean      cairn_clean_find_turn   (CairnCleanReader *reader, goffset offset, goffset length, guint8 *turn);
void          cairn_clean_make_exif   (guint8 turn, guint8 exif[CAIRN_CLEAN_EXIF_BYTES]);

guint         cairn_clean_read_be     (const guint8 *bytes, guint n);
guint         cairn_clean_read_le     (const guint8 *bytes, guint n);

G_END_DECLS
