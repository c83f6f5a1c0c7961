/* SPDX-License-Identifier: GPL-3.0-or-later */
/* News as they happen (cairn-live.c, cairn-live-machine.c, cairn-live-subscribe.c, cairn-socket.c, cairn-session-arrived.c), against the
 * real portal, and by asking where there is no socket. */
#include "client-test.h"
#include "fault-server.h"

#include "client/live/cairn-live-private.h"

#define MESSAGE(id, more) "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"" id "\",\"status\":\"completed\",\"subject\":" \
  "{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"sender\":{\"reference\":\"Practitioner/okafor\"}," \
  "\"sent\":\"2026-02-01T09:00:00Z\",\"payload\":[{\"contentString\":\"" id "\"}]" more "}}"

static CairnLive *
start_live (CairnSession *session)
{
  cairn_session_start_live (session);
  session->live->first_wait_ms = 50;
  return session->live;
}

static gboolean
is_told (gpointer data)
{
  CairnLive *live = data;

  return cairn_live_get_state (live) == CAIRN_LIVE_TOLD && !cairn_sync_get_running (live->sync) && !live->again;
}

static gboolean
is_trying (gpointer data)
{
  return cairn_live_get_state (data) == CAIRN_LIVE_TRYING;
}

typedef struct
{
  CairnSession *session;
  gint64        n;
} Wanted;

static gboolean
has_messages (gpointer data)
{
  Wanted *wanted = data;

  return clinic_count (wanted->session, "Communication") == wanted->n;
}

static void
wait_for_messages (CairnSession *session, gint64 n)
{
  Wanted wanted = { session, n };

  client_test_spin (has_messages, &wanted);
}

static void
note_arrived (CairnSession *session, guint n, gpointer data)
{
  *(guint *) data += n;
}

static gboolean
has_some (gpointer data)
{
  return *(guint *) data > 0;
}

/* What is written at the clinic is here without anybody asking; what was there before, and one's own, is no news. */
static void
test_told (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session;
  CairnLive *live;
  guint n_arrived = 0;

  clinic_load (clinic, MESSAGE ("before", ""));
  session = clinic_sign_in (clinic, FALSE);
  g_signal_connect (session, "arrived", G_CALLBACK (note_arrived), &n_arrived);
  cairn_sync_report_free (clinic_sync (session));
  live = start_live (session);
  client_test_spin (is_told, live);
  g_assert_cmpuint (n_arrived, ==, 0);
  cairn_session_lock (session);
  clinic_load (clinic, MESSAGE ("one", "") "," MESSAGE ("read", ",\"received\":\"2026-02-01T10:00:00Z\""));
  client_test_spin (has_some, &n_arrived);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 3);
  clinic_load (clinic, MESSAGE ("two", "") "," MESSAGE ("three", ""));
  wait_for_messages (session, 5);
  client_test_spin (is_told, live);
  while (n_arrived < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_arrived, ==, 3);
  g_signal_handlers_disconnect_by_data (session, &n_arrived);
  cairn_session_close (session);
  g_assert_cmpint (cairn_live_get_state (live), ==, CAIRN_LIVE_OFF);
  client_test_finalize (session);
}

/* A portal that goes and comes, a machine that slept: the same subscription, nothing is missed, and it is told again. */
static void
test_lost (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnLive *live = start_live (session);
  g_autofree char *subscription = NULL;

  client_test_spin (is_told, live);
  subscription = g_strdup (live->subscription);
  clinic_stop (clinic);
  client_test_spin (is_trying, live);
  clinic_start (clinic);
  clinic_load (clinic, MESSAGE ("meanwhile", ""));
  client_test_spin (is_told, live);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  g_assert_cmpstr (live->subscription, ==, subscription);
  g_assert_cmpuint (live->tries, ==, 0);

  cairn_live_resume (live);
  g_assert_cmpint (cairn_live_get_state (live), ==, CAIRN_LIVE_TRYING);
  clinic_load (clinic, MESSAGE ("asleep", ""));
  client_test_spin (is_told, live);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 2);
  clinic_load (clinic, MESSAGE ("awake", ""));
  wait_for_messages (session, 3);
  cairn_session_close (session);
  client_test_finalize (session);
}

/* One subscription for all of a patient's machines; when it is gone another one is made. */
static void
test_subscription (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE), *other = clinic_sign_in (clinic, TRUE);
  CairnLive *live = start_live (session), *beside;
  g_autofree char *url = NULL, *subscription = NULL;
  g_autoptr(CairnApiRequest) request = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnApiAnswer) answer = NULL;

  client_test_spin (is_told, live);
  beside = start_live (other);
  client_test_spin (is_told, beside);
  subscription = g_strdup (live->subscription);
  g_assert_cmpstr (beside->subscription, ==, subscription);
  url = g_strconcat (cairn_grant_get_server (session->grant)->base, "/Subscription/", subscription, NULL);
  request = cairn_api_request_new ("DELETE", url);
  cairn_grant_send_async (session->grant, request, NULL, client_test_done, &result);
  answer = cairn_grant_send_finish (session->grant, client_test_wait (&result), &error);
  g_assert_no_error (error);
  client_test_spin (is_trying, live);
  client_test_spin (is_told, live);
  client_test_spin (is_told, beside);
  g_assert_cmpstr (live->subscription, !=, subscription);
  clinic_load (clinic, MESSAGE ("one", ""));
  wait_for_messages (session, 1);
  wait_for_messages (other, 1);
  cairn_session_close (session);
  cairn_session_close (other);
  client_test_finalize (session);
  client_test_finalize (other);
}

static void
answer_cb (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  (*(guint *) data)++;
  fault_server_bundle (message, "", NULL);
}

static gboolean
was_asked (gpointer data)
{
  return *(guint *) data >= 3;
}

/* Where no socket is offered the portal is asked now and then. */
static void
test_asking (void)
{
  guint n = 0;
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &n);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  CairnLive *live;

  cairn_session_sign_in_async (server->root, "anna", "whatever", NULL, FALSE, NULL, client_test_done, &result);
  session = cairn_session_sign_in_finish (client_test_wait (&result), &error);
  g_assert_no_error (error);
  session->live = live = cairn_live_new (session->grant, session->sync);
  live->tick_ms = 20;
  live->ask_ms = 60;
  cairn_session_start_live (session);
  client_test_spin (was_asked, &n);
  g_assert_cmpint (cairn_live_get_state (live), ==, CAIRN_LIVE_ASKING);
  cairn_session_close (session);
  client_test_finalize (session);
}

static void
add_tests (void)
{
  g_test_add_func ("/client/live/told", test_told);
  g_test_add_func ("/client/live/lost", test_lost);
  g_test_add_func ("/client/live/subscription", test_subscription);
  g_test_add_func ("/client/live/asking", test_asking);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
