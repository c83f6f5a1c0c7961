/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libsoup's server on a thread of its own. A request becomes a call, is paused, runs on a
 * database's thread or on a worker, and comes back here to be answered; nothing on this thread
 * waits. */
#include "portal-server.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/cairn-error.h"
#include "portal-connection.h"
#include "portal-download.h"
#include "portal-listener.h"
#include "portal-router.h"
#include "portal-upload.h"
#include "server/audit/portal-audit-call.h"
#include "server/live/portal-live.h"
#include "server/operation/portal-metrics.h"
#include "server/operation/portal-upkeep.h"

#define MOST_WORKERS 4
#define WORKER_NICE 5        /* behind reads, and not behind whatever else the machine does */
#define MOST_WAITING 64      /* sign-ins in the queue; more are asked to come back */
#define DRAIN_SECONDS 10

struct _PortalServer
{
  const PortalService *service;
  GThread             *thread;
  GThreadPool         *workers;   /* Exchange */

  /* The thread's */
  GMainContext        *context;
  GMainLoop           *loop;
  PortalListener      *listener;
  PortalListener      *metrics_listener;   /* NULL without one */
  PortalMetrics       *metrics;
  PortalUploads       *uploads;
  PortalLive          *live;
  PortalUpkeep        *upkeep;
  guint                active;
  guint                writing;   /* answers on their way */
  gboolean             draining;
  GSource             *drain_timer;

  /* Of the start */
  GMutex               mutex;
  GCond                cond;
  gboolean             started;
  GError              *error;
  char                *url;
  char                *metrics_url;
};

typedef struct
{
  PortalServer      *server;
  SoupServerMessage *message;
  PortalCall        *call;
  gboolean           last;   /* of its connection */
  gint64             started;
} Exchange;

static void
leave_when_idle (PortalServer *self)
{
  if (self->draining && self->active == 0 && self->writing == 0 && portal_live_count (self->live) == 0)
    g_main_loop_quit (self->loop);
}

static void
exchange_free (Exchange *exchange)
{
  g_object_unref (exchange->message);
  g_clear_pointer (&exchange->call, portal_call_free);
  g_free (exchange);
}

static void
answer (PortalServer *self, SoupServerMessage *message, PortalCall *call, gboolean last)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  for (guint i = 0; i < call->headers->len; i++)
    {
      PortalParam *header = g_ptr_array_index (call->headers, i);

      soup_message_headers_append (headers, header->name, header->value);
    }
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Server", "cairn-portal");
  if (last)
    soup_message_headers_replace (headers, "Connection", "close");
  if (call->content_type != NULL)
    soup_message_headers_replace (headers, "Content-Type", call->content_type);
  if (call->body != NULL)
    {
      soup_message_body_append_bytes (body, call->body);
      soup_message_body_complete (body);
    }
  soup_server_message_set_status (message, call->status, NULL);
  if (call->parts != NULL)
    portal_download_begin (message, self->service->store, g_steal_pointer (&call->parts));
  else
    portal_connection_answering (message, call->body != NULL ? g_bytes_get_size (call->body) : 0);
}

/* Its answer is with the client, or there is no client any more. */
static void
written_cb (SoupServerMessage *message, gpointer data)
{
  PortalServer *self = data;

  g_signal_handlers_disconnect_by_data (message, self);
  self->writing--;
  leave_when_idle (self);
}

/* What was done may be news to others, or end what they are told by. */
static void
pass_on (PortalServer *self, const PortalCall *call)
{
  if (call->route == NULL || call->route->place == PORTAL_ON_READER || call->status >= 400)
    return;
  if (call->letters)
    portal_post_wake (self->service->post);
  if (g_str_has_prefix (call->path, "/fhir"))
    portal_live_wake (self->live);
  else if (!g_str_equal (call->path, "/auth/token") && !g_str_equal (call->path, "/auth/challenge"))
    portal_live_recheck (self->live);
}

/* TRUE when the connection goes on as a WebSocket, and the call with it. */
static gboolean
switch_over (PortalServer *self, Exchange *exchange)
{
  if (exchange->call->status != 101 || !portal_live_accept (self->live, exchange->message, exchange->call))
    return FALSE;
  exchange->call = NULL;
  return TRUE;
}

static void
deliver (gpointer data, const GError *error)
{
  Exchange *exchange = data;
  PortalServer *self = exchange->server;
  double seconds = (g_get_monotonic_time () - exchange->started) / (double) G_USEC_PER_SEC;

  if (error != NULL)
    {
      g_ptr_array_set_size (exchange->call->headers, 0);
      portal_call_fail (exchange->call, error);
    }
  portal_metrics_count (self->metrics, exchange->call, seconds);
  if (self->service->config->log_requests)
    {
      g_autofree char *line = portal_metrics_to_line (exchange->call, seconds);

      g_printerr ("%s\n", line);
    }
  pass_on (self, exchange->call);
  if (!switch_over (self, exchange))
    {
      answer (self, exchange->message, exchange->call, exchange->last || self->draining);
      self->writing++;
      g_signal_connect (exchange->message, "finished", G_CALLBACK (written_cb), self);
      g_signal_connect (exchange->message, "disconnected", G_CALLBACK (written_cb), self);
    }
  soup_server_message_unpause (exchange->message);
  exchange_free (exchange);
  self->active--;
  leave_when_idle (self);
}

/* The answer waits for its row in the audit log. */
static void
finish (Exchange *exchange)
{
  if (exchange->call->route != NULL && exchange->call->route->action != NULL)
    portal_audit_call (exchange->call, deliver, exchange);
  else
    deliver (exchange, NULL);
}

static gpointer
run_on_database (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  portal_router_run (data, db);
  return NULL;
}

static void
database_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Exchange *exchange = data;
  g_autoptr(GError) error = NULL;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  if (error != NULL)
    portal_call_fail (exchange->call, error);
  finish (exchange);
}

static gboolean
worker_done_cb (gpointer data)
{
  finish (data);
  return G_SOURCE_REMOVE;
}

/* Passwords are slow by intent; reads go before them. */
static void
step_back (void)
{
  static GPrivate done;

  if (g_private_get (&done) != NULL)
    return;
  setpriority (PRIO_PROCESS, gettid (), WORKER_NICE);
  g_private_set (&done, GINT_TO_POINTER (1));
}

static void
run_on_worker (gpointer data, gpointer user_data)
{
  Exchange *exchange = data;
  g_autoptr(GSource) source = g_idle_source_new ();

  step_back ();
  portal_router_run (exchange->call, NULL);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, worker_done_cb, exchange, NULL);
  g_source_attach (source, exchange->server->context);
}

static char *
dup_address (const PortalConfig *config, SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *forwarded = soup_message_headers_get_list (headers, "X-Forwarded-For");
  GInetAddress *address;

  if (config->behind_proxy && forwarded != NULL)
    {
      const char *comma = strrchr (forwarded, ',');

      return g_strstrip (g_strdup (comma != NULL ? comma + 1 : forwarded));
    }
  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return g_strdup ("unknown");
  address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  return g_inet_address_to_string (address);
}

/* How the client calls us: the configured address, else the one it used. */
static char *
dup_root (PortalServer *self, SoupServerMessage *message)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".-:[]_";
  const PortalConfig *config = self->service->config;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_message_headers_get_one (headers, "Host");
  const char *scheme = config->tls_cert != NULL ? "https" : "http";

  if (config->public_url != NULL)
    return g_strdup (config->public_url);
  if (host == NULL || *host == '\0' || host[strspn (host, allowed)] != '\0')
    return g_strdup (self->url);
  if (config->behind_proxy)
    scheme = g_strcmp0 (soup_message_headers_get_one (headers, "X-Forwarded-Proto"), "http") == 0
               ? "http"
               : "https";
  return g_strdup_printf ("%s://%s/", scheme, host);
}

static PortalCall *
read_call (PortalServer *self, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  const char *prefer = soup_message_headers_get_list (headers, "Prefer");
  const char *encodings = soup_message_headers_get_list (headers, "Accept-Encoding");
  PortalCall *call = portal_call_new (self->service, soup_server_message_get_method (message),
                                      path);

  call->root = dup_root (self, message);
  call->base = g_strconcat (call->root, "fhir", NULL);
  call->address = dup_address (self->service->config, message);
  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    call->token = g_strstrip (g_strdup (authorization + 7));
  else if (authorization != NULL && g_ascii_strncasecmp (authorization, "Basic ", 6) == 0)
    call->basic = g_strstrip (g_strdup (authorization + 6));
  call->cookies = g_strdup (soup_message_headers_get_list (headers, "Cookie"));
  call->user_agent = g_strdup (soup_message_headers_get_one (headers, "User-Agent"));
  call->accept = g_strdup (soup_message_headers_get_list (headers, "Accept"));
  call->languages = g_strdup (soup_message_headers_get_list (headers, "Accept-Language"));
  call->if_none_match = g_strdup (soup_message_headers_get_list (headers, "If-None-Match"));
  call->if_match = g_strdup (soup_message_headers_get_list (headers, "If-Match"));
  call->if_none_exist = g_strdup (soup_message_headers_get_one (headers, "If-None-Exist"));
  call->prefer = g_strdup (prefer);
  call->security_context = g_strdup (soup_message_headers_get_one (headers, "X-Security-Context"));
  call->range = g_strdup (soup_message_headers_get_one (headers, "Range"));
  call->if_range = g_strdup (soup_message_headers_get_one (headers, "If-Range"));
  call->input_type = g_strdup (type);
  call->upgrade = soup_websocket_server_check_handshake (message, NULL, NULL, NULL, NULL);
  call->strict = prefer != NULL && strstr (prefer, "handling=strict") != NULL;
  call->gzip = encodings != NULL && soup_header_contains (encodings, "gzip");
  call->form = type != NULL && g_ascii_strcasecmp (type, "application/x-www-form-urlencoded") == 0;
  portal_call_add_params (call, g_uri_get_query (soup_server_message_get_uri (message)));
  call->upload = portal_uploads_end (message);
  if (call->form && call->upload == NULL && !portal_connection_is_too_large (message))
    {
      SoupMessageBody *request = soup_server_message_get_request_body (message);
      g_autoptr(GBytes) body = soup_message_body_flatten (request);
      g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));

      /* Secrets come in bodies; a query ends up in other people's logs */
      if (g_str_has_prefix (path, "/auth/") || g_str_has_prefix (path, "/account"))
        g_ptr_array_set_size (call->params, 0);
      portal_call_add_params (call, text);
      memset (text, 0, strlen (text));
    }
  if (!call->form && call->upload == NULL && !portal_connection_is_too_large (message))
    call->input = soup_message_body_flatten (soup_server_message_get_request_body (message));
  return call;
}

static void
start_call (Exchange *exchange)
{
  PortalServer *self = exchange->server;
  PortalStore *store = self->service->store;
  CairnDatabase *database;

  if (exchange->call->route->place == PORTAL_ON_WORKER)
    {
      g_thread_pool_push (self->workers, exchange, NULL);
      return;
    }
  database = exchange->call->route->place == PORTAL_ON_WRITER ? portal_store_get_writer (store)
                                                              : portal_store_next_reader (store);
  cairn_database_run_async (database, run_on_database, exchange->call, NULL, NULL, NULL,
                            database_done_cb, exchange);
}

static gboolean
may_start (PortalServer *self, SoupServerMessage *message, PortalCall *call)
{
  if (portal_connection_is_too_large (message))
    {
      portal_call_outcome (call, 413, "too-long", "The body is too large");
      return FALSE;
    }
  if (!portal_router_find (call))
    return FALSE;
  if (!self->draining && (call->route->place != PORTAL_ON_WORKER ||
                          g_thread_pool_unprocessed (self->workers) < MOST_WAITING))
    return TRUE;
  portal_call_add_header (call, "Retry-After", "2");
  portal_call_outcome (call, 503, "throttled", "The portal is busy or going down");
  return FALSE;
}

static void
handle (SoupServer *soup,
        SoupServerMessage *message,
        const char *path,
        GHashTable *query,
        gpointer data)
{
  PortalServer *self = data;
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->server = self;
  exchange->started = g_get_monotonic_time ();
  exchange->message = g_object_ref (message);
  exchange->call = read_call (self, message, path);
  exchange->last = portal_listener_is_leaving (soup);
  self->active++;
  soup_server_message_pause (message);
  if (may_start (self, message, exchange->call))
    start_call (exchange);
  else
    finish (exchange);
}

static void
begin (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  portal_uploads_begin (((PortalServer *) data)->uploads, message, path);
}

static void
handle_metrics (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  PortalServer *self = data;
  PortalGauges gauges = { portal_listener_count (self->listener), portal_live_count (self->live), self->active,
                          g_thread_pool_unprocessed (self->workers) };
  char *text;

  if (!g_str_equal (path, "/metrics") || !g_str_equal (soup_server_message_get_method (message), "GET"))
    {
      soup_server_message_set_status (message, 404, NULL);
      return;
    }
  text = portal_metrics_to_text (self->metrics, &gauges);
  soup_server_message_set_response (message, "text/plain; version=0.0.4", SOUP_MEMORY_TAKE, text, strlen (text));
  soup_server_message_set_status (message, 200, NULL);
}

/* FALSE with self->error. */
static gboolean
listen_all (PortalServer *self)
{
  const PortalConfig *config = self->service->config;

  self->listener = portal_listener_new (config, config->listen, TRUE, begin, handle, self, &self->error);
  if (self->listener != NULL && config->metrics != NULL)
    self->metrics_listener = portal_listener_new (config, config->metrics, FALSE, NULL, handle_metrics, self, &self->error);
  if (self->error != NULL)
    g_clear_pointer (&self->listener, portal_listener_free);
  return self->listener != NULL;
}

static void
report_start (PortalServer *self)
{
  g_mutex_lock (&self->mutex);
  self->started = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gpointer
thread_main (gpointer data)
{
  PortalServer *self = data;

  g_main_context_push_thread_default (self->context);
  if (listen_all (self))
    self->url = portal_listener_dup_url (self->listener);
  if (self->metrics_listener != NULL)
    self->metrics_url = portal_listener_dup_url (self->metrics_listener);
  report_start (self);
  self->upkeep = portal_upkeep_new (self->service->store, self->service->config);
  if (self->listener != NULL)
    g_main_loop_run (self->loop);
  portal_upkeep_free (self->upkeep);
  g_clear_pointer (&self->metrics_listener, portal_listener_free);
  portal_live_cut (self->live);
  g_clear_pointer (&self->listener, portal_listener_free);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
server_free (PortalServer *self)
{
  g_thread_join (self->thread);
  g_thread_pool_free (self->workers, FALSE, TRUE);
  if (self->drain_timer != NULL)
    {
      g_source_destroy (self->drain_timer);
      g_source_unref (self->drain_timer);
    }
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_clear_error (&self->error);
  g_free (self->url);
  g_free (self->metrics_url);
  portal_metrics_free (self->metrics);
  portal_uploads_free (self->uploads);
  portal_live_free (self->live);
  g_free (self);
}

static void
all_gone (gpointer data)
{
  leave_when_idle (data);
}

/* The service must outlive the server. */
PortalServer *
portal_server_start (const PortalService *service, GError **error)
{
  PortalServer *self = g_new0 (PortalServer, 1);

  self->service = service;
  self->metrics = portal_metrics_new ();
  self->uploads = portal_uploads_new (service);
  self->live = portal_live_new (service, all_gone, self);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  /* One core is left to reads, where there are two */
  self->workers = g_thread_pool_new (run_on_worker, self, CLAMP ((int) g_get_num_processors () - 1, 1, MOST_WORKERS),
                                     TRUE, NULL);
  self->thread = g_thread_new ("portal", thread_main, self);
  g_mutex_lock (&self->mutex);
  while (!self->started)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (self->error == NULL)
    return self;
  g_propagate_error (error, g_steal_pointer (&self->error));
  server_free (self);
  return NULL;
}

static gboolean
give_up_draining (gpointer data)
{
  g_main_loop_quit (((PortalServer *) data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
drain (gpointer data)
{
  PortalServer *self = data;

  self->draining = TRUE;
  portal_listener_stop (self->listener);
  self->drain_timer = g_timeout_source_new_seconds (DRAIN_SECONDS);
  g_source_set_callback (self->drain_timer, give_up_draining, self, NULL);
  g_source_attach (self->drain_timer, self->context);
  portal_live_stop (self->live);
  leave_when_idle (self);
  return G_SOURCE_REMOVE;
}

/* Requests that are being worked on get their answers first. */
void
portal_server_stop (PortalServer *self)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_callback (source, drain, self, NULL);
  g_source_attach (source, self->context);
  server_free (self);
}

const char *
portal_server_get_url (PortalServer *self)
{
  return self->url;
}

/* Where Prometheus reads; NULL without. */
const char *
portal_server_get_metrics_url (PortalServer *self)
{
  return self->metrics_url;
}
