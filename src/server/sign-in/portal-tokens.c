/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes into tokens, tokens into newer ones, and what a token is worth (RFC 6749, 7636, 7009). On
 * the writer's thread but for portal_tokens_check(), one transaction a call. CAIRN_ERROR_SIGN_IN
 * stands for "invalid_grant": all that a caller may know of why. */
#include "portal-tokens.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "server/accounts/portal-account-call.h"
#include "server/accounts/portal-factor.h"
#include "server/mail/portal-letters.h"
#include "server/store/people/portal-store-accounts.h"
#include "server/store/people/portal-store-clients.h"
#include "server/store/people/portal-store-factor.h"
#include "server/store/people/portal-store-grants.h"

#define TOKEN_BYTES 32
#define REMEMBER_MS (7 * DAY_MS)   /* so long a replaced token that comes again betrays a thief */
#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

void
portal_tokens_free (PortalTokens *tokens)
{
  cairn_secret_clear (tokens->access);
  cairn_secret_clear (tokens->refresh);
  g_free (tokens->scope);
  g_free (tokens->patient);
  g_free (tokens->who);
  g_free (tokens->nonce);
  g_free (tokens);
}

static gpointer
invalid_grant (GError **error)
{
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN,
                       "The code or token is not valid any more");
  return NULL;
}

/* What was noted down must stay although the answer is no. */
static gpointer
refuse (CairnConnection *db, GError **error)
{
  return cairn_connection_commit (db, error) ? invalid_grant (error) : NULL;
}

static gpointer
revoke_and_refuse (CairnConnection *db, const char *grant, GError **error)
{
  return portal_store_revoke_grant (db, grant, error) ? refuse (db, error) : NULL;
}

static gboolean
has_scope (const char *scope, const char *wanted)
{
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse (scope);

  return cairn_scopes_has (scopes, wanted);
}

static PortalTokens *
issue_access (CairnConnection *db,
              const PortalConfig *config,
              const PortalGrant *grant,
              gint64 now,
              GError **error)
{
  g_autoptr(PortalTokens) tokens = g_new0 (PortalTokens, 1);
  g_autofree char *hash = NULL;

  tokens->access = cairn_random_token (TOKEN_BYTES);
  tokens->scope = g_strdup (grant->scope);
  tokens->patient = g_strdup (grant->patient);
  tokens->waiting = grant->patient == NULL && grant->role == NULL;
  hash = cairn_sha256_hex (tokens->access, -1);
  if (!portal_store_add_access (db, hash, grant->id,
                                now + config->access_token_seconds * G_GINT64_CONSTANT (1000),
                                error))
    return NULL;
  return g_steal_pointer (&tokens);
}

static gboolean
issue_refresh (CairnConnection     *db,
               const PortalConfig  *config,
               PortalTokens        *tokens,
               const char          *grant,
               gint64               now,
               char               **hash,
               GError             **error)
{
  tokens->refresh = cairn_random_token (TOKEN_BYTES);
  *hash = cairn_sha256_hex (tokens->refresh, -1);
  return portal_store_add_refresh (db, *hash, grant, now + config->refresh_token_days * DAY_MS,
                                   error);
}

/* Who that is in FHIR: "Patient/id", of staff "Practitioner/id". */
char *
portal_tokens_dup_user (const char *patient, const char *practitioner)
{
  if (patient != NULL)
    return g_strconcat ("Patient/", patient, NULL);
  return practitioner != NULL ? g_strconcat ("Practitioner/", practitioner, NULL) : NULL;
}

static PortalTokens *
redeem (CairnConnection *db,
        const PortalConfig *config,
        const PortalCode *code,
        const char *hash,
        gint64 now,
        GError **error)
{
  g_autofree char *id = cairn_random_uuid (), *refresh_hash = NULL;
  PortalGrant grant = { id, code->account, code->patient, code->client, code->scope, FALSE, NULL, NULL, code->device, 0 };
  g_autoptr(PortalAccount) account = NULL;
  PortalFacts facts = { .device = code->device, .when = now };
  PortalLetterKind kind;
  const char *to;
  g_autoptr(PortalTokens) tokens = NULL;
  g_autofree char *language = NULL;

  if (!portal_store_load_account (db, code->account, &account, error))
    return NULL;
  if (account == NULL || account->disabled)
    return refuse (db, error);
  if (!portal_store_use_code (db, hash, id, error) ||
      !portal_store_add_grant (db, &grant, now, error))
    return NULL;
  tokens = issue_access (db, config, &grant, now, error);
  if (tokens == NULL ||
      (has_scope (code->scope, "offline_access") &&
       !issue_refresh (db, config, tokens, id, now, &refresh_hash, error)))
    return NULL;
  tokens->waiting = code->patient == NULL && account->role == NULL;
  tokens->identify = has_scope (code->scope, "openid");
  tokens->nonce = g_strdup (code->nonce);
  if (has_scope (code->scope, "fhirUser"))
    tokens->who = portal_tokens_dup_user (code->patient, account->practitioner);
  to = portal_account_channel (account, &kind);
  facts.language = language = portal_account_dup_language (db, account, NULL);
  if ((code->redirect != NULL && !portal_store_use_client (db, code->client, now, error)) ||
      !portal_letters_queue (db, config, tokens->waiting ? PORTAL_LETTER_NOBODY : kind, to,
                             code->redirect != NULL ? PORTAL_TOPIC_NEW_APP : PORTAL_TOPIC_NEW_DEVICE, &facts, error))
    return NULL;
  return cairn_connection_commit (db, error) ? g_steal_pointer (&tokens) : NULL;
}

/* @redirect: (nullable): where the code was sent, if it was sent by a browser */
PortalTokens *
portal_tokens_from_code (CairnConnection     *db,
                         const PortalConfig  *config,
                         const char          *client,
                         const char          *code_text,
                         const char          *redirect,
                         const char          *verifier,
                         char               **who,
                         GError             **error)
{
  g_autofree char *hash = cairn_sha256_hex (code_text, -1);
  g_autoptr(PortalCode) code = NULL;
  gint64 now = cairn_date_now ();

  if (!cairn_connection_begin (db, error) ||
      !portal_store_forget_expired (db, now, now - PORTAL_REPLAY_MS, error) ||
      !portal_store_load_code (db, hash, &code, error))
    return NULL;
  if (code == NULL || !g_str_equal (code->client, client))
    return refuse (db, error);
  *who = g_strdup (code->account);
  /* A code that comes twice was stolen, once or the other time */
  if (code->used_by != NULL)
    return *code->used_by != '\0' ? revoke_and_refuse (db, code->used_by, error)
                                  : refuse (db, error);
  /* A code that no redirect brought is bound to none (RFC 6749 section 4.1.3) */
  if (code->expires < now || (code->redirect != NULL && g_strcmp0 (code->redirect, redirect) != 0) ||
      !cairn_pkce_verify (verifier, code->challenge))
    return portal_store_use_code (db, hash, "", error) ? refuse (db, error) : NULL;
  return redeem (db, config, code, hash, now, error);
}

/* The key that a token's successor is sealed with: only who has the token can make it. */
static GBytes *
successor_key (const char *token)
{
  g_autofree char *salted = g_strconcat ("cairn successor ", token, NULL);
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 key[CAIRN_KEY_BYTES];
  gsize length = sizeof key;

  g_checksum_update (checksum, (const guchar *) salted, -1);
  g_checksum_get_digest (checksum, key, &length);
  return g_bytes_new (key, length);
}

static char *
seal_successor (const char *token, const char *successor)
{
  g_autoptr(GBytes) key = successor_key (token);
  g_autoptr(GBytes) sealed = cairn_seal (key, successor, strlen (successor));

  return cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
}

static char *
unseal_successor (const char *token, const char *sealed)
{
  g_autoptr(GBytes) key = successor_key (token);
  g_autoptr(GBytes) box = cairn_base64url_decode (sealed);
  g_autoptr(GBytes) plain = NULL;

  plain = box != NULL ? cairn_unseal (key, g_bytes_get_data (box, NULL), g_bytes_get_size (box))
                      : NULL;
  return plain != NULL ? g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain))
                       : NULL;
}

/* The answer to the first use was lost: the same successor again, if nobody has used it yet. */
static PortalTokens *
replay (CairnConnection      *db,
        const PortalConfig   *config,
        const PortalGrant    *grant,
        const PortalRefresh  *refresh,
        const char           *token,
        gint64                now,
        GError              **error)
{
  g_autoptr(PortalRefresh) successor = NULL;
  g_autoptr(PortalTokens) tokens = NULL;

  if (refresh->successor == NULL || now - refresh->replaced > PORTAL_REPLAY_MS)
    return revoke_and_refuse (db, grant->id, error);
  if (!portal_store_load_refresh (db, refresh->successor_hash, &successor, error))
    return NULL;
  if (successor == NULL || successor->replaced != 0)
    return revoke_and_refuse (db, grant->id, error);
  tokens = issue_access (db, config, grant, now, error);
  if (tokens == NULL)
    return NULL;
  tokens->refresh = unseal_successor (token, refresh->successor);
  return cairn_connection_commit (db, error) ? g_steal_pointer (&tokens) : NULL;
}

static PortalTokens *
rotate (CairnConnection     *db,
        const PortalConfig  *config,
        const PortalGrant   *grant,
        const char          *hash,
        const char          *token,
        gint64               now,
        GError             **error)
{
  g_autoptr(PortalTokens) tokens = issue_access (db, config, grant, now, error);
  g_autofree char *successor_hash = NULL, *sealed = NULL;

  if (tokens == NULL || !issue_refresh (db, config, tokens, grant->id, now, &successor_hash, error))
    return NULL;
  sealed = seal_successor (token, tokens->refresh);
  if (!portal_store_replace_refresh (db, hash, now, now + REMEMBER_MS, successor_hash, sealed, error) ||
      !portal_store_use_grant (db, grant->id, now, error))
    return NULL;
  return cairn_connection_commit (db, error) ? g_steal_pointer (&tokens) : NULL;
}

/* Whether only a new sign-in goes on: staff have found the record that a grant was still without, or the clinic has come to want a
 * second factor. */
static gboolean
is_outgrown (CairnConnection *db, const PortalConfig *config, const PortalGrant *grant, gboolean *outgrown, GError **error)
{
  g_autoptr(PortalAccount) account = NULL;

  *outgrown = FALSE;
  if (!portal_store_load_account (db, grant->account, &account, error))
    return FALSE;
  if (account != NULL)
    *outgrown = (grant->patient == NULL && grant->role == NULL && account->patient != NULL) ||
                (account->factor == NULL && portal_factor_is_wanted (config, account));
  return TRUE;
}

PortalTokens *
portal_tokens_refresh (CairnConnection     *db,
                       const PortalConfig  *config,
                       const char          *client,
                       const char          *token,
                       char               **who,
                       GError             **error)
{
  g_autofree char *hash = cairn_sha256_hex (token, -1);
  g_autoptr(PortalRefresh) refresh = NULL;
  g_autoptr(PortalGrant) grant = NULL;
  gint64 now = cairn_date_now ();
  gboolean outgrown;

  if (!cairn_connection_begin (db, error) ||
      !portal_store_forget_expired (db, now, now - PORTAL_REPLAY_MS, error) ||
      !portal_store_load_refresh (db, hash, &refresh, error))
    return NULL;
  if (refresh == NULL || refresh->expires < now)
    return refuse (db, error);
  if (!portal_store_load_grant (db, refresh->grant, &grant, error))
    return NULL;
  if (grant != NULL)
    *who = g_strdup (grant->account);
  if (grant == NULL || grant->revoked || !g_str_equal (grant->client, client))
    return refuse (db, error);
  if (!is_outgrown (db, config, grant, &outgrown, error))
    return NULL;
  if (outgrown)
    return revoke_and_refuse (db, grant->id, error);
  if (refresh->replaced != 0)
    return replay (db, config, grant, refresh, token, now, error);
  return rotate (db, config, grant, hash, token, now, error);
}

/* RFC 7009: an unknown token is no error. A refresh token takes its whole family along. */
gboolean
portal_tokens_revoke (CairnConnection *db,
                      const char *client,
                      const char *token,
                      char **who,
                      GError **error)
{
  g_autofree char *hash = cairn_sha256_hex (token, -1);
  g_autoptr(PortalRefresh) refresh = NULL;
  g_autoptr(PortalGrant) grant = NULL;

  if (!cairn_connection_begin (db, error) || !portal_store_load_refresh (db, hash, &refresh, error))
    return FALSE;
  if (refresh != NULL)
    {
      if (!portal_store_load_grant (db, refresh->grant, &grant, error))
        return FALSE;
      if (grant != NULL && g_str_equal (grant->client, client) &&
          !portal_store_revoke_grant (db, grant->id, error))
        return FALSE;
    }
  else
    {
      if (!portal_store_find_access (db, hash, cairn_date_now (), &grant, error))
        return FALSE;
      if (grant != NULL && g_str_equal (grant->client, client) &&
          !portal_store_drop_access (db, hash, error))
        return FALSE;
    }
  if (grant != NULL)
    *who = g_strdup (grant->account);
  return cairn_connection_commit (db, error);
}

/* The live grant that a client's access or refresh token stands for, with when that token ends; NULL for any other token,
 * without a word of why (RFC 7662). Uses nothing up; on any connection. */
gboolean
portal_tokens_find (CairnConnection *db, const char *client, const char *token, PortalGrant **grant, GError **error)
{
  g_autofree char *hash = cairn_sha256_hex (token, -1);
  g_autoptr(PortalRefresh) refresh = NULL;
  gint64 now = cairn_date_now ();

  if (!portal_store_find_access (db, hash, now, grant, error))
    return FALSE;
  if (*grant == NULL)
    {
      if (!portal_store_load_refresh (db, hash, &refresh, error))
        return FALSE;
      if (refresh == NULL || refresh->replaced != 0 || refresh->expires < now)
        return TRUE;
      if (!portal_store_load_grant (db, refresh->grant, grant, error))
        return FALSE;
      if (*grant != NULL)
        (*grant)->expires = refresh->expires;
    }
  if (*grant != NULL && ((*grant)->revoked || !g_str_equal ((*grant)->client, client)))
    g_clear_pointer (grant, portal_grant_free);
  return TRUE;
}

/* Through whose eyes the bearer of an access token looks; on any connection. */
PortalView *
portal_tokens_check (CairnConnection *db, const char *access_token, GError **error)
{
  g_autofree char *hash = cairn_sha256_hex (access_token, -1);

  return portal_tokens_check_hash (db, hash, error);
}

/* The same for the token's SHA-256, in hex. */
PortalView *
portal_tokens_check_hash (CairnConnection *db, const char *hash, GError **error)
{
  g_autoptr(PortalGrant) grant = NULL;

  if (!portal_store_find_access (db, hash, cairn_date_now (), &grant, error))
    return NULL;
  if (grant == NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN,
                           "The access token is not valid");
      return NULL;
    }
  return grant->role != NULL ? portal_view_new_staff (grant->account, grant->practitioner, grant->role, grant->scope)
                             : portal_view_new (grant->account, grant->patient, grant->scope);
}
