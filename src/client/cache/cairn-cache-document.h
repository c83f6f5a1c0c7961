/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-connection.h"
#include "client/cairn-document.h"
#include "client/files/cairn-pieces.h"

G_BEGIN_DECLS

/**
 * CAIRN_CACHE_MAX_DOCUMENTS:
 *
 * Bytes of opened documents that are kept (128 MB); what was opened longest ago goes first.
 */
#define CAIRN_CACHE_MAX_DOCUMENTS (128 * 1024 * 1024)

/* As a migration: documents are in pieces, 262144 bytes each; one that is coming is not complete yet. */
#define CAIRN_CACHE_DOCUMENT_TABLES \
  "DROP TRIGGER document_gone;" \
  "DROP INDEX document_owner;" \
  "ALTER TABLE document RENAME TO whole_document;" \
  "CREATE TABLE document (number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, owner TEXT NOT NULL, version TEXT NOT NULL," \
  " type TEXT NOT NULL, size INTEGER NOT NULL, opened INTEGER NOT NULL, sha1 TEXT NOT NULL, complete INTEGER NOT NULL," \
  " begun INTEGER NOT NULL);" \
  CAIRN_PIECES_TABLE \
  "INSERT INTO document (url, owner, version, type, size, opened, sha1, complete, begun)" \
  " SELECT url, owner, version, type, size, opened, '', 1, 0 FROM whole_document;" \
  "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 120)" \
  " INSERT INTO piece (file, number, bytes) SELECT d.number, n.i, substr(w.bytes, n.i * 262144 + 1, 262144) FROM n" \
  " JOIN whole_document w ON n.i * 262144 < w.size JOIN document d ON d.url = w.url;" \
  "DROP TABLE whole_document;" \
  "CREATE INDEX document_url ON document (url);" \
  "CREATE INDEX document_owner ON document (owner);" \
  "CREATE TRIGGER document_gone AFTER DELETE ON resource BEGIN" \
  " DELETE FROM document WHERE owner = old.type || '/' || old.id; END;" \
  "CREATE TRIGGER pieces_gone AFTER DELETE ON document BEGIN DELETE FROM piece WHERE file = old.number; END;"

/**
 * CairnCacheDocument:
 * @number: of its pieces
 * @type: media type
 * @size: in bytes
 *
 * A document that is kept.
 */
typedef struct
{
  gint64 number;
  char  *type;
  gsize  size;
} CairnCacheDocument;

void                cairn_cache_document_free   (CairnCacheDocument *self);

/* On the database's thread */
CairnCacheDocument *cairn_cache_find_document   (CairnConnection *connection, const char *url, const char *owner,
                                                 const CairnAttachment *attachment, GError **error);
CairnDocument      *cairn_cache_read_document   (CairnConnection *connection, const CairnCacheDocument *document, GError **error);
CairnCacheDocument *cairn_cache_begin_document  (CairnConnection *connection, const char *url, const char *owner, GError **error);
gboolean            cairn_cache_finish_document (CairnConnection *connection, const CairnCacheDocument *document, const char *sha1,
                                                 gint64 limit, GError **error);
gboolean            cairn_cache_drop_document   (CairnConnection *connection, gint64 number, GError **error);
CairnCacheDocument *cairn_cache_store_document  (CairnConnection *connection, const char *url, const char *owner,
                                                 const CairnDocument *document, gint64 limit, GError **error);
GHashTable         *cairn_cache_list_documents  (CairnConnection *connection, const char *owner, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnCacheDocument, cairn_cache_document_free)

G_END_DECLS
