/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that were opened, kept so that they can be read again without a connection. A table of its own with a
 * limit in bytes. A document is only shown again for what it was fetched for: with a hash, for that hash; without one,
 * for the same version of the record that names it.
 */
#include "cairn-cache-document.h"

#include "common/cairn-error.h"
#include "fhir/cairn-types.h"

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
touch (CairnConnection *connection, const char *url, GError **error)
{
  CairnStatement *statement = prepare (connection, "UPDATE document SET opened = (SELECT max(opened) + 1 FROM document)"
                                       " WHERE url = :url", url, error);

  return statement != NULL && cairn_statement_run (statement, error);
}

/**
 * cairn_cache_load_document:
 * @connection: a connection to the cache
 * @url: its absolute address
 * @owner: "Type/id" of the record that names it
 * @attachment: what that record says of it
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND, or what a database says
 *
 * Returns: (transfer full) (nullable): the document, when it was opened before and is still what the record means
 */
CairnDocument *
cairn_cache_load_document (CairnConnection        *connection,
                           const char             *url,
                           const char             *owner,
                           const CairnAttachment  *attachment,
                           GError                **error)
{
  g_autofree char *version = dup_version (connection, owner, error);
  g_autoptr(CairnDocument) document = NULL;
  CairnStatement *statement;
  gboolean row, same = FALSE;

  if (version == NULL)
    return NULL;
  statement = prepare (connection, "SELECT type, owner, version, bytes FROM document WHERE url = :url", url, error);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    {
      g_autoptr(GBytes) bytes = cairn_statement_dup_blob (statement, 3);

      same = attachment->hash != NULL || (g_strcmp0 (cairn_statement_text (statement, 1, NULL), owner) == 0 &&
                                          g_strcmp0 (cairn_statement_text (statement, 2, NULL), version) == 0);
      document = cairn_document_new (cairn_statement_text (statement, 0, NULL), bytes);
      cairn_statement_reset (statement);
    }
  if (same && cairn_attachment_check (attachment, NULL, document->bytes, NULL))
    return touch (connection, url, error) ? g_steal_pointer (&document) : NULL;
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "This document was not opened before");
  return NULL;
}

/* Makes room for @size more bytes. */
static gboolean
evict (CairnConnection *connection, gint64 size, gint64 limit, GError **error)
{
  gint64 total;

  while (cairn_connection_scalar (connection, "SELECT coalesce(sum(size), 0) FROM document", &total, error))
    {
      if (total == 0 || total + size <= limit)
        return TRUE;
      if (!cairn_connection_exec (connection, "DELETE FROM document WHERE opened = (SELECT min(opened) FROM document)", error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
insert (CairnConnection *connection, const char *url, const char *owner, const CairnDocument *document, GError **error)
{
  g_autofree char *version = dup_version (connection, owner, error);
  gsize size = g_bytes_get_size (document->bytes);
  CairnStatement *statement;

  if (version == NULL)
    return FALSE;
  statement = prepare (connection, "INSERT INTO document (url, owner, version, type, size, opened, bytes)"
                       " VALUES (:url, :owner, :version, :type, :size,"
                       " (SELECT coalesce(max(opened), 0) + 1 FROM document), :bytes)", url, error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":owner", owner, -1);
  cairn_statement_bind_text (statement, ":version", version, -1);
  cairn_statement_bind_text (statement, ":type", document->type, -1);
  cairn_statement_bind_int64 (statement, ":size", (gint64) size);
  cairn_statement_bind_blob (statement, ":bytes", g_bytes_get_data (document->bytes, NULL), size);
  return cairn_statement_run (statement, error);
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
 * Keeps a document; those that were opened longest ago make room for it. One that is larger than @limit isn't kept.
 *
 * Returns: whether nothing failed
 */
gboolean
cairn_cache_store_document (CairnConnection      *connection,
                            const char           *url,
                            const char           *owner,
                            const CairnDocument  *document,
                            gint64                limit,
                            GError              **error)
{
  gint64 size = (gint64) g_bytes_get_size (document->bytes);
  CairnStatement *statement;

  if (size > limit)
    return TRUE;
  if (!cairn_connection_begin (connection, error))
    return FALSE;
  statement = prepare (connection, "DELETE FROM document WHERE url = :url", url, error);
  if (statement != NULL && cairn_statement_run (statement, error) && evict (connection, size, limit, error) &&
      insert (connection, url, owner, document, error) && cairn_connection_commit (connection, error))
    return TRUE;
  cairn_connection_rollback (connection);
  return FALSE;
}
