/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-store.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_CHANGE_NONE,
  PORTAL_CHANGE_CREATED,
  PORTAL_CHANGE_UPDATED,
  PORTAL_CHANGE_DELETED,
} PortalChange;

/**
 * PortalWrite:
 *
 * A transaction that writes resources with their index rows. Freeing it without a commit leaves the
 * roll-back to the database.
 */
typedef struct _PortalWrite PortalWrite;

PortalWrite *portal_write_begin  (CairnConnection *db, GError **error);
void         portal_write_set_owner (PortalWrite *self, const char *owner);
void         portal_write_raise  (PortalWrite *self, gint64 seq, gint64 updated);
void         portal_write_set_least (PortalWrite *self, gint64 version);
gboolean     portal_write_tell_gone (PortalWrite *self, const char *type, const char *id, const char *audience,
                                  GError **error);
gboolean     portal_write_bury   (PortalWrite *self, const char *type, const char *id, GError **error);
gboolean     portal_write_put    (PortalWrite *self, const char *type, const char *id, CairnJson resource,
                                  gint64 content, PortalChange *change, GError **error);
gboolean     portal_write_touch  (PortalWrite *self, const char *type, const char *id, PortalChange *change,
                                  GError **error);
gboolean     portal_write_delete (PortalWrite *self, const char *type, const char *id, PortalChange *change,
                                  GError **error);
gboolean     portal_write_commit (PortalWrite *self, GError **error);
gint64       portal_write_get_updated (PortalWrite *self);
GPtrArray   *portal_index_list_points (const char *type, CairnJson resource);
void         portal_write_free   (PortalWrite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalWrite, portal_write_free)

G_END_DECLS
