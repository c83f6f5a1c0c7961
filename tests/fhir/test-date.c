/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-date.h"

static void
test_legal (void)
{
  static const struct
  {
    const char        *text, *sort;
    CairnDatePrecision precision;
    gint64             span;   /* ms */
  } cases[] = {
    { "2014", "2014-01-01T00:00:00Z", CAIRN_DATE_YEAR, 365LL * 86400000 },
    { "2016", "2016-01-01T00:00:00Z", CAIRN_DATE_YEAR, 366LL * 86400000 },
    { "2014-05", "2014-05-01T00:00:00Z", CAIRN_DATE_MONTH, 31LL * 86400000 },
    { "2014-05-07", "2014-05-07T00:00:00Z", CAIRN_DATE_DAY, 86400000 },
    { "2024-02-29", "2024-02-29T00:00:00Z", CAIRN_DATE_DAY, 86400000 },
    { "2014-05-07T10:00:00Z", "2014-05-07T10:00:00Z", CAIRN_DATE_SECOND, 1000 },
    { "2014-05-07T10:00:00+14:00", "2014-05-06T20:00:00Z", CAIRN_DATE_SECOND, 1000 },
    { "2014-05-07T10:00:00.123456789-03:30", "2014-05-07T13:30:00Z", CAIRN_DATE_FRACTION, 1 },
    { "2014-05-07T23:59:60Z", "2014-05-08T00:00:00Z", CAIRN_DATE_SECOND, 1000 },
    { "0001-01-01", "0001-01-01T00:00:00Z", CAIRN_DATE_DAY, 86400000 },
    { "9999-12-31", "9999-12-31T00:00:00Z", CAIRN_DATE_DAY, 86400000 },
    { "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", CAIRN_DATE_SECOND, 1000 },   /* once before the calendar */
    { "9999-12-31T23:59:60-14:00", "9999-12-31T23:59:59Z", CAIRN_DATE_SECOND, 1000 },
    { "1969-12-31T23:59:59.500Z", "1969-12-31T23:59:59Z", CAIRN_DATE_FRACTION, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sort = NULL;
      CairnDate date;

      if (!cairn_date_parse (cases[i].text, &date))
        g_error ("illegal: %s", cases[i].text);
      sort = cairn_date_dup_sort (date.start);
      g_assert_cmpstr (sort, ==, cases[i].sort);
      g_assert_cmpint (date.precision, ==, cases[i].precision);
      g_assert_cmpint (date.end - date.start, ==, cases[i].span);
    }
}

static void
test_illegal (void)
{
  static const char *const cases[] = {
    NULL, "", "2014-5", "2014-13-01", "2023-02-29", "1900-02-29", "2014-05-07T10:00", "2014-05-07 10:00:00", "14-05-07", "0000", "yesterday",
    "2014-05-07T25:00:00Z", "2014-05-07T10:00:00", "2014-05-07T10:00:00+15:00", "2014-05-07T10:00:00+14:30", "2014-05-07T10:00:00.Z",
    "2014-05-07T10:00:61Z", " 2014", "2014 ", "2014-", "2014-05-", "2014-05-07T", "2014-02-30", "20140507", "２０１４",
  };
  CairnDate date;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cairn_date_parse (cases[i], &date))
      g_error ("taken: %s", cases[i]);
}

/* The calendar against GLib's, every day of four centuries. */
static void
test_calendar (void)
{
  g_autoptr(GDateTime) time = g_date_time_new_utc (1800, 1, 1, 0, 0, 0);

  for (guint i = 0; i < 400 * 365; i++)
    {
      g_autofree char *text = g_date_time_format (time, "%Y-%m-%d");
      GDateTime *next = g_date_time_add_days (time, 1);
      CairnDate date;

      g_assert_true (cairn_date_parse (text, &date));
      g_assert_cmpint (date.start, ==, g_date_time_to_unix (time) * 1000);
      g_date_time_unref (time);
      time = next;
    }
}

static void
test_words (void)
{
  static const struct
  {
    const char *text, *words;
  } cases[] = {
    { "2014", "2014" }, { "2014-05", "May 2014" }, { "2014-05-07", "7 May 2014" }, { "2014-05-07T10:00:00+02:00", "7 May 2014, 08:00" }, { "0001", "0001" },
    { "1969-12-31T23:59:59.500Z", "31 December 1969, 23:59" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = NULL;
      CairnDate date;

      g_assert_true (cairn_date_parse (cases[i].text, &date));
      words = cairn_date_dup_words (&date);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date/legal", test_legal);
  g_test_add_func ("/date/illegal", test_illegal);
  g_test_add_func ("/date/calendar", test_calendar);
  g_test_add_func ("/date/words", test_words);
  return g_test_run ();
}
