/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request and its answer, away from libsoup, so that handlers can run on any thread. Used by one
 * thread at a time. */
#include "portal-call.h"

#include <gio/gio.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-outcome.h"
#include "server/accounts/portal-account-call.h"

#define COMPRESS_FROM 1024
#define COMPRESS_LEVEL 1

static void
param_free (gpointer data)
{
  PortalParam *param = data;

  g_free (param->name);
  cairn_secret_clear (param->value);
  g_free (param);
}

PortalCall *
portal_call_new (const PortalService *service, const char *method, const char *path)
{
  PortalCall *call = g_new0 (PortalCall, 1);

  call->service = service;
  call->method = g_strdup (method);
  call->path = g_strdup (path);
  call->started = cairn_date_now ();
  call->params = g_ptr_array_new_with_free_func (param_free);
  call->headers = g_ptr_array_new_with_free_func (param_free);
  return call;
}

void
portal_call_free (PortalCall *call)
{
  g_free (call->method);
  g_free (call->path);
  for (guint i = 0; i < G_N_ELEMENTS (call->args); i++)
    g_free (call->args[i]);
  g_ptr_array_unref (call->params);
  g_ptr_array_unref (call->headers);
  g_free (call->root);
  g_free (call->base);
  cairn_secret_clear (call->token);
  cairn_secret_clear (call->basic);
  cairn_secret_clear (call->cookies);
  g_free (call->address);
  g_free (call->user_agent);
  g_free (call->accept);
  g_free (call->if_none_match);
  g_free (call->if_match);
  g_free (call->languages);
  g_free (call->if_none_exist);
  g_free (call->prefer);
  g_free (call->input_type);
  g_clear_pointer (&call->input, g_bytes_unref);
  g_clear_pointer (&call->view, portal_view_free);
  g_free (call->app);
  g_free (call->who);
  g_free (call->about);
  g_free (call->entries);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_clear_pointer (&call->parts, portal_parts_free);
  g_free (call->security_context);
  g_free (call->range);
  g_free (call->if_range);
  g_free (call);
}

static void
add (GPtrArray *list, const char *name, const char *value)
{
  PortalParam *param = g_new (PortalParam, 1);

  *param = (PortalParam) { g_strdup (name), g_strdup (value) };
  g_ptr_array_add (list, param);
}

/* Takes application/x-www-form-urlencoded text apart; what is no UTF-8 is left out. */
void
portal_call_add_params (PortalCall *call, const char *encoded)
{
  GUriParamsIter iter;
  char *name, *value;

  if (encoded == NULL)
    return;
  g_uri_params_iter_init (&iter, encoded, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      add (call->params, name, value);
      g_free (name);
      cairn_secret_clear (value);
    }
}

/* The first of that name; NULL when there is none or it is empty. */
const char *
portal_call_get_param (PortalCall *call, const char *name)
{
  for (guint i = 0; i < call->params->len; i++)
    {
      PortalParam *param = g_ptr_array_index (call->params, i);

      if (g_str_equal (param->name, name))
        return *param->value != '\0' ? param->value : NULL;
    }
  return NULL;
}

void
portal_call_add_header (PortalCall *call, const char *name, const char *value)
{
  add (call->headers, name, value);
}

void
portal_call_reply (PortalCall *call, guint status, const char *content_type, GBytes *body)
{
  call->status = status;
  call->content_type = content_type;
  g_clear_pointer (&call->body, g_bytes_unref);
  call->body = body != NULL ? g_bytes_ref (body) : NULL;
  g_clear_pointer (&call->parts, portal_parts_free);
}

void
portal_parts_free (PortalParts *parts)
{
  g_clear_pointer (&parts->before, g_bytes_unref);
  g_clear_pointer (&parts->after, g_bytes_unref);
  g_free (parts);
}

/* Takes the bytes of parts; its size follows from the rest. */
void
portal_call_reply_parts (PortalCall *call, guint status, const char *content_type, const PortalParts *parts)
{
  portal_call_reply (call, status, content_type, NULL);
  call->parts = g_memdup2 (parts, sizeof *parts);
  call->parts->size = (parts->before != NULL ? g_bytes_get_size (parts->before) : 0) +
                      (parts->base64 ? (parts->length + 2) / 3 * 4 : parts->length) +
                      (parts->after != NULL ? g_bytes_get_size (parts->after) : 0);
}

void
portal_call_reply_take (PortalCall *call, guint status, const char *content_type, char *text)
{
  g_autoptr(GBytes) body = g_bytes_new_take (text, strlen (text));

  portal_call_reply (call, status, content_type, body);
}

/* An error in the words of the side that was asked: FHIR's, or RFC 7807's for accounts. */
void
portal_call_outcome (PortalCall *call, guint status, const char *code, const char *diagnostics)
{
  if (g_str_has_prefix (call->path, "/account"))
    {
      portal_account_problem (call, status, code, NULL, diagnostics);
      return;
    }
  portal_call_reply_take (call, status, PORTAL_FHIR_JSON,
                          cairn_outcome_new ("error", code, diagnostics));
}

/* The same with a code of the portal's own, which tells a client more (CAIRN_REFUSAL_SYSTEM); NULL for none. */
void
portal_call_refuse (PortalCall *call, guint status, const char *code, const char *detail, const char *diagnostics)
{
  if (detail == NULL)
    portal_call_outcome (call, status, code, diagnostics);
  else
    portal_call_reply_take (call, status, PORTAL_FHIR_JSON, cairn_outcome_new_refusal (code, detail, diagnostics));
}

/* What failed inside is for the log; the caller learns that something did. */
void
portal_call_fail (PortalCall *call, const GError *error)
{
  gboolean busy = g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE);

  g_message ("A request failed: %s", error->message);
  if (busy)
    portal_call_add_header (call, "Retry-After", "5");
  portal_call_outcome (call, busy ? 503 : 500, busy ? "lock-error" : "exception",
                       "The portal could not do this");
}

/* gzip for who takes it, where it pays. */
void
portal_call_compress (PortalCall *call)
{
  g_autoptr(GConverter) gzip = NULL;
  g_autoptr(GOutputStream) memory = NULL, stream = NULL;
  g_autoptr(GBytes) packed = NULL;

  if (call->body == NULL || g_bytes_get_size (call->body) < COMPRESS_FROM)
    return;
  portal_call_add_header (call, "Vary", "Accept-Encoding");
  if (!call->gzip)
    return;
  gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, COMPRESS_LEVEL));
  memory = g_memory_output_stream_new_resizable ();
  stream = g_converter_output_stream_new (memory, gzip);
  if (!g_output_stream_write_all (stream, g_bytes_get_data (call->body, NULL),
                                  g_bytes_get_size (call->body), NULL, NULL, NULL) ||
      !g_output_stream_close (stream, NULL, NULL))
    return;
  packed = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  g_bytes_unref (call->body);
  call->body = g_steal_pointer (&packed);
  portal_call_add_header (call, "Content-Encoding", "gzip");
}
