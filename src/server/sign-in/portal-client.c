/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an app of others must be like, and how it shows that it is the one it says (RFC 6749 section 2, RFC 8252). Only an
 * address that was registered gets codes: the very same, but for the port on the owner's own machine. Any thread. */
#include "portal-client.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "server/portal.h"
#include "server/store/people/portal-store-grants.h"

#define LONGEST_URI 512
#define LONGEST_NAME 80
#define UNUSED_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))   /* an app that registers comes with somebody who waits */
#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static const char *const loopbacks[] = { "http://127.0.0.1", "http://[::1]", NULL };

static gboolean
has_only (const char *text, const char *allowed)
{
  return text[strspn (text, allowed)] == '\0';
}

/* "127.0.0.1" and "[::1]", with or without a port; what follows them, or NULL. */
static const char *
skip_loopback (const char *uri, gsize *host)
{
  for (guint i = 0; loopbacks[i] != NULL; i++)
    {
      const char *at = uri + strlen (loopbacks[i]);
      gsize digits;

      if (!g_str_has_prefix (uri, loopbacks[i]))
        continue;
      *host = strlen (loopbacks[i]);
      if (*at == ':')
        {
          digits = strspn (at + 1, G_CSET_DIGITS);
          if (digits == 0 || digits > 5 || g_ascii_strtoull (at + 1, NULL, 10) > 65535)
            return NULL;
          at += 1 + digits;
        }
      return *at == '/' || *at == '?' || *at == '\0' ? at : NULL;
    }
  return NULL;
}

static gboolean
is_web (const char *uri)
{
  static const char host[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".-";
  const char *at = uri + strlen ("https://");
  gsize length = strspn (at, host), digits;

  if (length == 0 || *at == '.' || *at == '-')
    return FALSE;
  at += length;
  if (*at == ':')
    {
      digits = strspn (at + 1, G_CSET_DIGITS);
      if (digits == 0 || digits > 5)
        return FALSE;
      at += 1 + digits;
    }
  return *at == '/' || *at == '?' || *at == '\0';
}

/* A private-use scheme is a reversed domain name (RFC 8252 section 7.1): it has a dot, so that it is never "javascript". */
static gboolean
is_private (const char *uri)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_DIGITS "+.-";
  gsize length = strspn (uri, allowed);

  return length > 2 && g_ascii_islower (*uri) && uri[length] == ':' && uri[length + 1] == '/' &&
         memchr (uri, '.', length) != NULL && uri[length - 1] != '.';
}

/* Whether an app may register an address to be called back at. */
gboolean
portal_client_redirect_is_good (const char *uri)
{
  static const char allowed[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._~:/?[]@!$&'()*+,;=%";
  gsize host;

  if (uri == NULL || strlen (uri) > LONGEST_URI || !has_only (uri, allowed) || strstr (uri, "/../") != NULL)
    return FALSE;
  if (g_str_has_prefix (uri, "https://"))
    return is_web (uri);
  if (g_str_has_prefix (uri, "http://"))
    return skip_loopback (uri, &host) != NULL;
  return is_private (uri);
}

static gboolean
is_same (const char *registered, const char *uri)
{
  const char *one, *other;
  gsize one_host, other_host;

  if (g_str_equal (registered, uri))
    return TRUE;
  one = skip_loopback (registered, &one_host);
  other = skip_loopback (uri, &other_host);
  return one != NULL && other != NULL && one_host == other_host && memcmp (registered, uri, one_host) == 0 &&
         g_str_equal (one, other);
}

gboolean
portal_client_may_redirect (const PortalClient *client, const char *uri)
{
  for (guint i = 0; portal_client_redirect_is_good (uri) && client->redirects[i] != NULL; i++)
    if (is_same (client->redirects[i], uri))
      return TRUE;
  return FALSE;
}

/* What a content security policy calls such an address: its origin, or its scheme. */
char *
portal_client_dup_target (const char *uri)
{
  const char *colon = strchr (uri, ':'), *end;

  /* Policies have no words for IPv6 either */
  if ((!g_str_has_prefix (uri, "https://") && !g_str_has_prefix (uri, "http://")) || colon[3] == '[')
    return g_strndup (uri, colon - uri + 1);
  end = colon + 3 + strcspn (colon + 3, "/?");
  return g_strndup (uri, end - uri);
}

/* A name that people can read: nothing that hides, turns or breaks what stands around it; NULL if it is none. */
char *
portal_client_dup_name (const char *name)
{
  g_autofree char *clean = NULL;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return NULL;
  clean = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  g_strstrip (clean);
  if (*clean == '\0' || g_utf8_strlen (clean, -1) > LONGEST_NAME)
    return NULL;
  for (const char *at = clean; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)) || g_unichar_type (g_utf8_get_char (at)) == G_UNICODE_FORMAT)
      return NULL;
  return g_steal_pointer (&clean);
}

gboolean
portal_client_site_is_good (const char *uri)
{
  return g_str_has_prefix (uri, "https://") && portal_client_redirect_is_good (uri);
}

PortalClient *
portal_client_new (const char *name, const char *const *redirects)
{
  PortalClient *client = g_new0 (PortalClient, 1);

  client->id = cairn_random_uuid ();
  client->name = g_strdup (name);
  client->redirects = g_strdupv ((char **) redirects);
  client->created = cairn_date_now ();
  return client;
}

/* Those that registered themselves and that nobody uses; in the caller's transaction. */
gboolean
portal_client_forget (CairnConnection *db, const PortalConfig *config, GError **error)
{
  gint64 now = cairn_date_now ();

  return portal_store_forget_clients (db, now - UNUSED_MS, now - config->refresh_token_days * DAY_MS, now, error);
}

/* The clinic's own app is known without a row; it has no address to be called back at. TRUE with NULL for nobody. */
gboolean
portal_client_find (CairnConnection *db, const char *id, PortalClient **client, GError **error)
{
  static const char *const none[] = { NULL };

  *client = NULL;
  if (!g_str_equal (id, PORTAL_OWN_CLIENT))
    return portal_store_load_client (db, id, client, error);
  *client = portal_client_new ("Cairn", none);
  g_free ((*client)->id);
  (*client)->id = g_strdup (PORTAL_OWN_CLIENT);
  return TRUE;
}

/* "id:secret" of HTTP Basic, each encoded as in a form (RFC 6749 section 2.3.1). */
static gboolean
split_basic (const char *basic, char **id, char **secret)
{
  g_autofree guchar *text = NULL;
  g_autofree char *whole = NULL;
  gsize length;
  char *colon;

  text = g_base64_decode (basic, &length);
  if (text == NULL || length == 0)
    return FALSE;
  whole = g_strndup ((const char *) text, length);
  memset (text, 0, length);
  colon = strchr (whole, ':');
  if (colon == NULL || strlen (whole) != length)
    return FALSE;
  *colon = '\0';
  *id = g_uri_unescape_string (whole, NULL);
  *secret = g_uri_unescape_string (colon + 1, NULL);
  memset (whole, 0, length);
  return *id != NULL && *secret != NULL;
}

static gboolean
is_proved (const PortalClient *client, const char *secret)
{
  g_autofree char *hash = cairn_sha256_hex (secret != NULL ? secret : "", -1);

  if (client->secret == NULL)
    return secret == NULL;
  return secret != NULL && cairn_constant_time_equal (client->secret, hash);
}

/* A refresh token says whose it is, so that RFC 6749 section 6 doesn't ask for a client_id of public clients, and some don't
 * send one. */
static gboolean
find_by_token (PortalCall *call, CairnConnection *db, char **id, GError **error)
{
  const char *token = portal_call_get_param (call, "refresh_token");
  g_autofree char *hash = cairn_sha256_hex (token != NULL ? token : "", -1);
  g_autoptr(PortalRefresh) refresh = NULL;
  g_autoptr(PortalGrant) grant = NULL;

  if (token == NULL || g_strcmp0 (portal_call_get_param (call, "grant_type"), "refresh_token") != 0)
    return TRUE;
  if (!portal_store_load_refresh (db, hash, &refresh, error) ||
      (refresh != NULL && !portal_store_load_grant (db, refresh->grant, &grant, error)))
    return FALSE;
  if (grant != NULL)
    *id = g_strdup (grant->client);
  return TRUE;
}

/* Who asks at an endpoint of tokens: a public client by its id alone, a confidential one with its secret. NULL with @why,
 * which is RFC 6749's error, or NULL too when the portal failed. */
PortalClient *
portal_client_prove (PortalCall *call, CairnConnection *db, const char **why, GError **error)
{
  const char *named = portal_call_get_param (call, "client_id");
  g_autofree char *id = NULL;
  char *secret = NULL;
  g_autoptr(PortalClient) client = NULL;
  gboolean good = TRUE;

  *why = "invalid_client";
  if (call->basic != NULL)
    good = split_basic (call->basic, &id, &secret) && (named == NULL || g_str_equal (named, id));
  else
    id = g_strdup (named);
  if (id == NULL && call->basic == NULL)
    {
      *why = "invalid_request";
      good = find_by_token (call, db, &id, error);
      if (!good || id != NULL)
        *why = good ? "invalid_client" : NULL;
    }
  if (good && id != NULL && !portal_client_find (db, id, &client, error))
    *why = NULL;
  good = client != NULL && is_proved (client, secret);
  cairn_secret_clear (secret);
  return good ? g_steal_pointer (&client) : NULL;
}
