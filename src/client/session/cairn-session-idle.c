/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a session locks: idle time here, and what other processes do to the account. Main thread. */
#include "cairn-session-private.h"

#include "client/account/cairn-lock.h"
#include "client/account/cairn-paths.h"
#include "client/sync/cairn-sync-private.h"

#define LOOK_SECONDS 30

static guint
idle_limit (CairnSession *self)
{
  const char *override = g_getenv ("CAIRN_LOCK_SECONDS");

  return override != NULL && *override != '\0' ? (guint) g_ascii_strtoull (override, NULL, 10) : self->lock_seconds;
}

void
cairn_session_save_last_use (CairnSession *self)
{
  self->last_use_saved = g_get_monotonic_time ();
  cairn_lock_set_last_use (cairn_account_get_name (self->account), self->last_use_clock / 1000);
}

/* Seconds without use, also while the machine slept; a clock that was set back doesn't count. */
static guint
idle_seconds (CairnSession *self)
{
  gint64 awake = g_get_monotonic_time () - self->last_use;
  gint64 by_clock = g_get_real_time () - self->last_use_clock;

  return (guint) (MAX (awake, by_clock) / G_TIME_SPAN_SECOND);
}

static gboolean
lock_when_idle (CairnSession *self)
{
  guint limit = idle_limit (self);

  if (self->store == NULL || self->locked || limit == 0 || idle_seconds (self) < limit)
    return FALSE;
  cairn_session_lock (self);
  return TRUE;
}

static gboolean
idle_cb (gpointer data)
{
  CairnSession *self = data;

  self->idle_timer = 0;
  if (!lock_when_idle (self))
    cairn_session_arm_idle (self);
  return G_SOURCE_REMOVE;
}

/* Looks again when the time would be over, and now and then for the sake of machines that slept. */
void
cairn_session_arm_idle (CairnSession *self)
{
  guint limit = idle_limit (self), idle;

  g_clear_handle_id (&self->idle_timer, g_source_remove);
  if (self->store == NULL || self->locked || limit == 0)
    return;
  idle = idle_seconds (self);
  self->idle_timer = g_timeout_add_seconds (CLAMP (limit - MIN (idle, limit), 1, LOOK_SECONDS), idle_cb, self);
}

void
cairn_session_note_use (CairnSession *self)
{
  self->last_use = g_get_monotonic_time ();
  self->last_use_clock = g_get_real_time ();
}

/* Whether another process has signed the account out: what was open here is no longer to be read. */
static gboolean
is_signed_out (const char *name)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();

  return !cairn_lock_is_known (name) && cairn_accounts_reload (accounts, NULL) &&
         cairn_accounts_lookup (accounts, name) == NULL;
}

static gboolean
gone_cb (gpointer data)
{
  CairnSession *self = data;

  self->gone_timer = 0;
  if (self->store == NULL || !is_signed_out (cairn_account_get_name (self->account)))
    return G_SOURCE_REMOVE;
  cairn_store_free (cairn_session_steal_store (self));
  cairn_session_set_signed_out (self);
  return G_SOURCE_REMOVE;
}

/* Another process has locked or unlocked the account, has synced it, or has signed it out. */
static void
monitor_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  CairnSession *self = data;
  const char *name = cairn_account_get_name (self->account);
  CairnAccountStatus status;

  if (self->store == NULL)
    return;
  if (!cairn_lock_is_known (name))   /* it may be half-way through signing out */
    {
      if (self->gone_timer == 0)
        self->gone_timer = g_timeout_add_seconds (1, gone_cb, self);
      return;
    }
  cairn_session_set_locked (self, cairn_lock_is_locked (name));
  if (cairn_sync_get_running (self->sync))
    return;
  status = cairn_account_status_load (name);
  if (status.last_sync <= cairn_sync_get_last_sync (self->sync))
    return;
  cairn_sync_set_last_sync (self->sync, status.last_sync);
  cairn_session_load_patient (self);
  cairn_session_note_changed (self);
}

void
cairn_session_watch_others (CairnSession *self)
{
  g_autofree char *path = cairn_paths_lock_file (cairn_account_get_name (self->account));
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GFile) file = g_file_new_for_path (folder);

  if (!self->remembered)
    return;
  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (monitor_cb), self, 0);
}

/**
 * cairn_session_lock:
 * @self: a session
 *
 * Locks the account for every Cairn program on this machine; sync goes on.
 */
void
cairn_session_lock (CairnSession *self)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  if (self->store == NULL || self->locked)
    return;
  if (!cairn_lock_set (cairn_account_get_name (self->account), TRUE, &error))
    g_message ("%s", error->message);
  cairn_session_set_locked (self, TRUE);
}

/**
 * cairn_session_touch:
 * @self: a session
 *
 * Somebody is using the program: the idle time starts again.
 */
void
cairn_session_touch (CairnSession *self)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));

  if (self->locked || self->store == NULL || lock_when_idle (self))
    return;
  cairn_session_note_use (self);
  if (self->last_use - self->last_use_saved > MIN (idle_limit (self) / 4 + 1, 10) * G_TIME_SPAN_SECOND)
    cairn_session_save_last_use (self);
}

/**
 * cairn_session_set_lock_seconds:
 * @self: a session
 * @seconds: idle time until it locks, 0 never
 */
void
cairn_session_set_lock_seconds (CairnSession *self, guint seconds)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));

  if (self->lock_seconds == seconds)
    return;
  self->lock_seconds = seconds;
  cairn_session_arm_idle (self);
  g_object_notify (G_OBJECT (self), "lock-seconds");
}
