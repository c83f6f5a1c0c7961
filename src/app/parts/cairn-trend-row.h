/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_TREND_ROW (cairn_trend_row_get_type ())
G_DECLARE_FINAL_TYPE (CairnTrendRow, cairn_trend_row, CAIRN, TREND_ROW, AdwPreferencesRow)

GtkWidget *cairn_trend_row_new (CairnTrend *trend);

G_END_DECLS
