/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening and closing of the cache, its schema, and the small values in it. What reads it is in
 * cairn-cache-query.c, what writes it in cairn-cache-write.c and cairn-sync-state.c.
 */
#include "cairn-cache.h"

#include "cairn-cache-document.h"
#include "cairn-cache-messages.h"
#include "cairn-cache-wording.h"
#include "common/cairn-error.h"

/*
 * The rowid is the order of time, so that a list, a full-text result and a date range need no sort.
 * Contentless full text: the words are findable, the text is in one place only.
 */
static const CairnMigration migrations[] = {
  { "CREATE TABLE resource (place INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT,"
    " updated TEXT, kind TEXT NOT NULL, timeline INTEGER NOT NULL, date TEXT, start INTEGER, title TEXT NOT NULL,"
    " term TEXT, value TEXT, unit TEXT, interpretation TEXT, status TEXT, flags INTEGER NOT NULL, text TEXT NOT NULL);"
    "CREATE UNIQUE INDEX resource_id ON resource (type, id);"
    "CREATE INDEX resource_timeline ON resource (timeline) WHERE timeline = 1;"
    "CREATE INDEX resource_kind ON resource (kind);"
    "CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1,"
    " tokenize='unicode61 remove_diacritics 2');"
    "CREATE TABLE quarantine (key TEXT PRIMARY KEY, type TEXT, id TEXT, reason TEXT NOT NULL, source TEXT NOT NULL,"
    " pass INTEGER NOT NULL, text BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX quarantine_id ON quarantine (type, id);"
    "CREATE TABLE wanted (type TEXT NOT NULL, id TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (type, id)) WITHOUT ROWID;"
    "CREATE TABLE seen (type TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (type, id)) WITHOUT ROWID;"
    "CREATE TABLE sync_state (type TEXT PRIMARY KEY, step INTEGER NOT NULL, next TEXT, started INTEGER NOT NULL,"
    " since INTEGER NOT NULL, pass INTEGER NOT NULL, error TEXT, outcome TEXT) WITHOUT ROWID;"
    "CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;" },
  /* What was opened of a record goes with it. */
  { "CREATE TABLE document (url TEXT PRIMARY KEY, owner TEXT NOT NULL, version TEXT NOT NULL, type TEXT NOT NULL,"
    " size INTEGER NOT NULL, opened INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE INDEX document_owner ON document (owner);"
    "CREATE TRIGGER document_gone AFTER DELETE ON resource BEGIN"
    " DELETE FROM document WHERE owner = old.type || '/' || old.id; END;" },
  /* A list reads no page with a resource's text on it, and a text that comes is written once, at the end. */
  { "CREATE TABLE body (number INTEGER PRIMARY KEY, text TEXT NOT NULL);"
    "INSERT INTO body SELECT place, text FROM resource;"
    "ALTER TABLE resource ADD COLUMN body INTEGER NOT NULL DEFAULT 0;"
    "UPDATE resource SET body = place;"
    "ALTER TABLE resource DROP COLUMN text;" },
  /* What is new since the last look; which results stand together under a report (head); what lists are narrowed by. */
  { "CREATE TABLE news (place INTEGER PRIMARY KEY, updated INTEGER NOT NULL);"
    "CREATE TABLE link (head INTEGER NOT NULL, child TEXT NOT NULL, PRIMARY KEY (head, child)) WITHOUT ROWID;"
    "CREATE TABLE part (place INTEGER PRIMARY KEY, head INTEGER NOT NULL);"
    "CREATE INDEX part_head ON part (head);"
    "CREATE TRIGGER resource_gone AFTER DELETE ON resource BEGIN"
    " DELETE FROM news WHERE place = old.place; DELETE FROM link WHERE head = old.place;"
    " DELETE FROM part WHERE place = old.place; DELETE FROM part WHERE head = old.place; END;"
    "CREATE INDEX resource_flags ON resource (flags) WHERE flags != 0;"
    "CREATE INDEX resource_interpretation ON resource (interpretation) WHERE interpretation IS NOT NULL;" },
  { CAIRN_CACHE_MESSAGES_TABLES },
  /* A first letter that is typed is looked up in the list's own index; in rows from before it isn't known (NULL). */
  { "ALTER TABLE resource ADD COLUMN initials INTEGER;"
    "DROP INDEX IF EXISTS resource_timeline;"
    "CREATE INDEX resource_timeline ON resource (timeline, place, initials) WHERE timeline = 1;"
    "CREATE INDEX resource_unknown ON resource (place) WHERE initials IS NULL;" },
  { CAIRN_CACHE_DOCUMENT_TABLES },
  { NULL },
};

struct _CairnCache
{
  GObject        parent_instance;

  char          *path;
  GBytes        *key;
  CairnDatabase *database;
};

G_DEFINE_FINAL_TYPE (CairnCache, cairn_cache, G_TYPE_OBJECT)

static void
cairn_cache_finalize (GObject *object)
{
  CairnCache *self = CAIRN_CACHE (object);

  cairn_cache_close (self);
  g_free (self->path);
  g_clear_pointer (&self->key, g_bytes_unref);
  G_OBJECT_CLASS (cairn_cache_parent_class)->finalize (object);
}

static void
cairn_cache_class_init (CairnCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_cache_finalize;
}

static void
cairn_cache_init (CairnCache *self)
{
}

static gpointer
start_bulk (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_bulk (connection, TRUE);
  return NULL;
}

/**
 * cairn_cache_open:
 * @path: the file
 * @key: its raw key
 * @error: return location for a %CAIRN_ERROR_DAMAGED or %CAIRN_ERROR_STORAGE
 *
 * Opens a cache, made when missing. Blocks for some milliseconds.
 *
 * Returns: (transfer full) (nullable): the cache
 */
CairnCache *
cairn_cache_open (const char *path, GBytes *key, GError **error)
{
  g_autofree char *wording = cairn_cache_dup_wording ();
  g_autoptr(GError) noting = NULL;
  CairnDatabase *database;
  CairnCache *self;

  g_return_val_if_fail (path != NULL && key != NULL, NULL);

  database = cairn_database_open (path, key, CAIRN_DATABASE_DEFAULT, migrations, NULL, error);
  if (database == NULL)
    return NULL;
  self = g_object_new (CAIRN_TYPE_CACHE, NULL);
  self->path = g_strdup (path);
  self->key = g_bytes_ref (key);
  self->database = database;
  if (cairn_database_run (database, cairn_cache_messages_note_all, NULL, &noting) == NULL)
    g_message ("Threads of messages can't be noted: %s", noting->message);
  g_clear_error (&noting);
  if (cairn_database_run (database, cairn_cache_wording_begin, wording, &noting) == NULL)
    g_message ("The wording can't be noted: %s", noting->message);
  return self;
}

/**
 * cairn_cache_close:
 * @self: a cache
 *
 * Closes its connection after the work that is queued; nothing can be asked of it afterwards.
 */
void
cairn_cache_close (CairnCache *self)
{
  g_return_if_fail (CAIRN_IS_CACHE (self));

  if (self->database != NULL)
    cairn_database_close (self->database);
  g_clear_object (&self->database);
}

/**
 * cairn_cache_get_database:
 * @self: a cache
 *
 * Returns: (transfer none) (nullable): its connection for lists and state, %NULL once it is closed
 */
CairnDatabase *
cairn_cache_get_database (CairnCache *self)
{
  g_return_val_if_fail (CAIRN_IS_CACHE (self), NULL);
  return self->database;
}

/**
 * cairn_cache_open_bulk:
 * @self: a cache
 * @error: return location for a %CAIRN_ERROR_DAMAGED or %CAIRN_ERROR_STORAGE
 *
 * Opens a connection for bulk writes, with a large page cache; closing it gives the memory back. Blocks for
 * some milliseconds.
 *
 * Returns: (transfer full) (nullable): that connection, which doesn't depend on @self
 */
CairnDatabase *
cairn_cache_open_bulk (CairnCache *self, GError **error)
{
  CairnDatabase *bulk;

  g_return_val_if_fail (CAIRN_IS_CACHE (self), NULL);

  bulk = cairn_database_open (self->path, self->key, CAIRN_DATABASE_DEFAULT, NULL, NULL, error);
  if (bulk != NULL)
    cairn_database_run (bulk, start_bulk, NULL, NULL);
  return bulk;
}

/**
 * cairn_cache_get_path:
 * @self: a cache
 *
 * Returns: its file
 */
const char *
cairn_cache_get_path (CairnCache *self)
{
  g_return_val_if_fail (CAIRN_IS_CACHE (self), NULL);
  return self->path;
}

/**
 * cairn_cache_get_value:
 * @connection: a connection to the cache
 * @name: of a small value
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the value; %NULL without an error when there is none
 */
char *
cairn_cache_get_value (CairnConnection *connection, const char *name, GError **error)
{
  CairnStatement *statement;
  gboolean row = FALSE;
  char *value = NULL;

  statement = cairn_connection_prepare (connection, "SELECT value FROM value WHERE name = :name", error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":name", name, -1);
  if (cairn_statement_step (statement, &row, error) && row)
    value = g_strdup (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return value;
}

/**
 * cairn_cache_set_value:
 * @connection: a connection to the cache
 * @name: of a small value
 * @value: (nullable): the value, %NULL removes it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
cairn_cache_set_value (CairnConnection *connection, const char *name, const char *value, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (connection,
                                        value != NULL
                                        ? "INSERT INTO value (name, value) VALUES (:name, :value)"
                                          " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                                        : "DELETE FROM value WHERE name = :name", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":name", name, -1);
  if (value != NULL)
    cairn_statement_bind_text (statement, ":value", value, -1);
  return cairn_statement_run (statement, error);
}
