/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of PortalLive. */
#pragma once

#include "portal-live.h"

G_BEGIN_DECLS

#define PORTAL_LIVE_GOING_AWAY 1001
#define PORTAL_LIVE_POLICY 1008
#define PORTAL_LIVE_TOKEN_ENDED 4401
#define PORTAL_LIVE_TOO_MUCH 4429

typedef struct _PortalLiveSocket PortalLiveSocket;

/**
 * PortalBinding:
 * @key: what it watches (portal-subscription.h)
 * @end: when it is over, in ms
 * @due: whether there is something to tell
 *
 * A subscription that somebody listens to.
 */
typedef struct
{
  PortalLiveSocket *socket;
  char             *id;
  char             *key;
  gint64            end;
  gboolean          due;
} PortalBinding;

/**
 * PortalLiveSocket:
 * @channel: (nullable): what it sends by; NULL once it is over
 * @account: whose it is; @own: the audience of what they made for themselves
 * @hash: of the token that it came with, until @expires (ms; 0 while that isn't known)
 * @heard: when it last said something, monotonic
 * @frames: how many it sent since @counted
 *
 * One open connection. Counted references: jobs on other threads keep it.
 */
struct _PortalLiveSocket
{
  PortalLive              *live;   /* NULL when that is gone */
  GList                    link;
  SoupWebsocketConnection *channel;
  GSocket                 *wire;
  GPtrArray               *bindings;   /* PortalBinding */
  char                    *account;
  char                    *own;
  char                    *hash;
  gint64                   expires;
  gint64                   heard;
  gint64                   counted;
  guint                    frames;
};

/**
 * PortalLive:
 * @sockets: all that are open
 * @watchers: (element-type utf8 GPtrArray): bindings by their key
 * @persons: how many sockets an account has
 * @last: number of the last version that was looked at
 * @looking: whether a reader looks for news just now, @again if there may be more since
 */
struct _PortalLive
{
  const PortalService *service;
  PortalLiveEmpty      empty;
  gpointer             data;
  GQueue               sockets;
  GHashTable          *watchers;
  GHashTable          *persons;
  guint                n_bindings;
  gint64               last;
  gboolean             looking;
  gboolean             again;
  gboolean             checking;
  gboolean             check_again;
  gboolean             stopping;
  guint                ticks;
  guint                jobs;       /* on readers */
  GSource             *soon;
  GSource             *clock;
};

PortalLiveSocket *portal_live_socket_ref   (PortalLiveSocket *self);
void              portal_live_socket_unref (gpointer self);
PortalLiveSocket *portal_live_socket_new   (PortalLive *live, SoupWebsocketConnection *channel, GSocket *wire, PortalCall *call);
void              portal_live_socket_say   (PortalLiveSocket *self, const char *word, const char *id);
gboolean          portal_live_socket_tell  (PortalLiveSocket *self);
void              portal_live_socket_drop  (PortalLiveSocket *self, PortalBinding *binding, gboolean told);
void              portal_live_socket_close (PortalLiveSocket *self, gushort code, const char *why);
void              portal_live_socket_cut   (PortalLiveSocket *self);
gboolean          portal_live_socket_is_silent (PortalLiveSocket *self);

void              portal_live_add          (PortalLive *self, PortalBinding *binding, gint64 seq);
void              portal_live_remove       (PortalLive *self, PortalBinding *binding);
void              portal_live_forget       (PortalLive *self, PortalLiveSocket *socket);

G_END_DECLS
