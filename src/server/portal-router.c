/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of all routes, and what stands before each handler: does the path exist, is the method
 * right, is there a token. Finding runs on the server's thread, the rest where the route says. */
#include "portal-router.h"

#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-types.h"
#include "server/accounts/portal-apps.h"
#include "server/accounts/portal-contact.h"
#include "server/accounts/portal-factor.h"
#include "server/accounts/portal-password.h"
#include "server/accounts/portal-recover.h"
#include "server/accounts/portal-register.h"
#include "server/accounts/portal-sessions.h"
#include "server/accounts/portal-terms.h"
#include "server/api/portal-binary.h"
#include "server/api/portal-everything.h"
#include "server/api/portal-fhir.h"
#include "server/api/portal-metadata.h"
#include "server/api/portal-search.h"
#include "server/audit/portal-audit-event.h"
#include "server/html/portal-page.h"
#include "server/live/portal-live.h"
#include "server/messages/portal-messages.h"
#include "server/operation/portal-metrics.h"
#include "server/sign-in/portal-authorize.h"
#include "server/sign-in/portal-oauth.h"
#include "server/sign-in/portal-register-client.h"
#include "server/sign-in/portal-tokens.h"
#include "server/staff/portal-staff.h"
#include "server/write/portal-write.h"

#define MOST_SEGMENTS 8
#define LONGEST_ID 64
#define BODY_LIMIT (1024 * 1024)
#define BINARY_LIMIT (36 * 1024 * 1024)   /* 25 MB in base64, and what stands around it */

static const PortalRoute routes[] = {
  { "GET", "/healthz", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, FALSE, portal_health_get },
  { "GET", "/fhir/metadata", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, TRUE, portal_metadata_get },
  { "GET", "/fhir/.well-known/smart-configuration", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, TRUE, portal_metadata_smart },
  { "GET", "/fhir/.well-known/openid-configuration", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, TRUE, portal_metadata_smart },
  { "GET", "/.well-known/oauth-authorization-server/fhir", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, TRUE, portal_metadata_smart },
  { "GET", "/fhir/.well-known/jwks.json", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, TRUE, portal_oauth_keys },
  { "GET", "/fhir/websocket", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_live_open, "websocket" },
  { "POST", "/fhir/AuditEvent/_search", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_audit_event_search,
    "search-type" },
  { "GET", "/fhir/AuditEvent/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_audit_event_read, "read" },
  { "GET", "/fhir/AuditEvent", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_audit_event_search, "search-type" },
  { "POST", "/fhir/Patient/{id}/{type}/_search", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_compartment, "search-type" },
  { "POST", "/fhir/{type}/_search", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_type, "search-type" },
  { "GET", "/fhir/_history", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_all_history, "history-system" },
  { "GET", "/fhir/Patient/{id}/$everything", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_everything_get, "everything" },
  { "GET", "/fhir/{type}/_history", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_history, "history-type" },
  { "GET", "/fhir/{Binary}/{id}/_history/{version}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_binary_vread, "vread" },
  { "GET", "/fhir/{Binary}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_binary_read, "read" },
  { "POST", "/fhir/{Binary}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_binary_create, "create", BINARY_LIMIT, TRUE },
  { "PUT", "/fhir/{Binary}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_binary_update, "update",
    BINARY_LIMIT, TRUE },
  { "GET", "/fhir/{type}/{id}/_history/{version}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_fhir_vread, "vread" },
  { "GET", "/fhir/{type}/{id}/_history", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_history,
    "history-instance" },
  { "GET", "/fhir/Patient/{id}/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_compartment, "search-type" },
  { "GET", "/fhir/{type}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_fhir_read, "read" },
  { "GET", "/fhir/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_search_type, "search-type" },
  { "POST", "/fhir", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_bundle, "transaction" },
  { "POST", "/fhir/{type}/$validate", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_write_validate, "validate" },
  { "POST", "/fhir/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_create, "create" },
  { "PUT", "/fhir/{type}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_update, "update" },
  { "PUT", "/fhir/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_update, "update" },
  { "PATCH", "/fhir/{type}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_patch, "patch" },
  { "PATCH", "/fhir/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_patch, "patch" },
  { "DELETE", "/fhir/{type}/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_erase, "delete" },
  { "DELETE", "/fhir/{type}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_write_erase, "delete" },
  { "POST", "/auth/challenge", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_oauth_challenge, "sign-in" },
  { "POST", "/auth/token", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, TRUE, portal_oauth_token, "token" },
  { "POST", "/auth/revoke", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, TRUE, portal_oauth_revoke, "revoke" },
  { "POST", "/auth/introspect", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, TRUE, portal_oauth_introspect, "introspect" },
  { "POST", "/auth/register", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, TRUE, portal_register_client, "app-register" },
  { "GET", "/auth/authorize", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, FALSE, portal_authorize_get, "authorize" },
  { "POST", "/auth/sign-in", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_authorize_sign_in, "sign-in" },
  { "POST", "/auth/consent", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_authorize_consent, "app-consent" },
  { "POST", "/auth/refuse", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_authorize_refuse, "app-refuse" },
  { "GET", "/account", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, FALSE, portal_terms_get },
  { "GET", "/account/messages", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_messages_get, "messages-read" },
  { "POST", "/account/messages", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_messages_post, "messages-set" },
  { "GET", "/account/threads", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_staff_threads, "threads-read" },
  { "POST", "/account/register", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_register_post, "register" },
  { "POST", "/account/verify", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, FALSE, portal_register_verify, "verify" },
  { "GET", "/account/second-factor", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_factor_get, "second-factor-read" },
  { "POST", "/account/second-factor", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_factor_post, "second-factor-set" },
  { "DELETE", "/account/second-factor", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_factor_delete,
    "second-factor-delete" },
  { "POST", "/account/recover/username", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, FALSE, portal_recover_username, "recover" },
  { "POST", "/account/recover/password", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, FALSE, portal_recover_password, "recover" },
  { "POST", "/account/password", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_password_post, "password-set" },
  { "POST", "/account/step-up", PORTAL_NEEDS_TOKEN, PORTAL_ON_WORKER, FALSE, portal_password_step_up, "step-up" },
  { "POST", "/account/contact", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_contact_post, "contact-ask" },
  { "POST", "/account/terms", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_password_terms, "terms-accept" },
  { "GET", "/account/sessions", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_sessions_list, "sessions-read" },
  { "DELETE", "/account/sessions", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_sessions_end_others, "sessions-end" },
  { "GET", "/account/sessions/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_sessions_get, "sessions-read" },
  { "DELETE", "/account/sessions/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_sessions_end, "session-end" },
  { "GET", "/account/apps", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_apps_list, "apps-read" },
  { "GET", "/account/apps/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_apps_get, "apps-read" },
  { "DELETE", "/account/apps/{id}", PORTAL_NEEDS_TOKEN, PORTAL_ON_WRITER, FALSE, portal_apps_end, "app-end" },
  { "GET", "/account/activity", PORTAL_NEEDS_TOKEN, PORTAL_ON_READER, FALSE, portal_sessions_activity, "activity-read" },
  { "GET", "/account/page.css", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, FALSE, portal_page_style },
  { "GET", "/account/forgot", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, FALSE, portal_page_forgot },
  { "POST", "/account/forgot", PORTAL_NEEDS_NOTHING, PORTAL_ON_WRITER, FALSE, portal_page_forgot_send, "recover" },
  { "GET", "/account/reset/{id}", PORTAL_NEEDS_NOTHING, PORTAL_ON_READER, FALSE, portal_page_reset },
  { "POST", "/account/reset", PORTAL_NEEDS_NOTHING, PORTAL_ON_WORKER, FALSE, portal_page_reset_set, "password-reset" },
};

const PortalRoute *
portal_router_list (guint *n)
{
  *n = G_N_ELEMENTS (routes);
  return routes;
}

/* Of an address or of a pattern; looked at for every request, so nothing is copied. */
typedef struct
{
  const char *text;
  gsize       length;
} Segment;

static gboolean
is_part (Segment part, const char *text)
{
  return strlen (text) == part.length && memcmp (part.text, text, part.length) == 0;
}

static gboolean
is_legal_id (Segment segment)
{
  char text[LONGEST_ID + 1];

  if (segment.length > LONGEST_ID)
    return FALSE;
  memcpy (text, segment.text, segment.length);
  text[segment.length] = '\0';
  return cairn_id_is_legal (text);
}

static gboolean
fits (Segment part, Segment segment)
{
  if (is_part (part, "{type}"))
    return segment.length > 0 && g_ascii_isupper (*segment.text);
  if (is_part (part, "{Binary}"))
    return is_part (segment, "Binary");
  if (is_part (part, "{id}") || is_part (part, "{version}"))
    return is_legal_id (segment);
  return part.length == segment.length && memcmp (part.text, segment.text, part.length) == 0;
}

/* The parts of an address, more than MOST_SEGMENTS when there are too many; a slash at its end is as good as none
 * ("POST [base]/" of many clients). */
static guint
split_path (const char *path, Segment *segments)
{
  const char *at = *path == '/' ? path + 1 : path, *end = at + strlen (at);
  guint n = 0;

  if (end > at && end[-1] == '/')
    end--;
  do
    {
      const char *slash = memchr (at, '/', end - at);

      segments[n++] = (Segment) { at, (slash != NULL ? slash : end) - at };
      at = slash != NULL ? slash + 1 : NULL;
    }
  while (at != NULL && n < MOST_SEGMENTS);
  return at != NULL ? MOST_SEGMENTS + 1 : n;
}

static gboolean
match (const PortalRoute *route, const Segment *segments, guint n, PortalCall *call)
{
  Segment parts[MOST_SEGMENTS];
  guint n_args = 0;

  if (split_path (route->pattern, parts) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!fits (parts[i], segments[i]))
      return FALSE;
  for (guint i = 0; call != NULL && i < n; i++)
    if (*parts[i].text == '{')
      call->args[n_args++] = g_strndup (segments[i].text, segments[i].length);
  return TRUE;
}

static const PortalRoute *
find_route (const char *method, const char *path)
{
  Segment segments[MOST_SEGMENTS];
  guint n = split_path (path, segments);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (g_str_equal (routes[i].method, method) && match (&routes[i], segments, n, NULL))
      return &routes[i];
  return NULL;
}

/* How large a body may be, before anything else is known of a request. */
goffset
portal_router_get_body_limit (const char *method, const char *path)
{
  const PortalRoute *route = find_route (method, path);

  return route != NULL && route->body_limit > 0 ? route->body_limit : BODY_LIMIT;
}

/* Whether its body is to be taken in parts. */
gboolean
portal_router_takes_parts (const char *method, const char *path)
{
  const PortalRoute *route = find_route (method, path);

  return route != NULL && route->parts;
}

/* Pages of other origins may read what is public, and FHIR with a token of theirs: there are no cookies that would go along.
 * Accounts and the pages of the sign-in are for nobody else. */
static gboolean
is_open (const PortalRoute *route)
{
  return route->open_origin || g_str_has_prefix (route->pattern, "/fhir");
}

static void
reply_options (PortalCall *call, const char *allow, gboolean open_origin)
{
  portal_call_add_header (call, "Allow", allow);
  if (open_origin)
    {
      portal_call_add_header (call, "Access-Control-Allow-Origin", "*");
      portal_call_add_header (call, "Access-Control-Allow-Methods", allow);
      portal_call_add_header (call, "Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-None-Exist, If-Modified-Since, Range");
    }
  portal_call_reply (call, 204, NULL, NULL);
}

/* Sets the call's route, or answers it: FALSE. */
gboolean
portal_router_find (PortalCall *call)
{
  Segment segments[MOST_SEGMENTS];
  guint n = split_path (call->path, segments);
  const char *method = g_str_equal (call->method, "HEAD") ? "GET" : call->method;
  g_autoptr(GString) allow = g_string_new (NULL);
  gboolean open_origin = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (!match (&routes[i], segments, n, NULL))
        continue;
      if (g_str_equal (routes[i].method, method))
        {
          match (&routes[i], segments, n, call);
          call->route = &routes[i];
          return TRUE;
        }
      open_origin |= is_open (&routes[i]);
      g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", routes[i].method);
    }
  if (allow->len == 0)
    portal_call_outcome (call, 404, "not-found", "There is nothing at this address");
  else if (g_str_equal (method, "OPTIONS"))
    reply_options (call, allow->str, open_origin);
  else
    {
      portal_call_add_header (call, "Allow", allow->str);
      portal_call_outcome (call, 405, "not-supported", "This address does not take that method");
    }
  return FALSE;
}

/* For routes on a worker, which has no connection of its own. */
static gpointer
check_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return portal_tokens_check (db, data, error);
}

static gboolean
check_token (PortalCall *call, CairnConnection *db)
{
  g_autoptr(GError) error = NULL;

  if (call->token != NULL)
    call->view = db != NULL ? portal_tokens_check (db, call->token, &error)
                            : cairn_database_run (portal_store_get_writer (call->service->store), check_on_writer, call->token,
                                                  &error);
  if (call->view != NULL)
    return TRUE;
  if (error != NULL && !g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    {
      portal_call_fail (call, error);
      return FALSE;
    }
  portal_call_add_header (call, "WWW-Authenticate",
                          call->token != NULL ? "Bearer realm=\"cairn\", error=\"invalid_token\""
                                              : "Bearer realm=\"cairn\"");
  portal_call_outcome (call, 401, "login", "A valid access token is needed");
  return FALSE;
}

/* A token is looked at before the type, so that nothing is learnt without one. */
static gboolean
check_type (PortalCall *call)
{
  guint place = g_str_has_prefix (call->route->pattern, "/fhir/Patient/{id}/{type}") ? 1 : 0;

  if (strstr (call->route->pattern, "{type}") == NULL || cairn_type_is_known (call->args[place]))
    return TRUE;
  portal_call_outcome (call, 404, "not-supported", "There is no such type of resource");
  return FALSE;
}

/* Runs the handler for a call whose view is set already. */
void
portal_router_handle (PortalCall *call, CairnConnection *db)
{
  if (check_type (call))
    call->route->handler (call, db);
}

/* Runs the handler, on the thread of the route's place. */
void
portal_router_run (PortalCall *call, CairnConnection *db)
{
  if ((call->route->needs == PORTAL_NEEDS_NOTHING || check_token (call, db)) && check_type (call))
    call->route->handler (call, db);
  if (is_open (call->route))
    {
      portal_call_add_header (call, "Access-Control-Allow-Origin", "*");
      portal_call_add_header (call, "Access-Control-Expose-Headers",
                              "ETag, Location, Content-Location, Last-Modified, WWW-Authenticate, Retry-After");
    }
  portal_call_compress (call);
}
