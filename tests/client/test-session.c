/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From signing in (cairn-session-open.c) over locking (cairn-session-idle.c) to signing out. */
/* A session, cairn-session-left.c, and cairn-home.c and cairn-home-more.c. */
#include "client-test.h"

#include "client/cairn-left.h"
#include "client/account/cairn-keyring.h"
#include "client/account/cairn-lock.h"
#include "client/outbox/cairn-outbox-file.h"
#include "client/account/cairn-paths.h"
#include "client/net/cairn-revoke.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
unlock (CairnSession *session, const char *password, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_unlock_async (session, password, NULL, client_test_done, &result);
  return cairn_session_unlock_finish (session, client_test_wait (&result), error);
}

static gboolean
exists (const char *base, CairnAccount *account, const char *file)
{
  g_autofree char *path = g_build_filename (base, "cairn", cairn_account_get_name (account), file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static CairnSession *
try_sign_in (const char *address, const char *username, const char *password, GCancellable *cancellable, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_sign_in_async (address, username, password, NULL, TRUE, cancellable, client_test_done, &result);
  return cairn_session_sign_in_finish (client_test_wait (&result), error);
}

static void
test_sign_in_refused (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *url = g_strdup (portal_get_url (clinic->portal));
  g_autoptr(GError) error = NULL;

  g_assert_null (try_sign_in (url, "anna", "wrong", NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_assert_false (cairn_session_needs_otp (error));
  g_clear_error (&error);
  g_assert_null (try_sign_in (url, "nobody", CLINIC_PASSWORD, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_clear_error (&error);
  g_assert_null (try_sign_in ("not an address", "anna", CLINIC_PASSWORD, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_null (try_sign_in (url, "anna", CLINIC_PASSWORD, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_cancellable_reset (cancellable);
  cairn_session_sign_in_async (url, "anna", CLINIC_PASSWORD, NULL, TRUE, cancellable, client_test_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (cairn_session_sign_in_finish (client_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  clinic_stop (clinic);
  g_assert_null (try_sign_in (url, "anna", CLINIC_PASSWORD, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
}

static gboolean
try_find (const char *address, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_find_async (address, NULL, client_test_done, &result);
  return cairn_session_find_finish (client_test_wait (&result), error);
}

static void
test_find (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *url = g_strdup (portal_get_url (clinic->portal));
  g_autofree char *elsewhere = g_strconcat (url, "/elsewhere", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (try_find (url, &error));
  g_assert_no_error (error);
  g_assert_false (try_find (elsewhere, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL);
  g_clear_error (&error);
  g_assert_false (try_find ("ftp://127.0.0.1", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_clear_error (&error);
  clinic_stop (clinic);
  g_assert_false (try_find (url, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
}

/* Sign in, sync, close, open offline, sign out: then nothing readable is left. */
static void
test_kept (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(CairnAccount) account = NULL;
  g_autofree char *observations = clinic_observations (0, 3, "final");
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  clinic_load (clinic, observations);
  session = clinic_sign_in (clinic, TRUE);
  account = g_object_ref (cairn_session_get_account (session));
  g_assert_true (cairn_session_get_remembered (session));
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_OPEN);
  cairn_sync_report_free (clinic_sync (session));
  cairn_session_close (session);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_CLOSED);
  client_test_finalize (session);

  clinic_stop (clinic);
  g_assert_true (cairn_accounts_reload (accounts, &error));
  g_assert_nonnull (cairn_accounts_lookup (accounts, cairn_account_get_name (account)));
  session = clinic_open (account, &error);
  g_assert_no_error (error);
  g_assert_cmpint (clinic_count (session, "Observation"), ==, 3);
  g_assert_cmpstr (cairn_session_get_patient_name (session), ==, "Anna Berg");
  g_assert_cmpstr (cairn_session_get_patient_birth_date (session), ==, "1961-04-12");
  g_assert_cmpint (cairn_sync_get_last_sync (cairn_session_get_sync (session)), >, 0);
  {
    g_autoptr(CairnSyncReport) report = clinic_sync (session);

    g_assert_error (report->error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
    g_assert_false (cairn_session_get_online (session));
    g_assert_true (cairn_account_status_load (cairn_account_get_name (account)).offline);
  }

  clinic_sign_out (session);   /* offline: wiped here, the portal is told later */
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_SIGNED_OUT);
  g_assert_false (exists (g_get_user_cache_dir (), account, "cache.db"));
  g_assert_false (exists (g_get_user_data_dir (), account, "outbox.db"));
  g_assert_false (exists (g_get_user_state_dir (), account, "."));
  g_assert_null (cairn_keyring_lookup (cairn_account_get_name (account), CAIRN_KEYRING_KEYS, NULL));
  g_assert_null (cairn_keyring_lookup (cairn_account_get_name (account), CAIRN_KEYRING_TOKEN, NULL));
  g_assert_true (cairn_accounts_reload (accounts, &error));
  g_assert_null (cairn_accounts_lookup (accounts, cairn_account_get_name (account)));
  client_test_finalize (session);
  g_assert_null (clinic_open (account, &error));   /* it doesn't come back as an empty record */
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
  g_clear_error (&error);
  {
    char *pending = cairn_keyring_lookup ("signed-out", CAIRN_KEYRING_REVOKE, NULL);

    g_assert_nonnull (pending);
    cairn_secret_clear (pending);
  }

  clinic_start (clinic);   /* the next sign-in tells it */
  session = clinic_sign_in (clinic, TRUE);
  g_assert_null (cairn_keyring_lookup ("signed-out", CAIRN_KEYRING_REVOKE, NULL));
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
test_not_kept (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(CairnAccount) account = NULL;
  g_autofree char *folder = NULL;
  CairnSession *session = clinic_sign_in (clinic, FALSE);

  account = g_object_ref (cairn_session_get_account (session));
  g_assert_false (cairn_session_get_remembered (session));
  g_assert_true (cairn_accounts_reload (accounts, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 0);
  cairn_sync_report_free (clinic_sync (session));
  folder = g_build_filename (g_get_user_cache_dir (), "cairn", cairn_account_get_name (account), NULL);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  cairn_session_close (session);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  client_test_finalize (session);
}

static void
test_locked (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccount) account = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, TRUE);

  account = g_object_ref (cairn_session_get_account (session));
  cairn_session_lock (session);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_LOCKED);
  cairn_sync_report_free (clinic_sync (session));   /* sync goes on */
  cairn_session_load_text_async (session, "Patient/pat-1", NULL, client_test_done, &result);
  g_assert_null (cairn_session_load_text_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_LOCKED);
  g_clear_error (&error);
  g_clear_object (&result);
  cairn_session_close (session);
  client_test_finalize (session);

  session = clinic_open (account, NULL);   /* stays locked */
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_LOCKED);
  g_assert_false (unlock (session, "wrong", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
  g_assert_cmpint (cairn_session_get_unlock_tries (session), ==, -1);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  cairn_session_unlock_async (session, CLINIC_PASSWORD, cancellable, client_test_done, &result);
  g_assert_false (cairn_session_unlock_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);
  g_assert_true (unlock (session, CLINIC_PASSWORD, &error));
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_OPEN);

  /* Without the portal: five tries, then only the portal can tell. */
  clinic_stop (clinic);
  cairn_session_lock (session);
  g_assert_true (unlock (session, CLINIC_PASSWORD, &error));
  cairn_session_lock (session);
  for (int i = 0; i < 5; i++)
    {
      g_assert_false (unlock (session, "wrong", &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS);
      g_assert_cmpint (cairn_session_get_unlock_tries (session), ==, 4 - i);
      g_clear_error (&error);
    }
  g_assert_false (unlock (session, CLINIC_PASSWORD, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK);
  g_assert_cmpint (cairn_session_get_unlock_tries (session), ==, 0);
  g_clear_error (&error);
  clinic_start (clinic);
  g_assert_true (unlock (session, CLINIC_PASSWORD, &error));
  clinic_sign_out (session);
  client_test_finalize (session);
}

static gboolean
is_locked (gpointer data)
{
  return cairn_session_get_state (data) == CAIRN_SESSION_LOCKED;
}

/* Locks by itself; a start later than the lock time opens locked, sooner as it was left. */
static void
test_idle (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccount) account = NULL;
  CairnSession *session = clinic_sign_in (clinic, TRUE);
  const char *name;

  account = g_object_ref (cairn_session_get_account (session));
  name = cairn_account_get_name (account);
  cairn_session_set_lock_seconds (session, 1);
  cairn_session_touch (session);
  client_test_spin (is_locked, session);
  g_assert_true (cairn_lock_is_locked (name));
  g_assert_true (unlock (session, CLINIC_PASSWORD, NULL));
  cairn_session_set_lock_seconds (session, 300);
  cairn_session_touch (session);
  cairn_session_close (session);
  client_test_finalize (session);

  session = clinic_open (account, NULL);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_OPEN);
  cairn_session_close (session);
  client_test_finalize (session);

  cairn_lock_set_last_use (name, g_get_real_time () / 1000 - 3600000);
  session = clinic_open (account, NULL);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_LOCKED);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static gboolean
is_open (gpointer data)
{
  return cairn_session_get_state (data) == CAIRN_SESSION_OPEN;
}

static gboolean
is_signed_out (gpointer data)
{
  g_assert_cmpint (cairn_session_get_state (data), !=, CAIRN_SESSION_OPEN);
  return cairn_session_get_state (data) == CAIRN_SESSION_SIGNED_OUT;
}

static void
count_cb (CairnSession *session, gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
is_counted (gpointer data)
{
  return *(guint *) data > 0;
}

/* Two programs with one account: locked and unlocked together, and what one syncs the other shows. */
static void
test_two_programs (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *observations = clinic_observations (0, 3, "final");
  CairnSession *one = clinic_sign_in (clinic, TRUE), *two;
  guint n_changes = 0;

  two = clinic_open (cairn_session_get_account (one), NULL);
  g_signal_connect (two, "changed", G_CALLBACK (count_cb), &n_changes);
  cairn_session_lock (one);
  client_test_spin (is_locked, two);
  g_assert_true (unlock (two, CLINIC_PASSWORD, NULL));
  client_test_spin (is_open, one);

  clinic_load (clinic, observations);
  cairn_sync_report_free (clinic_sync (one));
  client_test_spin (is_counted, &n_changes);
  g_assert_cmpint (clinic_count (two, "Observation"), ==, 3);
  g_assert_cmpint (cairn_sync_get_last_sync (cairn_session_get_sync (two)), ==,
                   cairn_sync_get_last_sync (cairn_session_get_sync (one)));

  cairn_session_lock (two);
  client_test_spin (is_locked, one);
  clinic_sign_out (one);
  client_test_spin (is_signed_out, two);   /* and not unlocked because the lock's file is gone */
  client_test_finalize (two);
  client_test_finalize (one);
}

/* A program that ends in mid-sync: no thread is at work any more, and the next run goes on. */
static void
test_closed_in_sync (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnAccount) account = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  g_autofree char *observations = clinic_observations (0, 300, "final");
  CairnSession *session = clinic_sign_in (clinic, TRUE);

  clinic_load (clinic, observations);
  account = g_object_ref (cairn_session_get_account (session));
  cairn_sync_start_async (cairn_session_get_sync (session), NULL, client_test_done, &result);
  for (guint i = 0; i < 30; i++)
    g_main_context_iteration (NULL, TRUE);
  cairn_session_close (session);
  g_assert_false (cairn_sync_get_running (cairn_session_get_sync (session)));
  g_clear_object (&result);
  client_test_finalize (session);
  session = clinic_open (account, NULL);
  report = clinic_sync (session);
  g_assert_cmpint (report->result, ==, CAIRN_SYNC_COMPLETE);
  g_assert_cmpint (clinic_count (session, "Observation"), ==, 300);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
test_damaged_cache (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccount) account = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, TRUE);

  account = g_object_ref (cairn_session_get_account (session));
  cairn_sync_report_free (clinic_sync (session));
  cairn_session_close (session);
  client_test_finalize (session);
  path = cairn_paths_cache_file (cairn_account_get_name (account), NULL);
  g_assert_true (g_file_set_contents (path, "rubbish rubbish rubbish", -1, NULL));

  session = clinic_open (account, &error);
  g_assert_no_error (error);
  g_assert_true (cairn_session_get_cache_renewed (session));
  g_assert_cmpint (clinic_count (session, "Patient"), ==, 0);
  g_assert_cmpint (cairn_sync_get_last_sync (cairn_session_get_sync (session)), ==, 0);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Patient"), ==, 1);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* An outbox that can't be opened is never thrown away. */
static void
test_outbox_kept_aside (gconstpointer data)
{
  gboolean keyless = GPOINTER_TO_INT (data);
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnAccount) account = NULL;
  g_autofree char *path = NULL;
  g_autofree char *kept = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, TRUE);

  account = g_object_ref (cairn_session_get_account (session));
  cairn_session_close (session);
  client_test_finalize (session);
  path = cairn_paths_outbox_file (cairn_account_get_name (account), NULL);
  if (keyless)
    g_assert_true (cairn_keyring_clear (cairn_account_get_name (account), CAIRN_KEYRING_KEYS, NULL));
  else
    g_assert_true (g_file_set_contents (path, "half a letter to the clinic", -1, NULL));

  session = clinic_open (account, &error);
  g_assert_no_error (error);
  kept = g_strdup (cairn_session_get_outbox_kept_aside (session));
  g_assert_nonnull (kept);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (cairn_session_get_cache_renewed (session), ==, keyless);
  clinic_sign_out (session);
  client_test_finalize (session);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));   /* also after signing out */
  g_assert_cmpint (g_unlink (kept), ==, 0);
  cairn_paths_remove_folders (cairn_account_get_name (account));
}

static gpointer
add_unsent (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_exec (connection, "INSERT INTO outbox (type, identifier, state, created, text)"
                         " VALUES ('Communication', 'urn:uuid:1', 'waiting', 0, '{\"topic\":{\"text\":\"Refill\"}}');"
                         "INSERT INTO draft (thread, words, topic) VALUES ('', 'Half a', 'Itch')", error);
  return NULL;
}

static void
assert_left (const CairnLeft *left, const char *key, const char *topic, CairnLeftState state)
{
  g_assert_cmpstr (left->type, ==, "Communication");
  g_assert_cmpstr (left->key, ==, key);
  g_assert_cmpstr (left->topic, ==, topic);
  g_assert_cmpint (left->state, ==, state);
}

static void
test_unsent (void)
{
  g_autoptr(GAsyncResult) listed = NULL;
  g_autoptr(GPtrArray) left = NULL;
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) counted = NULL;
  g_autoptr(GAsyncResult) discarded = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, TRUE);

  cairn_database_run (cairn_session_get_store (session)->outbox, add_unsent, NULL, &error);
  g_assert_no_error (error);
  cairn_session_count_unsent_async (session, NULL, client_test_done, &counted);
  g_assert_cmpint (cairn_session_count_unsent_finish (session, client_test_wait (&counted), &error), ==, 1);
  cairn_session_list_left_async (session, NULL, client_test_done, &listed);
  left = cairn_session_list_left_finish (session, client_test_wait (&listed), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left->len, ==, 2);
  assert_left (left->pdata[0], NULL, "Refill", CAIRN_LEFT_WAITING);
  assert_left (left->pdata[1], "", "Itch", CAIRN_LEFT_DRAFT);
  cairn_session_sign_out_async (session, FALSE, NULL, client_test_done, &result);
  g_assert_false (cairn_session_sign_out_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_OPEN);
  cairn_session_sign_out_async (session, TRUE, NULL, client_test_done, &discarded);
  g_assert_true (cairn_session_sign_out_finish (session, client_test_wait (&discarded), &error));
  g_clear_object (&result);
  g_clear_object (&counted);
  g_clear_object (&listed);
  g_clear_object (&discarded);
  client_test_finalize (session);
}

static char *
dup_day (int days)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc (), then = g_date_time_add_days (now, days);

  return g_date_time_format (then, "%Y-%m-%d");
}

/* cairn-home-due.c: preventive care that is due, that was done, that is far away; visits that do and don't wait for an answer. */
static void
load_due (Clinic *clinic)
{
  g_autofree char *soon = dup_day (10), *late = dup_day (-30), *far = dup_day (300), *text = NULL;

  text = g_strdup_printf (
    "{\"resource\":{\"resourceType\":\"ImmunizationRecommendation\",\"id\":\"shots\",\"date\":\"%1$s\",\"patient\":{\"reference\":\"Patient/pat-1\"},"
    "\"recommendation\":[{\"vaccineCode\":[{\"text\":\"Flu\"}],\"forecastStatus\":{\"coding\":[{\"code\":\"due\"}]},\"dateCriterion\":["
    "{\"code\":{\"text\":\"Earliest\"},\"value\":\"%3$s\"},{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"30980-7\"}]},"
    "\"value\":\"%1$s\"}]},{\"vaccineCode\":[{\"text\":\"Given\"}],\"forecastStatus\":{\"coding\":[{\"code\":\"complete\"}]},"
    "\"dateCriterion\":[{\"value\":\"%1$s\"}]}]}},"
    "{\"resource\":{\"resourceType\":\"CarePlan\",\"id\":\"plan\",\"status\":\"active\",\"intent\":\"plan\",\"subject\":{\"reference\":\"Patient/pat-1\"},"
    "\"activity\":[{\"detail\":{\"status\":\"not-started\",\"description\":\"Colonoscopy\",\"scheduledPeriod\":{\"start\":\"%2$s\"}}},"
    "{\"detail\":{\"status\":\"not-started\",\"description\":\"Far\",\"scheduledPeriod\":{\"start\":\"%3$s\"}}},"
    "{\"detail\":{\"status\":\"completed\",\"description\":\"Done\",\"scheduledPeriod\":{\"start\":\"%2$s\"}}}]}},"
    "{\"resource\":{\"resourceType\":\"ServiceRequest\",\"id\":\"screen\",\"status\":\"active\",\"intent\":\"order\",\"category\":[{\"coding\":["
    "{\"system\":\"http://snomed.info/sct\",\"code\":\"20135006\"}]}],\"code\":{\"text\":\"Eye screening\"},\"subject\":{\"reference\":\"Patient/pat-1\"},"
    "\"occurrenceDateTime\":\"%1$s\"}},"
    "{\"resource\":{\"resourceType\":\"ServiceRequest\",\"id\":\"test\",\"status\":\"active\",\"intent\":\"order\",\"code\":{\"text\":\"Blood test\"},"
    "\"subject\":{\"reference\":\"Patient/pat-1\"},\"occurrenceDateTime\":\"%1$s\"}},"
    "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"offer\",\"status\":\"pending\",\"description\":\"Offered\",\"start\":\"2199-06-01T10:00:00Z\","
    "\"participant\":[{\"status\":\"needs-action\",\"actor\":{\"reference\":\"Patient/pat-1\"}}]}},"
    "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"asked\",\"status\":\"proposed\",\"description\":\"Asked for\","
    "\"start\":\"2199-06-02T10:00:00Z\",\"participant\":[{\"status\":\"accepted\",\"actor\":{\"reference\":\"Patient/pat-1\"}},"
    "{\"status\":\"needs-action\",\"actor\":{\"reference\":\"Practitioner/dr\"}}]}}", soon, late, far);
  clinic_load (clinic, text);
}

/* Medicines with and without a supply, things to do that are and aren't the patient's. */
static void
load_lines (Clinic *clinic)
{
  static const char *const medicines[] = { "long", "short", "unknown", "stopped" };
  static const char *const tasks[][3] = {
    { "later", "requested", "Patient/pat-1" }, { "sooner", "ready", "Patient/pat-1" }, { "done", "completed", "Patient/pat-1" },
    { "theirs", "requested", "Practitioner/dr" },
  };
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  for (guint i = 0; i < G_N_ELEMENTS (medicines); i++)
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\","
                              "\"medicationCodeableConcept\":{\"text\":\"%s\"},\"subject\":{\"reference\":\"Patient/pat-1\"},"
                              "\"dispenseRequest\":{\"numberOfRepeatsAllowed\":2}}}", medicines[i], i == 3 ? "stopped" : "active",
                              medicines[i]);
      clinic_load (clinic, text);
      g_clear_pointer (&text, g_free);
      if (i > 1)
        continue;
      text = g_strdup_printf ("{\"resource\":{\"resourceType\":\"MedicationDispense\",\"id\":\"d-%s\",\"status\":\"completed\","
                              "\"medicationCodeableConcept\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/pat-1\"},"
                              "\"authorizingPrescription\":[{\"reference\":\"MedicationRequest/%s\"}],\"whenHandedOver\":\"%s\","
                              "\"daysSupply\":{\"value\":%u}}}", medicines[i], medicines[i], today, i == 0 ? 60 : 5);
      clinic_load (clinic, text);
    }
  load_due (clinic);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("{\"resource\":{\"resourceType\":\"Task\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\","
                              "\"description\":\"Please, %s\",\"for\":{\"reference\":\"Patient/pat-1\"},\"owner\":{\"reference\":\"%s\"},"
                              "\"restriction\":{\"period\":{\"end\":\"210%u-01-01\"}}}}", tasks[i][0], tasks[i][1], tasks[i][0],
                              tasks[i][2], 9 - i);
      clinic_load (clinic, text);
    }
}

static void
check_lines (const CairnHomeMore *more)
{
  static const struct
  {
    const char *title;
    CairnHomeLineKind kind;
  } to_do[] = {
    { "Offered", CAIRN_HOME_LINE_ANSWER }, { "Colonoscopy", CAIRN_HOME_LINE_CARE }, { "Flu", CAIRN_HOME_LINE_CARE }, { "Eye screening", CAIRN_HOME_LINE_CARE },
    { "Please, sooner", CAIRN_HOME_LINE_PLAIN }, { "Please, later", CAIRN_HOME_LINE_PLAIN },
  };
  const CairnHomeLine *line = more->medicines->pdata[0];

  g_assert_cmpuint (more->medicines->len, ==, 2);
  g_assert_cmpstr (cairn_record_get_id (line->record), ==, "short");
  g_assert_true (line->has_day);
  g_assert_cmpint (line->refills, ==, 2);
  line = more->medicines->pdata[1];
  g_assert_cmpstr (cairn_record_get_id (line->record), ==, "long");
  g_assert_cmpuint (more->n_to_do, ==, G_N_ELEMENTS (to_do));
  g_assert_cmpuint (more->to_do->len, ==, G_N_ELEMENTS (to_do));
  for (guint i = 0; i < G_N_ELEMENTS (to_do); i++)
    {
      line = more->to_do->pdata[i];
      g_assert_cmpstr (cairn_record_get_title (line->record), ==, to_do[i].title);
      g_assert_cmpint (line->kind, ==, to_do[i].kind);
      g_assert_true (line->has_day);
    }
}

static void
test_load (void)
{
  const CairnHomeMessage *message;
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *observations = clinic_observations (0, 5, "final");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) missing = NULL;
  g_autoptr(GAsyncResult) cancelled = NULL;
  g_autoptr(GAsyncResult) home_result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(CairnFacts) facts = NULL;
  g_autoptr(GAsyncResult) more_result = NULL;
  g_autoptr(CairnHome) home = NULL;
  g_autoptr(CairnHomeMore) more = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  clinic_load (clinic, observations);
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"off\",\"status\":\"cancelled\","
               "\"category\":[{\"coding\":[{\"code\":\"laboratory\"}]}],\"code\":{\"text\":\"Magnesium\"},"
               "\"effectiveDateTime\":\"2199-01-01\",\"subject\":{\"reference\":\"Patient/pat-1\"}}}");
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Location\",\"id\":\"l\",\"name\":\"Room 4\","
               "\"telecom\":[{\"system\":\"fax\",\"value\":\"1\"},{\"system\":\"phone\",\"value\":\"+1 555 0100\"}],"
               "\"address\":{\"line\":[\"12 Mill Lane\"],\"city\":\"Northfield\",\"postalCode\":\"01234\"},"
               "\"position\":{\"latitude\":42.1,\"longitude\":-71.25}}},"
               "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\",\"name\":[{\"text\":\"Dr. Amy Shaw\"}]}},"
               "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"ap\",\"status\":\"booked\",\"start\":\"2199-01-01T10:00:00Z\","
               "\"end\":\"2199-01-01T10:20:00Z\",\"participant\":[{\"status\":\"accepted\",\"actor\":{\"reference\":\"Patient/pat-1\"}},"
               "{\"status\":\"accepted\",\"actor\":{\"reference\":\"Location/l\"}},"
               "{\"status\":\"accepted\",\"actor\":{\"reference\":\"Practitioner/dr\"}}]}},"
               "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"new\",\"status\":\"completed\",\"sent\":\"2026-01-02\","
               "\"subject\":{\"reference\":\"Patient/pat-1\"},\"sender\":{\"reference\":\"Practitioner/dr\"},"
               "\"payload\":[{\"contentString\":\"Please come back\"}]}},"
               "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"read\",\"status\":\"completed\",\"sent\":\"2026-01-03\","
               "\"received\":\"2026-01-03\",\"subject\":{\"reference\":\"Patient/pat-1\"}}}");
  load_lines (clinic);
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));

  cairn_session_load_async (session, "Observation/obs-1", NULL, client_test_done, &result);
  facts = cairn_session_load_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (facts->summary->title, ==, "Sample 1");
  g_assert_cmpstr (facts->value.text, ==, "1.10");
  cairn_session_load_async (session, "Observation/none", NULL, client_test_done, &missing);
  g_assert_null (cairn_session_load_finish (session, client_test_wait (&missing), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  cairn_session_load_async (session, "Observation/obs-1", cancellable, client_test_done, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_null (cairn_session_load_finish (session, client_test_wait (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  cairn_session_load_home_async (session, NULL, client_test_done, &home_result);
  home = cairn_session_load_home_finish (session, client_test_wait (&home_result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cairn_record_get_id (home->appointment), ==, "ap");
  g_assert_cmpstr (home->appointment_where, ==, "Room 4");
  g_assert_cmpstr (home->appointment_with, ==, "Dr. Amy Shaw");
  g_assert_cmpstr (home->address, ==, "12 Mill Lane, 01234 Northfield");
  g_assert_cmpstr (home->position, ==, "42.10000,-71.25000");
  g_assert_cmpstr (home->phone, ==, "+1 555 0100");
  g_assert_cmpuint (home->n_new, ==, 2);   /* what was handed over today */
  g_assert_false (home->only_results);
  cairn_session_load_home_more_async (session, NULL, client_test_done, &more_result);
  more = cairn_session_load_home_more_finish (session, client_test_wait (&more_result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (more->n_unread, ==, 1);
  g_assert_cmpuint (more->messages->len, ==, MIN (more->n_unread, 3));
  message = more->messages->pdata[0];
  g_assert_cmpstr (cairn_record_get_id (message->record), ==, "new");
  g_assert_cmpstr (message->sender, ==, "Dr. Amy Shaw");
  check_lines (more);
  g_assert_cmpuint (g_list_model_get_n_items (home->results), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (home->results, i);

      g_assert_cmpstr (cairn_record_get_id (record), !=, "off");
    }
  g_clear_object (&result);
  g_clear_object (&missing);
  g_clear_object (&cancelled);
  g_clear_object (&home_result);
  g_clear_object (&more_result);
  cairn_session_close (session);
  client_test_finalize (session);
}

/* Two processes may want the same token at once; the file backend of the keyring belongs to one of them. */
static void
test_keyring (void)
{
  g_autoptr(GError) error = NULL;
  char *secret;

  g_assert_null (cairn_keyring_lookup ("somebody", CAIRN_KEYRING_TOKEN, &error));
  g_assert_no_error (error);
  g_assert_true (cairn_keyring_store ("somebody", CAIRN_KEYRING_TOKEN, "one", &error));
  g_assert_true (cairn_keyring_store ("somebody", CAIRN_KEYRING_TOKEN, "two", &error));
  secret = cairn_keyring_lookup ("somebody", CAIRN_KEYRING_TOKEN, &error);
  g_assert_cmpstr (secret, ==, "two");
  cairn_secret_clear (secret);
  g_assert_null (cairn_keyring_lookup ("somebody", CAIRN_KEYRING_KEYS, &error));
  g_assert_true (cairn_keyring_clear ("somebody", CAIRN_KEYRING_TOKEN, &error));
  g_assert_true (cairn_keyring_clear ("somebody", CAIRN_KEYRING_TOKEN, &error));
  g_assert_null (cairn_keyring_lookup ("somebody", CAIRN_KEYRING_TOKEN, &error));
  g_assert_no_error (error);
}

static gpointer
spoil_titles (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_exec (connection, "UPDATE resource SET title = 'Old words'; UPDATE value SET value = '0 C' WHERE name = 'wording';",
                         error);
  return NULL;
}

static gpointer
count_old (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 n = -1;

  cairn_connection_scalar (connection, "SELECT count(*) FROM resource WHERE title = 'Old words'", &n, error);
  return GINT_TO_POINTER ((int) n + 1);
}

static gboolean
is_worded (gpointer data)
{
  return cairn_database_run (cairn_session_get_database (data, FALSE, NULL), count_old, NULL, NULL) == GINT_TO_POINTER (1);
}

static void
changed_cb (CairnSession *session, gpointer data)
{
  (*(guint *) data)++;
}

/* cairn-session-wording.c: a cache of another release is worded anew by itself, and lists are told. */
static void
test_wording (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *observations = clinic_observations (0, 100, "final");
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  guint n_changed = 0;

  clinic_load (clinic, observations);
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));
  cairn_database_run (cairn_session_get_database (session, FALSE, NULL), spoil_titles, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (is_worded (session));
  cairn_session_check_wording (session);
  g_signal_connect (session, "changed", G_CALLBACK (changed_cb), &n_changed);
  client_test_spin (is_worded, session);
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  cairn_session_close (session);
  client_test_finalize (session);
}

static void
add (void)
{
  g_test_add_func ("/client/keyring", test_keyring);
  g_test_add_func ("/client/session/sign-in-refused", test_sign_in_refused);
  g_test_add_func ("/client/session/find", test_find);
  g_test_add_func ("/client/session/kept", test_kept);
  g_test_add_func ("/client/session/not-kept", test_not_kept);
  g_test_add_func ("/client/session/locked", test_locked);
  g_test_add_func ("/client/session/idle", test_idle);
  g_test_add_func ("/client/session/two-programs", test_two_programs);
  g_test_add_func ("/client/session/closed-in-sync", test_closed_in_sync);
  g_test_add_func ("/client/session/damaged-cache", test_damaged_cache);
  g_test_add_data_func ("/client/session/outbox-damaged", GINT_TO_POINTER (FALSE), test_outbox_kept_aside);
  g_test_add_data_func ("/client/session/outbox-keyless", GINT_TO_POINTER (TRUE), test_outbox_kept_aside);
  g_test_add_func ("/client/session/unsent", test_unsent);
  g_test_add_func ("/client/session/load", test_load);
  g_test_add_func ("/client/session/wording", test_wording);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
