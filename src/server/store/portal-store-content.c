/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over what Binaries hold, in parts, so that nothing of it is in memory as a whole. What
 * comes in by HTTP is written part by part, a commit each, and kept by the transaction that writes its Binary. */
#include "portal-store-content.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-json-edit.h"

static gboolean
run (CairnConnection *db, const char *sql, gint64 content, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":content", content);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_content_new (CairnConnection *db, gint64 *content, GError **error)
{
  if (!cairn_connection_exec (db, "INSERT INTO content (length, hash, kept) VALUES (0, '', 0)", error))
    return FALSE;
  *content = cairn_connection_last_rowid (db);
  return TRUE;
}

/* All but the last part have PORTAL_CONTENT_PART bytes. */
gboolean
portal_store_content_add (CairnConnection *db,
                          gint64           content,
                          guint            n,
                          gconstpointer    data,
                          gsize            length,
                          GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO content_part (content, n, bytes) VALUES (:content, :n, :bytes)",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":content", content);
  cairn_statement_bind_int64 (statement, ":n", n);
  cairn_statement_bind_blob (statement, ":bytes", data, length);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_content_finish (CairnConnection *db, gint64 content, gint64 length, const char *hash, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE content SET length = :length, hash = :hash WHERE id = :content",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":content", content);
  cairn_statement_bind_int64 (statement, ":length", length);
  cairn_statement_bind_text (statement, ":hash", hash, -1);
  return cairn_statement_run (statement, error);
}

gboolean
portal_store_content_keep (CairnConnection *db, gint64 content, GError **error)
{
  return run (db, "UPDATE content SET kept = 1 WHERE id = :content", content, error);
}

gboolean
portal_store_content_drop (CairnConnection *db, gint64 content, GError **error)
{
  return run (db, "DELETE FROM content_part WHERE content = :content", content, error) &&
         run (db, "DELETE FROM content WHERE id = :content", content, error);
}

/* What uploads left that never came to their end. */
gboolean
portal_store_content_sweep (CairnConnection *db, GError **error)
{
  return cairn_connection_exec (db, "DELETE FROM content_part WHERE content IN (SELECT id FROM content WHERE kept = 0);"
                                    " DELETE FROM content WHERE kept = 0", error);
}

gboolean
portal_store_content_length (CairnConnection *db, gint64 content, gint64 *length, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT length FROM content WHERE id = :content", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":content", content);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *length = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

/* Whether both are nothing, or hold the same. */
gboolean
portal_store_content_same (CairnConnection *db, gint64 one, gint64 other, gboolean *same, GError **error)
{
  CairnStatement *statement;

  *same = one == other;
  if (*same || one == 0 || other == 0)
    return TRUE;
  statement = cairn_connection_prepare (db, "SELECT 1 FROM content a JOIN content b ON b.hash = a.hash"
                                            " AND b.length = a.length WHERE a.id = :one AND b.id = :other", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":one", one);
  cairn_statement_bind_int64 (statement, ":other", other);
  if (!cairn_statement_step (statement, same, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

/* NULL with an error; a part that isn't there is one. */
GBytes *
portal_store_content_part (CairnConnection *db, gint64 content, guint n, GError **error)
{
  CairnStatement *statement;
  GBytes *bytes = NULL;
  gboolean row;

  statement = cairn_connection_prepare (db, "SELECT bytes FROM content_part WHERE content = :content AND n = :n", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":content", content);
  cairn_statement_bind_int64 (statement, ":n", n);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    bytes = cairn_statement_dup_blob (statement, 0);
  cairn_statement_reset (statement);
  if (bytes == NULL)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED, "A part of a Binary is missing");
  return bytes;
}

static gboolean
is_base64 (const char *text)
{
  static const char alphabet[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+/ \t\r\n";
  gsize length = strspn (text, alphabet);

  return text[length + strspn (text + length, "= \t\r\n")] == '\0';
}

static gboolean
store_all (CairnConnection *db, const guchar *data, gsize length, gint64 *content, GError **error)
{
  g_autofree char *hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);
  guint n = 0;

  if (!portal_store_content_new (db, content, error))
    return FALSE;
  for (gsize at = 0; at < length; at += PORTAL_CONTENT_PART)
    if (!portal_store_content_add (db, *content, n++, data + at, MIN (PORTAL_CONTENT_PART, length - at), error))
      return FALSE;
  return portal_store_content_finish (db, *content, length, hash, error);
}

/* Takes much data out of the text of a Binary, inside the transaction that writes it; content becomes 0 when it
 * stays, as does what is no base64. */
gboolean
portal_store_content_take (CairnConnection *db, char **text, gsize *length, gint64 *content, GError **error)
{
  CairnJson resource = { *text, *length }, data = cairn_json_member (resource, "data"), name, value;
  g_autofree char *encoded = NULL;
  g_autofree guchar *decoded = NULL;
  GString *rest;
  CairnJsonIter iter;
  gsize n;

  *content = 0;
  if (data.length <= PORTAL_CONTENT_PART / 3 * 4 + 2)
    return TRUE;
  encoded = cairn_json_dup_string (data);
  if (encoded == NULL || !is_base64 (encoded))
    return TRUE;
  decoded = g_base64_decode (encoded, &n);
  if (!store_all (db, decoded, n, content, error))
    return FALSE;
  rest = g_string_new (NULL);
  cairn_json_iter_init (&iter, resource);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (value.text != data.text)
      g_string_append_printf (rest, "%c%.*s:%.*s", rest->len == 0 ? '{' : ',', (int) name.length, name.text,
                              (int) value.length, value.text);
  g_string_append_c (rest, '}');
  g_free (*text);
  *length = rest->len;
  *text = g_string_free (rest, FALSE);
  return TRUE;
}

static gboolean
run_id (CairnConnection *db, const char *sql, const char *id, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  return cairn_statement_run (statement, error);
}

/* Notes that a Binary waits for something to point at it. */
gboolean
portal_store_content_await (CairnConnection *db, const char *id, gint64 now, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "INSERT INTO waiting (id, since) VALUES (:id, :now)"
                                                            " ON CONFLICT (id) DO NOTHING", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

/* It waits no longer. */
gboolean
portal_store_content_settle (CairnConnection *db, const char *id, GError **error)
{
  return run_id (db, "DELETE FROM waiting WHERE id = :id", id, error);
}

/* What all versions of a Binary that is deleted held. */
gboolean
portal_store_content_forget (CairnConnection *db, const char *id, GError **error)
{
  return run_id (db, "DELETE FROM content_part WHERE content IN (SELECT content FROM version WHERE type = 'Binary' AND id = :id)",
                 id, error) &&
         run_id (db, "DELETE FROM content WHERE id IN (SELECT content FROM version WHERE type = 'Binary' AND id = :id)", id, error) &&
         run_id (db, "UPDATE version SET content = NULL WHERE type = 'Binary' AND id = :id", id, error);
}

/* (element-type utf8): ids of Binaries that have waited since before a time. */
GPtrArray *
portal_store_content_list_waiting (CairnConnection *db, gint64 before, guint limit, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT id FROM waiting WHERE since < :before ORDER BY since LIMIT :limit", error);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":before", before);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&ids);
      g_ptr_array_add (ids, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return NULL;
}
