/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All results of one test over time. It is put together on the database's thread, newest result first, and doesn't change
 * any more when others see it. A value goes into the first series of its component whose unit it converts into.
 */
#include "cairn-trend-private.h"

#include "fhir/cairn-measure.h"
#include "fhir/cairn-units.h"

#include <math.h>
#include <string.h>

#define MAX_SERIES 16
#define SYSTOLIC "8480-6"
#define DIASTOLIC "8462-4"

typedef struct
{
  CairnTrendSeries shown;
  GArray          *points;   /* newest first until it is finished */
  char            *code;
  char            *unit;     /* shown */
  char            *ucum;     /* to convert by */
  char            *label;
  CairnRange      *range;
} Series;

struct _CairnTrend
{
  GObject       parent_instance;

  char         *key;
  char         *title;
  GPtrArray    *series;
  GPtrArray    *ids;        /* of all results, numbers or not, newest first */
  GStringChunk *strings;
  gboolean      pinned;
  gboolean      pair;
  gboolean      cut;
};

G_DEFINE_FINAL_TYPE (CairnTrend, cairn_trend, G_TYPE_OBJECT)

static void
series_free (gpointer data)
{
  Series *series = data;

  g_array_unref (series->points);
  g_free (series->code);
  g_free (series->unit);
  g_free (series->ucum);
  g_free (series->label);
  g_clear_pointer (&series->range, cairn_range_free);
  g_free (series);
}

static void
cairn_trend_finalize (GObject *object)
{
  CairnTrend *self = CAIRN_TREND (object);

  g_free (self->key);
  g_free (self->title);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->ids);
  g_string_chunk_free (self->strings);
  G_OBJECT_CLASS (cairn_trend_parent_class)->finalize (object);
}

static void
cairn_trend_class_init (CairnTrendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_trend_finalize;
}

static void
cairn_trend_init (CairnTrend *self)
{
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->ids = g_ptr_array_new ();
  self->strings = g_string_chunk_new (4096);
}

CairnTrend *
cairn_trend_new (const char *key, const char *title)
{
  CairnTrend *self = g_object_new (CAIRN_TYPE_TREND, NULL);

  self->key = g_strdup (key);
  self->title = g_strdup (title);
  return self;
}

/* Components by their code, else by their name; the Observation's own value has neither. */
static gboolean
is_same_part (const Series *series, const CairnMeasure *measure)
{
  if ((series->label == NULL) != (measure->label == NULL))
    return FALSE;
  if (measure->label == NULL)
    return TRUE;
  return series->code != NULL || measure->code != NULL ? g_strcmp0 (series->code, measure->code) == 0
                                                       : g_strcmp0 (series->label, measure->label) == 0;
}

static gboolean
map_units (const Series *series, const CairnMeasure *measure, CairnUnitMap *map)
{
  const char *code = measure->code != NULL ? measure->code : series->code;

  return g_strcmp0 (series->unit, measure->value.unit) == 0 ? cairn_units_map (NULL, NULL, NULL, map)
                                                           : cairn_units_map (code, measure->ucum, series->ucum, map);
}

static Series *
find_series (CairnTrend *self, const CairnMeasure *measure, CairnUnitMap *map)
{
  Series *series;

  for (guint i = 0; i < self->series->len; i++)
    {
      series = self->series->pdata[i];
      if (is_same_part (series, measure) && map_units (series, measure, map))
        return series;
    }
  if (self->series->len == MAX_SERIES)
    return NULL;
  series = g_new0 (Series, 1);
  series->points = g_array_new (FALSE, TRUE, sizeof (CairnTrendPoint));
  series->code = g_strdup (measure->code);
  series->label = g_strdup (measure->label);
  series->unit = g_strdup (measure->value.unit);
  series->ucum = g_strdup (measure->ucum);
  *map = (CairnUnitMap) { 1, 0 };
  g_ptr_array_add (self->series, series);
  return series;
}

/* The newest range that has numbers, in the unit of the series. */
static void
take_range (Series *series, CairnMeasure *measure, const CairnUnitMap *map)
{
  CairnRange *range = measure->range;

  if (series->range != NULL || range == NULL || (!range->has_low && !range->has_high))
    return;
  series->range = g_steal_pointer (&measure->range);
  if (map->scale == 1 && map->offset == 0)
    return;
  range->low = range->low * map->scale + map->offset;
  range->high = range->high * map->scale + map->offset;
  g_free (range->text);
  if (range->has_low && range->has_high)
    range->text = g_strdup_printf ("%.4g–%.4g %s", range->low, range->high, series->unit != NULL ? series->unit : "");
  else
    range->text = g_strdup_printf ("%s %.4g %s", range->has_low ? "≥" : "≤", range->has_low ? range->low : range->high,
                                   series->unit != NULL ? series->unit : "");
}

static void
add_measure (CairnTrend *self, const CairnCacheSeriesRow *row, const char *id, CairnMeasure *measure)
{
  CairnUnitMap map;
  Series *series = find_series (self, measure, &map);
  g_autofree char *text = cairn_value_dup_shown (measure->value.text), *unit = cairn_unit_dup_shown (measure->value.unit);
  CairnTrendPoint point = { 0 };

  if (series == NULL)
    return;
  point.time = row->start;
  point.number = measure->value.number * map.scale + map.offset;
  if (!isfinite (point.number) || fabs (point.number) > 1e15)
    return;
  point.level = measure->level;
  point.flags = (CairnFlags) row->flags;
  point.converted = map.scale != 1 || map.offset != 0;
  point.text = g_string_chunk_insert (self->strings, text);
  point.unit = unit != NULL ? g_string_chunk_insert_const (self->strings, unit) : NULL;
  point.date = g_string_chunk_insert (self->strings, row->date != NULL ? row->date : "");
  point.id = id;
  g_array_append_val (series->points, point);
  take_range (series, measure, &map);
}

/* Adds one result, the next older one; FALSE never: it is a step of a walk. */
gboolean
cairn_trend_add (CairnTrend *self, const CairnCacheSeriesRow *row, const CairnPerson *person)
{
  g_autoptr(GPtrArray) measures = NULL;
  const char *id;

  if ((row->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED | CAIRN_FLAG_NEGATED)) != 0)
    return TRUE;
  if (self->title == NULL)
    self->title = g_strdup (row->title);
  id = g_string_chunk_insert (self->strings, row->id);
  g_ptr_array_add (self->ids, (gpointer) id);
  measures = cairn_measure_list (row->resource, person);
  for (guint i = 0; i < measures->len; i++)
    add_measure (self, row, id, measures->pdata[i]);
  return TRUE;
}

/* Systolic and diastolic pressure in one unit come first and are drawn as one. */
static void
find_pair (CairnTrend *self)
{
  Series *systolic = NULL, *diastolic = NULL;

  for (guint i = self->series->len; i-- > 0;)
    {
      Series *series = self->series->pdata[i];

      if (g_strcmp0 (series->code, SYSTOLIC) == 0)
        systolic = series;
      else if (g_strcmp0 (series->code, DIASTOLIC) == 0)
        diastolic = series;
    }
  if (systolic == NULL || diastolic == NULL || g_strcmp0 (systolic->unit, diastolic->unit) != 0)
    return;
  self->pair = TRUE;
  g_ptr_array_set_free_func (self->series, NULL);
  g_ptr_array_remove (self->series, systolic);
  g_ptr_array_remove (self->series, diastolic);
  g_ptr_array_insert (self->series, 0, diastolic);
  g_ptr_array_insert (self->series, 0, systolic);
  g_ptr_array_set_free_func (self->series, series_free);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const CairnTrendPoint *left = a, *right = b;

  return left->time < right->time ? -1 : left->time > right->time;
}

/* No result comes any more: from now on it can be shown. */
void
cairn_trend_finish (CairnTrend *self)
{
  for (guint i = self->series->len; i-- > 0;)
    {
      Series *series = self->series->pdata[i];

      if (series->points->len == 0)
        g_ptr_array_remove_index (self->series, i);
    }
  find_pair (self);
  for (guint i = 0; i < self->series->len; i++)
    {
      Series *series = self->series->pdata[i];
      CairnTrendPoint *points = (CairnTrendPoint *) (gpointer) series->points->data;
      guint n = series->points->len;

      for (guint j = 0; j < n / 2; j++)
        {
          CairnTrendPoint other = points[j];

          points[j] = points[n - 1 - j];
          points[n - 1 - j] = other;
        }
      g_array_sort (series->points, compare_times);
      if (series->unit != NULL)
        {
          char *unit = cairn_unit_dup_shown (series->unit);

          g_free (series->unit);
          series->unit = unit;
        }
      series->shown = (CairnTrendSeries) { series->label, series->unit, series->range,
                                           (const CairnTrendPoint *) (gpointer) series->points->data, n };
    }
}

void
cairn_trend_set_pinned (CairnTrend *self, gboolean pinned)
{
  self->pinned = pinned;
}

void
cairn_trend_set_cut (CairnTrend *self)
{
  self->cut = TRUE;
}

/**
 * cairn_trend_get_key:
 * @self: a trend
 *
 * Returns: what makes its results one series; for cairn_session_pin_async()
 */
const char *
cairn_trend_get_key (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), NULL);
  return self->key;
}

/**
 * cairn_trend_get_title:
 * @self: a trend
 *
 * Returns: what its newest result is called
 */
const char *
cairn_trend_get_title (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), NULL);
  return self->title != NULL ? self->title : "";
}

/**
 * cairn_trend_get_pinned:
 * @self: a trend
 *
 * Returns: whether the patient followed it when it was loaded
 */
gboolean
cairn_trend_get_pinned (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), FALSE);
  return self->pinned;
}

/**
 * cairn_trend_get_n_series:
 * @self: a trend
 *
 * Returns: how many series there are; 0 when no result is a number
 */
guint
cairn_trend_get_n_series (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), 0);
  return self->series->len;
}

/**
 * cairn_trend_get_series:
 * @self: a trend
 * @position: which one
 *
 * Returns: (transfer none): that series, with a point at least
 */
const CairnTrendSeries *
cairn_trend_get_series (CairnTrend *self, guint position)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self) && position < self->series->len, NULL);
  return &((const Series *) self->series->pdata[position])->shown;
}

/**
 * cairn_trend_get_pair:
 * @self: a trend
 *
 * Returns: whether the first two series belong together: systolic and diastolic blood pressure
 */
gboolean
cairn_trend_get_pair (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), FALSE);
  return self->pair;
}

/**
 * cairn_trend_get_cut:
 * @self: a trend
 *
 * Returns: whether there are older results that are not in it
 */
gboolean
cairn_trend_get_cut (CairnTrend *self)
{
  g_return_val_if_fail (CAIRN_IS_TREND (self), FALSE);
  return self->cut;
}

/**
 * cairn_trend_get_newest:
 * @self: a trend
 * @series: (out) (optional): its series
 *
 * Returns: (transfer none) (nullable): the last point of the first series
 */
const CairnTrendPoint *
cairn_trend_get_newest (CairnTrend *self, const CairnTrendSeries **series)
{
  const CairnTrendSeries *first;

  g_return_val_if_fail (CAIRN_IS_TREND (self), NULL);
  if (self->series->len == 0)
    return NULL;
  first = cairn_trend_get_series (self, 0);
  if (series != NULL)
    *series = first;
  return &first->points[first->n_points - 1];
}

/**
 * cairn_trend_get_neighbors:
 * @self: a trend
 * @id: of one of its Observations
 * @older: (out) (transfer none) (nullable): the Observation before it in time
 * @newer: (out) (transfer none) (nullable): the one after it
 *
 * Returns: whether @id belongs to the trend
 */
gboolean
cairn_trend_get_neighbors (CairnTrend *self, const char *id, const char **older, const char **newer)
{
  guint at;

  g_return_val_if_fail (CAIRN_IS_TREND (self), FALSE);
  *older = *newer = NULL;
  if (!g_ptr_array_find_with_equal_func (self->ids, id, g_str_equal, &at))
    return FALSE;
  if (at + 1 < self->ids->len)
    *older = self->ids->pdata[at + 1];
  if (at > 0)
    *newer = self->ids->pdata[at - 1];
  return TRUE;
}
