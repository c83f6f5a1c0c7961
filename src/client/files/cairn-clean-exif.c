/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one thing of Exif that a picture needs: which way up it is (Exif 2.32 §4.6.4, tag 0x0112). Any thread. */
#include "cairn-clean-private.h"

#include <string.h>

#define MAX_ENTRIES 1000
#define ORIENTATION 0x0112
#define SHORT 3

static guint
read_number (const guint8 *bytes, guint n, gboolean little)
{
  return little ? cairn_clean_read_le (bytes, n) : cairn_clean_read_be (bytes, n);
}

/**
 * cairn_clean_find_turn:
 * @reader: a file
 * @offset: of a TIFF structure in it
 * @length: of that
 * @turn: (out): 1 to 8; 1 when it doesn't say
 *
 * Returns: whether it is a TIFF structure
 */
gboolean
cairn_clean_find_turn (CairnCleanReader *reader, goffset offset, goffset length, guint8 *turn)
{
  guint8 head[8], entry[12], count[2];
  gboolean little;
  goffset directory;

  *turn = 1;
  if (length < 8 || !cairn_clean_reader_read (reader, offset, head, sizeof head))
    return FALSE;
  little = memcmp (head, "II*\0", 4) == 0;
  if (!little && memcmp (head, "MM\0*", 4) != 0)
    return FALSE;
  directory = read_number (head + 4, 4, little);
  if (directory > length - 2 || !cairn_clean_reader_read (reader, offset + directory, count, sizeof count))
    return TRUE;
  for (guint i = 0; i < MIN (read_number (count, 2, little), MAX_ENTRIES); i++)
    {
      goffset at = directory + 2 + 12 * (goffset) i;

      if (at > length - 12 || !cairn_clean_reader_read (reader, offset + at, entry, sizeof entry))
        return TRUE;
      if (read_number (entry, 2, little) != ORIENTATION || read_number (entry + 2, 2, little) != SHORT)
        continue;
      *turn = (guint8) MIN (read_number (entry + 8, 2, little), 9);
      if (*turn < 1 || *turn > 8)
        *turn = 1;
      return TRUE;
    }
  return TRUE;
}

/**
 * cairn_clean_make_exif:
 * @turn: 1 to 8
 * @exif: (out caller-allocates): a TIFF structure that says this and nothing else
 */
void
cairn_clean_make_exif (guint8 turn, guint8 exif[CAIRN_CLEAN_EXIF_BYTES])
{
  static const guint8 model[CAIRN_CLEAN_EXIF_BYTES] = {
    'M', 'M', 0, '*', 0, 0, 0, 8,   /* big-endian, the directory comes at once */
    0, 1,                           /* one entry */
    1, 0x12, 0, 3, 0, 0, 0, 1, 0, 1, 0, 0,
    0, 0, 0, 0,                     /* no further directory */
  };

  memcpy (exif, model, sizeof model);
  exif[19] = turn;
}
