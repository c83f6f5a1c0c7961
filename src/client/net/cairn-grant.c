/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An account's grant: access tokens in memory, the refresh token in the keyring (or in memory when nothing
 * is remembered). One refresh at a time here, one per account on the machine. Main thread.
 */
#include "cairn-grant.h"

#include "cairn-renewal.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

/* A token that would end while a page is on its way counts as ended. */
#define SPARE_US (30 * G_TIME_SPAN_SECOND)

struct _CairnGrant
{
  GObject       parent_instance;

  CairnAccount *account;
  CairnApi     *api;
  CairnServer  *server;
  char         *access_token;
  char         *refresh_token;   /* only when not remembered */
  char         *scope;
  gint64        ends;            /* monotonic */
  gboolean      remembered;
  gboolean      expired;
  gboolean      refreshing;
  CairnRenewal *renewal;         /* while it holds the lock */
  GQueue        waiting;         /* of tasks that want a token */
};

G_DEFINE_FINAL_TYPE (CairnGrant, cairn_grant, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_EXPIRED,
  PROP_ONLINE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A request on its way. */
typedef struct
{
  CairnApiRequest *request;
  char            *used;        /* the token that it went with */
  gboolean         refreshed;   /* after a 401 */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  cairn_api_request_free (sending->request);
  cairn_secret_clear (sending->used);
  g_free (sending);
}

static void
set_expired (CairnGrant *self, gboolean expired)
{
  if (self->expired == expired)
    return;
  self->expired = expired;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRED]);
}

static void
online_cb (CairnApi *api, GParamSpec *pspec, gpointer data)
{
  g_object_notify_by_pspec (G_OBJECT (data), properties[PROP_ONLINE]);
}

static void
use_tokens (CairnGrant *self, const CairnTokens *tokens)
{
  cairn_secret_clear (self->access_token);
  self->access_token = g_strdup (tokens->access_token);
  self->ends = g_get_monotonic_time () + tokens->expires_in * G_TIME_SPAN_SECOND;
  if (tokens->scope != NULL)
    {
      g_free (self->scope);
      self->scope = g_strdup (tokens->scope);
    }
  if (!self->remembered && tokens->refresh_token != NULL)
    {
      cairn_secret_clear (self->refresh_token);
      self->refresh_token = g_strdup (tokens->refresh_token);
    }
  set_expired (self, FALSE);
}

static void send_with_token (GTask *task);

/* Everybody who waited goes on with the new token, or fails with the same error. */
static void
end_refresh (CairnGrant *self, const GError *error)
{
  GQueue waiting = self->waiting;
  GTask *task;

  g_queue_init (&self->waiting);
  self->refreshing = FALSE;
  g_clear_pointer (&self->renewal, cairn_renewal_free);
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    set_expired (self, TRUE);
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    {
      if (error == NULL)
        send_with_token (task);
      else
        g_task_return_error (task, g_error_copy (error));
      g_object_unref (task);
    }
}

typedef struct
{
  CairnGrant  *grant;
  CairnTokens *tokens;
} Keeping;

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Keeping *keeping = data;
  g_autoptr(CairnGrant) self = keeping->grant;
  g_autoptr(CairnTokens) tokens = keeping->tokens;
  g_autoptr(GError) error = NULL;

  if (cairn_renewal_keep_finish (result, &error))
    use_tokens (self, tokens);
  end_refresh (self, error);
}

/* A rotated token is in the keyring before the new access token is used. */
static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnGrant) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnTokens) tokens = cairn_oauth_refresh_finish (result, &error);
  Keeping *keeping;

  if (tokens == NULL || tokens->refresh_token == NULL || !self->remembered)
    {
      if (tokens != NULL)
        use_tokens (self, tokens);
      end_refresh (self, error);
      return;
    }
  keeping = g_new (Keeping, 1);
  keeping->grant = g_object_ref (self);
  keeping->tokens = g_steal_pointer (&tokens);
  cairn_renewal_keep_async (self->renewal, keeping->tokens->refresh_token, kept_cb, keeping);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnGrant) self = data;
  g_autoptr(GError) error = NULL;

  self->renewal = cairn_renewal_begin_finish (result, &error);
  if (self->renewal != NULL)
    cairn_oauth_refresh_async (self->api, self->server, cairn_renewal_get_token (self->renewal), NULL, refreshed_cb,
                               g_object_ref (self));
  else
    end_refresh (self, error);
}

static void
start_refresh (CairnGrant *self)
{
  const char *token = NULL;

  if (self->refreshing)
    return;
  self->refreshing = TRUE;
  if (!self->remembered)
    token = self->refresh_token != NULL ? self->refresh_token : "";
  cairn_renewal_begin_async (cairn_account_get_name (self->account), token, begun_cb, g_object_ref (self));
}

static void
wait_for_token (GTask *task)
{
  CairnGrant *self = g_task_get_source_object (task);

  g_queue_push_tail (&self->waiting, g_object_ref (task));
  start_refresh (self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnGrant *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  CairnApiAnswer *answer = cairn_api_send_finish (CAIRN_API (source), result, &error);
  gboolean dead = answer != NULL ? answer->status == 401 && !answer->more_proof : cairn_api_error_get_http (error) == 401;

  if (dead && sending->refreshed)   /* a fresh token was refused too */
    set_expired (self, TRUE);
  if (!dead || sending->refreshed)
    {
      if (answer != NULL)
        g_task_return_pointer (task, answer, (GDestroyNotify) cairn_api_answer_free);
      else
        g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&answer, cairn_api_answer_free);
  g_clear_error (&error);
  sending->refreshed = TRUE;
  if (g_strcmp0 (self->access_token, sending->used) == 0)   /* else somebody has renewed it meanwhile */
    self->ends = 0;
  send_with_token (task);
}

static void
send_with_token (GTask *task)
{
  CairnGrant *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->access_token == NULL || g_get_monotonic_time () > self->ends - SPARE_US)
    {
      wait_for_token (task);
      return;
    }
  cairn_secret_clear (sending->used);
  sending->used = g_strdup (self->access_token);
  cairn_secret_clear (sending->request->token);
  sending->request->token = g_strdup (self->access_token);
  cairn_api_send_async (self->api, sending->request, g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

static void
cairn_grant_finalize (GObject *object)
{
  CairnGrant *self = CAIRN_GRANT (object);

  g_clear_object (&self->account);
  g_clear_object (&self->api);
  g_clear_pointer (&self->server, cairn_server_free);
  cairn_secret_clear (self->access_token);
  cairn_secret_clear (self->refresh_token);
  g_free (self->scope);
  G_OBJECT_CLASS (cairn_grant_parent_class)->finalize (object);
}

static void
cairn_grant_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnGrant *self = CAIRN_GRANT (object);

  switch (id)
    {
    case PROP_EXPIRED:
      g_value_set_boolean (value, self->expired);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, cairn_grant_get_online (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_grant_class_init (CairnGrantClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = cairn_grant_finalize;
  object_class->get_property = cairn_grant_get_property;

  properties[PROP_EXPIRED] = g_param_spec_boolean ("expired", NULL, NULL, FALSE, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_grant_init (CairnGrant *self)
{
  g_queue_init (&self->waiting);
}

/**
 * cairn_grant_new:
 * @account: the account
 * @remembered: whether the refresh token is in the keyring; else it lives in memory only
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the grant, without a token yet
 */
CairnGrant *
cairn_grant_new (CairnAccount *account, gboolean remembered, GError **error)
{
  CairnApi *api = cairn_api_new (cairn_account_get_portal (account), error);
  CairnGrant *self;

  if (api == NULL)
    return NULL;
  self = g_object_new (CAIRN_TYPE_GRANT, NULL);
  self->account = g_object_ref (account);
  self->remembered = remembered;
  self->api = api;
  g_signal_connect_object (api, "notify::online", G_CALLBACK (online_cb), self, 0);
  return self;
}

/**
 * cairn_grant_get_account:
 * @self: a grant
 *
 * Returns: (transfer none): its account
 */
CairnAccount *
cairn_grant_get_account (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), NULL);
  return self->account;
}

/**
 * cairn_grant_get_api:
 * @self: a grant
 *
 * Returns: (transfer none): the api of its portal's origin
 */
CairnApi *
cairn_grant_get_api (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), NULL);
  return self->api;
}

/**
 * cairn_grant_get_expired:
 * @self: a grant
 *
 * Returns: whether a new sign-in is needed
 */
gboolean
cairn_grant_get_expired (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), FALSE);
  return self->expired;
}

/**
 * cairn_grant_get_online:
 * @self: a grant
 *
 * Returns: whether the portal answered last time
 */
gboolean
cairn_grant_get_online (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), FALSE);
  return cairn_api_get_online (self->api);
}

/**
 * cairn_grant_get_scope:
 * @self: a grant
 *
 * Returns: (nullable): what the portal granted
 */
const char *
cairn_grant_get_scope (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), NULL);
  return self->scope;
}

/**
 * cairn_grant_set_expired:
 * @self: a grant
 * @expired: what is known from an earlier run
 */
void
cairn_grant_set_expired (CairnGrant *self, gboolean expired)
{
  g_return_if_fail (CAIRN_IS_GRANT (self));
  set_expired (self, expired);
}

/**
 * cairn_grant_take_tokens:
 * @self: a grant
 * @tokens: (transfer full): of a new sign-in; storing the refresh token is the caller's, before this
 */
void
cairn_grant_take_tokens (CairnGrant *self, CairnTokens *tokens)
{
  g_return_if_fail (CAIRN_IS_GRANT (self));

  use_tokens (self, tokens);
  cairn_tokens_free (tokens);
}

/**
 * cairn_grant_dup_refresh_token:
 * @self: a grant
 *
 * Returns: (transfer full) (nullable): the refresh token that lives in memory only
 */
char *
cairn_grant_dup_refresh_token (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), NULL);
  return g_strdup (self->refresh_token);
}

/**
 * cairn_grant_get_server:
 * @self: a grant
 *
 * Returns: (transfer none) (nullable): what is known of its portal, %NULL before it is connected
 */
const CairnServer *
cairn_grant_get_server (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), NULL);
  return self->server;
}

/**
 * cairn_grant_get_remembered:
 * @self: a grant
 *
 * Returns: whether its refresh token is in the keyring
 */
gboolean
cairn_grant_get_remembered (CairnGrant *self)
{
  g_return_val_if_fail (CAIRN_IS_GRANT (self), FALSE);
  return self->remembered;
}

/**
 * cairn_grant_set_server:
 * @self: a grant
 * @server: (transfer full): what is known of its portal already
 */
void
cairn_grant_set_server (CairnGrant *self, CairnServer *server)
{
  g_return_if_fail (CAIRN_IS_GRANT (self));

  g_clear_pointer (&self->server, cairn_server_free);
  self->server = server;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnGrant *self = g_task_get_source_object (task);
  GError *error = NULL;
  CairnServer *server = cairn_discovery_read_finish (result, &error);

  if (server == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->server == NULL)
    cairn_grant_set_server (self, server);
  else   /* asked for twice at once: a sync may hold the first answer */
    cairn_server_free (server);
  g_task_return_boolean (task, TRUE);
}

/**
 * cairn_grant_connect_async:
 * @self: a grant
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Learns what the portal offers, once. Errors as of cairn_discovery_read_async().
 */
void
cairn_grant_connect_async (CairnGrant          *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CAIRN_IS_GRANT (self));

  g_task_set_source_tag (task, cairn_grant_connect_async);
  if (self->server != NULL)
    g_task_return_boolean (task, TRUE);
  else
    cairn_discovery_read_async (self->api, cairn_account_get_portal (self->account), cancellable, read_cb,
                                g_object_ref (task));
}

/**
 * cairn_grant_connect_finish:
 * @self: a grant
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer none) (nullable): the portal
 */
const CairnServer *
cairn_grant_connect_finish (CairnGrant *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_boolean (G_TASK (result), error) ? self->server : NULL;
}

/**
 * cairn_grant_send_async:
 * @self: a grant that is connected
 * @request: what to ask; copied, its token is set here
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sends a request with an access token; a 401 renews it once. Errors: %CAIRN_ERROR_SIGN_IN when the grant is dead,
 * %CAIRN_ERROR_KEYRING, and those of cairn_api_send_async().
 */
void
cairn_grant_send_async (CairnGrant            *self,
                        const CairnApiRequest *request,
                        GCancellable          *cancellable,
                        GAsyncReadyCallback    callback,
                        gpointer               user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  Sending *sending;

  g_return_if_fail (CAIRN_IS_GRANT (self));
  g_return_if_fail (self->server != NULL);

  g_task_set_source_tag (task, cairn_grant_send_async);
  sending = g_new0 (Sending, 1);
  sending->request = cairn_api_request_copy (request);
  g_task_set_task_data (task, sending, sending_free);
  send_with_token (task);
}

/**
 * cairn_grant_send_finish:
 * @self: a grant
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the answer
 */
CairnApiAnswer *
cairn_grant_send_finish (CairnGrant *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
