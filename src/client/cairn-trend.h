/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnTrendPoint:
 * @time: first instant of its date, milliseconds since 1970 UTC
 * @number: the value in the unit of its series
 * @level: how it stood to the usual range of its time
 * @flags: corrected, preliminary …; none is entered in error
 * @converted: whether it was reported in another unit
 * @text: the value as reported ("6.10", "< 5")
 * @unit: (nullable): the unit as people write it, as reported
 * @date: the date as written
 * @id: of the Observation
 *
 * One point of a trend.
 */
typedef struct
{
  gint64      time;
  double      number;
  CairnLevel  level;
  CairnFlags  flags;
  gboolean    converted;
  const char *text;
  const char *unit;
  const char *date;
  const char *id;
} CairnTrendPoint;

/**
 * CairnTrendSeries:
 * @label: (nullable): name of the component ("Systolic blood pressure")
 * @unit: (nullable): the unit of all its numbers, as people write it
 * @range: (nullable): the usual range for the patient, of the newest result that states one, in @unit
 * @points: (array length=n_points): oldest first
 *
 * Values that can be compared with each other.
 */
typedef struct
{
  const char            *label;
  const char            *unit;
  const CairnRange      *range;
  const CairnTrendPoint *points;
  guint                  n_points;
} CairnTrendSeries;

/**
 * CairnTrend:
 *
 * All results of one test over time, in one series for each component and unit that doesn't convert. Immutable.
 */
#define CAIRN_TYPE_TREND (cairn_trend_get_type ())
G_DECLARE_FINAL_TYPE (CairnTrend, cairn_trend, CAIRN, TREND, GObject)

const char             *cairn_trend_get_key      (CairnTrend *self);
const char             *cairn_trend_get_title    (CairnTrend *self);
gboolean                cairn_trend_get_pinned   (CairnTrend *self);
guint                   cairn_trend_get_n_series (CairnTrend *self);
const CairnTrendSeries *cairn_trend_get_series   (CairnTrend *self, guint position);
gboolean                cairn_trend_get_pair     (CairnTrend *self);
gboolean                cairn_trend_get_cut      (CairnTrend *self);
const CairnTrendPoint  *cairn_trend_get_newest   (CairnTrend *self, const CairnTrendSeries **series);
gboolean                cairn_trend_get_neighbors (CairnTrend *self, const char *id, const char **older, const char **newer);

/* The trend that an Observation belongs to */
void                    cairn_session_load_trend_async  (CairnSession         *self,
                                                         const char           *reference,
                                                         GCancellable         *cancellable,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
CairnTrend             *cairn_session_load_trend_finish (CairnSession         *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);

/* What a record said before it was corrected */
void                    cairn_session_load_versions_async  (CairnSession         *self,
                                                            const char           *reference,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
GPtrArray              *cairn_session_load_versions_finish (CairnSession         *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);

/* Trends that the patient follows */
void                    cairn_session_load_pins_async   (CairnSession         *self,
                                                         GCancellable         *cancellable,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
GListModel             *cairn_session_load_pins_finish  (CairnSession         *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);
void                    cairn_session_pin_async         (CairnSession         *self,
                                                         const char           *key,
                                                         const char           *title,
                                                         gboolean              pinned,
                                                         GCancellable         *cancellable,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
gboolean                cairn_session_pin_finish        (CairnSession         *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);

G_END_DECLS
