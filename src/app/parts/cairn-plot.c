/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of the charts: ticks that people can read, and which of many points must be drawn. */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "parts/cairn-plot.h"

#define HOUR G_GINT64_CONSTANT (3600000)
#define DAY (24 * HOUR)

/* The smallest of 1, 2 and 5 times a power of ten that makes at most so many steps. */
static double
nice_step (double span,
           guint  max)
{
  double raw = span / max, power = pow (10, floor (log10 (raw)));
  double times = raw / power;

  return power * (times <= 1 + 1e-9 ? 1 : times <= 2 + 1e-9 ? 2 : times <= 5 + 1e-9 ? 5 : 10);
}

/* Ticks around all from low to high; at least one step. */
CairnPlotScale
cairn_plot_scale (double low,
                  double high,
                  guint  max_ticks)
{
  CairnPlotScale scale;

  if (high - low < 1e-9 * MAX (1, fabs (high)))
    {
      double room = fabs (high) > 0 ? fabs (high) * 0.05 : 1;

      low -= room;
      high += room;
    }
  scale.step = nice_step (high - low, MAX (max_ticks, 2));
  scale.low = floor (low / scale.step + 1e-9) * scale.step;
  scale.high = ceil (high / scale.step - 1e-9) * scale.step;
  scale.digits = MAX (0, (int) -floor (log10 (scale.step) + 1e-9));
  return scale;
}

/* Takes the edge of the usual range that is nearest to the values into what is shown. */
void
cairn_plot_include_band (const CairnRange *range,
                         double           *low,
                         double           *high)
{
  double to_low, to_high;

  if (range == NULL || (!range->has_low && !range->has_high))
    return;
  to_low = range->has_low ? MAX (0, MAX (*low - range->low, range->low - *high)) : INFINITY;
  to_high = range->has_high ? MAX (0, MAX (*low - range->high, range->high - *high)) : INFINITY;
  if (to_high <= to_low)
    {
      *low = MIN (*low, range->high);
      *high = MAX (*high, range->high);
    }
  else
    {
      *low = MIN (*low, range->low);
      *high = MAX (*high, range->low);
    }
}

typedef struct
{
  int    years, months, days, hours;
  gint64 about;   /* milliseconds */
} Step;

static const Step steps[] = {
  { 0, 0, 0, 1, HOUR },      { 0, 0, 0, 6, 6 * HOUR },  { 0, 0, 1, 0, DAY },       { 0, 0, 7, 0, 7 * DAY },
  { 0, 1, 0, 0, 30 * DAY },  { 0, 3, 0, 0, 91 * DAY },  { 0, 6, 0, 0, 182 * DAY }, { 1, 0, 0, 0, 365 * DAY },
  { 2, 0, 0, 0, 730 * DAY }, { 5, 0, 0, 0, 1826 * DAY }, { 10, 0, 0, 0, 3652 * DAY }, { 25, 0, 0, 0, 9131 * DAY },
  { 100, 0, 0, 0, 36524 * DAY },
};

/* The first tick at or before a time: a whole year, month, day or hour. */
static GDateTime *
round_down (GDateTime  *time,
            const Step *step)
{
  int year = g_date_time_get_year (time), month = g_date_time_get_month (time), day = g_date_time_get_day_of_month (time);
  int hour = g_date_time_get_hour (time);

  if (step->years > 0)
    return g_date_time_new_local (MAX (1, year - year % step->years), 1, 1, 0, 0, 0);
  if (step->months > 0)
    return g_date_time_new_local (year, month - (month - 1) % step->months, 1, 0, 0, 0);
  if (step->days > 0)
    return g_date_time_new_local (year, month, day, 0, 0, 0);
  return g_date_time_new_local (year, month, day, hour - hour % step->hours, 0, 0);
}

static void
write_label (GDateTime  *time,
             const Step *step,
             gboolean    first,
             char       *label,
             gsize       size)
{
  g_autofree char *text = NULL;

  if (step->years > 0)
    text = g_date_time_format (time, "%Y");
  else if (step->months > 0 && !first && g_date_time_get_month (time) > 1)
    text = g_date_time_format (time, "%b");
  else if (step->months > 0)
    /* Translators: a month below a chart, such as "Nov 2026" */
    text = g_date_time_format (time, C_("date", "%b %Y"));
  else if (step->days > 0 || g_date_time_get_hour (time) == 0)
    /* Translators: a day below a chart, such as "19 Nov" */
    text = g_date_time_format (time, C_("date", "%-e %b"));
  else
    text = g_date_time_format (time, C_("time", "%H:%M"));
  g_strlcpy (label, text != NULL ? g_strstrip (text) : "", size);
}

/* Labels between two times, at most so many; returns how many. */
guint
cairn_plot_time_ticks (gint64         from,
                       gint64         to,
                       guint          max,
                       CairnPlotTick *ticks,
                       guint          n_ticks)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (from / 1000);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autoptr(GDateTime) at = NULL;
  const Step *step = &steps[G_N_ELEMENTS (steps) - 1];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if ((double) (to - from) / (double) steps[i].about <= MAX (max, 1))
      {
        step = &steps[i];
        break;
      }
  at = local != NULL ? round_down (local, step) : NULL;
  while (at != NULL && n < n_ticks && g_date_time_to_unix (at) <= to / 1000)
    {
      GDateTime *next = g_date_time_add_full (at, step->years, step->months, step->days, step->hours, 0, 0);

      if (g_date_time_to_unix (at) >= from / 1000)
        {
          ticks[n].time = g_date_time_to_unix (at) * 1000;
          write_label (at, step, n == 0, ticks[n].label, sizeof ticks[n].label);
          n++;
        }
      g_date_time_unref (at);
      at = next;
    }
  return n;
}

/* The first point at or after a time. */
guint
cairn_plot_find (const CairnTrendPoint *points,
                 guint                  n,
                 gint64                 time)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (points[middle].time < time)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
add (GArray *dots,
     double  x,
     double  y)
{
  CairnPlotDot dot = { x, y };

  g_array_append_val (dots, dot);
}

/*
 * The points of a line as [x, value]; of those that share a column of pixels only the first, the lowest, the
 * highest and the last, so that nothing that stands out is lost. x is where @from is, scale is pixels a millisecond.
 */
GArray *
cairn_plot_thin (const CairnTrendPoint *points,
                 guint                  n,
                 double                 x,
                 double                 scale,
                 gint64                 from)
{
  GArray *dots = g_array_new (FALSE, FALSE, sizeof (CairnPlotDot));

  for (guint i = 0, end; i < n; i = end)
    {
      double at = x + (double) (points[i].time - from) * scale, column = floor (at);
      guint low = i, high = i, last = i;

      for (end = i + 1; end < n && floor (x + (double) (points[end].time - from) * scale) == column; end++)
        {
          if (points[end].number < points[low].number)
            low = end;
          if (points[end].number > points[high].number)
            high = end;
          last = end;
        }
      add (dots, at, points[i].number);
      if (last - i > 1 && MIN (low, high) != i)
        add (dots, at, points[MIN (low, high)].number);
      if (last - i > 1 && MAX (low, high) != i && MAX (low, high) != last && MAX (low, high) != MIN (low, high))
        add (dots, at, points[MAX (low, high)].number);
      if (last != i)
        add (dots, x + (double) (points[last].time - from) * scale, points[last].number);
    }
  return dots;
}
