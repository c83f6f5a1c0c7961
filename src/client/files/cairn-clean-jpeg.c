/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JPEG (ITU-T T.81 annex B): markers and their segments up to the end of the picture. What an application wrote is left out
 * but for colours; so is what lies behind the end, where telephones put films and further pictures with their own Exif.
 */
#include "cairn-clean-private.h"

#include <string.h>

#define SOI 0xd8
#define EOI 0xd9
#define SOS 0xda
#define APP0 0xe0
#define APP1 0xe1
#define APP2 0xe2
#define APP14 0xee
#define COM 0xfe
#define MIN_SEGMENT 2

typedef struct
{
  CairnClean       *clean;
  CairnCleanReader *reader;
  goffset           at;
  gboolean          turned;     /* the picture says which way up it is */
  gboolean          has_frame;
  gboolean          has_scan;
} Walk;

static gboolean
begins_with (Walk *walk, goffset offset, goffset length, const char *mark, gsize n)
{
  guint8 head[16];

  return length >= (goffset) n && cairn_clean_reader_read (walk->reader, offset, head, n) && memcmp (head, mark, n) == 0;
}

/* Exif gives way to what says only which way up the picture is, the first time. */
static void
replace_exif (Walk *walk, goffset start, goffset length)
{
  guint8 segment[4 + 6 + CAIRN_CLEAN_EXIF_BYTES] = { 0xff, APP1, 0, 2 + 6 + CAIRN_CLEAN_EXIF_BYTES, 'E', 'x', 'i', 'f' };
  guint8 found[sizeof segment], turn;

  if (!cairn_clean_find_turn (walk->reader, start + 10, length - 10, &turn) || turn == 1 || walk->turned)
    {
      walk->clean->drops = TRUE;
      return;
    }
  walk->turned = TRUE;
  cairn_clean_make_exif (turn, segment + 10);
  if (length == sizeof segment && cairn_clean_reader_read (walk->reader, start, found, sizeof found) &&
      memcmp (found, segment, sizeof found) == 0)
    {
      cairn_clean_keep (walk->clean, start, length);
      return;
    }
  walk->clean->drops = TRUE;
  cairn_clean_put (walk->clean, segment, sizeof segment);
}

/* Whether a segment is about colours and size, and not about people, places and devices. */
static gboolean
is_needed (Walk *walk, guint8 marker, goffset content, goffset length)
{
  if (marker == APP0)
    return begins_with (walk, content, length, "JFIF", 5);
  if (marker == APP2)
    return begins_with (walk, content, length, "ICC_PROFILE", 12);
  if (marker == APP14)
    return length == 12 && begins_with (walk, content, length, "Adobe", 5);
  return marker < APP0;
}

/* From behind a scan's head to the next marker. */
static gboolean
skip_scan (Walk *walk)
{
  goffset at = walk->at;

  for (;;)
    {
      gsize length;
      const guint8 *bytes = cairn_clean_reader_peek (walk->reader, at, &length), *found;
      guint8 next;

      if (bytes == NULL)
        break;
      found = memchr (bytes, 0xff, length);
      if (found == NULL)
        {
          at += (goffset) length;
          continue;
        }
      at += found - bytes;
      if (!cairn_clean_reader_read (walk->reader, at + 1, &next, 1))
        {
          at++;
          break;
        }
      if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7))
        break;
      at += next == 0xff ? 1 : 2;
    }
  at = MIN (at, walk->reader->size);
  cairn_clean_keep (walk->clean, walk->at, at - walk->at);
  walk->at = at;
  return walk->reader->error == NULL;
}

static gboolean
take_segment (Walk *walk, guint8 marker)
{
  goffset start = walk->at, length;
  guint8 head[4];

  if (!cairn_clean_reader_read (walk->reader, start, head, sizeof head))
    return FALSE;
  length = 2 + (goffset) cairn_clean_read_be (head + 2, 2);
  if (length < 2 + MIN_SEGMENT || start + length > walk->reader->size)
    return FALSE;
  walk->at = start + length;
  walk->has_frame = walk->has_frame || (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc);
  if (marker == APP1 && begins_with (walk, start + 4, length - 4, "Exif\0", 6))
    replace_exif (walk, start, length);
  else if (is_needed (walk, marker, start + 4, length - 4))
    cairn_clean_keep (walk->clean, start, length);
  else
    walk->clean->drops = TRUE;
  if (marker != SOS)
    return TRUE;
  walk->has_scan = TRUE;
  return skip_scan (walk);
}

/* Takes what stands at a marker; %FALSE at a broken one, with @over at the end. */
static gboolean
take_marker (Walk *walk, gboolean *over)
{
  guint8 head[2];

  *over = walk->at >= walk->reader->size;
  if (*over)
    return TRUE;
  if (!cairn_clean_reader_read (walk->reader, walk->at, head, sizeof head) || head[0] != 0xff)
    return FALSE;
  if (head[1] == 0xff)   /* a byte to fill up with */
    {
      cairn_clean_keep (walk->clean, walk->at, 1);
      walk->at++;
      return TRUE;
    }
  if (head[1] == EOI)
    {
      *over = TRUE;
      cairn_clean_keep (walk->clean, walk->at, 2);
      walk->clean->drops = walk->clean->drops || walk->at + 2 < walk->reader->size;
      return TRUE;
    }
  if (head[1] < 0xc0 || head[1] == SOI || (head[1] >= 0xd0 && head[1] <= 0xd7) || (head[1] >= 0xf0 && head[1] != COM))
    return FALSE;
  return take_segment (walk, head[1]);
}

gboolean
cairn_clean_look_jpeg (CairnClean *self, CairnCleanReader *reader)
{
  Walk walk = { self, reader, 2, FALSE, FALSE, FALSE };
  gboolean over = FALSE;

  cairn_clean_keep (self, 0, 2);
  while (!over)
    if (!take_marker (&walk, &over))
      return FALSE;
  return walk.has_frame && walk.has_scan;
}
