/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-access.h"
#include "server/store/portal-index.h"

G_BEGIN_DECLS

#define PORTAL_THREAD_OPEN "completed"
#define PORTAL_THREAD_CLOSED "stopped"

/**
 * PortalThreadChange:
 * @status: (nullable): of the head from now on, with @reason (nullable)
 * @recipients: (nullable): JSON text of its recipients from now on
 * @received: (nullable): instant at which it was received, where that isn't said yet
 *
 * What becomes of the message that carries a thread.
 */
typedef struct
{
  const char *status;
  const char *reason;
  const char *recipients;
  const char *received;
} PortalThreadChange;

gboolean portal_thread_is_head    (CairnJson message);
char    *portal_thread_dup_head   (CairnJson message);
gboolean portal_thread_is_closed  (CairnJson head);
gboolean portal_thread_change     (PortalWrite *write, CairnConnection *db, const char *reference, const PortalThreadChange *change,
                                   GError **error);
gboolean portal_thread_has_person (CairnConnection *db, const char *const *audiences, CairnJson head, const char *head_id,
                                   const char *reference, gboolean *has, GError **error);

G_END_DECLS
