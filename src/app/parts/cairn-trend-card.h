/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_TREND_CARD (cairn_trend_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnTrendCard, cairn_trend_card, CAIRN, TREND_CARD, GtkWidget)

void cairn_trend_card_set_trend (CairnTrendCard *self, CairnTrend *trend, const char *current);

G_END_DECLS
