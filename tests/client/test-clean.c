/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind a file is, and what of it may leave this machine (cairn-clean.c, cairn-clean-exif.c, cairn-clean-jpeg.c, cairn-clean-png.c,
 * cairn-clean-webp.c). */
#include "client/files/cairn-clean-private.h"

#include <string.h>

#define PLACE "N 47 22 40"

static GBytes *
bytes_of (const char *text, gsize length)
{
  return g_bytes_new (text, length);
}

#define BYTES(text) bytes_of (text, sizeof (text) - 1)

/* Takes @in; (nullable): what may go of it. */
static GBytes *
clean (GBytes *in, CairnFileProblem *problem, const char **type, gboolean *drops)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes (in);
  g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr(CairnClean) found = NULL;
  g_autoptr(GError) error = NULL;

  g_bytes_unref (in);
  *problem = cairn_clean_look (stream, &found, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found != NULL, ==, *problem == CAIRN_FILE_FINE);
  if (found == NULL)
    return NULL;
  *type = found->type;
  *drops = found->drops;
  g_assert_cmpint (cairn_clean_write (found, stream, out, NULL, &error), ==, CAIRN_FILE_FINE);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

/* Takes both. */
static void
assert_becomes (GBytes *in, GBytes *wanted, const char *type)
{
  gsize n = g_bytes_get_size (in);
  CairnFileProblem problem, again;
  const char *found_type, *again_type;
  gboolean drops, still;
  g_autoptr(GBytes) got = clean (in, &problem, &found_type, &drops);
  g_autoptr(GBytes) twice = NULL;

  g_assert_cmpint (problem, ==, CAIRN_FILE_FINE);
  g_assert_cmpstr (found_type, ==, type);
  g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got), g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
  g_assert_cmpint (drops, ==, n != g_bytes_get_size (wanted));
  twice = clean (g_bytes_ref (got), &again, &again_type, &still);
  g_assert_cmpint (again, ==, CAIRN_FILE_FINE);
  g_assert_false (still);
  g_assert_true (g_bytes_equal (got, twice));
  g_bytes_unref (wanted);
}

static void
assert_problem (GBytes *in, CairnFileProblem wanted)
{
  CairnFileProblem problem;
  const char *type;
  gboolean drops;

  g_assert_null (clean (in, &problem, &type, &drops));
  g_assert_cmpint (problem, ==, wanted);
}

/* A TIFF structure that has a place, and which way up the picture is, in either order of bytes. */
#define EXIF_LITTLE "II*\0\x08\0\0\0\x02\0" "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0" "\x25\x88\x04\0\x01\0\0\0\x26\0\0\0" "\0\0\0\0" PLACE
#define EXIF_BIG "MM\0*\0\0\0\x08\0\x02" "\x88\x25\0\x04\0\0\0\x01\0\0\0\x26" "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" "\0\0\0\0" PLACE
#define EXIF_UPRIGHT "MM\0*\0\0\0\x08\0\x01" "\x88\x25\0\x04\0\0\0\x01\0\0\0\x26" "\0\0\0\0" PLACE
/* And one that says nothing but that it is turned. */
#define EXIF_TURNED "MM\0*\0\0\0\x08\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" "\0\0\0\0"

#define SOI "\xff\xd8"
#define JFIF "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define APP1(length, exif) "\xff\xe1\0" length "Exif\0\0" exif
#define XMP "\xff\xe1\0\x22http://ns.adobe.com/xap/1.0/\0" "GPS"
#define ICC "\xff\xe2\0\x10ICC_PROFILE\0\1\1"
#define MPF "\xff\xe2\0\x06MPF\0"
#define IPTC "\xff\xed\0\x08" "Z\xfcrich"
#define ADOBE "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\0"
#define COMMENT "\xff\xfe\0\x0c" PLACE
#define FRAME "\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0"
#define SCAN "\xff\xda\0\x08\1\1\0\0\x3f\0" "\x7f\xff\0\x12\xff\xd0\x34"
#define EOI "\xff\xd9"

static void
test_jpeg (void)
{
  assert_becomes (BYTES (SOI JFIF APP1 ("\x38", EXIF_LITTLE) XMP ICC MPF IPTC ADOBE COMMENT FRAME SCAN SCAN EOI),
                  BYTES (SOI JFIF APP1 ("\x22", EXIF_TURNED) ICC ADOBE FRAME SCAN SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x38", EXIF_BIG) FRAME SCAN EOI), BYTES (SOI APP1 ("\x22", EXIF_TURNED) FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x2c", EXIF_UPRIGHT) FRAME SCAN EOI), BYTES (SOI FRAME SCAN EOI), "image/jpeg");
  /* What telephones put behind a picture; a second Exif; a picture that was cut off; bytes to fill up with */
  assert_becomes (BYTES (SOI FRAME SCAN EOI SOI APP1 ("\x38", EXIF_BIG) EOI), BYTES (SOI FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x22", EXIF_TURNED) APP1 ("\x38", EXIF_BIG) FRAME SCAN EOI),
                  BYTES (SOI APP1 ("\x22", EXIF_TURNED) FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI FRAME SCAN), BYTES (SOI FRAME SCAN), "image/jpeg");
  assert_becomes (BYTES (SOI "\xff" FRAME SCAN EOI), BYTES (SOI "\xff" FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI FRAME SCAN COMMENT SCAN EOI), BYTES (SOI FRAME SCAN SCAN EOI), "image/jpeg");
  assert_problem (BYTES (SOI "\xff\xe1"), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SOI "\xff\xe1\0\1Exif\0\0"), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SOI "\xff\xe1\xff\xff" "Exif"), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SOI FRAME EOI), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SOI FRAME "words" SCAN EOI), CAIRN_FILE_BROKEN);
}

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0" "sums"
#define IDAT "\0\0\0\2IDAT\1\2sums"
#define PHYS "\0\0\0\1pHYs\1sums"
#define TEXT "\0\0\0\x0atEXt" PLACE "sums"
#define PRIVATE "\0\0\0\1prVt\1sums"
#define CRITICAL "\0\0\0\1PRVT\1sums"
#define IEND "\0\0\0\0IENDsums"

static void
test_png (void)
{
  assert_becomes (BYTES (SIGNATURE IHDR TEXT PHYS "\0\0\0\x30" "eXIf" EXIF_BIG "sums" PRIVATE IDAT TEXT IDAT IEND),
                  BYTES (SIGNATURE IHDR PHYS "\0\0\0\x1a" "eXIf" EXIF_TURNED "\xd6\x67\x4b\x69" IDAT IDAT IEND), "image/png");
  assert_becomes (BYTES (SIGNATURE IHDR "\0\0\0\x24" "eXIf" EXIF_UPRIGHT "sums" IDAT IEND PLACE), BYTES (SIGNATURE IHDR IDAT IEND), "image/png");
  assert_becomes (BYTES (SIGNATURE IHDR IDAT IEND), BYTES (SIGNATURE IHDR IDAT IEND), "image/png");
  assert_problem (BYTES (SIGNATURE IHDR IDAT), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SIGNATURE IHDR IEND), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SIGNATURE IDAT IHDR IEND), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SIGNATURE IHDR CRITICAL IDAT IEND), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (SIGNATURE IHDR "\xff\xff\xff\xff" "IDAT" IEND), CAIRN_FILE_BROKEN);
}

#define RIFF(length) "RIFF" length "\0\0\0WEBP"
#define VP8X(flags) "VP8X\x0a\0\0\0" flags "\0\0\0\0\0\0\0\0\0"
#define VP8L "VP8L\3\0\0\0\1\2\3\0"
#define ALPH "ALPH\2\0\0\0\1\2"

static void
test_webp (void)
{
  assert_becomes (BYTES (RIFF ("\x76") VP8X ("\x1c") ALPH VP8L "EXIF\x30\0\0\0" EXIF_BIG "XMP \x0a\0\0\0" PLACE),
                  BYTES (RIFF ("\x4e") VP8X ("\x18") ALPH VP8L "EXIF\x1a\0\0\0" EXIF_TURNED), "image/webp");
  assert_becomes (BYTES (RIFF ("\x4e") VP8X ("\x08") VP8L "EXIF\x24\0\0\0" EXIF_UPRIGHT), BYTES (RIFF ("\x22") VP8X ("\0") VP8L), "image/webp");
  assert_becomes (BYTES (RIFF ("\x10") VP8L PLACE), BYTES (RIFF ("\x10") VP8L), "image/webp");
  assert_becomes (BYTES (RIFF ("\x10") VP8L), BYTES (RIFF ("\x10") VP8L), "image/webp");
  assert_problem (BYTES (RIFF ("\x04")), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (RIFF ("\x70") VP8L), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (RIFF ("\x10") "VP8L\x7f\0\0\0\1\2\3\0"), CAIRN_FILE_BROKEN);
  assert_problem (BYTES (RIFF ("\x1c") VP8L "VP8X\1\0\0\0\1\0\0\0"), CAIRN_FILE_BROKEN);
}

/* By what is in it, never by a name. */
static void
test_kinds (void)
{
  g_autofree char *long_text = g_malloc (200001);

  assert_becomes (BYTES ("%PDF-1.4 words"), BYTES ("%PDF-1.4 words"), "application/pdf");
  assert_becomes (BYTES ("\n%PDF-1.4 words"), BYTES ("\n%PDF-1.4 words"), "application/pdf");
  assert_becomes (BYTES ("Z\xc3\xbcrich\r\n\t1"), BYTES ("Z\xc3\xbcrich\r\n\t1"), "text/plain");
  for (guint i = 0; i < 200000; i += 2)   /* characters of two bytes, on the border of windows too */
    memcpy (long_text + 1 + i, "\xc3\xbc", 2);
  long_text[0] = 'x';
  assert_becomes (bytes_of (long_text, 200001), bytes_of (long_text, 200001), "text/plain");
  assert_problem (bytes_of (long_text, 200000), CAIRN_FILE_KIND);
  assert_problem (BYTES ("Z\xfcrich"), CAIRN_FILE_KIND);
  assert_problem (BYTES ("a\0b"), CAIRN_FILE_KIND);
  assert_problem (BYTES ("a\x1b[0m"), CAIRN_FILE_KIND);
  assert_problem (BYTES ("\x7f" "ELF"), CAIRN_FILE_KIND);
  assert_problem (BYTES ("\0\0\0\x18" "ftypheic"), CAIRN_FILE_KIND);
  assert_problem (BYTES (""), CAIRN_FILE_EMPTY);
}

/* A broken Exif is left out as any other; one that points out of itself is not followed; there are eight ways to turn a picture. */
static void
test_exif (void)
{
  assert_becomes (BYTES (SOI APP1 ("\x10", "MM\0*\x7f\xff\xff\xff") FRAME SCAN EOI), BYTES (SOI FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x1a", "MM\0*\0\0\0\x08\xff\xff" "\x01\x12\0\3\0\0\0\1") FRAME SCAN EOI), BYTES (SOI FRAME SCAN EOI),
                  "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x22", "MM\0*\0\0\0\x08\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x09\0\0" "\0\0\0\0") FRAME SCAN EOI),
                  BYTES (SOI FRAME SCAN EOI), "image/jpeg");
  assert_becomes (BYTES (SOI APP1 ("\x0d", "words") FRAME SCAN EOI), BYTES (SOI FRAME SCAN EOI), "image/jpeg");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/clean/jpeg", test_jpeg);
  g_test_add_func ("/client/clean/png", test_png);
  g_test_add_func ("/client/clean/webp", test_webp);
  g_test_add_func ("/client/clean/kinds", test_kinds);
  g_test_add_func ("/client/clean/exif", test_exif);
  return g_test_run ();
}
