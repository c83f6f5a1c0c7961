/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents page by page (cairn-paper.c, cairn-paper-worker.c), and such as are made to do harm: the program that
 * draws them (cairn-paper-main.c, cairn-paper-source.c, cairn-paper-webp.c) may end, this one may not.
 */
#include "common/cairn-error.h"
#include "paper/cairn-paper.h"
#include "paper/cairn-paper-wire.h"
#include "pdf.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

static const char *program;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
try_open (CairnPaper *paper, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_paper_open_async (paper, NULL, done_cb, &result);
  return cairn_paper_open_finish (paper, wait (&result), error);
}

static CairnPaper *
open_paper (const char *type, GBytes *bytes)
{
  CairnPaper *paper = cairn_paper_new (program, type, bytes);
  g_autoptr(GError) error = NULL;

  try_open (paper, &error);
  g_assert_no_error (error);
  return paper;
}

static CairnPaperPicture *
draw (CairnPaper *paper, guint page, guint width, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_paper_draw_async (paper, page, width, NULL, done_cb, &result);
  return cairn_paper_draw_finish (paper, wait (&result), error);
}

static char *
read_text (CairnPaper *paper, guint page)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_paper_read_text_async (paper, page, NULL, done_cb, &result);
  return cairn_paper_read_text_finish (paper, wait (&result), NULL);
}

static GArray *
find (CairnPaper *paper, guint page, const char *words)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_paper_find_async (paper, page, words, NULL, done_cb, &result);
  return cairn_paper_find_finish (paper, wait (&result), NULL);
}

static guint32
pixel (CairnPaperPicture *picture, double x, double y)
{
  const guint32 *pixels = g_bytes_get_data (picture->pixels, NULL);

  return pixels[(guint) (y * picture->height) * picture->width + (guint) (x * picture->width)];
}

static void
assert_fails (const char *type, GBytes *bytes, int code)
{
  g_autoptr(CairnPaper) paper = cairn_paper_new (program, type, bytes);
  g_autoptr(GError) error = NULL;

  g_assert_false (try_open (paper, &error));
  g_assert_error (error, CAIRN_ERROR, code);
  g_assert_cmpuint (cairn_paper_get_n_pages (paper), ==, 0);
}

/* As too large, or as broken: which one is for who reads it to say. */
static void
assert_fails_somehow (const char *type, GBytes *bytes)
{
  g_autoptr(CairnPaper) paper = cairn_paper_new (program, type, bytes);
  g_autoptr(GError) error = NULL;

  g_assert_false (try_open (paper, &error));
  g_assert_true (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE) ||
                 g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA));
}

static void
test_pages (void)
{
  static const char *const words[] = { "Chest X-ray", "Nothing unusual, nothing", NULL };
  g_autoptr(GBytes) bytes = pdf_new_words (words);
  g_autoptr(CairnPaper) paper = open_paper ("application/pdf", bytes);
  g_autoptr(CairnPaperPicture) picture = NULL;
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr(GArray) hits = NULL, none = NULL;
  double width, height;

  g_assert_cmpuint (cairn_paper_get_n_pages (paper), ==, 2);
  g_assert_true (cairn_paper_get_size (paper, 1, &width, &height));
  g_assert_cmpfloat (width, ==, 595);
  g_assert_cmpfloat (height, ==, 842);
  picture = draw (paper, 0, 1190, NULL);
  g_assert_cmpuint (picture->width, ==, 1190);
  g_assert_cmpuint (picture->height, ==, 1684);
  g_assert_cmphex (pixel (picture, 0.02, 0.02), ==, 0xffffffff);
  g_assert_cmphex (pixel (picture, 100 / 595., 1 - 720 / 842.), ==, 0xff0000ff);
  first = read_text (paper, 0);
  second = read_text (paper, 1);
  g_assert_cmpstr (first, ==, "Chest X-ray");
  g_assert_cmpstr (second, ==, "Nothing unusual, nothing");
  hits = find (paper, 1, "NOTHING");
  g_assert_cmpuint (hits->len, ==, 2);
  g_assert_cmpfloat_with_epsilon ((double) g_array_index (hits, CairnPaperPlace, 0).x, 72 / 595., 0.01);
  g_assert_cmpfloat_with_epsilon ((double) g_array_index (hits, CairnPaperPlace, 0).y, 1 - 622 / 842., 0.02);
  none = find (paper, 0, "nothing");
  g_assert_cmpuint (none->len, ==, 0);
}

/* Pictures are documents of one page. */
static void
test_pictures (void)
{
  static const char *const types[] = { "png", "jpeg" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 400, 200);
      g_autofree char *type = g_strconcat ("image/", types[i], NULL);
      g_autoptr(CairnPaperPicture) picture = NULL;
      g_autoptr(CairnPaper) paper = NULL;
      g_autofree char *data = NULL;
      g_autofree char *text = NULL;
      g_autoptr(GBytes) bytes = NULL;
      double width, height;
      gsize length;

      gdk_pixbuf_fill (pixbuf, 0xff0000ff);
      g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, types[i], NULL, NULL));
      bytes = g_bytes_new (data, length);
      paper = open_paper (type, bytes);
      g_assert_cmpuint (cairn_paper_get_n_pages (paper), ==, 1);
      g_assert_true (cairn_paper_get_size (paper, 0, &width, &height));
      g_assert_cmpfloat (width, ==, 300);
      picture = draw (paper, 0, 200, NULL);
      g_assert_cmpuint (picture->height, ==, 100);
      g_assert_cmphex (pixel (picture, 0.5, 0.5) & 0xfff0f0f0, ==, 0xfff00000);
      text = read_text (paper, 0);
      g_assert_cmpstr (text, ==, "");
    }
}

static GBytes *
new_webp (guint8 alpha)
{
  g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 400, 200);
  g_autoptr(GBytes) bytes = NULL;
  guint8 *data;
  gsize size;

  gdk_pixbuf_fill (pixbuf, 0xff000000 | alpha);
  size = WebPEncodeLosslessRGBA (gdk_pixbuf_read_pixels (pixbuf), 400, 200, gdk_pixbuf_get_rowstride (pixbuf), &data);
  g_assert_cmpuint (size, >, 0);
  bytes = g_bytes_new (data, size);
  WebPFree (data);
  return g_steal_pointer (&bytes);
}

static void
add_frame (WebPAnimEncoder *encoder, guint32 argb, int time)
{
  WebPConfig config;
  WebPPicture frame;

  g_assert_true (WebPConfigInit (&config) && WebPPictureInit (&frame));
  frame.width = 400;
  frame.height = 200;
  frame.use_argb = 1;
  g_assert_true (WebPPictureAlloc (&frame));
  for (int i = 0; i < frame.width * frame.height; i++)
    frame.argb[i / frame.width * frame.argb_stride + i % frame.width] = argb;
  g_assert_true (WebPAnimEncoderAdd (encoder, &frame, time, &config));
  WebPPictureFree (&frame);
}

/* Red, then blue */
static GBytes *
new_moving_webp (void)
{
  WebPAnimEncoder *encoder = WebPAnimEncoderNew (400, 200, NULL);
  WebPData data;
  GBytes *bytes;

  add_frame (encoder, 0xffff0000, 0);
  add_frame (encoder, 0xff0000ff, 100);
  g_assert_true (WebPAnimEncoderAdd (encoder, NULL, 200, NULL));
  WebPDataInit (&data);
  g_assert_true (WebPAnimEncoderAssemble (encoder, &data));
  bytes = g_bytes_new (data.bytes, data.size);
  WebPDataClear (&data);
  WebPAnimEncoderDelete (encoder);
  return bytes;
}

static void
assert_webp (GBytes *bytes, guint32 wanted)
{
  g_autoptr(CairnPaper) paper = open_paper ("image/webp", bytes);
  g_autoptr(CairnPaperPicture) picture = draw (paper, 0, 200, NULL);

  g_assert_cmpuint (cairn_paper_get_n_pages (paper), ==, 1);
  g_assert_cmpuint (picture->height, ==, 100);
  g_assert_cmphex (pixel (picture, 0.5, 0.5) & 0xfff0f0f0, ==, wanted);
}

/* Of one that moves the first frame is shown; what can be seen through lies on white. */
static void
test_webp (void)
{
  g_autoptr(GBytes) still = new_webp (0xff), clear = new_webp (0), moving = new_moving_webp ();

  assert_webp (still, 0xfff00000);
  assert_webp (clear, 0xfff0f0f0);
  assert_webp (moving, 0xfff00000);
}

static void
test_webp_hostile (void)
{
  /* A canvas of 16,777,216 by 16,777,216 pixels that moves, and one that doesn't, of 16,384 by 16,384 */
  static const guchar bomb[] = { 'R', 'I', 'F', 'F', 22, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', 'X', 10, 0, 0, 0, 2, 0, 0, 0,
                    0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  static const guchar flat[] = { 'R', 'I', 'F', 'F', 18, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', 'L', 5, 0, 0, 0, 0x2f, 0xff, 0xff, 0xff,
                    0x0f, 0 };
  g_autoptr(GBytes) large = g_bytes_new_static (bomb, sizeof bomb), wide = g_bytes_new_static (flat, sizeof flat);
  g_autoptr(GBytes) moving = new_moving_webp (), still = new_webp (0xff);
  GBytes *const whole[] = { moving, still };

  assert_fails_somehow ("image/webp", large);
  assert_fails_somehow ("image/webp", wide);
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    for (gsize length = 0; length < g_bytes_get_size (whole[i]); length += 23)
      {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes (whole[i], 0, length);
        g_autoptr(CairnPaper) paper = cairn_paper_new (program, "image/webp", cut);
        g_autoptr(CairnPaperPicture) picture = NULL;

        if (try_open (paper, NULL))
          picture = draw (paper, 0, 50, NULL);
      }
}

/* A zoom of any size costs a page of limited size. */
static void
test_limits (void)
{
  g_autoptr(GBytes) bytes = pdf_new_pages (2, "0 0 100 10000");
  g_autoptr(CairnPaper) paper = open_paper ("application/pdf", bytes);
  g_autoptr(CairnPaperPicture) picture = draw (paper, 0, G_MAXUINT32, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (picture->width * picture->height, <=, CAIRN_PAPER_MAX_PIXELS);
  g_assert_cmpuint (picture->height, <=, CAIRN_PAPER_MAX_SIDE);
  g_assert_null (draw (paper, 0, 0, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
  g_clear_error (&error);
  g_assert_null (draw (paper, 2, 100, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
}

static void
test_broken (void)
{
  static const char *const words[] = { "words", NULL };
  g_autoptr(GBytes) good = pdf_new_words (words);
  g_autoptr(GBytes) garbage = g_bytes_new_static ("%PDF-1.7 and nothing else", 25);
  g_autoptr(GBytes) pages = pdf_new_pages (0, "0 0 10 10");
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);

  assert_fails ("application/pdf", garbage, CAIRN_ERROR_BAD_DATA);
  assert_fails ("application/pdf", empty, CAIRN_ERROR_BAD_DATA);
  assert_fails ("application/pdf", pages, CAIRN_ERROR_BAD_DATA);
  assert_fails ("image/png", good, CAIRN_ERROR_BAD_DATA);
  assert_fails ("image/jpeg", garbage, CAIRN_ERROR_BAD_DATA);
  /* Cut anywhere, it opens or fails, and each page is drawn or fails. */
  for (gsize length = 5; length < g_bytes_get_size (good); length += 37)
    {
      g_autoptr(GBytes) cut = g_bytes_new_from_bytes (good, 0, length);
      g_autoptr(CairnPaper) paper = cairn_paper_new (program, "application/pdf", cut);
      g_autoptr(CairnPaperPicture) picture = NULL;

      if (try_open (paper, NULL))
        picture = draw (paper, 0, 50, NULL);
    }
}

static void
test_many_pages (void)
{
  g_autoptr(GBytes) bytes = pdf_new_pages (100000, "0 0 10 10");
  g_autoptr(GBytes) most = pdf_new_pages (CAIRN_PAPER_MAX_PAGES, "0 0 10 10");
  g_autoptr(CairnPaper) paper = open_paper ("application/pdf", most);

  g_assert_cmpuint (cairn_paper_get_n_pages (paper), ==, CAIRN_PAPER_MAX_PAGES);
  assert_fails ("application/pdf", bytes, CAIRN_ERROR_TOO_LARGE);
}

static void
test_page_sizes (void)
{
  static const char *const boxes[] = { "0 0 1e30 1e30", "0 0 20000 20000", "0 0 0 0", "0 0 nan nan", "0 0 -5 -5", "a b c d" };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      g_autoptr(GBytes) bytes = pdf_new_pages (1, boxes[i]);
      g_autoptr(CairnPaper) paper = open_paper ("application/pdf", bytes);
      g_autoptr(CairnPaperPicture) picture = NULL;
      double width, height;

      cairn_paper_get_size (paper, 0, &width, &height);
      g_assert_cmpfloat (width, >=, 1);
      g_assert_cmpfloat (width, <=, CAIRN_PAPER_MAX_POINTS);
      picture = draw (paper, 0, 100, NULL);
    }
}

/* Trees and drawings that contain themselves, and a drawing without an end. */
static void
test_recursive (void)
{
  g_autoptr(GString) busy = g_string_new (NULL);
  g_autoptr(CairnPaper) paper = NULL;
  g_autoptr(CairnPaperPicture) picture = NULL;
  g_autoptr(GBytes) tree = NULL, form = NULL;
  Pdf pdf;

  pdf_init (&pdf);
  pdf_object (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  pdf_object (&pdf, "<< /Type /Pages /Count 3 /Kids [2 0 R 2 0 R 2 0 R] >>");
  tree = pdf_finish (&pdf, "");
  paper = cairn_paper_new (program, "application/pdf", tree);
  if (try_open (paper, NULL))
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (draw (paper, 0, 50, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
    }
  g_clear_object (&paper);

  pdf_init (&pdf);
  pdf_object (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  pdf_object (&pdf, "<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
  pdf_object (&pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
              " /Resources << /XObject << /F 5 0 R >> >> >>");
  pdf_stream (&pdf, "", "/F Do", 5);
  pdf_stream (&pdf, "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /F 5 0 R >> >>", "/F Do /F Do", 11);
  form = pdf_finish (&pdf, "");
  paper = open_paper ("application/pdf", form);
  picture = draw (paper, 0, 50, NULL);   /* whichever */
}

/* A picture of a few bytes that would fill the memory. */
static void
test_bombs (void)
{
  static const guchar png[] = {
    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 2, 0, 0, 0,
    0xd9, 0xa4, 0x9c, 0x3e,
  };
  g_autoptr(GBytes) bytes = g_bytes_new_static (png, sizeof png);

  assert_fails_somehow ("image/png", bytes);
}

static void
test_encrypted (void)
{
  g_autoptr(GBytes) bytes = NULL;
  Pdf pdf;

  pdf_init (&pdf);
  pdf_object (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  pdf_object (&pdf, "<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
  pdf_object (&pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>");
  pdf_object (&pdf, "<< /Filter /Standard /V 1 /R 2 /P -44 /O <%064d> /U <%064d> >>", 1, 2);
  bytes = pdf_finish (&pdf, "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]");
  assert_fails ("application/pdf", bytes, CAIRN_ERROR_CREDENTIALS);
}

/* The process may be missing, silent, or lie. */
static void
test_program (void)
{
  static const char *const programs[] = { "/nonexistent/cairn-paper", "/bin/true", "/bin/cat", "/usr/bin/yes" };
  static const char *const words[] = { "words", NULL };
  g_autoptr(GBytes) bytes = pdf_new_words (words);

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autoptr(CairnPaper) paper = cairn_paper_new (programs[i], "application/pdf", bytes);
      g_autoptr(GError) error = NULL;

      g_assert_false (try_open (paper, &error));
      g_assert_nonnull (error);
    }
}

/* Closing doesn't wait for a process that never answers. */
static void
test_close (void)
{
  static const char *const words[] = { "words", NULL };
  g_autoptr(GBytes) bytes = pdf_new_words (words);
  CairnPaper *paper = cairn_paper_new ("/usr/bin/tail", "application/pdf", bytes);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) opened = NULL, drawn = NULL;
  g_autoptr(GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  gpointer weak;

  cairn_paper_open_async (paper, NULL, done_cb, &opened);
  cairn_paper_draw_async (paper, 0, 100, cancellable, done_cb, &drawn);
  g_cancellable_cancel (cancellable);
  cairn_paper_close (paper);
  g_assert_false (cairn_paper_open_finish (paper, wait (&opened), NULL));
  g_assert_null (cairn_paper_draw_finish (paper, wait (&drawn), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
  g_clear_object (&opened);
  g_clear_object (&drawn);
  weak = paper;
  g_object_add_weak_pointer (G_OBJECT (paper), &weak);
  g_object_unref (paper);
  while (weak != NULL)   /* its thread lets go of the last task */
    g_usleep (1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  g_assert_true (cairn_paper_can_show ("application/pdf"));
  g_assert_false (cairn_paper_can_show ("image/svg+xml"));
  g_assert_false (cairn_paper_can_show (NULL));
  g_test_add_func ("/paper/pages", test_pages);
  g_test_add_func ("/paper/pictures", test_pictures);
  g_test_add_func ("/paper/webp", test_webp);
  g_test_add_func ("/paper/webp-hostile", test_webp_hostile);
  g_test_add_func ("/paper/limits", test_limits);
  g_test_add_func ("/paper/broken", test_broken);
  g_test_add_func ("/paper/many-pages", test_many_pages);
  g_test_add_func ("/paper/page-sizes", test_page_sizes);
  g_test_add_func ("/paper/recursive", test_recursive);
  g_test_add_func ("/paper/bombs", test_bombs);
  g_test_add_func ("/paper/encrypted", test_encrypted);
  g_test_add_func ("/paper/program", test_program);
  g_test_add_func ("/paper/close", test_close);
  return g_test_run ();
}
