/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole runs: cairn-sync.c over cairn-sync-run.c, cairn-sync-news.c and cairn-sync-job.c. */
#include "client-test.h"
#include "fault-server.h"

#include "client/cairn-records.h"
#include "client/sync/cairn-sync-private.h"
#include "common/cairn-error.h"

#include <string.h>

static CairnSyncCounts *
counts_of (CairnSyncReport *report, const char *type)
{
  CairnSyncCounts *counts = g_hash_table_lookup (report->types, type);

  g_assert_nonnull (counts);
  return counts;
}

static void
assert_complete (CairnSyncReport *report)
{
  GHashTableIter iter;
  gpointer type, counts;

  g_assert_no_error (report->error);
  g_hash_table_iter_init (&iter, report->types);
  while (g_hash_table_iter_next (&iter, &type, &counts))
    g_assert_no_error (((CairnSyncCounts *) counts)->error);
  g_assert_cmpint (report->result, ==, CAIRN_SYNC_COMPLETE);
}

/* First, nothing new, a change, a new one, a deletion: against the real portal. */
static void
test_portal (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *many = clinic_observations (0, 250, "final");
  g_autofree char *changed = clinic_observations (7, 1, "amended");
  g_autofree char *more = clinic_observations (250, 1, "final");
  CairnSession *session;

  clinic_load (clinic, many);
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\",\"name\":[{\"text\":\"Dr. Amy Shaw\"}]}},"
               "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"other\"}},"
               "{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},"
               "\"subject\":{\"reference\":\"Patient/pat-1\"},\"participant\":[{\"individual\":{\"reference\":\"Practitioner/dr\"}},"
               "{\"individual\":{\"reference\":\"Practitioner/nobody\"}}]}}");
  session = clinic_sign_in (clinic, FALSE);
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Observation")->stored, ==, 250);
    g_assert_cmpint (clinic_count (session, "Observation"), ==, 250);
    g_assert_cmpint (clinic_count (session, "Practitioner"), ==, 1);   /* only who is referred to */
    g_assert_cmpstr (cairn_session_get_patient_birth_date (session), ==, NULL);
    g_assert_cmpint (cairn_sync_get_last_sync (cairn_session_get_sync (session)), >, 0);
  }
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Observation")->stored, ==, 0);
    g_assert_cmpstr (cairn_session_get_patient_name (session), ==, "Anna Berg");
  }
  clinic_load (clinic, changed);
  clinic_load (clinic, more);
  clinic_load (clinic, "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/obs-8\"}}");
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Observation")->stored, ==, 2);
    g_assert_cmpuint (counts_of (report, "Observation")->deleted, ==, 1);
    g_assert_cmpint (clinic_count (session, "Observation"), ==, 250);
  }
  clinic_sign_out (session);
  client_test_finalize (session);
}

static gpointer
forget_overlap (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_exec (connection, "UPDATE sync_state SET since = since + 301000", error);
  return NULL;
}

/* What was written in the last minutes before a sync is asked for twice, clocks being what they are. Here it's a second
 * that has passed: the server's clock may come in whole ones. */
static void
let_time_pass (CairnSession *session)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (cairn_session_get_database (session, FALSE, NULL), forget_overlap, NULL, &error);
  g_assert_no_error (error);
  g_usleep (1100 * G_TIME_SPAN_MILLISECOND);
}

/* When nothing is new one request says so, and when something is only its type is asked for. */
static void
test_news (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *many = clinic_observations (0, 20, "final");
  g_autofree char *changed = clinic_observations (7, 1, "amended");
  CairnSession *session;
  guint64 first, whole;

  clinic_load (clinic, many);
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\",\"name\":[{\"text\":\"Dr. Amy Shaw\"}]}},"
               "{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},"
               "\"subject\":{\"reference\":\"Patient/pat-1\"},\"participant\":[{\"individual\":{\"reference\":\"Practitioner/dr\"}}]}}");
  session = clinic_sign_in (clinic, FALSE);
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    first = report->requests;
  }
  let_time_pass (session);
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    whole = g_hash_table_size (report->types);
    g_assert_cmpuint (counts_of (report, "Observation")->received, ==, 0);
    g_assert_cmpuint (counts_of (report, "Practitioner")->received, ==, 0);
    g_assert_cmpuint (whole, >, 20);
    g_assert_cmpuint (first, >=, whole);
    g_assert_cmpuint (report->requests, <=, 3);
  }
  clinic_load (clinic, changed);
  clinic_load (clinic, "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/obs-8\"}}");
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Observation")->stored, ==, 1);
    g_assert_cmpuint (counts_of (report, "Observation")->deleted, ==, 1);
    g_assert_cmpuint (g_hash_table_size (report->types), ==, whole);
    g_assert_cmpuint (report->requests, <=, 5);
    g_assert_cmpint (clinic_count (session, "Observation"), ==, 19);
  }
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\",\"name\":[{\"text\":\"Dr. Amy Shaw-Hill\"}]}}");
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Practitioner")->stored, ==, 1);
  }
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
test_cancelled (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) second = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnSync *sync = cairn_session_get_sync (session);

  g_cancellable_cancel (cancellable);
  cairn_sync_start_async (sync, cancellable, client_test_done, &result);
  g_assert_null (cairn_sync_start_finish (sync, client_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);

  cairn_sync_start_async (sync, NULL, client_test_done, &result);
  g_assert_true (cairn_sync_get_running (sync));
  cairn_sync_start_async (sync, NULL, client_test_done, &second);   /* one at a time */
  g_assert_null (cairn_sync_start_finish (sync, client_test_wait (&second), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE);
  cairn_sync_cancel (sync);
  report = cairn_sync_start_finish (sync, client_test_wait (&result), NULL);
  g_assert_nonnull (report);
  g_assert_error (report->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (cairn_sync_get_running (sync));
  clinic_sign_out (session);
  client_test_finalize (session);
}

static guint cancelling;

static gboolean
cancel_cb (gpointer data)
{
  cancelling = 0;
  cairn_sync_cancel (CAIRN_SYNC (data));
  return G_SOURCE_REMOVE;
}

/* Cancelled at any moment of a first sync, which then goes on where it was. */
static void
test_cancelled_anywhere (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *many = clinic_observations (0, 250, "final");
  CairnSession *session;
  guint n_cut = 0;

  clinic_load (clinic, many);
  for (guint i = 0; i < (g_test_thorough () ? 400 : 12); i++)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(CairnSyncReport) cut = NULL;
      g_autoptr(CairnSyncReport) whole = NULL;

      session = clinic_sign_in (clinic, FALSE);
      cairn_sync_start_async (cairn_session_get_sync (session), NULL, client_test_done, &result);
      cancelling = g_timeout_add ((guint) g_test_rand_int_range (0, 60), cancel_cb, cairn_session_get_sync (session));
      cut = cairn_sync_start_finish (cairn_session_get_sync (session), client_test_wait (&result), NULL);
      g_clear_handle_id (&cancelling, g_source_remove);
      if (cut->error != NULL)
        g_assert_error (cut->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      n_cut += cut->error != NULL;
      if (i % 4 == 0)
        {
          whole = clinic_sync (session);
          assert_complete (whole);
          g_assert_cmpint (clinic_count (session, "Observation"), ==, 250);
        }
      clinic_sign_out (session);
      client_test_finalize (session);
    }
  g_test_message ("%u of them cut", n_cut);
}

/* What the fault server is to do */
typedef struct
{
  const char *fault;
  guint       n_observations;   /* requests for them */
  gboolean    heal;
  guint       n_gone;           /* of the first page's entries */
} Script;

static char *
entries (guint from, guint n)
{
  return clinic_observations (from, n, "final");
}

static void
answer_observations (FaultServer *server, SoupServerMessage *message, GHashTable *query, Script *script)
{
  const char *page = query != NULL ? g_hash_table_lookup (query, "page") : NULL;
  g_autofree char *first = entries (script->n_gone, 2 - script->n_gone);
  g_autofree char *second = entries (2, 2);
  g_autofree char *next = g_strconcat (server->root, "fhir/Observation?page=2", NULL);
  guint n = ++script->n_observations;

  if (script->heal)
    fault_server_bundle (message, page == NULL ? first : second, page == NULL ? next : NULL);
  else if (g_str_equal (script->fault, "elsewhere"))
    fault_server_bundle (message, first, "http://127.0.0.1:9/steal?token");
  else if (g_str_equal (script->fault, "loop"))
    fault_server_bundle (message, first, next);
  else if (g_str_equal (script->fault, "broken-page-2") && page != NULL)
    fault_server_answer (message, 200, "application/fhir+json", "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{");
  else if (g_str_equal (script->fault, "html"))
    fault_server_answer (message, 200, "text/html", "<html>");
  else if (g_str_equal (script->fault, "page-gone") && page != NULL && n == 2)
    fault_server_answer (message, 410, "application/fhir+json", "{}");
  else if (g_str_equal (script->fault, "no-compartment-search") && strstr (g_uri_get_path (soup_server_message_get_uri (message)), "/Patient/") != NULL)
    fault_server_answer (message, 404, "application/fhir+json", "{}");
  else if (g_str_equal (script->fault, "401-once") && n == 1)
    fault_server_answer (message, 401, "text/plain", "");
  else if (g_str_equal (script->fault, "401"))
    fault_server_answer (message, 401, "text/plain", "");
  else
    fault_server_bundle (message, page == NULL ? first : second, page == NULL ? next : NULL);
}

static void
answer (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Script *script = data;

  if (strstr (path, "_history") != NULL)
    fault_server_answer (message, 200, "application/fhir+json", "{\"resourceType\":\"Bundle\",\"type\":\"history\"}");
  else if (g_str_has_suffix (path, "Observation"))
    answer_observations (server, message, query, script);
  else
    fault_server_bundle (message, "", NULL);
}

typedef struct
{
  Script        script;
  FaultServer  *server;
  CairnSession *session;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  self->script.fault = data;
  self->server = fault_server_new (answer, &self->script);
  cairn_session_sign_in_async (self->server->root, "anna", "whatever", NULL, FALSE, NULL, client_test_done, &result);
  self->session = cairn_session_sign_in_finish (client_test_wait (&result), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  cairn_session_close (self->session);
  client_test_finalize (self->session);
  fault_server_free (self->server);
}

/* What came stays; the type says what is wrong; once the server is well again everything is there. */
static void
assert_partial (Fixture *self, int code, gint64 n)
{
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (self->session);

    g_assert_cmpint (report->result, ==, CAIRN_SYNC_PARTIAL);
    g_assert_error (counts_of (report, "Observation")->error, CAIRN_ERROR, code);
    g_assert_cmpint (clinic_count (self->session, "Observation"), ==, n);
    g_assert_error (cairn_sync_get_error (cairn_session_get_sync (self->session)), CAIRN_ERROR, code);
  }
  self->script.heal = TRUE;
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (self->session);

    assert_complete (report);
    g_assert_cmpint (clinic_count (self->session, "Observation"), ==, 4);
    g_assert_null (cairn_sync_get_error (cairn_session_get_sync (self->session)));
  }
}

static void
test_elsewhere (Fixture *self, gconstpointer data)
{
  assert_partial (self, CAIRN_ERROR_REJECTED, 2);
}

static void
test_loop (Fixture *self, gconstpointer data)
{
  assert_partial (self, CAIRN_ERROR_BAD_DATA, 2);
}

static void
test_broken_page (Fixture *self, gconstpointer data)
{
  assert_partial (self, CAIRN_ERROR_BAD_DATA, 2);
}

static gboolean
is_read (gpointer data)
{
  return !cairn_records_get_loading (data);
}

static void
assert_missing (Fixture *self, const char *kind, gboolean missing)
{
  const char *const kinds[] = { kind, NULL };
  g_autoptr(CairnRecords) records = cairn_records_new (self->session);

  cairn_records_set_kinds (records, kinds);
  client_test_spin (is_read, records);
  g_assert_cmpint (cairn_records_get_missing (records), ==, missing);
}

/* An empty list is no word of the clinic's when its records were refused. */
static void
test_html (Fixture *self, gconstpointer data)
{
  assert_missing (self, "test-result", FALSE);   /* nobody has asked yet */
  cairn_sync_report_free (clinic_sync (self->session));
  assert_missing (self, "test-result", TRUE);
  assert_missing (self, "allergy", FALSE);
  assert_partial (self, CAIRN_ERROR_BAD_DATA, 0);
  assert_missing (self, "test-result", FALSE);
}

/* These are got round: the record is whole. */
static void
test_got_round (Fixture *self, gconstpointer data)
{
  g_autoptr(CairnSyncReport) report = clinic_sync (self->session);

  assert_complete (report);
  g_assert_cmpint (clinic_count (self->session, "Observation"), ==, 4);
}

static void
test_token_renewed (Fixture *self, gconstpointer data)
{
  test_got_round (self, data);
  g_assert_cmpuint (self->server->n_tokens, ==, 2);
}

/* A refused fresh token, or a dead grant: the record stays readable and somebody must sign in. */
static void
test_expired (Fixture *self, gconstpointer data)
{
  self->server->refuse_refresh = g_str_equal (data, "401-dead");
  self->script.fault = "401";
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (self->session);

    g_assert_error (report->error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
    g_assert_cmpint (cairn_session_get_state (self->session), ==, CAIRN_SESSION_EXPIRED);
  }
  self->script.heal = TRUE;
  self->server->refuse_refresh = FALSE;
  {
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(CairnSyncReport) report = NULL;
    g_autoptr(GError) error = NULL;

    cairn_session_sign_in_again_async (self->session, "whatever", NULL, NULL, client_test_done, &result);
    g_assert_true (cairn_session_sign_in_again_finish (self->session, client_test_wait (&result), &error));
    g_assert_cmpint (cairn_session_get_state (self->session), ==, CAIRN_SESSION_OPEN);
    report = clinic_sync (self->session);
    assert_complete (report);
  }
}

/* Without a history, what the server no longer has is found by comparing ids. */
static void
test_compare (void)
{
  Script script = { .fault = "" };
  g_autoptr(FaultServer) server = fault_server_new (answer, &script);
  g_autoptr(GAsyncResult) result = NULL;
  CairnSession *session;

  server->no_history = TRUE;
  server->no_compartment = TRUE;
  cairn_session_sign_in_async (server->root, "anna", "whatever", NULL, FALSE, NULL, client_test_done, &result);
  session = cairn_session_sign_in_finish (client_test_wait (&result), NULL);
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpint (clinic_count (session, "Observation"), ==, 4);
  }
  script.n_gone = 1;
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    assert_complete (report);
    g_assert_cmpuint (counts_of (report, "Observation")->deleted, ==, 1);
    g_assert_cmpint (clinic_count (session, "Observation"), ==, 3);
  }
  cairn_session_close (session);
  client_test_finalize (session);
}

#define add_fault(name, func) g_test_add ("/client/sync/" name, Fixture, name, set_up, func, tear_down)

static void
add (void)
{
  g_test_add_func ("/client/sync/portal", test_portal);
  g_test_add_func ("/client/sync/news", test_news);
  g_test_add_func ("/client/sync/cancelled", test_cancelled);
  g_test_add_func ("/client/sync/cancelled-anywhere", test_cancelled_anywhere);
  g_test_add_func ("/client/sync/compare", test_compare);
  add_fault ("elsewhere", test_elsewhere);
  add_fault ("loop", test_loop);
  add_fault ("broken-page-2", test_broken_page);
  add_fault ("html", test_html);
  add_fault ("page-gone", test_got_round);
  add_fault ("no-compartment-search", test_got_round);
  add_fault ("401-once", test_token_renewed);
  add_fault ("401", test_expired);
  add_fault ("401-dead", test_expired);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
