/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All of a portal into one file, and back, while it runs: the store's pages by SQLite's online backup, then the rows
 * of the audit log beside them. The file is encrypted with the portal's key, which it doesn't hold. Blocks. */
#include "portal-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cairn-error.h"
#include "server/store/portal-schema.h"
#include "server/store/portal-store-audit.h"

typedef struct
{
  PortalStore     *store;
  const char      *file;
  CairnConnection *to;      /* of the rows that are copied */
  gint64           after;   /* only rows after this one */
  GError          *error;
  gint64           resources;
  gint64           rows;
} Copy;

static gboolean
copy_row (const PortalAuditRow *row, gpointer data)
{
  Copy *copy = data;

  if (row->n <= copy->after)
    return TRUE;
  copy->rows++;
  return portal_store_audit_add (copy->to, row, &copy->error);
}

/* The rows after copy->after, and where the log ends with them. */
static gboolean
copy_rows (Copy *copy, CairnConnection *from, GError **error)
{
  g_autofree char *hash = NULL;
  gint64 n;

  copy->rows = 0;
  if (!cairn_connection_exec (from, "BEGIN", error) || !cairn_connection_begin (copy->to, error) ||
      !portal_store_audit_head (from, &n, &hash, error) ||
      !portal_store_audit_walk (from, copy_row, copy, error))
    return FALSE;
  if (copy->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&copy->error));
      return FALSE;
    }
  if (!portal_store_audit_set_head (copy->to, n, hash != NULL ? hash : "", error) ||
      !cairn_connection_commit (copy->to, error))
    return FALSE;
  cairn_connection_rollback (from);
  return TRUE;
}

#define COUNT_RESOURCES "SELECT count(*) FROM (SELECT 1 FROM version GROUP BY type, id)"

static gpointer
copy_store (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *copy = data;
  CairnConnection *to = cairn_connection_open (copy->file, portal_store_get_key (copy->store), CAIRN_DATABASE_DURABLE,
                                               NULL, NULL, error);
  gboolean done;

  if (to == NULL)
    return NULL;
  done = cairn_connection_copy (db, to, error) &&
         cairn_connection_scalar (to, COUNT_RESOURCES, &copy->resources, error) &&
         cairn_connection_exec (to, portal_audit_schema[0].sql, error);
  cairn_connection_close (to);
  return GINT_TO_POINTER (done);
}

static gpointer
copy_log (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *copy = data;
  gboolean done;

  copy->to = cairn_connection_open (copy->file, portal_store_get_key (copy->store), CAIRN_DATABASE_DURABLE, NULL, NULL,
                                    error);
  if (copy->to == NULL)
    return NULL;
  /* A file that is complete in itself */
  done = copy_rows (copy, db, error) && cairn_connection_exec (copy->to, "PRAGMA journal_mode=DELETE", error);
  cairn_connection_close (copy->to);
  return GINT_TO_POINTER (done);
}

static char *
to_report (const Copy *copy)
{
  return g_strdup_printf ("{\"resources\":%" G_GINT64_FORMAT ",\"audit_rows\":%" G_GINT64_FORMAT "}",
                          copy->resources, copy->rows);
}

static void
remove_draft (const char *draft)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (draft, ends[i], NULL);

      g_unlink (path);
    }
}

/* Gives the finished file its name, for good. */
static gboolean
put_in_place (const char *draft, const char *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);
  int fd;

  if (g_rename (draft, file) != 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", file, g_strerror (errno));
      return FALSE;
    }
  fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return TRUE;
}

/* Writes the portal as it is at one moment into a file, which is replaced if it is there; returns
 * {"resources","audit_rows"}. The store needs a reader. */
char *
portal_backup (PortalStore *store, const char *file, GError **error)
{
  g_autofree char *draft = g_strdup_printf ("%s.%d", file, (int) getpid ());
  Copy copy = { .store = store, .file = draft };

  remove_draft (draft);
  if (cairn_database_run (portal_store_next_reader (store), copy_store, &copy, error) != NULL &&
      cairn_database_run (portal_store_get_audit_reader (store), copy_log, &copy, error) != NULL &&
      put_in_place (draft, file, error))
    return to_report (&copy);
  remove_draft (draft);
  return NULL;
}

static gboolean
refuse (GError **error, int code, const char *message)
{
  g_set_error_literal (error, CAIRN_ERROR, code, message);
  return FALSE;
}

static CairnConnection *
open_backup (const Copy *copy, GError **error)
{
  CairnConnection *from = cairn_connection_open (copy->file, portal_store_get_key (copy->store),
                                                 CAIRN_DATABASE_READ_ONLY, NULL, NULL, error);
  gint64 n;

  if (from == NULL)
    {
      g_prefix_error (error, "%s can't be read; a backup opens with the key of the portal that it was made from "
                             "(--key-file): ",
                      copy->file);
      return NULL;
    }
  if (cairn_connection_scalar (from, "SELECT count(*) FROM sqlite_schema WHERE name IN ('version', 'audit', 'audit_head')"
                                     " AND type = 'table'", &n, error) &&
      (n == 3 || refuse (error, CAIRN_ERROR_DAMAGED, "This is no backup of a portal")) &&
      cairn_connection_scalar (from, "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'", &n, error) &&
      (n == 0 || refuse (error, CAIRN_ERROR_DAMAGED, "The backup is damaged")))
    return from;
  cairn_connection_close (from);
  return NULL;
}

static gboolean
note_hash (const PortalAuditRow *row, gpointer data)
{
  *(char **) data = g_strdup (row->hash);
  return FALSE;
}

/* Whether one log holds the last row of another. */
static gboolean
continues (CairnConnection *log, gint64 n, const char *hash, gboolean *is, GError **error)
{
  g_autofree char *there = NULL;

  *is = n == 0;
  if (n == 0)
    return TRUE;
  if (!portal_store_audit_get (log, n, note_hash, &there, error))
    return FALSE;
  *is = g_strcmp0 (there, hash) == 0;
  return TRUE;
}

/* The log only grows: what the folder has stays, what only the backup has is added. */
static gpointer
restore_log (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *copy = data;
  CairnConnection *from = open_backup (copy, error);
  g_autofree char *here = NULL, *there = NULL;
  gboolean done = FALSE, longer = FALSE, shorter = FALSE;
  gint64 n, backup_n;

  if (from == NULL)
    return NULL;
  if (portal_store_audit_head (db, &n, &here, error) && portal_store_audit_head (from, &backup_n, &there, error) &&
      continues (from, n, here, &shorter, error) && continues (db, backup_n, there, &longer, error))
    {
      copy->to = db;
      copy->after = n;
      if (longer)
        done = TRUE;
      else if (shorter)
        done = copy_rows (copy, from, error);
      else
        refuse (error, CAIRN_ERROR_CONFLICT, "The folder's audit log and the backup's have gone different ways; "
                                             "restore into an empty folder");
    }
  cairn_connection_close (from);
  return GINT_TO_POINTER (done);
}

static gpointer
restore_store (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *copy = data;
  CairnConnection *from = open_backup (copy, error);
  gboolean done;

  if (from == NULL)
    return NULL;
  done = cairn_connection_scalar (from, COUNT_RESOURCES, &copy->resources, error) &&
         cairn_connection_copy (from, db, error) &&
         cairn_connection_exec (db, "DROP TABLE audit; DROP TABLE audit_head", error);
  cairn_connection_close (from);
  return GINT_TO_POINTER (done);
}

/* Makes the portal what it was when the backup was made, but for its audit log, which keeps what came after. The
 * store is open in another release's shape, maybe, when this is done: it must be closed then. */
char *
portal_restore (PortalStore *store, const char *file, GError **error)
{
  Copy copy = { .store = store, .file = file };

  if (cairn_database_run (portal_store_get_audit (store), restore_log, &copy, error) != NULL &&
      cairn_database_run (portal_store_get_writer (store), restore_store, &copy, error) != NULL)
    return to_report (&copy);
  return NULL;
}
