/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Apps that register themselves (RFC 7591): public ones only, that keep no secret, a few an hour from one address, and
 * forgotten when nobody lets them in. People are told that the clinic does not know them. On the writer. */
#include "portal-register-client.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "common/cairn-scopes.h"
#include "fhir/cairn-date.h"
#include "portal-client.h"
#include "portal-throttle.h"

#define JSON "application/json"
#define LONGEST_BODY (16 * 1024)
#define LONGEST_SCOPE 4096
#define PER_ADDRESS 20       /* an hour */
#define MOST 10000           /* in all */

static void
reply_error (PortalCall *call, guint status, const char *error, const char *why)
{
  portal_call_reply_take (call, status, JSON, g_strdup_printf ("{\"error\":\"%s\",\"error_description\":\"%s\"}", error, why));
}

static void
reply_failure (PortalCall *call, const GError *error)
{
  g_message ("A request failed: %s", error->message);
  reply_error (call, g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE) ? 503 : 500, "server_error", "");
}

/* Whether a list is absent, or has only what there is here. */
static gboolean
is_within (CairnJson body, const char *name, const char *const *allowed)
{
  CairnJson list = cairn_json_member (body, name), value;
  CairnJsonIter iter;

  if (list.text == NULL)
    return TRUE;
  cairn_json_iter_init (&iter, list);
  while (cairn_json_iter_next (&iter, NULL, &value))
    {
      g_autofree char *text = cairn_json_dup_string (value);

      if (text == NULL || !g_strv_contains (allowed, text))
        return FALSE;
    }
  return cairn_json_count (list) > 0;
}

/* NULL when there is one that can't be, none, or too many. */
static char **
dup_redirects (CairnJson body)
{
  CairnJson list = cairn_json_member (body, "redirect_uris"), value;
  g_autoptr(GStrvBuilder) redirects = g_strv_builder_new ();
  guint n = cairn_json_count (list);
  CairnJsonIter iter;

  if (n == 0 || n > PORTAL_CLIENT_MOST_REDIRECTS)
    return NULL;
  cairn_json_iter_init (&iter, list);
  while (cairn_json_iter_next (&iter, NULL, &value))
    {
      g_autofree char *uri = cairn_json_dup_string (value);

      if (!portal_client_redirect_is_good (uri))
        return NULL;
      g_strv_builder_add (redirects, uri);
    }
  return g_strv_builder_end (redirects);
}

/* What the body says, or NULL with the call answered. */
static PortalClient *
read_client (PortalCall *call, CairnJson body)
{
  static const char *const grants[] = { "authorization_code", "refresh_token", NULL }, *const types[] = { "code", NULL };
  g_autofree char *method = cairn_json_dup_text_at (body, "token_endpoint_auth_method"), *name = NULL, *site = NULL;
  g_autofree char *given = cairn_json_dup_text_at (body, "client_name"), *scope = cairn_json_dup_text_at (body, "scope");
  g_auto(GStrv) redirects = dup_redirects (body);
  PortalClient *client;

  name = portal_client_dup_name (given);
  site = cairn_json_dup_text_at (body, "client_uri");
  if (redirects == NULL)
    reply_error (call, 400, "invalid_redirect_uri",
                 "redirect_uris are 1 to 10 of: https, http on 127.0.0.1 or [::1], or a private scheme with a dot");
  else if (name == NULL)
    reply_error (call, 400, "invalid_client_metadata", "client_name is needed: 80 characters at most, for people to read");
  else if (method != NULL && !g_str_equal (method, "none"))
    reply_error (call, 400, "invalid_client_metadata", "token_endpoint_auth_method is none: ask the clinic for a secret");
  else if (!is_within (body, "grant_types", grants) || !is_within (body, "response_types", types))
    reply_error (call, 400, "invalid_client_metadata", "grant_types are authorization_code and refresh_token, response_types code");
  else if ((site != NULL && !portal_client_site_is_good (site)) || (scope != NULL && strlen (scope) > LONGEST_SCOPE))
    reply_error (call, 400, "invalid_client_metadata", "client_uri is no https address, or scope is too long");
  else
    {
      client = portal_client_new (name, (const char *const *) redirects);
      client->site = g_steal_pointer (&site);
      client->scope = g_steal_pointer (&scope);
      client->registered = TRUE;
      return client;
    }
  return NULL;
}

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_texts (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

static void
reply_client (PortalCall *call, const PortalClient *client)
{
  static const char *const grants[] = { "authorization_code", "refresh_token", NULL }, *const types[] = { "code", NULL };
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "client_id", client->id);
  json_builder_set_member_name (builder, "client_id_issued_at");
  json_builder_add_int_value (builder, client->created / 1000);
  add_text (builder, "client_name", client->name);
  add_text (builder, "client_uri", client->site);
  add_text (builder, "scope", client->scope);
  add_texts (builder, "redirect_uris", (const char *const *) client->redirects);
  add_texts (builder, "grant_types", grants);
  add_texts (builder, "response_types", types);
  add_text (builder, "token_endpoint_auth_method", "none");
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  portal_call_reply_take (call, 201, JSON, json_to_string (root, FALSE));
}

/* Whether one more may come from there; else the call is answered. */
static gboolean
may_come (PortalCall *call, CairnConnection *db, GError **error)
{
  g_autofree char *counter = g_strconcat ("clients:", call->address, NULL), *seconds = NULL;
  gint64 wait, n;

  if (!portal_client_forget (db, call->service->config, error) ||
      !portal_throttle_count (db, counter, PER_ADDRESS, cairn_date_now (), &wait, error) ||
      !portal_store_count_registered (db, &n, error))
    return FALSE;
  if (wait == 0 && n < MOST)
    return TRUE;
  seconds = g_strdup_printf ("%" G_GINT64_FORMAT, wait > 0 ? (wait + 999) / 1000 : PORTAL_HOUR_MS / 1000);
  portal_call_add_header (call, "Retry-After", seconds);
  reply_error (call, 429, "temporarily_unavailable", "Too many apps have registered; try again later");
  return FALSE;
}

/* POST registration_endpoint */
void
portal_register_client (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalClient) client = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (g_str_equal (call->service->config->app_registration, "closed"))
    reply_error (call, 403, "access_denied", "Apps are registered by the clinic here");
  else if (call->input == NULL || g_strcmp0 (call->input_type, JSON) != 0 ||
           !cairn_gate_check (call->input, LONGEST_BODY, &body, NULL) || !cairn_json_is_object (body))
    reply_error (call, 400, "invalid_client_metadata", "The body is a JSON object (application/json) of at most 16 KB");
  else
    {
      client = read_client (call, body);
      if (client == NULL)
        return;
      if (cairn_connection_begin (db, &error) && may_come (call, db, &error) &&
          portal_store_add_client (db, client, &error) && cairn_connection_commit (db, &error))
        reply_client (call, client);
      else if (error != NULL)
        reply_failure (call, error);
    }
}
