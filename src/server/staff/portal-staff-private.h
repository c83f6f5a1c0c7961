/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of portal-staff. */
#pragma once

#include "portal-staff.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * Desk:
 * @type: (nullable): of the reference, with its @id
 * @out: what will be printed, of @n things so far
 * @error: (nullable): what went wrong inside a walk
 *
 * One command of somebody who works here, on the writer's thread.
 */
typedef struct
{
  PortalStaffWork *work;
  CairnConnection *db;
  char            *type;
  char            *id;
  GString         *out;
  guint            n;
  GError          *error;
} Desk;

void desk_clear (Desk *desk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

gboolean portal_desk_fail         (GError **error, int code, const char *message);
void     portal_desk_add_text     (GString *out, const char *name, const char *value);
gboolean portal_desk_list_threads (Desk *desk, GError **error);
gboolean portal_desk_work_thread  (Desk *desk, GError **error);

G_END_DECLS
