/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of HTTP, TLS and the network, in Cairn's words. No state. */
#include "cairn-api-error.h"
#include "cairn-api.h"

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "fhir/cairn-outcome.h"

#include <stdlib.h>
#include <string.h>

#define HTTP_MARK " (HTTP "

static int
code_for (guint status)
{
  switch (status)
    {
    case 401:
      return CAIRN_ERROR_SIGN_IN;
    case 403:
      return CAIRN_ERROR_FORBIDDEN;
    case 404:
      return CAIRN_ERROR_NOT_FOUND;
    case 409:
    case 412:
      return CAIRN_ERROR_CONFLICT;
    case 410:
      return CAIRN_ERROR_GONE;
    case 413:
      return CAIRN_ERROR_TOO_LARGE;
    case 429:
    case 503:
      return CAIRN_ERROR_BUSY;
    default:
      return status >= 500 ? CAIRN_ERROR_SERVER : CAIRN_ERROR_REJECTED;
    }
}

/* Retry-After: seconds, or a date by the server's own clock (RFC 9110 §10.2.3) */
static gint64
read_pause (SoupMessageHeaders *headers)
{
  const char *after = soup_message_headers_get_one (headers, "Retry-After");
  const char *now_text = soup_message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) until = NULL;
  g_autoptr(GDateTime) now = NULL;

  if (after == NULL)
    return 0;
  if (g_ascii_isdigit (*after))
    return (gint64) MIN (g_ascii_strtoull (after, NULL, 10), 86400) * 1000;
  until = soup_date_time_new_from_http_string (after);
  now = now_text != NULL ? soup_date_time_new_from_http_string (now_text) : g_date_time_new_now_utc ();
  return until != NULL && now != NULL ? MAX (g_date_time_difference (until, now) / 1000, 0) : 0;
}

/* What it says, and the code of a refusal of our profile. */
static char *
read_outcome (GBytes *body, char **refusal)
{
  CairnJson json;

  if (body == NULL || !cairn_gate_check (body, CAIRN_GATE_MAX_PAGE, &json, NULL))
    return NULL;
  *refusal = cairn_outcome_dup_refusal (json);
  return cairn_outcome_dup_text (json);
}

/**
 * cairn_api_error_from_status:
 * @status: an HTTP status that isn't 2xx
 * @headers: of the answer
 * @body: (nullable): its body, which may be an OperationOutcome
 * @pause_ms: (out): how long the server asks to wait, 0 when it doesn't
 *
 * Returns: (transfer full): the error
 */
GError *
cairn_api_error_from_status (guint status, SoupMessageHeaders *headers, GBytes *body, gint64 *pause_ms)
{
  g_autofree char *refusal = NULL;
  g_autofree char *outcome = read_outcome (body, &refusal);
  const char *phrase = soup_status_get_phrase (status);

  *pause_ms = read_pause (headers);
  if (status >= 300 && status < 400)
    return g_error_new (CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The server sends elsewhere, which is not followed"
                        HTTP_MARK "%u)", status);
  return g_error_new (CAIRN_ERROR, code_for (status), "%s" HTTP_MARK "%u%s%s)", outcome != NULL ? outcome : phrase, status,
                      refusal != NULL ? ", " : "", refusal != NULL ? refusal : "");
}

/**
 * cairn_api_error_from_type:
 * @headers: of an answer that must be JSON
 *
 * Returns: (transfer full) (nullable): an error when its content type is another one
 */
GError *
cairn_api_error_from_type (SoupMessageHeaders *headers)
{
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  if (type != NULL && (g_str_equal (type, "application/json") || g_str_equal (type, "text/json") ||
                       g_str_has_suffix (type, "+json")))
    return NULL;
  return g_error_new (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "JSON was asked for, %s came", type != NULL ? type : "nothing named");
}

/**
 * cairn_api_error_from_io:
 * @error: what libsoup or GIO reported
 * @message: (nullable): the message
 * @expired: whether our own deadline ended it
 *
 * Returns: (transfer full): the error
 */
GError *
cairn_api_error_from_io (const GError *error, SoupMessage *message, gboolean expired)
{
  if (expired)
    return g_error_new (CAIRN_ERROR, CAIRN_ERROR_NETWORK, "The whole answer did not come in time");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (error->domain == G_TLS_ERROR || (message != NULL && soup_message_get_tls_peer_certificate_errors (message) != 0))
    return g_error_new (CAIRN_ERROR, g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF) ? CAIRN_ERROR_NETWORK
                        : CAIRN_ERROR_CERTIFICATE, "The connection is not safe: %s", error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return g_error_new (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The answer can't be decoded: %s", error->message);
  return g_error_new (CAIRN_ERROR, CAIRN_ERROR_NETWORK, "%s", error->message);
}

/**
 * cairn_api_error_get_http:
 * @error: (nullable): an error of any domain
 *
 * Returns: the HTTP status that led to it, 0 when none did
 */
guint
cairn_api_error_get_http (const GError *error)
{
  const char *mark = error != NULL ? g_strrstr (error->message, HTTP_MARK) : NULL;

  return mark != NULL ? (guint) atoi (mark + strlen (HTTP_MARK)) : 0;
}

gboolean
cairn_api_error_wants_proof (SoupMessageHeaders *headers)
{
  const char *challenge = soup_message_headers_get_list (headers, "WWW-Authenticate");

  return challenge != NULL && strstr (challenge, "error=\"insufficient_user_authentication\"") != NULL;
}

/**
 * cairn_api_error_dup_refusal:
 * @message: (nullable): an error's message, maybe one that was kept
 *
 * Returns: (transfer full) (nullable): code of %CAIRN_REFUSAL_SYSTEM that the portal gave for it
 */
char *
cairn_api_error_dup_refusal (const char *message)
{
  const char *mark = message != NULL ? g_strrstr (message, HTTP_MARK) : NULL;
  const char *code = mark != NULL ? strstr (mark, ", ") : NULL;

  return code != NULL ? g_strndup (code + 2, strcspn (code + 2, ")")) : NULL;
}
