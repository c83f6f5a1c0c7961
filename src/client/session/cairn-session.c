/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An open account: its state, its lock, and what is told about it. Opening is in cairn-session-open.c,
 * reading in cairn-session-load.c, the end in cairn-session-sign-out.c. Main thread.
 */
#include "cairn-session-private.h"

#include "client/cairn-client-enums.h"
#include "client/account/cairn-lock.h"
#include "client/sync/cairn-sync-private.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#define DEFAULT_LOCK_SECONDS 300
#define CHANGED_MS 250
#define CLOSE_SECONDS 5

G_DEFINE_FINAL_TYPE (CairnSession, cairn_session, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACCOUNT,
  PROP_CACHE_RENEWED,
  PROP_ERROR,
  PROP_EXPIRED,
  PROP_LOCK_SECONDS,
  PROP_N_NEW,
  PROP_N_UNREAD,
  PROP_ONLINE,
  PROP_OUTBOX_KEPT_ASIDE,
  PROP_PATIENT_BIRTH_DATE,
  PROP_PATIENT_NAME,
  PROP_REMEMBERED,
  PROP_STATE,
  PROP_SYNC,
  N_PROPS
};

enum
{
  ARRIVED,
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (CairnSession *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static CairnSessionState
find_state (CairnSession *self)
{
  if (self->signed_out)
    return CAIRN_SESSION_SIGNED_OUT;
  if (self->store == NULL)
    return CAIRN_SESSION_CLOSED;
  if (self->locked)
    return CAIRN_SESSION_LOCKED;
  return cairn_grant_get_expired (self->grant) ? CAIRN_SESSION_EXPIRED : CAIRN_SESSION_OPEN;
}

static void
update_state (CairnSession *self)
{
  CairnSessionState state = find_state (self);

  if (self->state == state)
    return;
  self->state = state;
  notify (self, PROP_STATE);
}

/* What `status` says without a key */
static void
save_status (CairnSession *self)
{
  CairnAccountStatus status;

  if (self->store == NULL || !self->remembered)
    return;
  status.last_sync = cairn_sync_get_last_sync (self->sync);
  status.expired = cairn_grant_get_expired (self->grant);
  status.offline = !cairn_grant_get_online (self->grant);
  cairn_account_status_save (cairn_account_get_name (self->account), &status);
}

static void
expired_cb (CairnGrant *grant, GParamSpec *pspec, gpointer data)
{
  CairnSession *self = data;

  save_status (self);
  notify (self, PROP_EXPIRED);
  update_state (self);
}

static void
online_cb (CairnGrant *grant, GParamSpec *pspec, gpointer data)
{
  notify (data, PROP_ONLINE);
}

static gboolean
changed_cb (gpointer data)
{
  CairnSession *self = data;

  self->changed_timer = 0;
  cairn_session_count_news (self);
  cairn_session_look_for_messages (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* The cache has changed: that is told shortly after, once for many changes. */
void
cairn_session_note_changed (CairnSession *self)
{
  if (self->changed_timer == 0)
    self->changed_timer = g_timeout_add (CHANGED_MS, changed_cb, self);
}

static void
sync_changed_cb (CairnSync *sync, gpointer data)
{
  cairn_session_note_changed (data);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CairnSession *self = CAIRN_SESSION (source);
  GError *error = NULL;

  self->renewing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      cairn_session_take_error (self, error);
      return;
    }
  if (self->store == NULL)
    return;
  self->cache_renewed = TRUE;
  cairn_sync_set_cache (self->sync, self->store->cache);
  cairn_sync_set_last_sync (self->sync, 0);
  notify (self, PROP_CACHE_RENEWED);
  cairn_session_note_changed (self);
  cairn_sync_start_async (self->sync, NULL, NULL, NULL);
}

static void
renew_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (cairn_store_renew_cache (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* A cache that turned out to be damaged while it was in use is made anew, once. */
static void
renew_cache (CairnSession *self)
{
  g_autoptr(GTask) task = NULL;

  if (self->cache_renewed || self->renewing || self->store == NULL)
    return;
  self->renewing = TRUE;
  cairn_sync_set_cache (self->sync, NULL);
  task = g_task_new (self, NULL, renewed_cb, NULL);
  g_task_set_task_data (task, self->store, NULL);
  g_task_run_in_thread (task, renew_thread);
}

/* The cache has the portal's copy, unless its answer was not one. */
static void
sent_cb (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  CairnSession *self = data;

  cairn_session_note_changed (self);
  if (*reference == '\0')
    cairn_sync_start_async (self->sync, NULL, NULL, NULL);
}

static void
running_cb (CairnSync *sync, GParamSpec *pspec, gpointer data)
{
  CairnSession *self = data;
  const GError *error = cairn_sync_get_error (sync);

  if (cairn_sync_get_running (sync))
    return;
  save_status (self);
  cairn_session_load_patient (self);
  cairn_session_look_for_messages (self);
  if (cairn_grant_get_online (self->grant))
    cairn_outbox_send_now (self->outbox);
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED))
    renew_cache (self);
}

static void
cairn_session_dispose (GObject *object)
{
  CairnSession *self = CAIRN_SESSION (object);

  if (self->store != NULL)
    cairn_store_free (cairn_session_steal_store (self));
  G_OBJECT_CLASS (cairn_session_parent_class)->dispose (object);
}

static void
cairn_session_finalize (GObject *object)
{
  CairnSession *self = CAIRN_SESSION (object);

  g_clear_object (&self->account);
  g_clear_object (&self->grant);
  g_clear_object (&self->sync);
  g_clear_object (&self->outbox);
  g_clear_object (&self->live);
  g_clear_pointer (&self->unread, g_array_unref);
  g_clear_error (&self->error);
  g_free (self->patient_name);
  g_free (self->patient_birth_date);
  g_free (self->outbox_kept_aside);
  G_OBJECT_CLASS (cairn_session_parent_class)->finalize (object);
}

static void
cairn_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnSession *self = CAIRN_SESSION (object);

  switch (id)
    {
    case PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;
    case PROP_CACHE_RENEWED:
      g_value_set_boolean (value, self->cache_renewed);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_EXPIRED:
      g_value_set_boolean (value, cairn_session_get_expired (self));
      break;
    case PROP_LOCK_SECONDS:
      g_value_set_uint (value, self->lock_seconds);
      break;
    case PROP_N_NEW:
      g_value_set_uint (value, self->n_new);
      break;
    case PROP_N_UNREAD:
      g_value_set_uint (value, self->n_unread);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, cairn_session_get_online (self));
      break;
    case PROP_OUTBOX_KEPT_ASIDE:
      g_value_set_string (value, self->outbox_kept_aside);
      break;
    case PROP_PATIENT_BIRTH_DATE:
      g_value_set_string (value, self->patient_birth_date);
      break;
    case PROP_PATIENT_NAME:
      g_value_set_string (value, self->patient_name);
      break;
    case PROP_REMEMBERED:
      g_value_set_boolean (value, self->remembered);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (gint) self->state);
      break;
    case PROP_SYNC:
      g_value_set_object (value, self->sync);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LOCK_SECONDS)
    cairn_session_set_lock_seconds (CAIRN_SESSION (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_session_class_init (CairnSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = cairn_session_dispose;
  object_class->finalize = cairn_session_finalize;
  object_class->get_property = cairn_session_get_property;
  object_class->set_property = cairn_session_set_property;

  properties[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CAIRN_TYPE_ACCOUNT, flags);
  properties[PROP_CACHE_RENEWED] = g_param_spec_boolean ("cache-renewed", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_EXPIRED] = g_param_spec_boolean ("expired", NULL, NULL, FALSE, flags);
  properties[PROP_LOCK_SECONDS] = g_param_spec_uint ("lock-seconds", NULL, NULL, 0, G_MAXUINT, DEFAULT_LOCK_SECONDS,
                                                     flags | G_PARAM_WRITABLE);
  properties[PROP_N_NEW] = g_param_spec_uint ("n-new", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_UNREAD] = g_param_spec_uint ("n-unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE, flags);
  properties[PROP_OUTBOX_KEPT_ASIDE] = g_param_spec_string ("outbox-kept-aside", NULL, NULL, NULL, flags);
  properties[PROP_PATIENT_BIRTH_DATE] = g_param_spec_string ("patient-birth-date", NULL, NULL, NULL, flags);
  properties[PROP_PATIENT_NAME] = g_param_spec_string ("patient-name", NULL, NULL, NULL, flags);
  properties[PROP_REMEMBERED] = g_param_spec_boolean ("remembered", NULL, NULL, TRUE, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CAIRN_TYPE_SESSION_STATE, CAIRN_SESSION_CLOSED, flags);
  properties[PROP_SYNC] = g_param_spec_object ("sync", NULL, NULL, CAIRN_TYPE_SYNC, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * CairnSession::arrived:
   * @n_messages: how many
   *
   * Unread messages have come that were not there before. Not told of what was there when the program began, nor of a first sync.
   */
  signals[ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_UINT);

  /**
   * CairnSession::changed:
   *
   * The cache has other records than before; at most four times a second.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
cairn_session_init (CairnSession *self)
{
  self->lock_seconds = DEFAULT_LOCK_SECONDS;
  self->unlock_tries = -1;
}

/* Takes the store, which may be opened or closed only on worker threads until here. */
CairnSession *
cairn_session_new (CairnAccount *account, CairnGrant *grant, CairnStore *store)
{
  CairnSession *self = g_object_new (CAIRN_TYPE_SESSION, NULL);

  self->account = g_object_ref (account);
  self->grant = g_object_ref (grant);
  self->store = store;
  self->remembered = store->remembered;
  self->cache_renewed = store->cache_renewed;
  self->outbox_kept_aside = g_strdup (store->outbox_kept_aside);
  self->sync = cairn_sync_new (grant, store->cache);
  self->outbox = cairn_outbox_new (grant, store);
  cairn_session_note_use (self);
  cairn_session_arm_idle (self);
  cairn_session_watch_others (self);
  g_signal_connect_object (grant, "notify::expired", G_CALLBACK (expired_cb), self, 0);
  g_signal_connect_object (grant, "notify::online", G_CALLBACK (online_cb), self, 0);
  g_signal_connect_object (self->outbox, "sent", G_CALLBACK (sent_cb), self, 0);
  g_signal_connect_object (self->sync, "changed", G_CALLBACK (sync_changed_cb), self, 0);
  g_signal_connect_object (self->sync, "notify::running", G_CALLBACK (running_cb), self, 0);
  self->state = find_state (self);
  cairn_session_look_for_messages (self);
  cairn_session_check_wording (self);
  return self;
}

void
cairn_session_note_arrived (CairnSession *self, guint n_messages)
{
  g_signal_emit (self, signals[ARRIVED], 0, n_messages);
}

void
cairn_session_set_n_new (CairnSession *self, guint n_new)
{
  if (self->n_new == n_new)
    return;
  self->n_new = n_new;
  notify (self, PROP_N_NEW);
}

void
cairn_session_set_n_unread (CairnSession *self, guint n_unread)
{
  if (self->n_unread == n_unread)
    return;
  self->n_unread = n_unread;
  notify (self, PROP_N_UNREAD);
}

CairnGrant *
cairn_session_get_grant (CairnSession *self)
{
  return self->grant;
}

CairnStore *
cairn_session_get_store (CairnSession *self)
{
  return self->store;
}

/* The store goes; the session has no record any more. */
CairnStore *
cairn_session_steal_store (CairnSession *self)
{
  CairnStore *store = g_steal_pointer (&self->store);

  g_clear_handle_id (&self->idle_timer, g_source_remove);
  g_clear_object (&self->monitor);
  g_clear_handle_id (&self->gone_timer, g_source_remove);
  g_clear_handle_id (&self->wording_timer, g_source_remove);
  g_clear_handle_id (&self->changed_timer, g_source_remove);
  if (self->live != NULL)
    cairn_live_stop (self->live);
  cairn_outbox_close (self->outbox);
  cairn_sync_cancel (self->sync);
  cairn_sync_set_cache (self->sync, NULL);
  update_state (self);
  return store;
}

/* The cache's connection; nothing while it is locked when it is to read records. */
CairnDatabase *
cairn_session_get_database (CairnSession *self, gboolean reads_records, GError **error)
{
  if (self->store == NULL || self->renewing || self->store->cache == NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
      return NULL;
    }
  if (reads_records && self->locked)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_LOCKED, "The account is locked");
      return NULL;
    }
  return cairn_cache_get_database (self->store->cache);
}

void
cairn_session_take_error (CairnSession *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  notify (self, PROP_ERROR);
}

void
cairn_session_take_patient (CairnSession *self, char *name, char *birth_date)
{
  gboolean same = g_strcmp0 (name, self->patient_name) == 0 && g_strcmp0 (birth_date, self->patient_birth_date) == 0;

  g_free (self->patient_name);
  g_free (self->patient_birth_date);
  self->patient_name = name;
  self->patient_birth_date = birth_date;
  if (same)
    return;
  notify (self, PROP_PATIENT_NAME);
  notify (self, PROP_PATIENT_BIRTH_DATE);
}

void
cairn_session_set_locked (CairnSession *self, gboolean locked)
{
  if (self->locked == locked)
    return;
  cairn_session_note_use (self);
  self->locked = locked;
  cairn_session_arm_idle (self);
  update_state (self);
}

void
cairn_session_set_signed_out (CairnSession *self)
{
  self->signed_out = TRUE;
  update_state (self);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A process must not end while a thread writes: the sync's last page is waited for. */
static void
end_sync (CairnSession *self)
{
  gint64 end = g_get_monotonic_time () + CLOSE_SECONDS * G_TIME_SPAN_SECOND;
  guint tick = g_timeout_add (20, tick_cb, NULL);

  cairn_sync_cancel (self->sync);
  while (cairn_sync_get_running (self->sync) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

/**
 * cairn_session_close:
 * @self: a session
 *
 * Ends the session: a sync that runs is cut short, and what isn't remembered goes from the disk.
 * Waits for the write at hand, running the main context meanwhile; to be called before a program ends. Closing
 * twice is harmless.
 */
void
cairn_session_close (CairnSession *self)
{
  g_autoptr(CairnSession) alive = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  if (self->store == NULL)
    return;
  alive = g_object_ref (self);
  if (self->last_use_saved != 0 && !self->locked)
    cairn_session_save_last_use (self);
  end_sync (self);
  if (self->store != NULL)
    cairn_store_free (cairn_session_steal_store (self));
}
