/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

/**
 * CairnPlotScale:
 * @low: lowest value, on a tick
 * @high: highest value, on a tick
 * @step: between two ticks: 1, 2 or 5 times a power of ten
 * @digits: after the point of a tick's label
 */
typedef struct
{
  double low, high, step;
  int    digits;
} CairnPlotScale;

/* One label of the time axis: where, and what it says */
typedef struct
{
  gint64 time;
  char   label[24];
} CairnPlotTick;

/* A point as it is drawn */
typedef struct
{
  double x, y;
} CairnPlotDot;

CairnPlotScale cairn_plot_scale        (double low, double high, guint max_ticks);
void           cairn_plot_include_band (const CairnRange *range, double *low, double *high);
guint          cairn_plot_time_ticks   (gint64 from, gint64 to, guint max, CairnPlotTick *ticks, guint n_ticks);
guint          cairn_plot_find         (const CairnTrendPoint *points, guint n, gint64 time);
GArray        *cairn_plot_thin         (const CairnTrendPoint *points, guint n, double x, double scale, gint64 from);

G_END_DECLS
