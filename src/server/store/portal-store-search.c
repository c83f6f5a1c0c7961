/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs for searches: which current versions an audience has, and what points at them.
 * On the thread of the connection that they get. */
#include "portal-store-private.h"

#define IN_RANGE "AND a.type = :type AND a.state = 1 AND a.updated >= :from AND a.updated < :to" \
                 " AND NOT (a.updated >= :not_from AND a.updated < :not_to)"

/* Whoever sees them */
#define ALL_OF_TYPE \
  "SELECT a.seq FROM version a WHERE a.type = :type AND a.method <> 'DELETE' AND a.version =" \
  " (SELECT max(c.version) FROM version c WHERE c.type = a.type AND c.id = a.id)" \
  " AND a.updated >= :from AND a.updated < :to AND NOT (a.updated >= :not_from AND a.updated < :not_to)" \
  " AND a.seq > :after ORDER BY a.seq"

static gboolean
is_all (const char *const *audiences)
{
  return g_strcmp0 (audiences[0], PORTAL_ANYBODY) == 0 && audiences[1] == NULL;
}

static void
bind_range (CairnStatement *statement, const PortalRange *range)
{
  cairn_statement_bind_int64 (statement, ":from", range->from);
  cairn_statement_bind_int64 (statement, ":to", range->to);
  cairn_statement_bind_int64 (statement, ":not_from", range->not_from);
  cairn_statement_bind_int64 (statement, ":not_to", range->not_to);
}

/* Current versions in the order in which they were written, so that nothing slips away while
 * paging. */
gboolean
portal_store_search (CairnConnection    *db,
                     const char *const  *audiences,
                     const char         *type,
                     const PortalRange  *range,
                     gint64              after,
                     guint               limit,
                     PortalRowFunc       func,
                     gpointer            data,
                     GError            **error)
{
  CairnStatement *statement;

  audiences = portal_store_pass_anybody (audiences);
  if (audiences[0] == NULL)
    return TRUE;
  statement =
    cairn_connection_prepare (db,
                              PORTAL_AUDIENCES (audiences,
                                         "SELECT " PORTAL_SEEN " FROM idx_audience a JOIN version v ON "
                                                        "v.seq = a.seq WHERE",
                                         IN_RANGE
                                         " AND a.seq > :after ORDER BY a.seq LIMIT :limit"),
                              error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  bind_range (statement, range);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_int64 (statement, ":after", after);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  return portal_store_walk (statement, func, data, error);
}

gboolean
portal_store_count (CairnConnection    *db,
                    const char *const  *audiences,
                    const char         *type,
                    const PortalRange  *range,
                    gint64             *count,
                    GError            **error)
{
  CairnStatement *statement;
  gboolean row;

  *count = 0;
  audiences = portal_store_pass_anybody (audiences);
  if (audiences[0] == NULL)
    return TRUE;
  statement =
    cairn_connection_prepare (db,
                              PORTAL_AUDIENCES (audiences,
                                         "SELECT count(DISTINCT a.seq) FROM idx_audience a WHERE",
                                         IN_RANGE),
                              error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  bind_range (statement, range);
  cairn_statement_bind_text (statement, ":type", type, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *count = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

/* Only their numbers, in the same order, each once. */
gboolean
portal_store_list_seqs (CairnConnection    *db,
                        const char *const  *audiences,
                        const char         *type,
                        const PortalRange  *range,
                        gint64              after,
                        PortalSeqFunc       func,
                        gpointer            data,
                        GError            **error)
{
  CairnStatement *statement;
  gint64 last = G_MININT64;
  gboolean more;

  if (!is_all (audiences))
    audiences = portal_store_pass_anybody (audiences);
  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    is_all (audiences) ? ALL_OF_TYPE
                       : PORTAL_AUDIENCES (audiences, "SELECT a.seq FROM idx_audience a WHERE",
                                           IN_RANGE " AND a.seq > :after ORDER BY a.seq"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  bind_range (statement, range);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_int64 (statement, ":after", after);
  while (cairn_statement_step (statement, &more, error))
    {
      gint64 seq = more ? cairn_statement_int64 (statement, 0) : last;

      if (!more)
        return TRUE;
      if (seq != last && !func (seq, data))
        {
          cairn_statement_reset (statement);
          return TRUE;
        }
      last = seq;
    }
  return FALSE;
}

/* A current version by its number, when one of the audiences may see it. */
gboolean
portal_store_get_seq (CairnConnection    *db,
                      const char *const  *audiences,
                      gint64              seq,
                      PortalRowFunc       func,
                      gpointer            data,
                      GError            **error)
{
  CairnStatement *statement;

  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    PORTAL_AUDIENCES (audiences,
                      "SELECT " PORTAL_SEEN " FROM idx_audience a JOIN version v ON v.seq = a.seq WHERE",
                      "AND a.seq = :seq AND a.state = 1 LIMIT 1"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  cairn_statement_bind_int64 (statement, ":seq", seq);
  return portal_store_walk (statement, func, data, error);
}

/* Current versions of a type that point at something by a search parameter. */
gboolean
portal_store_list_referring (CairnConnection    *db,
                             const char *const  *audiences,
                             const char         *type,
                             const char         *name,
                             const char         *target_type,
                             const char         *target_id,
                             PortalRowFunc       func,
                             gpointer            data,
                             GError            **error)
{
  CairnStatement *statement;

  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    PORTAL_AUDIENCES (audiences,
                      "SELECT " PORTAL_SEEN " FROM idx_reference r JOIN idx_audience a ON a.seq = r.seq"
                      " AND a.type = :type AND a.state = 1 JOIN version v ON v.seq = r.seq WHERE",
                      "AND r.target_type = :target_type AND r.target_id = :target_id"
                      " AND r.name = :name ORDER BY r.seq"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_text (statement, ":target_type", target_type, -1);
  cairn_statement_bind_text (statement, ":target_id", target_id, -1);
  return portal_store_walk (statement, func, data, error);
}

/* The numbers of current versions that a version points at, where one of the audiences sees them. */
gboolean
portal_store_list_pointed (CairnConnection    *db,
                           const char *const  *audiences,
                           gint64              seq,
                           const char         *name,
                           const char         *target_type,
                           GArray             *found,
                           GError            **error)
{
  CairnStatement *statement;
  gboolean more;

  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    PORTAL_AUDIENCES (audiences,
                      "SELECT DISTINCT a.seq FROM idx_reference r JOIN version v ON v.type = r.target_type"
                      " AND v.id = r.target_id JOIN idx_audience a ON a.seq = v.seq AND a.state = 1 WHERE",
                      "AND r.seq = :seq AND r.name = :name AND r.target_type = :type"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", name, -1);
  cairn_statement_bind_text (statement, ":type", target_type, -1);
  while (cairn_statement_step (statement, &more, error))
    {
      gint64 one = more ? cairn_statement_int64 (statement, 0) : 0;

      if (!more)
        return TRUE;
      g_array_append_val (found, one);
    }
  return FALSE;
}

/* Everything current of all types, in the order in which it was written. */
gboolean
portal_store_list_all (CairnConnection    *db,
                       const char *const  *audiences,
                       gint64              since,
                       gint64              after,
                       PortalRowFunc       func,
                       gpointer            data,
                       GError            **error)
{
  CairnStatement *statement;

  if (audiences[0] == NULL)
    return TRUE;
  statement = cairn_connection_prepare (
    db,
    PORTAL_AUDIENCES (audiences,
                      "SELECT " PORTAL_SEEN " FROM idx_audience a JOIN version v ON v.seq = a.seq WHERE",
                      "AND a.state = 1 AND a.updated >= :since AND a.seq > :after ORDER BY a.seq"),
    error);
  if (statement == NULL)
    return FALSE;
  portal_store_bind_audiences (statement, audiences);
  cairn_statement_bind_int64 (statement, ":since", since);
  cairn_statement_bind_int64 (statement, ":after", after);
  return portal_store_walk (statement, func, data, error);
}

/* Whose records have versions after that number, each with the audience that sees it or just stopped to. */
gboolean
portal_store_list_news (CairnConnection *db, gint64 after, guint limit, PortalNewsFunc func, gpointer data, GError **error)
{
  CairnStatement *statement;
  gboolean more;

  statement = cairn_connection_prepare (db,
                                        "SELECT a.seq, a.type, v.id, a.audience, a.state FROM idx_audience a"
                                        " JOIN version v ON v.seq = a.seq WHERE a.seq > :after AND a.state <> 0"
                                        " ORDER BY a.seq LIMIT :limit",
                                        error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":after", after);
  cairn_statement_bind_int64 (statement, ":limit", limit);
  while (cairn_statement_step (statement, &more, error))
    {
      PortalNews news = { 0 };

      if (!more)
        return TRUE;
      news.seq = cairn_statement_int64 (statement, 0);
      news.type = cairn_statement_text (statement, 1, NULL);
      news.id = cairn_statement_text (statement, 2, NULL);
      news.audience = cairn_statement_text (statement, 3, NULL);
      news.gone = cairn_statement_int64 (statement, 4) == PORTAL_STATE_GONE;
      if (!func (&news, data))
        {
          cairn_statement_reset (statement);
          return TRUE;
        }
    }
  return FALSE;
}

/* When a resource's first version was written here, in ms; 0 when there is none. */
gboolean
portal_store_get_made (CairnConnection *db, const char *type, const char *id, gint64 *made, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (db, "SELECT updated FROM version WHERE type = :type AND id = :id ORDER BY version LIMIT 1", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  *made = row ? cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}
