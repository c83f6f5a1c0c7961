/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving the sample clinic's dates to today (portal-demo). */
#include "portal-fixture.h"

#include <string.h>

#include "server/import/portal-demo-dates.h"
#include "server/import/portal-demo.h"

static char *
shift (const char *from, const char *zone, int year, int month, int day)
{
  g_autoptr(GTimeZone) place = g_time_zone_new_identifier (zone);
  g_autoptr(GDateTime) today = g_date_time_new (place, year, month, day, 12, 0, 0);

  return portal_demo_shift (cairn_json_from_string (from), today, NULL);
}

/* One day later than the sample's today */
static void
test_shift (void)
{
  static const struct { const char *from; const char *to; } cases[] = {
    { "{\"a\":\"2024-01-01\"}", "{\"a\":\"2024-01-02\"}" },
    { "{\"a\":\"2024-02-28\"}", "{\"a\":\"2024-02-29\"}" },
    { "{\"a\":\"2020-02-28\"}", "{\"a\":\"2020-02-29\"}" },
    { "{\"a\":\"2025-12-31T23:59:59.123+02:00\"}", "{\"a\":\"2026-01-01T23:59:59.123+02:00\"}" },
    { "{\"a\":\"2024-01-01T10:00:00Z\", \"n\": 1.10}", "{\"a\":\"2024-01-02T10:00:00Z\", \"n\": 1.10}" },
    { "{\"onsetDateTime\":\"2014\"}", "{\"onsetDateTime\":\"2014\"}" },
    { "{\"a\":\"2014-05\"}", "{\"a\":\"2014-05\"}" },
    { "{\"birthDate\":[\"2020-01-01\",\"x\"]}", "{\"birthDate\":[\"2020-01-02\",\"x\"]}" },
    /* no dates */
    { "{\"code\":\"6809\"}", "{\"code\":\"6809\"}" },
    { "{\"code\":\"2160-0\"}", "{\"code\":\"2160-0\"}" },
    { "{\"a\":\"on 2024-01-01\"}", "{\"a\":\"on 2024-01-01\"}" },
    { "{\"a\":\"2024-13-01\"}", "{\"a\":\"2024-13-01\"}" },
    { "{\"2024-01-01\":20240101}", "{\"2024-01-01\":20240101}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = shift (cases[i].from, "UTC", 2024, 1, 2);

      g_assert_cmpstr (text, ==, cases[i].to);
    }
}

/* Two years and a day later: a Thursday in winter, at a clinic in Minnesota or Kathmandu */
static void
test_today (void)
{
  static const struct { const char *zone; const char *from; const char *to; } cases[] = {
    { "UTC", "{\"onsetDateTime\":\"2014\"}", "{\"onsetDateTime\":\"2016\"}" },
    { "UTC", "{\"period\":{\"start\":\"2014-12\"}}", "{\"period\":{\"start\":\"2016-12\"}}" },
    /* the same time of day, in summer, too */
    { "America/Chicago", "{\"start\":\"2024-01-02T09:40:00+00:00\"}", "{\"start\":\"2026-01-02T09:40:00-06:00\"}" },
    { "America/Chicago", "{\"start\":\"2024-07-02T09:40:00+00:00\"}", "{\"start\":\"2026-07-03T09:40:00-05:00\"}" },
    { "Asia/Kathmandu", "{\"start\":\"2024-01-02T09:40:00.5+00:00\"}", "{\"start\":\"2026-01-02T09:40:00.5+05:45\"}" },
    /* near today, Saturdays and Sundays are kept free of work: to Friday before, to Monday after */
    { "UTC", "{\"a\":[\"2023-12-26\",\"2023-12-27\",\"2023-12-28\",\"2023-12-29\"]}",
      "{\"a\":[\"2025-12-26\",\"2025-12-26\",\"2025-12-26\",\"2025-12-29\"]}" },
    { "UTC", "{\"a\":[\"2024-01-02\",\"2024-01-03\",\"2024-01-04\",\"2024-01-05\"]}",
      "{\"a\":[\"2026-01-02\",\"2026-01-05\",\"2026-01-05\",\"2026-01-05\"]}" },
    { "UTC", "{\"a\":\"2022-01-05\"}", "{\"a\":\"2024-01-06\"}" },
    { "UTC", "{\"resourceType\":\"Communication\",\"sent\":\"2024-01-03\"}",
      "{\"resourceType\":\"Communication\",\"sent\":\"2026-01-03\"}" },
    { "UTC", "{\"resourceType\":\"Slot\",\"status\":\"free\",\"start\":\"2024-01-03T09:00:00+00:00\"}",
      "{\"resourceType\":\"Slot\",\"status\":\"busy-unavailable\",\"start\":\"2026-01-03T09:00:00+00:00\"}" },
    { "UTC", "{\"resourceType\":\"Slot\",\"status\":\"free\",\"start\":\"2024-01-05T09:00:00+00:00\"}",
      "{\"resourceType\":\"Slot\",\"status\":\"free\",\"start\":\"2026-01-05T09:00:00+00:00\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = shift (cases[i].from, cases[i].zone, 2026, 1, 1);

      g_assert_cmpstr (text, ==, cases[i].to);
    }
}

/* Dates in an attachment move in place, whatever stands around them. */
static void
test_attachment (void)
{
  static const char bytes[] = "%PDF\xff (seen on 02 Jan 2024, born 31 Dec 1951) 31 Feb 2024 2 Jan 2024 02 Jan";
  static const char moved[] = "%PDF\xff (seen on 02 Jan 2026, born 31 Dec 1953) 31 Feb 2024 2 Jan 2024 02 Jan";
  g_autofree char *before = g_base64_encode ((const guchar *) bytes, strlen (bytes));
  g_autofree char *after = g_base64_encode ((const guchar *) moved, strlen (moved));
  g_autofree char *from = g_strdup_printf ("{\"contentType\":\"a/b\",\"data\":\"%s\"}", before);
  g_autofree char *to = g_strdup_printf ("{\"contentType\":\"a/b\",\"data\":\"%s\"}", after);
  g_autofree char *samples = g_strdup_printf ("{\"period\":10,\"data\":\"%s\"}", before);
  g_autofree char *text = shift (from, "UTC", 2026, 1, 1);
  g_autofree char *untouched = shift (samples, "UTC", 2026, 1, 1);

  g_assert_cmpstr (text, ==, to);
  g_assert_cmpstr (untouched, ==, samples);
}

static void
test_not_empty (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  g_autoptr(GError) error = NULL;
  gboolean empty;

  g_assert_true (portal_is_empty (f->portal, &empty, &error));
  g_assert_false (empty);
  g_assert_true (portal_demo_fill (f->portal, &error));   /* leaves it alone */
  g_assert_no_error (error);
  fixture_add (f, "anna.larsen", "pat");                  /* so that the name is free */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/shift", test_shift);
  g_test_add_func ("/demo/today", test_today);
  g_test_add_func ("/demo/attachment", test_attachment);
  g_test_add_func ("/demo/not-empty", test_not_empty);
  return g_test_run ();
}
