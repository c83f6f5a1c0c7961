/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that were opened, kept so that they can be read again without a connection. A table of its own with a
 * limit in bytes. A document is only shown again for what it was fetched for: with a hash, for that hash; without one,
 * for the same version of the record that names it.
 */
#include "cairn-cache-document.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define UNFINISHED_MS (60 * 60 * 1000)   /* nothing comes for longer */

/**
 * cairn_cache_document_free:
 * @self: (transfer full): a document
 */
void
cairn_cache_document_free (CairnCacheDocument *self)
{
  g_free (self->type);
  g_free (self);
}

static CairnStatement *
prepare (CairnConnection *connection, const char *sql, const char *url, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, sql, error);

  if (statement != NULL)
    cairn_statement_bind_text (statement, ":url", url, -1);
  return statement;
}

/* What says that a record is still the same; an empty text when it is not here. */
static char *
dup_version (CairnConnection *connection, const char *owner, GError **error)
{
  g_autofree char *type = NULL, *id = NULL;
  CairnStatement *statement;
  char *version = NULL;
  gboolean row;

  if (!cairn_reference_split (owner, &type, &id))
    return g_strdup ("");
  statement = cairn_connection_prepare (connection, "SELECT coalesce(version, updated, '') FROM resource"
                                        " WHERE type = :type AND id = :id", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  version = g_strdup (row ? cairn_statement_text (statement, 0, NULL) : "");
  cairn_statement_reset (statement);
  return version;
}

static gboolean
run_for (CairnConnection *connection, const char *sql, gint64 number, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":number", number);
  return cairn_statement_run (statement, error);
}

/* The row of an address, when it is still of the record that @owner is now, or has the hash that is wanted. */
static CairnCacheDocument *
read_row (CairnStatement *statement, const char *owner, const char *version, const CairnAttachment *attachment)
{
  gsize size = (gsize) cairn_statement_int64 (statement, 4);
  gboolean same = attachment->hash != NULL || (g_strcmp0 (cairn_statement_text (statement, 1, NULL), owner) == 0 &&
                                               g_strcmp0 (cairn_statement_text (statement, 2, NULL), version) == 0);
  CairnCacheDocument *document;

  if (!same || !cairn_attachment_check_parts (attachment, NULL, NULL, size, cairn_statement_text (statement, 5, NULL), NULL))
    return NULL;
  document = g_new0 (CairnCacheDocument, 1);
  document->number = cairn_statement_int64 (statement, 0);
  document->type = g_strdup (cairn_statement_text (statement, 3, NULL));
  document->size = size;
  return document;
}

/**
 * cairn_cache_find_document:
 * @connection: a connection to the cache
 * @url: its absolute address
 * @owner: "Type/id" of the record that names it
 * @attachment: what that record says of it
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND, or what a database says
 *
 * Returns: (transfer full) (nullable): the document, when it was opened before and is still what the record means
 */
CairnCacheDocument *
cairn_cache_find_document (CairnConnection        *connection,
                           const char             *url,
                           const char             *owner,
                           const CairnAttachment  *attachment,
                           GError                **error)
{
  g_autofree char *version = dup_version (connection, owner, error);
  g_autoptr(CairnCacheDocument) document = NULL;
  CairnStatement *statement;
  gboolean row;

  if (version == NULL)
    return NULL;
  statement = prepare (connection, "SELECT number, owner, version, type, size, sha1 FROM document WHERE url = :url AND complete = 1",
                       url, error);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    document = read_row (statement, owner, version, attachment);
  cairn_statement_reset (statement);
  if (document == NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "This document was not opened before");
      return NULL;
    }
  return run_for (connection, "UPDATE document SET opened = (SELECT max(opened) + 1 FROM document) WHERE number = :number",
                  document->number, error) ? g_steal_pointer (&document) : NULL;
}

/**
 * cairn_cache_read_document:
 * @connection: a connection to the cache
 * @document: a document that is kept
 * @error: return location
 *
 * Returns: (transfer full) (nullable): all of it
 */
CairnDocument *
cairn_cache_read_document (CairnConnection *connection, const CairnCacheDocument *document, GError **error)
{
  g_autoptr(GBytes) bytes = cairn_pieces_load_all (connection, document->number, document->size, error);

  return bytes != NULL ? cairn_document_new (document->type, bytes) : NULL;
}

/* Makes room for what has come. */
static gboolean
evict (CairnConnection *connection, gint64 limit, GError **error)
{
  gint64 total;

  while (cairn_connection_scalar (connection, "SELECT coalesce(sum(size), 0) FROM document WHERE complete = 1", &total, error))
    {
      if (total <= limit)
        return TRUE;
      if (!cairn_connection_exec (connection, "DELETE FROM document WHERE complete = 1 AND"
                                  " opened = (SELECT min(opened) FROM document WHERE complete = 1)", error))
        return FALSE;
    }
  return FALSE;
}

/**
 * cairn_cache_begin_document:
 * @connection: a connection to the cache
 * @url: its absolute address
 * @owner: "Type/id" of the record that names it
 * @error: return location
 *
 * A document comes: its pieces get a number. It is not found before it is finished.
 *
 * Returns: (transfer full) (nullable): it, without type and size
 */
CairnCacheDocument *
cairn_cache_begin_document (CairnConnection *connection, const char *url, const char *owner, GError **error)
{
  g_autofree char *version = dup_version (connection, owner, error);
  CairnCacheDocument *document;
  CairnStatement *statement;

  if (version == NULL || !run_for (connection, "DELETE FROM document WHERE complete = 0 AND begun < :number",
                                   cairn_date_now () - UNFINISHED_MS, error))
    return NULL;
  statement = prepare (connection, "INSERT INTO document (url, owner, version, type, size, opened, sha1, complete, begun)"
                       " VALUES (:url, :owner, :version, '', 0, 0, '', 0, :begun)", url, error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":owner", owner, -1);
  cairn_statement_bind_text (statement, ":version", version, -1);
  cairn_statement_bind_int64 (statement, ":begun", cairn_date_now ());
  if (!cairn_statement_run (statement, error))
    return NULL;
  document = g_new0 (CairnCacheDocument, 1);
  document->number = cairn_connection_last_rowid (connection);
  return document;
}

static gboolean
complete (CairnConnection *connection, const CairnCacheDocument *document, const char *sha1, GError **error)
{
  CairnStatement *statement;

  if (!run_for (connection, "DELETE FROM document WHERE number != :number AND complete = 1 AND"
                " url = (SELECT url FROM document WHERE number = :number)", document->number, error))
    return FALSE;
  statement = cairn_connection_prepare (connection, "UPDATE document SET type = :type, size = :size, sha1 = :sha1, complete = 1,"
                                        " opened = (SELECT max(opened) + 1 FROM document) WHERE number = :number", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", document->type, -1);
  cairn_statement_bind_int64 (statement, ":size", (gint64) document->size);
  cairn_statement_bind_text (statement, ":sha1", sha1, -1);
  cairn_statement_bind_int64 (statement, ":number", document->number);
  return cairn_statement_run (statement, error);
}

/**
 * cairn_cache_finish_document:
 * @connection: a connection to the cache
 * @document: what has come as a whole and was checked
 * @sha1: SHA-1 of it in hexadecimal digits
 * @limit: bytes of all kept documents together
 * @error: return location
 *
 * From now on it is found; those that were opened longest ago make room for it. One that is larger than @limit isn't kept.
 *
 * Returns: whether nothing failed
 */
gboolean
cairn_cache_finish_document (CairnConnection           *connection,
                             const CairnCacheDocument  *document,
                             const char                *sha1,
                             gint64                     limit,
                             GError                   **error)
{
  if ((gint64) document->size > limit)
    return cairn_cache_drop_document (connection, document->number, error);
  if (!cairn_connection_begin (connection, error))
    return FALSE;
  if (complete (connection, document, sha1, error) && evict (connection, limit, error) && cairn_connection_commit (connection, error))
    return TRUE;
  cairn_connection_rollback (connection);
  return FALSE;
}

/**
 * cairn_cache_drop_document:
 * @connection: a connection to the cache
 * @number: of a document
 * @error: return location
 *
 * Returns: whether nothing of it is kept
 */
gboolean
cairn_cache_drop_document (CairnConnection *connection, gint64 number, GError **error)
{
  return run_for (connection, "DELETE FROM document WHERE number = :number", number, error);
}

static gboolean
add_pieces (CairnConnection *connection, gint64 number, GBytes *bytes, GError **error)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  gsize size = g_bytes_get_size (bytes);

  for (gsize at = 0; at < size; at += CAIRN_PIECE_BYTES)
    if (!cairn_pieces_add (connection, number, (gint64) (at / CAIRN_PIECE_BYTES), data + at, MIN (size - at, CAIRN_PIECE_BYTES), error))
      return FALSE;
  return TRUE;
}

/**
 * cairn_cache_store_document:
 * @connection: a connection to the cache
 * @url: its absolute address
 * @owner: "Type/id" of the record that names it
 * @document: the document
 * @limit: bytes of all kept documents together
 * @error: return location
 *
 * Keeps a document that is in memory.
 *
 * Returns: (transfer full) (nullable): it, unless something failed
 */
CairnCacheDocument *
cairn_cache_store_document (CairnConnection      *connection,
                            const char           *url,
                            const char           *owner,
                            const CairnDocument  *document,
                            gint64                limit,
                            GError              **error)
{
  g_autoptr(CairnCacheDocument) kept = cairn_cache_begin_document (connection, url, owner, error);
  g_autofree char *sha1 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, document->bytes);

  if (kept == NULL)
    return NULL;
  kept->type = g_strdup (document->type);
  kept->size = g_bytes_get_size (document->bytes);
  if (add_pieces (connection, kept->number, document->bytes, error) &&
      cairn_cache_finish_document (connection, kept, sha1, limit, error))
    return g_steal_pointer (&kept);
  cairn_cache_drop_document (connection, kept->number, NULL);
  return NULL;
}

/**
 * cairn_cache_list_documents:
 * @connection: a connection to the cache
 * @owner: "Type/id" of a record
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a set of the addresses of its documents that are kept
 */
GHashTable *
cairn_cache_list_documents (CairnConnection *connection, const char *owner, GError **error)
{
  g_autoptr(GHashTable) urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT url FROM document WHERE owner = :owner AND complete = 1", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":owner", owner, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&urls);
      g_hash_table_add (urls, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}
