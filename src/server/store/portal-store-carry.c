/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is carried over a restore: from the store that is replaced, by way of a table in the one that takes its
 * place (carried), to the moment when that is open in this release's shape. A restore that was cut off leaves
 * the backup's log in the store, and knows nothing. On the connection's thread. */
#include "portal-store-carry.h"

static void
carried_free (gpointer data)
{
  PortalCarried *carried = data;

  g_free (carried->type);
  g_free (carried->id);
  g_free (carried->audience);
  g_free (carried);
}

PortalCarry *
portal_store_carry_new (void)
{
  PortalCarry *carry = g_new0 (PortalCarry, 1);

  carry->resources = g_ptr_array_new_with_free_func (carried_free);
  carry->disabled = g_ptr_array_new_with_free_func (g_free);
  return carry;
}

void
portal_store_carry_free (PortalCarry *carry)
{
  g_ptr_array_unref (carry->resources);
  g_ptr_array_unref (carry->disabled);
  g_free (carry);
}

static gboolean
load_resources (CairnConnection *db, CairnStatement *statement, PortalCarry *carry, GError **error)
{
  gboolean row;

  while (cairn_statement_step (statement, &row, error))
    {
      PortalCarried *carried;

      if (!row)
        return TRUE;
      carried = g_new (PortalCarried, 1);
      *carried = (PortalCarried) { g_strdup (cairn_statement_text (statement, 0, NULL)),
                                   g_strdup (cairn_statement_text (statement, 1, NULL)),
                                   cairn_statement_int64 (statement, 2),
                                   g_strdup (cairn_statement_text (statement, 3, NULL)) };
      g_ptr_array_add (carry->resources, carried);
    }
  return FALSE;
}

static gboolean
load_disabled (CairnConnection *db, const char *sql, PortalCarry *carry, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);
  gboolean row;

  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (carry->disabled, g_strdup (cairn_statement_text (statement, 0, NULL)));
    }
  return FALSE;
}

static gboolean
load_clock (CairnConnection *db, gint64 *seq, gint64 *updated, GError **error)
{
  return cairn_connection_scalar (db, "SELECT seq FROM clock WHERE id = 1", seq, error) &&
         cairn_connection_scalar (db, "SELECT updated FROM clock WHERE id = 1", updated, error);
}

/* Whether the backup's last version is in the other store, too: then that has lived on from there. */
static gboolean
is_continued (CairnConnection *db, CairnConnection *backup, gint64 seq, gboolean *known, GError **error)
{
  static const char sql[] = "SELECT type || '/' || id || ' ' || version || ' ' || updated FROM version WHERE seq = :seq";
  CairnStatement *one = cairn_connection_prepare (backup, sql, error), *other;
  g_autofree char *line = NULL;
  gboolean row;

  *known = FALSE;
  if (one == NULL)
    return FALSE;
  cairn_statement_bind_int64 (one, ":seq", seq);
  if (!cairn_statement_step (one, &row, error))
    return FALSE;
  line = row ? g_strdup (cairn_statement_text (one, 0, NULL)) : NULL;
  cairn_statement_reset (one);
  other = cairn_connection_prepare (db, sql, error);
  if (other == NULL)
    return FALSE;
  cairn_statement_bind_int64 (other, ":seq", seq);
  if (!cairn_statement_step (other, &row, error))
    return FALSE;
  *known = row && g_strcmp0 (line, cairn_statement_text (other, 0, NULL)) == 0;
  cairn_statement_reset (other);
  return TRUE;
}

/* Of the store that is about to be replaced. */
PortalCarry *
portal_store_carry_load (CairnConnection *db, CairnConnection *backup, GError **error)
{
  g_autoptr(PortalCarry) carry = portal_store_carry_new ();
  CairnStatement *statement;
  gint64 seq, updated;

  if (!load_clock (backup, &seq, &updated, error) || !load_clock (db, &carry->seq, &carry->updated, error) ||
      !is_continued (db, backup, seq, &carry->known, error) ||
      !load_disabled (db, "SELECT id FROM account WHERE disabled <> 0", carry, error))
    return NULL;
  if (!carry->known)
    return g_steal_pointer (&carry);
  statement = cairn_connection_prepare (
    db,
    "SELECT v.type, v.id, (SELECT max(m.version) FROM version m WHERE m.type = v.type AND m.id = v.id),"
    " ifnull(a.audience, '') FROM (SELECT DISTINCT type, id FROM version WHERE seq > :seq) c"
    " JOIN version v ON v.type = c.type AND v.id = c.id LEFT JOIN idx_audience a ON a.seq = v.seq"
    " GROUP BY v.type, v.id, a.audience ORDER BY v.type, v.id, a.audience",
    error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return load_resources (db, statement, carry, error) ? g_steal_pointer (&carry) : NULL;
}

static gboolean
insert (CairnConnection *db, const char *kind, const PortalCarried *carried, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO carried (kind, type, id, n, audience)"
                                            " VALUES (:kind, :type, :id, :n, :audience)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":kind", kind, -1);
  cairn_statement_bind_text (statement, ":type", carried->type, -1);
  cairn_statement_bind_text (statement, ":id", carried->id, -1);
  cairn_statement_bind_int64 (statement, ":n", carried->version);
  cairn_statement_bind_text (statement, ":audience", carried->audience, -1);
  return cairn_statement_run (statement, error);
}

static gboolean
insert_number (CairnConnection *db, const char *kind, gint64 n, GError **error)
{
  PortalCarried carried = { (char *) "", (char *) "", n, (char *) "" };

  return insert (db, kind, &carried, error);
}

/* Into the store that has become the backup's, whose log goes. */
gboolean
portal_store_carry_write (CairnConnection *db, const PortalCarry *carry, GError **error)
{
  if (!cairn_connection_begin (db, error) ||
      !cairn_connection_exec (db, "DROP TABLE IF EXISTS audit; DROP TABLE IF EXISTS audit_head; DROP TABLE IF EXISTS carried;"
                                  " CREATE TABLE carried (kind TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,"
                                  " n INTEGER NOT NULL, audience TEXT NOT NULL)", error) ||
      !insert_number (db, "known", carry->known, error) || !insert_number (db, "seq", carry->seq, error) ||
      !insert_number (db, "updated", carry->updated, error))
    return FALSE;
  for (guint i = 0; i < carry->resources->len; i++)
    if (!insert (db, "resource", g_ptr_array_index (carry->resources, i), error))
      return FALSE;
  for (guint i = 0; i < carry->disabled->len; i++)
    {
      PortalCarried account = { (char *) "", g_ptr_array_index (carry->disabled, i), 0, (char *) "" };

      if (!insert (db, "disabled", &account, error))
        return FALSE;
    }
  return cairn_connection_commit (db, error);
}

/* What a restore left to do: NULL in *carry when there was none. */
gboolean
portal_store_carry_read (CairnConnection *db, PortalCarry **carry, GError **error)
{
  g_autoptr(PortalCarry) found = portal_store_carry_new ();
  CairnStatement *statement;
  gint64 cut_off, left, known = 0;

  *carry = NULL;
  if (!cairn_connection_scalar (db, "SELECT count(*) FROM sqlite_schema WHERE name = 'audit'", &cut_off, error) ||
      !cairn_connection_scalar (db, "SELECT count(*) FROM sqlite_schema WHERE name = 'carried'", &left, error))
    return FALSE;
  if (cut_off != 0 && !portal_store_carry_write (db, found, error))
    return FALSE;
  if (cut_off == 0 && left == 0)
    return TRUE;
  statement = cairn_connection_prepare (db, "SELECT type, id, n, audience FROM carried WHERE kind = 'resource'"
                                            " ORDER BY rowid", error);
  if (statement == NULL || !load_resources (db, statement, found, error) ||
      !load_disabled (db, "SELECT id FROM carried WHERE kind = 'disabled'", found, error) ||
      !cairn_connection_scalar (db, "SELECT n FROM carried WHERE kind = 'known'", &known, error) ||
      !cairn_connection_scalar (db, "SELECT n FROM carried WHERE kind = 'seq'", &found->seq, error) ||
      !cairn_connection_scalar (db, "SELECT n FROM carried WHERE kind = 'updated'", &found->updated, error))
    return FALSE;
  found->known = known != 0;
  *carry = g_steal_pointer (&found);
  return TRUE;
}

/* Inside a transaction, before it writes: the clock never goes back, nobody stays signed in, who was locked
 * out stays out, and no code, link or invitation that was used since works again, or is sent twice. first: of
 * resources' versions, 0 to leave it. */
gboolean
portal_store_carry_end (CairnConnection *db, const PortalCarry *carry, gint64 first, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "UPDATE clock SET seq = max(seq, :seq), updated = max(updated, :updated),"
                                            " first = max(first, :first) WHERE id = 1", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":seq", carry->seq);
  cairn_statement_bind_int64 (statement, ":updated", carry->updated);
  cairn_statement_bind_int64 (statement, ":first", first);
  return cairn_statement_run (statement, error) &&
         cairn_connection_exec (db, "UPDATE account SET disabled = 1 WHERE id IN (SELECT id FROM carried WHERE kind ="
                                    " 'disabled'); UPDATE grants SET revoked = 1; DELETE FROM access_token;"
                                    " DELETE FROM refresh_token; DELETE FROM code; DELETE FROM auth_session;"
                                    " DELETE FROM registration; DELETE FROM recovery; DELETE FROM invite;"
                                    " DELETE FROM letter; DROP TABLE carried", error);
}
