/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was written here and is not at the portal yet (file outbox.db). Unlike the cache it can't be had
 * again, so it is never deleted because it can't be read: it is kept aside under another name.
 */
#include "cairn-outbox-file.h"

#include "cairn-outbox-files.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define INCREMENTAL 2                       /* of PRAGMA auto_vacuum */
#define UNFINISHED_MS (60 * 60 * 1000)      /* nothing is read for longer */

static const CairnMigration migrations[] = {
  { "CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, identifier TEXT NOT NULL UNIQUE,"
    " state TEXT NOT NULL, created INTEGER NOT NULL, text TEXT NOT NULL, error TEXT);" },
  { "CREATE TABLE pin (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL);" },
  { "CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;" },
  /* To a thread belongs what must arrive in order; a target is what an update changes, with the version that it changes. */
  { "ALTER TABLE outbox ADD COLUMN thread TEXT;"
    "ALTER TABLE outbox ADD COLUMN target TEXT;"
    "ALTER TABLE outbox ADD COLUMN version TEXT;"
    "ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX outbox_thread ON outbox (thread);" },
  /* What is quiet is not shown, and given up when the portal doesn't want it. A draft is what was typed and not sent. */
  { "ALTER TABLE outbox ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE draft (thread TEXT PRIMARY KEY, words TEXT NOT NULL, topic TEXT, recipient TEXT, recipient_name TEXT)"
    " WITHOUT ROWID;" },
  { CAIRN_OUTBOX_FILES_TABLES },
  /* Names that threads had here, and what the portal calls what opened them. */
  { "CREATE TABLE alias (thread TEXT PRIMARY KEY, reference TEXT NOT NULL) WITHOUT ROWID;" },
  { NULL },
};

/**
 * cairn_outbox_file_keep_aside:
 * @path: an outbox that can't be opened
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Moves it, with its journal, to a new name beside it.
 *
 * Returns: (transfer full) (nullable): the new name; %NULL without an error when there was no such file
 */
char *
cairn_outbox_file_keep_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "" };
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *stem = NULL;
  g_autofree char *kept = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  stem = g_str_has_suffix (path, ".db") ? g_strndup (path, strlen (path) - 3) : g_strdup (path);
  kept = g_strdup_printf ("%s-kept-%s.db", stem, stamp);
  for (guint i = 2; g_file_test (kept, G_FILE_TEST_EXISTS); i++)
    {
      g_free (kept);
      kept = g_strdup_printf ("%s-kept-%s-%u.db", stem, stamp, i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (kept, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", from, g_strerror (errno));
          return NULL;
        }
    }
  return g_steal_pointer (&kept);
}

/* Files of messages come and go: the room that they took is given back without writing the whole database anew. */
static gboolean
set_up (CairnConnection *connection, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gint64 mode;

  if (!cairn_connection_scalar (connection, "PRAGMA auto_vacuum", &mode, error))
    return FALSE;
  if (mode != INCREMENTAL && !cairn_connection_exec (connection, "PRAGMA auto_vacuum = INCREMENTAL; VACUUM", &local_error))
    g_message ("The outbox keeps the room that it takes: %s", local_error->message);
  return TRUE;
}

/* What a program that died left half-read. */
static gpointer
tidy (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_files_tidy (connection, cairn_date_now () - UNFINISHED_MS, error) ? connection : NULL;
}

static CairnDatabase *
open_database (const char *path, GBytes *key, GError **error)
{
  CairnDatabase *database = cairn_database_open (path, key, CAIRN_DATABASE_DURABLE, migrations, set_up, error);
  g_autoptr(GError) tidying = NULL;

  if (database != NULL && cairn_database_run (database, tidy, NULL, &tidying) == NULL)
    g_message ("The outbox can't be tidied: %s", tidying->message);
  return database;
}

/**
 * cairn_outbox_file_open:
 * @path: the file
 * @key: its raw key
 * @kept_aside: (out): new name of an outbox that could not be opened, else %NULL
 * @error: return location for a %CAIRN_ERROR_STORAGE
 *
 * Opens an outbox, made when missing; a commit in it survives loss of power. Blocks for some milliseconds.
 *
 * Returns: (transfer full) (nullable): the outbox
 */
CairnDatabase *
cairn_outbox_file_open (const char *path, GBytes *key, char **kept_aside, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  CairnDatabase *database;

  *kept_aside = NULL;
  database = open_database (path, key, &local_error);
  if (database != NULL)
    return database;
  if (!g_error_matches (local_error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_message ("The outbox can't be opened and is kept aside: %s", local_error->message);
  *kept_aside = cairn_outbox_file_keep_aside (path, error);
  if (*kept_aside == NULL)
    return NULL;
  return open_database (path, key, error);
}
