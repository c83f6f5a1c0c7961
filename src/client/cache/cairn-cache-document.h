/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-connection.h"
#include "client/cairn-document.h"

G_BEGIN_DECLS

/**
 * CAIRN_CACHE_MAX_DOCUMENTS:
 *
 * Bytes of opened documents that are kept (128 MB); what was opened longest ago goes first.
 */
#define CAIRN_CACHE_MAX_DOCUMENTS (128 * 1024 * 1024)

/* On the database's thread */
CairnDocument *cairn_cache_load_document  (CairnConnection *connection, const char *url, const char *owner,
                                           const CairnAttachment *attachment, GError **error);
gboolean       cairn_cache_store_document (CairnConnection *connection, const char *url, const char *owner,
                                           const CairnDocument *document, gint64 limit, GError **error);

G_END_DECLS
