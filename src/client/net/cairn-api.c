/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file with a SoupSession. An answer is read in pieces under a limit and a deadline of our
 * own: libsoup's time-outs restart with each byte, and its decoder has no limit. Main thread.
 */
#include "cairn-api.h"
#include "cairn-api-body.h"
#include "cairn-api-error.h"
#include "cairn-api-message.h"
#include "cairn-socket-private.h"
#include "cairn-trust.h"

#include "common/cairn-error.h"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#define CONNECTIONS 6
#define DEFAULT_DEADLINE 60
#define DEFAULT_TRIES 4
#define FIRST_WAIT_MS 400
/* A server that asks for a longer pause is not waited for; that is told instead. */
#define LONGEST_PAUSE_MS 60000

struct _CairnApi
{
  GObject       parent_instance;

  SoupSession  *session;
  GUri         *origin;
  GTlsDatabase *extra_trust;

  guint64       requests;
  guint64       bytes_wire;
  guint64       bytes_body;
  gboolean      online;
};

G_DEFINE_FINAL_TYPE (CairnApi, cairn_api, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ONLINE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* One request with all its tries. */
typedef struct
{
  CairnApiRequest *request;
  guint            tries_left;
  guint            n_tries;
  SoupMessage     *message;
  GInputStream    *stream;
  GBytes          *body;
  gsize            length;        /* bytes of it that came */
  GCancellable    *cancellable;   /* of this try: the caller's, or the deadline */
  gulong           chained;
  guint            timer;
  gboolean         expired;
} Exchange;

static void start_try (GTask *task);

static void
exchange_end_try (Exchange *exchange, GCancellable *outer)
{
  g_clear_handle_id (&exchange->timer, g_source_remove);
  if (exchange->chained != 0)
    g_cancellable_disconnect (outer, exchange->chained);
  exchange->chained = 0;
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_pointer (&exchange->body, g_bytes_unref);
  exchange->length = 0;
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_handle_id (&exchange->timer, g_source_remove);
  cairn_api_request_free (exchange->request);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_pointer (&exchange->body, g_bytes_unref);
  g_free (exchange);
}

static void
set_online (CairnApi *self, gboolean online)
{
  if (self->online == online)
    return;
  self->online = online;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

static gboolean
wait_over_cb (gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);

  exchange->timer = 0;
  if (!g_task_return_error_if_cancelled (task))
    start_try (task);
  return G_SOURCE_REMOVE;
}

/* Calls wait_over_cb() after a time, or at once when the caller gives up. Takes the task. */
static guint
wait_or_cancel (GTask *task, guint wait)
{
  g_autoptr(GSource) source = g_timeout_source_new (wait);

  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_source_set_callback (source, wait_over_cb, task, g_object_unref);
  return g_source_attach (source, g_main_context_get_thread_default ());
}

/* Doubles with each try; the jitter keeps many clients from coming back at the same moment. */
static guint
next_wait (const Exchange *exchange)
{
  guint wait = FIRST_WAIT_MS << MIN (exchange->n_tries - 1, 5);

  return wait / 2 + (guint) g_random_int_range (0, (gint32) wait);
}

/* Ends the task with an error, or tries again when that can help. Takes @error and the task. */
static void
fail_try (GTask *task, GError *error, gint64 pause_ms)
{
  Exchange *exchange = g_task_get_task_data (task);
  gboolean again = cairn_error_may_retry (error) && exchange->tries_left > 0 && pause_ms <= LONGEST_PAUSE_MS;
  guint wait;

  exchange_end_try (exchange, g_task_get_cancellable (task));
  if (!again || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      if (!g_task_return_error_if_cancelled (task))
        g_task_return_error (task, error);
      else
        g_error_free (error);
      g_object_unref (task);
      return;
    }
  wait = MAX (next_wait (exchange), (guint) MAX (pause_ms, 0));
  g_debug ("Again in %u ms: %s", wait, error->message);
  g_error_free (error);
  exchange->timer = wait_or_cancel (task, wait);
}

static void
count_bytes (CairnApi *self, Exchange *exchange)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (exchange->message);

  if (metrics != NULL)
    self->bytes_wire += soup_message_metrics_get_response_header_bytes_received (metrics) +
                        soup_message_metrics_get_response_body_bytes_received (metrics);
  self->bytes_body += exchange->length;
}

static const char *
get_type (SoupMessage *message)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (message), "Content-Type");
}

static gint64
read_date (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Date");
  g_autoptr(GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? g_date_time_to_unix (date) * 1000 : 0;
}

static void
finish_try (GTask *task)
{
  CairnApi *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  guint status = soup_message_get_status (exchange->message);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  g_autoptr(GBytes) body = NULL;
  CairnApiAnswer *answer;
  GError *error = NULL;
  gint64 pause = 0;

  count_bytes (self, exchange);
  set_online (self, TRUE);
  body = g_steal_pointer (&exchange->body);
  if (status < 200 || status > 299)
    {
      gboolean mine = exchange->request->keep_errors && status >= 400 && status < 500 && status != 429;

      if (!mine)
        error = cairn_api_error_from_status (status, headers, body, &pause);
    }
  else if (exchange->request->fhir)
    error = cairn_api_error_from_type (headers);
  if (error != NULL)
    {
      fail_try (task, error, pause);
      return;
    }
  answer = g_new0 (CairnApiAnswer, 1);
  answer->status = status;
  answer->type = g_strdup (get_type (exchange->message));
  answer->date = read_date (exchange->message);
  answer->more_proof = status == 401 && cairn_api_error_wants_proof (headers);
  answer->body = g_steal_pointer (&body);
  exchange_end_try (exchange, g_task_get_cancellable (task));
  g_task_return_pointer (task, answer, (GDestroyNotify) cairn_api_answer_free);
  g_object_unref (task);
}

/* Takes @error and the task. */
static void
fail_io (GTask *task, GError *error)
{
  CairnApi *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *mapped;

  if (exchange->message != NULL)
    count_bytes (self, exchange);
  mapped = cairn_api_error_from_io (error, exchange->message, exchange->expired);
  g_error_free (error);
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    set_online (self, !g_error_matches (mapped, CAIRN_ERROR, CAIRN_ERROR_NETWORK));
  fail_try (task, mapped, 0);
}

static void
body_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  exchange->body = cairn_api_body_read_finish (result, &exchange->length, &error);
  if (exchange->body != NULL)
    {
      finish_try (task);
      return;
    }
  if (error->domain != CAIRN_ERROR)
    {
      fail_io (task, error);
      return;
    }
  count_bytes (g_task_get_source_object (task), exchange);
  g_cancellable_cancel (exchange->cancellable);
  fail_try (task, error, 0);
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr(GOutputStream) sink = NULL;
  GError *error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      fail_io (task, error);
      return;
    }
  if (exchange->request->open_sink != NULL && SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (exchange->message)))
    sink = exchange->request->open_sink (get_type (exchange->message), exchange->request->sink_data);
  cairn_api_body_read_async (exchange->stream, sink, exchange->request, exchange->cancellable, body_cb, task);
}

/* What answers a request for a socket with a page has none; a status that is no success says why. */
static void
fail_socket (GTask *task, GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);
  guint status = soup_message_get_status (exchange->message);
  gint64 pause = 0;

  if (error->domain != SOUP_WEBSOCKET_ERROR || status == 0)
    {
      fail_io (task, error);
      return;
    }
  g_error_free (error);
  set_online (g_task_get_source_object (task), TRUE);
  if (status < 300)
    error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "What answered is no WebSocket");
  else
    error = cairn_api_error_from_status (status, soup_message_get_response_headers (exchange->message), NULL, &pause);
  fail_try (task, error, pause);
}

static void
socket_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(SoupWebsocketConnection) channel = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  CairnApiAnswer *answer;

  if (channel == NULL)
    {
      fail_socket (task, error);
      return;
    }
  set_online (g_task_get_source_object (task), TRUE);
  answer = g_new0 (CairnApiAnswer, 1);
  answer->status = SOUP_STATUS_SWITCHING_PROTOCOLS;
  answer->date = read_date (exchange->message);
  answer->socket = cairn_socket_new (channel);
  exchange_end_try (exchange, g_task_get_cancellable (task));
  g_task_return_pointer (task, answer, (GDestroyNotify) cairn_api_answer_free);
  g_object_unref (task);
}

static gboolean
deadline_cb (gpointer data)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (data));

  exchange->timer = 0;
  exchange->expired = TRUE;
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

static void
chain_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
}

static gboolean
accept_certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  CairnApi *self = data;

  return self->extra_trust != NULL && cairn_trust_accepts (self->extra_trust, certificate, soup_message_get_uri (message));
}

static void
start_try (GTask *task)
{
  CairnApi *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GCancellable *outer = g_task_get_cancellable (task);
  guint deadline = exchange->request->deadline > 0 ? exchange->request->deadline : DEFAULT_DEADLINE;

  exchange->n_tries++;
  exchange->tries_left--;
  exchange->expired = FALSE;
  exchange->cancellable = g_cancellable_new ();
  if (outer != NULL)
    exchange->chained = g_cancellable_connect (outer, G_CALLBACK (chain_cb), g_object_ref (exchange->cancellable),
                                               g_object_unref);
  exchange->message = cairn_api_message_new (exchange->request);
  g_signal_connect_object (exchange->message, "accept-certificate", G_CALLBACK (accept_certificate_cb), self, 0);
  exchange->timer = g_timeout_add_seconds (deadline, deadline_cb, task);
  self->requests++;
  if (exchange->request->socket)
    soup_session_websocket_connect_async (self->session, exchange->message, NULL, NULL, G_PRIORITY_DEFAULT, exchange->cancellable,
                                          socket_cb, g_object_ref (task));
  else
    soup_session_send_async (self->session, exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable, send_cb,
                             g_object_ref (task));
}

static void
cairn_api_finalize (GObject *object)
{
  CairnApi *self = CAIRN_API (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->extra_trust);
  g_clear_pointer (&self->origin, g_uri_unref);
  G_OBJECT_CLASS (cairn_api_parent_class)->finalize (object);
}

static void
cairn_api_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ONLINE:
      g_value_set_boolean (value, CAIRN_API (object)->online);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_api_class_init (CairnApiClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cairn_api_finalize;
  object_class->get_property = cairn_api_get_property;

  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_api_init (CairnApi *self)
{
  self->online = TRUE;
  self->session = soup_session_new_with_options ("max-conns", CONNECTIONS, "max-conns-per-host", CONNECTIONS,
                                                 "timeout", 30, "idle-timeout", 60, "accept-language-auto", TRUE,
                                                 "user-agent", "Cairn/" CAIRN_VERSION, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
}

/**
 * cairn_api_is_loopback:
 * @host: a host's name or number
 *
 * Returns: whether it is this very machine
 */
gboolean
cairn_api_is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address) : g_ascii_strcasecmp (host, "localhost") == 0;
}

/**
 * cairn_api_new:
 * @url: any address on the origin to speak to
 * @error: return location
 *
 * Errors: %CAIRN_ERROR_USAGE for what is no https address (http only to this machine itself),
 * %CAIRN_ERROR_CERTIFICATE when CAIRN_CA_FILE can't be read.
 *
 * Returns: (transfer full) (nullable): an api bound to that origin
 */
CairnApi *
cairn_api_new (const char *url, GError **error)
{
  g_autoptr(CairnApi) self = NULL;
  g_autoptr(GUri) uri = NULL;
  const char *scheme;

  g_return_val_if_fail (url != NULL, NULL);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL ||
      !(g_str_equal (scheme, "https") || (g_str_equal (scheme, "http") && cairn_api_is_loopback (g_uri_get_host (uri)))))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "“%s” is no https address", url);
      return NULL;
    }
  self = g_object_new (CAIRN_TYPE_API, NULL);
  self->origin = g_steal_pointer (&uri);
  return cairn_trust_load (&self->extra_trust, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * cairn_api_is_ours:
 * @self: an api
 * @url: an address
 *
 * Returns: whether it is an absolute address of the api's origin: same scheme, host and port
 */
gboolean
cairn_api_is_ours (CairnApi *self, const char *url)
{
  g_autoptr(GUri) uri = NULL;

  g_return_val_if_fail (CAIRN_IS_API (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_userinfo (uri) == NULL &&
         g_str_equal (g_uri_get_scheme (uri), g_uri_get_scheme (self->origin)) &&
         g_ascii_strcasecmp (g_uri_get_host (uri), g_uri_get_host (self->origin)) == 0 &&
         g_uri_get_port (uri) == g_uri_get_port (self->origin);
}

/**
 * cairn_api_get_online:
 * @self: an api
 *
 * Returns: whether the last request was answered; %TRUE before the first
 */
gboolean
cairn_api_get_online (CairnApi *self)
{
  g_return_val_if_fail (CAIRN_IS_API (self), FALSE);
  return self->online;
}

/**
 * cairn_api_get_totals:
 * @self: an api
 * @requests: (out): requests sent so far
 * @bytes_wire: (out): bytes of their answers as they came
 * @bytes_body: (out): bytes of their bodies, decoded
 */
void
cairn_api_get_totals (CairnApi *self, guint64 *requests, guint64 *bytes_wire, guint64 *bytes_body)
{
  g_return_if_fail (CAIRN_IS_API (self));

  *requests = self->requests;
  *bytes_wire = self->bytes_wire;
  *bytes_body = self->bytes_body;
}

/**
 * cairn_api_send_async:
 * @self: an api
 * @request: what to ask; copied
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sends a request and reads the whole answer. Errors: %CAIRN_ERROR_NETWORK, %CAIRN_ERROR_CERTIFICATE, %CAIRN_ERROR_TOO_LARGE,
 * %CAIRN_ERROR_BAD_DATA (another content type), %CAIRN_ERROR_REJECTED (another origin, 4xx), and what HTTP statuses
 * are mapped to (cairn-api-error.h).
 */
void
cairn_api_send_async (CairnApi              *self,
                      const CairnApiRequest *request,
                      GCancellable          *cancellable,
                      GAsyncReadyCallback    callback,
                      gpointer               user_data)
{
  g_autoptr(GTask) task = NULL;
  Exchange *exchange;
  gboolean repeatable;

  g_return_if_fail (CAIRN_IS_API (self));
  g_return_if_fail (request != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_api_send_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!cairn_api_is_ours (self, request->url))
    {
      g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The address leads away from the portal");
      return;
    }
  repeatable = request->repeat || g_str_equal (request->method, "GET");
  exchange = g_new0 (Exchange, 1);
  exchange->request = cairn_api_request_copy (request);
  exchange->tries_left = !repeatable ? 1 : request->tries > 0 ? request->tries : DEFAULT_TRIES;
  g_task_set_task_data (task, exchange, exchange_free);
  start_try (task);
}

/**
 * cairn_api_send_finish:
 * @self: an api
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the answer
 */
CairnApiAnswer *
cairn_api_send_finish (CairnApi *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
