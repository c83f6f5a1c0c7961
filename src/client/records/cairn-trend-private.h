/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache-series.h"
#include "client/cairn-trend.h"

G_BEGIN_DECLS

CairnTrend *cairn_trend_new           (const char *key, const char *title);
gboolean    cairn_trend_add           (CairnTrend *self, const CairnCacheSeriesRow *row, const CairnPerson *person);
void        cairn_trend_finish        (CairnTrend *self);
void        cairn_trend_set_pinned    (CairnTrend *self, gboolean pinned);
void        cairn_trend_set_cut       (CairnTrend *self);

/* On the database's thread */
CairnTrend *cairn_trend_load          (CairnConnection *connection, const char *reference, GCancellable *cancellable, GError **error);
CairnTrend *cairn_trend_load_key      (CairnConnection *connection, const char *key, const char *title, guint limit,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS
