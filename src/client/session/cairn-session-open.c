/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a session begins: by signing in, or from what the keyring and the disk keep. Passwords live in these
 * tasks only. Main thread; files and keyring on workers.
 */
#include "cairn-session-private.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-lock.h"
#include "client/account/cairn-mutex.h"
#include "client/cache/cairn-cache-messages.h"
#include "client/cache/cairn-cache-news.h"
#include "client/net/cairn-credentials-private.h"
#include "client/net/cairn-prompt.h"
#include "client/net/cairn-revoke.h"
#include "client/sync/cairn-sync-private.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#define REFRESH_WAIT_MS 40000
#define DEFAULT_LOCK_SECONDS 300

/* Signing in, or opening without a password */
typedef struct
{
  CairnCredentials     *credentials;
  gboolean              keep;
  CairnSessionOpenFlags flags;
  CairnApi             *api;
  CairnServer          *server;
  CairnTokens          *tokens;
  CairnAccount         *account;
  GError               *keyring_error;

  /* What the worker found */
  CairnStore           *store;
  CairnSession         *session;
  gboolean              remembered;
  char                 *patient_name;
  char                 *patient_birth_date;
  gint64                last_sync;
  gint64                look;
  guint                 n_new;
  guint                 n_unread;
  gboolean              locked;
  CairnAccountStatus    status;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->credentials);
  g_clear_object (&opening->api);
  g_clear_pointer (&opening->server, cairn_server_free);
  g_clear_pointer (&opening->tokens, cairn_tokens_free);
  g_clear_object (&opening->account);
  g_clear_error (&opening->keyring_error);
  g_clear_pointer (&opening->store, cairn_store_free);
  g_clear_object (&opening->session);
  g_free (opening->patient_name);
  g_free (opening->patient_birth_date);
  g_free (opening);
}

/* On the database's thread: what the session says of itself at once. */
static gpointer
read_cache (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;
  g_autofree char *last_sync = cairn_cache_get_value (connection, "last-sync", NULL);

  gint64 n_new, n_unread;

  opening->last_sync = last_sync != NULL ? g_ascii_strtoll (last_sync, NULL, 10) : 0;
  opening->n_new = cairn_cache_news_count (connection, &n_new, NULL) ? (guint) n_new : 0;
  opening->n_unread = cairn_cache_messages_n_unread (connection, &n_unread, NULL) ? (guint) n_unread : 0;
  cairn_session_read_patient (connection, cairn_account_get_patient (opening->account), &opening->patient_name,
                              &opening->patient_birth_date);
  if (opening->credentials != NULL)
    cairn_lock_store_verifier (connection, opening->credentials->password, error);
  return NULL;
}

/* A start later than the lock time opens locked; sooner opens as it was left. */
static gboolean
find_locked (Opening *opening)
{
  const char *name = cairn_account_get_name (opening->account);
  const char *override = g_getenv ("CAIRN_LOCK_SECONDS");
  gint64 limit = override != NULL && *override != '\0' ? g_ascii_strtoll (override, NULL, 10) : DEFAULT_LOCK_SECONDS;
  gint64 last_use = cairn_lock_get_last_use (name);
  gint64 now = cairn_date_now ();

  if (cairn_lock_is_locked (name))
    return TRUE;
  if ((opening->flags & CAIRN_SESSION_NO_IDLE_LOCK) != 0 || last_use == 0 || limit == 0)
    return FALSE;
  if (now >= last_use && now - last_use < limit * 1000)
    return FALSE;
  cairn_lock_set (name, TRUE, NULL);
  return TRUE;
}

static gboolean
store_token (Opening *opening, GError **error)
{
  const char *account = cairn_account_get_name (opening->account);
  g_autofree char *name = g_strconcat (account, ".refresh", NULL);
  g_autoptr(CairnMutex) mutex = cairn_mutex_lock (name, REFRESH_WAIT_MS, NULL, error);
  char *old_token;

  if (mutex == NULL)
    return FALSE;
  old_token = cairn_keyring_lookup (account, CAIRN_KEYRING_TOKEN, NULL);
  if (old_token != NULL)   /* the sign-in that this one replaces */
    cairn_revoke_later (cairn_account_get_portal (opening->account), old_token, NULL);
  cairn_secret_clear (old_token);
  return cairn_keyring_store (account, CAIRN_KEYRING_TOKEN, opening->tokens->refresh_token, error);
}

/* Keeps the sign-in when it can; when not, the session works all the same and says so. */
static gboolean
open_signed_in (Opening *opening, GError **error)
{
  const char *account = cairn_account_get_name (opening->account);

  if (opening->keep && opening->tokens->refresh_token == NULL)
    opening->keyring_error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The portal gave no token to keep");
  else if (opening->keep)
    {
      opening->store = cairn_store_open (account, TRUE, &opening->keyring_error);
      if (opening->store != NULL && !store_token (opening, &opening->keyring_error))
        g_clear_pointer (&opening->store, cairn_store_free);
      if (opening->store == NULL && g_error_matches (opening->keyring_error, CAIRN_ERROR, CAIRN_ERROR_STORAGE))
        {
          g_propagate_error (error, g_steal_pointer (&opening->keyring_error));
          return FALSE;
        }
    }
  if (opening->store == NULL)
    opening->store = cairn_store_open (account, FALSE, error);
  return opening->store != NULL;
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  const char *account = cairn_account_get_name (opening->account);
  GError *error = NULL;

  if (opening->tokens != NULL)
    open_signed_in (opening, &error);
  else
    opening->store = cairn_store_open (account, TRUE, &error);
  if (opening->store == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  opening->look = cairn_session_open_news (opening->store);
  cairn_database_run (cairn_cache_get_database (opening->store->cache), read_cache, opening, NULL);
  opening->status = cairn_account_status_load (account);
  if (opening->tokens != NULL && opening->store->remembered)
    {
      opening->status.expired = opening->status.offline = FALSE;
      opening->status.last_sync = opening->last_sync;
      cairn_account_status_save (account, &opening->status);
      cairn_lock_set (account, FALSE, NULL);
    }
  else if (opening->tokens == NULL)
    opening->locked = find_locked (opening);
  g_task_return_boolean (task, TRUE);
}

static gboolean
keep_account (Opening *opening, GError **error)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();

  return (!opening->store->remembered || cairn_accounts_add (accounts, opening->account, error)) &&
         cairn_accounts_add_recent (accounts, cairn_account_get_portal (opening->account), error);
}

static void
revoked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);

  cairn_revoke_pending_finish (result);
  g_task_return_pointer (task, g_steal_pointer (&opening->session), g_object_unref);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  g_autoptr(CairnGrant) grant = NULL;
  const CairnServer *server;
  CairnSession *session;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) ||
      (opening->tokens != NULL && !keep_account (opening, &error)) ||
      (grant = cairn_grant_new (opening->account, opening->store->remembered, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (opening->server != NULL)
    cairn_grant_set_server (grant, g_steal_pointer (&opening->server));
  if (opening->tokens != NULL)
    cairn_grant_take_tokens (grant, g_steal_pointer (&opening->tokens));
  else
    cairn_grant_set_expired (grant, opening->status.expired);
  opening->remembered = opening->store->remembered;
  session = cairn_session_new (opening->account, grant, g_steal_pointer (&opening->store));
  cairn_sync_set_last_sync (cairn_session_get_sync (session), opening->last_sync);
  cairn_session_take_patient (session, g_steal_pointer (&opening->patient_name), g_steal_pointer (&opening->patient_birth_date));
  session->look = opening->look;
  cairn_session_set_n_new (session, opening->n_new);
  cairn_session_set_n_unread (session, opening->n_unread);
  cairn_session_set_locked (session, opening->locked);
  if (opening->keyring_error != NULL)
    cairn_session_take_error (session, g_steal_pointer (&opening->keyring_error));
  opening->session = session;
  server = cairn_grant_get_server (grant);
  if (server != NULL && opening->remembered)
    cairn_revoke_pending_async (opening->api, server, revoked_cb, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&opening->session), g_object_unref);
}

static void
open_store (GTask *task)
{
  g_autoptr(GTask) worker = g_task_new (NULL, NULL, opened_cb, g_object_ref (task));

  g_task_set_task_data (worker, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (worker, open_thread);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;

  opening->tokens = cairn_oauth_sign_in_finish (result, &error);
  if (opening->tokens == NULL)
    g_task_return_error (task, error);
  else if (opening->tokens->waiting)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FORBIDDEN, "The clinic has yet to link this account to a record");
  else if (opening->tokens->patient == NULL || *opening->tokens->patient == '\0')
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "This sign-in opens no patient's record");
  else
    {
      opening->account = cairn_account_new (opening->server->base, cairn_credentials_get_username (opening->credentials),
                                            opening->tokens->patient, opening->keep);
      open_store (task);
    }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;

  opening->server = cairn_discovery_find_finish (result, &opening->api, &error);
  if (opening->server == NULL)
    g_task_return_error (task, error);
  else
    cairn_oauth_sign_in_async (opening->api, opening->server, opening->credentials, g_task_get_cancellable (task),
                               signed_in_cb, g_object_ref (task));
}

static void
found_only_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(CairnServer) server = NULL;
  GError *error = NULL;

  server = cairn_discovery_find_finish (result, NULL, &error);
  if (server == NULL)
    g_task_return_error (task, error);
  else if (server->challenge_endpoint == NULL || server->token_endpoint == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s takes no sign-in", server->base);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * cairn_session_find_async:
 * @portal_address: a host, a portal's root or a FHIR base
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Looks whether a portal that can be signed in to answers at an address; nothing is sent but the question. Errors:
 * %CAIRN_ERROR_USAGE (no address), %CAIRN_ERROR_NOT_PORTAL, %CAIRN_ERROR_NETWORK, %CAIRN_ERROR_CERTIFICATE, %CAIRN_ERROR_BUSY.
 */
void
cairn_session_find_async (const char          *portal_address,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (portal_address != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_find_async);
  cairn_discovery_find_async (portal_address, cancellable, found_only_cb, task);
}

/**
 * cairn_session_find_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether there is a portal
 */
gboolean
cairn_session_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * cairn_session_sign_in_with_async:
 * @portal_address: a host, a portal's root or a FHIR base
 * @credentials: what to sign in with; what is missing can be added and all of it tried again
 * @keep: whether to keep the sign-in when the program ends
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_session_sign_in_finish()
 * @user_data: for @callback
 *
 * Signs in and opens the account. Without a keyring the session works, isn't "remembered" and says why in "error". Errors:
 * %CAIRN_ERROR_CREDENTIALS (see cairn_session_needs_otp()), %CAIRN_ERROR_USAGE (no address), %CAIRN_ERROR_NOT_PORTAL, %CAIRN_ERROR_NETWORK,
 * %CAIRN_ERROR_CERTIFICATE, %CAIRN_ERROR_BUSY, %CAIRN_ERROR_REJECTED (see cairn_session_needs_terms()), %CAIRN_ERROR_FORBIDDEN (the clinic
 * has yet to link the account to a record), %CAIRN_ERROR_STORAGE.
 */
void
cairn_session_sign_in_with_async (const char          *portal_address,
                                  CairnCredentials    *credentials,
                                  gboolean             keep,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Opening *opening;

  g_return_if_fail (portal_address != NULL);
  g_return_if_fail (CAIRN_IS_CREDENTIALS (credentials));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_sign_in_with_async);
  opening = g_new0 (Opening, 1);
  opening->credentials = g_object_ref (credentials);
  opening->keep = keep;
  g_task_set_task_data (task, opening, opening_free);
  cairn_discovery_find_async (portal_address, cancellable, found_cb, g_object_ref (task));
}

/**
 * cairn_session_sign_in_async:
 * @portal_address: a host, a portal's root or a FHIR base
 * @username: user name or e-mail address
 * @password: password
 * @otp: (nullable): one-time code, or a recovery code in its place
 * @keep: whether to keep the sign-in when the program ends
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * cairn_session_sign_in_with_async() in one go.
 */
void
cairn_session_sign_in_async (const char          *portal_address,
                             const char          *username,
                             const char          *password,
                             const char          *otp,
                             gboolean             keep,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr(CairnCredentials) credentials = cairn_credentials_new (username, password);

  cairn_credentials_set_code (credentials, otp);
  cairn_session_sign_in_with_async (portal_address, credentials, keep, cancellable, callback, user_data);
}

/**
 * cairn_session_sign_in_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the session
 */
CairnSession *
cairn_session_sign_in_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_needs_otp:
 * @error: (nullable): why a sign-in failed
 *
 * Returns: whether a one-time code was missing, or wrong if one was given; the password was right
 */
gboolean
cairn_session_needs_otp (const GError *error)
{
  return cairn_prompt_is_otp (error);
}

/**
 * cairn_session_needs_terms:
 * @error: (nullable): why a sign-in failed
 *
 * Returns: whether the terms of use, which the credentials then have, are to be accepted first
 */
gboolean
cairn_session_needs_terms (const GError *error)
{
  return cairn_prompt_is_terms (error);
}

/* An account that was signed out meanwhile must not come back as an empty record. */
static gboolean
is_kept (CairnAccount *account, GError **error)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();

  if (!cairn_accounts_reload (accounts, error))
    return FALSE;
  if (cairn_accounts_lookup (accounts, cairn_account_get_name (account)) != NULL)
    return TRUE;
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN, "This account is signed out");
  return FALSE;
}

void
cairn_session_open_full_async (CairnAccount          *account,
                               CairnSessionOpenFlags  flags,
                               GCancellable          *cancellable,
                               GAsyncReadyCallback    callback,
                               gpointer               user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Opening *opening;

  g_return_if_fail (CAIRN_IS_ACCOUNT (account));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_open_full_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!is_kept (account, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  opening = g_new0 (Opening, 1);
  opening->account = g_object_ref (account);
  opening->flags = flags;
  g_task_set_task_data (task, opening, opening_free);
  open_store (task);
}

/**
 * cairn_session_open_async:
 * @account: an account that is kept
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Opens an account from the keyring and the cache, without the network. Errors: %CAIRN_ERROR_SIGN_IN (it was signed out), %CAIRN_ERROR_KEYRING, %CAIRN_ERROR_IN_USE,
 * %CAIRN_ERROR_STORAGE.
 */
void
cairn_session_open_async (CairnAccount        *account,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  cairn_session_open_full_async (account, CAIRN_SESSION_OPEN_DEFAULT, cancellable, callback, user_data);
}

/**
 * cairn_session_open_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the session
 */
CairnSession *
cairn_session_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_needs_set_up:
 * @error: (nullable): why signing in failed
 *
 * Returns: whether the clinic asks for a second factor that is to be set up first, with what the credentials say, or its first code
 *   was wrong (the prompt was %CAIRN_PROMPT_SET_UP before)
 */
gboolean
cairn_session_needs_set_up (const GError *error)
{
  return cairn_prompt_is_set_up (error);
}
