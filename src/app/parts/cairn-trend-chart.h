/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_TREND_CHART (cairn_trend_chart_get_type ())
G_DECLARE_FINAL_TYPE (CairnTrendChart, cairn_trend_chart, CAIRN, TREND_CHART, GtkWidget)

GtkWidget *cairn_trend_chart_new        (void);
void       cairn_trend_chart_set_trend  (CairnTrendChart *self, CairnTrend *trend, guint first, guint n_series);
void       cairn_trend_chart_set_current (CairnTrendChart *self, const char *id);
gint64     cairn_trend_chart_get_length (CairnTrendChart *self);
void       cairn_trend_chart_set_span   (CairnTrendChart *self, gint64 span);
void       cairn_trend_chart_get_view   (CairnTrendChart *self, gint64 *from, gint64 *to);
int        cairn_trend_chart_get_focus  (CairnTrendChart *self);
void       cairn_trend_chart_look_at    (CairnTrendChart *self, int point);

G_END_DECLS
