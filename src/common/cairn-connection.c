/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place that opens SQLCipher files and speaks to SQLite. A connection belongs to the thread that
 * opened it, and every function asserts that. */
#include "cairn-connection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cairn-connection-private.h"
#include "cairn-crypto.h"
#include "cairn-error.h"

#define BUSY_MS 10000
#define CACHE_KB 4096
#define COPY_WAIT_MS 20
#define BULK_CACHE_KB 65536
#define LOG_PAGES 1000         /* of the write-ahead log before they go into the file */
#define BULK_LOG_PAGES 8000

static int
error_code (int rc)
{
  switch (rc & 0xff)
    {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return CAIRN_ERROR_DAMAGED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return CAIRN_ERROR_IN_USE;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return CAIRN_ERROR_STORAGE;
    case SQLITE_CONSTRAINT:
      return CAIRN_ERROR_CONFLICT;
    case SQLITE_TOOBIG:
      return CAIRN_ERROR_TOO_LARGE;
    default:
      return CAIRN_ERROR_FAILED;
    }
}

/* SQLite's messages name tables and columns, not values; an FTS5 query that came from a person must be quoted
 * by the caller, for its syntax errors would repeat it. */
gboolean
cairn_connection_fail (CairnConnection *self, int rc, GError **error)
{
  g_set_error (error, CAIRN_ERROR, error_code (rc), "Database: %s (%d)", sqlite3_errmsg (self->db),
               sqlite3_extended_errcode (self->db));
  return FALSE;
}

/**
 * cairn_connection_exec:
 * @self: a connection
 * @sql: one or more statements without parameters
 * @error: return location
 *
 * Returns: whether all of them ran
 */
gboolean
cairn_connection_exec (CairnConnection *self, const char *sql, GError **error)
{
  int rc;

  cairn_connection_check_thread (self);
  rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK || cairn_connection_fail (self, rc, error);
}

static void
statement_free (gpointer data)
{
  CairnStatement *statement = data;

  sqlite3_finalize (statement->stmt);
  g_free (statement);
}

/**
 * cairn_connection_prepare:
 * @self: a connection
 * @sql: one statement; equal texts share one prepared statement
 * @error: return location
 *
 * Returns: (transfer none) (nullable): the statement, reset and without bindings
 */
CairnStatement *
cairn_connection_prepare (CairnConnection *self, const char *sql, GError **error)
{
  CairnStatement **recent = &self->recent[GPOINTER_TO_SIZE (sql) / 8 % CAIRN_CONNECTION_N_RECENT];
  CairnStatement *statement = *recent;
  sqlite3_stmt *stmt;
  int rc;

  cairn_connection_check_thread (self);
  if (statement == NULL || strcmp (sqlite3_sql (statement->stmt), sql) != 0)
    statement = g_hash_table_lookup (self->statements, sql);
  if (statement != NULL)
    {
      *recent = statement;
      cairn_statement_reset (statement);
      return statement;
    }
  rc = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (rc != SQLITE_OK)
    {
      cairn_connection_fail (self, rc, error);
      return NULL;
    }
  statement = g_new (CairnStatement, 1);
  *statement = (CairnStatement) { self, stmt, 0, FALSE };
  *recent = statement;
  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

/**
 * cairn_connection_begin:
 * @self: a connection
 * @error: return location
 *
 * Starts a transaction that will write; waits for another writer up to ten seconds.
 *
 * Returns: whether it started
 */
gboolean
cairn_connection_begin (CairnConnection *self, GError **error)
{
  return cairn_connection_exec (self, "BEGIN IMMEDIATE", error);
}

/**
 * cairn_connection_commit:
 * @self: a connection
 * @error: return location
 *
 * Returns: whether the transaction is in the file; when not, it is still open
 */
gboolean
cairn_connection_commit (CairnConnection *self, GError **error)
{
  return cairn_connection_exec (self, "COMMIT", error);
}

static void
reset_all (CairnConnection *self)
{
  GHashTableIter iter;
  gpointer statement;

  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &statement))
    sqlite3_reset (((CairnStatement *) statement)->stmt);
}

/**
 * cairn_connection_rollback:
 * @self: a connection
 *
 * Takes an open transaction back; harmless when there is none. Ends reads that were left open too.
 */
void
cairn_connection_rollback (CairnConnection *self)
{
  cairn_connection_check_thread (self);
  reset_all (self);
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

/**
 * cairn_connection_scalar:
 * @self: a connection
 * @sql: a query without parameters
 * @value: (out): the first column of its first row as a number
 * @error: return location
 *
 * Errors: %CAIRN_ERROR_NOT_FOUND when it has no row.
 *
 * Returns: whether there was one
 */
gboolean
cairn_connection_scalar (CairnConnection *self, const char *sql, gint64 *value, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (self, sql, error);
  gboolean row;

  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *value = cairn_statement_int64 (statement, 0);
  else
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "The query has no row");
  cairn_statement_reset (statement);
  return row;
}

/**
 * cairn_connection_changes:
 * @self: a connection
 *
 * Returns: how many rows the last statement changed
 */
gint64
cairn_connection_changes (CairnConnection *self)
{
  cairn_connection_check_thread (self);
  return sqlite3_changes64 (self->db);
}

/**
 * cairn_connection_last_rowid:
 * @self: a connection
 *
 * Returns: the rowid of the last insert
 */
gint64
cairn_connection_last_rowid (CairnConnection *self)
{
  cairn_connection_check_thread (self);
  return sqlite3_last_insert_rowid (self->db);
}

/**
 * cairn_connection_bulk:
 * @self: a connection
 * @bulk: whether many rows are about to be written
 *
 * Takes 64 MB of page cache for a bulk write (encrypted inserts with random keys are three times as
 * slow without) and gives it back afterwards.
 */
void
cairn_connection_bulk (CairnConnection *self, gboolean bulk)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=%d",
                                          bulk ? BULK_CACHE_KB : CACHE_KB, bulk ? BULK_LOG_PAGES : LOG_PAGES);

  cairn_connection_check_thread (self);
  sqlite3_exec (self->db, sql, NULL, NULL, NULL);
  if (bulk)
    return;
  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  sqlite3_db_release_memory (self->db);
}

/**
 * cairn_connection_get_handle:
 * @self: a connection
 *
 * For registering SQL functions, nothing else.
 *
 * Returns: (transfer none): its sqlite3 handle
 */
gpointer
cairn_connection_get_handle (CairnConnection *self)
{
  cairn_connection_check_thread (self);
  return self->db;
}

/**
 * cairn_connection_copy:
 * @self: a connection
 * @to: another connection of the same thread, outside a transaction
 * @error: return location
 *
 * Replaces all that @to's database holds by what @self's holds at one moment (SQLite's online backup): others may read
 * and write @self's meanwhile, and see @to's change at once when it is done. Each file keeps its own key.
 * Errors: %CAIRN_ERROR_IN_USE when somebody else is writing @to's for ten seconds.
 *
 * Returns: whether it was copied; when not, @to's database is as before
 */
gboolean
cairn_connection_copy (CairnConnection *self, CairnConnection *to, GError **error)
{
  sqlite3_backup *backup;
  gint64 until = g_get_monotonic_time () + BUSY_MS * G_TIME_SPAN_MILLISECOND;
  int rc;

  cairn_connection_check_thread (self);
  cairn_connection_check_thread (to);
  reset_all (to);
  backup = sqlite3_backup_init (to->db, "main", self->db, "main");
  if (backup == NULL)
    return cairn_connection_fail (to, sqlite3_errcode (to->db), error);
  while ((rc = sqlite3_backup_step (backup, -1)) == SQLITE_BUSY || rc == SQLITE_LOCKED)
    {
      if (g_get_monotonic_time () > until)
        break;
      g_usleep (COPY_WAIT_MS * G_TIME_SPAN_MILLISECOND);
    }
  sqlite3_backup_finish (backup);
  if (rc == SQLITE_DONE)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, error_code (rc), "Database: %s (%d)", sqlite3_errstr (rc), rc);
  return FALSE;
}

static gboolean
migrate (CairnConnection *self, const CairnMigration *migrations, GError **error)
{
  gint64 version, n = 0;

  while (migrations[n].sql != NULL)
    n++;
  if (!cairn_connection_scalar (self, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version == n)
    return TRUE;
  if (!cairn_connection_begin (self, error) || !cairn_connection_scalar (self, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version > n || version < 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED, "The database is of another release (schema %" G_GINT64_FORMAT
                   ", ours is %" G_GINT64_FORMAT ")", version, n);
      return FALSE;
    }
  for (; version < n; version++)
    {
      g_autofree char *step = g_strdup_printf ("PRAGMA user_version=%" G_GINT64_FORMAT, version + 1);

      if (!cairn_connection_exec (self, migrations[version].sql, error) || !cairn_connection_exec (self, step, error))
        return FALSE;
    }
  return cairn_connection_commit (self, error);
}

static gboolean
set_key (CairnConnection *self, GBytes *key, GError **error)
{
  g_autofree char *hex = cairn_hex_encode (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  g_autofree char *raw = g_strdup_printf ("x'%s'", hex);
  CairnStatement *statement;
  gboolean row = FALSE;
  int rc = sqlite3_key (self->db, raw, (int) strlen (raw));

  hex = cairn_secret_clear (hex);
  raw = cairn_secret_clear (raw);
  if (rc != SQLITE_OK)
    return cairn_connection_fail (self, rc, error);
  statement = cairn_connection_prepare (self, "PRAGMA cipher_version", error);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    cairn_statement_reset (statement);
  else
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "This SQLite doesn't encrypt");
  return row && cairn_connection_exec (self, "PRAGMA cipher_log_level=NONE; PRAGMA cipher_page_size=8192;"
                                       "PRAGMA cipher_hmac_algorithm=HMAC_SHA256", error);
}

static gboolean
set_up (CairnConnection *self, CairnDatabaseFlags flags, GError **error)
{
  g_autofree char *cache = g_strdup_printf ("PRAGMA cache_size=-%d", CACHE_KB);
  gint64 n;

  sqlite3_busy_timeout (self->db, BUSY_MS);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (!cairn_connection_scalar (self, "SELECT count(*) FROM sqlite_schema", &n, error))   /* proves the key */
    return FALSE;
  if ((flags & CAIRN_DATABASE_READ_ONLY) == 0 && !cairn_connection_exec (self, "PRAGMA journal_mode=WAL", error))
    return FALSE;
  return cairn_connection_exec (self, cache, error) &&
         cairn_connection_exec (self, "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF", error) &&
         cairn_connection_exec (self, (flags & CAIRN_DATABASE_DURABLE) != 0 ? "PRAGMA synchronous=FULL"
                                                                           : "PRAGMA synchronous=NORMAL", error);
}

/* Nobody asks how much memory SQLite takes, so no allocation has to wait for that count's lock. */
static void
configure_once (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&once, 1);
    }
}

/* SQLite makes files by the umask; records are for their owner only. */
static gboolean
make_private (const char *path, GError **error)
{
  int fd = g_open (path, O_CREAT | O_CLOEXEC | O_RDWR, 0600);

  if (fd < 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  return g_close (fd, NULL);
}

/**
 * cairn_connection_open:
 * @path: the file; made with mode 0600 unless read-only
 * @key: %CAIRN_KEY_BYTES bytes, the raw SQLCipher key
 * @flags: how
 * @migrations: (nullable): the schema's steps up to an entry with %NULL; not with a read-only connection
 * @setup: (nullable): registers functions
 * @error: return location
 *
 * Opens a connection for the calling thread. Errors: %CAIRN_ERROR_DAMAGED (not a database, another key,
 * a newer schema), %CAIRN_ERROR_STORAGE.
 *
 * Returns: (transfer full) (nullable): the connection
 */
CairnConnection *
cairn_connection_open (const char            *path,
                       GBytes                *key,
                       CairnDatabaseFlags     flags,
                       const CairnMigration  *migrations,
                       CairnDatabaseSetup     setup,
                       GError               **error)
{
  gboolean read_only = (flags & CAIRN_DATABASE_READ_ONLY) != 0;
  CairnConnection *self;
  int rc;

  g_return_val_if_fail (g_bytes_get_size (key) == CAIRN_KEY_BYTES, NULL);
  configure_once ();
  if (!read_only && !make_private (path, error))
    return NULL;
  self = g_new0 (CairnConnection, 1);
  self->thread = g_thread_self ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, statement_free);
  rc = sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                        (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), NULL);
  if ((rc == SQLITE_OK || cairn_connection_fail (self, rc, error)) &&
      set_key (self, key, error) && set_up (self, flags, error) &&
      (setup == NULL || setup (self, error)) &&
      (migrations == NULL || read_only || migrate (self, migrations, error)))
    return self;
  cairn_connection_close (self);
  return NULL;
}

/**
 * cairn_connection_close:
 * @self: (transfer full): a connection
 *
 * Closes it; an open transaction is rolled back.
 */
void
cairn_connection_close (CairnConnection *self)
{
  cairn_connection_check_thread (self);
  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->db);
  g_free (self);
}
