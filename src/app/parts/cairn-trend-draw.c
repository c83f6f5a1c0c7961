/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a trend: the usual band, grid, line and points, and what is said of one of them. Old is left and new right
 * everywhere, as on any time axis. */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "fhir/cairn-value.h"
#include "parts/cairn-drawing.h"
#include "parts/cairn-trend-draw.h"

#define SMALL 0.82
#define LABEL 0.91      /* the value at the last point */
#define ABOVE 11        /* from a point's middle to its value */
#define RIGHT 14        /* room right of the plot */
#define INSET 10        /* from the plot's sides to its first and last point */
#define TICK_GAP 8
#define LABEL_GAP 24    /* between two labels of the time axis */
#define SPARSE 12       /* pixels a point from which points are as large as can be */
#define DENSE 6         /* pixels a point below which points are only a line */

static void
format_number (char  *text,
               gsize  size,
               int    digits,
               double value)
{
  char pattern[8];

  g_snprintf (pattern, sizeof pattern, "%%.%df", MIN (digits, 6));
  g_ascii_formatd (text, (int) size, pattern, fabs (value) < 1e-12 ? 0 : value);
}

/* The points in sight and one more on either side, to which the line goes on. */
static guint
find_visible (const CairnTrendSeries *series,
              const CairnTrendView   *view,
              guint                  *n)
{
  guint from = cairn_plot_find (series->points, series->n_points, view->from);
  guint to = cairn_plot_find (series->points, series->n_points, view->to + 1);

  from = from > 0 ? from - 1 : 0;
  to = MIN (to + 1, series->n_points);
  *n = to - from;
  return from;
}

/* The point of a series whose record is open; −1 when it is none of them. */
int
cairn_trend_view_find_marked (const CairnTrendView *self,
                              guint                 series)
{
  for (guint i = self->series[series]->n_points; self->current != NULL && i > 0; i--)
    if (g_strcmp0 (self->series[series]->points[i - 1].id, self->current) == 0)
      return (int) i - 1;
  return -1;
}

static CairnPlotScale
find_scale (const CairnTrendView *view,
            double                height,
            int                   line)
{
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < view->n_series; i++)
    {
      const CairnTrendSeries *series = view->series[i];
      guint n, from = find_visible (series, view, &n);

      for (guint j = from; j < from + n; j++)
        {
          low = MIN (low, series->points[j].number);
          high = MAX (high, series->points[j].number);
        }
    }
  for (guint i = 0; i < view->n_series; i++)
    cairn_plot_include_band (view->series[i]->range, &low, &high);
  return cairn_plot_scale (low, high, (guint) CLAMP (height / (2.5 * line), 2, 6));
}

CairnTrendLayout
cairn_trend_layout (GtkWidget            *widget,
                    const CairnTrendView *view,
                    int                   width,
                    int                   height)
{
  int line = cairn_drawing_get_line_height (widget, SMALL), widest = 0;
  CairnTrendLayout self = { .top = cairn_drawing_get_line_height (widget, LABEL) - 2, .bottom = height - line - 9, .from = view->from };

  self.scale = find_scale (view, self.bottom - self.top, line);
  for (double tick = self.scale.low; tick <= self.scale.high + self.scale.step / 2; tick += self.scale.step)
    {
      char text[40];

      format_number (text, sizeof text, self.scale.digits, tick);
      widest = MAX (widest, cairn_drawing_get_text_width (widget, text, SMALL));
    }
  self.left = widest + 12;
  self.right = MAX (self.left + 2 * INSET + 1, width - RIGHT);
  self.per_ms = (self.right - self.left - 2 * INSET) / (double) MAX (view->to - view->from, 1);
  return self;
}

double
cairn_trend_layout_get_x (const CairnTrendLayout *self,
                          gint64                  time)
{
  return self->left + INSET + (double) (time - self->from) * self->per_ms;
}

gint64
cairn_trend_layout_get_time (const CairnTrendLayout *self,
                             double                  x)
{
  return self->from + (gint64) ((x - self->left - INSET) / self->per_ms);
}

static double
get_y (const CairnTrendLayout *self,
       double                  value)
{
  return self->bottom - (self->bottom - self->top) * (value - self->scale.low) / (self->scale.high - self->scale.low);
}

static void
draw_edge (GtkWidget              *widget,
           cairo_t                *cr,
           const CairnTrendLayout *layout,
           double                  value)
{
  static const double dashes[] = { 3, 3 };
  GdkRGBA color = cairn_drawing_get_color (widget, "success_color", 0.6f);
  double y = round (get_y (layout, value)) + 0.5;

  if (value <= layout->scale.low || value >= layout->scale.high)
    return;
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, layout->left, y);
  cairo_line_to (cr, layout->right, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_band (GtkWidget              *widget,
           cairo_t                *cr,
           const CairnTrendLayout *layout,
           const CairnRange       *range)
{
  GdkRGBA color = cairn_drawing_get_color (widget, "success_color", 0.13f);
  double low = range->has_low ? MAX (range->low, layout->scale.low) : layout->scale.low;
  double high = range->has_high ? MIN (range->high, layout->scale.high) : layout->scale.high;
  double top = get_y (layout, high), bottom = get_y (layout, low);

  if (bottom <= top)
    return;
  cairo_rectangle (cr, layout->left, top, layout->right - layout->left, bottom - top);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_fill (cr);
  if (range->has_low)
    draw_edge (widget, cr, layout, range->low);
  if (range->has_high)
    draw_edge (widget, cr, layout, range->high);
}

/* Whether a line passes through a place. */
static gboolean
is_crossed (const CairnTrendLayout *layout,
            const CairnTrendView   *view,
            const graphene_rect_t  *place)
{
  double left = place->origin.x, right = left + place->size.width, top = place->origin.y, bottom = top + place->size.height;

  for (guint i = 0; i < view->n_series; i++)
    {
      const CairnTrendPoint *points = view->series[i]->points;
      guint n, from = find_visible (view->series[i], view, &n);

      for (guint j = from; j < from + n; j++)
        {
          const CairnTrendPoint *a = &points[j], *b = j + 1 < from + n ? a + 1 : a;
          double xa = cairn_trend_layout_get_x (layout, a->time), xb = cairn_trend_layout_get_x (layout, b->time);
          double ya = get_y (layout, a->number), yb = get_y (layout, b->number), slope = xb > xa ? (yb - ya) / (xb - xa) : 0;
          double y_left = xa < left ? ya + (left - xa) * slope : ya, y_right = xb > right ? ya + (right - xa) * slope : yb;

          if (xb >= left && xa <= right && MIN (y_left, y_right) <= bottom && MAX (y_left, y_right) >= top)
            return TRUE;
        }
    }
  return FALSE;
}

/* The range in words inside its band, in the corner that the line leaves free; all else says it as well. */
static void
draw_band_words (GtkWidget              *widget,
                 cairo_t                *cr,
                 const CairnTrendLayout *layout,
                 const CairnRange       *range,
                 const CairnTrendView   *view)
{
  GdkRGBA text = cairn_drawing_get_color (widget, NULL, 0.8f);
  int line = cairn_drawing_get_line_height (widget, SMALL), width;
  double top = get_y (layout, range->has_high ? MIN (range->high, layout->scale.high) : layout->scale.high);
  double bottom = get_y (layout, range->has_low ? MAX (range->low, layout->scale.low) : layout->scale.low);
  g_autofree char *words = NULL;

  if (range->text == NULL || bottom - top <= line + 6)
    return;
  /* Translators: inside a chart, %s is a range such as "4.0–5.6 %" */
  words = g_strdup_printf (C_("chart", "Usual %s"), range->text);
  width = cairn_drawing_get_text_width (widget, words, SMALL);
  for (guint corner = 0; corner < 4 && width < layout->right - layout->left - 16; corner++)
    {
      double x = corner % 2 == 0 ? layout->left + 8 : layout->right - 8 - width, y = corner < 2 ? bottom - line - 4 : top + 4;

      if (is_crossed (layout, view, &GRAPHENE_RECT_INIT (x - 4, y - 4, width + 8, line + 8)))
        continue;
      cairn_drawing_text (widget, cr, words, SMALL, FALSE, x, y, 0, &text);
      return;
    }
}

static void
draw_grid (GtkWidget              *widget,
           cairo_t                *cr,
           const CairnTrendLayout *layout)
{
  GdkRGBA grid = cairn_drawing_get_color (widget, NULL, 0.12f), text = cairn_drawing_get_color (widget, NULL, 0.72f);
  int line = cairn_drawing_get_line_height (widget, SMALL);

  cairo_set_line_width (cr, 1);
  for (double tick = layout->scale.low; tick <= layout->scale.high + layout->scale.step / 2; tick += layout->scale.step)
    {
      double y = round (get_y (layout, tick)) + 0.5;
      char label[40];

      gdk_cairo_set_source_rgba (cr, &grid);
      cairo_move_to (cr, layout->left, y);
      cairo_line_to (cr, layout->right, y);
      cairo_stroke (cr);
      format_number (label, sizeof label, layout->scale.digits, tick);
      cairn_drawing_text (widget, cr, label, SMALL, FALSE, layout->left - TICK_GAP, y - line / 2.0, 1, &text);
    }
}

/* The middle of a label, inside the widget. */
static double
place_label (GtkWidget              *widget,
             const CairnTrendLayout *layout,
             const CairnPlotTick    *tick,
             int                     width,
             double                 *half)
{
  *half = cairn_drawing_get_text_width (widget, tick->label, SMALL) / 2.0;
  return CLAMP (cairn_trend_layout_get_x (layout, tick->time), *half, MAX (*half, width - *half));
}

static gboolean
have_room (GtkWidget              *widget,
           const CairnTrendLayout *layout,
           const CairnPlotTick    *ticks,
           guint                   n,
           int                     width)
{
  double free_from = 0, half;

  for (guint i = 0; i < n; i++)
    {
      double x = place_label (widget, layout, &ticks[i], width, &half);

      if (x - half < free_from)
        return FALSE;
      free_from = x + half + LABEL_GAP;
    }
  return TRUE;
}

/* As many labels as have room, at least one. */
static void
draw_times (GtkWidget              *widget,
            cairo_t                *cr,
            const CairnTrendLayout *layout,
            const CairnTrendView   *view,
            int                     width)
{
  GdkRGBA text = cairn_drawing_get_color (widget, NULL, 0.72f);
  int room = cairn_drawing_get_text_width (widget, "0000", SMALL) + LABEL_GAP;
  CairnPlotTick ticks[32];
  guint max = (guint) ((layout->right - layout->left) / room) + 1, n;

  do
    n = cairn_plot_time_ticks (view->from, view->to, --max, ticks, G_N_ELEMENTS (ticks));
  while (max > 1 && !have_room (widget, layout, ticks, n, width));
  for (guint i = 0; i < n; i++)
    {
      double half, x = place_label (widget, layout, &ticks[i], width, &half);

      cairn_drawing_text (widget, cr, ticks[i].label, SMALL, FALSE, x, layout->bottom + TICK_GAP, 0.5, &text);
    }
}

/* With several points in each column of pixels a line would only be strokes side by side: a bar a column is the same,
 * and quick. */
static void
draw_columns (cairo_t                *cr,
              const CairnTrendLayout *layout,
              const GArray           *dots)
{
  double before = g_array_index (dots, CairnPlotDot, 0).y;

  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint i = 0; i < dots->len;)
    {
      double column = floor (g_array_index (dots, CairnPlotDot, i).x), low = before, high = before, top, bottom;

      for (; i < dots->len && floor (g_array_index (dots, CairnPlotDot, i).x) == column; i++)
        {
          before = g_array_index (dots, CairnPlotDot, i).y;
          low = MIN (low, before);
          high = MAX (high, before);
        }
      top = round (get_y (layout, high));
      bottom = round (get_y (layout, low));
      cairo_rectangle (cr, column, top - 1, 1, MAX (bottom - top, 0) + 2);
    }
  cairo_fill (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_DEFAULT);
}

static void
draw_line (GtkWidget              *widget,
           cairo_t                *cr,
           const CairnTrendLayout *layout,
           const CairnTrendSeries *series,
           const CairnTrendView   *view)
{
  GdkRGBA accent = cairn_drawing_get_color (widget, "accent_color", 1);
  guint n, from = find_visible (series, view, &n);
  g_autoptr(GArray) dots = cairn_plot_thin (series->points + from, n, cairn_trend_layout_get_x (layout, view->from), layout->per_ms,
                                            view->from);

  gdk_cairo_set_source_rgba (cr, &accent);
  if (n > layout->right - layout->left)
    {
      draw_columns (cr, layout, dots);
      return;
    }
  for (guint i = 0; i < dots->len; i++)
    {
      const CairnPlotDot *dot = &g_array_index (dots, CairnPlotDot, i);

      cairo_line_to (cr, dot->x, get_y (layout, dot->y));
    }
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_stroke (cr);
}

/* Between the two lines of a pair, where they have the same times. */
static void
draw_between (GtkWidget              *widget,
              cairo_t                *cr,
              const CairnTrendLayout *layout,
              const CairnTrendView   *view)
{
  GdkRGBA accent = cairn_drawing_get_color (widget, "accent_color", 0.14f);

  for (guint side = 0; side < 2; side++)
    {
      const CairnTrendSeries *series = view->series[side];
      guint n, from = find_visible (series, view, &n);
      g_autoptr(GArray) dots = cairn_plot_thin (series->points + from, n, cairn_trend_layout_get_x (layout, view->from),
                                                layout->per_ms, view->from);

      for (guint i = 0; i < dots->len; i++)
        {
          const CairnPlotDot *dot = &g_array_index (dots, CairnPlotDot, side == 0 ? i : dots->len - 1 - i);

          cairo_line_to (cr, dot->x, get_y (layout, dot->y));
        }
    }
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_fill (cr);
}

/* The point that stands out: that of the open record, else the newest. */
static guint
find_marked (const CairnTrendView   *view,
             const CairnTrendSeries *series)
{
  int marked = cairn_trend_view_find_marked (view, series == view->series[0] ? 0 : 1);

  return marked >= 0 ? (guint) marked : series->n_points - 1;
}

static void
draw_points (GtkWidget              *widget,
             cairo_t                *cr,
             const CairnTrendLayout *layout,
             const CairnTrendSeries *series,
             const CairnTrendView   *view)
{
  GdkRGBA accent = cairn_drawing_get_color (widget, "accent_color", 1), ring = cairn_drawing_get_color (widget, "popover_bg_color", 1);
  guint n, from = find_visible (series, view, &n);
  double width = layout->right - layout->left;
  gboolean dense = n * DENSE > width, sparse = n * SPARSE <= width;
  guint marked = find_marked (view, series);

  for (guint i = from; i < from + n; i++)
    {
      const CairnTrendPoint *point = &series->points[i];
      double x = cairn_trend_layout_get_x (layout, point->time), y = get_y (layout, point->number);
      double radius = i == marked ? 5.5 : sparse ? 4 : 2.5;

      if (dense && i != marked && i + 1 != from + n)
        continue;
      if (i == marked && i + 1 < series->n_points)   /* one among others */
        {
          cairn_drawing_dot (cr, x, y, radius + 4.5, &accent);
          cairn_drawing_dot (cr, x, y, radius + 2.5, &ring);
        }
      else if (radius > 3)
        cairn_drawing_dot (cr, x, y, radius + 2, &ring);
      cairn_drawing_dot (cr, x, y, radius, &accent);
      if ((point->flags & CAIRN_FLAG_PRELIMINARY) != 0)   /* hollow: it may still change */
        cairn_drawing_dot (cr, x, y, radius / 2, &ring);
    }
}

/* The value of the point that stands out: where the line isn't, above it if it may be. */
static void
draw_value (GtkWidget              *widget,
            cairo_t                *cr,
            const CairnTrendLayout *layout,
            const CairnTrendSeries *series,
            const CairnTrendView   *view)
{
  const CairnTrendPoint *point = &series->points[find_marked (view, series)];
  GdkRGBA text = cairn_drawing_get_color (widget, NULL, 1);
  int line = cairn_drawing_get_line_height (widget, LABEL);
  double x = cairn_trend_layout_get_x (layout, point->time), y = get_y (layout, point->number), half, above, below;
  g_autofree char *converted = NULL;
  const char *words = point->text;

  if (point->converted)
    words = converted = g_strdup_printf ("%.4g", point->number);
  if (point->time < view->from || point->time > view->to || view->focus >= 0)
    return;
  half = cairn_drawing_get_text_width (widget, words, LABEL) / 2.0 + 1;
  x = CLAMP (x, layout->left + half, layout->right - half);
  above = y - line - ABOVE;
  below = y + ABOVE;
  if (above < 0 || (below + line < layout->bottom &&
                    is_crossed (layout, view, &GRAPHENE_RECT_INIT (x - half, above, 2 * half, line)) &&
                    !is_crossed (layout, view, &GRAPHENE_RECT_INIT (x - half, below, 2 * half, line))))
    above = below;
  cairn_drawing_text (widget, cr, words, LABEL, TRUE, x, above, 0.5, &text);
}

/* Where the bubble of a point has room: above it, else below. */
static graphene_rect_t
place_bubble (const CairnTrendLayout *layout,
              PangoLayout            *words,
              double                  x,
              double                  y)
{
  int width, height;
  double left, top;

  pango_layout_get_pixel_size (words, &width, &height);
  left = CLAMP (x - width / 2.0 - 10, layout->left, MAX (layout->left, layout->right - width - 20));
  top = y - height - 30;
  if (top < 2)
    top = MIN (y + 20, MAX (2, layout->bottom - height - 12));
  return GRAPHENE_RECT_INIT (round (left), round (top), width + 20, height + 10);
}

static void
draw_bubble (cairo_t               *cr,
             const graphene_rect_t *place,
             PangoLayout           *words)
{
  cairn_drawing_round_rect (cr, place->origin.x, place->origin.y, place->size.width, place->size.height, 8);
  cairo_set_source_rgba (cr, 0.14, 0.14, 0.16, 0.94);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_move_to (cr, place->origin.x + 10, place->origin.y + 5);
  pango_cairo_show_layout (cr, words);
}

/* The hair line, ring and bubble at the point that is looked at: drawn apart from all else, which stays as it is. */
void
cairn_trend_draw_focus (GtkWidget            *widget,
                        GtkSnapshot          *snapshot,
                        const CairnTrendView *view,
                        int                   width,
                        int                   height)
{
  CairnTrendLayout all = cairn_trend_layout (widget, view, width, height), *layout = &all;
  GdkRGBA hair = cairn_drawing_get_color (widget, NULL, 0.3f), halo = cairn_drawing_get_color (widget, "accent_color", 0.5f);
  GdkRGBA accent = cairn_drawing_get_color (widget, "accent_color", 1);
  const CairnTrendPoint *point = &view->series[0]->points[view->focus];
  double x = cairn_trend_layout_get_x (layout, point->time), y = get_y (layout, point->number);
  g_autoptr(PangoLayout) words = gtk_widget_create_pango_layout (widget, NULL);
  graphene_rect_t bubble, bounds;
  cairo_t *cr;

  pango_layout_set_markup (words, view->bubble, -1);
  bubble = place_bubble (layout, words, x, y);
  graphene_rect_union (&bubble, &GRAPHENE_RECT_INIT (x - 12, 0, 24, height), &bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  gdk_cairo_set_source_rgba (cr, &hair);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, round (x) + 0.5, layout->top);
  cairo_line_to (cr, round (x) + 0.5, layout->bottom);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, 9.5, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &halo);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairn_drawing_dot (cr, x, y, 5.5, &accent);
  draw_bubble (cr, &bubble, words);
  cairo_destroy (cr);
}

static void
draw (GtkWidget            *widget,
      cairo_t              *cr,
      const CairnTrendView *view,
      int                   width,
      int                   height)
{
  CairnTrendLayout layout = cairn_trend_layout (widget, view, width, height);

  for (guint i = 0; i < view->n_series; i++)
    if (view->series[i]->range != NULL)
      draw_band (widget, cr, &layout, view->series[i]->range);
  if (view->n_series == 1 && view->series[0]->range != NULL)
    draw_band_words (widget, cr, &layout, view->series[0]->range, view);
  draw_grid (widget, cr, &layout);
  draw_times (widget, cr, &layout, view, width);
  cairo_save (cr);
  cairo_rectangle (cr, layout.left, 0, layout.right - layout.left, height);
  cairo_clip (cr);
  if (view->n_series == 2)
    draw_between (widget, cr, &layout, view);
  for (guint i = 0; i < view->n_series; i++)
    draw_line (widget, cr, &layout, view->series[i], view);
  for (guint i = 0; i < view->n_series; i++)
    draw_points (widget, cr, &layout, view->series[i], view);
  cairo_restore (cr);
  for (guint i = 0; i < view->n_series; i++)
    draw_value (widget, cr, &layout, view->series[i], view);
}

/* All but the point that is looked at, as a picture in the screen's own resolution: the next frames need only show it. */
GdkTexture *
cairn_trend_draw_texture (GtkWidget            *widget,
                          const CairnTrendView *view,
                          int                   width,
                          int                   height)
{
  int scale = gtk_widget_get_scale_factor (widget);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  g_autoptr(GBytes) bytes = NULL;
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  draw (widget, cr, view, width, height);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                      (gsize) cairo_image_surface_get_stride (surface) * cairo_image_surface_get_height (surface),
                                      (GDestroyNotify) cairo_surface_destroy, surface);
  return gdk_memory_texture_new (width * scale, height * scale, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize) cairo_image_surface_get_stride (surface));
}
