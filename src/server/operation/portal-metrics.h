/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

/**
 * PortalGauges:
 *
 * What is so at the moment.
 */
typedef struct
{
  guint connections;
  guint live;       /* of those, sockets that wait for news */
  guint active;     /* requests being worked on */
  guint waiting;    /* sign-ins in the queue */
} PortalGauges;

/**
 * PortalMetrics:
 *
 * Counts requests by route and status, and how long they took. It knows nothing of what they were about. On the
 * server's thread.
 */
typedef struct _PortalMetrics PortalMetrics;

PortalMetrics *portal_metrics_new     (void);
void           portal_metrics_free    (PortalMetrics *self);
void           portal_metrics_count   (PortalMetrics *self, const PortalCall *call, double seconds);
char          *portal_metrics_to_text (PortalMetrics *self, const PortalGauges *gauges);
char          *portal_metrics_to_line (const PortalCall *call, double seconds);

void           portal_health_get      (PortalCall *call, CairnConnection *db);

G_END_DECLS
