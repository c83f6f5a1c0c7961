/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-store.h"

G_BEGIN_DECLS

/**
 * PortalCarried:
 * @version: the last one that was given out
 * @audience: somebody who may have seen it; "" for nobody
 *
 * A resource that was changed since a backup: a line for each who may have seen it.
 */
typedef struct
{
  char  *type;
  char  *id;
  gint64 version;
  char  *audience;
} PortalCarried;

/**
 * PortalCarry:
 * @known: whether the store that is replaced knows all that happened since the backup
 * @seq: the last number that it gave out
 * @updated: the last time, ms
 * @resources: (element-type PortalCarried): in their order
 * @disabled: (element-type utf8): accounts
 *
 * What a store that is being replaced by a backup must be remembered for.
 */
typedef struct
{
  gboolean   known;
  gint64     seq;
  gint64     updated;
  GPtrArray *resources;
  GPtrArray *disabled;
} PortalCarry;

PortalCarry *portal_store_carry_new    (void);
void         portal_store_carry_free   (PortalCarry *carry);
PortalCarry *portal_store_carry_load   (CairnConnection *db, CairnConnection *backup, GError **error);
gboolean     portal_store_carry_write  (CairnConnection *db, const PortalCarry *carry, GError **error);
gboolean     portal_store_carry_read   (CairnConnection *db, PortalCarry **carry, GError **error);
gboolean     portal_store_carry_end    (CairnConnection *db, const PortalCarry *carry, gint64 first, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalCarry, portal_store_carry_free)

G_END_DECLS
