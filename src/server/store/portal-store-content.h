/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-connection.h"

G_BEGIN_DECLS

/* Of a multiple of three bytes, so that base64 can be made part by part; data up to this stays in the text */
#define PORTAL_CONTENT_PART (96 * 1024)

/* Verbs over what Binaries hold, on the connection's thread */
gboolean portal_store_content_new    (CairnConnection *db, gint64 *content, GError **error);
gboolean portal_store_content_add    (CairnConnection *db, gint64 content, guint n, gconstpointer data, gsize length,
                                      GError **error);
gboolean portal_store_content_finish (CairnConnection *db, gint64 content, gint64 length, const char *hash,
                                      GError **error);
gboolean portal_store_content_keep   (CairnConnection *db, gint64 content, GError **error);
gboolean portal_store_content_drop   (CairnConnection *db, gint64 content, GError **error);
gboolean portal_store_content_sweep  (CairnConnection *db, GError **error);
gboolean portal_store_content_length (CairnConnection *db, gint64 content, gint64 *length, GError **error);
gboolean portal_store_content_same   (CairnConnection *db, gint64 one, gint64 other, gboolean *same, GError **error);
gboolean portal_store_content_await  (CairnConnection *db, const char *id, gint64 now, GError **error);
gboolean portal_store_content_settle (CairnConnection *db, const char *id, GError **error);
gboolean portal_store_content_forget (CairnConnection *db, const char *id, GError **error);
GPtrArray *portal_store_content_list_waiting (CairnConnection *db, gint64 before, guint limit, GError **error);
GBytes  *portal_store_content_part   (CairnConnection *db, gint64 content, guint n, GError **error);
gboolean portal_store_content_take   (CairnConnection *db, char **text, gsize *length, gint64 *content, GError **error);

G_END_DECLS
