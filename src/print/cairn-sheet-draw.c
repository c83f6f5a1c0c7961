/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ink: a sheet's pages with cairo, and a PDF of them. */
#include "config.h"

#include "cairn-sheet-private.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define INK 0.1
#define PALE 0.42
#define RULE 0.8

static void
set_grey (cairo_t *cr, double grey)
{
  cairo_set_source_rgb (cr, grey, grey, grey);
}

static void
draw_line (cairo_t *cr, double x1, double x2, double y, double grey)
{
  set_grey (cr, grey);
  cairo_set_line_width (cr, 0.6);
  cairo_move_to (cr, x1, y);
  cairo_line_to (cr, x2, y);
  cairo_stroke (cr);
}

/* At the start of the line, or at its end. */
static void
draw_words (CairnSheet *self, cairo_t *cr, const char *words, double size, gboolean bold, double y, gboolean at_end, double grey)
{
  double room = self->width - 2 * CAIRN_SHEET_MARGIN;
  PangoLayout *layout = cairn_sheet_create_layout (self, words, size, bold, room);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  cairn_sheet_align (self, layout, at_end);
  set_grey (cr, grey);
  cairo_move_to (cr, CAIRN_SHEET_MARGIN, y);
  pango_cairo_show_layout (cr, layout);
  g_object_unref (layout);
}

static void
draw_head (CairnSheet *self, cairo_t *cr)
{
  g_autofree char *person = NULL;

  if (self->head.patient != NULL && self->head.born != NULL)
    /* Translators: %1$s is a name, %2$s a date of birth; on every printed page */
    person = g_strdup_printf (_("%1$s, born %2$s"), self->head.patient, self->head.born);
  else
    person = g_strdup (self->head.patient);
  if (person != NULL)
    draw_words (self, cr, person, 10.5, TRUE, 40, FALSE, INK);
  if (self->head.clinic != NULL)
    draw_words (self, cr, self->head.clinic, 9.5, FALSE, 41, TRUE, PALE);
  if (self->head.mark != NULL)
    draw_words (self, cr, self->head.mark, 9.5, TRUE, 55, FALSE, INK);
  draw_line (cr, CAIRN_SHEET_MARGIN, self->width - CAIRN_SHEET_MARGIN, 72, 0.35);
}

static void
draw_foot (CairnSheet *self, cairo_t *cr, guint page)
{
  /* Translators: %s is a date; at the foot of a printed page */
  g_autofree char *printed = g_strdup_printf (_("Printed %s from the patient's copy of the record"), self->head.printed);
  /* Translators: at the foot of a printed page */
  g_autofree char *number = g_strdup_printf (_("Page %1$u of %2$u"), page + 1, self->n_pages);
  double y = self->height - 42;

  draw_line (cr, CAIRN_SHEET_MARGIN, self->width - CAIRN_SHEET_MARGIN, y - 6, RULE);
  draw_words (self, cr, printed, 8.5, FALSE, y, FALSE, PALE);
  draw_words (self, cr, number, 8.5, FALSE, y, TRUE, PALE);
}

/* Lines first to last of a layout, whose top is at y. */
static void
draw_lines (cairo_t *cr, PangoLayout *layout, int first, int last, double x, double y)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  double top = 0;
  int n = 0;

  do
    {
      PangoRectangle box;
      double baseline = (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE;

      pango_layout_iter_get_line_extents (iter, NULL, &box);
      if (n == first)
        top = (double) box.y / PANGO_SCALE;
      if (n >= first && n < last)
        {
          cairo_move_to (cr, x + (double) box.x / PANGO_SCALE, y + baseline - top);
          pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
        }
      n++;
    }
  while (n < last && pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

/* Names at the side where reading begins. */
static void
draw_row (CairnSheet *self, cairo_t *cr, const CairnSheetBlock *block, const CairnSheetPart *part)
{
  double text_x = CAIRN_SHEET_MARGIN + CAIRN_SHEET_LABEL + CAIRN_SHEET_GAP, label_x = CAIRN_SHEET_MARGIN;

  if (self->head.rtl)
    {
      text_x = CAIRN_SHEET_MARGIN;
      label_x = self->width - CAIRN_SHEET_MARGIN - CAIRN_SHEET_LABEL;
    }
  if (!part->continued)
    {
      set_grey (cr, PALE);
      cairo_move_to (cr, label_x, part->y + 5.5);
      pango_cairo_show_layout (cr, block->label_layout);
    }
  set_grey (cr, INK);
  draw_lines (cr, block->layout, part->first, part->last, text_x, part->y + 5);
  draw_line (cr, CAIRN_SHEET_MARGIN, self->width - CAIRN_SHEET_MARGIN, part->y + part->height, RULE);
}

static void
draw_part (CairnSheet *self, cairo_t *cr, const CairnSheetPart *part)
{
  const CairnSheetBlock *block = g_ptr_array_index (self->blocks, part->block);
  double room = self->width - 2 * CAIRN_SHEET_MARGIN;

  set_grey (cr, block->kind == CAIRN_SHEET_SUBTITLE ? PALE : INK);
  switch (block->kind)
    {
    case CAIRN_SHEET_ROW:
      draw_row (self, cr, block, part);
      break;
    case CAIRN_SHEET_WARNING:
      cairo_set_line_width (cr, 1.2);
      cairo_rectangle (cr, CAIRN_SHEET_MARGIN, part->y, room, part->height);
      cairo_stroke (cr);
      draw_lines (cr, block->layout, part->first, part->last, CAIRN_SHEET_MARGIN + 12, part->y + 8);
      break;
    case CAIRN_SHEET_CHART:
      cairn_sheet_draw_chart (self, cr, block->chart, part->y);
      break;
    case CAIRN_SHEET_FIGURE:
      draw_lines (cr, block->layout, part->first, part->last, CAIRN_SHEET_MARGIN, part->y);
      if (block->label_layout != NULL)
        {
          int height;

          pango_layout_get_size (block->layout, NULL, &height);
          cairo_move_to (cr, CAIRN_SHEET_MARGIN, part->y + (double) height / PANGO_SCALE + 2);
          pango_cairo_show_layout (cr, block->label_layout);
        }
      break;
    case CAIRN_SHEET_TITLE:
    case CAIRN_SHEET_SUBTITLE:
    case CAIRN_SHEET_HEADING:
    case CAIRN_SHEET_TEXT:
    default:
      draw_lines (cr, block->layout, part->first, part->last, CAIRN_SHEET_MARGIN, part->y);
      break;
    }
}

/**
 * cairn_sheet_draw:
 * @self: a sheet that is laid out
 * @cr: where to draw, one unit a point, the paper's upper left corner at 0, 0
 * @page: which page, from 0
 */
void
cairn_sheet_draw (CairnSheet *self, cairo_t *cr, guint page)
{
  cairo_save (cr);
  draw_head (self, cr);
  for (guint i = 0; i < self->parts->len; i++)
    {
      const CairnSheetPart *part = &g_array_index (self->parts, CairnSheetPart, i);

      if (part->page == page)
        draw_part (self, cr, part);
    }
  draw_foot (self, cr, page);
  cairo_restore (cr);
}

static cairo_status_t
write_cb (void *data, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * cairn_sheet_dup_pdf:
 * @self: a sheet
 * @title: of the file
 * @width: of the paper
 * @height: of the paper
 *
 * Lays the sheet out and draws all of it. The file has no date in it.
 *
 * Returns: (transfer full): a PDF
 */
GBytes *
cairn_sheet_dup_pdf (CairnSheet *self, const char *title, double width, double height)
{
  GByteArray *out = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (write_cb, out, width, height);
  guint n = cairn_sheet_layout (self, width, height);
  cairo_t *cr = cairo_create (surface);

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Cairn");
  for (guint i = 0; i < n; i++)
    {
      cairn_sheet_draw (self, cr, i);
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (out);
}
