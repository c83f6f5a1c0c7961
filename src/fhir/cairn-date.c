/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR's partial dates, read strictly and never completed with what wasn't written. Any thread. */
#include "config.h"

#include "cairn-date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MS_PER_DAY G_GINT64_CONSTANT (86400000)

static gboolean
read_number (const char **at, int digits, int least, int most, int *number)
{
  int n = 0;

  for (int i = 0; i < digits; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      n = n * 10 + (**at - '0');
    }
  *number = n;
  return n >= least && n <= most;
}

static gboolean
read_char (const char **at, char c)
{
  if (**at != c)
    return FALSE;
  (*at)++;
  return TRUE;
}

static int
days_in_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
static gint64
days_from_civil (int year, int month, int day)
{
  int y = year - (month <= 2);
  int era = (y >= 0 ? y : y - 399) / 400;
  int yoe = y - era * 400;
  int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

  return (gint64) era * 146097 + doe - 719468;
}

/* [.fraction](Z|+hh:mm|-hh:mm); a time must have an offset (FHIR R4 §2.24.0.1, dateTime). */
static gboolean
read_offset (const char **at, CairnDate *date)
{
  int hours, minutes;
  gboolean west;

  date->has_offset = TRUE;
  if (read_char (at, 'Z'))
    return TRUE;
  west = **at == '-';
  if (!read_char (at, '+') && !read_char (at, '-'))
    return FALSE;
  if (!read_number (at, 2, 0, 14, &hours) || !read_char (at, ':') ||
      !read_number (at, 2, 0, hours == 14 ? 0 : 59, &minutes))
    return FALSE;
  date->offset = (hours * 60 + minutes) * (west ? -1 : 1);
  return TRUE;
}

static gboolean
read_time (const char **at, CairnDate *date)
{
  int scale = 100;

  if (!read_number (at, 2, 0, 23, &date->hour) || !read_char (at, ':') || !read_number (at, 2, 0, 59, &date->minute) ||
      !read_char (at, ':') || !read_number (at, 2, 0, 60, &date->second))
    return FALSE;
  date->precision = CAIRN_DATE_SECOND;
  if (read_char (at, '.'))
    {
      date->precision = CAIRN_DATE_FRACTION;
      if (!g_ascii_isdigit (**at))
        return FALSE;
      for (; g_ascii_isdigit (**at); (*at)++, scale /= 10)
        date->millisecond += (**at - '0') * scale;
    }
  return read_offset (at, date);
}

static gboolean
read_date (const char **at, CairnDate *date)
{
  date->month = date->day = 1;
  if (!read_number (at, 4, 1, 9999, &date->year))
    return FALSE;
  if (!read_char (at, '-'))
    return TRUE;
  date->precision = CAIRN_DATE_MONTH;
  if (!read_number (at, 2, 1, 12, &date->month))
    return FALSE;
  if (!read_char (at, '-'))
    return TRUE;
  date->precision = CAIRN_DATE_DAY;
  if (!read_number (at, 2, 1, days_in_month (date->year, date->month), &date->day))
    return FALSE;
  return !read_char (at, 'T') || read_time (at, date);
}

/* Offsets and leap seconds at both ends of the calendar lead past it, where nothing can be sorted or written. */
static gint64
clamp_to_calendar (gint64 ms)
{
  return CLAMP (ms, G_GINT64_CONSTANT (-62135596800000), G_GINT64_CONSTANT (253402300799999));
}

static void
set_span (CairnDate *date)
{
  gint64 day = days_from_civil (date->year, date->month, date->day);

  date->start = clamp_to_calendar (day * MS_PER_DAY +
                                   ((gint64) date->hour * 3600 + date->minute * 60 + date->second) * 1000 +
                                   date->millisecond - (gint64) date->offset * 60000);
  switch (date->precision)
    {
    case CAIRN_DATE_YEAR:
      date->end = days_from_civil (date->year + 1, 1, 1) * MS_PER_DAY;
      break;
    case CAIRN_DATE_MONTH:
      date->end = (day + days_in_month (date->year, date->month)) * MS_PER_DAY;
      break;
    case CAIRN_DATE_DAY:
      date->end = date->start + MS_PER_DAY;
      break;
    case CAIRN_DATE_SECOND:
      date->end = date->start + 1000;
      break;
    case CAIRN_DATE_FRACTION:
    default:
      date->end = date->start + 1;
    }
}

/**
 * cairn_date_parse:
 * @text: (nullable): a FHIR date, dateTime or instant
 * @date: (out): what it says
 *
 * Strict: no missing zeros, no 30th of February, no time without seconds and offset. A leap second
 * (":60") counts as the next minute's first.
 *
 * Returns: whether it is legal
 */
gboolean
cairn_date_parse (const char *text, CairnDate *date)
{
  const char *at = text;

  *date = (CairnDate) { .precision = CAIRN_DATE_YEAR };
  if (text == NULL || !read_date (&at, date) || *at != '\0')
    return FALSE;
  set_span (date);
  return TRUE;
}

static gint64
whole_seconds (gint64 ms)
{
  return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

static GDateTime *
to_datetime (const CairnDate *date)
{
  g_autoptr(GTimeZone) zone = NULL;

  if (date->has_offset)
    {
      g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (whole_seconds (date->start));

      return utc != NULL ? g_date_time_to_local (utc) : NULL;
    }
  zone = g_time_zone_new_utc ();
  return g_date_time_new (zone, date->year, date->month, date->day, 0, 0, 0);
}

/**
 * cairn_date_dup_words:
 * @date: a date
 *
 * Says it at its own precision, in the reader's language; times in the reader's time zone.
 *
 * Returns: (transfer full): as "19 November 2026, 08:05", "May 2014" or "2014"
 */
char *
cairn_date_dup_words (const CairnDate *date)
{
  g_autoptr(GDateTime) time = to_datetime (date);
  char *words = NULL;

  if (time != NULL)
    switch (date->precision)
      {
      case CAIRN_DATE_YEAR:
        break;
      case CAIRN_DATE_MONTH:
        /* Translators: strftime format of a month and year, as "May 2014" */
        words = g_date_time_format (time, C_("date", "%B %Y"));
        break;
      case CAIRN_DATE_DAY:
        /* Translators: strftime format of a day, as "7 May 2014" */
        words = g_date_time_format (time, C_("date", "%-d %B %Y"));
        break;
      default:
        /* Translators: strftime format of a day and time, as "7 May 2014, 10:00" */
        words = g_date_time_format (time, C_("date", "%-d %B %Y, %H:%M"));
      }
  return words != NULL ? words : g_strdup_printf ("%04d", date->year);
}

/**
 * cairn_date_dup_instant:
 * @ms: milliseconds since 1970 UTC
 *
 * Returns: (transfer full): a FHIR instant, as "2026-11-19T08:05:00.123Z"
 */
char *
cairn_date_dup_instant (gint64 ms)
{
  gint64 seconds = whole_seconds (ms);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  if (time == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                          g_date_time_get_year (time), g_date_time_get_month (time), g_date_time_get_day_of_month (time),
                          g_date_time_get_hour (time), g_date_time_get_minute (time), g_date_time_get_second (time),
                          (int) (ms - seconds * 1000));
}

/**
 * cairn_date_dup_sort:
 * @start: #CairnDate.start
 *
 * Returns: (transfer full): the start in UTC to the second, as `cairnctl list` prints it
 */
char *
cairn_date_dup_sort (gint64 start)
{
  char *text = cairn_date_dup_instant (start);
  char *dot = strchr (text, '.');

  if (dot != NULL)
    strcpy (dot, "Z");
  return text;
}

/**
 * cairn_date_now:
 *
 * Returns: milliseconds since 1970 UTC by this machine's clock
 */
gint64
cairn_date_now (void)
{
  return g_get_real_time () / 1000;
}
