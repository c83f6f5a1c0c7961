/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of an account on this machine: everything is wiped here, then the portal is told. Main thread. */
#include "cairn-session-private.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-mutex.h"
#include "client/account/cairn-paths.h"
#include "client/net/cairn-revoke.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define REFRESH_WAIT_MS 40000
/* The wiping is done by then; nobody should wait long for the rest. */
#define REVOKE_SECONDS 10

typedef struct
{
  char         *account;
  char         *portal;
  char         *token;
  CairnStore   *store;
  gboolean      remembered;
  gboolean      discard;
  gboolean      told;
  GCancellable *telling;
  guint         timer;
} Ending;

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  g_free (ending->account);
  g_free (ending->portal);
  cairn_secret_clear (ending->token);
  g_clear_pointer (&ending->store, cairn_store_free);
  g_clear_object (&ending->telling);
  g_clear_handle_id (&ending->timer, g_source_remove);
  g_free (ending);
}

static void
later_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Ending *ending = data;
  g_autoptr(GError) error = NULL;

  if (!cairn_revoke_later (ending->portal, ending->token, &error))
    g_message ("The portal can't be told of the sign-out: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
later_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;

  g_task_return_boolean (task, TRUE);
}

/* The portal could not be told: that is kept for the next time it can be reached. */
static void
tell_later (GTask *task)
{
  Ending *ending = g_task_get_task_data (task);
  g_autoptr(GTask) worker = NULL;

  if (ending->told || !ending->remembered)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  worker = g_task_new (NULL, NULL, later_cb, g_object_ref (task));
  g_task_set_task_data (worker, ending, NULL);
  g_task_run_in_thread (worker, later_thread);
}

static void
revoked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Ending *ending = g_task_get_task_data (task);

  ending->told = cairn_oauth_revoke_finish (result, NULL);
  g_clear_handle_id (&ending->timer, g_source_remove);
  tell_later (task);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Ending *ending = g_task_get_task_data (task);
  CairnGrant *grant = CAIRN_GRANT (source);
  const CairnServer *server = cairn_grant_connect_finish (grant, result, NULL);

  if (server != NULL && server->revocation_endpoint != NULL)
    {
      cairn_oauth_revoke_async (cairn_grant_get_api (grant), server->revocation_endpoint, ending->token, ending->telling,
                                revoked_cb, g_object_ref (task));
      return;
    }
  ending->told = server != NULL;   /* it has no way to be told */
  g_clear_handle_id (&ending->timer, g_source_remove);
  tell_later (task);
}

static gboolean
timeout_cb (gpointer data)
{
  Ending *ending = data;

  ending->timer = 0;
  g_cancellable_cancel (ending->telling);
  return G_SOURCE_REMOVE;
}

static gboolean
forget_account (const Ending *ending, GError **error)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();

  return cairn_accounts_remove (accounts, ending->account, error);
}

static void
wiped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSession *self = g_task_get_source_object (task);
  Ending *ending = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) ||
      (ending->remembered && !forget_account (ending, &error)))
    {
      g_task_return_error (task, error);
      return;
    }
  cairn_session_set_signed_out (self);
  if (ending->token == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  ending->telling = g_cancellable_new ();
  ending->timer = g_timeout_add_seconds (REVOKE_SECONDS, timeout_cb, ending);
  cairn_grant_connect_async (cairn_session_get_grant (self), ending->telling, connected_cb, g_object_ref (task));
}

/* A keyring that doesn't answer keeps nobody from wiping the files: without its keys they can't be read. */
static gboolean
clear_keyring (Ending *ending, GError **error)
{
  g_autofree char *name = g_strconcat (ending->account, ".refresh", NULL);
  g_autoptr(CairnMutex) mutex = cairn_mutex_lock (name, REFRESH_WAIT_MS, NULL, error);
  g_autoptr(GError) local_error = NULL;

  if (mutex == NULL)
    return FALSE;
  ending->token = cairn_keyring_lookup (ending->account, CAIRN_KEYRING_TOKEN, &local_error);
  if (local_error == NULL)
    cairn_keyring_clear (ending->account, CAIRN_KEYRING_TOKEN, &local_error);
  if (local_error == NULL)
    cairn_keyring_clear (ending->account, CAIRN_KEYRING_KEYS, &local_error);
  if (g_error_matches (local_error, CAIRN_ERROR, CAIRN_ERROR_IN_USE))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (local_error != NULL)
    g_message ("%s", local_error->message);
  return TRUE;
}

static void
wipe_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Ending *ending = data;
  GError *error = NULL;

  if (ending->remembered && !clear_keyring (ending, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&ending->store, cairn_store_free);
  if (ending->remembered)
    cairn_paths_remove_account (ending->account);
  g_task_return_boolean (task, TRUE);
}

static void
wipe (GTask *task)
{
  CairnSession *self = g_task_get_source_object (task);
  Ending *ending = g_task_get_task_data (task);
  g_autoptr(GTask) worker = g_task_new (NULL, NULL, wiped_cb, g_object_ref (task));

  ending->store = cairn_session_steal_store (self);
  if (!ending->remembered)
    ending->token = cairn_grant_dup_refresh_token (cairn_session_get_grant (self));
  g_task_set_task_data (worker, ending, NULL);
  g_task_run_in_thread (worker, wipe_thread);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Ending *ending = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = cairn_session_count_unsent_finish (CAIRN_SESSION (source), result, &error);

  if (n < 0)
    g_task_return_error (task, error);
  else if (n > 0 && !ending->discard)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_CONFLICT, "%" G_GSSIZE_FORMAT " things are not sent yet", n);
  else
    wipe (task);
}

/**
 * cairn_session_sign_out_async:
 * @self: a session
 * @discard_unsent: whether what waits in the outbox may be lost
 * @cancellable: (nullable): ends it, before anything is wiped
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Wipes keys, cache, outbox and account here, then revokes the grant at the portal, now or when it can be reached
 * again. Errors: %CAIRN_ERROR_CONFLICT when something waits to be sent, %CAIRN_ERROR_STORAGE, %CAIRN_ERROR_IN_USE.
 */
void
cairn_session_sign_out_async (CairnSession        *self,
                              gboolean             discard_unsent,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnAccount *account;
  Ending *ending;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_sign_out_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_set_check_cancellable (task, FALSE);
  account = cairn_session_get_account (self);
  ending = g_new0 (Ending, 1);
  ending->account = g_strdup (cairn_account_get_name (account));
  ending->portal = g_strdup (cairn_account_get_portal (account));
  ending->remembered = cairn_session_get_remembered (self);
  ending->discard = discard_unsent;
  g_task_set_task_data (task, ending, ending_free);
  cairn_session_count_unsent_async (self, cancellable, counted_cb, g_object_ref (task));
}

/**
 * cairn_session_sign_out_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether everything is wiped here
 */
gboolean
cairn_session_sign_out_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
