/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Poppler, gdk-pixbuf and libwebp, in the drawing process. Poppler's GLib interface runs no scripts and follows no links; a
 * document's fonts come from itself or from the system.
 */
#include "cairn-paper-source.h"

#include "cairn-paper-webp.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>
#include <poppler.h>
#include <string.h>

#define POINTS_A_PIXEL 0.75   /* a picture at 96 dots an inch */

struct _CairnPaperSource
{
  PopplerDocument *document;
  GdkPixbuf       *picture;
};

static gboolean
open_pdf (CairnPaperSource *self, GBytes *bytes, CairnPaperFault *fault)
{
  g_autoptr(GError) error = NULL;
  int n;

  self->document = poppler_document_new_from_bytes (bytes, NULL, &error);
  if (self->document == NULL)
    {
      *fault = g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? CAIRN_PAPER_ENCRYPTED : CAIRN_PAPER_BROKEN;
      return FALSE;
    }
  n = poppler_document_get_n_pages (self->document);
  *fault = n > CAIRN_PAPER_MAX_PAGES ? CAIRN_PAPER_TOO_LARGE : n < 1 ? CAIRN_PAPER_BROKEN : CAIRN_PAPER_GOOD;
  return *fault == CAIRN_PAPER_GOOD;
}

/* Knows the size before a pixel is decoded. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer data)
{
  gboolean *too_large = data;

  if (width < 1 || height < 1 || (gint64) width * height > CAIRN_PAPER_MAX_PICTURE)
    {
      *too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 0, 0);
    }
}

static gboolean
open_picture (CairnPaperSource *self, const char *type, GBytes *bytes, CairnPaperFault *fault)
{
  g_autoptr(GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_mime_type (type, NULL);
  gboolean too_large = FALSE, good;

  if (loader == NULL)
    return FALSE;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &too_large);
  good = gdk_pixbuf_loader_write_bytes (loader, bytes, NULL);
  good = gdk_pixbuf_loader_close (loader, NULL) && good;
  if (too_large)
    *fault = CAIRN_PAPER_TOO_LARGE;
  else if (good && gdk_pixbuf_loader_get_pixbuf (loader) != NULL)
    {
      self->picture = gdk_pixbuf_apply_embedded_orientation (gdk_pixbuf_loader_get_pixbuf (loader));
      *fault = CAIRN_PAPER_GOOD;
    }
  return self->picture != NULL;
}

/* @fault says why it is NULL. */
CairnPaperSource *
cairn_paper_source_new (const char *type, GBytes *bytes, CairnPaperFault *fault)
{
  g_autoptr(CairnPaperSource) self = g_new0 (CairnPaperSource, 1);
  gboolean good = FALSE;

  *fault = CAIRN_PAPER_BROKEN;
  if (g_str_equal (type, "application/pdf"))
    good = open_pdf (self, bytes, fault);
  else if (g_str_equal (type, "image/png") || g_str_equal (type, "image/jpeg"))
    good = open_picture (self, type, bytes, fault);
  else if (g_str_equal (type, "image/webp"))
    {
      self->picture = cairn_paper_webp_decode (bytes, fault);
      good = self->picture != NULL;
    }
  return good ? g_steal_pointer (&self) : NULL;
}

void
cairn_paper_source_free (CairnPaperSource *self)
{
  g_clear_object (&self->document);
  g_clear_object (&self->picture);
  g_free (self);
}

guint
cairn_paper_source_n_pages (CairnPaperSource *self)
{
  return self->document != NULL ? (guint) poppler_document_get_n_pages (self->document) : 1;
}

/* In points; 0×0 for a page that can't be shown. */
void
cairn_paper_source_size (CairnPaperSource *self, guint page, double *width, double *height)
{
  *width = *height = 0;
  if (self->picture != NULL)
    {
      *width = gdk_pixbuf_get_width (self->picture) * POINTS_A_PIXEL;
      *height = gdk_pixbuf_get_height (self->picture) * POINTS_A_PIXEL;
    }
  else
    {
      PopplerPage *leaf = poppler_document_get_page (self->document, (int) page);

      if (leaf != NULL)
        poppler_page_get_size (leaf, width, height);
      g_clear_object (&leaf);
      if (!isfinite (*width) || !isfinite (*height) || *width < 1 || *height < 1 || *width > CAIRN_PAPER_MAX_POINTS ||
          *height > CAIRN_PAPER_MAX_POINTS)
        *width = *height = 0;
    }
}

static void
draw_picture (GdkPixbuf *picture, cairo_t *cr)
{
  int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture), rows, stride;
  guint channels = (guint) gdk_pixbuf_get_n_channels (picture);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  const guchar *from = gdk_pixbuf_read_pixels (picture);
  guchar *to = cairo_image_surface_get_data (surface);

  rows = gdk_pixbuf_get_rowstride (picture);
  stride = cairo_image_surface_get_stride (surface);
  for (int y = 0; to != NULL && y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guchar *in = from + (gsize) y * (gsize) rows + (gsize) x * channels;
        guint32 alpha = channels == 4 ? in[3] : 255;
        guint32 pixel = alpha << 24 | in[0] * alpha / 255 << 16 | in[1] * alpha / 255 << 8 | in[2] * alpha / 255;

        memcpy (to + (gsize) y * (gsize) stride + (gsize) x * 4, &pixel, sizeof pixel);
      }
  cairo_surface_mark_dirty (surface);
  cairo_scale (cr, POINTS_A_PIXEL, POINTS_A_PIXEL);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  cairo_surface_destroy (surface);
}

/* On white, as paper is. */
gboolean
cairn_paper_source_draw (CairnPaperSource *self, guint page, double scale, cairo_t *cr)
{
  PopplerPage *leaf;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  if (self->picture != NULL)
    draw_picture (self->picture, cr);
  else
    {
      leaf = poppler_document_get_page (self->document, (int) page);
      if (leaf == NULL)
        return FALSE;
      poppler_page_render (leaf, cr);
      g_object_unref (leaf);
    }
  return cairo_status (cr) == CAIRO_STATUS_SUCCESS;
}

/* Never NULL; UTF-8. */
char *
cairn_paper_source_text (CairnPaperSource *self, guint page)
{
  PopplerPage *leaf = self->document != NULL ? poppler_document_get_page (self->document, (int) page) : NULL;
  g_autofree char *text = leaf != NULL ? poppler_page_get_text (leaf) : NULL;
  gsize length = text != NULL ? strlen (text) : 0;

  g_clear_object (&leaf);
  if (length > CAIRN_PAPER_MAX_TEXT)
    text[CAIRN_PAPER_MAX_TEXT] = '\0';
  return text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
}

static void
add_hit (GArray *hits, const PopplerRectangle *place, double width, double height)
{
  const float hit[4] = {
    (float) (place->x1 / width), (float) (1 - place->y2 / height),
    (float) ((place->x2 - place->x1) / width), (float) ((place->y2 - place->y1) / height),
  };

  g_array_append_vals (hits, hit, 4);
}

/* Floats, four a place, as parts of the page from its upper left corner. */
GArray *
cairn_paper_source_find (CairnPaperSource *self, guint page, const char *words)
{
  PopplerPage *leaf = self->document != NULL && *words != '\0' ? poppler_document_get_page (self->document, (int) page) : NULL;
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (float));
  double width, height;
  GList *found;

  cairn_paper_source_size (self, page, &width, &height);
  if (leaf == NULL || width < 1)
    {
      g_clear_object (&leaf);
      return hits;
    }
  found = poppler_page_find_text_with_options (leaf, words, POPPLER_FIND_DEFAULT | POPPLER_FIND_IGNORE_DIACRITICS |
                                               POPPLER_FIND_MULTILINE);
  for (GList *l = found; l != NULL; l = l->next)
    {
      if (hits->len < 4 * CAIRN_PAPER_MAX_HITS)
        add_hit (hits, l->data, width, height);
      poppler_rectangle_free (l->data);
    }
  g_list_free (found);
  g_object_unref (leaf);
  return hits;
}
