/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of the results of a trend. */

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "cairn-words.h"
#include "parts/cairn-plot.h"
#include "parts/cairn-trend-words.h"

#define DAY G_GINT64_CONSTANT (86400000)

/* The point of the same Observation in the other series of a pair. */
const CairnTrendPoint *
cairn_trend_words_find_other (const CairnTrendSeries *series,
                              const CairnTrendPoint  *point)
{
  for (guint i = cairn_plot_find (series->points, series->n_points, point->time);
       i < series->n_points && series->points[i].time == point->time; i++)
    if (g_strcmp0 (series->points[i].id, point->id) == 0)
      return &series->points[i];
  return NULL;
}

/* The worse of the two of a pair. */
CairnLevel
cairn_trend_words_level (const CairnTrendPoint *point,
                         const CairnTrendPoint *other)
{
  if (other != NULL && other->level > CAIRN_LEVEL_USUAL && point->level <= CAIRN_LEVEL_USUAL)
    return other->level;
  return point->level;
}

/* "6.1 %", "134/78 mmHg" */
char *
cairn_trend_words_value (const CairnTrendPoint *point,
                         const CairnTrendPoint *other)
{
  g_autofree char *value = other != NULL ? g_strdup_printf ("%s/%s", point->text, other->text) : g_strdup (point->text);

  return point->unit != NULL ? g_strdup_printf ("%s\u202f%s", value, point->unit) : g_steal_pointer (&value);
}

/* How it stood to the usual, and what else must be known of it: "High, Preliminary"; NULL for nothing. */
char *
cairn_trend_words_standing (const CairnTrendPoint *point,
                            const CairnTrendPoint *other)
{
  const char *level = cairn_level_get_words (cairn_trend_words_level (point, other)), *flags = cairn_words_flags (point->flags);

  if (level != NULL && flags != NULL)
    return g_strdup_printf ("%s, %s", level, flags);
  return g_strdup (level != NULL ? level : flags);
}

/* A result that is read aloud, as number @nth of @n; @current: whether its record is the one that is open. */
char *
cairn_trend_words_spoken (const CairnTrendPoint *point,
                          const CairnTrendPoint *other,
                          guint                  nth,
                          guint                  n,
                          gboolean               current)
{
  g_autofree char *value = cairn_trend_words_value (point, other), *standing = cairn_trend_words_standing (point, other);
  g_autofree char *date = cairn_words_birth (point->date), *words = NULL;

  /* Translators: a result that is read aloud: value, how it stands to the usual, date, its number, number of all */
  words = standing != NULL ? g_strdup_printf (_("%1$s, %2$s, %3$s, %4$u of %5$u"), value, standing, date, nth, n)
                           : g_strdup_printf (_("%1$s, %2$s, %3$u of %4$u"), value, date, nth, n);
  /* Translators: behind a result of a chart that is read aloud, when its own page is open */
  return current ? g_strdup_printf (_("%s, this result"), words) : g_steal_pointer (&words);
}

/* The same to be seen at its point, as Pango markup. */
char *
cairn_trend_words_bubble (const CairnTrendPoint *point,
                          const CairnTrendPoint *other)
{
  g_autofree char *value = cairn_trend_words_value (point, other), *standing = cairn_trend_words_standing (point, other);
  g_autofree char *date = cairn_words_birth (point->date);

  return g_markup_printf_escaped ("<b>%s</b>%s%s\n<small>%s</small>", value, standing != NULL ? ", " : "",
                                  standing != NULL ? standing : "", date);
}

static int
count_digits (const char *text)
{
  const char *point = strchr (text, '.');

  return point != NULL ? (int) strspn (point + 1, "0123456789") : 0;
}

static gboolean
is_exact (const CairnTrendPoint *point)
{
  return !point->converted && (g_ascii_isdigit (*point->text) || *point->text == '-');
}

/* "in May", "in May 2024", or "on 19 November" when it is less than a month ago */
static char *
dup_when (const CairnTrendPoint *before,
          const CairnTrendPoint *point)
{
  g_autofree char *words = NULL;

  if (point->time - before->time < 40 * DAY || strlen (before->date) < 7)
    {
      words = cairn_words_birth (before->date);
      /* Translators: when another result was, in the middle of a sentence; %s is a day such as "19 Nov 2026" or a year */
      return g_strdup_printf (C_("when", "on %s"), words);
    }
  words = cairn_words_month (before->date, point->time - before->time > 300 * DAY);
  /* Translators: when another result was, in the middle of a sentence; %s is a month such as "May" or "May 2024" */
  return g_strdup_printf (C_("when", "in %s"), words);
}

static char *
dup_difference (const CairnTrendPoint *before,
                const CairnTrendPoint *point,
                const char            *when)
{
  int digits = MIN (MAX (count_digits (before->text), count_digits (point->text)), 4);
  double difference = point->number - before->number, unit = pow (10, -digits);
  char pattern[8], number[40];

  if (fabs (difference) < unit / 2)
    /* Translators: %s is a time such as "in May" */
    return g_strdup_printf (_("The same as %s"), when);
  g_snprintf (pattern, sizeof pattern, "%%.%df", digits);
  g_ascii_formatd (number, sizeof number, pattern, fabs (difference));
  /* Translators: a result against the one before it: %1$s is a number, %2$s a time such as "in May" */
  return g_strdup_printf (difference < 0 ? _("%1$s lower than %2$s") : _("%1$s higher than %2$s"), number, when);
}

/* "0.1 lower than in May", "Was < 5 mg/L in May"; NULL for the first result, or one that is none of a trend. */
char *
cairn_trend_words_change (CairnTrend *trend,
                          const char *id)
{
  gboolean pair = cairn_trend_get_pair (trend);

  for (guint i = 0; i < cairn_trend_get_n_series (trend); i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (trend, i);

      for (guint j = series->n_points; series->label == NULL && j-- > 1;)
        if (g_strcmp0 (series->points[j].id, id) == 0)
          {
            const CairnTrendPoint *before = &series->points[j - 1];
            g_autofree char *when = dup_when (before, &series->points[j]);

            if (is_exact (before) && is_exact (&series->points[j]))
              return dup_difference (before, &series->points[j], when);
            /* Translators: the result before this one: %1$s is a value, %2$s its unit, %3$s a time such as "in May" */
            return g_strdup_printf (_("Was %1$s %2$s %3$s"), before->text, before->unit != NULL ? before->unit : "", when);
          }
      if (i == 0 && pair)
        {
          const CairnTrendSeries *other = cairn_trend_get_series (trend, 1);

          for (guint j = MIN (series->n_points, other->n_points); j-- > 1;)
            if (g_strcmp0 (series->points[j].id, id) == 0 && g_strcmp0 (series->points[j - 1].id, other->points[j - 1].id) == 0)
              {
                g_autofree char *when = dup_when (&series->points[j - 1], &series->points[j]);

                /* Translators: the blood pressure before this one: two numbers, and a time such as "in May" */
                return g_strdup_printf (_("Was %1$s/%2$s %3$s"), series->points[j - 1].text, other->points[j - 1].text, when);
              }
          return NULL;
        }
    }
  return NULL;
}
