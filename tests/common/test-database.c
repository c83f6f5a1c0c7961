/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-database.h"
#include "common/cairn-error.h"

typedef struct
{
  char   *folder, *path;
  GBytes *key;
} Fixture;

static const CairnMigration first[] = { { "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)" }, { NULL } };
static const CairnMigration both[] = {
  { "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)" },
  { "ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'new'" },
  { NULL },
};

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("cairn-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
  fixture->key = cairn_random_bytes (CAIRN_KEY_BYTES);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "test.db", "test.db-wal", "test.db-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_bytes_unref (fixture->key);
}

static gpointer
insert (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "INSERT INTO t (b) VALUES (:b)", error);

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":b", data, -1);
  return GINT_TO_POINTER (cairn_statement_run (statement, error));
}

static gpointer
count (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 n = -1;

  cairn_connection_scalar (connection, "SELECT count(*) FROM t", &n, error);
  return GINT_TO_POINTER ((int) n);
}

static gpointer
leave_open (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (cairn_connection_begin (connection, error));
  return insert (connection, data, cancellable, error);
}

static void
test_encrypted (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CairnDatabase) database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DURABLE, first, NULL, NULL);
  g_autoptr(GBytes) other = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  GStatBuf status;
  gsize length;

  g_assert_nonnull (cairn_database_run (database, insert, (gpointer) "a very secret word", NULL));
  cairn_database_close (database);
  g_assert_true (g_file_get_contents (fixture->path, &text, &length, NULL));
  g_assert_null (memmem (text, length, "secret", 6));
  g_assert_null (memmem (text, length, "SQLite", 6));
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_null (cairn_database_open (fixture->path, other, CAIRN_DATABASE_DEFAULT, first, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
}

static void
test_migrate (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CairnDatabase) old = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);
  g_autoptr(CairnDatabase) new = NULL;
  g_autoptr(GError) error = NULL;

  cairn_database_run (old, insert, (gpointer) "x", NULL);
  cairn_database_close (old);
  new = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, both, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (new, count, NULL, NULL)), ==, 1);
  cairn_database_close (new);
  g_assert_null (cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);   /* of a newer release */
}

static gpointer
spoil_version (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (connection, "PRAGMA user_version=-1", error));
}

/* Steps that fail leave nothing behind; a version that never was isn't an index. */
static void
test_bad_migrations (Fixture *fixture, gconstpointer data)
{
  static const CairnMigration broken[] = {
    { "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)" }, { "CREATE TABLE u (a); no sql" }, { NULL },
  };
  g_autoptr(CairnDatabase) database = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, broken, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_FAILED);
  g_clear_error (&error);
  database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (cairn_database_run (database, spoil_version, NULL, NULL));
  cairn_database_close (database);
  g_assert_null (cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
}

static void
test_rollback (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CairnDatabase) database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);

  cairn_database_run (database, leave_open, (gpointer) "never", NULL);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, count, NULL, NULL)), ==, 0);
}

static void
test_reader_beside_writer (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CairnDatabase) writer = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);
  g_autoptr(CairnDatabase) reader = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_READ_ONLY, NULL, NULL, NULL);
  g_autoptr(GError) error = NULL;

  cairn_database_run (writer, insert, (gpointer) "x", NULL);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (reader, count, NULL, NULL)), ==, 1);
  g_assert_null (cairn_database_run (reader, insert, (gpointer) "y", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE);
}

static void
got_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
run_async (CairnDatabase *database, CairnDatabaseFunc func, gpointer data, GCancellable *cancellable)
{
  GAsyncResult *result = NULL;

  cairn_database_run_async (database, func, data, NULL, NULL, cancellable, got_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  CairnDatabase *database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  GAsyncResult *result;
  GError *error = NULL;

  result = run_async (database, insert, (gpointer) "x", NULL);
  g_assert_nonnull (cairn_database_run_finish (database, result, &error));
  g_assert_no_error (error);
  g_assert_finalize_object (result);
  g_cancellable_cancel (cancelled);
  result = run_async (database, insert, (gpointer) "y", cancelled);
  g_assert_null (cairn_database_run_finish (database, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_finalize_object (result);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, count, NULL, NULL)), ==, 1);
  cairn_database_close (database);
  g_assert_finalize_object (database);
}

#define WRITES 40
#define BAD_WRITE 7

typedef struct
{
  gint released;
  gint calls[WRITES];
} Writes;

static gpointer
hold (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  while (!g_atomic_int_get (&((Writes *) data)->released))
    g_usleep (1000);
  return data;
}

typedef struct
{
  Writes *writes;
  int     number;
} Write;

static gpointer
write_one (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Write *write = data;
  g_autofree char *text = g_strdup_printf ("%d", write->number);

  write->writes->calls[write->number]++;
  if (insert (connection, text, cancellable, error) == NULL)
    return NULL;
  if (write->number != BAD_WRITE)
    return g_strdup (text);
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "What it wrote is taken back");
  return NULL;
}

static gpointer
nothing (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return NULL;
}

static void
over (GObject *source, GAsyncResult *result, gpointer data)
{
  cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  *(gboolean *) data = TRUE;
}

/* Who asked may go, with its context, as soon as it has the answer: the database's thread must not look back. */
static void
test_context_goes (Fixture *fixture, gconstpointer data)
{
  g_autoptr(CairnDatabase) database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);

  for (guint i = 0; i < (g_test_thorough () ? 200000 : 20000); i++)
    {
      GMainContext *context = g_main_context_new ();
      gboolean done = FALSE;

      g_main_context_push_thread_default (context);
      cairn_database_run_async (database, nothing, NULL, NULL, NULL, NULL, over, &done);
      while (!done)
        g_main_context_iteration (context, TRUE);
      g_main_context_pop_thread_default (context);
      g_main_context_unref (context);
    }
}

static void
test_writes_together (Fixture *fixture, gconstpointer data)
{
  CairnDatabase *database = cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, NULL);
  g_autoptr(GCancellable) cancelled = g_cancellable_new ();
  GAsyncResult *results[WRITES] = { NULL }, *held = NULL, *counted = NULL;
  Writes writes = { 0 };
  guint twice = 0;

  g_cancellable_cancel (cancelled);
  cairn_database_run_async (database, hold, &writes, NULL, NULL, NULL, got_result, &held);
  for (int i = 0; i < WRITES; i++)
    {
      Write *write = g_new (Write, 1);

      *write = (Write) { &writes, i };
      cairn_database_write_async (database, write_one, write, g_free, g_free, i == 3 ? cancelled : NULL, got_result, &results[i]);
      if (i == WRITES / 2)
        cairn_database_run_async (database, count, NULL, NULL, NULL, NULL, got_result, &counted);
    }
  g_atomic_int_set (&writes.released, 1);
  for (int i = 0; i < WRITES; i++)
    while (results[i] == NULL)
      g_main_context_iteration (NULL, TRUE);
  while (held == NULL || counted == NULL)
    g_main_context_iteration (NULL, TRUE);

  for (int i = 0; i < WRITES; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *text = cairn_database_run_finish (database, results[i], &error);

      if (i == BAD_WRITE)
        g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE);
      else if (i == 3)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_no_error (error);
      g_assert_cmpint (text != NULL, ==, i != BAD_WRITE && i != 3);
      g_assert_cmpint (writes.calls[i], <=, 2);
      twice += writes.calls[i] == 2;
      g_assert_finalize_object (results[i]);
    }
  g_assert_cmpuint (twice, >, 0);        /* they did share a transaction */
  g_assert_cmpuint (twice, <, WRITES);   /* and not all of them */
  /* What comes between writes sees those before it, committed. */
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run_finish (database, counted, NULL)), ==, WRITES / 2 + 1 - 2);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, count, NULL, NULL)), ==, WRITES - 2);
  g_assert_finalize_object (counted);
  g_assert_finalize_object (held);
  cairn_database_close (database);
  g_assert_finalize_object (database);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "This is no database, however long it may be. ", -1, NULL));
  g_assert_null (cairn_database_open (fixture->path, fixture->key, CAIRN_DATABASE_DEFAULT, first, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
}

static gboolean
add_text (CairnConnection *connection, const char *text, GError **error)
{
  return insert (connection, (gpointer) text, NULL, error) != NULL;
}

/* From one file over another with another key, while a third connection writes to the first. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autoptr(GBytes) key = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autoptr(GError) error = NULL;
  CairnConnection *from, *to, *beside;
  gint64 n;

  from = cairn_connection_open (fixture->path, fixture->key, 0, first, NULL, &error);
  g_assert_no_error (error);
  to = cairn_connection_open (path, key, 0, first, NULL, &error);
  g_assert_no_error (error);
  beside = cairn_connection_open (fixture->path, fixture->key, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (add_text (from, "one", &error) && add_text (from, "two", &error) && add_text (to, "old", &error));

  /* What isn't committed isn't copied */
  g_assert_true (cairn_connection_begin (beside, &error) && add_text (beside, "three", &error));
  g_assert_true (cairn_connection_copy (from, to, &error));
  g_assert_no_error (error);
  g_assert_true (cairn_connection_commit (beside, &error));
  g_assert_true (cairn_connection_scalar (to, "SELECT count(*) FROM t WHERE b IN ('one', 'two')", &n, &error));
  g_assert_cmpint (n, ==, 2);
  g_assert_true (cairn_connection_scalar (to, "SELECT count(*) FROM t", &n, &error));
  g_assert_cmpint (n, ==, 2);
  g_assert_true (add_text (to, "more", &error));

  /* Again, over what is there */
  g_assert_true (cairn_connection_copy (from, to, &error));
  g_assert_true (cairn_connection_scalar (to, "SELECT count(*) FROM t WHERE b <> 'more'", &n, &error));
  g_assert_cmpint (n, ==, 3);
  cairn_connection_close (to);
  cairn_connection_close (beside);
  cairn_connection_close (from);

  /* Still under its own key */
  to = cairn_connection_open (path, fixture->key, 0, NULL, NULL, &error);
  g_assert_null (to);
  g_clear_error (&error);
  to = cairn_connection_open (path, key, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  cairn_connection_close (to);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (cairn_crypto_init (NULL));
  g_test_add ("/database/encrypted", Fixture, NULL, set_up, test_encrypted, tear_down);
  g_test_add ("/database/copy", Fixture, NULL, set_up, test_copy, tear_down);
  g_test_add ("/database/migrate", Fixture, NULL, set_up, test_migrate, tear_down);
  g_test_add ("/database/bad-migrations", Fixture, NULL, set_up, test_bad_migrations, tear_down);
  g_test_add ("/database/rollback", Fixture, NULL, set_up, test_rollback, tear_down);
  g_test_add ("/database/reader-beside-writer", Fixture, NULL, set_up, test_reader_beside_writer, tear_down);
  g_test_add ("/database/async", Fixture, NULL, set_up, test_async, tear_down);
  g_test_add ("/database/context-goes", Fixture, NULL, set_up, test_context_goes, tear_down);
  g_test_add ("/database/writes-together", Fixture, NULL, set_up, test_writes_together, tear_down);
  g_test_add ("/database/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  return g_test_run ();
}
