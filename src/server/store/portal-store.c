/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's files and the verbs over resource versions: the only way to a stored text. Opening
 * blocks and may be done by any one thread; the verbs run on the thread of the connection that they
 * get. */
#include "portal-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-schema.h"
#include "portal-store-audit.h"
#include "portal-store-private.h"
#include "portal-values.h"

struct _PortalStore
{
  char          *path;
  char          *audit_path;
  GBytes        *key;
  CairnDatabase *writer;
  CairnDatabase *audit;
  CairnDatabase *audit_reader;   /* with the readers */
  GPtrArray     *readers;        /* CairnDatabase */
  guint          next;
};

static gpointer
refresh_values (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (portal_values_refresh (db, error));
}

PortalStore *
portal_store_open (const PortalConfig *config, GError **error)
{
  g_autoptr(PortalStore) self = g_new0 (PortalStore, 1);

  self->readers = g_ptr_array_new_with_free_func (g_object_unref);
  if (g_mkdir_with_parents (config->data, 0700) != 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", config->data,
                   g_strerror (errno));
      return NULL;
    }
  self->key = portal_config_load_key (config, error);
  if (self->key == NULL)
    return NULL;
  self->path = g_build_filename (config->data, PORTAL_STORE_FILE, NULL);
  self->audit_path = g_build_filename (config->data, PORTAL_AUDIT_FILE, NULL);
  self->writer = cairn_database_open (self->path, self->key, CAIRN_DATABASE_DURABLE, portal_schema,
                                      NULL, error);
  if (self->writer == NULL || cairn_database_run (self->writer, refresh_values, NULL, error) == NULL)
    return NULL;
  self->audit = cairn_database_open (self->audit_path, self->key, CAIRN_DATABASE_DURABLE,
                                     portal_audit_schema, NULL, error);
  return self->audit != NULL ? g_steal_pointer (&self) : NULL;
}

gboolean
portal_store_add_readers (PortalStore *self, guint n, GError **error)
{
  while (self->readers->len < n)
    {
      CairnDatabase *reader = cairn_database_open (self->path, self->key, CAIRN_DATABASE_READ_ONLY,
                                                   NULL, NULL, error);

      if (reader == NULL)
        return FALSE;
      g_ptr_array_add (self->readers, reader);
    }
  if (self->audit_reader == NULL)
    self->audit_reader = cairn_database_open (self->audit_path, self->key, CAIRN_DATABASE_READ_ONLY,
                                              NULL, NULL, error);
  return self->audit_reader != NULL;
}

static void
close_database (CairnDatabase **database)
{
  if (*database != NULL)
    cairn_database_close (*database);
  g_clear_object (database);
}

void
portal_store_close (PortalStore *self)
{
  for (guint i = 0; i < self->readers->len; i++)
    cairn_database_close (g_ptr_array_index (self->readers, i));
  g_ptr_array_unref (self->readers);
  close_database (&self->audit_reader);
  close_database (&self->audit);
  close_database (&self->writer);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->path);
  g_free (self->audit_path);
  g_free (self);
}

CairnDatabase *
portal_store_get_writer (PortalStore *self)
{
  return self->writer;
}

GBytes *
portal_store_get_key (PortalStore *self)
{
  return self->key;
}

CairnDatabase *
portal_store_get_audit (PortalStore *self)
{
  return self->audit;
}

/* Beside the one that writes; only after portal_store_add_readers(). */
CairnDatabase *
portal_store_get_audit_reader (PortalStore *self)
{
  return self->audit_reader;
}

/* For the portal's own thread, which hands requests to the readers in turn. */
CairnDatabase *
portal_store_next_reader (PortalStore *self)
{
  self->next = (self->next + 1) % self->readers->len;
  return g_ptr_array_index (self->readers, self->next);
}

/* Takes the write lock of all processes, and with it the time that everything written will bear. */
gboolean
portal_store_begin (CairnConnection *db, PortalStamp *stamp, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  if (!cairn_connection_begin (db, error))
    return FALSE;
  statement = cairn_connection_prepare (db, "SELECT seq, updated, first FROM clock WHERE id = 1", error);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  g_assert (row);
  stamp->seq = cairn_statement_int64 (statement, 0);
  stamp->updated = MAX (cairn_date_now (), cairn_statement_int64 (statement, 1) + 1);
  stamp->first = cairn_statement_int64 (statement, 2);
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_commit (CairnConnection *db, const PortalStamp *stamp, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db,
                                        "UPDATE clock SET seq = :seq, updated = :updated WHERE id "
                                        "= 1 AND seq < :seq",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", stamp->seq);
  cairn_statement_bind_int64 (statement, ":updated", stamp->updated);
  return cairn_statement_run (statement, error) && cairn_connection_commit (db, error);
}

/* Of the last version that is there, or 0. */
gboolean
portal_store_last_seq (CairnConnection *db, gint64 *seq, GError **error)
{
  return cairn_connection_scalar (db, "SELECT ifnull(max(seq), 0) FROM version", seq, error);
}

gboolean
portal_store_is_empty (CairnConnection *db, gboolean *empty, GError **error)
{
  gint64 found;

  if (!cairn_connection_scalar (db,
                                "SELECT (SELECT count(*) FROM account) + (SELECT seq FROM clock "
                                "WHERE id = 1)",
                                &found, error))
    return FALSE;
  *empty = found == 0;
  return TRUE;
}

/* A key of the portal's own, made when it is first asked for; on the writer's thread. */
GBytes *
portal_store_load_secret (CairnConnection *db, const char *name, GError **error)
{
  g_autofree char *made = cairn_random_token (CAIRN_KEY_BYTES);
  CairnStatement *statement;
  GBytes *secret = NULL;
  gboolean row;

  statement = cairn_connection_prepare (db,
                                        "INSERT INTO secret (name, value) VALUES (:name, :value)"
                                        " ON CONFLICT (name) DO NOTHING",
                                        error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_text (statement, ":value", made, -1);
  if (!cairn_statement_run (statement, error))
    return NULL;
  statement = cairn_connection_prepare (db, "SELECT value FROM secret WHERE name = :name", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":name", name, -1);
  if (cairn_statement_step (statement, &row, error) && row)
    secret = cairn_base64url_decode (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return secret;
}

static gboolean
find_secret (CairnConnection *db, const char *name, char **value, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT value FROM secret WHERE name = :name", error);
  gboolean row;

  *value = NULL;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":name", name, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *value = g_strdup (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return TRUE;
}

/* A secret of another kind, as text; @make makes it when it is first asked for. On the writer's thread; free it with
 * cairn_secret_clear(). */
char *
portal_store_load_made (CairnConnection *db, const char *name, char *(*make) (GError **error), GError **error)
{
  CairnStatement *statement;
  char *value;

  if (!find_secret (db, name, &value, error) || value != NULL)
    return value;
  value = make (error);
  if (value == NULL)
    return NULL;
  statement = cairn_connection_prepare (db, "INSERT INTO secret (name, value) VALUES (:name, :value)", error);
  if (statement != NULL)
    {
      cairn_statement_bind_text (statement, ":name", name, -1);
      cairn_statement_bind_text (statement, ":value", value, -1);
    }
  if (statement != NULL && cairn_statement_run (statement, error))
    return value;
  cairn_secret_clear (value);
  return NULL;
}

static void
read_row (CairnStatement *statement, gboolean seen, PortalRow *row)
{
  row->seq = cairn_statement_int64 (statement, 0);
  row->type = cairn_statement_text (statement, 1, NULL);
  row->id = cairn_statement_text (statement, 2, NULL);
  row->version = cairn_statement_int64 (statement, 3);
  row->updated = cairn_statement_int64 (statement, 4);
  row->deleted = g_str_equal (cairn_statement_text (statement, 5, NULL), "DELETE");
  row->text = CAIRN_JSON_NONE;
  if (!cairn_statement_is_null (statement, 6))
    row->text.text = cairn_statement_text (statement, 6, &row->text.length);
  row->content = cairn_statement_int64 (statement, 7);
  row->audience = seen ? cairn_statement_text (statement, 8, NULL) : NULL;
  row->state = seen ? (PortalState) cairn_statement_int64 (statement, 9) : PORTAL_STATE_LIVE;
}

gboolean
portal_store_walk (CairnStatement *statement, PortalRowFunc func, gpointer data, GError **error)
{
  gboolean more;

  while (cairn_statement_step (statement, &more, error))
    {
      PortalRow row;

      if (!more)
        return TRUE;
      read_row (statement, TRUE, &row);
      if (!func (&row, data))
        {
          cairn_statement_reset (statement);
          return TRUE;
        }
    }
  return FALSE;
}

/* Whatever its audience: for the writing side, which decides audiences. */
gboolean
portal_store_get_current (CairnConnection *db,
                          const char      *type,
                          const char      *id,
                          PortalRow       *row,
                          gboolean        *found,
                          GError         **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db,
                                        "SELECT " PORTAL_COLUMNS
                                        " FROM version v WHERE v.type = :type AND v.id = :id"
                                        " ORDER BY v.version DESC LIMIT 1",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, found, error))
    return FALSE;
  if (*found)
    read_row (statement, FALSE, row);
  return TRUE;
}

/* The current version after a seq, whatever its audience; func isn't called when there is none. */
gboolean
portal_store_next_current (CairnConnection *db,
                           gint64           after,
                           PortalRowFunc    func,
                           gpointer         data,
                           GError         **error)
{
  CairnStatement *statement;
  PortalRow row;
  gboolean found;

  statement = cairn_connection_prepare (
    db,
    "SELECT " PORTAL_COLUMNS " FROM version v WHERE v.seq > :after AND v.method <> 'DELETE' AND v.version ="
    " (SELECT max(c.version) FROM version c WHERE c.type = v.type AND c.id = v.id)"
    " ORDER BY v.seq LIMIT 1",
    error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":after", after);
  if (!cairn_statement_step (statement, &found, error))
    return FALSE;
  if (found)
    {
      read_row (statement, FALSE, &row);
      func (&row, data);
    }
  cairn_statement_reset (statement);
  return TRUE;
}

gboolean
portal_store_put (CairnConnection *db,
                  PortalStamp     *stamp,
                  const char      *type,
                  const char      *id,
                  gint64           version,
                  const char      *method,
                  const char      *text,
                  gsize            length,
                  gint64           content,
                  GError         **error)
{
  CairnStatement *statement;

  statement =
    cairn_connection_prepare (db,
                              "INSERT INTO version (seq, type, id, version, updated, method, text, content)"
                              " VALUES (:seq, :type, :id, :version, :updated, :method, :text, :content)",
                              error);
  if (statement == NULL)
    return FALSE;
  stamp->seq++;
  cairn_statement_bind_int64 (statement, ":seq", stamp->seq);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  cairn_statement_bind_int64 (statement, ":version", version);
  cairn_statement_bind_int64 (statement, ":updated", stamp->updated);
  cairn_statement_bind_text (statement, ":method", method, -1);
  cairn_statement_bind_text (statement, ":text", text, length);
  if (content != 0)
    cairn_statement_bind_int64 (statement, ":content", content);
  return cairn_statement_run (statement, error);
}

/* For what would go through a whole type. */
const char *const *
portal_store_pass_anybody (const char *const *audiences)
{
  return g_strcmp0 (audiences[0], PORTAL_ANYBODY) == 0 ? audiences + 1 : audiences;
}

void
portal_store_bind_audiences (CairnStatement *statement, const char *const *audiences)
{
  if (g_str_equal (audiences[0], PORTAL_ANYBODY))
    return;
  cairn_statement_bind_text (statement, ":first", audiences[0], -1);
  if (audiences[1] != NULL)
    cairn_statement_bind_text (statement, ":second", audiences[1], -1);
}

/* A version, or with version 0 the current one, when one of the audiences may see it or might once.
 */
gboolean
portal_store_find_seen (CairnConnection    *db,
                        const char *const  *audiences,
                        const char         *type,
                        const char         *id,
                        gint64              version,
                        PortalRowFunc       func,
                        gpointer            data,
                        GError            **error)
{
  CairnStatement *statement;

  if (audiences[0] == NULL)
    return TRUE;
  statement =
    cairn_connection_prepare (db,
                              PORTAL_AUDIENCES (audiences,
                                         "SELECT " PORTAL_SEEN " FROM version v JOIN idx_audience a ON "
                                                        "a.seq = v.seq AND a.type = v.type WHERE",
                                         "AND v.type = :type AND v.id = :id AND v.version = CASE "
                                         "WHEN :version > 0 THEN :version ELSE"
                                         " (SELECT max(c.version) FROM version c WHERE c.type = "
                                         ":type AND c.id = :id) END LIMIT 1"),
                              error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  cairn_statement_bind_int64 (statement, ":version", version);
  return portal_store_walk (statement, func, data, error);
}

/* Versions newest first; id may be NULL for a whole type, and type "" for all there is. */
gboolean
portal_store_history (CairnConnection    *db,
                      const char *const  *audiences,
                      const char         *type,
                      const char         *id,
                      gint64              since,
                      gint64              before,
                      guint               limit,
                      PortalRowFunc       func,
                      gpointer            data,
                      GError            **error)
{
  CairnStatement *statement;

  if (id == NULL && *type != '\0')
    audiences = portal_store_pass_anybody (audiences);
  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    *type == '\0'
      ? PORTAL_AUDIENCES (audiences,
                          "SELECT " PORTAL_SEEN
                          " FROM idx_audience a JOIN version v ON v.seq = a.seq WHERE",
                          "AND a.updated >= :since AND a.seq < :before ORDER BY a.seq DESC LIMIT :limit")
      : id == NULL
      ? PORTAL_AUDIENCES (audiences,
                   "SELECT " PORTAL_SEEN " FROM idx_audience a JOIN version v ON v.seq = a.seq WHERE",
                   "AND a.type = :type AND a.updated >= :since AND a.seq < :before ORDER BY a.seq "
                   "DESC LIMIT :limit")
      : PORTAL_AUDIENCES (audiences,
                   "SELECT " PORTAL_SEEN
                   " FROM version v JOIN idx_audience a ON a.seq = v.seq AND a.type = v.type"
                   " WHERE",
                   "AND v.type = :type AND v.id = :id AND a.updated >= :since AND a.seq < :before"
                   " ORDER BY a.seq DESC LIMIT :limit"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  if (*type != '\0')
    cairn_statement_bind_text (statement, ":type", type, -1);
  if (id != NULL)
    cairn_statement_bind_text (statement, ":id", id, -1);
  cairn_statement_bind_int64 (statement, ":since", since);
  cairn_statement_bind_int64 (statement, ":before", before);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  return portal_store_walk (statement, func, data, error);
}
