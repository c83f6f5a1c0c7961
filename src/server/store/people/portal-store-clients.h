/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalClient:
 * @name: what people know it by
 * @site: (nullable): its home page
 * @redirects: where people may be sent back to
 * @scope: (nullable): what it may ask for at most
 * @secret: (nullable): SHA-256 of its secret, of a confidential one
 * @registered: whether it has registered itself, so that nobody at the clinic knows it
 * @used: when somebody last let it in, 0 for never; ms
 *
 * An app that is not the clinic's own.
 */
typedef struct
{
  char    *id;
  char    *name;
  char    *site;
  char   **redirects;
  char    *scope;
  char    *secret;
  gboolean registered;
  gint64   created;
  gint64   used;
} PortalClient;

/**
 * PortalApp:
 * @scope: what it was let do last
 * @patient: (nullable): whose record, then
 * @connected: when it was first let in; ms
 * @used: when it last came; ms
 * @stays: whether it can come back on its own
 *
 * A client as somebody who has let it in sees it.
 */
typedef struct
{
  char    *id;
  char    *name;
  char    *site;
  char    *scope;
  char    *patient;
  gint64   connected;
  gint64   used;
  gboolean stays;
  gboolean registered;
} PortalApp;

void       portal_client_free          (PortalClient *client);
void       portal_app_free             (PortalApp *app);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalClient, portal_client_free)

gboolean   portal_store_add_client     (CairnConnection *db, const PortalClient *client, GError **error);
gboolean   portal_store_load_client    (CairnConnection *db, const char *id, PortalClient **client, GError **error);
GPtrArray *portal_store_list_clients   (CairnConnection *db, GError **error);
gboolean   portal_store_use_client     (CairnConnection *db, const char *id, gint64 now, GError **error);
gboolean   portal_store_remove_client  (CairnConnection *db, const char *id, gboolean *had, GError **error);
gboolean   portal_store_count_registered (CairnConnection *db, gint64 *n, GError **error);
gboolean   portal_store_forget_clients (CairnConnection *db, gint64 unused_before, gint64 left_before, gint64 now,
                                        GError **error);

GPtrArray *portal_store_list_apps      (CairnConnection *db, const char *account, gint64 now, GError **error);
gboolean   portal_store_end_app        (CairnConnection *db, const char *account, const char *client, GError **error);

G_END_DECLS
