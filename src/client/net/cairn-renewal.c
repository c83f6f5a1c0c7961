/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock and the keyring around the renewal of a grant. Called on the main thread, works on others. */
#include "cairn-renewal.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-mutex.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define WAIT_MS 40000

struct _CairnRenewal
{
  char       *account;
  CairnMutex *mutex;
  char       *token;
};

/* A token on its way into the keyring */
typedef struct
{
  char *account;
  char *token;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_free (keeping->account);
  cairn_secret_clear (keeping->token);
  g_free (keeping);
}

/**
 * cairn_renewal_free:
 * @self: (transfer full): a renewal
 *
 * Gives the lock up and overwrites the token.
 */
void
cairn_renewal_free (CairnRenewal *self)
{
  g_clear_pointer (&self->mutex, cairn_mutex_free);
  cairn_secret_clear (self->token);
  g_free (self->account);
  g_free (self);
}

static void
begin_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Keeping *asked = data;
  g_autofree char *name = g_strconcat (asked->account, ".refresh", NULL);
  g_autoptr(CairnRenewal) self = g_new0 (CairnRenewal, 1);
  GError *error = NULL;

  self->account = g_strdup (asked->account);
  self->token = g_strdup (asked->token);
  self->mutex = cairn_mutex_lock (name, WAIT_MS, NULL, &error);
  if (self->mutex != NULL && self->token == NULL)
    self->token = cairn_keyring_lookup (self->account, CAIRN_KEYRING_TOKEN, &error);
  if (error == NULL && (self->token == NULL || *self->token == '\0'))
    error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_SIGN_IN, "There is no sign-in to renew");
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&self), (GDestroyNotify) cairn_renewal_free);
}

/**
 * cairn_renewal_begin_async:
 * @account: an account's name
 * @token: (nullable): the refresh token, "" when there is none, %NULL to take it from the keyring
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Waits for the lock, then reads the keyring again. Errors: %CAIRN_ERROR_SIGN_IN when there is no token, %CAIRN_ERROR_KEYRING,
 * %CAIRN_ERROR_IN_USE.
 */
void
cairn_renewal_begin_async (const char *account, const char *token, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Keeping *asked = g_new (Keeping, 1);

  g_task_set_source_tag (task, cairn_renewal_begin_async);
  asked->account = g_strdup (account);
  asked->token = g_strdup (token);
  g_task_set_task_data (task, asked, keeping_free);
  g_task_run_in_thread (task, begin_thread);
}

/**
 * cairn_renewal_begin_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the renewal
 */
CairnRenewal *
cairn_renewal_begin_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_renewal_get_token:
 * @self: a renewal
 *
 * Returns: the refresh token to use
 */
const char *
cairn_renewal_get_token (CairnRenewal *self)
{
  return self->token;
}

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Keeping *keeping = data;
  GError *error = NULL;

  if (cairn_keyring_store (keeping->account, CAIRN_KEYRING_TOKEN, keeping->token, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * cairn_renewal_keep_async:
 * @self: a renewal, which must live until it is over
 * @token: the refresh token that replaces it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Puts the new refresh token into the keyring, to be done before the new access token is used. Errors: %CAIRN_ERROR_KEYRING.
 */
void
cairn_renewal_keep_async (CairnRenewal *self, const char *token, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Keeping *keeping = g_new (Keeping, 1);

  g_task_set_source_tag (task, cairn_renewal_keep_async);
  keeping->account = g_strdup (self->account);
  keeping->token = g_strdup (token);
  g_task_set_task_data (task, keeping, keeping_free);
  g_task_run_in_thread (task, keep_thread);
}

/**
 * cairn_renewal_keep_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
cairn_renewal_keep_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
