/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who writes and deletes what over HTTP: staff by role, patients their subscriptions; what a deletion leaves, and
 * that the CapabilityStatement says the same (portal-access, portal-access-terms, portal-edit, portal-metadata). */
#include "portal-fixture.h"

#include <string.h>

#define FHIR "application/fhir+json"
#define ME "{\"reference\":\"Patient/mine\"}"
#define OTHER "{\"reference\":\"Patient/other\"}"
#define DR "{\"reference\":\"Practitioner/dr\"}"

#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"mine\"}},{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"other\"}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" ME "}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"hers\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" OTHER "}}," \
  "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"both\",\"status\":\"completed\",\"sender\":" DR ",\"recipient\":[" ME "," OTHER "]}}," \
  "{\"resource\":{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"said\",\"status\":\"completed\",\"subject\":" ME ",\"source\":" ME "}}," \
  "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"ill\",\"subject\":" ME ",\"identifier\":[{\"system\":\"urn:c\",\"value\":\"1\"}]}}]}"

enum { FRONT_DESK, NURSE, CLINICIAN, ADMINISTRATOR, PATIENT, ROLES };

static const char *const names[ROLES] = { "front-desk", "nurse", "clinician", "administrator", "me" };

typedef struct
{
  Fixture *f;
  char    *tokens[ROLES];
} World;

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  g_autoptr(JsonObject) report = NULL;

  world->f = fixture_new ();
  report = fixture_load (world->f, RECORD);
  world->f->scope = "launch/patient%20patient/*.cruds%20user/*.cruds";
  fixture_add (world->f, "me", "mine");
  fixture_add (world->f, "her", "other");
  for (int role = 0; role < PATIENT; role++)
    fixture_add_staff (world->f, names[role], "dr", names[role]);
  fixture_start (world->f);
  for (int role = 0; role < ROLES; role++)
    world->tokens[role] = fixture_token (world->f, names[role]);
  return world;
}

static void
world_free (World *world)
{
  for (int role = 0; role < ROLES; role++)
    g_free (world->tokens[role]);
  fixture_free (world->f);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* By role: may it make one? then: delete it? */
static const struct
{
  const char *type;
  const char *body;
  const char *create;   /* a letter a role; x: no; -: on terms that another test knows */
  const char *remove;
} kinds[] = {
  { "Observation", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" ME, "xncx-", "xxcxx" },
  { "Condition", "\"subject\":" ME, "xxcxx", "xxcxx" },
  { "MedicationRequest", "\"status\":\"active\",\"intent\":\"order\",\"subject\":" ME ",\"medicationCodeableConcept\":{\"text\":\"x\"}",
    "xxcxx", "xxcxx" },
  { "Appointment", "\"status\":\"booked\",\"participant\":[{\"actor\":" ME "}]", "fncx-", "fxcxx" },
  { "Patient", "\"name\":[{\"text\":\"New\"}]", "fncxx", "xxxxx" },
  { "Coverage", "\"status\":\"active\",\"beneficiary\":" ME ",\"payor\":[" ME "]", "fncxx", "xxxxx" },
  { "Communication", "\"status\":\"completed\",\"sender\":" DR ",\"recipient\":[" ME "]", "xncx-", "xxcxx" },
  { "Medication", "\"code\":{\"text\":\"x\"}", "xxcxx", "xxcxx" },
  { "Organization", "\"name\":\"x\"", "xxxax", "xxxax" },
  { "Slot", "\"schedule\":{\"reference\":\"Schedule/s\"},\"status\":\"free\",\"start\":\"2026-01-01T10:00:00Z\",\"end\":\"2026-01-01T10:20:00Z\"",
    "fncax", "fncax" },
  { "Provenance", "\"target\":[{\"reference\":\"Observation/lab\"}],\"recorded\":\"2026-01-01T10:00:00Z\",\"agent\":[{\"who\":" DR "}]", "xxcxx", "xxxxx" },
  { "AuditEvent", "\"recorded\":\"2026-01-01T10:00:00Z\"", "xxxxx", "xxxxx" },
  { "Subscription", "\"status\":\"requested\",\"reason\":\"r\",\"criteria\":\"Appointment?patient=mine\",\"channel\":{\"type\":\"websocket\"}",
    "fncxp", "fncxp" },
};

static void
try_kind (World *world, guint kind, int role)
{
  Fixture *f = world->f;
  g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", kinds[kind].type, kinds[kind].body);
  g_autofree char *path = g_strconcat ("fhir/", kinds[kind].type, NULL), *one = NULL, *id = NULL;
  g_autoptr(JsonObject) made = NULL;
  gboolean may = kinds[kind].create[role] != 'x';

  if (kinds[kind].create[role] == '-')
    return;
  fixture_put (f, "POST", path, world->tokens[role], FHIR, body, NULL, NULL);
  if (f->status != (may ? 201 : 403))
    g_error ("%s makes %s: %u: %s", names[role], kinds[kind].type, f->status, f->body);
  if (!may)
    return;
  made = fixture_json (f);
  one = g_strdup_printf ("%s/%s", path, fixture_text (made, "id"));
  fixture_get (f, one, world->tokens[role]);
  if (f->status != 200 && !g_str_equal (kinds[kind].type, "Provenance"))
    g_error ("%s made %s and doesn't see it: %u", names[role], one, f->status);
  may = kinds[kind].remove[role] != 'x';
  fixture_send (f, "DELETE", one, world->tokens[role], NULL, NULL);
  if (f->status != (may ? 204 : 403))
    g_error ("%s deletes %s: %u: %s", names[role], one, f->status, f->body);
  if (!may)
    return;
  fixture_get (f, one, world->tokens[role]);
  assert_status (f, 410);
  fixture_send (f, "DELETE", one, world->tokens[role], NULL, NULL);
  assert_status (f, 204);
}

static void
test_roles (void)
{
  g_autoptr(World) world = world_new ();

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (int role = 0; role < ROLES; role++)
      try_kind (world, kind, role);
}

static gboolean
declares (JsonObject *statement, const char *type, const char *interaction)
{
  JsonObject *rest = json_array_get_object_element (json_object_get_array_member (statement, "rest"), 0);
  JsonArray *resources = json_object_get_array_member (rest, "resource");

  for (guint i = 0; i < json_array_get_length (resources); i++)
    {
      JsonObject *resource = json_array_get_object_element (resources, i);
      JsonArray *list = json_object_get_array_member (resource, "interaction");

      for (guint k = 0; g_str_equal (fixture_text (resource, "type"), type) && k < json_array_get_length (list); k++)
        if (g_str_equal (fixture_text (json_array_get_object_element (list, k), "code"), interaction))
          return TRUE;
    }
  return FALSE;
}

/* What each is told is what each may do. */
static void
test_declared (void)
{
  g_autoptr(World) world = world_new ();
  g_autoptr(JsonObject) open = fixture_get_json (world->f, "fhir/metadata", NULL);

  for (int role = 0; role < ROLES; role++)
    {
      g_autoptr(JsonObject) statement = fixture_get_json (world->f, "fhir/metadata", world->tokens[role]);

      for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
        {
          const char *type = kinds[kind].type;

          if (declares (statement, type, "create") != (kinds[kind].create[role] != 'x') ||
              declares (statement, type, "delete") != (kinds[kind].remove[role] != 'x'))
            g_error ("%s is told something else of %s", names[role], type);
          if (role == PATIENT)
            g_assert_cmpint (declares (open, type, "create"), ==, declares (statement, type, "create"));
        }
    }
  g_assert_nonnull (strstr (world->f->body, "websocket"));
}

static void
test_terms (void)
{
  static const struct { int role; const char *path, *body; guint status; } cases[] = {
    /* to another patient */
    { CLINICIAN, "Observation/lab", "{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" OTHER "}", 403 },
    { CLINICIAN, "Observation/lab", "{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"y\"},\"subject\":" ME "}", 200 },
    { FRONT_DESK, "Observation/lab", "{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"y\"},\"subject\":" ME "}", 404 },
    /* a patient's own words */
    { CLINICIAN, "QuestionnaireResponse/said", "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"said\",\"status\":\"amended\",\"subject\":" ME ",\"source\":" ME "}", 403 },
    /* in another's name */
    { NURSE, "Communication/both", "{\"resourceType\":\"Communication\",\"id\":\"both\",\"status\":\"completed\",\"sender\":" ME ",\"recipient\":[" ME "," OTHER "]}", 403 },
    /* an id of one's own choice */
    { CLINICIAN, "Condition/mine-to-name", "{\"resourceType\":\"Condition\",\"id\":\"mine-to-name\",\"subject\":" ME "}", 404 },
  };
  g_autoptr(World) world = world_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/", cases[i].path, NULL);

      fixture_put (world->f, "PUT", path, world->tokens[cases[i].role], FHIR, cases[i].body, NULL, NULL);
      if (world->f->status != cases[i].status && !(cases[i].status == 404 && world->f->status == 403))
        g_error ("%s as %s: %u: %s", cases[i].body, names[cases[i].role], world->f->status, world->f->body);
    }
  fixture_put (world->f, "POST", "fhir/Binary", world->tokens[NURSE], FHIR,
               "{\"resourceType\":\"Binary\",\"contentType\":\"a/b\",\"data\":\"aGk=\"}", NULL, NULL);
  assert_status (world->f, 403);
}

/* A message to two may be marked by each, and by neither changed. */
static void
test_shared (void)
{
  static const char marked[] = "{\"resourceType\":\"Communication\",\"id\":\"both\",\"status\":\"completed\",\"sender\":" DR
                               ",\"recipient\":[" ME "," OTHER "],\"received\":\"2026-01-0%dT10:00:00Z\"%s}";
  g_autoptr(World) world = world_new ();
  g_autofree char *hers = fixture_token (world->f, "her"), *one = g_strdup_printf (marked, 1, "");
  g_autofree char *two = g_strdup_printf (marked, 2, ""), *more = g_strdup_printf (marked, 2, ",\"priority\":\"urgent\"");

  fixture_put (world->f, "PUT", "fhir/Communication/both", world->tokens[PATIENT], FHIR, one, "If-Match", "W/\"1\"");
  assert_status (world->f, 200);
  fixture_put (world->f, "PUT", "fhir/Communication/both", hers, FHIR, two, "If-Match", "W/\"2\"");
  assert_status (world->f, 200);
  fixture_put (world->f, "PUT", "fhir/Communication/both", hers, FHIR, more, NULL, NULL);
  assert_status (world->f, 403);
  fixture_put (world->f, "PUT", "fhir/Communication/both", hers, FHIR,
               "{\"resourceType\":\"Communication\",\"id\":\"both\",\"status\":\"completed\",\"sender\":" DR ",\"recipient\":[" OTHER "],"
               "\"received\":\"2026-01-02T10:00:00Z\"}", NULL, NULL);
  assert_status (world->f, 403);
}

/* Who saw it learns that it is gone, and no one else anything. */
static void
test_delete (void)
{
  g_autoptr(World) world = world_new ();
  Fixture *f = world->f;
  g_autofree char *hers = fixture_token (f, "her");

  fixture_send (f, "DELETE", "fhir/Observation/lab", world->tokens[CLINICIAN], "If-Match", "W/\"9\"");
  assert_status (f, 412);
  fixture_send (f, "DELETE", "fhir/Observation/lab", world->tokens[CLINICIAN], "If-Match", "W/\"1\"");
  assert_status (f, 204);
  fixture_get (f, "fhir/Observation/lab", world->tokens[PATIENT]);
  assert_status (f, 410);
  fixture_get (f, "fhir/Observation?patient=mine", world->tokens[PATIENT]);
  g_assert_null (strstr (f->body, "Observation/lab"));
  fixture_get (f, "fhir/Observation/_history", world->tokens[PATIENT]);
  g_assert_nonnull (strstr (f->body, "\"method\":\"DELETE\",\"url\":\"Observation/lab\""));
  fixture_get (f, "fhir/_history", world->tokens[PATIENT]);
  g_assert_nonnull (strstr (f->body, "\"method\":\"DELETE\",\"url\":\"Observation/lab\""));
  fixture_get (f, "fhir/Observation/lab/_history/1", world->tokens[PATIENT]);
  assert_status (f, 200);
  fixture_get (f, "fhir/Observation/lab/_history/2", world->tokens[PATIENT]);
  assert_status (f, 410);
  fixture_get (f, "fhir/Observation/lab", hers);
  assert_status (f, 404);
  fixture_get (f, "fhir/Observation/_history", hers);
  g_assert_null (strstr (f->body, "lab"));
  fixture_put (f, "PUT", "fhir/Observation/lab", world->tokens[CLINICIAN], FHIR,
               "{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" ME "}", NULL, NULL);
  assert_status (f, 410);
  fixture_send (f, "DELETE", "fhir/Observation/never-was", world->tokens[CLINICIAN], NULL, NULL);
  assert_status (f, 404);
}

#define PATCH "[{\"op\":\"add\",\"path\":\"/note\",\"value\":[{\"text\":\"n\"}]}]"

static void
test_conditional (void)
{
  g_autoptr(World) world = world_new ();
  Fixture *f = world->f;
  const char *token = world->tokens[CLINICIAN];

  fixture_put (f, "PATCH", "fhir/Condition?patient=mine&identifier=urn:c|1", token, "application/json-patch+json", PATCH, NULL, NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "\"note\":[{\"text\":\"n\"}]"));
  fixture_put (f, "PATCH", "fhir/Condition?patient=mine&identifier=urn:c|2", token, "application/json-patch+json", PATCH, NULL, NULL);
  assert_status (f, 404);
  /* staff name the patient, or would make a second one of what they don't see */
  fixture_put (f, "PATCH", "fhir/Condition?identifier=urn:c|1", token, "application/json-patch+json", PATCH, NULL, NULL);
  assert_status (f, 400);
  fixture_send (f, "DELETE", "fhir/Condition?identifier=urn:c|1", token, NULL, NULL);
  assert_status (f, 400);
  fixture_send (f, "DELETE", "fhir/Condition?colour=red", token, NULL, NULL);
  assert_status (f, 400);
  fixture_send (f, "DELETE", "fhir/Condition", token, NULL, NULL);
  assert_status (f, 400);
  fixture_send (f, "DELETE", "fhir/Condition?patient=mine&identifier=urn:c|2", token, NULL, NULL);
  assert_status (f, 204);
  fixture_put (f, "POST", "fhir/Condition", token, FHIR, "{\"resourceType\":\"Condition\",\"subject\":" ME "}", NULL, NULL);
  fixture_send (f, "DELETE", "fhir/Condition?patient=mine", token, NULL, NULL);
  assert_status (f, 412);
  fixture_send (f, "DELETE", "fhir/Condition?patient=mine&identifier=urn:c|1", world->tokens[NURSE], NULL, NULL);
  assert_status (f, 403);
  fixture_send (f, "DELETE", "fhir/Condition?patient=mine&identifier=urn:c|1", token, NULL, NULL);
  assert_status (f, 204);
  fixture_get (f, "fhir/Condition/ill", token);
  assert_status (f, 410);
  /* the next request of one Bundle may be about another patient */
  fixture_put (f, "POST", "fhir", token, FHIR,
               "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
               "{\"request\":{\"method\":\"GET\",\"url\":\"Observation?patient=mine\"}},"
               "{\"request\":{\"method\":\"GET\",\"url\":\"Observation?patient=other\"}}]}", NULL, NULL);
  g_assert_nonnull (strstr (f->body, "Observation/hers"));
  g_assert_nonnull (strstr (f->body, "Observation/lab"));
}

#define BINARY_PATCH(data) "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\",\"data\":\"" data "\"}"
#define BUNDLE(type, entries) "{\"resourceType\":\"Bundle\",\"type\":\"" type "\",\"entry\":[" entries "]}"
#define PATCH_ENTRY(url, data) "{\"request\":{\"method\":\"PATCH\",\"url\":\"" url "\"},\"resource\":" BINARY_PATCH (data) "}"

/* [{"op":"replace","path":"/status","value":"amended"}], and the same of what isn't there */
#define GOOD "W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9zdGF0dXMiLCJ2YWx1ZSI6ImFtZW5kZWQifV0="
#define BAD "W3sib3AiOiJyZW1vdmUiLCJwYXRoIjoiL25vdGhpbmcifV0="

static void
test_bundles (void)
{
  g_autoptr(World) world = world_new ();
  Fixture *f = world->f;
  const char *token = world->tokens[CLINICIAN];

  fixture_put (f, "POST", "fhir", token, FHIR,
               BUNDLE ("transaction", PATCH_ENTRY ("Observation/lab", BAD) ",{\"request\":{\"method\":\"DELETE\",\"url\":\"Condition/ill\"}}"),
               NULL, NULL);
  assert_status (f, 422);
  fixture_get (f, "fhir/Condition/ill", token);
  assert_status (f, 200);
  fixture_put (f, "POST", "fhir", token, FHIR,
               BUNDLE ("transaction", PATCH_ENTRY ("Observation/lab", GOOD) ",{\"request\":{\"method\":\"DELETE\",\"url\":\"Condition/ill\"}},"
                       "{\"request\":{\"method\":\"DELETE\",\"url\":\"Condition?patient=mine&identifier=urn:c|none\"}}"),
               NULL, NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "\"204 No Content\""));
  fixture_get (f, "fhir/Observation/lab", world->tokens[PATIENT]);
  g_assert_nonnull (strstr (f->body, "\"amended\""));
  fixture_get (f, "fhir/Condition/ill", world->tokens[PATIENT]);
  assert_status (f, 410);
  fixture_put (f, "POST", "fhir", token, FHIR,
               BUNDLE ("batch", PATCH_ENTRY ("Observation/hers", "bm8=") "," PATCH_ENTRY ("Observation?patient=other&_id=hers", GOOD) ","
                       "{\"request\":{\"method\":\"PATCH\",\"url\":\"Observation/hers\"},\"resource\":{\"resourceType\":\"Binary\"}}"), NULL, NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "\"200 OK\""));
  g_assert_nonnull (strstr (f->body, "\"400 Bad Request\""));
}

/* Whoever makes it has it alone, and for one record alone. */
static void
test_subscription (void)
{
  static const char wanted[] = "{\"resourceType\":\"Subscription\",\"status\":\"%s\",\"reason\":\"r\",\"criteria\":\"%s\",\"channel\":{%s}}";
  static const struct { const char *status, *criteria, *channel; guint code; } cases[] = {
    { "requested", "Communication?patient=mine", "\"type\":\"websocket\"", 201 },
    { "active", "Communication?patient=mine", "\"type\":\"websocket\"", 403 },
    { "requested", "Communication?patient=mine", "\"type\":\"rest-hook\",\"endpoint\":\"http://x\"", 403 },
    { "requested", "Communication?patient=mine", "\"type\":\"websocket\",\"endpoint\":\"http://x\"", 403 },
    { "requested", "Organization?name=x", "\"type\":\"websocket\"", 403 },
    { "requested", "Nonsense", "\"type\":\"websocket\"", 403 },
  };
  g_autoptr(World) world = world_new ();
  Fixture *f = world->f;
  g_autofree char *hers = fixture_token (f, "her"), *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf (wanted, cases[i].status, cases[i].criteria, cases[i].channel);
      g_autoptr(JsonObject) made = NULL;

      fixture_put (f, "POST", "fhir/Subscription", world->tokens[PATIENT], FHIR, body, NULL, NULL);
      assert_status (f, cases[i].code);
      if (f->status != 201)
        continue;
      made = fixture_json (f);
      path = g_strconcat ("fhir/Subscription/", fixture_text (made, "id"), NULL);
    }
  fixture_get (f, path, world->tokens[PATIENT]);
  assert_status (f, 200);
  fixture_get (f, "fhir/Subscription", world->tokens[PATIENT]);
  g_assert_nonnull (strstr (f->body, "Communication?patient=mine"));
  for (int who = -1; who < PATIENT; who++)
    {
      const char *token = who < 0 ? hers : world->tokens[who];

      fixture_get (f, path, token);
      g_assert_cmpuint (f->status, ==, who == ADMINISTRATOR ? 403 : 404);
      fixture_get (f, "fhir/Subscription", token);
      g_assert_null (strstr (f->body, "Communication?"));
      fixture_send (f, "DELETE", path, token, NULL, NULL);
      g_assert_cmpuint (f->status, >=, 403);
    }
  fixture_put (f, "PUT", path, world->tokens[PATIENT], FHIR, "{\"resourceType\":\"Subscription\"}", NULL, NULL);
  g_assert_cmpuint (f->status, >=, 400);
  fixture_send (f, "DELETE", path, world->tokens[PATIENT], NULL, NULL);
  assert_status (f, 204);
  fixture_get (f, path, world->tokens[PATIENT]);
  assert_status (f, 410);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write-roles/roles", test_roles);
  g_test_add_func ("/write-roles/declared", test_declared);
  g_test_add_func ("/write-roles/terms", test_terms);
  g_test_add_func ("/write-roles/shared", test_shared);
  g_test_add_func ("/write-roles/delete", test_delete);
  g_test_add_func ("/write-roles/conditional", test_conditional);
  g_test_add_func ("/write-roles/bundles", test_bundles);
  g_test_add_func ("/write-roles/subscription", test_subscription);
  return g_test_run ();
}
