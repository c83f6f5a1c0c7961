/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A backup back into a portal's folder. What happened since the backup is undone, but not unsaid: clients have
 * seen it. So each resource that was changed since gets one more version, with a number and a time above all
 * that were given out, and what was made since is deleted, for those who saw it. In a folder that knows
 * nothing of what came after, every resource gets a new version. Accounts that were disabled stay so, and
 * everybody signs in again: what was revoked since must not come to life. Blocks. */
#include "portal-restore.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-copy.h"
#include "server/store/portal-index.h"
#include "server/store/portal-store-audit.h"
#include "server/store/portal-store-carry.h"

static gboolean
refuse (GError **error, int code, const char *message)
{
  g_set_error_literal (error, CAIRN_ERROR, code, message);
  return FALSE;
}

static CairnConnection *
open_backup (const PortalCopy *copy, GError **error)
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
  PortalCopy *copy = data;
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
        done = portal_copy_rows (copy, from, error);
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
  PortalCopy *copy = data;
  CairnConnection *from = open_backup (copy, error);
  g_autoptr(PortalCarry) carry = NULL;
  gboolean done;

  if (from == NULL)
    return NULL;
  carry = portal_store_carry_load (db, from, error);
  done = carry != NULL && cairn_connection_scalar (from, PORTAL_COUNT_RESOURCES, &copy->resources, error) &&
         cairn_connection_copy (from, db, error) && portal_store_carry_write (db, carry, error);
  cairn_connection_close (from);
  return GINT_TO_POINTER (done);
}

/* Makes the portal what it was when the backup was made, but for its audit log, which keeps what came after. The
 * store is open in another release's shape, maybe, when this is done: it must be closed then, and opened by
 * portal_open(), which does the rest. */
char *
portal_restore (PortalStore *store, const char *file, GError **error)
{
  PortalCopy copy = { .store = store, .file = file };

  if (cairn_database_run (portal_store_get_audit (store), restore_log, &copy, error) != NULL &&
      cairn_database_run (portal_store_get_writer (store), restore_store, &copy, error) != NULL)
    return portal_copy_to_report (&copy);
  return NULL;
}

/* The resource as it is in the backup, or its deletion, as a version above all that were given out. */
static gboolean
renew (CairnConnection *db, PortalWrite *write, const PortalCarried *carried, GError **error)
{
  PortalChange change;
  PortalRow row;
  gboolean found;

  portal_write_set_least (write, carried->version + 1);
  if (!portal_store_get_current (db, carried->type, carried->id, &row, &found, error))
    return FALSE;
  return found && !row.deleted ? portal_write_touch (write, carried->type, carried->id, &change, error)
                               : portal_write_bury (write, carried->type, carried->id, error);
}

static gboolean
renew_changed (CairnConnection *db, PortalWrite *write, const PortalCarry *carry, GError **error)
{
  const PortalCarried *last = NULL;

  for (guint i = 0; i < carry->resources->len; i++)
    {
      const PortalCarried *carried = g_ptr_array_index (carry->resources, i);

      if ((last == NULL || !g_str_equal (last->type, carried->type) || !g_str_equal (last->id, carried->id)) &&
          !renew (db, write, carried, error))
        return FALSE;
      if (*carried->audience != '\0' &&
          !portal_write_tell_gone (write, carried->type, carried->id, carried->audience, error))
        return FALSE;
      last = carried;
    }
  return TRUE;
}

typedef struct
{
  char  *type;
  char  *id;
  gint64 seq;
} Found;

static gboolean
note_found (const PortalRow *row, gpointer data)
{
  *(Found *) data = (Found) { g_strdup (row->type), g_strdup (row->id), row->seq };
  return FALSE;
}

static gboolean
renew_all (CairnConnection *db, PortalWrite *write, gint64 last, gint64 first, GError **error)
{
  gint64 after = 0;

  portal_write_set_least (write, first);
  while (after < last)
    {
      Found found = { NULL, NULL, G_MAXINT64 };
      PortalChange change;
      gboolean done = portal_store_next_current (db, after, note_found, &found, error);

      after = found.seq;
      done = done && (after > last || portal_write_touch (write, found.type, found.id, &change, error));
      g_free (found.type);
      g_free (found.id);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

static gpointer
finish_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(PortalCarry) carry = NULL;
  g_autoptr(PortalWrite) write = NULL;
  gint64 last, first = cairn_date_now () / 1000;   /* above what a portal gives out */
  gboolean done;

  if (!portal_store_carry_read (db, &carry, error))
    return NULL;
  if (carry == NULL)
    return GINT_TO_POINTER (TRUE);
  write = portal_write_begin (db, error);
  done = write != NULL && portal_store_last_seq (db, &last, error) &&
         portal_store_carry_end (db, carry, carry->known ? 0 : first, error);
  if (!done)
    return NULL;
  portal_write_raise (write, carry->seq, carry->updated);
  done = carry->known ? renew_changed (db, write, carry, error) : renew_all (db, write, last, first, error);
  return GINT_TO_POINTER (done && portal_write_commit (write, error));
}

/* What is left of a restore, when the store is open in this release's shape; nothing without one. */
gboolean
portal_restore_finish (PortalStore *store, GError **error)
{
  return cairn_database_run (portal_store_get_writer (store), finish_on_writer, NULL, error) != NULL;
}
