/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WebP (RFC 9649): chunks of a RIFF file, whose head says how long it is and which chunks there are. */
#include "cairn-clean-private.h"

#include <string.h>

#define RIFF_HEAD 12
#define CHUNK_HEAD 8
#define VP8X_BYTES 10
#define HAS_EXIF 0x08
#define HAS_XMP 0x04

static const char needed[][5] = { "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP" };

typedef struct
{
  guint8  turn;
  guint8  flags;
  goffset vp8x;       /* where it is, 0 without it */
  goffset exif;       /* where Exif is that says nothing but which way up it is, 0 else */
  goffset end;
} Found;

static gboolean
is_needed (const guint8 *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (memcmp (needed[i], type, 4) == 0)
      return TRUE;
  return FALSE;
}

static void
note_exif (CairnCleanReader *reader, goffset content, goffset length, Found *found)
{
  guint8 exif[CAIRN_CLEAN_EXIF_BYTES], ours[CAIRN_CLEAN_EXIF_BYTES];

  cairn_clean_find_turn (reader, content, length, &found->turn);
  if (found->turn == 1 || length != sizeof exif || !cairn_clean_reader_read (reader, content, exif, sizeof exif))
    return;
  cairn_clean_make_exif (found->turn, ours);
  if (memcmp (exif, ours, sizeof ours) == 0)
    found->exif = content - CHUNK_HEAD;
}

/* Which chunks there are; %FALSE when it is not made of them. */
static gboolean
survey (CairnCleanReader *reader, Found *found)
{
  guint8 head[RIFF_HEAD];
  goffset at = RIFF_HEAD;
  gboolean pixels = FALSE;

  if (!cairn_clean_reader_read (reader, 0, head, sizeof head))
    return FALSE;
  found->end = 8 + (goffset) cairn_clean_read_le (head + 4, 4);
  if (found->end > reader->size)
    return FALSE;
  while (at < found->end)
    {
      goffset length;

      if (!cairn_clean_reader_read (reader, at, head, CHUNK_HEAD))
        return FALSE;
      length = cairn_clean_read_le (head + 4, 4);
      if (at + CHUNK_HEAD + length > found->end)
        return FALSE;
      pixels = pixels || (is_needed (head) && head[0] == 'V' && head[3] != 'X') || memcmp (head, "ANMF", 4) == 0;
      if (memcmp (head, "VP8X", 4) == 0)
        {
          if (length != VP8X_BYTES || at != RIFF_HEAD || !cairn_clean_reader_read (reader, at + CHUNK_HEAD, &found->flags, 1))
            return FALSE;
          found->vp8x = at;
        }
      else if (memcmp (head, "EXIF", 4) == 0 && found->turn == 1)
        note_exif (reader, at + CHUNK_HEAD, length, found);
      at += CHUNK_HEAD + length + (length & 1);
    }
  return pixels;
}

/* The head with what is true now in it. */
static void
put_head (CairnClean *self, CairnCleanReader *reader, const Found *found, goffset size)
{
  guint8 head[RIFF_HEAD + CHUNK_HEAD + VP8X_BYTES], old[sizeof head];
  gsize length = found->vp8x > 0 ? sizeof head : RIFF_HEAD;
  guint riff = GUINT32_TO_LE ((guint) (size - 8));

  if (!cairn_clean_reader_read (reader, 0, head, length))
    return;
  memcpy (old, head, length);
  memcpy (head + 4, &riff, sizeof riff);
  if (found->vp8x > 0)
    head[RIFF_HEAD + CHUNK_HEAD] = (guint8) ((found->flags & ~(HAS_EXIF | HAS_XMP)) | (found->turn != 1 ? HAS_EXIF : 0));
  if (memcmp (old, head, length) == 0)
    {
      cairn_clean_keep (self, 0, (goffset) length);
      return;
    }
  self->drops = TRUE;
  cairn_clean_put (self, head, length);
}

/* With %NULL for @self only counts. */
static goffset
take_chunks (CairnClean *self, CairnCleanReader *reader, const Found *found)
{
  goffset at = found->vp8x > 0 ? RIFF_HEAD + CHUNK_HEAD + VP8X_BYTES : RIFF_HEAD, size = at;
  guint8 head[CHUNK_HEAD];

  while (at < found->end && cairn_clean_reader_read (reader, at, head, sizeof head))
    {
      goffset length = CHUNK_HEAD + (goffset) cairn_clean_read_le (head + 4, 4);

      length = MIN (length + (length & 1), found->end - at);
      if (is_needed (head) || (at == found->exif && found->exif > 0))
        {
          size += length;
          if (self != NULL)
            cairn_clean_keep (self, at, length);
        }
      else if (self != NULL)
        self->drops = TRUE;
      at += length;
    }
  return size;
}

gboolean
cairn_clean_look_webp (CairnClean *self, CairnCleanReader *reader)
{
  guint8 exif[CHUNK_HEAD + CAIRN_CLEAN_EXIF_BYTES] = { 'E', 'X', 'I', 'F', CAIRN_CLEAN_EXIF_BYTES };
  Found found = { .turn = 1 };
  gboolean add;
  goffset size;

  if (!survey (reader, &found))
    return FALSE;
  if (found.vp8x == 0)   /* a simple one can't say which way up it is */
    found.turn = 1;
  add = found.turn != 1 && found.exif == 0;
  size = take_chunks (NULL, reader, &found) + (add ? (goffset) sizeof exif : 0);
  put_head (self, reader, &found, size);
  take_chunks (self, reader, &found);
  self->drops = self->drops || add || found.end < reader->size;
  if (add)
    {
      cairn_clean_make_exif (found.turn, exif + CHUNK_HEAD);
      cairn_clean_put (self, exif, sizeof exif);
    }
  return reader->error == NULL && self->size == size;
}
