/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff see and do, by role: over HTTP and as `cairn-portal staff` (portal-staff, portal-store-hold, the staff's
 * part of portal-access), and how they find patients (portal-focus). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-error.h"
#include "server/staff/portal-staff.h"

#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Quince\"}],\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\",\"name\":[{\"family\":\"Quincey\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"a\",\"participant\":[{\"actor\":{\"reference\":\"Patient/p\"}}]}}," \
  "{\"resource\":{\"resourceType\":\"Slot\",\"id\":\"s\",\"status\":\"busy\"}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o1\",\"code\":{\"text\":\"Iron\"},\"subject\":{\"reference\":\"Patient/p\"}}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o2\",\"code\":{\"text\":\"Zinc\"},\"subject\":{\"reference\":\"Patient/p\"}}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"oq\",\"subject\":{\"reference\":\"Patient/q\"}}}," \
  "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"r\",\"subject\":{\"reference\":\"Patient/p\"}," \
  "\"presentedForm\":[{\"url\":\"Binary/b\"}],\"result\":[{\"reference\":\"Observation/o1\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b\",\"contentType\":\"text/plain\",\"data\":\"QQ==\"}}]}"

static Fixture *
open_clinic (void)
{
  static const char *const roles[] = { "front-desk", "nurse", "clinician", "administrator" };
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  fixture_add (f, "ana", "p");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    fixture_add_staff (f, roles[i], "dr", roles[i]);
  fixture_start (f);
  return f;
}

/* What the command prints, parsed; NULL when it was refused with this code. */
static JsonNode *
work (Fixture *f, const char *as, const char *verb, const char *reference, int refused)
{
  g_auto(PortalStaffWork) work = { .as = as, .verb = verb, .reference = reference, .reason = "to be talked about",
                                   .json = TRUE };
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = portal_staff_work (portal_store_get_writer (portal_get_store (f->portal)), &work, &error);

  if (refused >= 0)
    {
      g_assert_error (error, CAIRN_ERROR, refused);
      g_assert_null (text);
      return NULL;
    }
  g_assert_no_error (error);
  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static guint
get (Fixture *f, const char *path, const char *token)
{
  fixture_get (f, path, token);
  return f->status;
}

static void
assert_hidden (Fixture *f, const char *path, const char *token)
{
  get (f, path, token);
  g_assert_true (f->status == 410 || f->status == 404);
}

static guint
count (Fixture *f, const char *path, const char *token)
{
  g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);

  return fixture_n_entries (bundle);
}

static void
test_roles (void)
{
  static const struct
  {
    const char *path;
    guint       status[4];   /* front desk, nurse, clinician, administrator */
  } cases[] = {
    { "fhir/Patient/p", { 200, 200, 200, 403 } },
    { "fhir/Patient/p/_history", { 200, 200, 200, 403 } },
    { "fhir/Patient/nobody", { 404, 404, 404, 403 } },
    { "fhir/Appointment?patient=p", { 200, 200, 200, 403 } },
    { "fhir/Observation/o1", { 403, 200, 200, 403 } },
    { "fhir/Observation/oq", { 403, 200, 200, 403 } },
    { "fhir/Observation?patient=p", { 403, 200, 200, 403 } },
    { "fhir/Patient/p/Observation", { 403, 200, 200, 403 } },
    { "fhir/Observation?_id=o1,oq", { 403, 200, 200, 403 } },
    { "fhir/Observation", { 403, 400, 400, 403 } },
    { "fhir/Observation/_history", { 403, 400, 400, 403 } },
    { "fhir/Practitioner/dr", { 200, 200, 200, 200 } },
    { "fhir/Practitioner", { 200, 200, 200, 200 } },
    { "fhir/Slot/s", { 200, 200, 200, 200 } },
    { "fhir/Binary/b", { 403, 200, 200, 403 } },
  };
  static const char *const roles[] = { "front-desk", "nurse", "clinician", "administrator" };
  g_autoptr(Fixture) f = open_clinic ();

  for (guint r = 0; r < G_N_ELEMENTS (roles); r++)
    {
      g_autofree char *token = fixture_token (f, roles[r]);

      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        if (get (f, cases[i].path, token) != cases[i].status[r])
          g_error ("%s as %s: %u instead of %u", cases[i].path, roles[r], f->status, cases[i].status[r]);
    }
}

static void
test_searches (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *token = fixture_token (f, "clinician"), *next = NULL;
  g_autoptr(JsonObject) page = NULL;

  g_assert_cmpuint (count (f, "fhir/Observation?patient=p", token), ==, 2);
  g_assert_cmpuint (count (f, "fhir/Observation?patient=q", token), ==, 1);
  g_assert_cmpuint (count (f, "fhir/Patient/q/Observation", token), ==, 1);
  g_assert_cmpuint (count (f, "fhir/Observation?patient=nobody", token), ==, 0);
  g_assert_cmpuint (count (f, "fhir/Observation?_id=o1,oq", token), ==, 2);
  g_assert_cmpuint (count (f, "fhir/Observation?patient=p&_id=o1,oq", token), ==, 1);
  page = fixture_get_json (f, "fhir/Observation?patient=p&_count=1", token);
  next = fixture_next (f, page);
  g_assert_nonnull (next);
  g_assert_cmpuint (count (f, next, token), ==, 1);
  /* A link is for who got it */
  {
    g_autofree char *other = fixture_token (f, "nurse"), *patient = fixture_token (f, "ana");

    g_assert_cmpuint (get (f, next, other), ==, 400);
    g_assert_cmpuint (get (f, next, patient), ==, 400);
  }
}

static gint64
updated (Fixture *f, const char *path, const char *token)
{
  g_autoptr(JsonObject) resource = fixture_get_json (f, path, token);
  JsonObject *meta = json_object_get_object_member (resource, "meta");
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601 (json_object_get_string_member (meta, "lastUpdated"), NULL);

  return g_date_time_to_unix (time) * 1000000 + g_date_time_get_microsecond (time);
}

static void
test_hold (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *doctor = fixture_token (f, "clinician");
  gint64 before = updated (f, "fhir/DiagnosticReport/r", ana), while_held;
  g_autoptr(JsonNode) held = NULL, listed = NULL, released = NULL, none = NULL;
  JsonObject *first;

  held = work (f, "clinician", "hold", "DiagnosticReport/r", -1);
  g_assert_true (json_object_get_boolean_member (json_node_get_object (held), "held"));
  /* With its results and what it shows */
  g_assert_cmpuint (get (f, "fhir/DiagnosticReport/r", ana), ==, 410);
  g_assert_cmpuint (get (f, "fhir/DiagnosticReport/r/_history/1", ana), ==, 404);
  g_assert_cmpuint (get (f, "fhir/Observation/o1", ana), ==, 410);
  g_assert_cmpuint (get (f, "fhir/Binary/b", ana), ==, 404);
  g_assert_cmpuint (count (f, "fhir/DiagnosticReport?patient=p", ana), ==, 0);
  g_assert_cmpuint (count (f, "fhir/Observation?patient=p", ana), ==, 1);
  g_assert_null (strstr (f->body, "Iron"));
  fixture_get (f, "fhir/Observation/_history", ana);
  g_assert_null (strstr (f->body, "Iron"));
  g_assert_nonnull (strstr (f->body, "\"DELETE\""));
  g_assert_cmpuint (get (f, "fhir/Observation/o2", ana), ==, 200);
  /* Staff see it all the time */
  g_assert_cmpuint (count (f, "fhir/Observation?patient=p", doctor), ==, 2);
  g_assert_cmpuint (get (f, "fhir/Binary/b", doctor), ==, 200);
  while_held = updated (f, "fhir/DiagnosticReport/r", doctor);
  g_assert_cmpint (while_held, >, before);
  listed = work (f, "nurse", "list", NULL, -1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (listed)), ==, 2);
  first = json_array_get_object_element (json_node_get_array (listed), 0);
  g_assert_cmpstr (fixture_text (first, "patient"), ==, "p");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (first, "hold"), "reason"), ==, "to be talked about");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (first, "hold"), "by"), ==, "clinician");

  /* A correction of what is held stays held */
  {
    g_autoptr(JsonObject) report = NULL;

    report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"code\":{\"text\":\"Iron, again\"},"
                              "\"subject\":{\"reference\":\"Patient/p\"}}");
  }
  assert_hidden (f, "fhir/Observation/o1", ana);
  fixture_get (f, "fhir/Observation/_history", ana);
  g_assert_null (strstr (f->body, "Iron"));

  released = work (f, "nurse", "release", "DiagnosticReport/r", -1);
  g_assert_false (json_object_get_boolean_member (json_node_get_object (released), "held"));
  g_assert_cmpint (updated (f, "fhir/DiagnosticReport/r", ana), >, while_held);
  g_assert_cmpint (updated (f, "fhir/Observation/o1", ana), >, while_held);
  g_assert_cmpuint (get (f, "fhir/Binary/b", ana), ==, 200);
  g_assert_cmpuint (count (f, "fhir/Observation?patient=p", ana), ==, 2);
  g_assert_cmpuint (get (f, "fhir/Observation/o1/_history/1", ana), ==, 404);
  none = work (f, "nurse", "list", NULL, -1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (none)), ==, 0);
}

/* Over and over, alone and with its report. */
static void
test_hold_again (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *doctor = fixture_token (f, "clinician");

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr(JsonNode) one = work (f, "clinician", "hold", "Observation/o1", -1);
      g_autoptr(JsonNode) all = work (f, "clinician", "hold", "DiagnosticReport/r", -1);
      g_autoptr(JsonNode) free = work (f, "clinician", "release", "DiagnosticReport/r", -1);
      g_autoptr(JsonNode) end = NULL;

      /* Still held for itself */
      g_assert_cmpuint (get (f, "fhir/DiagnosticReport/r", ana), ==, 200);
      assert_hidden (f, "fhir/Observation/o1", ana);
      g_assert_cmpuint (get (f, "fhir/Observation/o1", doctor), ==, 200);
      end = work (f, "clinician", "release", "Observation/o1", -1);
      g_assert_cmpuint (get (f, "fhir/Observation/o1", ana), ==, 200);
      g_assert_cmpuint (count (f, "fhir/Observation?patient=p", ana), ==, 2);
      g_assert_cmpuint (count (f, "fhir/Observation?patient=p", doctor), ==, 2);
      g_assert_cmpuint (get (f, "fhir/Observation/o1/_history", doctor), ==, 200);
    }
}

static void
test_refusals (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autoptr(JsonNode) shown = work (f, "clinician", "show", "Observation/o1", -1), held = NULL, listed = NULL;

  g_assert_cmpstr (fixture_text (json_object_get_object_member (json_node_get_object (shown), "resource"), "id"), ==,
                   "o1");
  listed = work (f, "clinician", "list", "Patient/p", -1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (listed)), ==, 3);
  work (f, "ana", "list", NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "nobody", "list", NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "front-desk", "show", "Observation/o1", CAIRN_ERROR_NOT_FOUND);
  work (f, "administrator", "show", "Observation/o1", CAIRN_ERROR_NOT_FOUND);
  work (f, "front-desk", "hold", "Observation/o1", CAIRN_ERROR_USAGE);
  work (f, "administrator", "release", "Observation/o1", CAIRN_ERROR_USAGE);
  work (f, "clinician", "hold", "Patient/p", CAIRN_ERROR_USAGE);
  work (f, "clinician", "hold", "Practitioner/dr", CAIRN_ERROR_USAGE);
  work (f, "clinician", "hold", "Observation/none", CAIRN_ERROR_NOT_FOUND);
  work (f, "clinician", "hold", "o1", CAIRN_ERROR_USAGE);
  work (f, "clinician", "hold", NULL, CAIRN_ERROR_USAGE);
  work (f, "clinician", "release", "Observation/o1", CAIRN_ERROR_CONFLICT);
  held = work (f, "clinician", "hold", "DiagnosticReport/r", -1);
  work (f, "clinician", "hold", "DiagnosticReport/r", CAIRN_ERROR_CONFLICT);
  work (f, "clinician", "release", "Observation/o1", CAIRN_ERROR_CONFLICT);
}

static void
assert_found (Fixture *f, const char *path, const char *token, guint wanted)
{
  g_autoptr(JsonObject) bundle = fixture_get_json (f, path, token);

  if (fixture_n_entries (bundle) != wanted)
    g_error ("%s: %u: %s", path, fixture_n_entries (bundle), f->body);
}

/* Staff find the patient among all, then look at one at a time; the history of all is theirs as far as
 * their role goes. */
static void
test_finding (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *doctor = fixture_token (f, "clinician"), *desk = fixture_token (f, "front-desk");
  g_autofree char *ana = fixture_token (f, "ana"), *admin = fixture_token (f, "administrator");
  g_autoptr(JsonObject) all = NULL, page = NULL;
  g_autofree char *next = NULL;
  guint n = 0;

  assert_found (f, "fhir/Patient?name=quince", desk, 2);
  assert_found (f, "fhir/Patient?family:exact=Quince&_total=accurate", desk, 1);
  assert_found (f, "fhir/Patient?identifier=urn:m|1", doctor, 1);
  assert_found (f, "fhir/Patient?name=nobody", doctor, 0);
  assert_found (f, "fhir/Patient?name=quince", ana, 1);
  assert_found (f, "fhir/Observation?patient.identifier=urn:m|1", doctor, 2);
  assert_found (f, "fhir/Observation?subject:Patient.family=Quincey", doctor, 1);
  assert_found (f, "fhir/Observation?patient.identifier=urn:m|2", doctor, 0);
  assert_found (f, "fhir/Observation?patient.identifier=urn:m|1&patient=q", doctor, 0);
  fixture_get (f, "fhir/Observation?patient.name=quince", doctor);
  assert_status (f, 400);
  fixture_get (f, "fhir/Observation?patient.identifier=urn:m|1", desk);
  assert_status (f, 403);
  page = fixture_get_json (f, "fhir/Observation?patient.identifier=urn:m|1&_count=1", doctor);
  next = fixture_next (f, page);
  assert_found (f, next, doctor, 1);

  all = fixture_get_json (f, "fhir/_history", doctor);
  g_assert_cmpuint (fixture_n_entries (all), ==, 10);
  assert_found (f, "fhir/_history", admin, 2);   /* Practitioner and Slot */
  for (g_autofree char *at = g_strdup ("fhir/_history?_count=1"); at != NULL;)
    {
      g_autoptr(JsonObject) one = fixture_get_json (f, at, desk);

      n += fixture_n_entries (one);
      g_free (at);
      at = fixture_next (f, one);
    }
  g_assert_cmpuint (n, ==, 5);   /* two patients, the Appointment, the Slot and the Practitioner */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/staff/roles", test_roles);
  g_test_add_func ("/staff/searches", test_searches);
  g_test_add_func ("/staff/finding", test_finding);
  g_test_add_func ("/staff/hold", test_hold);
  g_test_add_func ("/staff/hold-again", test_hold_again);
  g_test_add_func ("/staff/refusals", test_refusals);
  return g_test_run ();
}
