/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The OAuth endpoints: forms in, RFC 6749's JSON out. The challenge runs on a worker, the others on
 * the writer. */
#include "portal-oauth.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-client.h"
#include "portal-id-token.h"
#include "portal-sign-in.h"
#include "portal-tokens.h"
#include "server/portal.h"

#define JSON "application/json"
#define LONGEST_DEVICE 64
#define LONGEST_NONCE 255
#define CHALLENGE_LENGTH 43   /* base64url of SHA-256 */

static void
text (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
reply (PortalCall *call, guint status, JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  portal_call_add_header (call, "Pragma", "no-cache");
  portal_call_reply_take (call, status, JSON, json_to_string (root, FALSE));
}

static JsonBuilder *
begin_error (const char *error, const char *description)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  text (builder, "error", error);
  text (builder, "error_description", description);
  return builder;
}

static void
reply_error (PortalCall *call, guint status, const char *error, const char *description)
{
  g_autoptr(JsonBuilder) builder = begin_error (error, description);

  reply (call, status, builder);
}

static void
reply_failure (PortalCall *call, const GError *error)
{
  g_message ("A request failed: %s", error->message);
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE))
    {
      portal_call_add_header (call, "Retry-After", "5");
      reply_error (call, 503, "temporarily_unavailable", NULL);
    }
  else
    reply_error (call, 500, "server_error", NULL);
}

static void
refuse_client (PortalCall *call, const char *why)
{
  if (g_str_equal (why, "invalid_request"))
    {
      reply_error (call, 400, why, "client_id is missing");
      return;
    }
  if (call->basic != NULL)
    portal_call_add_header (call, "WWW-Authenticate", "Basic realm=\"cairn\"");
  reply_error (call, 401, why, "This client is not known here, or has not shown that it is the one");
}

/* A form from a client that is known; else the call is answered. */
static PortalClient *
check_client (PortalCall *call, CairnConnection *db)
{
  const char *why;
  g_autoptr(GError) error = NULL;
  PortalClient *client = NULL;

  if (!call->form)
    reply_error (call, 400, "invalid_request",
                 "The body is a form (application/x-www-form-urlencoded)");
  else
    {
      client = portal_client_prove (call, db, &why, &error);
      if (client == NULL && why != NULL)
        refuse_client (call, why);
      else if (client == NULL)
        reply_failure (call, error);
    }
  return client;
}

static gpointer
prove_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return check_client (data, db);
}

/* Passwords are for the clinic's own app; others send people to its page, where they see whom they give it to. */
static gboolean
check_own_client (PortalCall *call)
{
  g_autoptr(PortalClient) client = NULL;

  if (call->form && call->basic == NULL && g_strcmp0 (portal_call_get_param (call, "client_id"), PORTAL_OWN_CLIENT) == 0)
    return TRUE;
  client = cairn_database_run (portal_store_get_writer (call->service->store), prove_on_writer, call, NULL);
  if (client != NULL && g_str_equal (client->id, PORTAL_OWN_CLIENT))
    return TRUE;
  if (client != NULL)
    reply_error (call, 400, "redirect_to_web", "Send people to the authorization endpoint with a browser");
  return FALSE;
}

/* What to give next; the session takes it on from there. */
static void
reply_next (PortalCall *call, const PortalSignIn *in, const char *next, const char *description)
{
  g_autoptr(JsonBuilder) builder = begin_error ("insufficient_authorization", description);

  if (in->end != PORTAL_SIGN_IN_PASSWORD_WRONG && in->end != PORTAL_SIGN_IN_OTP_WRONG && in->end != PORTAL_SIGN_IN_SET_UP_WRONG)
    call->action = PORTAL_SIGN_IN_STEP;
  text (builder, "auth_session", in->new_session);
  text (builder, "cairn_next", next);
  if (g_str_equal (next, "otp"))
    {
      json_builder_set_member_name (builder, "otp_channels");
      json_builder_begin_array (builder);
      json_builder_add_string_value (builder, "totp");
      json_builder_add_string_value (builder, "recovery_code");
      json_builder_end_array (builder);
    }
  text (builder, "otp_secret", in->secret);
  text (builder, "otp_uri", in->uri);
  if (g_str_equal (next, "accept_terms"))
    {
      text (builder, "terms_version", call->service->terms_version);
      text (builder, "terms", call->service->terms);
    }
  reply (call, 400, builder);
}

/* Of a second factor that was just set up: they are shown once. */
static void
add_codes (JsonBuilder *builder, GPtrArray *codes)
{
  if (codes == NULL)
    return;
  json_builder_set_member_name (builder, "recovery_codes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < codes->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (codes, i));
  json_builder_end_array (builder);
}

static void
reply_sign_in (PortalCall *call, const PortalSignIn *in)
{
  g_autoptr(JsonBuilder) builder = NULL;
  g_autofree char *wait = NULL;

  switch (in->end)
    {
    case PORTAL_SIGN_IN_DONE:
      builder = json_builder_new ();
      json_builder_begin_object (builder);
      text (builder, "authorization_code", in->code);
      add_codes (builder, in->codes);
      reply (call, 200, builder);
      break;
    case PORTAL_SIGN_IN_PASSWORD_NEEDED:
      reply_next (call, in, "password", "User name and password are needed");
      break;
    case PORTAL_SIGN_IN_PASSWORD_WRONG:
      reply_next (call, in, "password", "The user name or the password is wrong");
      break;
    case PORTAL_SIGN_IN_OTP_NEEDED:
      reply_next (call, in, "otp", "A code of the authenticator app is needed, or a recovery code");
      break;
    case PORTAL_SIGN_IN_OTP_WRONG:
      reply_next (call, in, "otp", "The code is wrong or was used already");
      break;
    case PORTAL_SIGN_IN_SET_UP:
      reply_next (call, in, "set_up_otp", "A second factor is to be set up: send the first code of an authenticator app as otp");
      break;
    case PORTAL_SIGN_IN_SET_UP_WRONG:
      reply_next (call, in, "set_up_otp", "This is not the code that the app shows now");
      break;
    case PORTAL_SIGN_IN_TERMS_NEEDED:
      reply_next (call, in, "accept_terms", "The terms of use have changed: send their version as accept_terms");
      break;
    case PORTAL_SIGN_IN_THROTTLED:
      wait = g_strdup_printf ("%" G_GINT64_FORMAT, (in->wait + 999) / 1000);
      portal_call_add_header (call, "Retry-After", wait);
      reply_error (call, 429, "temporarily_unavailable",
                   "There were too many wrong tries; try again later");
      break;
    case PORTAL_SIGN_IN_INVALID_SESSION:
      reply_error (call, 400, "invalid_session", "This sign-in has run out; start again");
      break;
    case PORTAL_SIGN_IN_INVALID_SCOPE:
      reply_error (call, 400, "invalid_scope", "None of the scopes can be granted");
      break;
    case PORTAL_SIGN_IN_NOT_LINKED:
      reply_error (call, 400, "access_denied", "This account can't open that patient's record");
      break;
    case PORTAL_SIGN_IN_INVALID_REQUEST:
    default:
      reply_error (call, 400, "invalid_request", "scope and code_challenge are needed");
      break;
    }
}

/* What the device calls itself, for its owner to know it by: short, and without anything that could be taken for markup
 * or for an address. */
static char *
dup_device (PortalCall *call)
{
  const char *name = portal_call_get_param (call, "device");
  GString *clean;

  if (name == NULL)
    name = call->user_agent;
  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return NULL;
  clean = g_string_new (NULL);
  for (const char *at = name; *at != '\0' && clean->len < LONGEST_DEVICE; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isalnum (c) || c == ' ' || (c < 0x80 && strchr ("()-._,'", c) != NULL))
        g_string_append_unichar (clean, c);
      else
        g_string_append_c (clean, ' ');
    }
  g_strstrip (clean->str);
  return g_string_free (clean, FALSE);
}

void
portal_oauth_challenge (PortalCall *call, CairnConnection *db)
{
  const PortalService *service = call->service;
  const char *response_type = portal_call_get_param (call, "response_type");
  const char *method = portal_call_get_param (call, "code_challenge_method");
  PortalSignIn in = { 0 };
  g_autofree char *device = NULL;
  g_autoptr(GError) error = NULL;

  if (!check_own_client (call))
    return;
  in.client = PORTAL_OWN_CLIENT;
  in.scope = portal_call_get_param (call, "scope");
  in.challenge = portal_call_get_param (call, "code_challenge");
  in.nonce = portal_call_get_param (call, "nonce");
  in.session = portal_call_get_param (call, "auth_session");
  in.username = portal_call_get_param (call, "username");
  in.password = portal_call_get_param (call, "password");
  in.patient = portal_call_get_param (call, "patient");
  in.otp = portal_call_get_param (call, "otp");
  in.recovery_code = portal_call_get_param (call, "recovery_code");
  in.terms = portal_call_get_param (call, "accept_terms");
  in.terms_version = service->terms_version;
  in.factor_key = service->factor_key;
  in.device = device = dup_device (call);
  in.languages = portal_call_get_param (call, "ui_locales") != NULL ? portal_call_get_param (call, "ui_locales") : call->languages;
  in.address = call->address;
  in.dummy_hash = service->dummy_hash;
  if ((response_type == NULL && in.session == NULL) ||
      (response_type != NULL && !g_str_equal (response_type, "code")))
    reply_error (call, 400, "unsupported_response_type", "response_type is code");
  else if (in.challenge != NULL &&
           (g_strcmp0 (method, "S256") != 0 || strlen (in.challenge) != CHALLENGE_LENGTH))
    reply_error (call, 400, "invalid_request", "code_challenge_method is S256");
  else if (in.nonce != NULL && strlen (in.nonce) > LONGEST_NONCE)
    reply_error (call, 400, "invalid_request", "nonce is too long");
  else if (portal_sign_in (portal_store_get_writer (service->store), service->config, &in, &error))
    reply_sign_in (call, &in);
  else
    reply_failure (call, error);
  call->who = g_steal_pointer (&in.account);
  call->about = g_steal_pointer (&in.about);
  portal_sign_in_clear (&in);
}

/* NULL with an error, or when none is due. */
static char *
make_id_token (PortalCall *call, CairnConnection *db, const char *client, const PortalTokens *tokens, GError **error)
{
  g_autofree char *user = tokens->who != NULL ? g_strconcat (call->base, "/", tokens->who, NULL) : NULL;
  PortalIdClaims claims = {
    .issuer = call->base, .audience = client, .subject = call->who, .nonce = tokens->nonce, .fhir_user = user,
    .now = cairn_date_now (), .seconds = call->service->config->access_token_seconds
  };

  return tokens->identify ? portal_id_token_new (db, &claims, error) : NULL;
}

static void
reply_tokens (PortalCall *call, const PortalTokens *tokens, const char *id_token)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  text (builder, "access_token", tokens->access);
  text (builder, "token_type", "Bearer");
  json_builder_set_member_name (builder, "expires_in");
  json_builder_add_int_value (builder, call->service->config->access_token_seconds);
  text (builder, "scope", tokens->scope);
  text (builder, "refresh_token", tokens->refresh);
  text (builder, "id_token", id_token);
  text (builder, "patient", tokens->patient);
  text (builder, "cairn_account", tokens->waiting ? "waiting" : NULL);
  reply (call, 200, builder);
}

void
portal_oauth_token (PortalCall *call, CairnConnection *db)
{
  const PortalConfig *config = call->service->config;
  g_autoptr(PortalClient) client = check_client (call, db);
  const char *grant = portal_call_get_param (call, "grant_type");
  const char *code = portal_call_get_param (call, "code"),
             *verifier = portal_call_get_param (call, "code_verifier");
  const char *refresh = portal_call_get_param (call, "refresh_token");
  g_autoptr(PortalTokens) tokens = NULL;
  g_autofree char *id_token = NULL;
  g_autoptr(GError) error = NULL;

  if (client == NULL)
    return;
  if (g_strcmp0 (grant, "authorization_code") == 0 && code != NULL)
    tokens = portal_tokens_from_code (db, config, client->id, code, portal_call_get_param (call, "redirect_uri"),
                                      verifier != NULL ? verifier : "", &call->who, &error);
  else if (g_strcmp0 (grant, "refresh_token") == 0 && refresh != NULL)
    tokens = portal_tokens_refresh (db, config, client->id, refresh, &call->who, &error);
  else
    {
      gboolean known = g_strcmp0 (grant, "authorization_code") == 0 ||
                       g_strcmp0 (grant, "refresh_token") == 0;

      reply_error (call, 400, known || grant == NULL ? "invalid_request" : "unsupported_grant_type",
                   NULL);
      return;
    }
  if (tokens != NULL)
    {
      call->about = g_strdup (tokens->patient);
      id_token = make_id_token (call, db, client->id, tokens, &error);
      if (error != NULL)
        reply_failure (call, error);
      else
        reply_tokens (call, tokens, id_token);
    }
  else if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    reply_error (call, 400, "invalid_grant", error->message);
  else
    reply_failure (call, error);
  portal_post_wake (call->service->post);
}

void
portal_oauth_revoke (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalClient) client = check_client (call, db);
  const char *token = portal_call_get_param (call, "token");
  g_autoptr(GError) error = NULL;

  if (client == NULL)
    return;
  if (token == NULL)
    reply_error (call, 400, "invalid_request", "token is missing");
  else if (portal_tokens_revoke (db, client->id, token, &call->who, &error))
    portal_call_reply (call, 200, NULL, NULL);
  else
    reply_failure (call, error);
}

static void
reply_grant (PortalCall *call, const PortalGrant *grant)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse (grant->scope);
  g_autofree char *user = portal_tokens_dup_user (grant->patient, grant->practitioner), *address = NULL;

  address = user != NULL ? g_strconcat (call->base, "/", user, NULL) : NULL;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "active");
  json_builder_add_boolean_value (builder, TRUE);
  text (builder, "scope", grant->scope);
  text (builder, "client_id", grant->client);
  json_builder_set_member_name (builder, "exp");
  json_builder_add_int_value (builder, grant->expires / 1000);
  text (builder, "iss", call->base);
  text (builder, "sub", grant->account);
  text (builder, "patient", grant->patient);
  text (builder, "fhirUser", cairn_scopes_has (scopes, "fhirUser") ? address : NULL);
  reply (call, 200, builder);
}

/* RFC 7662: a client asks about tokens of its own. */
void
portal_oauth_introspect (PortalCall *call, CairnConnection *db)
{
  g_autoptr(PortalClient) client = check_client (call, db);
  const char *token = portal_call_get_param (call, "token");
  g_autoptr(PortalGrant) grant = NULL;
  g_autoptr(GError) error = NULL;

  if (client == NULL)
    return;
  if (token == NULL)
    reply_error (call, 400, "invalid_request", "token is missing");
  else if (!portal_tokens_find (db, client->id, token, &grant, &error))
    reply_failure (call, error);
  else if (grant == NULL)
    portal_call_reply_take (call, 200, JSON, g_strdup ("{\"active\":false}"));
  else
    {
      call->who = g_strdup (grant->account);
      call->about = g_strdup (grant->patient);
      reply_grant (call, grant);
    }
}

/* GET jwks_uri */
void
portal_oauth_keys (PortalCall *call, CairnConnection *db)
{
  g_autoptr(GError) error = NULL;
  char *keys = portal_id_token_dup_keys (db, &error);

  if (keys != NULL)
    portal_call_reply_take (call, 200, "application/jwk-set+json", keys);
  else
    reply_failure (call, error);
}
