/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/portal-access.h"

G_BEGIN_DECLS

/**
 * PortalStaffWork:
 * @as: user name of who does it
 * @verb: list, show, reply, assign, close, hold or release
 * @config: what letters are made by
 * @reference: (nullable): "Type/id"; list takes "Communication" for all threads that are open
 * @reason: (nullable): of a hold, or why a thread is closed
 * @text: (nullable): what a reply says
 * @to: (nullable): "Type/id" of who gets a thread
 * @json: whether to answer as JSON
 * @view: set by it: through whose eyes it looked, for the audit log
 *
 * What `cairn-portal staff` is told.
 */
typedef struct
{
  const char *as;
  const char *verb;
  const char *reference;
  const char *reason;
  const char *text;
  const char *to;
  const PortalConfig *config;
  gboolean    json;
  PortalView *view;
} PortalStaffWork;

/* GET account/threads */
void  portal_staff_threads (PortalCall *call, CairnConnection *db);

char *portal_staff_work  (CairnDatabase *writer, PortalStaffWork *work, GError **error);
void  portal_staff_clear (PortalStaffWork *work);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PortalStaffWork, portal_staff_clear)

G_END_DECLS
