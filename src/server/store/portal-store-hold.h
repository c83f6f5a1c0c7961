/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalHold:
 * @root: "Type/id" of what was held; the results of a report are held with it
 * @account: user name of who held it
 *
 * The strings are borrowed from a statement: good until its next step.
 */
typedef struct
{
  const char *type;
  const char *id;
  const char *root;
  const char *reason;
  const char *account;
  gint64      since;   /* ms */
} PortalHold;

typedef gboolean (*PortalHoldFunc) (const PortalHold *hold, gpointer data);

gboolean   portal_store_is_held      (CairnConnection *db, const char *type, const char *id, gboolean *held,
                                      GError **error);
gboolean   portal_store_add_hold     (CairnConnection *db, const PortalHold *hold, GError **error);
gboolean   portal_store_drop_holds   (CairnConnection *db, const char *root, GError **error);
GPtrArray *portal_store_list_held    (CairnConnection *db, const char *root, GError **error);
gboolean   portal_store_walk_holds   (CairnConnection *db, const char *type, const char *id, PortalHoldFunc func,
                                      gpointer data, GError **error);
gboolean   portal_store_hide_past    (CairnConnection *db, const char *type, const char *id, GError **error);

G_END_DECLS
