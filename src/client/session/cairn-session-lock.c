/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving that it is the patient again: unlocking, and signing in again when the grant has ended. Main thread. */
#include "cairn-session-private.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-lock.h"
#include "client/account/cairn-mutex.h"
#include "client/net/cairn-credentials-private.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define REFRESH_WAIT_MS 40000

typedef struct
{
  char             *account;
  char             *password;
  CairnCredentials *credentials;
  CairnTokens      *tokens;
  gboolean          remembered;
  int               tries_left;   /* without the portal, -1 when the portal was asked */
} Proof;

static void
proof_free (gpointer data)
{
  Proof *proof = data;

  g_free (proof->account);
  cairn_secret_clear (proof->password);
  g_clear_object (&proof->credentials);
  g_clear_pointer (&proof->tokens, cairn_tokens_free);
  g_free (proof);
}

static GTask *
start (CairnSession        *self,
       gpointer             tag,
       const char          *password,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Proof *proof = g_new0 (Proof, 1);

  g_task_set_source_tag (task, tag);
  proof->account = g_strdup (cairn_account_get_name (cairn_session_get_account (self)));
  proof->password = g_strdup (password);
  proof->tries_left = -1;
  proof->remembered = cairn_session_get_remembered (self);
  g_task_set_task_data (task, proof, proof_free);
  return task;
}

static gpointer
store_verifier (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_lock_store_verifier (connection, data, error);
  return NULL;
}

static void
free_secret (gpointer secret)
{
  cairn_secret_clear (secret);
}

/* A password that the portal has taken: it also unlocks when the portal can't be reached. */
void
cairn_session_keep_password (CairnSession *self, const char *password)
{
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  if (database != NULL)
    cairn_database_run_async (database, store_verifier, g_strdup (password), free_secret, NULL, NULL, NULL, NULL);
}

static void
unlock (CairnSession *self, const Proof *proof, gboolean by_portal)
{
  g_autoptr(GError) error = NULL;

  if (!cairn_lock_set (proof->account, FALSE, &error))
    g_message ("%s", error->message);
  cairn_session_settle_news (self);
  cairn_session_set_locked (self, FALSE);
  cairn_session_count_news (self);
  if (by_portal)
    cairn_session_keep_password (self, proof->password);
}

static gpointer
check_offline (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Proof *proof = data;
  guint tries_left = 0;
  gboolean right = cairn_lock_check_offline (connection, proof->password, &tries_left, error);

  proof->tries_left = (int) tries_left;
  return right ? proof : NULL;
}

static void
offline_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    {
      self->unlock_tries = ((Proof *) g_task_get_task_data (task))->tries_left;
      g_task_return_error (task, error);
      return;
    }
  unlock (self, g_task_get_task_data (task), FALSE);
  g_task_return_boolean (task, TRUE);
}

/* Whether the portal could say nothing about the password. Takes the error otherwise. */
static gboolean
is_unreachable (const GError *error)
{
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CERTIFICATE) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SERVER) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
}

/* Takes the error. */
static void
fall_back (GTask *task, GError *error)
{
  CairnSession *self = g_task_get_source_object (task);
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  if (!is_unreachable (error) || database == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_error_free (error);
  cairn_database_run_async (database, check_offline, g_task_get_task_data (task), NULL, NULL,
                            g_task_get_cancellable (task), offline_cb, g_object_ref (task));
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (!cairn_oauth_check_finish (result, &error))
    {
      fall_back (task, error);
      return;
    }
  unlock (g_task_get_source_object (task), g_task_get_task_data (task), TRUE);
  g_task_return_boolean (task, TRUE);
}

static void
unlock_connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  CairnGrant *grant = CAIRN_GRANT (source);
  Proof *proof = g_task_get_task_data (task);
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (grant, result, &error);

  if (server == NULL)
    fall_back (task, error);
  else
    cairn_oauth_check_async (cairn_grant_get_api (grant), server,
                             cairn_account_get_username (cairn_session_get_account (self)), proof->password,
                             g_task_get_cancellable (task), checked_cb, g_object_ref (task));
}

/**
 * cairn_session_unlock_async:
 * @self: a session
 * @password: the account's password
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Unlocks the account: the portal is asked, or, when it can't be reached, a verifier in the cache, five times. Errors:
 * %CAIRN_ERROR_CREDENTIALS, %CAIRN_ERROR_BUSY (too many tries), %CAIRN_ERROR_NETWORK (the portal is needed).
 */
void
cairn_session_unlock_async (CairnSession        *self,
                            const char          *password,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (password != NULL);

  self->unlock_tries = -1;
  task = start (self, cairn_session_unlock_async, password, cancellable, callback, user_data);
  if (g_task_return_error_if_cancelled (task))
    return;
  cairn_grant_connect_async (cairn_session_get_grant (self), cancellable, unlock_connected_cb, g_object_ref (task));
}

/**
 * cairn_session_unlock_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is unlocked
 */
gboolean
cairn_session_unlock_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * cairn_session_get_unlock_tries:
 * @self: a session
 *
 * Returns: how many more wrong passwords there may be, after an unlock that failed without the portal, before only the
 *   portal can tell; -1 when the portal was asked
 */
int
cairn_session_get_unlock_tries (CairnSession *self)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (self), -1);
  return self->unlock_tries;
}

static void
store_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Proof *proof = data;
  g_autofree char *name = g_strconcat (proof->account, ".refresh", NULL);
  g_autoptr(CairnMutex) mutex = NULL;
  GError *error = NULL;

  mutex = cairn_mutex_lock (name, REFRESH_WAIT_MS, NULL, &error);
  if (mutex != NULL && cairn_keyring_store (proof->account, CAIRN_KEYRING_TOKEN, proof->tokens->refresh_token, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  Proof *proof = g_task_get_task_data (task);
  GError *error = NULL;

  if (result != NULL && !g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  cairn_grant_take_tokens (cairn_session_get_grant (self), g_steal_pointer (&proof->tokens));
  unlock (self, proof, TRUE);
  g_task_return_boolean (task, TRUE);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  Proof *proof = g_task_get_task_data (task);
  g_autoptr(GTask) worker = NULL;
  GError *error = NULL;

  proof->tokens = cairn_oauth_sign_in_finish (result, &error);
  if (proof->tokens == NULL)
    g_task_return_error (task, error);
  else if (g_strcmp0 (proof->tokens->patient, cairn_account_get_patient (cairn_session_get_account (self))) != 0)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "This sign-in opens another patient's record");
  else if (!proof->remembered || proof->tokens->refresh_token == NULL)
    stored_cb (NULL, NULL, g_steal_pointer (&task));
  else
    {
      worker = g_task_new (NULL, NULL, stored_cb, g_object_ref (task));
      g_task_set_task_data (worker, proof, NULL);
      g_task_run_in_thread (worker, store_thread);
    }
}

static void
again_connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnGrant *grant = CAIRN_GRANT (source);
  Proof *proof = g_task_get_task_data (task);
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (grant, result, &error);

  if (server == NULL)
    g_task_return_error (task, error);
  else
    cairn_oauth_sign_in_async (cairn_grant_get_api (grant), server, proof->credentials, g_task_get_cancellable (task),
                               signed_in_cb, g_object_ref (task));
}

/**
 * cairn_session_sign_in_again_with_async:
 * @self: a session whose grant has ended
 * @credentials: what to sign in with, by the account's user name
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_session_sign_in_again_finish()
 * @user_data: for @callback
 *
 * Signs in again to the same record, and unlocks it. Errors as of cairn_session_sign_in_with_async(); %CAIRN_ERROR_REJECTED when
 * it opens another record.
 */
void
cairn_session_sign_in_again_with_async (CairnSession        *self,
                                        CairnCredentials    *credentials,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (CAIRN_IS_CREDENTIALS (credentials));

  task = start (self, cairn_session_sign_in_again_with_async, credentials->password, cancellable, callback, user_data);
  ((Proof *) g_task_get_task_data (task))->credentials = g_object_ref (credentials);
  if (g_task_return_error_if_cancelled (task))
    return;
  cairn_grant_connect_async (cairn_session_get_grant (self), cancellable, again_connected_cb, g_object_ref (task));
}

/**
 * cairn_session_sign_in_again_async:
 * @self: a session whose grant has ended
 * @password: password
 * @otp: (nullable): one-time code
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * cairn_session_sign_in_again_with_async() in one go.
 */
void
cairn_session_sign_in_again_async (CairnSession        *self,
                                   const char          *password,
                                   const char          *otp,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(CairnCredentials) credentials = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  credentials = cairn_credentials_new (cairn_account_get_username (self->account), password);
  cairn_credentials_set_code (credentials, otp);
  cairn_session_sign_in_again_with_async (self, credentials, cancellable, callback, user_data);
}

/**
 * cairn_session_sign_in_again_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is signed in
 */
gboolean
cairn_session_sign_in_again_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
