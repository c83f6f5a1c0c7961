/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "portal-file.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

JsonNode *portal_import_files   (CairnDatabase *writer, GPtrArray *files, gboolean strict, gboolean *ok);
char     *portal_import_to_text (JsonNode *report);

G_END_DECLS
