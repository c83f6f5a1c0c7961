/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>
#include <locale.h>

#include "cairn-words.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

/* Monday 23 November 2026, 09:00 UTC */
#define NOW (G_GINT64_CONSTANT (1795424400) * 1000)
#define MINUTE (60 * G_GINT64_CONSTANT (1000))
#define HOUR (60 * MINUTE)

static void
assert_words (char       *got,
              const char *wanted)
{
  g_assert_cmpstr (got, ==, wanted);
  g_free (got);
}

static void
test_age (void)
{
  assert_words (cairn_words_age (NOW, NOW), "just now");
  assert_words (cairn_words_age (NOW + HOUR, NOW), "just now");
  assert_words (cairn_words_age (NOW - MINUTE, NOW), "1 minute ago");
  assert_words (cairn_words_age (NOW - 59 * MINUTE, NOW), "59 minutes ago");
  assert_words (cairn_words_age (NOW - 2 * HOUR, NOW), "2 hours ago");
  assert_words (cairn_words_age (NOW - 25 * HOUR, NOW), "1 day ago");
  assert_words (cairn_words_age (NOW - 30 * 24 * HOUR, NOW), "24 October 2026");
}

static void
test_day (void)
{
  assert_words (cairn_words_day ("2026-11-19", NOW), "Thu 19 Nov");
  assert_words (cairn_words_day ("2026-11-26T09:40:00Z", NOW), "Thu 26 Nov");
  assert_words (cairn_words_day ("2026-10-14", NOW), "14 October");
  assert_words (cairn_words_day ("2025-09-03", NOW), "3 September 2025");
  assert_words (cairn_words_day ("2014-05", NOW), "May 2014");
  assert_words (cairn_words_day ("2014", NOW), "2014");
  assert_words (cairn_words_day ("last spring", NOW), "last spring");
  assert_words (cairn_words_day (NULL, NOW), "");
}

static void
test_moment (void)
{
  assert_words (cairn_words_moment ("2026-11-26T09:40:00Z", FALSE, NOW), "Thu 26 Nov, 09:40");
  assert_words (cairn_words_moment ("2026-11-23T07:40:00Z", FALSE, NOW), "Mon 23 Nov, 07:40");
  assert_words (cairn_words_moment ("2026-11-22T07:40:00Z", FALSE, NOW), "Sun 22 Nov");
  assert_words (cairn_words_moment ("2026-10-14T07:40:00Z", TRUE, NOW), "14 October, 07:40");
  assert_words (cairn_words_moment ("2026-11-26", TRUE, NOW), "Thu 26 Nov");
  assert_words (cairn_words_moment ("soon", TRUE, NOW), "soon");
}

static void
test_date (void)
{
  assert_words (cairn_words_date ("2026-11-19T08:05:00Z", NOW), "Thu 19 November 2026, 08:05");
  /* in this computer's zone, which is UTC here */
  assert_words (cairn_words_date ("2026-11-19T00:30:00+01:00", NOW), "Wed 18 November 2026, 23:30");
  assert_words (cairn_words_date ("2026-11-19", NOW), "Thu 19 November 2026");
  assert_words (cairn_words_date ("2026-11", NOW), "November 2026");
  assert_words (cairn_words_birth ("1961-03-14"), "14 Mar 1961");
  assert_words (cairn_words_birth ("1961"), "1961");
}

static void
test_when (void)
{
  assert_words (cairn_words_when ("2026-11-23T15:20:00Z", NOW), "Today at 15:20");
  assert_words (cairn_words_when ("2026-11-24T08:00:00Z", NOW), "Tomorrow at 08:00");
  assert_words (cairn_words_when ("2026-11-26T09:40:00Z", NOW), "In 3 days, at 09:40");
  assert_words (cairn_words_when ("2026-11-26", NOW), "In 3 days");
  assert_words (cairn_words_when ("2026-12-24T09:40:00Z", NOW), "Thu 24 December 2026, 09:40");
}

static void
assert_group (const char *written,
              const char *wanted)
{
  CairnDate date;
  gboolean legal = cairn_date_parse (written, &date);

  assert_words (cairn_words_group (legal, legal ? date.start : 0, written, NOW), wanted);
}

static void
test_group (void)
{
  assert_group ("2026-12-02T10:00:00Z", "Coming up");
  assert_group ("2026-11-23T23:00:00Z", "Last 7 days");
  assert_group ("2026-11-17", "Last 7 days");
  assert_group ("2026-11-16", "November 2026");
  assert_group ("2026-11", "November 2026");
  assert_group ("2014", "2014");
  assert_group ("2014-02-30", "Without a date");
}

static void
test_person (void)
{
  assert_words (cairn_words_initials ("Maren Lindqvist"), "M L");
  assert_words (cairn_words_initials ("Maren Sofia Lindqvist"), "M L");
  assert_words (cairn_words_initials ("élodie"), "É");
  assert_words (cairn_words_initials ("Anna Adams"), "A A");
  assert_words (cairn_words_initials ("  (2) "), "");
  assert_words (cairn_words_initials (NULL), "");
  assert_words (cairn_words_greeting ("Maren Lindqvist", NOW), "Good morning, Maren");
  assert_words (cairn_words_greeting (NULL, NOW), "Welcome back");
  assert_words (cairn_words_greeting ("Mr. Barrett Douglas", NOW), "Good morning, Barrett");
  assert_words (cairn_words_greeting ("Prof Dr. med. Anna Adams", NOW), "Good morning, Anna");
  assert_words (cairn_words_greeting ("J. Smith", NOW), "Good morning, J.");
  assert_words (cairn_words_greeting ("Mr.", NOW), "Good morning");
  assert_words (cairn_words_greeting ("Mrs", NOW + 10 * HOUR), "Good evening");
  assert_words (cairn_words_initials ("Mr. Barrett Douglas"), "B D");
  assert_words (cairn_words_today (NOW), "Monday 23 November");
}

static void
test_host (void)
{
  assert_words (cairn_words_host ("portal.clinic.example"), "portal.clinic.example");
  assert_words (cairn_words_host ("https://portal.clinic.example/fhir"), "portal.clinic.example");
  assert_words (cairn_words_host ("http://127.0.0.1:8080/"), "127.0.0.1:8080");
  /* the host is what counts, not what stands before an @ */
  assert_words (cairn_words_host ("https://portal.clinic.example@evil.example/"), "evil.example");
  assert_words (cairn_words_host ("not an address"), "not an address");
}

static void
test_flags (void)
{
  g_assert_null (cairn_words_flags (CAIRN_FLAG_NONE));
  g_assert_cmpstr (cairn_words_flags (CAIRN_FLAG_CORRECTED), ==, "Corrected");
  g_assert_cmpstr (cairn_words_flags (CAIRN_FLAG_CORRECTED | CAIRN_FLAG_ENTERED_IN_ERROR), ==, "Entered by mistake");
}

/* Each code has words of its own, and no technical text reaches the screen. */
static void
test_errors (void)
{
  for (int code = 0; code <= CAIRN_ERROR_USAGE; code++)
    {
      g_autoptr(GError) error = g_error_new (CAIRN_ERROR, code, "technical %d", code);
      const char *words = cairn_words_error (error);

      g_assert_null (strstr (words, "technical"));
      g_assert_true (g_str_has_suffix (words, "."));
    }
  g_assert_nonnull (cairn_words_error (NULL));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/age", test_age);
  g_test_add_func ("/words/day", test_day);
  g_test_add_func ("/words/moment", test_moment);
  g_test_add_func ("/words/date", test_date);
  g_test_add_func ("/words/when", test_when);
  g_test_add_func ("/words/group", test_group);
  g_test_add_func ("/words/person", test_person);
  g_test_add_func ("/words/host", test_host);
  g_test_add_func ("/words/flags", test_flags);
  g_test_add_func ("/words/errors", test_errors);
  return g_test_run ();
}
