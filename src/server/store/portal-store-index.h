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
gboolean   portal_store_add_string       (CairnConnection *db, gint64 seq, const char *name, const char *value,
                                          const char *folded, GError **error);
gboolean   portal_store_add_date         (CairnConnection *db, gint64 seq, const char *name, gint64 low, gint64 high,
                                          GError **error);
gboolean   portal_store_add_number       (CairnConnection *db, gint64 seq, const char *name, double low, double high,
                                          const char *system, const char *code, const char *unit, GError **error);
gboolean   portal_store_is_indexed       (CairnConnection *db, const char *digest, gboolean *indexed, GError **error);
gboolean   portal_store_set_indexed      (CairnConnection *db, const char *digest, GError **error);
gboolean   portal_store_clear_values     (CairnConnection *db, GError **error);
GPtrArray *portal_store_list_targets     (CairnConnection *db, gint64 seq, const char *name, GError **error);
GPtrArray *portal_store_list_pointing    (CairnConnection *db, const char *name, const char *target_type,
                                          const char *target_id, GError **error);
GPtrArray *portal_store_list_viewers     (CairnConnection *db, const char *target_type, const char *target_id,
                                          gboolean (*skip) (const char *type), GError **error);
GPtrArray *portal_store_find_identifier  (CairnConnection *db, const char *type, const char *system,
                                          const char *value, GError **error);
GPtrArray *portal_store_find_urn         (CairnConnection *db, const char *urn, GError **error);
gboolean   portal_store_add_claim        (CairnConnection *db, const char *type, const char *patient, const char *system,
                                          const char *value, const char *id, GError **error);
GPtrArray *portal_store_find_claim       (CairnConnection *db, const char *type, const char *patient,
                                          const char *system, const char *value, GError **error);
gboolean   portal_store_add_alias        (CairnConnection *db, const char *urn, const char *type, const char *id,
                                          GError **error);

G_END_DECLS
