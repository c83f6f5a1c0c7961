/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches: parameters, pages and what is refused (portal-search, portal-query, portal-bundle). */
#include "portal-fixture.h"

#include <string.h>

#include "fhir/cairn-date.h"

static void
append_observation (GString *out, guint i, guint padding)
{
  g_string_append_printf (out, ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\","
                               "\"subject\":{\"reference\":\"Patient/pat\"},\"valueString\":\"", i);
  for (guint n = 0; n < padding; n++)
    g_string_append_c (out, 'x');
  g_string_append (out, "\"}}");
}

/* A patient with n observations, each with so many bytes more. */
static Fixture *
start (guint n, guint padding)
{
  Fixture *f = fixture_new ();
  g_autoptr(GString) bundle = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                                            "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat\"}},"
                                            "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"org\"}}");
  g_autoptr(JsonObject) report = NULL;

  for (guint i = 0; i < n; i++)
    append_observation (bundle, i, padding);
  g_string_append (bundle, "]}");
  report = fixture_load (f, bundle->str);
  g_assert_true (json_object_get_boolean_member (report, "ok"));
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static guint
count (Fixture *f, const char *token, const char *query)
{
  g_autofree char *path = g_strconcat ("fhir/", query, NULL);
  g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);

  g_assert_cmpstr (fixture_text (bundle, "resourceType"), ==, "Bundle");
  g_assert_cmpstr (fixture_text (bundle, "type"), ==, "searchset");
  return fixture_n_entries (bundle);
}

static void
test_parameters (void)
{
  g_autoptr(Fixture) f = start (5, 0);
  g_autofree char *token = fixture_token (f, "reader");
  g_autofree char *absolute = g_strconcat ("Observation?patient=", portal_get_fhir_url (f->portal),
                                           "/Patient/pat", NULL);

  g_assert_cmpuint (count (f, token, "Observation?patient=pat"), ==, 5);
  g_assert_cmpuint (count (f, token, "Observation?patient=Patient/pat"), ==, 5);
  g_assert_cmpuint (count (f, token, "Observation?subject=Patient/pat"), ==, 5);
  g_assert_cmpuint (count (f, token, "Observation?subject:Patient=pat"), ==, 5);
  g_assert_cmpuint (count (f, token, absolute), ==, 5);
  g_assert_cmpuint (count (f, token, "Observation?patient=http://elsewhere.example/Patient/pat"),
                    ==, 0);
  g_assert_cmpuint (count (f, token, "Observation?patient=someone"), ==, 0);
  g_assert_cmpuint (count (f, token, "Observation?patient=pat&subject=someone"), ==, 0);
  g_assert_cmpuint (count (f, token, "Observation?patient=someone,pat"), ==, 5);
  g_assert_cmpuint (count (f, token, "Patient/pat/Observation"), ==, 5);
  g_assert_cmpuint (count (f, token, "Patient/someone/Observation"), ==, 0);
  g_assert_cmpuint (count (f, token, "Observation?_id=o1,o3,o3,absent,,%20"), ==, 2);
  g_assert_cmpuint (count (f, token, "Observation?_id=o1,o3&patient=pat"), ==, 2);
  g_assert_cmpuint (count (f, token, "Observation?_id=o1&_id=o1,o2"), ==, 1);
  g_assert_cmpuint (count (f, token, "Observation?_id=o1&patient=someone"), ==, 0);
  g_assert_cmpuint (count (f, token, "Observation?patient=pat&_count=2"), ==, 2);
  g_assert_cmpuint (count (f, token, "Patient?_id=pat"), ==, 1);
  g_assert_cmpuint (count (f, token, "Organization"), ==, 1);
  g_assert_cmpuint (count (f, token, "Organization?_id=org"), ==, 1);
  g_assert_cmpuint (count (f, token, "Condition?patient=pat"), ==, 0);
  fixture_post (f, "fhir/Observation/_search", token, "patient=pat&_count=3");
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "/fhir/Observation?patient=pat&_count=3\""));
  fixture_post (f, "fhir/Patient/pat/Observation/_search", token, "_count=3");
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "/fhir/Patient/pat/Observation?_count=3\""));
}

static void
test_last_updated (void)
{
  g_autoptr(Fixture) f = start (3, 0);
  g_autofree char *token = fixture_token (f, "reader"), *between = NULL, *day = NULL;
  g_autoptr(JsonObject) report = NULL;
  static const struct { const char *prefix; guint n; } cases[] = {
    { "ge", 1 }, { "gt", 1 }, { "sa", 1 }, { "lt", 3 }, { "le", 3 }, { "eb", 3 }, { "eq", 0 }, { "", 0 }, { "ne", 4 } };
  static const struct { const char *query; guint n; } days[] = {
    { "eq%s", 4 }, { "%s", 4 }, { "ne%s", 0 }, { "ge%s", 4 }, { "gt%s", 0 }, { "lt%s", 0 }, { "le%s", 4 } };

  g_usleep (2000);
  between = cairn_date_dup_instant (cairn_date_now ());
  day = g_strndup (between, strlen ("2020-01-01"));
  g_usleep (2000);
  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o9\",\"subject\":{\"reference\":\"Patient/pat\"}}");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *query = g_strdup_printf ("Observation?patient=pat&_lastUpdated=%s%s",
                                                cases[i].prefix, between);

      g_assert_cmpuint (count (f, token, query), ==, cases[i].n);
    }
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_auto(GStrv) parts = g_strsplit (days[i].query, "%s", 2);
      g_autofree char *query = g_strconcat ("Observation?patient=pat&_lastUpdated=", parts[0], day,
                                            NULL);

      g_assert_cmpuint (count (f, token, query), ==, days[i].n);
    }
  g_free (day);
  day = g_strdup_printf ("Observation?patient=pat&_lastUpdated=lt%s&_lastUpdated=ge2000&_id=o1,o9",
                         between);
  g_assert_cmpuint (count (f, token, day), ==, 1);
}

/* Follows next-links; every id once. */
static guint
walk (Fixture *f, const char *token, const char *path, guint *pages, gsize *largest)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *next = g_strdup (path);

  *pages = 0;
  *largest = 0;
  while (next != NULL)
    {
      g_autoptr(JsonObject) page = fixture_get_json (f, next, token);
      JsonArray *entries = json_object_get_array_member (page, "entry");

      for (guint i = 0; i < json_array_get_length (entries); i++)
        {
          JsonObject *entry = json_array_get_object_element (entries, i);
          JsonObject *resource = json_object_get_object_member (entry, "resource");
          g_autofree char *url = g_strconcat (portal_get_fhir_url (f->portal), "/Observation/",
                                              fixture_text (resource, "id"), NULL);

          g_assert_cmpstr (fixture_text (entry, "fullUrl"), ==, url);
          g_assert_true (g_hash_table_add (seen, g_strdup (fixture_text (resource, "id"))));
        }
      (*pages)++;
      *largest = MAX (*largest, f->length);
      g_free (next);
      next = fixture_next (f, page);
    }
  return g_hash_table_size (seen);
}

static void
test_pages_by_count (void)
{
  g_autoptr(Fixture) f = start (25, 0);
  g_autofree char *token = fixture_token (f, "reader"), *next = NULL, *other = NULL;
  g_autoptr(JsonObject) page = NULL;
  guint pages;
  gsize largest;

  g_assert_cmpuint (walk (f, token, "fhir/Observation?patient=pat&_count=10", &pages, &largest), ==,
                    25);
  g_assert_cmpuint (pages, ==, 3);
  g_assert_cmpuint (walk (f, token, "fhir/Observation?patient=pat&_count=25", &pages, &largest), ==,
                    25);
  g_assert_cmpuint (pages, ==, 1);
  g_assert_cmpuint (walk (f, token, "fhir/Patient/pat/Observation?_count=24", &pages, &largest), ==,
                    25);
  g_assert_cmpuint (pages, ==, 2);
  g_assert_cmpuint (walk (f, token, "fhir/Observation?_id=o1,o2,o3,o4,o5&_count=2", &pages,
                          &largest),
                    ==, 5);
  g_assert_cmpuint (pages, ==, 3);

  /* A next-link holds for its own search only */
  page = fixture_get_json (f, "fhir/Observation?patient=pat&_count=1", token);
  next = fixture_next (f, page);
  other = g_strconcat ("fhir/Condition", strchr (next, '?'), NULL);
  fixture_get (f, other, token);
  assert_status (f, 400);
  g_free (other);
  other = g_strconcat ("fhir/Observation/_history", strchr (next, '?'), NULL);
  fixture_get (f, other, token);
  assert_status (f, 400);
}

static void
test_pages_by_size (void)
{
  g_autoptr(Fixture) f = start (30, 100 * 1000);
  g_autofree char *token = fixture_token (f, "reader");
  guint pages;
  gsize largest;

  g_assert_cmpuint (walk (f, token, "fhir/Observation?patient=pat", &pages, &largest), ==, 30);
  g_assert_cmpuint (pages, ==, 3);
  g_assert_cmpuint (largest, <=, 1100 * 1000);
}

/* One that is larger than a page still comes, alone. */
static void
test_large_resource (void)
{
  g_autoptr(Fixture) f = start (3, 2 * 1024 * 1024);
  g_autofree char *token = fixture_token (f, "reader");
  guint pages;
  gsize largest;

  g_assert_cmpuint (walk (f, token, "fhir/Observation?patient=pat", &pages, &largest), ==, 3);
  g_assert_cmpuint (pages, ==, 3);
}

/* What changes while somebody pages comes at the end, and nothing is missed. */
static void
test_write_between (void)
{
  g_autoptr(Fixture) f = start (10, 0);
  g_autofree char *token = fixture_token (f, "reader"), *next = NULL;
  g_autoptr(JsonObject)
    first = fixture_get_json (f, "fhir/Observation?patient=pat&_count=5", token);
  g_autoptr(JsonObject) report = NULL, rest = NULL;

  next = fixture_next (f, first);
  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o7\",\"status\":\"amended\","
                            "\"subject\":{\"reference\":\"Patient/pat\"}}");
  rest = fixture_get_json (f, next, token);
  g_assert_cmpuint (fixture_n_entries (rest), ==, 5);
  g_assert_nonnull (strstr (f->body, "amended"));
}

static void
test_total (void)
{
  g_autoptr(Fixture) f = start (7, 0);
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(JsonObject) all = fixture_get_json (f, "fhir/Observation?patient=pat&_count=0", token);
  g_autoptr(JsonObject) some = fixture_get_json (f, "fhir/Observation?_id=o1,o2,x&_count=0", token);
  g_autoptr(JsonObject)
    none = fixture_get_json (f, "fhir/Observation?patient=someone&_count=0", token);

  g_assert_cmpint (json_object_get_int_member (all, "total"), ==, 7);
  g_assert_false (json_object_has_member (all, "entry"));
  g_assert_cmpint (json_object_get_int_member (some, "total"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (none, "total"), ==, 0);
}

static void
test_unknown (void)
{
  g_autoptr(Fixture) f = start (2, 0);
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(JsonObject) lenient = NULL, link = NULL;

  lenient = fixture_get_json (f, "fhir/Observation?patient=pat&colour=red", token);
  g_assert_cmpuint (fixture_n_entries (lenient), ==, 2);
  link = json_object_ref (
    json_array_get_object_element (json_object_get_array_member (lenient, "link"), 0));
  g_assert_cmpstr (fixture_text (link, "relation"), ==, "self");
  g_assert_true (g_str_has_suffix (fixture_text (link, "url"), "/fhir/Observation?patient=pat"));

  fixture_send (f, "GET", "fhir/Observation?patient=pat&colour=red", token, "Prefer",
                "handling=strict");
  assert_status (f, 400);
  fixture_get (f, "fhir/Observation?colour=red", token);
  assert_status (f, 400);
  fixture_get (f, "fhir/Observation", token);
  assert_status (f, 400);
  fixture_get (f, "fhir/Organization?colour=red", token);
  assert_status (f, 200);
}

static void
test_bad_values (void)
{
  static const char *const bad[] = { "_count=x", "_count=-1", "_lastUpdated=yesterday", "_lastUpdated=ge2020-13-01",
                                     "_page=x", "_page=", "_lastUpdated=ap2020" };
  g_autoptr(Fixture) f = start (1, 0);
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(JsonObject) outcome = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/Observation?patient=pat&", bad[i], NULL);

      fixture_get (f, path, token);
      if (!g_str_equal (bad[i], "_page="))
        assert_status (f, 400);
    }
  outcome = fixture_json (f);
  g_assert_cmpstr (fixture_text (outcome, "resourceType"), ==, "OperationOutcome");
  fixture_get (f, "fhir/Nonsense?patient=pat", token);
  assert_status (f, 404);
  fixture_get (f, "fhir/Observation?patient=pat&_format=xml", token);
  assert_status (f, 406);
  fixture_get (f, "fhir/Observation?patient=pat&_format=json", token);
  assert_status (f, 200);
  fixture_send (f, "GET", "fhir/Observation?patient=pat", token, "Accept", "application/fhir+xml");
  assert_status (f, 406);
  fixture_send (f, "GET", "fhir/Observation?patient=pat", token, "Accept", "text/html,*/*;q=0.8");
  assert_status (f, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/parameters", test_parameters);
  g_test_add_func ("/search/last-updated", test_last_updated);
  g_test_add_func ("/search/pages-by-count", test_pages_by_count);
  g_test_add_func ("/search/pages-by-size", test_pages_by_size);
  g_test_add_func ("/search/large-resource", test_large_resource);
  g_test_add_func ("/search/write-between", test_write_between);
  g_test_add_func ("/search/total", test_total);
  g_test_add_func ("/search/unknown", test_unknown);
  g_test_add_func ("/search/bad-values", test_bad_values);
  return g_test_run ();
}
