/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps with one's own account at the portal ("Accounts" in the profile), and how they end. Main thread. */
#include "cairn-security-private.h"

#include "client/sign-up/cairn-body.h"

/**
 * cairn_security_load_activity_async:
 * @self: a security that was loaded
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Adds a page further back to the activity, if there is one.
 */
void
cairn_security_load_activity_async (CairnSecurity       *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autofree char *escaped = NULL, *path = NULL;

  g_return_if_fail (CAIRN_IS_SECURITY (self));
  g_return_if_fail (self->activity_next != NULL);

  escaped = g_uri_escape_string (self->activity_next, NULL, FALSE);
  path = g_strconcat ("activity?before=", escaped, NULL);
  cairn_security_ask (self, "GET", path, NULL, NULL, cairn_security_read_older, cancellable, callback, user_data);
}

/**
 * cairn_security_set_password_async:
 * @self: a security
 * @password: the new password
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Changes the password; everywhere else the account is signed out. Needs a fresh proof.
 */
void
cairn_security_set_password_async (CairnSecurity       *self,
                                   const char          *password,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "password", cairn_body_new ("password", password, NULL), g_strdup (password), NULL,
                      cancellable, callback, user_data);
}

/**
 * cairn_security_begin_factor_async:
 * @self: a security
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Has a key made for an authenticator app: cairn_security_get_factor_key() and cairn_security_get_factor_uri(). Nothing is on
 * yet. Needs a fresh proof.
 */
void
cairn_security_begin_factor_async (CairnSecurity       *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "second-factor", cairn_body_new (NULL), NULL, cairn_security_read_secret, cancellable,
                      callback, user_data);
}

/**
 * cairn_security_confirm_factor_async:
 * @self: a security
 * @code: what the authenticator app shows
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Turns the second factor on; cairn_security_get_new_codes() are then to be kept. Needs a fresh proof.
 */
void
cairn_security_confirm_factor_async (CairnSecurity       *self,
                                     const char          *code,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "second-factor", cairn_body_new ("code", code, NULL), NULL, cairn_security_read_codes,
                      cancellable, callback, user_data);
}

/**
 * cairn_security_renew_codes_async:
 * @self: a security
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Has ten new recovery codes made, cairn_security_get_new_codes(); the old ones are dead. Needs a fresh proof.
 */
void
cairn_security_renew_codes_async (CairnSecurity       *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "second-factor", cairn_body_new ("recovery_codes", cairn_body_true, NULL), NULL,
                      cairn_security_read_codes, cancellable, callback, user_data);
}

/* 204 has no body. */
static gboolean
read_removed (CairnSecurity *self, CairnJson json)
{
  self->factor = FALSE;
  self->factor_since = 0;
  self->codes_left = -1;
  return TRUE;
}

/**
 * cairn_security_remove_factor_async:
 * @self: a security
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Turns the second factor off. Needs a fresh proof.
 */
void
cairn_security_remove_factor_async (CairnSecurity       *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "DELETE", "second-factor", NULL, NULL, read_removed, cancellable, callback, user_data);
}

static void
ask_below (CairnSecurity       *self,
           const char          *method,
           const char          *folder,
           const char          *id,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE), *path = g_strconcat (folder, escaped, NULL);

  cairn_security_ask (self, method, path, NULL, NULL, NULL, cancellable, callback, user_data);
}

/**
 * cairn_security_sign_out_device_async:
 * @self: a security
 * @id: a device
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Signs the account out there.
 */
void
cairn_security_sign_out_device_async (CairnSecurity       *self,
                                      const char          *id,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  ask_below (self, "DELETE", "sessions/", id, cancellable, callback, user_data);
}

/**
 * cairn_security_sign_out_others_async:
 * @self: a security
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Signs the account out everywhere but here.
 */
void
cairn_security_sign_out_others_async (CairnSecurity       *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "DELETE", "sessions", NULL, NULL, NULL, cancellable, callback, user_data);
}

/**
 * cairn_security_disconnect_app_async:
 * @self: a security
 * @id: a connected app
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Ends what an app was let into; it can read nothing more.
 */
void
cairn_security_disconnect_app_async (CairnSecurity       *self,
                                     const char          *id,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  ask_below (self, "DELETE", "apps/", id, cancellable, callback, user_data);
}

/**
 * cairn_security_step_finish:
 * @self: a security
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %CAIRN_ERROR_REJECTED and %CAIRN_ERROR_CONFLICT with why in cairn_security_get_refusal(), %CAIRN_ERROR_SIGN_IN when the
 * sign-in has ended, %CAIRN_ERROR_BUSY after too many tries, %CAIRN_ERROR_NOT_PORTAL when the server keeps no accounts,
 * %CAIRN_ERROR_BAD_DATA and those of cairn_grant_send_async(); %G_IO_ERROR_CANCELLED when the proof was given up.
 *
 * Returns: whether the step is done
 */
gboolean
cairn_security_step_finish (CairnSecurity *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
