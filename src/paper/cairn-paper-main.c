/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process that draws documents. What a clinic sends was often made by somebody else, and a PDF is a program for a
 * machine with a long list of holes: it is read here, without a network, files, keys or the rest of the record, and
 * what goes wrong ends this process and not the window.
 */
#include "cairn-paper-sandbox.h"
#include "cairn-paper-source.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_WORDS 1024

static gboolean
read_all (gpointer data, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize n = read (STDIN_FILENO, (char *) data + done, length - done);

      if (n <= 0 && !(n < 0 && errno == EINTR))
        return FALSE;
      done += (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
write_all (gconstpointer data, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize n = write (STDOUT_FILENO, (const char *) data + done, length - done);

      if (n <= 0 && !(n < 0 && errno == EINTR))
        return FALSE;
      done += (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
answer (CairnPaperReply reply, gconstpointer data, gsize length)
{
  reply.length = (guint32) length;
  return write_all (&reply, sizeof reply) && write_all (data, length);
}

static gboolean
fail (CairnPaperFault fault)
{
  return answer ((CairnPaperReply) { .fault = fault }, NULL, 0);
}

static GBytes *
read_document (void)
{
  struct stat stat;
  gpointer data;

  if (fstat (CAIRN_PAPER_FD, &stat) != 0 || stat.st_size <= 0)
    return NULL;
  data = mmap (NULL, (gsize) stat.st_size, PROT_READ, MAP_PRIVATE, CAIRN_PAPER_FD, 0);
  return data != MAP_FAILED ? g_bytes_new_static (data, (gsize) stat.st_size) : NULL;
}

static gboolean
open_document (CairnPaperSource **source, const char *type)
{
  g_autoptr(GBytes) bytes = read_document ();
  g_autofree float *sizes = NULL;
  CairnPaperFault fault = CAIRN_PAPER_BROKEN;
  guint n;

  if (*source != NULL || bytes == NULL)
    return fail (fault);
  *source = cairn_paper_source_new (type, bytes, &fault);
  if (*source == NULL)
    return fail (fault);
  n = cairn_paper_source_n_pages (*source);
  sizes = g_new (float, 2 * n);
  for (guint i = 0; i < n; i++)
    {
      double width, height;

      cairn_paper_source_size (*source, i, &width, &height);
      sizes[2 * i] = (float) width;
      sizes[2 * i + 1] = (float) height;
    }
  return answer ((CairnPaperReply) { .count = n }, sizes, 2 * n * sizeof *sizes);
}

static gboolean
draw (CairnPaperSource *source, guint page, guint wanted)
{
  double width, height, scale;
  cairo_surface_t *surface;
  gboolean good;
  cairo_t *cr;
  int w, h;

  cairn_paper_source_size (source, page, &width, &height);
  if (width <= 0 || wanted < 1)
    return fail (CAIRN_PAPER_BROKEN);
  scale = MIN (wanted / width, CAIRN_PAPER_MAX_SIDE / MAX (width, height));
  scale = MIN (scale, sqrt (CAIRN_PAPER_MAX_PIXELS / (width * height)));
  w = MAX ((int) round (width * scale), 1);
  h = MAX ((int) round (height * scale), 1);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, w, h);
  cr = cairo_create (surface);
  good = cairn_paper_source_draw (source, page, scale, cr);
  cairo_surface_flush (surface);
  if (good && cairo_image_surface_get_stride (surface) == w * 4)
    good = answer ((CairnPaperReply) { .width = (guint32) w, .height = (guint32) h },
                   cairo_image_surface_get_data (surface), (gsize) w * (gsize) h * 4);
  else
    good = fail (CAIRN_PAPER_BROKEN);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return good;
}

static gboolean
serve (CairnPaperSource *source, const CairnPaperRequest *request, const char *words)
{
  if (request->page >= cairn_paper_source_n_pages (source))
    return fail (CAIRN_PAPER_BROKEN);
  if (request->ask == CAIRN_PAPER_DRAW)
    return draw (source, request->page, request->width);
  if (request->ask == CAIRN_PAPER_TEXT)
    {
      g_autofree char *text = cairn_paper_source_text (source, request->page);

      return answer ((CairnPaperReply) { .count = 1 }, text, strlen (text));
    }
  if (request->ask == CAIRN_PAPER_FIND)
    {
      g_autoptr(GArray) hits = cairn_paper_source_find (source, request->page, words);

      return answer ((CairnPaperReply) { .count = hits->len / 4 }, hits->data, hits->len * sizeof (float));
    }
  return FALSE;
}

int
main (void)
{
  CairnPaperSource *source = NULL;
  CairnPaperRequest request;
  char words[MAX_WORDS + 1];

  /* Which fonts there are is read, and maybe kept in the person's own cache, before that is out of reach. */
  FcInit ();
  if (!cairn_paper_sandbox_enter ())
    return EXIT_FAILURE;
  while (read_all (&request, sizeof request))
    {
      gboolean good;

      if (request.length > MAX_WORDS || !read_all (words, request.length))
        return EXIT_FAILURE;
      words[request.length] = '\0';
      if (request.ask == CAIRN_PAPER_OPEN)
        good = open_document (&source, words);
      else
        good = source != NULL ? serve (source, &request, words) : fail (CAIRN_PAPER_BROKEN);
      if (!good)
        return EXIT_FAILURE;
    }
  g_clear_pointer (&source, cairn_paper_source_free);
  return EXIT_SUCCESS;
}
