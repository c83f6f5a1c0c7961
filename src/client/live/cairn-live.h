/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-sync.h"
#include "client/net/cairn-grant.h"

G_BEGIN_DECLS

/**
 * CairnLiveState:
 * @CAIRN_LIVE_OFF: nothing is asked: it was stopped, or the portal wants a new sign-in
 * @CAIRN_LIVE_TRYING: a socket is being opened, or will be after a while; the portal is asked now and then meanwhile
 * @CAIRN_LIVE_ASKING: the portal tells nobody of news: it is asked now and then
 * @CAIRN_LIVE_TOLD: the portal tells of news at once
 *
 * How news come home.
 */
typedef enum
{
  CAIRN_LIVE_OFF,
  CAIRN_LIVE_TRYING,
  CAIRN_LIVE_ASKING,
  CAIRN_LIVE_TOLD,
} CairnLiveState;

/**
 * CairnLive:
 *
 * Sees to it that a message comes home when it is written: a Subscription over WebSocket (FHIR R4 §2.46), whose "ping" means that a
 * sync brings something; where a portal has none, a sync each minute. A socket that is lost is opened again, later each time and
 * never by all clients at once; at once after the machine slept and when there is a network again. Main thread.
 */
#define CAIRN_TYPE_LIVE (cairn_live_get_type ())
G_DECLARE_FINAL_TYPE (CairnLive, cairn_live, CAIRN, LIVE, GObject)

CairnLive      *cairn_live_new       (CairnGrant *grant, CairnSync *sync);
void            cairn_live_start     (CairnLive *self);
void            cairn_live_stop      (CairnLive *self);
CairnLiveState  cairn_live_get_state (CairnLive *self);

G_END_DECLS
