/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log: what becomes a row, and which changes to it are found (portal-audit, portal-audit-call, portal-audit-event,
 * portal-audit-verify, portal-store-audit). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "server/audit/portal-audit.h"

#define RECORD "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Quince\"}]}}," \
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}," \
               "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\",\"valueString\":\"Xylophone\"," \
               "\"subject\":{\"reference\":\"Patient/p\"}}}]}"

static Fixture *
open_clinic (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  fixture_add (f, "ana", "p");
  fixture_add (f, "ben", "q");
  fixture_start (f);
  return f;
}

static CairnDatabase *
log_of (Fixture *f)
{
  return portal_store_get_audit (portal_get_store (f->portal));
}

static gboolean
collect (const char *line, gpointer data)
{
  g_string_append (data, line);
  return TRUE;
}

/* The log as `audit export` prints it. */
static char *
export (Fixture *f)
{
  GString *text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (portal_audit_export (log_of (f), collect, text, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

/* What the last row says. */
static JsonObject *
last_event (Fixture *f)
{
  g_autofree char *text = export (f), *row = NULL;
  g_auto(GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_autoptr(JsonParser) parser = json_parser_new ();

  g_assert_cmpuint (g_strv_length (lines), >, 0);
  g_assert_true (json_parser_load_from_data (parser, lines[g_strv_length (lines) - 1], -1, NULL));
  row = g_strdup (fixture_text (json_node_get_object (json_parser_get_root (parser)), "data"));
  g_assert_true (json_parser_load_from_data (parser, row, -1, NULL));
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static void
assert_event (Fixture *f, const char *action, const char *patient, const char *type, const char *id, const char *query,
              guint outcome)
{
  g_autoptr(JsonObject) event = last_event (f);

  g_assert_cmpstr (fixture_text (event, "action"), ==, action);
  g_assert_cmpstr (fixture_text (event, "patient"), ==, patient);
  g_assert_cmpstr (fixture_text (event, "type"), ==, type);
  g_assert_cmpstr (fixture_text (event, "id"), ==, id);
  g_assert_cmpstr (fixture_text (event, "query"), ==, query);
  g_assert_cmpint (json_object_get_int_member (event, "outcome"), ==, outcome);
  g_assert_cmpstr (fixture_text (event, "address"), ==, "127.0.0.1");
  g_assert_nonnull (fixture_text (event, "time"));
}

static void
test_rows (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *verifier = cairn_pkce_verifier_new (), *token = NULL, *all = NULL, *none = NULL;

  none = fixture_challenge (f, verifier, "ana", "not her password");
  assert_event (f, "sign-in", "p", NULL, NULL, NULL, 400);
  token = fixture_token (f, "ana");
  assert_event (f, "token", "p", NULL, NULL, NULL, 200);
  fixture_get (f, "fhir/Observation/o", token);
  assert_event (f, "read", "p", "Observation", "o", NULL, 200);
  fixture_get (f, "fhir/Observation/o/_history/1", token);
  assert_event (f, "vread", "p", "Observation", "o", NULL, 200);
  fixture_get (f, "fhir/Observation?patient=p&_count=5&Xylophone=1", token);
  assert_event (f, "search-type", "p", "Observation", NULL, "patient&_count&?", 200);
  fixture_post (f, "fhir/Observation/_search", token, "patient=p&_lastUpdated=ge2020");
  assert_event (f, "search-type", "p", "Observation", NULL, "patient&_lastUpdated", 200);
  fixture_get (f, "fhir/Patient/p/Observation", token);
  assert_event (f, "search-type", "p", "Observation", NULL, NULL, 200);
  fixture_get (f, "fhir/Observation/_history", token);
  assert_event (f, "history-type", "p", "Observation", NULL, NULL, 200);
  fixture_get (f, "fhir/Observation/o/_history", token);
  assert_event (f, "history-instance", "p", "Observation", "o", NULL, 200);
  fixture_get (f, "fhir/Patient/q", token);
  assert_event (f, "read", "p", "Patient", "q", NULL, 404);
  fixture_get (f, "fhir/Patient/p", "made-up");
  assert_event (f, "read", NULL, "Patient", "p", NULL, 401);
  fixture_get (f, "fhir/Quince/Xylophone", token);
  assert_event (f, "read", "p", NULL, NULL, NULL, 404);
  fixture_post (f, "auth/token", NULL, "grant_type=refresh_token&client_id=cairn&refresh_token=Xylophone");
  assert_event (f, "token", NULL, NULL, NULL, NULL, 400);
  all = export (f);
  g_assert_null (strstr (all, "Xylophone"));
  g_assert_null (strstr (all, "Quince"));
  g_assert_null (strstr (all, token));
}

/* What was made is named, though its address didn't. */
static void
test_create (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *token = NULL;
  g_autoptr(JsonObject) made = NULL;

  f->scope = "launch/patient%20offline_access%20patient/*.rs%20patient/Communication.cu";
  token = fixture_token (f, "ana");
  fixture_put (f, "POST", "fhir/Communication", token, "application/fhir+json",
               "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":{\"reference\":"
               "\"Patient/p\"},\"sender\":{\"reference\":\"Patient/p\"},"
               "\"payload\":[{\"contentString\":\"Xylophone\"}]}", NULL, NULL);
  assert_status (f, 201);
  made = fixture_json (f);
  assert_event (f, "create", "p", "Communication", fixture_text (made, "id"), NULL, 201);
}

static gboolean
is_good (Fixture *f, gint64 *bad)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  gboolean ok;
  g_autofree char *text = portal_audit_verify (log_of (f), &ok, &error);
  JsonObject *report;

  g_assert_no_error (error);
  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  report = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_boolean_member (report, "ok"), ==, ok);
  g_assert_cmpint (json_object_get_null_member (report, "first_bad"), ==, ok);
  if (!ok)
    *bad = json_object_get_int_member (json_object_get_object_member (report, "first_bad"), "row");
  return ok;
}

static gpointer
run_sql (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, data, error));
}

/* Each change on a log of its own. */
static void
test_tampering (void)
{
  static const struct
  {
    const char *sql;
    gint64      bad;
  } changes[] = {
    { "UPDATE audit SET data = replace (data, '200', '404') WHERE n = 4", 4 },
    { "UPDATE audit SET patient = 'q' WHERE n = 5", 5 },
    { "UPDATE audit SET hash = prev WHERE n = 3", 3 },
    { "DELETE FROM audit WHERE n = 1", 2 },
    { "DELETE FROM audit WHERE n = 4", 5 },
    { "DELETE FROM audit WHERE n = (SELECT max (n) FROM audit)", 7 },
    { "DELETE FROM audit WHERE n > 2; UPDATE audit_head SET n = 2", 3 },
    { "DELETE FROM audit; DELETE FROM audit_head", 1 },
    { "INSERT INTO audit SELECT max (n) + 1, chain_id, max (seq) + 1, hash, hash, patient, data FROM audit", 8 },
    { "INSERT INTO audit SELECT max (n) + 1, 'other', 1, hash, hash, patient, data FROM audit", 8 },
    { "UPDATE audit SET n = -n WHERE n IN (3, 4); UPDATE audit SET n = 3 WHERE n = -4;"
      "UPDATE audit SET n = 4 WHERE n = -3", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr(Fixture) f = open_clinic ();
      g_autofree char *token = fixture_token (f, "ana");
      g_autoptr(GError) error = NULL;
      gint64 bad = 0;

      for (guint n = 0; n < 5; n++)
        fixture_get (f, "fhir/Observation/o", token);
      g_assert_true (is_good (f, &bad));
      /* The database itself refuses */
      if (g_str_has_prefix (changes[i].sql, "UPDATE") || g_str_has_prefix (changes[i].sql, "DELETE"))
        g_assert_null (cairn_database_run (log_of (f), run_sql, (gpointer) changes[i].sql, &error));
      g_clear_error (&error);
      cairn_database_run (log_of (f), run_sql, (gpointer) "DROP TRIGGER audit_keep; DROP TRIGGER audit_same", &error);
      g_assert_no_error (error);
      cairn_database_run (log_of (f), run_sql, (gpointer) changes[i].sql, &error);
      g_assert_no_error (error);
      if (is_good (f, &bad))
        g_error ("not found: %s", changes[i].sql);
      g_assert_cmpint (bad, ==, changes[i].bad);
    }
}

/* A start, a chain; the next one holds on to the one before. */
static void
test_chains (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autoptr(GError) error = NULL;
  gint64 bad;

  for (guint start = 1; start <= 3; start++)
    {
      g_autofree char *token = fixture_token (f, "ana"), *text = NULL;
      g_autofree char *wanted = g_strdup_printf ("{\"chains\":%u,\"rows\":%u,\"ok\":true,\"first_bad\":null}", start,
                                                 start * 2);
      gboolean ok;

      text = portal_audit_verify (log_of (f), &ok, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, wanted);
      portal_stop (f->portal);
      fixture_start (f);
    }
  g_assert_true (is_good (f, &bad));
}

/* Two at once grow one log. */
static void
test_two_writers (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autoptr(PortalAudit) other = portal_audit_new (log_of (f));
  g_autofree char *token = fixture_token (f, "ana");
  PortalEvent event = { .time = 0, .action = "import", .outcome = 200 };
  g_autoptr(GError) error = NULL;
  gint64 bad;

  for (guint i = 0; i < 5; i++)
    {
      fixture_get (f, "fhir/Observation/o", token);
      g_assert_true (portal_audit_write (other, &event, 1, &error));
      g_assert_no_error (error);
    }
  g_assert_true (is_good (f, &bad));
}

/* The patient's own rows, newest first, a page at a time; nobody else's. */
static void
test_events (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = NULL, *ben = NULL, *next = NULL, *url = NULL;
  g_autoptr(JsonObject) page = NULL, second = NULL, none = NULL, one = NULL;
  JsonObject *event;

  ana = fixture_token (f, "ana");
  ben = fixture_token (f, "ben");
  for (guint i = 0; i < 5; i++)
    fixture_get (f, "fhir/Observation/o", ana);
  fixture_get (f, "fhir/Observation/o", ben);
  page = fixture_get_json (f, "fhir/AuditEvent?patient=Patient/p&_count=3", ana);
  g_assert_cmpuint (fixture_n_entries (page), ==, 3);
  event = json_object_get_object_member (
    json_array_get_object_element (json_object_get_array_member (page, "entry"), 0), "resource");
  g_assert_cmpstr (fixture_text (event, "resourceType"), ==, "AuditEvent");
  g_assert_cmpstr (fixture_text (event, "action"), ==, "R");
  g_assert_cmpstr (fixture_text (event, "outcome"), ==, "0");
  g_assert_nonnull (fixture_text (event, "recorded"));
  g_assert_nonnull (strstr (f->body, "Observation/o"));
  next = fixture_next (f, page);
  second = fixture_get_json (f, next, ana);
  g_assert_cmpuint (fixture_n_entries (second), ==, 3);
  fixture_get (f, next, ben);
  assert_status (f, 400);
  none = fixture_get_json (f, "fhir/AuditEvent?patient=p", ben);
  g_assert_cmpuint (fixture_n_entries (none), ==, 0);
  url = g_strconcat ("fhir/AuditEvent/", fixture_text (event, "id"), NULL);
  one = fixture_get_json (f, url, ana);
  g_assert_cmpstr (fixture_text (one, "id"), ==, fixture_text (event, "id"));
  fixture_get (f, url, ben);
  assert_status (f, 404);
  fixture_get (f, "fhir/AuditEvent/log.999999", ana);
  assert_status (f, 404);
  fixture_get (f, "fhir/AuditEvent?patient=p", NULL);
  assert_status (f, 401);
  /* What syncs the compartment doesn't grow it by doing so */
  g_clear_pointer (&none, json_object_unref);
  none = fixture_get_json (f, "fhir/Patient/p/AuditEvent", ana);
  g_assert_cmpuint (fixture_n_entries (none), ==, 0);
}

/* A Bundle's row says how many of what, not what they said; a Bundle that is refused, too. */
static void
test_bundle (void)
{
  static const char bundle[] = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":["
                               "{\"request\":{\"method\":\"GET\",\"url\":\"Observation?patient=p&code=Xylophone\"}},"
                               "{\"request\":{\"method\":\"GET\",\"url\":\"Observation/o\"}},"
                               "{\"request\":{\"method\":\"POST\",\"url\":\"Task\"},\"resource\":{\"resourceType\":\"Task\"}},"
                               "{\"request\":{\"method\":\"GET\",\"url\":\"Quince/1\"}},{\"request\":{\"method\":\"Quince\"}}]}";
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *ana = fixture_token (f, "ana"), *text = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *body = g_strdup_printf (bundle, i == 0 ? "batch" : "transaction");
      g_autoptr(JsonObject) event = NULL;

      fixture_put (f, "POST", "fhir", ana, "application/fhir+json", body, NULL, NULL);
      event = last_event (f);
      g_assert_cmpstr (fixture_text (event, "action"), ==, "transaction");
      g_assert_cmpstr (fixture_text (event, "patient"), ==, "p");
      g_assert_cmpstr (fixture_text (event, "entries"), ==, "GET Observation 2, GET other 1, POST Task 1, other other 1");
    }
  fixture_get (f, "fhir/AuditEvent?patient=p&_count=1", ana);
  g_assert_nonnull (strstr (f->body, "GET Observation 2"));
  text = export (f);
  g_assert_null (strstr (text, "Quince"));
  g_assert_null (strstr (text, "Xylophone"));
}

/* An administrator reads everybody's, other staff nobody's; what staff read is in the patient's. */
static void
test_staff (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *admin = NULL, *doctor = NULL, *ana = NULL;
  g_autoptr(JsonObject) log = NULL, none = NULL, report = NULL;

  report = fixture_load (f, "{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}");
  fixture_add_staff (f, "admin", "dr", "administrator");
  fixture_add_staff (f, "doctor", "dr", "clinician");
  admin = fixture_token (f, "admin");
  doctor = fixture_token (f, "doctor");
  ana = fixture_token (f, "ana");
  fixture_get (f, "fhir/Observation/o", doctor);
  assert_event (f, "read", "p", "Observation", "o", NULL, 200);
  log = fixture_get_json (f, "fhir/AuditEvent?patient=p", admin);
  g_assert_cmpuint (fixture_n_entries (log), ==, 3);   /* a read, the patient's sign-in with its token */
  g_assert_nonnull (strstr (f->body, "Practitioner/dr"));
  none = fixture_get_json (f, "fhir/AuditEvent?patient=p", doctor);
  g_assert_cmpuint (fixture_n_entries (none), ==, 0);
  fixture_get (f, "fhir/AuditEvent?patient=p", ana);
  g_assert_nonnull (strstr (f->body, "\"text\":\"administrator\""));
  g_assert_nonnull (strstr (f->body, "\"text\":\"clinician\""));
}

static void
count_cb (SoupSession *session, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = soup_session_send_and_read_finish (session, result, &error);

  g_assert_no_error (error);
  (*(guint *) data)--;
}

/* Many at once: every answer has its row. */
static void
test_burst (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *token = fixture_token (f, "ana"), *bearer = g_strconcat ("Bearer ", token, NULL), *text = NULL;
  g_autofree char *url = g_strconcat (portal_get_fhir_url (f->portal), "/Observation/o", NULL);
  g_autoptr(SoupSession) session = soup_session_new_with_options ("max-conns", 40, "max-conns-per-host", 40, NULL);
  guint waiting = 300, rows = 0;
  gint64 bad;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr(SoupMessage) message = soup_message_new ("GET", url);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
      soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, (GAsyncReadyCallback) count_cb,
                                        &waiting);
    }
  while (waiting > 0)
    g_main_context_iteration (NULL, TRUE);
  text = export (f);
  for (const char *at = text; (at = strstr (at, "\\\"action\\\":\\\"read\\\"")) != NULL; at++)
    rows++;
  g_assert_cmpuint (rows, ==, 300);
  g_assert_true (is_good (f, &bad));
}

/* A row that can't be written: nothing leaves. */
static void
test_no_row_no_answer (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *token = fixture_token (f, "ana");
  g_autoptr(GError) error = NULL;

  cairn_database_run (log_of (f), run_sql, (gpointer) "ALTER TABLE audit RENAME TO lost", &error);
  g_assert_no_error (error);
  g_test_expect_message ("cairn-portal", G_LOG_LEVEL_MESSAGE, "A request failed:*");
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 500);
  g_assert_null (strstr (f->body, "Xylophone"));
  g_assert_null (soup_message_headers_get_one (f->headers, "ETag"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit/rows", test_rows);
  g_test_add_func ("/audit/create", test_create);
  g_test_add_func ("/audit/tampering", test_tampering);
  g_test_add_func ("/audit/chains", test_chains);
  g_test_add_func ("/audit/two-writers", test_two_writers);
  g_test_add_func ("/audit/burst", test_burst);
  g_test_add_func ("/audit/events", test_events);
  g_test_add_func ("/audit/bundle", test_bundle);
  g_test_add_func ("/audit/staff", test_staff);
  g_test_add_func ("/audit/no-row-no-answer", test_no_row_no_answer);
  return g_test_run ();
}
