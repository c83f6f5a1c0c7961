/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving the sample clinic's dates to today (portal-demo). */
#include "portal-fixture.h"

#include <string.h>

#include "server/import/portal-demo.h"

static void
test_shift (void)
{
  static const struct { const char *from; int days; const char *to; } cases[] = {
    { "{\"a\":\"2024-01-01\"}", 1, "{\"a\":\"2024-01-02\"}" },
    { "{\"a\":\"2024-02-28\"}", 1, "{\"a\":\"2024-02-29\"}" },
    { "{\"a\":\"2024-01-01\"}", -1, "{\"a\":\"2023-12-31\"}" },
    { "{\"a\":\"2024-12-31T23:59:59.123+02:00\"}", 1, "{\"a\":\"2025-01-01T23:59:59.123+02:00\"}" },
    { "{\"a\":\"2024-01-01T10:00:00Z\", \"n\": 1.10}", 366, "{\"a\":\"2025-01-01T10:00:00Z\", \"n\": 1.10}" },
    { "{\"onsetDateTime\":\"2014\"}", 731, "{\"onsetDateTime\":\"2016\"}" },
    { "{\"a\":\"2014-05\"}", 31, "{\"a\":\"2014-06\"}" },
    { "{\"period\":{\"start\":\"2014\",\"end\":\"2015\"}}", 366, "{\"period\":{\"start\":\"2015\",\"end\":\"2016\"}}" },
    { "{\"birthDate\":[\"2020-01-01\",\"x\"]}", 2, "{\"birthDate\":[\"2020-01-03\",\"x\"]}" },
    /* no dates */
    { "{\"code\":\"6809\"}", 731, "{\"code\":\"6809\"}" },
    { "{\"code\":\"2160-0\"}", 731, "{\"code\":\"2160-0\"}" },
    { "{\"a\":\"on 2024-01-01\"}", 1, "{\"a\":\"on 2024-01-01\"}" },
    { "{\"a\":\"2024-13-01\"}", 1, "{\"a\":\"2024-13-01\"}" },
    { "{\"2024-01-01\":20240101}", 1, "{\"2024-01-01\":20240101}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = portal_demo_shift (cairn_json_from_string (cases[i].from),
                                                 cases[i].days, NULL);

      g_assert_cmpstr (text, ==, cases[i].to);
    }
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
  g_test_add_func ("/demo/not-empty", test_not_empty);
  return g_test_run ();
}
