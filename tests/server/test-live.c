/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriptions over WebSocket (portal-live, portal-live-socket, portal-subscription): who may watch what, what is
 * told and when, and how it ends. */
#include "portal-fixture.h"

#include <string.h>

#include "server/operation/portal-upkeep.h"

#define FHIR "application/fhir+json"
#define SCOPE "openid%20offline_access%20launch/patient%20patient/*.rs%20patient/Communication.cu%20patient/Subscription.cruds"
#define WAIT_SECONDS 30

#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}," \
  "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"c\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/p\"}}}]}"

/* One socket of a client, and all that it was told */
typedef struct
{
  SoupWebsocketConnection *channel;   /* NULL when it was refused */
  GPtrArray               *heard;
  gboolean                 answered;
  gboolean                 closed;
  guint                    status;
} Ear;

static void
ear_free (Ear *ear)
{
  if (ear->channel != NULL)
    g_signal_handlers_disconnect_by_data (ear->channel, ear);
  g_clear_object (&ear->channel);
  g_ptr_array_unref (ear->heard);
  g_free (ear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ear, ear_free)

static void
heard_cb (SoupWebsocketConnection *channel, SoupWebsocketDataType type, GBytes *frame, gpointer data)
{
  g_ptr_array_add (((Ear *) data)->heard, g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame)));
}

static void
closed_cb (SoupWebsocketConnection *channel, gpointer data)
{
  ((Ear *) data)->closed = TRUE;
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ear *ear = data;

  ear->channel = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  ear->answered = TRUE;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main context until it is so; FALSE when it didn't become so in time. */
#define WAIT_UNTIL(condition) \
  G_STMT_START { \
    gint64 until = g_get_monotonic_time () + WAIT_SECONDS * G_USEC_PER_SEC; \
    guint timer = g_timeout_add (20, wake_cb, NULL); \
    while (!(condition) && g_get_monotonic_time () < until) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (timer); \
    g_assert_true (condition); } G_STMT_END

static Ear *
listen_to (Fixture *f, const char *token)
{
  Ear *ear = g_new0 (Ear, 1);
  g_autofree char *url = g_strconcat ("ws", strchr (portal_get_url (f->portal), ':'), "fhir/websocket", NULL);
  g_autofree char *authorization = token != NULL ? g_strconcat ("Bearer ", token, NULL) : NULL;
  g_autoptr(SoupMessage) message = soup_message_new ("GET", url);

  ear->heard = g_ptr_array_new_with_free_func (g_free);
  if (token != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", authorization);
  soup_session_websocket_connect_async (f->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, connected_cb, ear);
  WAIT_UNTIL (ear->answered);
  ear->status = soup_message_get_status (message);
  if (ear->channel != NULL)
    {
      g_signal_connect (ear->channel, "message", G_CALLBACK (heard_cb), ear);
      g_signal_connect (ear->channel, "closed", G_CALLBACK (closed_cb), ear);
    }
  return ear;
}

static void
say (Ear *ear, const char *word, const char *id)
{
  g_autofree char *text = g_strconcat (word, " ", id, NULL);

  soup_websocket_connection_send_text (ear->channel, text);
}

static guint
count (Ear *ear, const char *word, const char *id)
{
  g_autofree char *text = g_strconcat (word, " ", id, NULL);
  guint n = 0;

  for (guint i = 0; i < ear->heard->len; i++)
    n += g_str_equal (g_ptr_array_index (ear->heard, i), text);
  return n;
}

static void
bind (Ear *ear, const char *id)
{
  say (ear, "bind", id);
  WAIT_UNTIL (count (ear, "bound", id) == 1);
}

/* The id of a new subscription, or NULL when it was refused. */
static char *
subscribe (Fixture *f, const char *token, const char *criteria, const char *more)
{
  g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"new\","
                                           "\"criteria\":\"%s\",\"channel\":{\"type\":\"websocket\"}%s}", criteria, more);
  g_autoptr(JsonObject) made = NULL;

  fixture_put (f, "POST", "fhir/Subscription", token, FHIR, body, NULL, NULL);
  if (f->status != 201)
    return NULL;
  made = fixture_json (f);
  g_assert_cmpstr (fixture_text (made, "status"), ==, "active");
  g_assert_nonnull (fixture_text (made, "end"));
  return g_strdup (fixture_text (made, "id"));
}

static void
write_message (Fixture *f, const char *token, const char *patient)
{
  fixture_send_json (f, "POST", "fhir/Communication", token,
                     "{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/%s\"},"
                     "\"sender\":{\"reference\":\"Patient/%s\"},\"payload\":[{\"contentString\":\"Hello\"}]}", patient, patient);
  assert_status (f, 201);
}

static Fixture *
open_portal (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  f->scope = SCOPE;
  fixture_add (f, "ana", "p");
  fixture_add (f, "ben", "q");
  fixture_add_staff (f, "nurse", "dr", "nurse");
  fixture_start (f);
  return f;
}

static void
test_told (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *ben = fixture_token (f, "ben");
  g_autofree char *hers = subscribe (f, ana, "Communication?patient=p", ""), *his = subscribe (f, ben, "Communication?patient=Patient/q", "");
  g_autofree char *other = subscribe (f, ana, "Observation?patient=p", "");
  g_autoptr(Ear) one = listen_to (f, ana), two = listen_to (f, ana), three = listen_to (f, ben);
  g_autoptr(JsonObject) report = NULL;

  bind (one, hers);
  bind (one, other);
  bind (two, hers);
  bind (three, his);
  say (three, "bind", hers);
  WAIT_UNTIL (count (three, "error", hers) == 1);
  write_message (f, ana, "p");
  WAIT_UNTIL (count (one, "ping", hers) == 1 && count (two, "ping", hers) == 1);
  write_message (f, ben, "q");
  WAIT_UNTIL (count (three, "ping", his) == 1);
  g_assert_cmpuint (count (one, "ping", hers), ==, 1);
  g_assert_cmpuint (count (one, "ping", other), ==, 0);
  /* What another process writes (import, staff) comes by the clock: the same road as here */
  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
                            "\"subject\":{\"reference\":\"Patient/p\"}}");
  WAIT_UNTIL (count (one, "ping", other) == 1);
  g_assert_cmpuint (count (one, "ping", hers), ==, 1);
  say (two, "unbind", hers);
  WAIT_UNTIL (count (two, "unbound", hers) == 1);
  write_message (f, ana, "p");
  WAIT_UNTIL (count (one, "ping", hers) == 2);
  g_assert_cmpuint (count (two, "ping", hers), ==, 1);
  fixture_send (f, "DELETE", "fhir/Communication/c", ana, NULL, NULL);
  assert_status (f, 403);
}

/* A subscription that is deleted tells its listeners, and so does one that ends. */
static void
test_ended (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *more = NULL, *path = NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc (), soon = g_date_time_add_seconds (now, 10);
  g_autofree char *end = g_date_time_format (soon, ",\"end\":\"%Y-%m-%dT%H:%M:%SZ\"");
  g_autofree char *lasting = subscribe (f, ana, "Communication?patient=p", ""), *ending = subscribe (f, ana, "Communication?patient=p", end);
  g_autoptr(Ear) ear = listen_to (f, ana);

  bind (ear, lasting);
  bind (ear, ending);
  WAIT_UNTIL (count (ear, "error", ending) == 1);
  path = g_strconcat ("fhir/Subscription/", lasting, NULL);
  fixture_send (f, "DELETE", path, ana, NULL, NULL);
  assert_status (f, 204);
  WAIT_UNTIL (count (ear, "error", lasting) == 1);
  write_message (f, ana, "p");
  say (ear, "bind", ending);
  WAIT_UNTIL (count (ear, "error", ending) == 2);
  say (ear, "bind", lasting);
  WAIT_UNTIL (count (ear, "error", lasting) == 2);
  g_assert_cmpuint (count (ear, "ping", lasting) + count (ear, "ping", ending), ==, 0);
}

static void
test_refused (void)
{
  static const char *const criteria[] = { "Communication?patient=q", "Communication", "Communication?patient=p&status=completed",
                                          "Organization?patient=p", "Communication?patient=", "Communication?patient=Practitioner/p" };
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana");
  g_autoptr(Ear) nobody = listen_to (f, NULL), stranger = listen_to (f, "nonsense");

  g_assert_null (nobody->channel);
  g_assert_cmpuint (nobody->status, ==, 401);
  g_assert_cmpuint (stranger->status, ==, 401);
  fixture_get (f, "fhir/websocket", ana);
  assert_status (f, 426);
  for (guint i = 0; i < G_N_ELEMENTS (criteria); i++)
    {
      g_assert_null (subscribe (f, ana, criteria[i], ""));
      g_assert_cmpuint (f->status, >=, 403);
    }
  g_assert_null (subscribe (f, ana, "Communication?patient=p", ",\"end\":\"2020-01-01T00:00:00Z\""));
  assert_status (f, 422);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = subscribe (f, ana, "Communication?patient=p", "");

      g_assert_nonnull (id);
    }
  g_assert_null (subscribe (f, ana, "Communication?patient=p", ""));
  assert_status (f, 422);
  g_assert_nonnull (strstr (f->body, "too-costly"));
}

/* More sockets than a person needs, frames that are too many, too large or nonsense. */
static void
test_limits (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *large = g_strnfill (300, 'x');
  g_autoptr(Ear) talker = listen_to (f, ana), shouter = listen_to (f, ana), fool = listen_to (f, ana), last = NULL;
  g_autoptr(GPtrArray) ears = g_ptr_array_new_with_free_func ((GDestroyNotify) ear_free);

  for (guint i = 0; i < 40; i++)
    say (talker, "bind", "nothing");
  say (shouter, "bind", large);
  say (fool, "sing", "song");
  WAIT_UNTIL (talker->closed && shouter->closed && fool->closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (talker->channel), ==, 4429);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (fool->channel), ==, 1008);
  for (guint i = 0; i < 10; i++)
    {
      g_ptr_array_add (ears, listen_to (f, ana));
      g_assert_nonnull (((Ear *) g_ptr_array_index (ears, i))->channel);
    }
  last = listen_to (f, ana);
  g_assert_null (last->channel);
  g_assert_cmpuint (last->status, ==, 503);
  g_ptr_array_set_size (ears, 0);
  for (guint i = 0; i < 100 && last->channel == NULL; i++)
    {
      g_usleep (50000);
      g_clear_pointer (&last, ear_free);
      last = listen_to (f, ana);
    }
  g_assert_nonnull (last->channel);
}

static void
test_token_ends (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *form = NULL, *id = NULL;
  g_autoptr(Ear) ear = listen_to (f, ana);

  id = subscribe (f, ana, "Communication?patient=p", "");
  bind (ear, id);
  form = g_strdup_printf ("client_id=cairn&token=%s", ana);
  fixture_post (f, "auth/revoke", NULL, form);
  assert_status (f, 200);
  WAIT_UNTIL (ear->closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (ear->channel), ==, 4401);
}

static void
test_token_expires (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;
  g_autofree char *ana = NULL;
  g_autoptr(Ear) ear = NULL;

  f->config->access_token_seconds = 8;
  report = fixture_load (f, RECORD);
  fixture_add (f, "ana", "p");
  fixture_start (f);
  ana = fixture_token (f, "ana");
  ear = listen_to (f, ana);
  g_assert_nonnull (ear->channel);
  WAIT_UNTIL (ear->closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (ear->channel), ==, 4401);
}

static gpointer
stop_portal (gpointer data)
{
  portal_stop (data);
  return NULL;
}

static void
test_portal_stops (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana");
  g_autoptr(Ear) polite = listen_to (f, ana), deaf = listen_to (f, ana);
  gint64 start = g_get_monotonic_time ();
  GThread *thread;

  g_signal_handlers_disconnect_by_data (deaf->channel, deaf);
  thread = g_thread_new ("stop", stop_portal, f->portal);
  WAIT_UNTIL (polite->closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (polite->channel), ==, 1001);
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 9 * G_USEC_PER_SEC);
}

/* A client that reads nothing is told nothing more, and is told again once it reads. */
static void
test_unread (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *id = subscribe (f, ana, "Communication?patient=p", "");
  g_autoptr(Ear) ear = listen_to (f, ana);
  guint n;

  bind (ear, id);
  for (guint i = 0; i < 60; i++)
    write_message (f, ana, "p");
  WAIT_UNTIL (count (ear, "ping", id) >= 1);
  n = count (ear, "ping", id);
  g_assert_cmpuint (n, <=, 60);
  write_message (f, ana, "p");
  WAIT_UNTIL (count (ear, "ping", id) > n);
}

static gpointer
end_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  guint n;

  *(guint *) data = portal_upkeep_end_subscriptions (db, *(gint64 *) data, &n, error) ? n : G_MAXUINT;
  return NULL;
}

/* What is over is deleted some time. */
static void
test_upkeep (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autofree char *ana = fixture_token (f, "ana"), *id = subscribe (f, ana, "Communication?patient=p", ""), *path = NULL;
  union { gint64 now; guint n; } work = { g_get_real_time () / 1000 };

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), end_on_writer, &work, NULL);
  g_assert_cmpuint (work.n, ==, 0);
  work.now = g_get_real_time () / 1000 + G_GINT64_CONSTANT (31) * 86400000;
  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), end_on_writer, &work, NULL);
  g_assert_cmpuint (work.n, ==, 1);
  path = g_strconcat ("fhir/Subscription/", id, NULL);
  fixture_get (f, path, ana);
  assert_status (f, 410);
}

static void
test_declared (void)
{
  g_autoptr(Fixture) f = open_portal ();
  g_autoptr(JsonObject) statement = fixture_get_json (f, "fhir/metadata", NULL);
  JsonObject *rest = json_array_get_object_element (json_object_get_array_member (statement, "rest"), 0);
  JsonObject *extension = json_array_get_object_element (json_object_get_array_member (rest, "extension"), 0);
  g_autofree char *url = g_strconcat ("ws", strchr (portal_get_url (f->portal), ':'), "fhir/websocket", NULL);

  g_assert_cmpstr (fixture_text (extension, "url"), ==, "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket");
  g_assert_cmpstr (fixture_text (extension, "valueUri"), ==, url);
}

/* A portal without sockets says so. */
static void
test_off (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;
  g_autofree char *ana = NULL;
  g_autoptr(Ear) ear = NULL;

  f->config->live_sockets = 0;
  report = fixture_load (f, RECORD);
  fixture_add (f, "ana", "p");
  fixture_start (f);
  ana = fixture_token (f, "ana");
  fixture_get (f, "fhir/metadata", NULL);
  g_assert_null (strstr (f->body, "capabilitystatement-websocket"));
  ear = listen_to (f, ana);
  g_assert_null (ear->channel);
  g_assert_cmpuint (ear->status, ==, 503);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/told", test_told);
  g_test_add_func ("/live/ended", test_ended);
  g_test_add_func ("/live/refused", test_refused);
  g_test_add_func ("/live/limits", test_limits);
  g_test_add_func ("/live/token-ends", test_token_ends);
  g_test_add_func ("/live/token-expires", test_token_expires);
  g_test_add_func ("/live/portal-stops", test_portal_stops);
  g_test_add_func ("/live/unread", test_unread);
  g_test_add_func ("/live/upkeep", test_upkeep);
  g_test_add_func ("/live/declared", test_declared);
  g_test_add_func ("/live/off", test_off);
  return g_test_run ();
}
