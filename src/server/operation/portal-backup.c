/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All of a portal into one file, while it runs: the store's pages by SQLite's online backup, then the rows
 * of the audit log beside them. The file is encrypted with the portal's key, which it doesn't hold. Blocks. */
#include "portal-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cairn-error.h"
#include "portal-copy.h"
#include "server/store/portal-schema.h"
#include "server/store/portal-store-audit.h"

static gboolean
copy_row (const PortalAuditRow *row, gpointer data)
{
  PortalCopy *copy = data;

  if (row->n <= copy->after)
    return TRUE;
  copy->rows++;
  return portal_store_audit_add (copy->to, row, &copy->error);
}

/* The rows after copy->after, and where the log ends with them. */
gboolean
portal_copy_rows (PortalCopy *copy, CairnConnection *from, GError **error)
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

static gpointer
copy_store (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalCopy *copy = data;
  CairnConnection *to = cairn_connection_open (copy->file, portal_store_get_key (copy->store), CAIRN_DATABASE_DURABLE,
                                               NULL, NULL, error);
  gboolean done;

  if (to == NULL)
    return NULL;
  done = cairn_connection_copy (db, to, error) &&
         cairn_connection_scalar (to, PORTAL_COUNT_RESOURCES, &copy->resources, error) &&
         cairn_connection_exec (to, portal_audit_schema[0].sql, error);
  cairn_connection_close (to);
  return GINT_TO_POINTER (done);
}

static gpointer
copy_log (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalCopy *copy = data;
  gboolean done;

  copy->to = cairn_connection_open (copy->file, portal_store_get_key (copy->store), CAIRN_DATABASE_DURABLE, NULL, NULL,
                                    error);
  if (copy->to == NULL)
    return NULL;
  /* A file that is complete in itself */
  done = portal_copy_rows (copy, db, error) && cairn_connection_exec (copy->to, "PRAGMA journal_mode=DELETE", error);
  cairn_connection_close (copy->to);
  return GINT_TO_POINTER (done);
}

char *
portal_copy_to_report (const PortalCopy *copy)
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
  PortalCopy copy = { .store = store, .file = draft };

  remove_draft (draft);
  if (cairn_database_run (portal_store_next_reader (store), copy_store, &copy, error) != NULL &&
      cairn_database_run (portal_store_get_audit_reader (store), copy_log, &copy, error) != NULL &&
      put_in_place (draft, file, error))
    return portal_copy_to_report (&copy);
  remove_draft (draft);
  return NULL;
}
