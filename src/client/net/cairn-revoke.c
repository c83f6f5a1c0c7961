/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Grants that were ended here while their portal could not be reached: kept in the keyring, one line
 * "base<tab>token" each, until the portal is told.
 */
#include "cairn-revoke.h"

#include "client/account/cairn-keyring.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

/* The keyring files secrets under account names; no account is called this. */
#define PENDING "signed-out"

G_LOCK_DEFINE_STATIC (pending);

typedef struct
{
  char      *base;
  char      *endpoint;
  GPtrArray *tokens;    /* still to be told of */
  GPtrArray *failed;
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  g_free (telling->base);
  g_free (telling->endpoint);
  g_clear_pointer (&telling->tokens, g_ptr_array_unref);
  g_clear_pointer (&telling->failed, g_ptr_array_unref);
  g_free (telling);
}

static void
free_secret (gpointer secret)
{
  cairn_secret_clear (secret);
}

/**
 * cairn_revoke_later:
 * @portal: FHIR base
 * @token: refresh token
 * @error: return location for a %CAIRN_ERROR_KEYRING
 *
 * Remembers that a grant is to be revoked. Blocks: worker threads.
 *
 * Returns: whether it is remembered
 */
gboolean
cairn_revoke_later (const char *portal, const char *token, GError **error)
{
  char *lines, *more;
  gboolean ok;

  G_LOCK (pending);
  lines = cairn_keyring_lookup (PENDING, CAIRN_KEYRING_REVOKE, NULL);
  more = g_strconcat (lines != NULL ? lines : "", portal, "\t", token, "\n", NULL);
  ok = cairn_keyring_store (PENDING, CAIRN_KEYRING_REVOKE, more, error);
  G_UNLOCK (pending);
  cairn_secret_clear (lines);
  cairn_secret_clear (more);
  return ok;
}

/* Takes the portal's lines out of the keyring and returns their tokens. */
static GPtrArray *
take_tokens (const char *base, GError **error)
{
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func (free_secret);
  g_autoptr(GString) rest = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;
  char *secret;

  G_LOCK (pending);
  secret = cairn_keyring_lookup (PENDING, CAIRN_KEYRING_REVOKE, error);
  lines = g_strsplit (secret != NULL ? secret : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (lines[i], "\t", 2);

      if (g_strv_length (parts) == 2 && g_str_equal (parts[0], base))
        g_ptr_array_add (tokens, g_strdup (parts[1]));
      else if (*lines[i] != '\0')
        g_string_append_printf (rest, "%s\n", lines[i]);
    }
  if (tokens->len > 0 && rest->len > 0)
    cairn_keyring_store (PENDING, CAIRN_KEYRING_REVOKE, rest->str, error);
  else if (tokens->len > 0)
    cairn_keyring_clear (PENDING, CAIRN_KEYRING_REVOKE, error);
  G_UNLOCK (pending);
  cairn_secret_clear (secret);
  return g_steal_pointer (&tokens);
}

static void
take_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Telling *telling = data;

  telling->tokens = take_tokens (telling->base, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Telling *telling = data;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < telling->failed->len; i++)
    if (!cairn_revoke_later (telling->base, telling->failed->pdata[i], &error))
      {
        g_message ("%s", error->message);
        g_clear_error (&error);
      }
  g_task_return_boolean (task, TRUE);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;

  g_task_return_boolean (task, TRUE);
}

static void tell_next (GTask *task);

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Telling *telling = g_task_get_task_data (task);
  char *token = g_ptr_array_steal_index (telling->tokens, telling->tokens->len - 1);

  if (cairn_oauth_revoke_finish (result, NULL))
    cairn_secret_clear (token);
  else
    g_ptr_array_add (telling->failed, token);
  tell_next (task);
}

static void
tell_next (GTask *task)
{
  Telling *telling = g_task_get_task_data (task);
  g_autoptr(GTask) keeping = NULL;

  if (telling->tokens->len > 0)
    {
      cairn_oauth_revoke_async (g_task_get_source_object (task), telling->endpoint,
                                telling->tokens->pdata[telling->tokens->len - 1], NULL, told_cb, g_object_ref (task));
      return;
    }
  if (telling->failed->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  keeping = g_task_new (NULL, NULL, kept_cb, g_object_ref (task));
  g_task_set_task_data (keeping, telling, NULL);
  g_task_run_in_thread (keeping, keep_thread);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;

  tell_next (task);
}

/**
 * cairn_revoke_pending_async:
 * @api: the api of a portal that can be reached
 * @server: the portal
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Tells the portal of grants that were ended while it could not be reached; what fails stays for the next time.
 */
void
cairn_revoke_pending_async (CairnApi *api, const CairnServer *server, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (api, NULL, callback, user_data);
  g_autoptr(GTask) taking = NULL;
  Telling *telling;

  g_task_set_source_tag (task, cairn_revoke_pending_async);
  if (server->revocation_endpoint == NULL || !cairn_api_is_ours (api, server->revocation_endpoint))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  telling = g_new0 (Telling, 1);
  telling->base = g_strdup (server->base);
  telling->endpoint = g_strdup (server->revocation_endpoint);
  telling->failed = g_ptr_array_new_with_free_func (free_secret);
  g_task_set_task_data (task, telling, telling_free);
  taking = g_task_new (NULL, NULL, taken_cb, g_object_ref (task));
  g_task_set_task_data (taking, telling, NULL);
  g_task_run_in_thread (taking, take_thread);
}

/**
 * cairn_revoke_pending_finish:
 * @result: what the callback got
 */
void
cairn_revoke_pending_finish (GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
