/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token of single categories gets these and nothing else, by whatever road (portal-access, portal-search, portal-query-filter,
 * cairn-scopes). */
#include "portal-fixture.h"

#include <string.h>

#define SYSTEM "http://terminology.hl7.org/CodeSystem/observation-category"
#define LABS "patient/Observation.rs?category=" SYSTEM "|laboratory"
#define OF(category) "\"category\":[{\"coding\":[{\"system\":\"" SYSTEM "\",\"code\":\"" category "\"}]}],"
#define ME "\"subject\":{\"reference\":\"Patient/pat\"}"
#define OBSERVATION(id, category) \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"" id "\",\"status\":\"final\"," category "\"code\":{\"text\":\"" id "\"}," ME "}}"
#define RECORD "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat\"}}," \
  OBSERVATION ("lab-1", OF ("laboratory")) "," OBSERVATION ("lab-2", OF ("laboratory")) "," OBSERVATION ("pulse", OF ("vital-signs")) "," \
  OBSERVATION ("plain", "") "," OBSERVATION ("foreign", "\"category\":[{\"coding\":[{\"system\":\"x\",\"code\":\"laboratory\"}]}],") "," \
  "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"report\",\"status\":\"final\",\"code\":{\"text\":\"r\"}," ME "," \
  "\"result\":[{\"reference\":\"Observation/lab-1\"},{\"reference\":\"Observation/pulse\"}]}}]}"

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The ids of what a request gives, in order. */
static char *
get (Fixture *f, const char *path, const char *token)
{
  g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  guint n = fixture_n_entries (bundle);

  for (guint i = 0; i < n; i++)
    {
      JsonObject *entry = json_array_get_object_element (json_object_get_array_member (bundle, "entry"), i);

      if (json_object_has_member (entry, "resource"))
        g_ptr_array_add (ids, g_strdup (fixture_text (json_object_get_object_member (entry, "resource"), "id")));
    }
  g_ptr_array_sort (ids, compare);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **) ids->pdata);
}

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static char *
token_of (Fixture *f, const char *scope)
{
  g_autofree char *escaped = g_uri_escape_string (scope, NULL, FALSE);
  char *token;

  f->scope = escaped;
  token = fixture_token (f, "reader");
  f->scope = NULL;
  return token;
}

static void
test_roads (void)
{
  static const struct { const char *path, *ids; } roads[] = {
    { "fhir/Observation?patient=pat", "lab-1 lab-2" },
    { "fhir/Observation?patient=pat&category=vital-signs", "" },
    { "fhir/Observation?patient=pat&category=laboratory", "lab-1 lab-2" },
    { "fhir/Observation?patient=pat&_sort=-date", "lab-1 lab-2" },
    { "fhir/Observation?_id=lab-2,pulse,plain", "lab-2" },
    { "fhir/Observation?patient=pat&_lastUpdated=ge2000", "lab-1 lab-2" },
    { "fhir/Patient/pat/Observation", "lab-1 lab-2" },
    { "fhir/Observation/_history", "lab-1 lab-2" },
    { "fhir/DiagnosticReport?patient=pat&_include=DiagnosticReport:result", "lab-1 report" },
    { "fhir/DiagnosticReport?patient=pat&result.code:text=pulse", "report" },   /* not known to it, so not asked */
    { "fhir/Observation?_id=lab-1&_revinclude=DiagnosticReport:result", "lab-1 report" },
    { "fhir/Patient/pat/$everything", "lab-1 lab-2 pat report" },
    { "fhir/_history", "lab-1 lab-2 pat report" },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = token_of (f, LABS " patient/DiagnosticReport.rs patient/Patient.rs");
  g_autoptr(JsonObject) count = NULL, page = NULL;
  g_autofree char *next = NULL, *rest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (roads); i++)
    {
      g_autofree char *ids = get (f, roads[i].path, token);

      if (!g_str_equal (ids, roads[i].ids))
        g_error ("%s: %s instead of %s", roads[i].path, ids, roads[i].ids);
    }
  count = fixture_get_json (f, "fhir/Observation?patient=pat&_summary=count", token);
  g_assert_cmpint (json_object_get_int_member (count, "total"), ==, 2);
  page = fixture_get_json (f, "fhir/Observation?patient=pat&_count=1&_total=accurate", token);
  g_assert_cmpint (json_object_get_int_member (page, "total"), ==, 2);
  next = fixture_next (f, page);
  g_assert_nonnull (next);
  rest = get (f, next, token);
  g_assert_true (g_str_equal (rest, "lab-1") || g_str_equal (rest, "lab-2"));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_strconcat ("fhir/Observation/", (const char *[]) { "pulse", "plain", "foreign" }[i], NULL);
      g_autofree char *version = g_strconcat (path, "/_history/1", NULL), *history = g_strconcat (path, "/_history", NULL);

      fixture_get (f, path, token);
      assert_status (f, 404);
      fixture_get (f, version, token);
      assert_status (f, 404);
      fixture_get (f, history, token);
      g_assert_null (strstr (f->body, "\"code\""));
    }
  fixture_get (f, "fhir/Observation/lab-1", token);
  assert_status (f, 200);
  fixture_get (f, "fhir/Condition?patient=pat", token);
  assert_status (f, 403);
}

/* Of codes alone, of two categories at once, and of what reaches only so far. */
static void
test_scopes (void)
{
  static const struct { const char *scope, *granted, *ids; } cases[] = {
    { "patient/Observation.rs?category=laboratory", NULL, "foreign lab-1 lab-2" },
    { LABS " patient/Observation.rs?category=" SYSTEM "|vital-signs", NULL, "lab-1 lab-2 pulse" },
    { LABS " patient/Observation.rs", NULL, "foreign lab-1 lab-2 plain pulse" },
    { LABS " patient/Patient.rs?category=x patient/Observation.rs?code=x patient/Observation.cu?category=" SYSTEM "|laboratory", LABS, "lab-1 lab-2" },
    { "patient/Observation.read", NULL, "foreign lab-1 lab-2 plain pulse" },
    { "patient/*.read", NULL, "foreign lab-1 lab-2 plain pulse" },
  };
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *token = token_of (f, cases[i].scope), *ids = get (f, "fhir/Observation?patient=pat", token), *form = NULL;
      g_autoptr(JsonObject) about = NULL;

      g_assert_cmpstr (ids, ==, cases[i].ids);
      form = g_strdup_printf ("client_id=cairn&token=%s", token);
      fixture_post (f, "auth/introspect", NULL, form);
      about = fixture_json (f);
      g_assert_cmpstr (fixture_text (about, "scope"), ==, cases[i].granted != NULL ? cases[i].granted : cases[i].scope);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/categories/roads", test_roads);
  g_test_add_func ("/categories/scopes", test_scopes);
  return g_test_run ();
}
