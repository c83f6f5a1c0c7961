/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-trend.h"

G_BEGIN_DECLS

const CairnTrendPoint *cairn_trend_words_find_other (const CairnTrendSeries *series, const CairnTrendPoint *point);
CairnLevel             cairn_trend_words_level      (const CairnTrendPoint *point, const CairnTrendPoint *other);
char                  *cairn_trend_words_value      (const CairnTrendPoint *point, const CairnTrendPoint *other);
char                  *cairn_trend_words_standing   (const CairnTrendPoint *point, const CairnTrendPoint *other);
char                  *cairn_trend_words_spoken     (const CairnTrendPoint *point, const CairnTrendPoint *other, guint nth, guint n, gboolean current);
char                  *cairn_trend_words_bubble     (const CairnTrendPoint *point, const CairnTrendPoint *other);
char                  *cairn_trend_words_change     (CairnTrend *trend, const char *id);

G_END_DECLS
