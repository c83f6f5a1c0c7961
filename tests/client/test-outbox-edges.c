/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits, on the edges: a program that died within the time to undo, an account that is locked or whose sign-in has ended, a
 * portal that comes back, a thread that got its name meanwhile (cairn-outbox-change.c, cairn-outbox-rows.c). */
#include "client-test.h"

#include "client/cairn-conversation.h"
#include "common/cairn-error.h"

#include <string.h>

static gint64
send_message (CairnSession *session, const char *key, const char *words, guint undo_seconds, char **found)
{
  CairnMessageWrite write = { .key = key, .words = words, .undo_seconds = undo_seconds };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gint64 number;

  cairn_session_send_message_async (session, &write, NULL, client_test_done, &result);
  number = cairn_session_send_message_finish (session, client_test_wait (&result), found, &error);
  g_assert_no_error (error);
  return number;
}

static gboolean
is_empty (gpointer data)
{
  return g_list_model_get_n_items (data) == 0 && !cairn_outbox_get_sending (data);
}

static gboolean
is_waiting (gpointer data)
{
  g_autoptr(CairnOutboxItem) item = g_list_model_get_item (data, 0);

  return item != NULL && cairn_outbox_item_get_state (item) == CAIRN_OUTBOX_WAITING && !cairn_outbox_get_sending (data);
}

/* The time to undo goes on as if nothing had happened; what was taken back was never sent. */
static void
test_undo_after_crash (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, TRUE);
  g_autoptr(CairnAccount) account = g_object_ref (cairn_session_get_account (session));
  g_autoptr(CairnOutboxItem) item = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *taken = NULL;
  CairnOutbox *outbox;
  gint64 number, not_before;

  number = send_message (session, NULL, "hasty", 60, NULL);
  cairn_session_close (session);
  client_test_finalize (session);
  session = clinic_open (account, &error);
  g_assert_no_error (error);
  outbox = cairn_session_get_outbox (session);
  client_test_spin (is_waiting, outbox);
  item = g_list_model_get_item (G_LIST_MODEL (outbox), 0);
  not_before = cairn_outbox_item_get_not_before (item);
  g_assert_cmpint (not_before, >, g_get_real_time () / 1000);
  g_assert_cmpint (not_before, <=, cairn_outbox_item_get_created (item) + 60000);
  cairn_outbox_send_waiting (outbox);   /* that is no reason to hurry */
  cairn_sync_report_free (clinic_sync (session));
  cairn_outbox_take_async (outbox, number, NULL, client_test_done, &result);
  taken = cairn_outbox_take_finish (outbox, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (taken, "hasty"));
  client_test_spin (is_empty, outbox);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 0);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* What waited for a new sign-in goes with it. */
static void
test_sign_in_again (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_grant_set_expired (session->grant, TRUE);
  g_assert_cmpint (cairn_session_get_state (session), ==, CAIRN_SESSION_EXPIRED);
  send_message (session, NULL, "patient", 0, NULL);
  client_test_spin (is_waiting, outbox);
  cairn_session_sign_in_again_async (session, CLINIC_PASSWORD, NULL, NULL, client_test_done, &result);
  g_assert_true (cairn_session_sign_in_again_finish (session, client_test_wait (&result), &error));
  g_assert_no_error (error);
  g_clear_object (&result);   /* it holds the session */
  client_test_spin (is_empty, outbox);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static gpointer
put_off (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (cairn_connection_exec (connection, "UPDATE outbox SET tries = 9, not_before = 99999999999999", error));
  return NULL;
}

/* Locked, the queue is there and goes on; when the portal is back nothing waits for a time that was right before. */
static void
test_back (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);

  clinic_stop (clinic);
  send_message (session, NULL, "into the dark", 0, NULL);
  client_test_spin (is_waiting, outbox);
  cairn_database_run (session->store->outbox, put_off, NULL, NULL);
  cairn_session_lock (session);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (outbox)), ==, 1);
  clinic_start (clinic);
  cairn_sync_report_free (clinic_sync (session));
  client_test_spin (is_empty, outbox);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
note_reference (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  g_string_append_printf (data, "%s ", reference);
}

static gpointer
count_parts (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 n;

  g_assert_true (cairn_connection_scalar (connection, "SELECT count(DISTINCT thread) FROM message", &n, error));
  return GSIZE_TO_POINTER ((gsize) n);
}

/* Who still calls a thread by the name that it had here when its first message went means the same thread. */
static void
test_old_name (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GString) sent = g_string_new (NULL);
  g_autofree char *key = NULL;

  g_signal_connect (outbox, "sent", G_CALLBACK (note_reference), sent);
  send_message (session, NULL, "one", 0, &key);
  client_test_spin (is_empty, outbox);
  g_assert_true (g_str_has_prefix (key, "urn:"));
  send_message (session, key, "two", 0, NULL);
  client_test_spin (is_empty, outbox);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_SIZE (cairn_database_run (cairn_session_get_database (session, FALSE, NULL), count_parts, NULL, NULL)), ==, 1);
  g_signal_handlers_disconnect_by_data (outbox, sent);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
add_tests (void)
{
  g_test_add_func ("/client/outbox/undo-after-crash", test_undo_after_crash);
  g_test_add_func ("/client/outbox/sign-in-again", test_sign_in_again);
  g_test_add_func ("/client/outbox/back", test_back);
  g_test_add_func ("/client/outbox/old-name", test_old_name);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
