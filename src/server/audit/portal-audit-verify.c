/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking the audit log over: is it as it was written? And reading it out. Both block, for commands. */
#include "portal-audit.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "common/cairn-json.h"

#define LONGEST_ROW (64 * 1024)

/* The last row of a chain so far */
typedef struct
{
  gint64  seq;
  char   *hash;
} Link;

typedef struct
{
  GHashTable *chains;   /* id → Link */
  gint64      rows;
  char       *last;     /* hash of the row before */

  const char *why;      /* the first bad row, NULL while all are good */
  gint64      bad_n, bad_seq;
  char       *bad_chain;
} Check;

static void
link_free (gpointer data)
{
  Link *link = data;

  g_free (link->hash);
  g_free (link);
}

static void
check_clear (Check *check)
{
  g_clear_pointer (&check->chains, g_hash_table_unref);
  g_free (check->last);
  g_free (check->bad_chain);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

static const char *
find_fault (const Check *check, const PortalAuditRow *row)
{
  const Link *link = g_hash_table_lookup (check->chains, row->chain);
  g_autofree char *hash = portal_audit_hash (row->prev, row->chain, row->seq, row->data);
  g_autoptr(GBytes) data = g_bytes_new_static (row->data, strlen (row->data));
  g_autofree char *patient = NULL;
  CairnJson event;

  if (row->n != check->rows + 1)
    return "a row before it is missing";
  if (row->seq != (link != NULL ? link->seq + 1 : 1))
    return "it does not follow its chain";
  if (!g_str_equal (row->prev, link != NULL ? link->hash : check->last))
    return "it does not hold the hash of the row before";
  if (!g_str_equal (row->hash, hash))
    return "its hash does not match what it says";
  if (!cairn_gate_check (data, LONGEST_ROW, &event, NULL))
    return "it is not JSON";
  patient = cairn_json_dup_text_at (event, "patient");
  if (g_strcmp0 (row->patient, patient) != 0)
    return "it is filed under another patient than it names";
  return NULL;
}

static void
set_bad (Check *check, const char *why, gint64 n, const char *chain, gint64 seq)
{
  check->why = why;
  check->bad_n = n;
  check->bad_chain = g_strdup (chain);
  check->bad_seq = seq;
}

static gboolean
check_row (const PortalAuditRow *row, gpointer data)
{
  Check *check = data;
  const char *fault = check->why == NULL ? find_fault (check, row) : NULL;
  Link *link = g_new (Link, 1);

  if (fault != NULL)
    set_bad (check, fault, row->n, row->chain, row->seq);
  *link = (Link) { row->seq, g_strdup (row->hash) };
  g_hash_table_insert (check->chains, g_strdup (row->chain), link);
  check->rows++;
  g_free (check->last);
  check->last = g_strdup (row->hash);
  return TRUE;
}

static gpointer
check_on_database (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Check *check = data;
  g_autofree char *head = NULL;
  gint64 n;

  /* One view of rows and head, while others append */
  if (!cairn_connection_exec (db, "BEGIN", error) || !portal_store_audit_head (db, &n, &head, error) ||
      !portal_store_audit_walk (db, check_row, check, error))
    return NULL;
  if (check->why == NULL && (head == NULL || n != check->rows || !g_str_equal (head, check->last)))
    set_bad (check, "rows at the end are missing", check->rows + 1, NULL, 0);
  return check;
}

/* {"chains","rows","ok","first_bad"}; NULL when the log can't be read. */
char *
portal_audit_verify (CairnDatabase *database, gboolean *ok, GError **error)
{
  g_auto(Check) check = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, link_free), 0, g_strdup (""),
                          NULL, 0, 0, NULL };
  g_autoptr(GString) text = g_string_new (NULL);

  if (cairn_database_run (database, check_on_database, &check, error) == NULL)
    return NULL;
  *ok = check.why == NULL;
  g_string_append_printf (text, "{\"chains\":%u,\"rows\":%" G_GINT64_FORMAT ",\"ok\":%s,\"first_bad\":",
                          g_hash_table_size (check.chains), check.rows, *ok ? "true" : "false");
  if (*ok)
    g_string_append (text, "null");
  else
    {
      g_string_append_printf (text, "{\"row\":%" G_GINT64_FORMAT ",\"chain\":", check.bad_n);
      if (check.bad_chain != NULL)
        cairn_json_append_string (text, check.bad_chain);
      else
        g_string_append (text, "null");
      g_string_append_printf (text, ",\"seq\":%" G_GINT64_FORMAT ",\"why\":", check.bad_seq);
      cairn_json_append_string (text, check.why);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  gboolean (*write) (const char *line, gpointer data);
  gpointer   data;
  gboolean   failed;
} Export;

/* data stands in its string as the bytes that were hashed, so that others can check the chain. */
static gboolean
export_row (const PortalAuditRow *row, gpointer data)
{
  Export *export = data;
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{\"row\":%" G_GINT64_FORMAT ",\"chain_id\":", row->n);
  cairn_json_append_string (text, row->chain);
  g_string_append_printf (text, ",\"seq\":%" G_GINT64_FORMAT ",\"prev\":", row->seq);
  cairn_json_append_string (text, row->prev);
  g_string_append (text, ",\"hash\":");
  cairn_json_append_string (text, row->hash);
  g_string_append (text, ",\"data\":");
  cairn_json_append_string (text, row->data);
  g_string_append (text, "}\n");
  export->failed = !export->write (text->str, export->data);
  return !export->failed;
}

static gpointer
export_on_database (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Export *export = data;

  if (!portal_store_audit_walk (db, export_row, export, error))
    return NULL;
  if (export->failed)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "The log can't be written out");
  return export->failed ? NULL : export;
}

/* A line of JSON a row, oldest first. */
gboolean
portal_audit_export (CairnDatabase *database,
                     gboolean     (*write) (const char *line, gpointer data),
                     gpointer       data,
                     GError       **error)
{
  Export export = { write, data, FALSE };

  return cairn_database_run (database, export_on_database, &export, error) != NULL;
}
