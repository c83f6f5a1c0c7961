/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One's own account at the portal ("Accounts" in the profile): what is asked, and the fresh proof that some of it needs
 * (RFC 9470). What was typed lives in requests only, which are wiped. Main thread.
 */
#include "cairn-security-private.h"

#include "client/net/cairn-oauth.h"
#include "client/session/cairn-session-private.h"
#include "client/sign-up/cairn-body.h"
#include "client/sign-up/cairn-refusal-private.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define LONGEST_ANSWER (256 * 1024)

G_DEFINE_FINAL_TYPE (CairnSecurity, cairn_security, G_TYPE_OBJECT)

enum
{
  PROP_PROVING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  const char       *method;
  char             *path;
  char             *body;
  char             *password;   /* a new one, which then also unlocks without the portal */
  CairnSecurityRead read;
  gboolean          quiet;      /* one of several at once: leaves no refusal */
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->path);
  cairn_secret_clear (step->body);
  cairn_secret_clear (step->password);
  g_free (step);
}

static void send_step (GTask *task);

static void
set_proving (CairnSecurity *self, GTask *task)
{
  gboolean before = !g_queue_is_empty (&self->waiting);

  g_queue_push_tail (&self->waiting, task);
  if (!before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROVING]);
}

/* Takes the refusal. */
static void
keep_refusal (CairnSecurity *self, const Step *step, CairnRefusal *refusal)
{
  if (step->quiet)
    {
      cairn_refusal_free (refusal);
      return;
    }
  g_clear_pointer (&self->refusal, cairn_refusal_free);
  self->refusal = refusal;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSecurity *self = g_task_get_source_object (task);
  Step *step = g_task_get_task_data (task);
  g_autoptr(CairnApiAnswer) answer = NULL;
  CairnJson json = CAIRN_JSON_NONE;
  GError *error = NULL;

  answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);
  if (answer != NULL && answer->status == 401 && answer->more_proof)
    {
      set_proving (self, g_steal_pointer (&task));
      return;
    }
  if (answer != NULL && answer->status >= 400)
    keep_refusal (self, step, cairn_refusal_read (answer, &error));
  else if (answer != NULL && step->read != NULL &&
           (answer->status == 204 || cairn_gate_check (answer->body, LONGEST_ANSWER, &json, &error)) &&
           !step->read (self, json))
    error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal's answer lacks what it must have");
  if (error == NULL && step->password != NULL)
    cairn_session_keep_password (self->session, step->password);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Step *step = g_task_get_task_data (task);
  CairnGrant *grant = CAIRN_GRANT (source);
  g_autoptr(CairnApiRequest) request = NULL;
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (grant, result, &error);

  if (server == NULL)
    g_task_return_error (task, error);
  else if (server->account_endpoint == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s keeps no accounts for Cairn", server->base);
  else if (!cairn_api_is_ours (cairn_grant_get_api (grant), server->account_endpoint))
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "%s keeps its accounts at another address", server->base);
  else
    {
      request = cairn_refusal_make_request (step->method, server->account_endpoint, step->path, g_strdup (step->body));
      cairn_grant_send_async (grant, request, g_task_get_cancellable (task), answered_cb, g_object_ref (task));
    }
}

/* Takes the task. */
static void
send_step (GTask *task)
{
  CairnSecurity *self = g_task_get_source_object (task);

  cairn_grant_connect_async (cairn_session_get_grant (self->session), g_task_get_cancellable (task), connected_cb, task);
}

/* Begins a step; takes the body, and what it sets as the new password. */
void
cairn_security_ask (CairnSecurity       *self,
                    const char          *method,
                    const char          *path,
                    char                *body,
                    char                *password,
                    CairnSecurityRead    read,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Step *step = g_new0 (Step, 1);

  g_task_set_source_tag (task, cairn_security_ask);
  step->method = method;
  step->path = g_strdup (path);
  step->body = body;
  step->password = password;
  step->read = read;
  g_task_set_task_data (task, step, step_free);
  g_clear_pointer (&self->refusal, cairn_refusal_free);
  send_step (task);
}

static void
cairn_security_finalize (GObject *object)
{
  CairnSecurity *self = CAIRN_SECURITY (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->refusal, cairn_refusal_free);
  cairn_security_free_known (self);

  G_OBJECT_CLASS (cairn_security_parent_class)->finalize (object);
}

static void
cairn_security_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PROVING)
    g_value_set_boolean (value, cairn_security_get_proving (CAIRN_SECURITY (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_security_class_init (CairnSecurityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cairn_security_finalize;
  object_class->get_property = cairn_security_get_property;

  properties[PROP_PROVING] = g_param_spec_boolean ("proving", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_security_init (CairnSecurity *self)
{
  g_queue_init (&self->waiting);
  self->password_min = self->password_min_with_factor = CAIRN_SECURITY_PASSWORD_MIN;
  self->codes_left = -1;
  self->resend_after = -1;
}

/**
 * cairn_security_new:
 * @session: a session that is open
 *
 * Returns: (transfer full): its account; nothing is known of it yet
 */
CairnSecurity *
cairn_security_new (CairnSession *session)
{
  CairnSecurity *self;

  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);

  self = g_object_new (CAIRN_TYPE_SECURITY, NULL);
  self->session = g_object_ref (session);
  return self;
}

/* What is loaded at once. A portal of another make may have no connected apps. */
static const struct
{
  const char       *path;
  CairnSecurityRead read;
  gboolean          optional;
} parts[] = {
  { "", cairn_security_read_about, FALSE },
  { "second-factor", cairn_security_read_factor, FALSE },
  { "sessions", cairn_security_read_devices, FALSE },
  { "activity", cairn_security_read_activity, FALSE },
  { "apps", cairn_security_read_apps, TRUE },
};

typedef struct
{
  guint   left;
  GError *error;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_clear_error (&loading->error);
  g_free (loading);
}

typedef struct
{
  GTask   *task;
  gboolean optional;
} Part;

static void
part_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Part *part = data;
  g_autoptr(GTask) task = part->task;
  Loading *loading = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!cairn_security_step_finish (CAIRN_SECURITY (source), result, &error) && loading->error == NULL &&
      !(part->optional && g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED)))
    loading->error = g_steal_pointer (&error);
  if (--loading->left > 0)
    return;
  if (loading->error != NULL)
    g_task_return_error (task, g_steal_pointer (&loading->error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * cairn_security_load_async:
 * @self: a security
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Learns all that the portal says of the account.
 */
void
cairn_security_load_async (CairnSecurity       *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Loading *loading;

  g_return_if_fail (CAIRN_IS_SECURITY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_security_load_async);
  loading = g_new0 (Loading, 1);
  loading->left = G_N_ELEMENTS (parts);
  g_task_set_task_data (task, loading, loading_free);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      Part *part = g_new (Part, 1);
      GTask *one = g_task_new (self, cancellable, part_cb, part);
      Step *step = g_new0 (Step, 1);

      part->task = g_object_ref (task);
      part->optional = parts[i].optional;
      step->method = "GET";
      step->path = g_strdup (parts[i].path);
      step->read = parts[i].read;
      step->quiet = TRUE;
      g_task_set_source_tag (one, cairn_security_load_async);
      g_task_set_task_data (one, step, step_free);
      send_step (one);
    }
}

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSecurity *self = CAIRN_SECURITY (source);
  GQueue waiting = self->waiting;
  GError *error = NULL;
  GTask *one;

  if (!cairn_security_step_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_queue_init (&self->waiting);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROVING]);
  while ((one = g_queue_pop_head (&waiting)) != NULL)
    send_step (one);
  g_task_return_boolean (task, TRUE);
}

/**
 * cairn_security_prove_async:
 * @self: a security that is proving
 * @password: the account's password
 * @code: (nullable): one-time code or recovery code, when there is a second factor
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Proves that it is the owner; what waited for that goes on. Good for some minutes.
 */
void
cairn_security_prove_async (CairnSecurity       *self,
                            const char          *password,
                            const char          *code,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  gboolean recovery = cairn_oauth_is_recovery_code (code);
  GTask *task;

  g_return_if_fail (CAIRN_IS_SECURITY (self));
  g_return_if_fail (password != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_security_prove_async);
  cairn_security_ask (self, "POST", "step-up",
                      cairn_body_new ("password", password, "otp", recovery ? NULL : code, "recovery_code",
                                      recovery ? code : NULL, NULL),
                      NULL, NULL, cancellable, proved_cb, task);
}

/**
 * cairn_security_give_up:
 * @self: a security
 *
 * Ends what waits for a proof.
 */
void
cairn_security_give_up (CairnSecurity *self)
{
  GQueue waiting;
  GTask *task;

  g_return_if_fail (CAIRN_IS_SECURITY (self));

  if (g_queue_is_empty (&self->waiting))
    return;
  waiting = self->waiting;
  g_queue_init (&self->waiting);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROVING]);
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Not proved");
      g_object_unref (task);
    }
}
