/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG (ISO/IEC 15948, and animated): chunks up to IEND. Those that make up the picture stay, words and Exif don't. */
#include "cairn-clean-private.h"

#include <string.h>

#define SIGNATURE 8
#define HEAD 8        /* length and type */
#define AROUND 12     /* those and the check sum */

static const char needed[][5] = {
  "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL",
  "fdAT", "cICP", "mDCV", "cLLI",
};

/* ISO/IEC 15948 annex D */
static guint
find_check_sum (const guint8 *bytes, gsize length)
{
  guint sum = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      sum ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~sum;
}

static void
replace_exif (CairnClean *self, CairnCleanReader *reader, goffset at, goffset length, gboolean *turned)
{
  guint8 chunk[AROUND + CAIRN_CLEAN_EXIF_BYTES] = { 0, 0, 0, CAIRN_CLEAN_EXIF_BYTES, 'e', 'X', 'I', 'f' };
  guint8 found[sizeof chunk], turn;
  guint sum;

  if (!cairn_clean_find_turn (reader, at + HEAD, length, &turn) || turn == 1 || *turned)
    {
      self->drops = TRUE;
      return;
    }
  *turned = TRUE;
  cairn_clean_make_exif (turn, chunk + HEAD);
  sum = GUINT32_TO_BE (find_check_sum (chunk + 4, 4 + CAIRN_CLEAN_EXIF_BYTES));
  memcpy (chunk + HEAD + CAIRN_CLEAN_EXIF_BYTES, &sum, sizeof sum);
  if (length == CAIRN_CLEAN_EXIF_BYTES && cairn_clean_reader_read (reader, at, found, sizeof found) &&
      memcmp (found, chunk, sizeof found) == 0)
    {
      cairn_clean_keep (self, at, sizeof chunk);
      return;
    }
  self->drops = TRUE;
  cairn_clean_put (self, chunk, sizeof chunk);
}

static gboolean
is_needed (const guint8 *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (memcmp (needed[i], type, 4) == 0)
      return TRUE;
  return FALSE;
}

gboolean
cairn_clean_look_png (CairnClean *self, CairnCleanReader *reader)
{
  goffset at = SIGNATURE, length;
  gboolean turned = FALSE, pixels = FALSE;
  guint8 head[HEAD];

  cairn_clean_keep (self, 0, SIGNATURE);
  while (cairn_clean_reader_read (reader, at, head, sizeof head))
    {
      length = cairn_clean_read_be (head, 4);
      if (length > G_MAXINT32 || at + AROUND + length > reader->size || (at == SIGNATURE) != (memcmp (head + 4, "IHDR", 4) == 0))
        return FALSE;
      pixels = pixels || memcmp (head + 4, "IDAT", 4) == 0;
      if (memcmp (head + 4, "eXIf", 4) == 0)
        replace_exif (self, reader, at, length, &turned);
      else if (is_needed (head + 4))
        cairn_clean_keep (self, at, AROUND + length);
      else if (!g_ascii_islower (head[4]))   /* nobody can show it without */
        return FALSE;
      else
        self->drops = TRUE;
      at += AROUND + length;
      if (memcmp (head + 4, "IEND", 4) != 0)
        continue;
      self->drops = self->drops || at < reader->size;
      return pixels;
    }
  return FALSE;
}
