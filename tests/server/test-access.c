/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two patients, and nothing of the one leaves for the other, by any route (portal-access,
 * portal-index, portal-router). Every resource of the other holds the word MARK. */
#include "portal-fixture.h"

#include <string.h>

#include "server/sign-in/portal-accounts.h"
#include "server/portal-router.h"

#define MARK "Zanzibar"

static const char clinic[] =
  "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"mine\"}},"
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"other\",\"name\":[{\"text\":\"" MARK "\"}]}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o-mine\",\"subject\":{\"reference\":\"Patient/mine\"}}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o-other\",\"subject\":{\"reference\":\"Patient/other\"},"
  "\"valueString\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o-nobody\",\"valueString\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c-other\",\"subject\":{\"reference\":\"Patient/other\"},"
  "\"code\":{\"text\":\"" MARK "\"}}},"
  "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"r-mine\",\"subject\":{\"reference\":\"Patient/mine\"},"
  "\"medicationReference\":{\"reference\":\"Medication/m-mine\"}}},"
  "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"r-other\",\"subject\":{\"reference\":\"Patient/other\"},"
  "\"medicationReference\":{\"reference\":\"Medication/m-other\"},\"note\":[{\"text\":\"" MARK "\"}]}},"
  "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"m-mine\","
  "\"ingredient\":[{\"itemReference\":{\"reference\":\"Medication/m-inside\"}}]}},"
  "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"m-inside\"}},"
  "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"m-other\",\"code\":{\"text\":\"" MARK "\"}}},"
  "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"m-nobody\",\"code\":{\"text\":\"" MARK "\"}}},"
  "{\"resource\":{\"resourceType\":\"DocumentReference\",\"id\":\"d-mine\",\"subject\":{\"reference\":\"Patient/mine\"},"
  "\"content\":[{\"attachment\":{\"url\":\"Binary/b-mine\"}},{\"attachment\":{\"url\":\"Binary/b-guarded\"}}]}},"
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b-mine\",\"contentType\":\"text/plain\"}},"
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b-guarded\",\"contentType\":\"" MARK "\","
  "\"securityContext\":{\"reference\":\"Observation/o-other\"}}},"
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b-context\",\"contentType\":\"text/plain\","
  "\"securityContext\":{\"reference\":\"Patient/mine\"}}},"
  "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"org\"}},"
  "{\"resource\":{\"resourceType\":\"Slot\",\"id\":\"s-free\",\"status\":\"free\"}},"
  "{\"resource\":{\"resourceType\":\"Slot\",\"id\":\"s-busy\",\"status\":\"busy\",\"comment\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"Schedule\",\"id\":\"sch-other\",\"actor\":[{\"reference\":\"Patient/other\"}],"
  "\"comment\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"Device\",\"id\":\"dev-mine\",\"patient\":{\"reference\":\"Patient/mine\"}}},"
  "{\"resource\":{\"resourceType\":\"Device\",\"id\":\"dev-nobody\",\"lotNumber\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"Subscription\",\"id\":\"sub\",\"reason\":\"" MARK "\"}},"
  "{\"resource\":{\"resourceType\":\"ValueSet\",\"id\":\"vs\",\"title\":\"" MARK "\"}}]}";

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, clinic);

  g_assert_true (json_object_get_boolean_member (report, "ok"));
  fixture_add (f, "me", "mine");
  fixture_add (f, "her", "other");
  fixture_start (f);
  return f;
}

static void
expect (Fixture *f, const char *token, const char *path, guint status)
{
  g_autofree char *full = g_strconcat ("fhir/", path, NULL);

  fixture_get (f, full, token);
  if (f->status != status)
    g_error ("%s: %u instead of %u", path, f->status, status);
}

static void
test_rules (void)
{
  guint n;
  const PortalRoute *routes = portal_router_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_nonnull (routes[i].handler);
      /* That id is the secret which lets somebody in */
      if (strchr (routes[i].pattern, '{') != NULL && !g_str_equal (routes[i].pattern, "/account/reset/{id}"))
        {
          g_assert_cmpint (routes[i].needs, ==, PORTAL_NEEDS_TOKEN);
          g_assert_false (routes[i].open_origin);
        }
    }
}

static char *
put (const char *pattern, const char *name, const char *value)
{
  g_auto(GStrv) parts = g_strsplit (pattern, name, -1);

  return g_strjoinv (value, parts);
}

/* Every route of the table, with every type and the other's ids in its placeholders. */
static void
test_every_route (void)
{
  static const char *const things[][2] = {
    { "Patient", "other" }, { "Observation", "o-other" }, { "Observation", "o-nobody" }, { "Condition", "c-other" },
    { "MedicationRequest", "r-other" }, { "Medication", "m-other" }, { "Medication", "m-nobody" },
    { "Binary", "b-guarded" }, { "Slot", "s-busy" }, { "Schedule", "sch-other" }, { "Device", "dev-nobody" },
    { "Subscription", "sub" }, { "ValueSet", "vs" } };
  static const char *const queries[] = { "", "?patient=other", "?subject=Patient/other", "?patient=mine,other", "?_id=%s",
                                         "?patient=mine", "?_lastUpdated=ge2000", "?_since=2000-01-01T00:00:00Z",
                                         "?patient:Patient=other", "?_count=1000", "?patient=mine&patient=other" };
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me");
  guint n, tried = 0;
  const PortalRoute *routes = portal_router_list (&n);

  for (guint r = 0; r < n; r++)
    for (guint t = 0; routes[r].needs == PORTAL_NEEDS_TOKEN && t < G_N_ELEMENTS (things); t++)
      for (guint q = 0; q < G_N_ELEMENTS (queries); q++)
        {
          g_autofree char *binary = put (routes[r].pattern + 1, "{Binary}", "Binary");
          g_autofree char *typed = put (binary, "{type}", things[t][0]);
          gboolean compartment = g_str_has_prefix (routes[r].pattern, "/fhir/Patient/{id}");
          g_autofree char *named = put (typed, "{id}", compartment ? "other" : things[t][1]);
          g_autofree char *path = put (named, "{version}", "1");
          g_autofree char *query = put (queries[q], "%s", things[t][1]);
          g_autofree char *full = g_strconcat (path, query, NULL);

          if (g_str_equal (routes[r].method, "POST"))
            fixture_post (f, path, mine, *query == '?' ? query + 1 : "");
          else
            fixture_get (f, full, mine);
          if (strstr (f->body, MARK) != NULL)
            g_error ("%s %s shows another's: %.200s", routes[r].method, full, f->body);
          tried++;
          fixture_send (f, routes[r].method, full, NULL, NULL, NULL);
          assert_status (f, 401);
        }
  g_assert_cmpuint (tried, >, 500);
}

static void
test_mine (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me");
  static const char *const seen[] = { "Patient/mine", "Observation/o-mine", "MedicationRequest/r-mine",
                                      "Medication/m-mine", "Medication/m-inside", "DocumentReference/d-mine",
                                      "Binary/b-mine", "Binary/b-context", "Organization/org", "Slot/s-free",
                                      "Device/dev-mine" };
  static const char *const unseen[] = { "Patient/other", "Observation/o-other", "Observation/o-nobody",
                                        "Medication/m-other", "Medication/m-nobody", "Binary/b-guarded",
                                        "Slot/s-busy", "Schedule/sch-other", "Device/dev-nobody", "Subscription/sub",
                                        "ValueSet/vs" };

  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    expect (f, mine, seen[i], 200);
  for (guint i = 0; i < G_N_ELEMENTS (unseen); i++)
    expect (f, mine, unseen[i], 404);
}

static void
test_by_reference (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me"), *hers = fixture_token (f, "her");
  g_autoptr(JsonObject) report = NULL;

  expect (f, hers, "Medication/m-other", 200);
  expect (f, hers, "Medication/m-mine", 404);
  expect (f, hers, "Binary/b-guarded", 200);

  /* My prescription now names hers as well, and no longer mine */
  report = fixture_load (f, "{\"resourceType\":\"MedicationRequest\",\"id\":\"r-mine\","
                            "\"subject\":{\"reference\":\"Patient/mine\"},"
                            "\"medicationReference\":{\"reference\":\"Medication/m-other\"}}");
  expect (f, mine, "Medication/m-other", 200);
  expect (f, hers, "Medication/m-other", 200);
  expect (f, mine, "Medication/m-mine", 404);
  expect (f, mine, "Medication/m-inside", 404);

  /* The medication changes: both still see it */
  json_object_unref (report);
  report = fixture_load (f, "{\"resourceType\":\"Medication\",\"id\":\"m-other\",\"status\":\"inactive\"}");
  expect (f, mine, "Medication/m-other", 200);
  g_assert_nonnull (strstr (f->body, "inactive"));
  expect (f, hers, "Medication/m-other", 200);

  /* What guards a document moves to another patient, and the document with it */
  json_object_unref (report);
  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o-other\","
                            "\"subject\":{\"reference\":\"Patient/mine\"}}");
  expect (f, mine, "Binary/b-guarded", 200);
  expect (f, hers, "Binary/b-guarded", 404);

  json_object_unref (report);
  report = fixture_load (f, "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                            "{\"request\":{\"method\":\"DELETE\",\"url\":\"MedicationRequest/r-mine\"}}]}");
  expect (f, mine, "Medication/m-other", 404);
  expect (f, hers, "Medication/m-other", 200);
}

static gboolean
has_entry (JsonObject *bundle, const char *method, const char *url)
{
  JsonArray *entries;

  if (!json_object_has_member (bundle, "entry"))
    return FALSE;
  entries = json_object_get_array_member (bundle, "entry");
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *request = json_object_get_object_member (json_array_get_object_element (entries,
                                                                                          i),
                                                           "request");

      if (g_str_equal (fixture_text (request, "method"), method) &&
          g_str_equal (fixture_text (request, "url"), url))
        return TRUE;
    }
  return FALSE;
}

/* A resource that was written to the wrong chart and is put right. */
static void
test_moved (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me"), *hers = fixture_token (f, "her");
  g_autoptr(JsonObject) report = NULL, history = NULL, her_history = NULL;

  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o-mine\",\"valueString\":\"" MARK "\","
                            "\"subject\":{\"reference\":\"Patient/other\"}}");
  expect (f, mine, "Observation/o-mine", 410);
  expect (f, hers, "Observation/o-mine", 200);
  history = fixture_get_json (f, "fhir/Observation/_history", mine);
  g_assert_null (strstr (f->body, MARK));
  g_assert_true (has_entry (history, "DELETE", "Observation/o-mine"));
  her_history = fixture_get_json (f, "fhir/Observation/_history", hers);
  g_assert_true (has_entry (her_history, "PUT", "Observation/o-mine"));
  expect (f, mine, "Observation/o-mine/_history/1", 200);
  expect (f, mine, "Observation/o-mine/_history/2", 410);
  expect (f, hers, "Observation/o-mine/_history/1", 404);
}

static void
test_deleted (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me"), *hers = fixture_token (f, "her");
  g_autoptr(JsonObject) report = NULL, history = NULL, her_history = NULL;

  report = fixture_load (f, "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                            "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o-mine\"}},"
                            "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o-other\"}}]}");
  expect (f, mine, "Observation/o-mine", 410);
  expect (f, mine, "Observation/o-other", 404);
  history = fixture_get_json (f, "fhir/Observation/_history", mine);
  g_assert_true (has_entry (history, "DELETE", "Observation/o-mine"));
  g_assert_false (has_entry (history, "DELETE", "Observation/o-other"));
  her_history = fixture_get_json (f, "fhir/Observation/_history", hers);
  g_assert_true (has_entry (her_history, "DELETE", "Observation/o-other"));
  g_assert_false (has_entry (her_history, "DELETE", "Observation/o-mine"));
}

static void
test_foreign_page (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me"), *hers = fixture_token (f, "her"), *next = NULL,
                  *forged = NULL;
  g_autoptr(JsonObject) report = NULL, page = NULL;

  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o-more\",\"valueString\":\"" MARK "\","
                            "\"subject\":{\"reference\":\"Patient/other\"}}");
  page = fixture_get_json (f, "fhir/Observation?patient=other&_count=1", hers);
  next = fixture_next (f, page);
  g_assert_nonnull (next);
  fixture_get (f, next, mine);
  assert_status (f, 400);
  g_assert_null (strstr (f->body, MARK));
  fixture_get (f, next, hers);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, MARK));

  forged = g_strdup (next);
  forged[strlen (forged) - 10] ^= 1;
  fixture_get (f, forged, hers);
  assert_status (f, 400);
}

static void
test_disabled (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *mine = fixture_token (f, "me"), *code = NULL;
  g_autoptr(GError) error = NULL;

  expect (f, mine, "Patient/mine", 200);
  portal_account_disable (portal_store_get_writer (portal_get_store (f->portal)), "me", &error);
  g_assert_no_error (error);
  expect (f, mine, "Patient/mine", 401);
  code = fixture_challenge (f, "a-verifier-that-is-long-enough-to-be-one-of-them", "me",
                            FIXTURE_PASSWORD);
  g_assert_null (code);
  assert_status (f, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/rules", test_rules);
  g_test_add_func ("/access/every-route", test_every_route);
  g_test_add_func ("/access/mine", test_mine);
  g_test_add_func ("/access/by-reference", test_by_reference);
  g_test_add_func ("/access/moved", test_moved);
  g_test_add_func ("/access/deleted", test_deleted);
  g_test_add_func ("/access/foreign-page", test_foreign_page);
  g_test_add_func ("/access/disabled", test_disabled);
  return g_test_run ();
}
