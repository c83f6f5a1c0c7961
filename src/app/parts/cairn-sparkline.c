/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trend as small as a word: its line with the last result as a dot, on the usual band; blood pressure as two lines
 * with the space between them filled. It says nothing by itself: the words are beside it.
 */

#include "config.h"

#include <adwaita.h>
#include <math.h>

#include "parts/cairn-drawing.h"
#include "parts/cairn-plot.h"
#include "parts/cairn-sparkline.h"

#define WIDTH 110
#define HEIGHT 40
#define INSET 5

struct _CairnSparkline
{
  GtkWidget parent_instance;

  CairnTrend *trend;
};

G_DEFINE_FINAL_TYPE (CairnSparkline, cairn_sparkline, GTK_TYPE_WIDGET)

/* Where things are */
typedef struct
{
  guint  n;
  double low, high;
  gint64 from, to;
  double width, height;
} Frame;

static Frame
find_frame (CairnSparkline *self)
{
  Frame frame = { .n = cairn_trend_get_pair (self->trend) ? 2 : 1, .low = INFINITY, .high = -INFINITY, .from = G_MAXINT64,
                  .to = G_MININT64, .width = gtk_widget_get_width (GTK_WIDGET (self)),
                  .height = gtk_widget_get_height (GTK_WIDGET (self)) };

  for (guint i = 0; i < frame.n; i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (self->trend, i);

      for (guint j = 0; j < series->n_points; j++)
        {
          frame.low = MIN (frame.low, series->points[j].number);
          frame.high = MAX (frame.high, series->points[j].number);
        }
      frame.from = MIN (frame.from, series->points[0].time);
      frame.to = MAX (frame.to, series->points[series->n_points - 1].time);
      if (frame.n == 1)
        cairn_plot_include_band (series->range, &frame.low, &frame.high);
    }
  if (frame.high - frame.low < 1e-9)
    {
      frame.low -= 1;
      frame.high += 1;
    }
  return frame;
}

static double
get_x (const Frame *frame,
       gint64       time)
{
  if (frame->to == frame->from)
    return frame->width / 2;
  return INSET + (frame->width - 2 * INSET) * (double) (time - frame->from) / (double) (frame->to - frame->from);
}

static double
get_y (const Frame *frame,
       double       value)
{
  return INSET + (frame->height - 2 * INSET) * (1 - (value - frame->low) / (frame->high - frame->low));
}

static void
trace (cairo_t                *cr,
       const Frame            *frame,
       const CairnTrendSeries *series,
       gboolean                backwards)
{
  for (guint i = 0; i < series->n_points; i++)
    {
      const CairnTrendPoint *point = &series->points[backwards ? series->n_points - 1 - i : i];

      cairo_line_to (cr, get_x (frame, point->time), get_y (frame, point->number));
    }
}

static void
draw_band (CairnSparkline   *self,
           cairo_t          *cr,
           const Frame      *frame,
           const CairnRange *range)
{
  GdkRGBA color = cairn_drawing_get_color (GTK_WIDGET (self), "success_color", 0.16f);
  double top = range->has_high ? MAX (0, get_y (frame, range->high)) : 0;
  double bottom = range->has_low ? MIN (frame->height, get_y (frame, range->low)) : frame->height;

  if (bottom <= top)
    return;
  cairn_drawing_round_rect (cr, 0, top, frame->width, bottom - top, 3);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_fill (cr);
}

static void
cairn_sparkline_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  CairnSparkline *self = CAIRN_SPARKLINE (widget);
  GdkRGBA accent = cairn_drawing_get_color (widget, "accent_color", 1), between = cairn_drawing_get_color (widget, "accent_color", 0.14f);
  Frame frame;
  cairo_t *cr;

  if (cairn_trend_get_n_series (self->trend) == 0)
    return;
  frame = find_frame (self);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, frame.width, frame.height));
  if (frame.n == 1 && cairn_trend_get_series (self->trend, 0)->range != NULL)
    draw_band (self, cr, &frame, cairn_trend_get_series (self->trend, 0)->range);
  if (frame.n == 2)
    {
      trace (cr, &frame, cairn_trend_get_series (self->trend, 0), FALSE);
      trace (cr, &frame, cairn_trend_get_series (self->trend, 1), TRUE);
      cairo_close_path (cr);
      gdk_cairo_set_source_rgba (cr, &between);
      cairo_fill (cr);
    }
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < frame.n; i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (self->trend, i);
      const CairnTrendPoint *last = &series->points[series->n_points - 1];

      gdk_cairo_set_source_rgba (cr, &accent);
      trace (cr, &frame, series, FALSE);
      cairo_stroke (cr);
      cairn_drawing_dot (cr, get_x (&frame, last->time), get_y (&frame, last->number), 3.5, &accent);
    }
  cairo_destroy (cr);
}

static void
cairn_sparkline_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
cairn_sparkline_finalize (GObject *object)
{
  g_clear_object (&CAIRN_SPARKLINE (object)->trend);

  G_OBJECT_CLASS (cairn_sparkline_parent_class)->finalize (object);
}

static void
cairn_sparkline_class_init (CairnSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cairn_sparkline_finalize;
  widget_class->snapshot = cairn_sparkline_snapshot;
  widget_class->measure = cairn_sparkline_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cairn_sparkline_init (CairnSparkline *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
cairn_sparkline_new (CairnTrend *trend)
{
  CairnSparkline *self = g_object_new (CAIRN_TYPE_SPARKLINE, NULL);

  self->trend = g_object_ref (trend);
  return GTK_WIDGET (self);
}
