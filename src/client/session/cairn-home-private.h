/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/cairn-home.h"

G_BEGIN_DECLS

/* CairnDatabaseFuncs; @data is the Patient's id. */
gpointer cairn_home_load      (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);
gpointer cairn_home_more_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error);

/* What a resource refers to, by name: "Dr. Amy Shaw, Physical therapy" */
char    *cairn_home_dup_names (CairnConnection *connection, CairnJson resource, const char *const *types);
/* Lines of @home: a row as one, and what is due. */
CairnHomeLine *cairn_home_add_line (GPtrArray *lines, const CairnCacheRow *row);
gboolean cairn_home_read_due  (CairnConnection *connection, CairnHomeMore *home, const char *patient, GError **error);

GBytes  *cairn_home_load_text (CairnConnection *connection, const CairnCacheRow *row, GError **error);

G_END_DECLS
