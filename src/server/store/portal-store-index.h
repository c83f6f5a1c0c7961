/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-store.h"

G_BEGIN_DECLS

/* Verbs over the index tables, on the writer's thread. Lists are of "Type/id" or audiences. */
GPtrArray *portal_store_list_audiences   (CairnConnection *db, gint64 seq, GError **error);
gboolean   portal_store_retire_audiences (CairnConnection *db, gint64 seq, GError **error);
gboolean   portal_store_clear_audiences  (CairnConnection *db, gint64 seq, GError **error);
gboolean   portal_store_add_audience     (CairnConnection *db, const char *audience, const char *type, gint64 seq,
                                          gint64 updated, PortalState state, GError **error);
gboolean   portal_store_drop_index       (CairnConnection *db, gint64 seq, GError **error);
gboolean   portal_store_add_reference    (CairnConnection *db, gint64 seq, const char *name, const char *target_type,
                                          const char *target_id, GError **error);
gboolean   portal_store_add_token        (CairnConnection *db, gint64 seq, const char *type, const char *name,
                                          const char *system, const char *code, GError **error);
GPtrArray *portal_store_list_targets     (CairnConnection *db, gint64 seq, const char *name, GError **error);
GPtrArray *portal_store_list_pointing    (CairnConnection *db, const char *name, const char *target_type,
                                          const char *target_id, GError **error);
GPtrArray *portal_store_list_viewers     (CairnConnection *db, const char *target_type, const char *target_id,
                                          gboolean (*skip) (const char *type), GError **error);
GPtrArray *portal_store_find_token       (CairnConnection *db, const char *type, const char *name,
                                          const char *system, const char *code, GError **error);
GPtrArray *portal_store_find_urn         (CairnConnection *db, const char *urn, GError **error);
gboolean   portal_store_add_alias        (CairnConnection *db, const char *urn, const char *type, const char *id,
                                          GError **error);

G_END_DECLS
