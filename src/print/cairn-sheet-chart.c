/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trend on paper: time from left to right in every language, the usual range as a grey band. */
#include "config.h"

#include "cairn-sheet-private.h"

#include <math.h>

#define ROOM_LEFT 44.0
#define ROOM_BOTTOM 20.0
#define MOST_DOTS 80

typedef struct
{
  double left, right, top, bottom;
  double low, high, step;
  gint64 from, to;
} Plot;

/* 1, 2 or 5 times a power of ten. */
static double
nice_step (double span)
{
  double rough = span / 4, power = pow (10, floor (log10 (rough))), part = rough / power;

  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

static gboolean
set_scale (Plot *plot, const CairnSheetChart *chart)
{
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < chart->n_points; i++)
    {
      low = fmin (low, chart->points[i].number);
      high = fmax (high, chart->points[i].number);
    }
  if (chart->has_low)
    low = fmin (low, chart->low);
  if (chart->has_high)
    high = fmax (high, chart->high);
  if (!isfinite (low) || !isfinite (high) || fabs (low) > 1e12 || fabs (high) > 1e12)
    return FALSE;
  if (high - low < 1e-9 * fmax (fabs (high), 1))
    {
      low -= 1;
      high += 1;
    }
  plot->step = nice_step (high - low);
  plot->low = floor (low / plot->step) * plot->step;
  plot->high = ceil (high / plot->step) * plot->step;
  plot->from = chart->points[0].time;
  plot->to = MAX (chart->points[chart->n_points - 1].time, plot->from + 1);
  return TRUE;
}

static double
get_y (const Plot *plot, double number)
{
  return plot->bottom - (number - plot->low) / (plot->high - plot->low) * (plot->bottom - plot->top);
}

static double
get_x (const Plot *plot, gint64 time)
{
  return plot->left + (double) (time - plot->from) / (double) (plot->to - plot->from) * (plot->right - plot->left);
}

static void
draw_label (CairnSheet *self, cairo_t *cr, const char *words, double x, double y, double align)
{
  PangoLayout *layout = cairn_sheet_create_layout (self, words, 8.5, FALSE, 0);
  int width, height;

  pango_layout_get_size (layout, &width, &height);
  cairo_set_source_rgb (cr, 0.35, 0.35, 0.35);
  cairo_move_to (cr, x - align * (double) width / PANGO_SCALE, y - (double) height / PANGO_SCALE / 2);
  pango_cairo_show_layout (cr, layout);
  g_object_unref (layout);
}

static void
draw_grid (CairnSheet *self, cairo_t *cr, const Plot *plot)
{
  int digits = (int) fmax (0, ceil (-log10 (plot->step) - 1e-9));

  cairo_set_line_width (cr, 0.5);
  for (int i = 0; i < 12 && plot->low + i * plot->step <= plot->high + plot->step / 2; i++)
    {
      double number = plot->low + i * plot->step, y = get_y (plot, number);
      char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

      g_snprintf (format, sizeof format, "%%.%df", MIN (digits, 6));
      g_ascii_formatd (text, sizeof text, format, number);
      cairo_set_source_rgb (cr, 0.85, 0.85, 0.85);
      cairo_move_to (cr, plot->left, y);
      cairo_line_to (cr, plot->right, y);
      cairo_stroke (cr);
      draw_label (self, cr, text, plot->left - 6, y, 1);
    }
}

static void
draw_band (cairo_t *cr, const Plot *plot, const CairnSheetChart *chart)
{
  double top = chart->has_high ? get_y (plot, chart->high) : plot->top;
  double bottom = chart->has_low ? get_y (plot, chart->low) : plot->bottom;

  if (!chart->has_low && !chart->has_high)
    return;
  cairo_set_source_rgb (cr, 0.92, 0.95, 0.92);
  cairo_rectangle (cr, plot->left, top, plot->right - plot->left, bottom - top);
  cairo_fill (cr);
}

static void
draw_points (cairo_t *cr, const Plot *plot, const CairnSheetChart *chart)
{
  cairo_set_source_rgb (cr, 0.1, 0.1, 0.1);
  cairo_set_line_width (cr, 1.2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_new_path (cr);
  for (guint i = 0; i < chart->n_points; i++)
    cairo_line_to (cr, get_x (plot, chart->points[i].time), get_y (plot, chart->points[i].number));
  cairo_stroke (cr);
  for (guint i = 0; chart->n_points <= MOST_DOTS && i < chart->n_points; i++)
    {
      cairo_arc (cr, get_x (plot, chart->points[i].time), get_y (plot, chart->points[i].number), 2.4, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

void
cairn_sheet_draw_chart (CairnSheet *self, cairo_t *cr, const CairnSheetChart *chart, double y)
{
  Plot plot = {
    CAIRN_SHEET_MARGIN + ROOM_LEFT, self->width - CAIRN_SHEET_MARGIN - 4, y + 16, y + CAIRN_SHEET_CHART_HEIGHT - ROOM_BOTTOM, 0, 0, 0, 0, 0
  };

  if (!set_scale (&plot, chart))
    return;
  draw_band (cr, &plot, chart);
  draw_grid (self, cr, &plot);
  draw_points (cr, &plot, chart);
  if (chart->unit != NULL)
    draw_label (self, cr, chart->unit, plot.left, y + 4, 0);
  if (chart->from != NULL)
    draw_label (self, cr, chart->from, plot.left, plot.bottom + 12, 0);
  if (chart->to != NULL)
    draw_label (self, cr, chart->to, plot.right, plot.bottom + 12, 1);
}
