/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Birth dates as people write them: in the order of their country, with the month in words or figures. No state but the
 * locale's. */
#include "client/cairn-birth-date.h"

#include <langinfo.h>
#include <string.h>

#define OLDEST 1850
#define MOST_NUMBERS 3

typedef struct
{
  guint value[MOST_NUMBERS];
  guint digits[MOST_NUMBERS];
  guint n;
  guint month;      /* in words, else 0 */
  guint month_at;   /* how many numbers stand before it */
  gboolean bad;
} Parts;

static const nl_item months[] = { MON_1, MON_2, MON_3, MON_4, MON_5, MON_6, MON_7, MON_8, MON_9, MON_10, MON_11, MON_12 };
static const nl_item short_months[] = { ABMON_1, ABMON_2, ABMON_3, ABMON_4, ABMON_5, ABMON_6, ABMON_7, ABMON_8, ABMON_9,
                                        ABMON_10, ABMON_11, ABMON_12 };
static const char *const english[] = { "january", "february", "march", "april", "may", "june", "july", "august", "september",
                                       "october", "november", "december" };

/* Whether a word is that month, or its beginning in three letters or more. */
static gboolean
begins (const char *word, const char *name)
{
  g_autofree char *utf8 = g_locale_to_utf8 (name, -1, NULL, NULL, NULL);
  g_autofree char *folded = utf8 != NULL ? g_utf8_casefold (utf8, -1) : NULL;

  while (folded != NULL && g_str_has_suffix (folded, "."))
    folded[strlen (folded) - 1] = '\0';
  return folded != NULL && (g_str_equal (word, folded) || (g_utf8_strlen (word, -1) >= 3 && g_str_has_prefix (folded, word)));
}

static guint
find_month (const char *word)
{
  for (guint i = 0; i < 12; i++)
    if (begins (word, nl_langinfo (months[i])) || begins (word, nl_langinfo (short_months[i])) || begins (word, english[i]))
      return i + 1;
  return 0;
}

/* "1st", "17th", "of", "de": words that say nothing more */
static gboolean
is_filler (const char *word)
{
  static const char *const fillers[] = { "st", "nd", "rd", "th", "of", "the", "de", "del", "di", "do", "den", "le", "er", "ier",
                                         "年", "月", "日", "г", "года", "року", NULL };

  return g_strv_contains (fillers, word);
}

static void
take_word (Parts *parts, const char *from, const char *to)
{
  g_autofree char *word = g_utf8_casefold (from, to - from);
  guint month = find_month (word);

  if (month == 0)
    parts->bad = parts->bad || !is_filler (word);
  else if (parts->month != 0)
    parts->bad = TRUE;
  else
    {
      parts->month = month;
      parts->month_at = parts->n;
    }
}

/* Numbers and words, whatever stands between them; figures of any script. */
static void
split (Parts *parts, const char *text)
{
  while (*text != '\0' && !parts->bad)
    {
      const char *from = text;
      guint value = 0, digits = 0;

      while (*text != '\0' && g_unichar_isdigit (g_utf8_get_char (text)) && digits < 9)
        {
          value = value * 10 + (guint) g_unichar_digit_value (g_utf8_get_char (text));
          digits++;
          text = g_utf8_next_char (text);
        }
      if (digits > 0)
        {
          parts->bad = parts->n == MOST_NUMBERS;
          if (parts->bad)
            return;
          parts->value[parts->n] = value;
          parts->digits[parts->n++] = digits;
          continue;
        }
      while (*text != '\0' && (g_unichar_isalpha (g_utf8_get_char (text)) || g_unichar_ismark (g_utf8_get_char (text))))
        text = g_utf8_next_char (text);
      if (text > from)
        take_word (parts, from, text);
      else
        text = g_utf8_next_char (text);
    }
}

/* "19680717", or the same in the country's order */
static void
split_run (Parts *parts, const char *order)
{
  guint run = parts->value[0];
  gboolean year_first = *order == 'y' || (run / 10000 >= OLDEST && run / 10000 <= 2100);

  if (parts->n != 1 || parts->digits[0] != 8 || parts->month != 0)
    return;
  parts->n = 3;
  for (guint i = 0; i < 3; i++)
    parts->digits[i] = 2;
  if (year_first)
    {
      parts->value[0] = run / 10000;
      parts->value[1] = run / 100 % 100;
      parts->value[2] = run % 100;
      parts->digits[0] = 4;
      return;
    }
  parts->value[0] = run / 1000000;
  parts->value[1] = run / 10000 % 100;
  parts->value[2] = run % 10000;
  parts->digits[2] = 4;
}

/* Which is the day, the month and the year; FALSE when that can not be told. A year stands first or last. */
static gboolean
sort (const Parts *parts, const char *order, guint *year, guint *month, guint *day, gboolean *short_year)
{
  guint n = parts->month != 0 ? 2 : 3, first, second;
  gboolean year_first = parts->digits[0] > 2 || (parts->n == n && parts->digits[n - 1] <= 2 && *order == 'y');
  guint at = year_first ? 0 : n - 1;

  if (parts->bad || parts->n != n || parts->digits[at] == 3 || parts->digits[at] > 4)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (i != at && parts->digits[i] > 2)
      return FALSE;
  *year = parts->value[at];
  *short_year = parts->digits[at] <= 2;
  first = parts->value[year_first ? 1 : 0];
  if (n == 2)
    {
      *month = parts->month;
      *day = first;
      return TRUE;
    }
  second = parts->value[year_first ? 2 : 1];
  *month = year_first || strstr (order, "md") != NULL ? first : second;
  *day = year_first || strstr (order, "md") != NULL ? second : first;
  /* Written the other way round, as in another country, and it can not be meant otherwise */
  if (!year_first && *month > 12 && *day <= 12)
    {
      guint swapped = *month;

      *month = *day;
      *day = swapped;
    }
  return TRUE;
}

/**
 * cairn_birth_date_read:
 * @text: what a person wrote, such as "7/17/1968", "17 July 1968" or "1968-07-17"
 * @order: the order of day, month and year where figures alone do not tell it, "dmy", "mdy" or "ymd"
 * @iso: (out) (optional) (nullable): the day as YYYY-MM-DD when it is right
 *
 * Returns: what it is
 */
CairnBirthDate
cairn_birth_date_read (const char *text, const char *order, char **iso)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  Parts parts = { 0 };
  guint year, month, day;
  gboolean short_year;
  GDate date, today;

  if (iso != NULL)
    *iso = NULL;
  if (!g_utf8_validate (text, -1, NULL))
    return CAIRN_BIRTH_DATE_UNREADABLE;
  split (&parts, text);
  split_run (&parts, order);
  if (!sort (&parts, order, &year, &month, &day, &short_year))
    return CAIRN_BIRTH_DATE_UNREADABLE;
  if (!g_date_valid_month ((GDateMonth) month) || day == 0 || day > 31 || (!short_year && year == 0) ||
      (!short_year && !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year)))
    return CAIRN_BIRTH_DATE_NO_SUCH_DAY;
  if (short_year)
    return CAIRN_BIRTH_DATE_SHORT_YEAR;
  if (year < OLDEST)
    return CAIRN_BIRTH_DATE_LONG_AGO;
  g_date_clear (&date, 1);
  g_date_clear (&today, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (now), (GDateMonth) g_date_time_get_month (now),
                  (GDateYear) g_date_time_get_year (now));
  if (g_date_compare (&date, &today) > 0)
    return CAIRN_BIRTH_DATE_TO_COME;
  if (iso != NULL)
    *iso = g_strdup_printf ("%04u-%02u-%02u", year, month, day);
  return CAIRN_BIRTH_DATE_RIGHT;
}

/**
 * cairn_birth_date_get_order:
 *
 * Returns: the order in which the locale writes days, "dmy", "mdy" or "ymd"
 */
const char *
cairn_birth_date_get_order (void)
{
  const char *format = nl_langinfo (D_FMT);
  gsize day = strcspn (format, "de"), month = strcspn (format, "mbBh"), year = strcspn (format, "yYCG");

  if (strstr (format, "%D") != NULL)
    return "mdy";
  if (strstr (format, "%F") != NULL || (year < month && year < day))
    return "ymd";
  return month < day ? "mdy" : "dmy";
}

/**
 * cairn_birth_date_dup_example:
 *
 * Returns: (transfer full): a day as the locale writes one, with all of its year
 */
char *
cairn_birth_date_dup_example (void)
{
  g_autoptr(GDateTime) day = g_date_time_new_utc (1980, 2, 29, 0, 0, 0);
  g_auto(GStrv) parts = g_strsplit (nl_langinfo (D_FMT), "%y", -1);
  g_autofree char *format = g_strjoinv ("%Y", parts);
  g_auto(GStrv) us = g_strsplit (format, "%D", -1);
  g_autofree char *whole = g_strjoinv ("%m/%d/%Y", us);

  return g_date_time_format (day, whole);
}
