/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What patients write, and what is refused (portal-write, portal-edit, portal-edit-text,
 * portal-transaction, portal-check, portal-everything, portal-access). */
#include "portal-fixture.h"

#include <string.h>

#define FHIR "application/fhir+json"
#define ME "{\"reference\":\"Patient/mine\"}"
#define OTHER "{\"reference\":\"Patient/other\"}"
#define MESSAGE(rest) "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":" ME ",\"sender\":" ME \
                      ",\"payload\":[{\"contentString\":\"hello\"}]" rest "}"
#define STATEMENT(rest) "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\",\"subject\":" ME \
                        ",\"informationSource\":" ME rest "}"
#define CODED ",\"medicationCodeableConcept\":{\"text\":\"Aspirin\"}"

static const char clinic[] =
  "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"mine\",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"1\"}]}},"
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"other\",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"2\"}]}},"
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}},"
  "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"from-clinic\",\"status\":\"completed\",\"subject\":" ME ","
  "\"sender\":{\"reference\":\"Practitioner/doc\"},\"recipient\":[" ME "],\"payload\":[{\"contentString\":\"your result\"}]}},"
  "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"hers\",\"status\":\"completed\",\"subject\":" OTHER ","
  "\"sender\":" OTHER ",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"hers\"}]}},"
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":" ME "}},"
  "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"id\":\"s-hers\",\"status\":\"active\",\"subject\":" OTHER ","
  "\"medicationReference\":{\"reference\":\"Medication/secret\"}}},"
  "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"secret\",\"code\":{\"text\":\"Zanzibar\"}}},"
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b-hers\",\"contentType\":\"text/plain\",\"securityContext\":" OTHER "}},"
  "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"visit\",\"status\":\"booked\",\"participant\":["
  "{\"actor\":" ME ",\"status\":\"accepted\"},{\"actor\":{\"reference\":\"Practitioner/doc\"},\"status\":\"accepted\"}]}}]}";

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, clinic);

  if (!json_object_get_boolean_member (report, "ok"))
    g_error ("%s", fixture_text (report, "error"));
  fixture_add (f, "me", "mine");
  fixture_add (f, "her", "other");
  fixture_start (f);
  f->scope = "launch/patient%20offline_access%20patient/*.rs%20patient/Appointment.cu%20patient/Communication.cu%20"
             "patient/Task.cu%20patient/QuestionnaireResponse.cu%20patient/Observation.c%20"
             "patient/MedicationStatement.cu%20patient/Binary.cu";
  return f;
}

static const char *
header (Fixture *f, const char *name)
{
  return soup_message_headers_get_one (f->headers, name);
}

/* The id of the last answer's resource */
static char *
dup_id (Fixture *f)
{
  g_autoptr(JsonObject) resource = fixture_json (f);

  return g_strdup (fixture_text (resource, "id"));
}

static void
test_create (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *id = NULL, *path = NULL, *location = NULL;

  fixture_put (f, "POST", "fhir/Communication", token, FHIR "; charset=utf-8", MESSAGE (",\"id\":\"not-taken\""), NULL, NULL);
  assert_status (f, 201);
  id = dup_id (f);
  g_assert_cmpstr (id, !=, "not-taken");
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"1\"");
  location = g_strdup_printf ("%s/Communication/%s/_history/1", portal_get_fhir_url (f->portal), id);
  g_assert_cmpstr (header (f, "Location"), ==, location);
  g_assert_nonnull (strstr (f->body, "\"versionId\":\"1\""));
  path = g_strconcat ("fhir/Communication/", id, NULL);
  fixture_get (f, path, token);
  assert_status (f, 200);
  fixture_get (f, "fhir/Communication?patient=mine&sender=Patient/mine", token);
  g_assert_nonnull (strstr (f->body, id));

  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (""), "Prefer", "return=minimal");
  assert_status (f, 201);
  g_assert_cmpuint (f->length, ==, 0);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (""), "Prefer", "return=OperationOutcome");
  assert_status (f, 201);
  g_assert_nonnull (strstr (f->body, "OperationOutcome"));
}

typedef struct
{
  const char *type;
  const char *body;
  guint       status;
} Case;

static void
test_terms (void)
{
  static const Case cases[] = {
    { "Communication", MESSAGE (""), 201 },
    { "Communication", "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":" ME "}", 403 },
    { "Communication", MESSAGE (",\"recipient\":[" OTHER "]"), 403 },
    { "Communication", "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"sender\":" OTHER "}", 403 },
    { "Communication", "{\"resourceType\":\"Communication\",\"subject\":" ME "}", 400 },
    { "Communication", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\"}", 400 },
    { "Communication", "{\"resourceType\":\"Communication\"", 400 },
    { "Communication", "[]", 400 },
    { "Communication", MESSAGE (",\"status\":\"x\""), 400 },
    { "Communication", MESSAGE (",\"meta\":3"), 400 },
    { "Communication", MESSAGE (",\"note\":[]"), 400 },
    { "Task", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":" ME ",\"requester\":" ME "}", 201 },
    { "Task", "{\"resourceType\":\"Task\",\"status\":\"completed\",\"intent\":\"order\",\"for\":" ME ",\"requester\":" ME "}", 403 },
    { "Task", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":" OTHER ",\"requester\":" ME "}", 403 },
    { "Task", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":" ME "}", 403 },
    { "Task", "{\"resourceType\":\"Task\",\"status\":\"requested\",\"for\":" ME ",\"requester\":" ME "}", 400 },
    { "Appointment", "{\"resourceType\":\"Appointment\",\"status\":\"proposed\",\"participant\":[{\"actor\":" ME ",\"status\":\"accepted\"}]}", 201 },
    { "Appointment", "{\"resourceType\":\"Appointment\",\"status\":\"booked\",\"participant\":[{\"actor\":" ME ",\"status\":\"accepted\"}]}", 403 },
    { "Appointment", "{\"resourceType\":\"Appointment\",\"status\":\"proposed\",\"participant\":[{\"actor\":" ME "},{\"actor\":" OTHER "}]}", 403 },
    { "Observation", "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"w\"},\"subject\":" ME ",\"performer\":[" ME "]}", 201 },
    { "Observation", "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"w\"},\"subject\":" ME "}", 403 },
    { "Observation", "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"w\"},\"subject\":" ME
      ",\"performer\":[" ME ",{\"reference\":\"Practitioner/doc\"}]}", 403 },
    { "QuestionnaireResponse", "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"subject\":" ME "}", 201 },
    { "QuestionnaireResponse", "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"subject\":" ME
      ",\"author\":{\"reference\":\"Practitioner/doc\"}}", 403 },
    { "MedicationStatement", STATEMENT (CODED), 201 },
    { "MedicationStatement", STATEMENT (""), 400 },
    { "MedicationStatement", "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\",\"subject\":" ME CODED "}", 403 },
    /* Pointing at what one doesn't see shows nothing of it */
    { "MedicationStatement", STATEMENT (",\"medicationReference\":{\"reference\":\"Medication/secret\"}"), 422 },
    { "MedicationStatement", STATEMENT (",\"medicationReference\":{\"reference\":\"Medication/never-was\"}"), 422 },
    { "Communication", MESSAGE (",\"note\":[{\"extension\":[{\"url\":\"u\",\"valueReference\":{\"reference\":\"Medication/secret\"}}]}]"), 422 },
    { "Communication", "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":" ME ",\"sender\":" ME
      ",\"payload\":[{\"contentAttachment\":{\"url\":\"Binary/b-hers\"}}]}", 422 },
    { "Binary", "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 201 },
    { "Binary", "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" OTHER "}", 422 },
    { "Binary", "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\"}", 403 },
    /* Nobody's to write */
    { "Patient", "{\"resourceType\":\"Patient\",\"link\":[{\"other\":" ME "}]}", 403 },
    { "Condition", "{\"resourceType\":\"Condition\",\"subject\":" ME "}", 403 },
    { "Organization", "{\"resourceType\":\"Organization\",\"name\":\"x\"}", 403 },
    { "Subscription", "{\"resourceType\":\"Subscription\"}", 403 },
    { "Nonsense", "{\"resourceType\":\"Nonsense\"}", 404 },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("fhir/", cases[i].type, NULL);

      fixture_put (f, "POST", path, token, FHIR, cases[i].body, NULL, NULL);
      if (f->status != cases[i].status)
        g_error ("%s: %u instead of %u: %s", cases[i].body, f->status, cases[i].status, f->body);
      if (f->status >= 400)
        g_assert_nonnull (strstr (f->body, "OperationOutcome"));
    }
  fixture_put (f, "POST", "fhir/Communication", token, "text/plain", MESSAGE (""), NULL, NULL);
  assert_status (f, 415);
  fixture_put (f, "POST", "fhir/Communication", NULL, FHIR, MESSAGE (""), NULL, NULL);
  assert_status (f, 401);
  fixture_get (f, "fhir/Medication/secret", token);
  assert_status (f, 404);
}

/* A token that only reads writes nothing. */
static void
test_scopes (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = NULL;

  f->scope = NULL;
  token = fixture_token (f, "me");
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (""), NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, MESSAGE (",\"id\":\"from-clinic\""), NULL, NULL);
  assert_status (f, 403);
  fixture_send (f, "DELETE", "fhir/Communication/from-clinic", token, NULL, NULL);
  assert_status (f, 403);
}

static void
test_if_none_exist (void)
{
  static const char message[] = MESSAGE (",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\"}]");
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *hers = fixture_token (f, "her"), *id = NULL, *again = NULL;
  g_autofree char *path = NULL, *changed = NULL;

  fixture_put (f, "POST", "fhir/Communication", token, FHIR, message, "If-None-Exist", "identifier=urn:m|1");
  assert_status (f, 201);
  id = dup_id (f);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, message, "If-None-Exist", "identifier=urn:m|1");
  assert_status (f, 200);
  again = dup_id (f);
  g_assert_cmpstr (again, ==, id);

  /* Even when the identifier is gone from it since */
  path = g_strconcat ("fhir/Communication/", id, NULL);
  changed = g_strdup_printf (MESSAGE (",\"id\":\"%s\""), id);
  fixture_put (f, "PUT", path, token, FHIR, changed, "If-Match", "W/\"1\"");
  assert_status (f, 200);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, message, "If-None-Exist", "identifier=urn:m%7C1");
  assert_status (f, 200);

  /* Another patient's identifier is another one */
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"hers\"}]"),
               "If-None-Exist", "identifier=urn:m|hers");
  assert_status (f, 201);
  fixture_put (f, "POST", "fhir/Communication", hers, FHIR,
               "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":" OTHER ",\"sender\":" OTHER "}",
               "If-None-Exist", "identifier=urn:m|1");
  assert_status (f, 201);

  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"3\"}]"), NULL, NULL);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, MESSAGE (",\"identifier\":[{\"system\":\"urn:m\",\"value\":\"3\"}]"), NULL, NULL);
  assert_status (f, 201);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, message, "If-None-Exist", "identifier=urn:m|3");
  assert_status (f, 412);
  fixture_put (f, "POST", "fhir/Communication", token, FHIR, message, "If-None-Exist", "colour=red");
  assert_status (f, 400);
}

static void
test_update (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *hers = fixture_token (f, "her");
  g_autofree char *received = NULL;

  /* Of the clinic's message only "received" is the patient's to say */
  fixture_get (f, "fhir/Communication/from-clinic", token);
  received = g_strdup_printf ("%.*s,\"received\":\"2026-01-01T10:00:00Z\"}", (int) f->length - 1, f->body);
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, received, "If-Match", "W/\"7\"");
  assert_status (f, 412);
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, received, "If-Match", "W/\"1\"");
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"2\"");
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, received, NULL, NULL);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"2\"");
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, MESSAGE (",\"id\":\"from-clinic\""), NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "PUT", "fhir/Communication/from-clinic", token, FHIR, MESSAGE (",\"id\":\"else\""), NULL, NULL);
  assert_status (f, 400);
  fixture_put (f, "PUT", "fhir/Communication/hers", token, FHIR, MESSAGE (",\"id\":\"hers\""), NULL, NULL);
  assert_status (f, 404);
  fixture_put (f, "PUT", "fhir/Communication/nothing", token, FHIR, MESSAGE (",\"id\":\"nothing\""), NULL, NULL);
  assert_status (f, 404);
  fixture_put (f, "PUT", "fhir/Observation/lab", token, FHIR, "{\"resourceType\":\"Observation\",\"id\":\"lab\",\"status\":\"final\","
               "\"code\":{\"text\":\"y\"},\"subject\":" ME ",\"performer\":[" ME "]}", NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "PUT", "fhir/Appointment/visit", token, FHIR, "{\"resourceType\":\"Appointment\",\"id\":\"visit\",\"status\":\"cancelled\","
               "\"participant\":[{\"actor\":" ME ",\"status\":\"accepted\"}]}", NULL, NULL);
  assert_status (f, 200);
  fixture_get (f, "fhir/Communication/hers", hers);
  g_assert_nonnull (strstr (f->body, "\"versionId\":\"1\""));
}

static void
test_binary (void)
{
  static const char mine[] = "{\"resourceType\":\"Binary\",\"id\":\"0e4fcd5e-6f2e-4b2c-9d8e-0c6d9a4f1b11\",\"contentType\":\"text/plain\","
                             "\"data\":\"aGk=\",\"securityContext\":" ME "}";
  static const char other[] = "{\"resourceType\":\"Binary\",\"id\":\"0e4fcd5e-6f2e-4b2c-9d8e-0c6d9a4f1b11\",\"contentType\":\"text/plain\","
                              "\"data\":\"eW8=\",\"securityContext\":" ME "}";
  static const char *const path = "fhir/Binary/0e4fcd5e-6f2e-4b2c-9d8e-0c6d9a4f1b11";
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *hers = fixture_token (f, "her");

  fixture_put (f, "PUT", path, token, FHIR, mine, NULL, NULL);
  assert_status (f, 201);
  fixture_put (f, "PUT", path, token, FHIR, mine, NULL, NULL);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"1\"");
  fixture_put (f, "PUT", path, token, FHIR, other, NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "PUT", path, hers, FHIR, mine, NULL, NULL);
  assert_status (f, 404);
  fixture_get (f, path, hers);
  assert_status (f, 404);
  fixture_get (f, path, token);
  assert_status (f, 200);
  fixture_put (f, "PUT", "fhir/Binary/readable-name", token, FHIR, mine, NULL, NULL);
  assert_status (f, 404);
}

/* Patched is the text: 1.10 stays 1.10. */
static void
test_patch (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *id = NULL, *path = NULL;

  fixture_put (f, "POST", "fhir/MedicationStatement", token, FHIR, STATEMENT (CODED ",\"dosage\":[{\"doseAndRate\":[{\"doseQuantity\":"
               "{\"value\":1.10}}]}]"), NULL, NULL);
  assert_status (f, 201);
  id = dup_id (f);
  path = g_strconcat ("fhir/MedicationStatement/", id, NULL);
  fixture_put (f, "PATCH", path, token, "application/json-patch+json",
               "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"active\"},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"stopped\"},"
               "{\"op\":\"add\",\"path\":\"/note\",\"value\":[{\"text\":\"done\"}]}]", "If-Match", "W/\"1\"");
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "\"value\":1.10}"));
  g_assert_nonnull (strstr (f->body, "\"stopped\""));
  g_assert_nonnull (strstr (f->body, "\"versionId\":\"2\""));
  fixture_put (f, "PATCH", path, token, "application/json-patch+json", "[{\"op\":\"remove\",\"path\":\"/nothing\"}]", NULL, NULL);
  assert_status (f, 422);
  fixture_put (f, "PATCH", path, token, "application/json-patch+json", "[{\"op\":\"remove\",\"path\":\"/status\"}]", NULL, NULL);
  assert_status (f, 422);
  fixture_put (f, "PATCH", path, token, "application/json-patch+json", "[{\"op\":\"grow\"}]", NULL, NULL);
  assert_status (f, 400);
  fixture_put (f, "PATCH", path, token, "application/json-patch+json",
               "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"Patient/other\"}]", NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "PATCH", path, token, "application/merge-patch+json", "{}", NULL, NULL);
  assert_status (f, 415);
}

static void
test_conditional_update (void)
{
  static const char task[] = "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"for\":" ME ",\"requester\":" ME
                             ",\"identifier\":[{\"system\":\"urn:t\",\"value\":\"1\"}]%s}";
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *first = g_strdup_printf (task, ""), *id = NULL, *again = NULL;
  g_autofree char *second = g_strdup_printf (task, ",\"description\":\"more\"");

  fixture_put (f, "PUT", "fhir/Task?identifier=urn:t%7C1", token, FHIR, first, NULL, NULL);
  assert_status (f, 201);
  id = dup_id (f);
  fixture_put (f, "PUT", "fhir/Task?identifier=urn:t%7C1", token, FHIR, second, NULL, NULL);
  assert_status (f, 200);
  again = dup_id (f);
  g_assert_cmpstr (id, ==, again);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"2\"");
  fixture_put (f, "PUT", "fhir/Task", token, FHIR, second, NULL, NULL);
  assert_status (f, 400);
  fixture_put (f, "PUT", "fhir/Task?colour=red", token, FHIR, second, NULL, NULL);
  assert_status (f, 400);
}

#define ENTRY(url, method, target, resource) "{\"fullUrl\":\"" url "\",\"request\":{\"method\":\"" method "\",\"url\":\"" target "\"},\"resource\":" resource "}"
#define BUNDLE(type, entries) "{\"resourceType\":\"Bundle\",\"type\":\"" type "\",\"entry\":[" entries "]}"

static void
test_transaction (void)
{
  static const char good[] = BUNDLE ("transaction",
    ENTRY ("urn:uuid:c", "POST", "Communication", "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":"
           "{\"reference\":\"Patient?identifier=urn:mrn|1\"},\"sender\":" ME ",\"partOf\":[{\"reference\":\"urn:uuid:t\"}],"
           "\"payload\":[{\"contentReference\":{\"reference\":\"urn:uuid:b\"}}]}") ","
    ENTRY ("urn:uuid:b", "POST", "Binary", "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" ME "}") ","
    ENTRY ("urn:uuid:t", "POST", "Communication", MESSAGE ("")) ","
    "{\"request\":{\"method\":\"GET\",\"url\":\"Communication?patient=mine&sender=Patient/mine&_total=accurate\"}}");
  static const char bad[] = BUNDLE ("transaction", ENTRY ("urn:uuid:c", "POST", "Communication", MESSAGE (",\"id\":\"never\"")) ","
                                    ENTRY ("urn:uuid:d", "POST", "Condition", "{\"resourceType\":\"Condition\",\"subject\":" ME "}"));
  static const char lost[] = BUNDLE ("transaction", ENTRY ("urn:uuid:c", "POST", "Communication",
                                                           MESSAGE (",\"partOf\":[{\"reference\":\"urn:uuid:nobody\"}]")));
  static const char others[] = BUNDLE ("transaction", ENTRY ("urn:uuid:c", "POST", "Communication",
                                                             MESSAGE (",\"partOf\":[{\"reference\":\"Communication?identifier=urn:m|hers\"}]")));
  static const char twice[] = BUNDLE ("transaction", ENTRY ("urn:a", "PUT", "Communication/from-clinic", MESSAGE (",\"id\":\"from-clinic\"")) ","
                                      ENTRY ("urn:b", "PUT", "Communication/from-clinic", MESSAGE (",\"id\":\"from-clinic\"")));
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me");
  g_autoptr(JsonObject) bundle = NULL, after = NULL;

  fixture_put (f, "POST", "fhir", token, FHIR, good, "Prefer", "return=representation");
  assert_status (f, 200);
  bundle = fixture_json (f);
  g_assert_cmpstr (fixture_text (bundle, "type"), ==, "transaction-response");
  g_assert_cmpuint (fixture_n_entries (bundle), ==, 4);
  g_assert_null (strstr (f->body, "urn:uuid"));
  g_assert_null (strstr (f->body, "Patient?"));
  g_assert_nonnull (strstr (f->body, "\"reference\":\"Binary/"));
  g_assert_nonnull (strstr (f->body, "\"total\":2"));
  g_assert_nonnull (strstr (f->body, "\"201 Created\""));

  fixture_put (f, "POST", "fhir", token, FHIR, bad, NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "POST", "fhir", token, FHIR, lost, NULL, NULL);
  assert_status (f, 400);
  fixture_put (f, "POST", "fhir", token, FHIR, others, NULL, NULL);
  assert_status (f, 412);
  fixture_put (f, "POST", "fhir", token, FHIR, twice, NULL, NULL);
  assert_status (f, 400);
  fixture_put (f, "POST", "fhir", token, FHIR, BUNDLE ("collection", ""), NULL, NULL);
  assert_status (f, 400);
  after = fixture_get_json (f, "fhir/Communication?patient=mine&_summary=count", token);
  g_assert_cmpint (json_object_get_int_member (after, "total"), ==, 3);
}

static void
test_batch (void)
{
  static const char text[] = BUNDLE ("batch", ENTRY ("urn:uuid:c", "POST", "Communication", MESSAGE ("")) ","
                                     ENTRY ("urn:uuid:d", "POST", "Condition", "{\"resourceType\":\"Condition\",\"subject\":" ME "}") ","
                                     ENTRY ("urn:uuid:e", "BREW", "Coffee", "{}") ","
                                     "{\"request\":{\"method\":\"GET\",\"url\":\"Observation/lab\"}},"
                                     "{\"request\":{\"method\":\"GET\",\"url\":\"Communication/hers\"}},"
                                     "{\"request\":{\"method\":\"GET\",\"url\":\"metadata\"}}");
  static const char *const statuses[] = { "201 Created", "403 Forbidden", "400 Bad Request", "200 OK", "404 Not Found", "404 Not Found" };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me");
  g_autoptr(JsonObject) bundle = NULL;
  JsonArray *entries;

  fixture_put (f, "POST", "fhir", token, FHIR, text, NULL, NULL);
  assert_status (f, 200);
  bundle = fixture_json (f);
  entries = json_object_get_array_member (bundle, "entry");
  g_assert_cmpuint (json_array_get_length (entries), ==, G_N_ELEMENTS (statuses));
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      g_assert_cmpstr (fixture_text (json_object_get_object_member (entry, "response"), "status"), ==, statuses[i]);
    }
}

static void
test_everything (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *next = g_strdup ("fhir/Patient/mine/$everything?_count=2");
  g_autoptr(JsonObject) some = NULL, none = NULL, since = NULL;
  guint matches = 0, pages = 0;

  while (next != NULL)
    {
      g_autoptr(JsonObject) page = fixture_get_json (f, next, token);

      g_assert_null (strstr (f->body, "Patient/other"));
      for (const char *at = f->body; (at = strstr (at, "\"mode\":\"match\"")) != NULL; at++)
        matches++;
      pages++;
      g_free (next);
      next = fixture_next (f, page);
    }
  g_assert_cmpuint (matches, ==, 4);   /* Patient, Communication, Observation, Appointment */
  g_assert_cmpuint (pages, ==, 2);
  some = fixture_get_json (f, "fhir/Patient/mine/$everything?_type=Observation,Practitioner", token);
  g_assert_cmpuint (fixture_n_entries (some), ==, 1);
  since = fixture_get_json (f, "fhir/Patient/mine/$everything?_since=2099-01-01T00:00:00Z", token);
  g_assert_cmpuint (fixture_n_entries (since), ==, 0);
  fixture_get (f, "fhir/Patient/mine/$everything", token);
  g_assert_nonnull (strstr (f->body, "Practitioner/doc\",\"resource\""));
  fixture_get (f, "fhir/Patient/other/$everything", token);
  assert_status (f, 404);
}

static void
test_history (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *next = NULL;
  g_autoptr(JsonObject) all = fixture_get_json (f, "fhir/_history", token), page = NULL, rest = NULL;

  g_assert_cmpstr (fixture_text (all, "type"), ==, "history");
  g_assert_cmpuint (fixture_n_entries (all), ==, 5);   /* and the Practitioner */
  g_assert_null (strstr (f->body, "Zanzibar"));
  page = fixture_get_json (f, "fhir/_history?_count=3", token);
  next = fixture_next (f, page);
  rest = fixture_get_json (f, next, token);
  g_assert_cmpuint (fixture_n_entries (rest), ==, 2);
  fixture_get (f, "fhir/_history?_since=2099-01-01T00:00:00Z", token);
  assert_status (f, 200);
  g_assert_null (strstr (f->body, "\"entry\""));
}

static void
test_validate (void)
{
  static const Case cases[] = {
    { "Condition", "{\"resourceType\":\"Condition\",\"subject\":" ME "}", 0 },
    { "Condition", "{\"resourceType\":\"Condition\"}", 1 },
    { "Condition", "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Condition\"}}]}", 1 },
    { "Immunization", "{\"resourceType\":\"Immunization\",\"status\":\"completed\",\"patient\":" ME ",\"vaccineCode\":{\"text\":\"x\"},"
      "\"occurrenceString\":\"once\"}", 0 },
    { "Immunization", "{\"resourceType\":\"Immunization\",\"status\":\"completed\",\"patient\":" ME ",\"vaccineCode\":{\"text\":\"x\"}}", 1 },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("fhir/%s/$validate", cases[i].type);

      fixture_put (f, "POST", path, token, FHIR, cases[i].body, NULL, NULL);
      assert_status (f, 200);
      g_assert_cmpint (strstr (f->body, "\"severity\":\"error\"") != NULL, ==, cases[i].status);
    }
}

/* What is granted, declared and served is the same. */
static void
test_declared (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) tokens = fixture_sign_in (f, "me");
  const char *scope = fixture_text (tokens, "scope");

  g_assert_nonnull (strstr (scope, "patient/Communication.cu"));
  fixture_get (f, "fhir/metadata", NULL);
  for (const char *const *type = (const char *const[]) { "Appointment", "Binary", "Communication", "MedicationStatement",
                                                         "QuestionnaireResponse", "Task", NULL }; *type != NULL; type++)
    {
      g_autofree char *wanted = g_strdup_printf ("patient/%s.cu", *type);
      g_autofree char *declared = g_strdup_printf ("{\"type\":\"%s\",", *type);
      const char *at = strstr (f->body, declared);

      g_assert_nonnull (strstr (scope, wanted));
      g_assert_nonnull (at);
      g_assert_nonnull (strstr (at, "\"create\""));
      g_assert_cmpint (strstr (at, "\"update\"") - at, <, 600);
    }
  fixture_get (f, "fhir/.well-known/smart-configuration", NULL);
  g_assert_nonnull (strstr (f->body, "patient/Task.cu"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write/create", test_create);
  g_test_add_func ("/write/terms", test_terms);
  g_test_add_func ("/write/scopes", test_scopes);
  g_test_add_func ("/write/if-none-exist", test_if_none_exist);
  g_test_add_func ("/write/update", test_update);
  g_test_add_func ("/write/binary", test_binary);
  g_test_add_func ("/write/patch", test_patch);
  g_test_add_func ("/write/conditional-update", test_conditional_update);
  g_test_add_func ("/write/transaction", test_transaction);
  g_test_add_func ("/write/batch", test_batch);
  g_test_add_func ("/write/everything", test_everything);
  g_test_add_func ("/write/history", test_history);
  g_test_add_func ("/write/validate", test_validate);
  g_test_add_func ("/write/declared", test_declared);
  return g_test_run ();
}
