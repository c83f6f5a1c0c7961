/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The authorization endpoint for apps of others (RFC 6749 section 4.1, RFC 9207, SMART App Launch 2.2 standalone launch), and
 * what the forms of its pages do. Errors go back to the app only when its address is proven. */
#include "config.h"

#include "portal-authorize.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-value.h"
#include "portal-client.h"
#include "portal-sign-in.h"
#include "portal-throttle.h"
#include "server/html/portal-scope-parts.h"
#include "server/html/portal-sign-in-page.h"
#include "server/portal.h"
#include "server/store/portal-access.h"

#define COOKIE "cairn-browser"
#define SAFE_COOKIE "__Host-" COOKIE
#define TOKEN_LENGTH 43   /* base64url of 32 bytes */
#define LONGEST_SCOPE 4096
#define LONGEST_STATE 1024
#define LONGEST_NONCE 255
#define PER_ADDRESS 600   /* an hour: a clinic's guests share one */

typedef struct
{
  PortalCall    *call;
  const char    *handle;
  char          *browser;
  PortalSession *session;
  PortalClient  *client;
  GPtrArray     *people;     /* PortalPerson */
  const PortalSignIn *in;
} Work;

static void
person_free (gpointer data)
{
  PortalPerson *person = data;

  g_free (person->id);
  g_free (person->name);
  g_free (person);
}

static void
work_clear (Work *work)
{
  cairn_secret_clear (work->browser);
  g_clear_pointer (&work->session, portal_session_free);
  g_clear_pointer (&work->client, portal_client_free);
  g_clear_pointer (&work->people, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static gboolean
is_safe (const PortalCall *call)
{
  return g_str_has_prefix (call->root, "https://");
}

/* What this browser keeps, or NULL. */
static char *
dup_browser (const PortalCall *call)
{
  const char *name = is_safe (call) ? SAFE_COOKIE : COOKIE;
  g_auto(GStrv) cookies = g_strsplit (call->cookies != NULL ? call->cookies : "", ";", 64);

  for (guint i = 0; cookies[i] != NULL; i++)
    {
      const char *cookie = g_strchug (cookies[i]), *value = cookie + strlen (name);

      if (g_str_has_prefix (cookie, name) && *value == '=' && strlen (value + 1) == TOKEN_LENGTH)
        return g_strdup (value + 1);
    }
  return NULL;
}

static void
set_browser (PortalCall *call, const char *browser)
{
  g_autofree char *cookie = NULL;

  cookie = g_strdup_printf ("%s=%s; Path=/; HttpOnly; SameSite=Lax%s", is_safe (call) ? SAFE_COOKIE : COOKIE, browser,
                            is_safe (call) ? "; Secure" : "");
  portal_call_add_header (call, "Set-Cookie", cookie);
}

static void
add_to_query (GString *uri, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (uri, "%c%s=", strchr (uri->str, '?') != NULL ? '&' : '?', name);
  g_string_append_uri_escaped (uri, value, NULL, FALSE);
}

/* Back to the app, with who it is that answers (RFC 9207). */
static void
send_back (PortalCall *call, const char *redirect, const char *state, const char *code, const char *error, const char *why)
{
  g_autoptr(GString) uri = g_string_new (redirect);

  add_to_query (uri, "code", code);
  add_to_query (uri, "error", error);
  add_to_query (uri, "error_description", why);
  add_to_query (uri, "state", state);
  add_to_query (uri, "iss", call->base);
  portal_call_add_header (call, "Location", uri->str);
  portal_call_add_header (call, "Referrer-Policy", "no-referrer");
  portal_call_reply (call, 303, NULL, NULL);
}

static gboolean
has_twice (PortalCall *call)
{
  for (guint i = 0; i < call->params->len; i++)
    for (guint j = 0; j < i; j++)
      if (g_str_equal (((PortalParam *) g_ptr_array_index (call->params, i))->name,
                       ((PortalParam *) g_ptr_array_index (call->params, j))->name))
        return TRUE;
  return FALSE;
}

static gboolean
is_for_us (const PortalCall *call, const char *audience)
{
  gsize length = strlen (call->base);

  return audience != NULL && strncmp (audience, call->base, length) == 0 &&
         (audience[length] == '\0' || g_str_equal (audience + length, "/"));
}

static gboolean
is_longer (const char *text, gsize longest)
{
  return text != NULL && strlen (text) > longest;
}

/* Why a request can't be, in RFC 6749's and OpenID's words, or NULL. */
static const char *
check_request (PortalCall *call, const char *scope, const char **why)
{
  const char *type = portal_call_get_param (call, "response_type"), *mode = portal_call_get_param (call, "response_mode");
  const char *challenge = portal_call_get_param (call, "code_challenge");
  g_autofree char *grantable = NULL;

  if (portal_call_get_param (call, "request") != NULL)
    return "request_not_supported";
  if (portal_call_get_param (call, "request_uri") != NULL)
    return "request_uri_not_supported";
  if (g_strcmp0 (type, "code") != 0)
    return type == NULL ? "invalid_request" : "unsupported_response_type";
  *why = "response_mode is query";
  if (mode != NULL && !g_str_equal (mode, "query"))
    return "invalid_request";
  *why = "PKCE is needed: code_challenge with code_challenge_method=S256";
  if (challenge == NULL || strlen (challenge) != TOKEN_LENGTH || g_strcmp0 (portal_call_get_param (call, "code_challenge_method"), "S256") != 0)
    return "invalid_request";
  *why = "aud is the address of FHIR here";
  if (!is_for_us (call, portal_call_get_param (call, "aud")))
    return "invalid_request";
  *why = "state, nonce or scope is too long";
  if (is_longer (scope, LONGEST_SCOPE) || is_longer (portal_call_get_param (call, "state"), LONGEST_STATE) ||
      is_longer (portal_call_get_param (call, "nonce"), LONGEST_NONCE))
    return "invalid_request";
  *why = "Somebody has to sign in, each time";
  if (g_strcmp0 (portal_call_get_param (call, "prompt"), "none") == 0)
    return "login_required";
  *why = NULL;
  return scope == NULL || *scope == '\0' ? "invalid_scope" : NULL;
}

/* What an app may ask for: what it was registered with, and nothing of staff's when it registered itself. */
static char *
dup_scope (const PortalClient *client, const char *requested)
{
  g_autoptr(CairnScopes) wanted = cairn_scopes_parse (requested), allowed = NULL;
  g_autofree char *scope = NULL;
  g_auto(GStrv) words = NULL;
  g_autoptr(GString) kept = g_string_new (NULL);

  if (client->scope != NULL)
    {
      g_autoptr(CairnScopes) all = wanted;

      allowed = cairn_scopes_parse (client->scope);
      wanted = cairn_scopes_intersect (all, allowed);
    }
  words = cairn_scopes_to_strv (wanted);
  for (guint i = 0; words[i] != NULL; i++)
    if (!g_str_has_prefix (words[i], "system/") && (!client->registered || !g_str_has_prefix (words[i], "user/")))
      g_string_append_printf (kept, "%s%s", kept->len > 0 ? " " : "", words[i]);
  scope = portal_access_grant (kept->str, "any", NULL);
  if (*scope == '\0' && strstr (kept->str, "user/") == NULL)
    g_string_truncate (kept, 0);
  return g_string_free (g_steal_pointer (&kept), FALSE);
}

/* Sessions cost room until they run out. */
static gboolean
may_begin (PortalCall *call, CairnConnection *db, GError **error)
{
  g_autofree char *counter = g_strconcat ("authorize:", call->address, NULL);
  gint64 wait;

  if (!portal_throttle_count (db, counter, PER_ADDRESS, cairn_date_now (), &wait, error))
    return FALSE;
  if (wait > 0)
    portal_sign_in_page_wait (call, wait);
  return wait == 0;
}

static void
begin (PortalCall *call, CairnConnection *db, const PortalClient *client, const char *redirect, const char *scope)
{
  g_autofree char *browser = dup_browser (call);
  PortalSignIn in = { .client = client->id, .scope = scope, .challenge = portal_call_get_param (call, "code_challenge"),
                      .nonce = portal_call_get_param (call, "nonce"), .redirect = redirect,
                      .state = portal_call_get_param (call, "state") };
  PortalSignInPage page = { .client = client, .redirect = redirect };
  g_autoptr(GError) error = NULL;

  if (browser == NULL)
    browser = cairn_random_token (32);
  in.browser = browser;
  if (may_begin (call, db, &error) && portal_sign_in_begin (db, &in, &error))
    {
      page.handle = in.new_session;
      set_browser (call, browser);
      portal_sign_in_page_password (call, 200, &page);
    }
  else if (error != NULL)
    portal_sign_in_page_failed (call, error);
  portal_sign_in_clear (&in);
}

/* GET authorization_endpoint */
void
portal_authorize_get (PortalCall *call, CairnConnection *db)
{
  const char *id = portal_call_get_param (call, "client_id"), *redirect = portal_call_get_param (call, "redirect_uri");
  const char *problem, *why = NULL, *requested = portal_call_get_param (call, "scope");
  g_autoptr(PortalClient) client = NULL;
  g_autofree char *scope = NULL;
  g_autoptr(GError) error = NULL;

  if (has_twice (call))
    portal_sign_in_page_stranger (call, _("Its address says the same thing twice, as nobody but a swindler would write it."));
  else if (id != NULL && !portal_client_find (db, id, &client, &error))
    portal_sign_in_page_failed (call, error);
  else if (client == NULL)
    portal_sign_in_page_stranger (call, _("The clinic has no app by that name."));
  else if (redirect == NULL || !portal_client_may_redirect (client, redirect))
    portal_sign_in_page_stranger (call, _("It wants the answer at an address that it has not registered."));
  else
    {
      scope = dup_scope (client, requested);
      problem = check_request (call, scope, &why);
      if (problem != NULL)
        send_back (call, redirect, portal_call_get_param (call, "state"), NULL, problem, why);
      else
        begin (call, db, client, redirect, scope);
    }
}

static gpointer
load (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  g_autofree char *hash = cairn_sha256_hex (work->handle, -1);
  g_autoptr(PortalSession) session = NULL;

  if (!portal_store_load_session (db, hash, &session, error))
    return NULL;
  if (session == NULL || session->expires < work->call->started || session->redirect == NULL ||
      !portal_sign_in_is_bound (session, work->browser))
    return work;
  if (!portal_client_find (db, session->client, &work->client, error))
    return NULL;
  if (work->client == NULL)
    return work;
  work->call->app = g_strdup (work->client->name);
  work->session = g_steal_pointer (&session);
  return work;
}

static gboolean
on_writer (Work *work, CairnDatabaseFunc func, GError **error)
{
  return cairn_database_run (portal_store_get_writer (work->call->service->store), func, work, error) != NULL;
}

/* The sign-in that a form goes on with; else the call is answered. */
static gboolean
take_up (Work *work)
{
  g_autoptr(GError) error = NULL;

  work->handle = portal_call_get_param (work->call, "session");
  work->browser = dup_browser (work->call);
  if (work->call->form && work->handle != NULL && work->browser != NULL && !on_writer (work, load, &error))
    {
      portal_sign_in_page_failed (work->call, error);
      return FALSE;
    }
  if (work->session == NULL)
    portal_sign_in_page_dead (work->call);
  return work->session != NULL;
}

static gpointer
drop (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  g_autofree char *hash = cairn_sha256_hex (work->handle, -1);

  return portal_store_drop_session (db, hash, error) ? work : NULL;
}

static void
refuse (Work *work)
{
  g_autoptr(GError) error = NULL;

  if (on_writer (work, drop, &error))
    send_back (work->call, work->session->redirect, work->session->state, NULL, "access_denied", NULL);
  else
    portal_sign_in_page_failed (work->call, error);
}

/* Whose records there are to choose from, by name. */
static gpointer
load_people (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  GPtrArray *patients = work->in->patients;

  work->people = g_ptr_array_new_with_free_func (person_free);
  for (guint i = 0; i < patients->len; i++)
    {
      PortalPerson *person;
      PortalRow row;
      gboolean found;

      if (!portal_store_get_current (db, "Patient", g_ptr_array_index (patients, i), &row, &found, error))
        return NULL;
      if (!found || row.deleted)
        continue;
      person = g_new0 (PortalPerson, 1);
      person->id = g_strdup (row.id);
      person->name = cairn_name_dup_words (cairn_json_member (row.text, "name"));
      if (person->name == NULL)
        person->name = g_strdup (row.id);
      g_ptr_array_add (work->people, person);
    }
  return work;
}

static void
ask (Work *work, const PortalSignInPage *page)
{
  g_autoptr(GError) error = NULL;

  if (work->in->about == NULL)
    work->people = g_ptr_array_new ();
  else if (!on_writer (work, load_people, &error))
    {
      portal_sign_in_page_failed (work->call, error);
      return;
    }
  portal_sign_in_page_consent (work->call, page, work->in->asked, work->people, work->in->about);
}

static void
reply (Work *work, const PortalSignIn *in)
{
  PortalCall *call = work->call;
  const PortalSession *session = work->session;
  PortalSignInPage page = { .client = work->client, .redirect = session->redirect, .username = in->username,
                            .handle = in->new_session != NULL ? in->new_session : work->handle };

  work->in = in;
  if (in->end == PORTAL_SIGN_IN_OTP_NEEDED || in->end == PORTAL_SIGN_IN_SET_UP || in->end == PORTAL_SIGN_IN_TERMS_NEEDED)
    call->action = PORTAL_SIGN_IN_STEP;
  switch (in->end)
    {
    case PORTAL_SIGN_IN_DONE:
      send_back (call, session->redirect, session->state, in->code, NULL, NULL);
      break;
    case PORTAL_SIGN_IN_PASSWORD_NEEDED:
    case PORTAL_SIGN_IN_PASSWORD_WRONG:
      page.wrong = _("The user name or the password is wrong.");
      portal_sign_in_page_password (call, 400, &page);
      break;
    case PORTAL_SIGN_IN_OTP_NEEDED:
      page.wrong = in->password == NULL ? _("A code is needed to go on.") : NULL;
      portal_sign_in_page_code (call, page.wrong != NULL ? 400 : 200, &page);
      break;
    case PORTAL_SIGN_IN_OTP_WRONG:
      page.recovery = in->recovery_code != NULL;
      page.wrong = page.recovery ? _("This recovery code is wrong, or was used already. Try another one.")
                                 : _("This code is wrong, or was used already. Wait for the next one.");
      portal_sign_in_page_code (call, 400, &page);
      break;
    case PORTAL_SIGN_IN_TERMS_NEEDED:
      portal_sign_in_page_terms (call, 200, &page);
      break;
    case PORTAL_SIGN_IN_CONSENT_NEEDED:
      ask (work, &page);
      break;
    case PORTAL_SIGN_IN_SET_UP:
      portal_sign_in_page_set_up (call, &page);
      break;
    case PORTAL_SIGN_IN_WAITING:
      portal_sign_in_page_waiting (call, &page);
      break;
    case PORTAL_SIGN_IN_THROTTLED:
      portal_sign_in_page_wait (call, in->wait);
      break;
    case PORTAL_SIGN_IN_REFUSED:
    case PORTAL_SIGN_IN_NOT_LINKED:
      refuse (work);
      break;
    case PORTAL_SIGN_IN_INVALID_SCOPE:
      send_back (call, session->redirect, session->state, NULL, "invalid_scope", "This account has none of what is asked for");
      break;
    case PORTAL_SIGN_IN_INVALID_SESSION:
    case PORTAL_SIGN_IN_INVALID_REQUEST:
    default:
      portal_sign_in_page_dead (call);
      break;
    }
}

static void
go_on (Work *work, PortalSignIn *in)
{
  PortalCall *call = work->call;
  const PortalService *service = call->service;
  g_autoptr(GError) error = NULL;

  in->client = work->client->id;
  in->device = work->client->name;
  in->session = work->handle;
  in->browser = work->browser;
  in->address = call->address;
  in->dummy_hash = service->dummy_hash;
  in->factor_key = service->factor_key;
  in->terms_version = service->terms_version;
  if (portal_sign_in (portal_store_get_writer (service->store), service->config, in, &error))
    reply (work, in);
  else
    portal_sign_in_page_failed (call, error);
  call->who = g_steal_pointer (&in->account);
  call->about = g_steal_pointer (&in->about);
  portal_sign_in_clear (in);
}

/* POST ./sign-in: password, code and terms. On a worker, as the next. */
void
portal_authorize_sign_in (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call };
  PortalSignIn in = { .username = portal_call_get_param (call, "username"), .password = portal_call_get_param (call, "password"),
                      .otp = portal_call_get_param (call, "otp"),
                      .recovery_code = portal_call_get_param (call, "recovery_code"),
                      .terms = portal_call_get_param (call, "accept_terms") };

  if (take_up (&work))
    go_on (&work, &in);
}

/* All of a name, as a form with boxes to tick has it. */
static char **
dup_values (PortalCall *call, const char *name)
{
  g_autoptr(GStrvBuilder) values = g_strv_builder_new ();

  for (guint i = 0; i < call->params->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (call->params, i);

      if (g_str_equal (param->name, name))
        g_strv_builder_add (values, param->value);
    }
  return g_strv_builder_end (values);
}

/* POST ./consent */
void
portal_authorize_consent (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call };
  g_autoptr(GString) chosen = g_string_new (NULL);
  g_auto(GStrv) parts = NULL, scopes = NULL;
  PortalSignIn in = { .decided = TRUE, .patient = portal_call_get_param (call, "patient") };

  if (!take_up (&work))
    return;
  parts = dup_values (call, "part");
  scopes = dup_values (call, "scope");
  for (guint i = 0; scopes[i] != NULL; i++)
    {
      g_autofree char *scope = portal_scope_narrow (scopes[i], (const char *const *) parts);

      g_string_append_printf (chosen, "%s%s", chosen->len > 0 ? " " : "", scope);
    }
  in.chosen = chosen->str;
  go_on (&work, &in);
}

/* POST ./refuse */
void
portal_authorize_refuse (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call };

  if (take_up (&work))
    refuse (&work);
}
