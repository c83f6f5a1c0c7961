/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages between patients and the care team: to whom, how much, threads and what staff do with them, and who is told
 * by mail (portal-message, portal-messages, portal-notice, portal-recipients, portal-thread, portal-attachment, portal-staff-thread,
 * portal-staff-list). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-error.h"
#include "server/messages/portal-attachment.h"
#include "server/staff/portal-staff.h"

#define FHIR "application/fhir+json"
#define SCOPE "openid%20offline_access%20launch/patient%20patient/*.rs%20patient/Communication.cu%20patient/Binary.cu%20user/*.cruds"

#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"clinic\",\"name\":\"Clinic\",\"telecom\":[{\"system\":\"phone\",\"value\":\"555-0100\"}]}}," \
  "{\"resource\":{\"resourceType\":\"HealthcareService\",\"id\":\"refills\",\"active\":true,\"name\":\"Refills\",\"comment\":\"Medicines\"," \
  "\"category\":[{\"coding\":[{\"code\":\"messages\"}]}],\"telecom\":[{\"system\":\"email\",\"value\":\"refills@clinic.example\"}]," \
  "\"extension\":[{\"url\":\"https://cairnhealth.github.io/fhir/reply-hours\",\"valueInteger\":24}]}}," \
  "{\"resource\":{\"resourceType\":\"HealthcareService\",\"id\":\"old\",\"active\":false,\"name\":\"Old\",\"category\":[{\"coding\":[{\"code\":\"messages\"}]}]}}," \
  "{\"resource\":{\"resourceType\":\"HealthcareService\",\"id\":\"xray\",\"name\":\"X-ray\"}}," \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\",\"name\":[{\"family\":\"Hale\",\"given\":[\"Ada\"],\"prefix\":[\"Dr.\"]}]}}," \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"nurse\",\"name\":[{\"text\":\"Nurse Bo\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"gone\",\"active\":false,\"name\":[{\"text\":\"Gone\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"other\",\"name\":[{\"text\":\"Other\"}]}}," \
  "{\"resource\":{\"resourceType\":\"PractitionerRole\",\"id\":\"nr\",\"practitioner\":{\"reference\":\"Practitioner/nurse\"},\"code\":[{\"text\":\"Nurse\"}]," \
  "\"healthcareService\":[{\"reference\":\"HealthcareService/refills\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"managingOrganization\":{\"reference\":\"Organization/clinic\"}," \
  "\"generalPractitioner\":[{\"reference\":\"Practitioner/dr\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}," \
  "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"t\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"},\"participant\":[" \
  "{\"role\":[{\"text\":\"Family doctor\"}],\"member\":{\"reference\":\"Practitioner/dr\"}}," \
  "{\"member\":{\"reference\":\"PractitionerRole/nr\"}},{\"member\":{\"reference\":\"Practitioner/gone\"}}]}}," \
  "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"past\",\"status\":\"inactive\",\"subject\":{\"reference\":\"Patient/p\"},\"participant\":[" \
  "{\"member\":{\"reference\":\"Practitioner/other\"}}]}}]}"

static Fixture *
open_clinic_with (void (*set) (PortalConfig *config))
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;

  f->scope = SCOPE;
  f->config->emergency_number = g_strdup ("911");
  if (set != NULL)
    set (f->config);
  report = fixture_load (f, RECORD);
  fixture_add (f, "ana", "p");
  fixture_add (f, "ben", "q");
  fixture_add_staff (f, "doctor", "dr", "clinician");
  fixture_add_staff (f, "bo", "nurse", "nurse");
  fixture_add_staff (f, "desk", "other", "front-desk");
  fixture_start (f);
  return f;
}

static Fixture *
open_clinic (void)
{
  return open_clinic_with (NULL);
}

static void
post (Fixture *f, const char *token, const char *patient, const char *more)
{
  g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/%s\"},"
                                           "\"sender\":{\"reference\":\"Patient/%s\"}%s}", patient, patient, more);

  fixture_put (f, "POST", "fhir/Communication", token, FHIR, body, NULL, NULL);
}

/* The id of a message that was taken. */
static char *
write_to (Fixture *f, const char *token, const char *recipient, const char *head, const char *words)
{
  g_autofree char *part = head != NULL ? g_strdup_printf (",\"partOf\":[{\"reference\":\"Communication/%s\"}]", head) : g_strdup ("");
  g_autofree char *more = g_strdup_printf (",\"recipient\":[{\"reference\":\"%s\"}],\"topic\":{\"text\":\"Knee\"},\"sent\":\"2026-01-0%dT10:00:00Z\","
                                           "\"payload\":[{\"contentString\":\"%s\"}]%s", recipient, head != NULL ? 2 : 1, words, part);
  g_autoptr(JsonObject) made = NULL;

  post (f, token, "p", more);
  assert_status (f, 201);
  made = fixture_json (f);
  return g_strdup (fixture_text (made, "id"));
}

static void
assert_refused (Fixture *f, const char *detail)
{
  g_autofree char *code = g_strdup_printf ("\"code\":\"%s\"}]}", detail);

  assert_status (f, 422);
  g_assert_nonnull (strstr (f->body, "https://cairnhealth.github.io/fhir/refusal"));
  if (strstr (f->body, code) == NULL)
    g_error ("not refused for %s: %s", detail, f->body);
}

/* What the command prints, parsed; NULL when it was refused with this code. */
static JsonObject *
work (Fixture *f, const char *as, const char *verb, const char *reference, const char *text, const char *to, int refused)
{
  g_auto(PortalStaffWork) work = { .as = as, .verb = verb, .reference = reference, .reason = "Answered", .text = text, .to = to,
                                   .json = TRUE, .config = f->config };
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *out = portal_staff_work (portal_store_get_writer (portal_get_store (f->portal)), &work, &error), *whole = NULL;

  if (refused >= 0)
    {
      g_assert_error (error, CAIRN_ERROR, refused);
      return NULL;
    }
  if (error != NULL)
    g_error ("%s %s %s: %s", as, verb, reference, error->message);
  whole = g_strdup_printf ("{\"is\":%s}", out);
  json_parser_load_from_data (parser, whole, -1, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static JsonObject *
first_of (JsonObject *listed)
{
  JsonArray *array = json_object_get_array_member (listed, "is");

  return json_array_get_length (array) > 0 ? json_array_get_object_element (array, 0) : NULL;
}

static void
wait_for_letters (Fixture *f, guint n)
{
  for (guint i = 0; fixture_count_letters (f, "mail") < n && i < 300; i++)
    g_usleep (100000);
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, n);
}

static void
test_told (void)
{
  static const char *const wanted[] = { "HealthcareService/refills", "Practitioner/dr", "Practitioner/nurse" };
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *ben = fixture_token (f, "ben");
  g_autoptr(JsonObject) told = fixture_get_json (f, "account/messages", ana), bens = fixture_get_json (f, "account/messages", ben);
  JsonArray *recipients = json_object_get_array_member (told, "recipients");
  JsonObject *attachments = json_object_get_object_member (told, "attachments");

  g_assert_cmpuint (json_array_get_length (recipients), ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpstr (fixture_text (json_array_get_object_element (recipients, i), "reference"), ==, wanted[i]);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (recipients, 0), "reply_hours"), ==, 24);
  g_assert_cmpstr (fixture_text (json_array_get_object_element (recipients, 0), "about"), ==, "Medicines");
  g_assert_cmpstr (fixture_text (json_array_get_object_element (recipients, 1), "name"), ==, "Dr. Ada Hale");
  g_assert_cmpstr (fixture_text (json_array_get_object_element (recipients, 1), "about"), ==, "Family doctor");
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (recipients, 1), "reply_hours"), ==, 48);
  g_assert_cmpstr (fixture_text (json_array_get_object_element (recipients, 2), "about"), ==, "Nurse");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (told, "emergency"), "number"), ==, "911");
  g_assert_cmpstr (fixture_text (told, "phone"), ==, "555-0100");
  g_assert_cmpint (json_object_get_int_member (attachments, "count"), ==, 8);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (bens, "recipients")), ==, 1);
  fixture_get (f, "account/messages", NULL);
  assert_status (f, 401);
}

static void
test_refused (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *ben = fixture_token (f, "ben"), *head = NULL, *reply = NULL, *more = NULL;
  g_autofree char *long_words = g_strnfill (20001, 'x'), *words = g_strdup_printf (",\"payload\":[{\"contentString\":\"%s\"}]", long_words);
  g_autoptr(GString) nine = g_string_new (",\"payload\":[");

  for (guint i = 0; i < 9; i++)
    g_string_append_printf (nine, "%s{\"contentAttachment\":{\"contentType\":\"image/png\",\"url\":\"https://other.example/%u\"}}", i > 0 ? "," : "", i);
  g_string_append (nine, "]");
  post (f, ana, "p", ",\"recipient\":[{\"reference\":\"Practitioner/other\"}]");
  assert_refused (f, "recipient");
  post (f, ana, "p", ",\"recipient\":[{\"reference\":\"HealthcareService/xray\"}]");
  assert_refused (f, "recipient");
  post (f, ana, "p", ",\"recipient\":[{\"reference\":\"HealthcareService/old\"}]");
  assert_refused (f, "recipient");
  post (f, ana, "p", ",\"recipient\":[{\"reference\":\"Practitioner/dr\"},{\"reference\":\"Patient/q\"}]");
  g_assert_cmpuint (f->status, >=, 403);
  {
    g_autoptr(GString) many = g_string_new (",\"recipient\":[");

    for (guint i = 0; i < 6; i++)
      g_string_append_printf (many, "%s{\"reference\":\"Practitioner/dr\"}", i > 0 ? "," : "");
    g_string_append (many, "]");
    post (f, ana, "p", many->str);
    assert_refused (f, "recipient");
  }
  post (f, ana, "p", words);
  assert_refused (f, "words");
  post (f, ana, "p", nine->str);
  assert_refused (f, "attachments");
  post (f, ana, "p", ",\"payload\":[{\"contentAttachment\":{\"url\":\"Binary/6e0c1d1c-52a5-4c1f-8d9b-3f1f6d5b8a11\"}}]");
  assert_refused (f, "attachment");
  post (f, ana, "p", ",\"partOf\":[{\"reference\":\"Communication/none\"}]");
  assert_refused (f, "thread");
  head = write_to (f, ana, "Practitioner/dr", NULL, "Hello");
  reply = write_to (f, ana, "Practitioner/dr", head, "Again");
  more = g_strdup_printf (",\"partOf\":[{\"reference\":\"Communication/%s\"}]", head);
  post (f, ben, "q", more);
  assert_refused (f, "thread");
  g_free (more);
  more = g_strdup_printf (",\"partOf\":[{\"reference\":\"Communication/%s\"}]", reply);
  post (f, ana, "p", more);
  assert_refused (f, "thread");
  /* The clinic itself, and nobody at all, are taken */
  post (f, ana, "p", ",\"recipient\":[{\"reference\":\"Organization/clinic\"}]");
  assert_status (f, 201);
  post (f, ana, "p", ",\"payload\":[{\"contentString\":\"To whom it may concern\"}]");
  assert_status (f, 201);
}

static void
upload (Fixture *f, const char *token, const char *id, const char *type, const char *data, gsize length)
{
  g_autofree char *url = g_strconcat (portal_get_url (f->portal), "fhir/Binary/", id, NULL);
  g_autoptr(SoupMessage) message = soup_message_new ("PUT", url);
  g_autoptr(GBytes) bytes = g_bytes_new (data, length);

  soup_message_set_request_body_from_bytes (message, type, bytes);
  soup_message_headers_replace (soup_message_get_request_headers (message), "X-Security-Context", "Patient/p");
  fixture_send_message (f, message, token);
}

/* Words count as they are read, not as they are escaped. */
static void
test_words (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana");
  g_autoptr(GString) lines = g_string_new (",\"payload\":[{\"contentString\":\"a");

  for (guint i = 0; i < 19998; i++)
    g_string_append (lines, "\\n");
  g_string_append (lines, "b\"}]");
  post (f, ana, "p", lines->str);
  assert_status (f, 201);
  g_string_insert (lines, strlen (",\"payload\":[{\"contentString\":\""), "a");
  post (f, ana, "p", lines->str);
  assert_refused (f, "words");
}

static void
set_little (PortalConfig *config)
{
  config->words = 500;
  config->attachments = 1;
  config->attachment_mb = 1;
  g_free (config->attachment_types);
  config->attachment_types = g_strdup ("text/plain, image/png");
}

/* What a clinic sets is what is told and what holds. */
static void
test_limits (void)
{
  g_autoptr(Fixture) f = open_clinic_with (set_little);
  g_autofree char *ana = fixture_token (f, "ana"), *bo = fixture_token (f, "bo"), *large = g_strnfill (1024 * 1024 + 1, 'x'), *id = g_uuid_string_random ();
  g_autofree char *coded = g_base64_encode ((const guchar *) large, 1024 * 1024 + 1), *json = NULL;
  g_autofree char *words = g_strnfill (501, 'x'), *long_message = g_strdup_printf (",\"payload\":[{\"contentString\":\"%s\"}]", words);
  g_autoptr(JsonObject) told = NULL;
  JsonObject *attachments;

  told = fixture_get_json (f, "account/messages", ana);
  attachments = json_object_get_object_member (told, "attachments");
  g_assert_cmpint (json_object_get_int_member (told, "words"), ==, 500);
  g_assert_cmpint (json_object_get_int_member (attachments, "count"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (attachments, "bytes"), ==, 1024 * 1024);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (attachments, "types")), ==, 2);
  post (f, ana, "p", long_message);
  assert_refused (f, "words");
  post (f, ana, "p", ",\"payload\":[{\"contentAttachment\":{\"url\":\"https://a.example/1\"}},{\"contentAttachment\":{\"url\":\"https://a.example/2\"}}]");
  assert_refused (f, "attachments");
  upload (f, ana, id, "application/pdf", "%PDF-1.4\n", 9);
  assert_status (f, 415);
  upload (f, ana, id, "text/plain", large, 1024 * 1024 + 1);
  assert_status (f, 413);
  upload (f, ana, id, "text/plain", large, 1024 * 1024);
  assert_status (f, 201);
  json = g_strdup_printf ("{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"%s\",\"securityContext\":"
                          "{\"reference\":\"Patient/p\"}}", coded);
  fixture_put (f, "POST", "fhir/Binary", ana, FHIR, json, NULL, NULL);
  assert_status (f, 413);
  /* The clinic keeps what it likes */
  fixture_put (f, "POST", "fhir/Binary", bo, FHIR, json, NULL, NULL);
  assert_status (f, 201);
}

/* In a Bundle the reason comes along, too. */
static void
test_bundle (void)
{
  static const char bundle[] = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"request\":{\"method\":\"POST\",\"url\":\"Communication\"},\"resource\":"
                               "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/p\"},"
                               "\"sender\":{\"reference\":\"Patient/p\"},\"recipient\":[{\"reference\":\"Practitioner/other\"}]}}]}";
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *batch = g_strdup_printf (bundle, "batch"), *transaction = g_strdup_printf (bundle, "transaction");

  fixture_put (f, "POST", "fhir", ana, FHIR, batch, NULL, NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "\"code\":\"recipient\"}]}"));
  fixture_put (f, "POST", "fhir", ana, FHIR, transaction, NULL, NULL);
  assert_refused (f, "recipient");
}

/* Waiting for the pool, read, answered, handed over, closed, and open again when the patient writes on. */
static void
test_thread (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *head = write_to (f, ana, "HealthcareService/refills", NULL, "My knee");
  g_autofree char *reference = g_strconcat ("Communication/", head, NULL), *path = g_strconcat ("fhir/", reference, NULL), *again = NULL;
  g_autoptr(JsonObject) mine = NULL, doctors = NULL, all = NULL, shown = NULL, answered = NULL, assigned = NULL, now_doctors = NULL,
                        closed = NULL, none = NULL, seen = NULL, later = NULL, reopened = NULL;

  mine = work (f, "bo", "list", NULL, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (first_of (mine), "id"), ==, head);
  g_assert_cmpstr (fixture_text (first_of (mine), "state"), ==, "waiting");
  g_assert_cmpint (json_object_get_int_member (first_of (mine), "unread"), ==, 1);
  g_assert_cmpstr (fixture_text (first_of (mine), "title"), ==, "Knee");
  doctors = work (f, "doctor", "list", NULL, NULL, NULL, -1);
  g_assert_null (first_of (doctors));
  all = work (f, "doctor", "list", "Communication", NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (first_of (all), "id"), ==, head);
  shown = work (f, "bo", "show", reference, NULL, NULL, -1);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (shown, "is"), "unread"), ==, 0);
  seen = fixture_get_json (f, path, ana);
  g_assert_nonnull (fixture_text (seen, "received"));

  answered = work (f, "bo", "reply", reference, "Ice \"and\" rest", NULL, -1);
  g_assert_cmpstr (fixture_text (json_object_get_object_member (answered, "is"), "state"), ==, "answered");
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (answered, "is"), "messages"), ==, 2);
  fixture_get (f, "fhir/Communication?patient=p&part-of=nothing", ana);
  g_assert_null (strstr (f->body, "rest"));
  fixture_get (f, "fhir/Communication?patient=p", ana);
  g_assert_nonnull (strstr (f->body, "Ice \\\"and\\\" rest"));
  g_assert_nonnull (strstr (f->body, "\"display\":\"Nurse Bo\""));

  assigned = work (f, "bo", "assign", reference, NULL, "Practitioner/dr", -1);
  now_doctors = work (f, "doctor", "list", NULL, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (first_of (now_doctors), "id"), ==, head);
  closed = work (f, "doctor", "close", reference, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (json_object_get_object_member (closed, "is"), "state"), ==, "closed");
  none = work (f, "doctor", "list", NULL, NULL, NULL, -1);
  g_assert_null (first_of (none));
  later = fixture_get_json (f, path, ana);
  g_assert_cmpstr (fixture_text (later, "status"), ==, "stopped");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (later, "statusReason"), "text"), ==, "Answered");
  g_assert_null (work (f, "doctor", "close", reference, NULL, NULL, CAIRN_ERROR_CONFLICT));

  again = write_to (f, ana, "Practitioner/dr", head, "Not better");
  reopened = work (f, "doctor", "list", NULL, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (first_of (reopened), "state"), ==, "waiting");
  fixture_get (f, path, ana);
  g_assert_null (strstr (f->body, "statusReason"));
}

static const char *
nth (JsonObject *listed, guint n)
{
  return fixture_text (json_array_get_object_element (json_object_get_array_member (listed, "is"), n), "id");
}

/* What has waited longest comes first, what is answered last. */
static void
test_order (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *one = write_to (f, ana, "Practitioner/dr", NULL, "One");
  g_autofree char *two = write_to (f, ana, "Practitioner/dr", NULL, "Two"), *three = write_to (f, ana, "Practitioner/dr", NULL, "Three");
  g_autofree char *reference = g_strconcat ("Communication/", one, NULL);
  g_autoptr(JsonObject) before = work (f, "doctor", "list", NULL, NULL, NULL, -1), answered = NULL, after = NULL;

  g_assert_cmpstr (nth (before, 0), ==, one);
  g_assert_cmpstr (nth (before, 2), ==, three);
  answered = work (f, "doctor", "reply", reference, "Yes", NULL, -1);
  after = work (f, "doctor", "list", NULL, NULL, NULL, -1);
  g_assert_cmpstr (nth (after, 0), ==, two);
  g_assert_cmpstr (nth (after, 2), ==, one);
}

static void
test_roles (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *head = write_to (f, ana, "Practitioner/dr", NULL, "Hello"), *desk = fixture_token (f, "desk");
  g_autofree char *reference = g_strconcat ("Communication/", head, NULL), *path = g_strconcat ("fhir/", reference, NULL);
  g_autoptr(JsonObject) listed = work (f, "desk", "list", "Communication", NULL, NULL, -1);

  g_assert_null (first_of (listed));
  work (f, "desk", "show", reference, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "desk", "reply", reference, "Hello", NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "desk", "close", reference, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "bo", "reply", reference, NULL, NULL, CAIRN_ERROR_USAGE);
  work (f, "bo", "assign", reference, NULL, "Patient/p", CAIRN_ERROR_USAGE);
  work (f, "bo", "assign", reference, NULL, "Practitioner/nobody", CAIRN_ERROR_NOT_FOUND);
  work (f, "bo", "reply", "Communication/none", "x", NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "bo", "reply", "Patient/p", "x", NULL, CAIRN_ERROR_USAGE);
  fixture_get (f, path, desk);
  assert_status (f, 403);
}

/* The front desk has what was written to its pool or was handed to it, and nothing else, by whichever message it is named. */
static void
test_front_desk (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *desk = fixture_token (f, "desk");
  g_autofree char *mine = write_to (f, ana, "HealthcareService/refills", NULL, "Knee"), *others = write_to (f, ana, "Practitioner/dr", NULL, "Secret");
  g_autofree char *more = write_to (f, ana, "HealthcareService/refills", mine, "Still"), *others_more = write_to (f, ana, "Practitioner/dr", others, "Secret too");
  g_autofree char *thread = g_strconcat ("Communication/", mine, NULL), *reply = g_strconcat ("Communication/", more, NULL);
  g_autofree char *other = g_strconcat ("Communication/", others, NULL), *other_reply = g_strconcat ("Communication/", others_more, NULL);
  g_autofree char *path = g_strconcat ("fhir/", thread, NULL);
  g_autoptr(JsonObject) report = NULL, none = NULL, listed = NULL, all = NULL, of_doctor = NULL, shown = NULL, by_reply = NULL, answered = NULL,
                        handed = NULL, gone = NULL, got = NULL, closed = NULL;

  none = work (f, "desk", "list", NULL, NULL, NULL, -1);
  g_assert_null (first_of (none));
  report = fixture_load (f, "{\"resourceType\":\"PractitionerRole\",\"id\":\"fd\",\"practitioner\":{\"reference\":\"Practitioner/other\"},"
                            "\"healthcareService\":[{\"reference\":\"HealthcareService/refills\"}]}");
  listed = work (f, "desk", "list", NULL, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (first_of (listed), "id"), ==, mine);
  g_assert_cmpint (json_object_get_int_member (first_of (listed), "unread"), ==, 2);
  all = work (f, "desk", "list", "Communication", NULL, NULL, -1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (all, "is")), ==, 1);
  of_doctor = work (f, "desk", "list", "Practitioner/dr", NULL, NULL, -1);
  g_assert_null (first_of (of_doctor));
  shown = work (f, "desk", "show", thread, NULL, NULL, -1);
  by_reply = work (f, "desk", "show", reply, NULL, NULL, -1);
  g_assert_cmpstr (fixture_text (json_object_get_object_member (by_reply, "is"), "id"), ==, mine);
  work (f, "desk", "show", other, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "desk", "show", other_reply, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "desk", "reply", other, "Hello", NULL, CAIRN_ERROR_NOT_FOUND);
  work (f, "desk", "close", other_reply, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  answered = work (f, "desk", "reply", thread, "Come at ten", NULL, -1);
  handed = work (f, "desk", "assign", thread, NULL, "Practitioner/dr", -1);
  gone = work (f, "desk", "list", NULL, NULL, NULL, -1);
  g_assert_null (first_of (gone));
  work (f, "desk", "show", thread, NULL, NULL, CAIRN_ERROR_NOT_FOUND);
  got = work (f, "doctor", "assign", other, NULL, "Practitioner/other", -1);
  closed = work (f, "desk", "close", other, NULL, NULL, -1);
  /* Apps of the front desk read no messages at all */
  fixture_get (f, path, desk);
  assert_status (f, 403);
}

/* The same over HTTP: of others' messages staff say who has them and whether they are closed, not what they say. */
static void
test_over_http (void)
{
  static const struct { const char *patch; guint status; } cases[] = {
    { "[{\"op\":\"replace\",\"path\":\"/recipient\",\"value\":[{\"reference\":\"Practitioner/dr\"}]}]", 200 },
    { "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"stopped\"},{\"op\":\"add\",\"path\":\"/statusReason\",\"value\":{\"text\":\"Done\"}}]", 200 },
    { "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"entered-in-error\"}]", 403 },
    { "[{\"op\":\"replace\",\"path\":\"/topic/text\",\"value\":\"Other\"}]", 403 },
    { "[{\"op\":\"replace\",\"path\":\"/payload/0/contentString\",\"value\":\"Other\"}]", 403 },
    { "[{\"op\":\"add\",\"path\":\"/received\",\"value\":\"2026-01-02T10:00:00Z\"}]", 200 },
  };
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *bo = fixture_token (f, "bo"), *desk = fixture_token (f, "desk");
  g_autofree char *head = write_to (f, ana, "HealthcareService/refills", NULL, "Knee");
  g_autofree char *path = g_strconcat ("fhir/Communication/", head, NULL), *reply = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_put (f, "PATCH", path, bo, "application/json-patch+json", cases[i].patch, NULL, NULL);
      if (f->status != cases[i].status)
        g_error ("%s: %u: %s", cases[i].patch, f->status, f->body);
    }
  fixture_send_json (f, "POST", "fhir/Communication", bo, "{\"resourceType\":\"Communication\",\"status\":\"completed\","
                     "\"subject\":{\"reference\":\"Patient/p\"},\"sender\":{\"reference\":\"Practitioner/nurse\"},"
                     "\"partOf\":[{\"reference\":\"Communication/%s\"}],\"recipient\":[{\"reference\":\"Patient/p\"}],"
                     "\"payload\":[{\"contentString\":\"Rest\"}]}", head);
  assert_status (f, 201);
  fixture_get (f, "account/threads", bo);
  assert_status (f, 200);
  g_assert_cmpstr (f->body, ==, "[]");   /* it is the doctor's now, and closed */
  reply = write_to (f, ana, "HealthcareService/refills", NULL, "Anew");
  fixture_get (f, "account/threads", bo);
  g_assert_nonnull (strstr (f->body, reply));
  g_assert_nonnull (strstr (f->body, "\"state\":\"waiting\""));
  fixture_get (f, "account/threads?of=Practitioner/dr", bo);
  g_assert_cmpstr (f->body, ==, "[]");
  fixture_get (f, "account/threads?of=Communication", bo);
  g_assert_nonnull (strstr (f->body, reply));
  fixture_get (f, "account/threads?of=nonsense", bo);
  assert_status (f, 400);
  fixture_get (f, "account/threads", ana);
  assert_status (f, 403);
  fixture_get (f, "account/threads", desk);
  assert_status (f, 403);
  wait_for_letters (f, 6);   /* three sign-ins, two to the pool, one to the patient */
}

/* Of what there is to read nothing leaves by mail; one a thread in a few minutes; none to who doesn't want it. */
static void
test_mail (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *head = NULL, *other = NULL, *reference = NULL, *to_pool = NULL, *to_ana = NULL, *third = NULL, *signed_in = NULL, *to_doctor = NULL, *fourth = NULL, *last = NULL;
  g_autoptr(JsonObject) answered = NULL, again = NULL, told = NULL;

  signed_in = fixture_letter (f, "mail", "ana@example.org");
  head = write_to (f, ana, "HealthcareService/refills", NULL, "Embarrassing");
  to_pool = fixture_letter (f, "mail", "refills@clinic.example");
  g_assert_nonnull (strstr (to_pool, "A message waits"));
  g_assert_null (strstr (to_pool, "Embarrassing"));
  g_assert_null (strstr (to_pool, "Knee"));
  g_assert_null (strstr (to_pool, "ana"));
  other = write_to (f, ana, "HealthcareService/refills", head, "More");
  reference = g_strconcat ("Communication/", head, NULL);
  answered = work (f, "bo", "reply", reference, "Secret words", NULL, -1);
  again = work (f, "bo", "reply", reference, "More words", NULL, -1);
  to_ana = fixture_letter (f, "mail", "ana@example.org");
  g_assert_nonnull (strstr (to_ana, "You have a new message"));
  g_assert_null (strstr (to_ana, "words"));
  g_assert_null (strstr (to_ana, "Bo"));

  fixture_send_json (f, "POST", "account/messages", ana, "{\"notices\":\"no\"}");
  assert_status (f, 400);
  fixture_send_json (f, "POST", "account/messages", ana, "{\"notices\":false}");
  assert_status (f, 204);
  told = fixture_get_json (f, "account/messages", ana);
  g_assert_false (json_object_get_boolean_member (told, "notices"));
  third = write_to (f, ana, "Practitioner/dr", NULL, "Another");
  to_doctor = fixture_letter (f, "mail", "staff@example.org");
  g_free (reference);
  reference = g_strconcat ("Communication/", third, NULL);
  json_object_unref (again);
  again = work (f, "doctor", "reply", reference, "Quietly", NULL, -1);
  fourth = write_to (f, ana, "HealthcareService/refills", NULL, "Last");   /* what comes after it was sent */
  last = fixture_letter (f, "mail", "refills@clinic.example");
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, 0);
}

/* By what they hold, not by what they say. */
static void
test_attachments (void)
{
#define BYTES(text) text, sizeof text - 1
  static const struct { const char *type, *data; gsize length; guint status; const char *detail; } cases[] = {
    { "image/png", BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2"), 201, NULL },
    { "image/jpeg", BYTES ("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"), 201, NULL },
    { "image/webp", BYTES ("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\1\0\x9d\1\x2a"), 201, NULL },
    { "application/pdf", BYTES ("%PDF-1.4\n1 0 obj\n"), 201, NULL },
    { "text/plain; charset=utf-8", BYTES ("Grüße, my diary\n110 95 102\n"), 201, NULL },
    { "text/plain", BYTES ("day,sugar\n1,110\n2,95\n"), 201, NULL },
    { "Text/Plain", BYTES ("x"), 201, NULL },
    { "text/plain", BYTES (""), 201, NULL },
    { "image/png", BYTES ("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"), 422, "content" },
    { "image/png", BYTES ("words"), 422, "content" },
    { "image/jpeg", BYTES (""), 422, "content" },
    { "application/pdf", BYTES ("\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0"), 422, "content" },
    { "text/plain", BYTES ("<!DOCTYPE html><html><script>alert(1)</script></html>"), 422, "content" },
    { "text/plain", BYTES ("#!/bin/sh\nrm -rf /\n"), 422, "content" },
    { "text/plain", BYTES ("one\0two"), 422, "content" },
    { "text/plain", BYTES ("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"), 422, "content" },
    { "text/plain", BYTES ("\xff\xfe\xfd"), 422, "content" },
    { "text/html", BYTES ("<html></html>"), 415, "type" },
    { "image/svg+xml", BYTES ("<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "type" },
    { "application/zip", BYTES ("PK\3\4"), 415, "type" },
  };
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *bo = fixture_token (f, "bo");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_uuid_string_random (), *detail = g_strdup_printf ("\"code\":\"%s\"}]}", cases[i].detail);

      upload (f, ana, id, cases[i].type, cases[i].data, cases[i].length);
      if (f->status != cases[i].status || (f->status >= 400 && strstr (f->body, detail) == NULL))
        g_error ("%u: %s: %u: %s", i, cases[i].type, f->status, f->body);
      if (f->status == 201)
        upload (f, ana, id, cases[i].type, cases[i].data, cases[i].length);
      if (cases[i].status == 201)
        assert_status (f, 200);
      if (cases[i].length > 0)   /* in JSON it is the same */
        {
          g_autofree char *data = g_base64_encode ((const guchar *) cases[i].data, cases[i].length);
          g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"Binary\",\"contentType\":\"%s\",\"data\":\"%s\","
                                                   "\"securityContext\":{\"reference\":\"Patient/p\"}}", cases[i].type, data);

          fixture_put (f, "POST", "fhir/Binary", ana, FHIR, body, NULL, NULL);
          assert_status (f, cases[i].status);
        }
    }
  fixture_put (f, "POST", "fhir/Binary", bo, FHIR, "{\"resourceType\":\"Binary\",\"contentType\":\"application/zip\",\"data\":\"UEsDBA==\","
               "\"securityContext\":{\"reference\":\"Patient/p\"}}", NULL, NULL);
  assert_status (f, 201);   /* what the clinic keeps is for the clinic to say */
}

typedef struct
{
  gint64 before;
  guint  n;
} Sweep;

static gpointer
sweep_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Sweep *sweep = data;

  return GINT_TO_POINTER (portal_attachment_sweep (db, sweep->before, &sweep->n, error));
}

static gpointer
count_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_scalar (db, "SELECT count(*) FROM content", data, error));
}

static guint
sweep (Fixture *f, gint64 before)
{
  g_autoptr(GError) error = NULL;
  Sweep sweep = { before };

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), sweep_on_writer, &sweep, &error);
  g_assert_no_error (error);
  return sweep.n;
}

/* What no message came for goes after its time; what one points at stays. */
static void
test_orphans (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *large = g_strnfill (300000, 'x'), *more = NULL;
  g_autofree char *sent = g_uuid_string_random (), *lost = g_uuid_string_random (), *small = g_uuid_string_random ();
  g_autofree char *sent_path = g_strconcat ("fhir/Binary/", sent, NULL), *lost_path = g_strconcat ("fhir/Binary/", lost, NULL);
  gint64 now = g_get_real_time () / 1000, count = 0;

  upload (f, ana, sent, "text/plain", large, 300000);
  upload (f, ana, lost, "text/plain", large, 299999);
  upload (f, ana, small, "text/plain", "x", 1);
  assert_status (f, 201);
  more = g_strdup_printf (",\"payload\":[{\"contentAttachment\":{\"contentType\":\"text/plain\",\"url\":\"Binary/%s\"}}]", sent);
  post (f, ana, "p", more);
  assert_status (f, 201);
  g_assert_cmpuint (sweep (f, now - 7 * 86400000), ==, 0);
  fixture_get (f, lost_path, ana);
  assert_status (f, 200);
  g_assert_cmpuint (sweep (f, now + 86400000), ==, 2);
  fixture_get (f, lost_path, ana);
  g_assert_cmpuint (f->status, >=, 404);
  fixture_get (f, sent_path, ana);
  assert_status (f, 200);
  g_assert_cmpuint (f->length, ==, 300000);
  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), count_on_writer, &count, NULL);
  g_assert_cmpint (count, ==, 1);
  g_assert_cmpuint (sweep (f, now + 86400000), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/told", test_told);
  g_test_add_func ("/messages/refused", test_refused);
  g_test_add_func ("/messages/words", test_words);
  g_test_add_func ("/messages/limits", test_limits);
  g_test_add_func ("/messages/bundle", test_bundle);
  g_test_add_func ("/messages/thread", test_thread);
  g_test_add_func ("/messages/order", test_order);
  g_test_add_func ("/messages/roles", test_roles);
  g_test_add_func ("/messages/front-desk", test_front_desk);
  g_test_add_func ("/messages/over-http", test_over_http);
  g_test_add_func ("/messages/mail", test_mail);
  g_test_add_func ("/messages/attachments", test_attachments);
  g_test_add_func ("/messages/orphans", test_orphans);
  return g_test_run ();
}
