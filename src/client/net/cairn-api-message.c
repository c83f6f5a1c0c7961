/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request as libsoup sends it. Main thread. */
#include "cairn-api-message.h"

#include "common/cairn-crypto.h"

#include <string.h>

static void
wipe (gpointer text)
{
  cairn_secret_clear (text);
}

static void
set_text (SoupMessage *message, const char *type, const char *text)
{
  gsize length = strlen (text);
  char *copy = g_strdup (text);
  g_autoptr(GBytes) body = g_bytes_new_with_free_func (copy, length, wipe, copy);

  soup_message_set_request_body_from_bytes (message, type, body);
}

/*
 * A stream is read as it goes out; each message has one of its own. On a connection that was used before libsoup would begin anew by
 * itself when it breaks, with what is left of the stream.
 */
static void
set_stream (SoupMessage *message, const CairnApiRequest *request)
{
  g_autoptr(GInputStream) stream = request->open_body (request->body_data);

  soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_set_request_body (message, request->body_type, stream, request->body_length);
}

static void
wrote_cb (SoupMessage *message, guint length, gpointer data)
{
  const CairnApiRequest *request = data;
  gsize done = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), "done")) + length;

  g_object_set_data (G_OBJECT (message), "done", GSIZE_TO_POINTER (done));
  request->sent (done, request->body_data);
}

static void
set_header (SoupMessage *message, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), name, value);
}

/**
 * cairn_api_message_new:
 * @request: what to ask; must live as long as the message
 *
 * Returns: (transfer full): a message that follows no redirect and tells no proxy's or cookie's story
 */
SoupMessage *
cairn_api_message_new (const CairnApiRequest *request)
{
  SoupMessage *message = soup_message_new (request->method, request->url);
  g_autofree char *token = request->token != NULL ? g_strconcat ("Bearer ", request->token, NULL) : NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  set_header (message, "Accept", request->accept != NULL ? request->accept : "application/fhir+json");
  set_header (message, "Prefer", request->prefer);
  set_header (message, "If-None-Exist", request->if_none_exist);
  set_header (message, "If-Match", request->if_match);
  set_header (message, "X-Security-Context", request->security_context);
  set_header (message, "Authorization", token);
  token = cairn_secret_clear (token);
  if (request->form != NULL)
    set_text (message, "application/x-www-form-urlencoded", request->form);
  else if (request->json != NULL)
    set_text (message, request->json_type != NULL ? request->json_type : "application/fhir+json", request->json);
  else if (request->open_body != NULL)
    set_stream (message, request);
  if (request->sent != NULL)
    g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_cb), (gpointer) request);
  return message;
}
