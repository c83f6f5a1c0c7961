/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * First-party sign-in (OAuth 2.0 for First-Party Applications), code with PKCE (RFC 7636), refresh
 * (RFC 6749 §6) and revocation (RFC 7009). Passwords and tokens live in memory only. Main thread.
 */
#include "cairn-oauth.h"

#include "cairn-credentials-private.h"
#include "cairn-form.h"
#include "cairn-prompt.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#include <string.h>

#define MAX_ANSWER (256 * 1024)
#define DEADLINE 30
#define SCOPES "openid fhirUser offline_access launch/patient patient/*.rs patient/Appointment.cu " \
  "patient/Communication.cu patient/Task.cu patient/QuestionnaireResponse.cu patient/Observation.c " \
  "patient/MedicationStatement.cu patient/Binary.cu patient/Subscription.cruds"

/* A sign-in under way. */
typedef struct
{
  CairnApi         *api;
  CairnCredentials *credentials;
  char             *challenge_endpoint;
  char             *token_endpoint;
  gboolean          restarted;
  gboolean          check_only;   /* is the password right? No grant is wanted */
} Signing;

static void
signing_free (gpointer data)
{
  Signing *signing = data;

  g_object_unref (signing->api);
  g_object_unref (signing->credentials);
  g_free (signing->challenge_endpoint);
  g_free (signing->token_endpoint);
  g_free (signing);
}

/**
 * cairn_tokens_free:
 * @self: (transfer full): tokens; overwritten
 */
void
cairn_tokens_free (CairnTokens *self)
{
  cairn_secret_clear (self->access_token);
  cairn_secret_clear (self->refresh_token);
  g_free (self->patient);
  g_free (self->scope);
  g_free (self);
}

/**
 * cairn_tokens_parse:
 * @body: a token endpoint's answer
 * @error: return location for a %CAIRN_ERROR_BAD_DATA
 *
 * Returns: (transfer full) (nullable): the tokens
 */
CairnTokens *
cairn_tokens_parse (GBytes *body, GError **error)
{
  g_autoptr(CairnTokens) tokens = g_new0 (CairnTokens, 1);
  g_autofree char *kind = NULL;
  CairnJson json;

  if (!cairn_gate_check (body, MAX_ANSWER, &json, error))
    return NULL;
  tokens->access_token = cairn_json_dup_text_at (json, "access_token");
  tokens->refresh_token = cairn_json_dup_text_at (json, "refresh_token");
  tokens->patient = cairn_json_dup_text_at (json, "patient");
  tokens->scope = cairn_json_dup_text_at (json, "scope");
  tokens->waiting = cairn_json_equals (cairn_json_get (json, "cairn_account"), "waiting");
  kind = cairn_json_dup_text_at (json, "token_type");
  if (!cairn_json_int64 (cairn_json_get (json, "expires_in"), &tokens->expires_in) || tokens->expires_in <= 0)
    tokens->expires_in = 300;
  tokens->expires_in = MIN (tokens->expires_in, 86400);
  if (tokens->access_token != NULL && *tokens->access_token != '\0' && kind != NULL && g_ascii_strcasecmp (kind, "bearer") == 0)
    return g_steal_pointer (&tokens);
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The token endpoint gave no bearer token");
  return NULL;
}

static CairnApiRequest *
make_request (const char *endpoint, char *form)
{
  CairnApiRequest *request = cairn_api_request_new ("POST", endpoint);

  request->form = form;
  request->accept = g_strdup ("application/json");
  request->keep_errors = TRUE;
  request->limit = MAX_ANSWER;
  request->deadline = DEADLINE;
  return request;
}

/* An OAuth error answer (RFC 6749 §5.2) as an error of ours. */
static GError *
read_error (const CairnApiAnswer *answer, CairnJson *json)
{
  g_autofree char *code = NULL;
  g_autofree char *text = NULL;

  *json = CAIRN_JSON_NONE;
  if (!cairn_gate_check (answer->body, MAX_ANSWER, json, NULL))
    return g_error_new (CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "What came is no OAuth answer (HTTP %u)", answer->status);
  code = cairn_json_dup_text_at (*json, "error");
  text = cairn_json_dup_text_at (*json, "error_description");
  return g_error_new (CAIRN_ERROR, g_strcmp0 (code, "invalid_grant") == 0 ? CAIRN_ERROR_SIGN_IN : CAIRN_ERROR_REJECTED,
                      "%s%s%s (HTTP %u)", code != NULL ? code : "refused", text != NULL ? ": " : "",
                      text != NULL ? text : "", answer->status);
}

static void send_challenge (GTask *task);

/* What a challenge that wasn't enough asks for next. Returns NULL when it can be given at once. */
static GError *
read_prompt (Signing *signing, const CairnApiAnswer *answer)
{
  CairnCredentials *credentials = signing->credentials;
  CairnJson json;
  g_autoptr(GError) error = read_error (answer, &json);
  g_autofree char *code = cairn_json_dup_text_at (json, "error");
  g_autofree char *next = cairn_json_dup_text_at (json, "cairn_next");
  GError *prompt = NULL;

  if (g_strcmp0 (code, "invalid_session") == 0 && credentials->session != NULL && !signing->restarted)
    {
      signing->restarted = TRUE;   /* it has taken too long, or too many codes were wrong */
      cairn_credentials_begin (credentials);
      return NULL;
    }
  if (g_strcmp0 (code, "insufficient_authorization") == 0 && cairn_prompt_take (credentials, next, json, &prompt))
    return prompt;
  cairn_credentials_begin (credentials);
  if (g_strcmp0 (code, "access_denied") == 0 || g_strcmp0 (code, "invalid_grant") == 0 || g_strcmp0 (next, "password") == 0)
    return g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, "The user name or the password is wrong");
  if (g_strcmp0 (code, "insufficient_authorization") == 0)
    return g_error_new (CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The portal asks for “%s” first", next != NULL ? next : "");
  return g_steal_pointer (&error);
}

static void
token_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(CairnApiAnswer) answer = NULL;
  CairnTokens *tokens = NULL;
  GError *error = NULL;
  CairnJson json;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer != NULL && answer->status >= 400)
    error = read_error (answer, &json);
  else if (answer != NULL)
    tokens = cairn_tokens_parse (answer->body, &error);
  if (tokens != NULL)
    g_task_return_pointer (task, tokens, (GDestroyNotify) cairn_tokens_free);
  else
    g_task_return_error (task, error);
}

static void
redeem (GTask *task, const char *code)
{
  Signing *signing = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = NULL;

  request = make_request (signing->token_endpoint,
                          cairn_form_encode ("grant_type", "authorization_code", "code", code,
                                             "code_verifier", signing->credentials->verifier,
                                             "client_id", CAIRN_OAUTH_CLIENT_ID, NULL));
  cairn_api_send_async (signing->api, request, g_task_get_cancellable (task), token_cb, g_object_ref (task));
  cairn_credentials_begin (signing->credentials);   /* what was sent is used up */
  cairn_credentials_set_code (signing->credentials, NULL);
}

static void
challenge_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Signing *signing = g_task_get_task_data (task);
  g_autoptr(CairnApiAnswer) answer = NULL;
  g_autofree char *code = NULL;
  GError *error = NULL;
  CairnJson json;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer != NULL && answer->status >= 400)
    {
      error = read_prompt (signing, answer);
      if (error == NULL)
        {
          send_challenge (task);
          return;
        }
    }
  else if (answer != NULL && cairn_gate_check (answer->body, MAX_ANSWER, &json, &error))
    {
      code = cairn_json_dup_text_at (json, "authorization_code");
      cairn_prompt_take_codes (signing->credentials, json);
      if (code == NULL)
        error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal gave no authorization code");
    }
  if (signing->check_only && (code != NULL || cairn_prompt_is_otp (error) || cairn_prompt_is_terms (error) ||
                              cairn_prompt_is_set_up (error)))
    {
      g_clear_error (&error);
      g_task_return_boolean (task, TRUE);
    }
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    redeem (task, code);
  cairn_secret_clear (g_steal_pointer (&code));
}

/**
 * cairn_oauth_is_recovery_code:
 * @code: (nullable): what somebody typed as a second factor
 *
 * A code of an authenticator app is digits only; a recovery code never is.
 *
 * Returns: whether it is a recovery code
 */
gboolean
cairn_oauth_is_recovery_code (const char *code)
{
  return code != NULL && code[strspn (code, "0123456789 ")] != '\0';
}

static char *
make_challenge (const CairnCredentials *credentials)
{
  const char *code = credentials->prompt != CAIRN_PROMPT_TERMS ? credentials->code : NULL;
  const char *accepted = credentials->accepted ? credentials->terms_version : NULL;
  gboolean recovery = cairn_oauth_is_recovery_code (code);

  if (credentials->session != NULL)
    return cairn_form_encode ("client_id", CAIRN_OAUTH_CLIENT_ID, "auth_session", credentials->session,
                              "otp", recovery ? NULL : code, "recovery_code", recovery ? code : NULL,
                              "accept_terms", accepted, "device", credentials->device, NULL);
  return cairn_form_encode ("client_id", CAIRN_OAUTH_CLIENT_ID, "response_type", "code", "scope", SCOPES,
                            "code_challenge", credentials->challenge, "code_challenge_method", "S256",
                            "device", credentials->device, "username", credentials->username,
                            "password", credentials->password, NULL);
}

static void
send_challenge (GTask *task)
{
  Signing *signing = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = make_request (signing->challenge_endpoint, make_challenge (signing->credentials));

  cairn_api_send_async (signing->api, request, g_task_get_cancellable (task), challenge_cb, g_object_ref (task));
}

/* Only a portal that does all of it on the origin that was typed gets to see a password. */
static gboolean
is_first_party (CairnApi *api, const CairnServer *server, GError **error)
{
  if (server->challenge_endpoint == NULL || server->token_endpoint == NULL)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s offers no sign-in with user name and password",
                   server->base);
      return FALSE;
    }
  if (cairn_api_is_ours (api, server->challenge_endpoint) && cairn_api_is_ours (api, server->token_endpoint))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "%s wants the password sent to another address", server->base);
  return FALSE;
}

static GTask *
start_signing (CairnApi            *api,
               const CairnServer   *server,
               CairnCredentials    *credentials,
               gboolean             check_only,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (api, cancellable, callback, user_data);
  GError *error = NULL;
  Signing *signing;

  g_task_set_source_tag (task, start_signing);
  if (!is_first_party (api, server, &error))
    {
      g_task_return_error (task, error);
      return NULL;
    }
  signing = g_new0 (Signing, 1);
  signing->api = g_object_ref (api);
  signing->challenge_endpoint = g_strdup (server->challenge_endpoint);
  signing->token_endpoint = g_strdup (server->token_endpoint);
  signing->credentials = g_object_ref (credentials);
  if (credentials->session == NULL)
    cairn_credentials_begin (credentials);
  signing->check_only = check_only;
  g_task_set_task_data (task, signing, signing_free);
  return g_steal_pointer (&task);
}

/**
 * cairn_oauth_sign_in_async:
 * @api: the api of the portal's origin
 * @server: the portal
 * @credentials: what to sign in with
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Signs in, or goes on with it. Errors: %CAIRN_ERROR_CREDENTIALS (see cairn_prompt_is_otp()), %CAIRN_ERROR_NOT_PORTAL,
 * %CAIRN_ERROR_REJECTED (see cairn_prompt_is_terms()), %CAIRN_ERROR_BUSY when there were too many tries, and those of cairn_api_send_async().
 */
void
cairn_oauth_sign_in_async (CairnApi            *api,
                           const CairnServer   *server,
                           CairnCredentials    *credentials,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = start_signing (api, server, credentials, FALSE, cancellable, callback, user_data);

  if (task != NULL)
    send_challenge (task);
}

/**
 * cairn_oauth_sign_in_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the tokens
 */
CairnTokens *
cairn_oauth_sign_in_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_oauth_check_async:
 * @api: the api of the portal's origin
 * @server: the portal
 * @username: user name
 * @password: password
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Asks whether a password is right; the code that comes of it is never redeemed. Errors as of
 * cairn_oauth_sign_in_async().
 */
void
cairn_oauth_check_async (CairnApi            *api,
                         const CairnServer   *server,
                         const char          *username,
                         const char          *password,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new (username, password);
  g_autoptr(GTask) task = start_signing (api, server, credentials, TRUE, cancellable, callback, user_data);

  if (task != NULL)
    send_challenge (task);
}

/**
 * cairn_oauth_check_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the password is right
 */
gboolean
cairn_oauth_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * cairn_oauth_refresh_async:
 * @api: the api of the portal's origin
 * @server: the portal
 * @refresh_token: refresh token
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Gets a new access token. It is sent again when no answer came: the portal gives the same successor
 * for a while. Errors: %CAIRN_ERROR_SIGN_IN when the grant is dead, and those of cairn_api_send_async().
 */
void
cairn_oauth_refresh_async (CairnApi            *api,
                           const CairnServer   *server,
                           const char          *refresh_token,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (api, cancellable, callback, user_data);
  g_autoptr(CairnApiRequest) request = NULL;

  g_task_set_source_tag (task, cairn_oauth_refresh_async);
  if (server->token_endpoint == NULL)
    {
      g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s names no token endpoint", server->base);
      return;
    }
  request = make_request (server->token_endpoint,
                          cairn_form_encode ("grant_type", "refresh_token", "refresh_token", refresh_token,
                                             "client_id", CAIRN_OAUTH_CLIENT_ID, NULL));
  request->repeat = TRUE;
  cairn_api_send_async (api, request, cancellable, token_cb, g_object_ref (task));
}

/**
 * cairn_oauth_refresh_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the tokens
 */
CairnTokens *
cairn_oauth_refresh_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
revoke_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(CairnApiAnswer) answer = NULL;
  GError *error = NULL;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer != NULL)   /* RFC 7009: an unknown token is no error; nothing more can be done about others */
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * cairn_oauth_revoke_async:
 * @api: the api of the portal's origin
 * @endpoint: its revocation endpoint
 * @token: refresh token
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Ends a grant (RFC 7009). Errors: those of cairn_api_send_async().
 */
void
cairn_oauth_revoke_async (CairnApi            *api,
                          const char          *endpoint,
                          const char          *token,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (api, cancellable, callback, user_data);
  g_autoptr(CairnApiRequest) request = NULL;

  g_task_set_source_tag (task, cairn_oauth_revoke_async);
  request = make_request (endpoint, cairn_form_encode ("token", token, "token_type_hint", "refresh_token",
                                                       "client_id", CAIRN_OAUTH_CLIENT_ID, NULL));
  request->repeat = TRUE;
  request->tries = 2;
  cairn_api_send_async (api, request, cancellable, revoke_cb, g_object_ref (task));
}

/**
 * cairn_oauth_revoke_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the portal took it
 */
gboolean
cairn_oauth_revoke_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
