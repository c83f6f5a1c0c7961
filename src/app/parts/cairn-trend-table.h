/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_TREND_TABLE (cairn_trend_table_get_type ())
G_DECLARE_FINAL_TYPE (CairnTrendTable, cairn_trend_table, CAIRN, TREND_TABLE, GtkWidget)

GtkWidget *cairn_trend_table_new       (void);
void       cairn_trend_table_set_trend (CairnTrendTable *self, CairnTrend *trend, guint first, guint n_series, const char *current);

G_END_DECLS
