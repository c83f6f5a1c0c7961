/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-socket.h"

G_BEGIN_DECLS

/**
 * CairnApiProgress:
 * @done: bytes of the body that have come, decoded
 * @data: the caller's
 *
 * Called on the main thread while an answer comes.
 */
typedef void (*CairnApiProgress) (gsize done, gpointer data);

/**
 * CairnApiBody:
 * @data: the caller's
 *
 * Called on the main thread for each try of a request whose body is a stream.
 *
 * Returns: (transfer full): the body from its beginning
 */
typedef GInputStream *(*CairnApiBody) (gpointer data);

/**
 * CairnApiSink:
 * @type: (nullable): Content-Type of an answer with 2xx, as written
 * @data: the caller's
 *
 * Called on the main thread when an answer begins, again with each try.
 *
 * Returns: (transfer full) (nullable): where its body goes, closed at the end; with %NULL it is the answer's "body"
 */
typedef GOutputStream *(*CairnApiSink) (const char *type, gpointer data);

/**
 * CairnApiRequest:
 * @method: "GET", "POST", "PUT" or "DELETE"
 * @url: absolute address on the api's origin
 * @token: (nullable): access token to send
 * @form: (nullable): body, application/x-www-form-urlencoded; wiped when the request is freed
 * @json: (nullable): body, instead of @form; wiped when the request is freed
 * @json_type: (nullable): what @json is, application/fhir+json when %NULL, static
 * @prefer: (nullable): how the answer should be (FHIR R4 §3.1.0.1.1), static
 * @if_none_exist: (nullable): a search; a POST writes only when it finds nothing (FHIR R4 §3.1.0.5.3)
 * @if_match: (nullable): the version that a PUT changes (RFC 9110 §13.1.1)
 * @accept: (nullable): what to ask for, application/fhir+json when %NULL
 * @repeat: whether a POST may be sent again; a GET always may
 * @fhir: the answer must be JSON by its content type
 * @keep_errors: hand answers with 4xx back instead of making errors of them (OAuth)
 * @limit: bytes of decoded body, 0 for the page limit of 16 MB
 * @deadline: seconds for one whole answer, 0 for 60
 * @tries: how often at most, 0 for 4
 * @progress: (nullable): told of each piece of a body
 * @progress_data: for @progress; must live until the request is over
 * @open_body: (nullable): body, instead of @json, that is never in memory as a whole
 * @body_length: how long it is
 * @body_type: (nullable): what it is
 * @sent: (nullable): told of each piece of that body that went
 * @body_data: for @open_body and @sent; must live until the request is over
 * @security_context: (nullable): "Type/id": who may see it may see a Binary (FHIR R4 §2.41.5)
 * @open_sink: (nullable): where the answer's body goes
 * @sink_data: for @open_sink; must live until the request is over
 * @socket: whether a GET is to become a WebSocket (RFC 6455)
 *
 * What to ask a server for.
 */
typedef struct
{
  const char *method;
  char       *url;
  char       *token;
  char       *form;
  char       *json;
  const char *json_type;
  const char *prefer;
  char       *if_none_exist;
  char       *if_match;
  char       *accept;
  gboolean    repeat;
  gboolean    fhir;
  gboolean    keep_errors;
  gsize       limit;
  guint       deadline;
  guint       tries;
  CairnApiProgress progress;
  gpointer    progress_data;
  CairnApiBody open_body;
  goffset     body_length;
  char       *body_type;
  CairnApiProgress sent;
  gpointer    body_data;
  char       *security_context;
  CairnApiSink open_sink;
  gpointer    sink_data;
  gboolean    socket;
} CairnApiRequest;

CairnApiRequest *cairn_api_request_new  (const char *method, const char *url);
CairnApiRequest *cairn_api_request_copy (const CairnApiRequest *self);
void             cairn_api_request_free (CairnApiRequest *self);

/**
 * CairnApiAnswer:
 * @status: HTTP status
 * @type: (nullable): its Content-Type as written
 * @body: decoded body; empty when it went into a stream
 * @date: the server's clock by its Date header, ms since 1970; 0 when it has none
 * @socket: (nullable): what was opened, when the request asked for that
 * @more_proof: the token is good, but the person must prove again who they are (RFC 9470)
 *
 * A whole answer.
 */
typedef struct
{
  guint   status;
  char   *type;
  GBytes *body;
  gint64  date;
  gboolean more_proof;
  CairnSocket *socket;
} CairnApiAnswer;

void cairn_api_answer_free (CairnApiAnswer *self);

/**
 * CairnApi:
 *
 * The only door to the network: one origin, six connections, no redirects, no cookies, no other host
 * whatever a server says; verified TLS, plain HTTP only to loopback; a limit on decoded bytes and a
 * deadline for the whole of each answer; Retry-After obeyed, back-off with jitter. Main thread.
 *
 * Property "online": whether the last request was answered at all.
 */
#define CAIRN_TYPE_API (cairn_api_get_type ())
G_DECLARE_FINAL_TYPE (CairnApi, cairn_api, CAIRN, API, GObject)

CairnApi       *cairn_api_new           (const char *url, GError **error);
gboolean        cairn_api_is_ours       (CairnApi *self, const char *url);
gboolean        cairn_api_is_loopback   (const char *host);
gboolean        cairn_api_get_online    (CairnApi *self);
void            cairn_api_get_totals    (CairnApi *self, guint64 *requests, guint64 *bytes_wire, guint64 *bytes_body);
void            cairn_api_send_async    (CairnApi *self, const CairnApiRequest *request, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
CairnApiAnswer *cairn_api_send_finish   (CairnApi *self, GAsyncResult *result, GError **error);
guint           cairn_api_error_get_http (const GError *error);
char           *cairn_api_error_dup_refusal (const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnApiRequest, cairn_api_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnApiAnswer, cairn_api_answer_free)

G_END_DECLS
