/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-live.h"

G_BEGIN_DECLS

/* Shared by the files of this folder and by tests. */
struct _CairnLive
{
  GObject          parent_instance;

  CairnGrant      *grant;
  CairnSync       *sync;
  CairnLiveState   state;
  GCancellable    *cancellable;    /* of what is under way, NULL when it is off */
  CairnSocket     *socket;
  char            *subscription;   /* id at the portal */
  gint64           opened;         /* monotonic, of the socket */
  gint64           asked;          /* monotonic, of the last sync that was begun here */
  gint64           asleep;         /* how long the machine has slept so far, µs */
  guint            tries;
  guint            retry_timer;
  guint            tick_timer;
  guint            sleep_signal;
  GDBusConnection *bus;
  GNetworkMonitor *network;
  gboolean         opening;
  gboolean         anew;           /* the subscription that is known is no good */
  gboolean         again;          /* something came while a sync was running */

  /* Times, shorter in tests; ms */
  guint            tick_ms;
  guint            ask_ms;
  guint            first_wait_ms;
  guint            silence_ms;
};

void  cairn_live_sync_soon        (CairnLive *self);
void  cairn_live_retry            (CairnLive *self, guint wait_ms);
void  cairn_live_resume           (CairnLive *self);
void  cairn_live_watch_machine    (CairnLive *self);
void  cairn_live_forget_machine   (CairnLive *self);
void  cairn_live_check_sleep      (CairnLive *self);

/* The portal's id of a subscription to the patient's messages, made if there is none. */
void  cairn_live_subscribe_async  (CairnGrant *grant, gboolean anew, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
char *cairn_live_subscribe_finish (GAsyncResult *result, GError **error);

G_END_DECLS
