/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-trend.h"
#include "parts/cairn-plot.h"

G_BEGIN_DECLS

/**
 * CairnTrendView:
 * @series: what is drawn: one, or the two of a pair
 * @from: the time at the left
 * @to: the time at the right
 * @focus: the point of the first series that is looked at, −1 for none
 * @bubble: (nullable): what is said of it, in two lines
 * @current: (nullable): id of the Observation whose record is open; its point is marked, else the newest
 *
 * What a trend chart shows at the moment.
 */
typedef struct
{
  const CairnTrendSeries *series[2];
  guint                   n_series;
  gint64                  from, to;
  int                     focus;
  char                   *bubble;
  char                   *current;
} CairnTrendView;

/* Where things are in the widget, in pixels */
typedef struct
{
  double         left, right, top, bottom;   /* of the plot */
  double         per_ms;
  gint64         from;
  CairnPlotScale scale;
} CairnTrendLayout;

int              cairn_trend_view_find_marked (const CairnTrendView *self, guint series);
CairnTrendLayout cairn_trend_layout        (GtkWidget *widget, const CairnTrendView *view, int width, int height);
double           cairn_trend_layout_get_x  (const CairnTrendLayout *self, gint64 time);
gint64           cairn_trend_layout_get_time (const CairnTrendLayout *self, double x);
GdkTexture      *cairn_trend_draw_texture  (GtkWidget *widget, const CairnTrendView *view, int width, int height);
void             cairn_trend_draw_focus    (GtkWidget *widget, GtkSnapshot *snapshot, const CairnTrendView *view, int width, int height);

G_END_DECLS
