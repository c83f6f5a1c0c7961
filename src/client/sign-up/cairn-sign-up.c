/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making an account and getting back into one ("Accounts" in the profile). What was typed lives in requests only, which are
 * wiped. Main thread.
 */
#include "cairn-sign-up-private.h"

#include "cairn-body.h"
#include "cairn-refusal-private.h"
#include "client/net/cairn-discovery.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define LONGEST_ANSWER (256 * 1024)

G_DEFINE_FINAL_TYPE (CairnSignUp, cairn_sign_up, G_TYPE_OBJECT)

/* Takes what a step's answer says. */
typedef gboolean (*ReadFunc) (CairnSignUp *self, CairnJson json);

static void
replace (char **text, CairnJson json, const char *name)
{
  g_free (*text);
  *text = cairn_json_dup_text_at (json, name);
}

static gboolean
read_about (CairnSignUp *self, CairnJson json)
{
  g_autofree char *rule = cairn_json_dup_text_at (json, "registration");
  gint64 least;

  replace (&self->clinic, json, "name");
  replace (&self->support, json, "support");
  replace (&self->terms, json, "terms.text");
  replace (&self->terms_version, json, "terms.version");
  self->rule = g_strcmp0 (rule, "open") == 0 ? CAIRN_SIGN_UP_OPEN
               : g_strcmp0 (rule, "invitation") == 0 ? CAIRN_SIGN_UP_INVITATION : CAIRN_SIGN_UP_CLOSED;
  self->password_min = cairn_json_int64 (cairn_json_get (json, "password.min"), &least) && least > 0 && least < 1000
                       ? (guint) least : USUAL_PASSWORD_MIN;
  return self->terms != NULL && self->terms_version != NULL;
}

static gboolean
read_sent (CairnSignUp *self, CairnJson json)
{
  char *handle = cairn_json_dup_text_at (json, "registration");
  gint64 after;

  if (handle == NULL)
    return FALSE;
  cairn_secret_clear (self->registration);
  self->registration = handle;
  replace (&self->sent_to, json, "to");
  self->by_mail = cairn_json_equals (cairn_json_get (json, "channel"), "email");
  self->resend_after = cairn_json_int64 (cairn_json_get (json, "resend_after"), &after) && after >= 0 && after < 86400 ? after : -1;
  return TRUE;
}

static gboolean
read_verified (CairnSignUp *self, CairnJson json)
{
  return cairn_json_boolean (cairn_json_get (json, "verified"), FALSE);
}

static gboolean
read_name (CairnSignUp *self, CairnJson json)
{
  replace (&self->username, json, "username");
  self->linked = cairn_json_equals (cairn_json_get (json, "state"), "linked");
  return self->username != NULL;
}

static gboolean
read_recovery (CairnSignUp *self, CairnJson json)
{
  char *handle = cairn_json_dup_text_at (json, "recovery");

  replace (&self->support, json, "support");
  if (handle == NULL)
    return TRUE;
  cairn_secret_clear (self->recovery);
  self->recovery = handle;
  return TRUE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSignUp *self = g_task_get_source_object (task);
  ReadFunc read = g_task_get_task_data (task);
  g_autoptr(CairnApiAnswer) answer = NULL;
  CairnJson json = CAIRN_JSON_NONE;
  GError *error = NULL;

  answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  if (answer != NULL && answer->status >= 400)
    self->refusal = cairn_refusal_read (answer, &error);
  else if (answer != NULL && read != NULL && cairn_gate_check (answer->body, LONGEST_ANSWER, &json, &error) && !read (self, json))
    error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal's answer lacks what it must have");
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Sends one step; takes the body. */
static void
ask (CairnSignUp         *self,
     const char          *method,
     const char          *path,
     char                *body,
     ReadFunc             read,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr(CairnApiRequest) request = cairn_refusal_make_request (method, self->endpoint, path, body);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ask);
  g_task_set_task_data (task, read, NULL);
  g_clear_pointer (&self->refusal, cairn_refusal_free);
  cairn_api_send_async (self->api, request, cancellable, answered_cb, task);
}

static void
cairn_sign_up_finalize (GObject *object)
{
  CairnSignUp *self = CAIRN_SIGN_UP (object);

  g_clear_object (&self->api);
  g_free (self->endpoint);
  g_free (self->clinic);
  g_free (self->support);
  g_free (self->terms);
  g_free (self->terms_version);
  cairn_secret_clear (self->registration);
  cairn_secret_clear (self->recovery);
  g_free (self->sent_to);
  g_free (self->username);
  g_clear_pointer (&self->refusal, cairn_refusal_free);
  G_OBJECT_CLASS (cairn_sign_up_parent_class)->finalize (object);
}

static void
cairn_sign_up_class_init (CairnSignUpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_sign_up_finalize;
}

static void
cairn_sign_up_init (CairnSignUp *self)
{
  self->resend_after = -1;
}

static void
about_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (cairn_sign_up_step_finish (CAIRN_SIGN_UP (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Only a portal that does it all on the origin that was typed gets to see what is typed. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(CairnSignUp) self = g_object_new (CAIRN_TYPE_SIGN_UP, NULL);
  g_autoptr(CairnServer) server = NULL;
  GError *error = NULL;

  server = cairn_discovery_find_finish (result, &self->api, &error);
  if (server == NULL)
    g_task_return_error (task, error);
  else if (server->account_endpoint == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s keeps no accounts for Cairn", server->base);
  else if (!cairn_api_is_ours (self->api, server->account_endpoint))
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "%s keeps its accounts at another address", server->base);
  else
    {
      self->endpoint = g_strdup (server->account_endpoint);
      cairn_sign_up_reload_async (self, g_task_get_cancellable (task), about_cb, g_object_ref (task));
    }
}

/**
 * cairn_sign_up_open_async:
 * @address: a host, a portal's root or a FHIR base
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Learns what a portal says of its accounts. Errors: %CAIRN_ERROR_USAGE (no address), %CAIRN_ERROR_NOT_PORTAL (it has no
 * accounts for Cairn), %CAIRN_ERROR_REJECTED, %CAIRN_ERROR_BAD_DATA and those of cairn_api_send_async().
 */
void
cairn_sign_up_open_async (const char          *address,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (address != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_sign_up_open_async);
  cairn_discovery_find_async (address, cancellable, found_cb, task);
}

/**
 * cairn_sign_up_open_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the portal's desk for accounts
 */
CairnSignUp *
cairn_sign_up_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_sign_up_reload_async:
 * @self: a sign-up
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Reads the terms and rules again, when they have changed on the way.
 */
void
cairn_sign_up_reload_async (CairnSignUp         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "GET", "", NULL, read_about, cancellable, callback, user_data);
}

/**
 * cairn_sign_up_begin_async:
 * @self: a sign-up
 * @person: who wants an account
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Says who somebody is; the portal sends a code to the contact. Whether there is an account or a chart is never told.
 */
void
cairn_sign_up_begin_async (CairnSignUp         *self,
                           const CairnNewcomer   *person,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "register",
       cairn_body_new ("invitation", person->invitation, "given", person->given, "family", person->family,
                       "birth_date", person->birth_date, "email", person->email, "phone", person->phone, NULL),
       read_sent, cancellable, callback, user_data);
}

/**
 * cairn_sign_up_resend_async:
 * @self: a sign-up that has begun
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Has another code sent; the one before is dead then.
 */
void
cairn_sign_up_resend_async (CairnSignUp         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "verify", cairn_body_new ("registration", self->registration, "resend", cairn_body_true, NULL),
       read_sent, cancellable, callback, user_data);
}

/**
 * cairn_sign_up_verify_async:
 * @self: a sign-up that has begun
 * @code: the code that came
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Proves that the contact is this person's.
 */
void
cairn_sign_up_verify_async (CairnSignUp         *self,
                            const char          *code,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "verify", cairn_body_new ("registration", self->registration, "code", code, NULL), read_verified,
       cancellable, callback, user_data);
}

/**
 * cairn_sign_up_check_async:
 * @self: a sign-up whose contact is verified
 * @username: the user name that is wanted
 * @password: (nullable): the password that is wanted
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Whether both will do; cairn_sign_up_get_username() is then how the portal writes the name. Nothing is made.
 */
void
cairn_sign_up_check_async (CairnSignUp         *self,
                           const char          *username,
                           const char          *password,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "register",
       cairn_body_new ("registration", self->registration, "username", username, "password", password,
                       "check", cairn_body_true, NULL),
       read_name, cancellable, callback, user_data);
}

/**
 * cairn_sign_up_make_async:
 * @self: a sign-up whose contact is verified
 * @username: user name
 * @password: password
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Makes the account; the terms that cairn_sign_up_get_terms() gave are accepted by this.
 */
void
cairn_sign_up_make_async (CairnSignUp         *self,
                          const char          *username,
                          const char          *password,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "register",
       cairn_body_new ("registration", self->registration, "username", username, "password", password,
                       "terms", self->terms_version, NULL),
       read_name, cancellable, callback, user_data);
}

/**
 * cairn_sign_up_recover_name_async:
 * @self: a sign-up
 * @contact: e-mail address or telephone number of an account
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Has the user name sent there, if there is such an account, which is not told.
 */
void
cairn_sign_up_recover_name_async (CairnSignUp         *self,
                                  const char          *contact,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "recover/username", cairn_body_new (*contact == '+' ? "phone" : "email", contact, NULL), read_recovery,
       cancellable, callback, user_data);
}

/**
 * cairn_sign_up_recover_password_async:
 * @self: a sign-up
 * @name: user name, e-mail address or telephone number of an account
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Has a code for a new password sent, if there is such an account, which is not told.
 */
void
cairn_sign_up_recover_password_async (CairnSignUp         *self,
                                      const char          *name,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "recover/password", cairn_body_new ("username", name, NULL), read_recovery, cancellable, callback,
       user_data);
}

/**
 * cairn_sign_up_set_password_async:
 * @self: a sign-up that has asked for a code for a new password
 * @code: the code that came
 * @password: the new password
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_sign_up_step_finish()
 * @user_data: for @callback
 *
 * Sets a new password; every device is signed out by it.
 */
void
cairn_sign_up_set_password_async (CairnSignUp         *self,
                                  const char          *code,
                                  const char          *password,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SIGN_UP (self));

  ask (self, "POST", "password", cairn_body_new ("recovery", self->recovery, "code", code, "password", password, NULL), NULL,
       cancellable, callback, user_data);
}

/**
 * cairn_sign_up_step_finish:
 * @self: a sign-up
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %CAIRN_ERROR_REJECTED and %CAIRN_ERROR_CONFLICT with why in cairn_sign_up_get_refusal(), %CAIRN_ERROR_BUSY after too
 * many tries, %CAIRN_ERROR_BAD_DATA and those of cairn_api_send_async().
 *
 * Returns: whether the step is done
 */
gboolean
cairn_sign_up_step_finish (CairnSignUp *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
