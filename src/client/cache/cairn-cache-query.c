/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reads the cache. On the database's thread. */
#include "config.h"

#include "cairn-cache-plan.h"

#include <glib/gi18n-lib.h>

#include "common/cairn-error.h"
#include "fhir/cairn-facts.h"
#include "fhir/cairn-types.h"

void
cairn_cache_row_free (CairnCacheRow *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self->version);
  g_free (self->updated);
  g_free (self->kind);
  g_free (self->date);
  g_free (self->title);
  g_free (self->term);
  g_free (self->value);
  g_free (self->unit);
  g_free (self->interpretation);
  g_free (self->status);
  g_free (self);
}

CairnCacheQuery *
cairn_cache_query_copy (const CairnCacheQuery *self)
{
  CairnCacheQuery *copy = g_memdup2 (self, sizeof *self);

  copy->type = g_strdup (self->type);
  copy->kinds = g_strdupv (self->kinds);
  copy->search = g_strdup (self->search);
  copy->since = g_strdup (self->since);
  copy->until = g_strdup (self->until);
  copy->from_ms = self->from_ms != NULL ? g_memdup2 (self->from_ms, sizeof *self->from_ms) : NULL;
  copy->soon_ms = self->soon_ms != NULL ? g_memdup2 (self->soon_ms, sizeof *self->soon_ms) : NULL;
  copy->unfolded = self->unfolded != NULL ? g_array_copy (self->unfolded) : NULL;
  return copy;
}

void
cairn_cache_query_free (CairnCacheQuery *self)
{
  g_free (self->type);
  g_strfreev (self->kinds);
  g_free (self->search);
  g_free (self->since);
  g_free (self->until);
  g_free (self->from_ms);
  g_free (self->soon_ms);
  g_clear_pointer (&self->unfolded, g_array_unref);
  g_free (self);
}

void
cairn_quarantine_row_free (CairnQuarantineRow *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self->reason);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self);
}

void
cairn_type_count_free (CairnTypeCount *self)
{
  g_free (self->type);
  g_free (self);
}

/* How a query is put: the clauses stand in the text, the values are bound by name. */
typedef struct
{
  GString *where;
  char    *match;
  CairnCacheSpan span;
  gboolean empty;      /* nothing can match */
} Plan;

static void
plan_clear (Plan *plan)
{
  g_string_free (plan->where, TRUE);
  g_free (plan->match);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static gboolean
plan_query (Plan *plan, const CairnCacheQuery *query, GError **error)
{
  const char *place;

  plan->where = g_string_new ("1");
  if (query->search != NULL && *query->search != '\0')
    {
      plan->match = cairn_cache_dup_match (query->search);
      plan->empty = plan->match == NULL;
    }
  if (!cairn_cache_span_find (&plan->span, query, error))
    return FALSE;
  place = plan->match != NULL ? "w.rowid" : "r.place";
  if (plan->match != NULL)
    g_string_append (plan->where, " AND w.words MATCH :match");
  if (plan->span.limited)
    g_string_append_printf (plan->where, " AND %s >= :from AND %s < :to", place, place);
  if (query->type != NULL)
    g_string_append (plan->where, " AND r.type = :type");
  if (query->timeline)
    g_string_append (plan->where, " AND r.timeline = 1");
  if (query->kinds != NULL)
    {
      g_string_append (plan->where, " AND r.kind IN (");
      for (guint i = 0; query->kinds[i] != NULL; i++)
        g_string_append_printf (plan->where, "%s:kind%u", i > 0 ? ", " : "", i);
      g_string_append_c (plan->where, ')');
    }
  return TRUE;
}

static void
bind_plan (CairnStatement *statement, const Plan *plan, const CairnCacheQuery *query)
{
  if (plan->match != NULL)
    cairn_statement_bind_text (statement, ":match", plan->match, -1);
  if (plan->span.limited)
    {
      cairn_statement_bind_int64 (statement, ":from", plan->span.from);
      cairn_statement_bind_int64 (statement, ":to", plan->span.to);
    }
  if (query->type != NULL)
    cairn_statement_bind_text (statement, ":type", query->type, -1);
  for (guint i = 0; query->kinds != NULL && query->kinds[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf (":kind%u", i);

      cairn_statement_bind_text (statement, name, query->kinds[i], -1);
    }
}

/*
 * The inner query walks an index or the full-text result alone and skips to the offset there; only
 * the rows that are wanted are then read from the table.
 */
static char *
list_sql (const Plan *plan, const CairnCacheQuery *query)
{
  const char *order = query->oldest_first ? "ASC" : "DESC";

  if (plan->match != NULL)
    {
      gboolean join = query->type != NULL || query->kinds != NULL || query->timeline;

      return g_strdup_printf ("SELECT " CAIRN_CACHE_COLUMNS " FROM (SELECT w.rowid AS place FROM words w%s WHERE %s"
                              " ORDER BY w.rowid %s LIMIT :limit OFFSET :offset) AS p"
                              " CROSS JOIN resource r ON r.place = p.place ORDER BY p.place %s",
                              join ? " CROSS JOIN resource r ON r.place = w.rowid" : "", plan->where->str, order, order);
    }
  return g_strdup_printf ("SELECT " CAIRN_CACHE_COLUMNS " FROM (SELECT r.place AS place FROM resource r WHERE %s"
                          " ORDER BY r.place %s LIMIT :limit OFFSET :offset) AS p"
                          " CROSS JOIN resource r ON r.place = p.place ORDER BY p.place %s",
                          plan->where->str, order, order);
}

/**
 * cairn_cache_list:
 * @connection: a connection to the cache
 * @query: which rows
 * @error: return location; %CAIRN_ERROR_USAGE for a date that is none
 *
 * Returns: (transfer full) (element-type CairnCacheRow) (nullable): the rows, newest first, undated last
 */
GPtrArray *
cairn_cache_list (CairnConnection *connection, const CairnCacheQuery *query, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_cache_row_free);
  g_auto(Plan) plan = { NULL };
  g_autofree char *sql = NULL;
  CairnStatement *statement;
  gboolean row;

  if (!plan_query (&plan, query, error))
    return NULL;
  if (plan.empty)
    return g_steal_pointer (&rows);
  sql = list_sql (&plan, query);
  statement = cairn_connection_prepare (connection, sql, error);
  if (statement == NULL)
    return NULL;
  bind_plan (statement, &plan, query);
  cairn_statement_bind_int64 (statement, ":limit", query->limit > 0 ? (gint64) query->limit : -1);
  cairn_statement_bind_int64 (statement, ":offset", query->offset);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&rows);
      g_ptr_array_add (rows, cairn_cache_row_read (statement));
    }
  return NULL;
}

/**
 * cairn_cache_count:
 * @connection: a connection to the cache
 * @query: which rows; limit and offset don't matter
 * @n: (out): how many there are
 * @error: return location; %CAIRN_ERROR_USAGE for a date that is none
 *
 * Returns: whether they could be counted
 */
gboolean
cairn_cache_count (CairnConnection *connection, const CairnCacheQuery *query, gint64 *n, GError **error)
{
  g_auto(Plan) plan = { NULL };
  g_autofree char *sql = NULL;
  CairnStatement *statement;
  gboolean row, join = query->type != NULL || query->kinds != NULL || query->timeline;

  *n = 0;
  if (!plan_query (&plan, query, error))
    return FALSE;
  if (plan.empty)
    return TRUE;
  if (plan.match != NULL)
    sql = g_strdup_printf ("SELECT count(*) FROM words w%s WHERE %s",
                           join ? " CROSS JOIN resource r ON r.place = w.rowid" : "", plan.where->str);
  else
    sql = g_strdup_printf ("SELECT count(*) FROM resource r WHERE %s", plan.where->str);
  statement = cairn_connection_prepare (connection, sql, error);
  if (statement == NULL)
    return FALSE;
  bind_plan (statement, &plan, query);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *n = cairn_statement_int64 (statement, 0);
  cairn_statement_reset (statement);
  return TRUE;
}

/**
 * cairn_cache_counts:
 * @connection: a connection to the cache
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnTypeCount) (nullable): how many there are of each type, by name
 */
GPtrArray *
cairn_cache_counts (CairnConnection *connection, GError **error)
{
  g_autoptr(GPtrArray) counts = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_type_count_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT type, count(*) FROM resource GROUP BY type ORDER BY type", error);
  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      CairnTypeCount *count;

      if (!row)
        return g_steal_pointer (&counts);
      count = g_new (CairnTypeCount, 1);
      count->type = g_strdup (cairn_statement_text (statement, 0, NULL));
      count->n = cairn_statement_int64 (statement, 1);
      g_ptr_array_add (counts, count);
    }
  return NULL;
}

/**
 * cairn_cache_quarantine:
 * @connection: a connection to the cache
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnQuarantineRow) (nullable): all entries in quarantine
 */
GPtrArray *
cairn_cache_quarantine (CairnConnection *connection, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_quarantine_row_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT type, id, reason, text FROM quarantine"
                                        " ORDER BY type, id, key", error);
  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      CairnQuarantineRow *item;

      if (!row)
        return g_steal_pointer (&list);
      item = g_new (CairnQuarantineRow, 1);
      item->type = g_strdup (cairn_statement_text (statement, 0, NULL));
      item->id = g_strdup (cairn_statement_text (statement, 1, NULL));
      item->reason = g_strdup (cairn_statement_text (statement, 2, NULL));
      item->text = cairn_statement_dup_blob (statement, 3);
      g_ptr_array_add (list, item);
    }
  return NULL;
}

/**
 * cairn_cache_n_quarantined:
 * @connection: a connection to the cache
 * @n: (out): how many entries are in quarantine
 * @error: return location
 *
 * Returns: whether they could be counted
 */
gboolean
cairn_cache_n_quarantined (CairnConnection *connection, gint64 *n, GError **error)
{
  return cairn_connection_scalar (connection, "SELECT count(*) FROM quarantine", n, error);
}

static CairnStatement *
find (CairnConnection *connection, const char *sql, const char *reference, GError **error)
{
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  CairnStatement *statement;
  gboolean row;

  if (!cairn_reference_split (reference, &type, &id))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "“%s” is not Type/id", reference);
      return NULL;
    }
  statement = cairn_connection_prepare (connection, sql, error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, &row, error))
    return NULL;
  if (row)
    return statement;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no %s here", reference);
  return NULL;
}

/**
 * cairn_cache_load_text:
 * @connection: a connection to the cache
 * @reference: "Type/id"
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND or %CAIRN_ERROR_USAGE
 *
 * Returns: (transfer full) (nullable): the resource's text, byte for byte as it came; it has passed the gate
 */
GBytes *
cairn_cache_load_text (CairnConnection *connection, const char *reference, GError **error)
{
  CairnStatement *statement;
  const char *text;
  GBytes *bytes;
  gsize length;

  statement = find (connection, "SELECT b.text FROM resource r JOIN body b ON b.number = r.body"
                    " WHERE r.type = :type AND r.id = :id", reference, error);
  if (statement == NULL)
    return NULL;
  text = cairn_statement_text (statement, 0, &length);
  bytes = g_bytes_new (text, length);
  cairn_statement_reset (statement);
  return bytes;
}

/* "6.1 %, High": a result's value as a list says it. */
static char *
dup_value_words (CairnStatement *statement)
{
  CairnValue value = { NULL, NULL, FALSE, 0 };
  const char *level = cairn_level_get_words (cairn_level_from_code (cairn_statement_text (statement, 3, NULL)));
  g_autofree char *full = NULL;

  value.text = (char *) cairn_statement_text (statement, 1, NULL);
  value.unit = (char *) cairn_statement_text (statement, 2, NULL);
  full = cairn_value_dup_full (&value);
  if (full == NULL || level == NULL)
    return g_steal_pointer (&full);
  /* Translators: a value and how it stands to the usual, as in "6.1 %, High" */
  return g_strdup_printf (_("%1$s, %2$s"), full, level);
}

/**
 * cairn_cache_dup_title:
 * @connection: a connection to the cache
 * @reference: "Type/id"
 * @value: (out) (optional) (transfer full) (nullable): its value and level in words
 *
 * Returns: (transfer full) (nullable): what to call that resource, %NULL when it isn't here
 */
char *
cairn_cache_dup_title (CairnConnection *connection, const char *reference, char **value)
{
  CairnStatement *statement;
  char *title;

  statement = find (connection, "SELECT title, value, unit, interpretation FROM resource WHERE type = :type AND id = :id",
                    reference, NULL);
  if (statement == NULL)
    return NULL;
  title = g_strdup (cairn_statement_text (statement, 0, NULL));
  if (value != NULL)
    *value = dup_value_words (statement);
  cairn_statement_reset (statement);
  return title;
}
