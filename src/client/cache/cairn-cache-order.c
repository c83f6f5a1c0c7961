/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of a list: the places of all its rows. Each condition is a walk over one index or over the full text
 * alone, which gives places newest first; the walks are merged here, so that no row is read to be left out. On the
 * database's thread.
 */
#include "cairn-cache-order.h"
#include "cairn-cache-news.h"
#include "cairn-cache-plan.h"
#include "cairn-place.h"

#include "fhir/cairn-range.h"
#include "fhir/cairn-script.h"

#include <string.h>

/* So many places are walked between two looks at the cancellable. */
#define STRIDE 8192

typedef struct
{
  CairnConnection       *connection;
  const CairnCacheQuery *query;
  CairnCacheSpan         span;
  GCancellable          *cancellable;
  guint64                initial;      /* of a last word of which only that is there; 0 for none */
} Ordering;

typedef gboolean (*Wanted) (CairnStatement *statement);

static GArray *
new_places (guint n)
{
  return g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);
}

static inline gint64
place_at (const GArray *places, guint i)
{
  return g_array_index (places, gint64, i);
}

/* The places that a walk gives, as it gives them. @value is for the parameter :value. */
static GArray *
walk (Ordering *self, const char *sql, const char *value, Wanted wanted, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (self->connection, sql, error);
  g_autoptr(GArray) places = new_places (256);
  gboolean row;

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":from", self->span.from);
  cairn_statement_bind_int64 (statement, ":to", self->span.to);
  if (value != NULL)
    cairn_statement_bind_text (statement, ":value", value, -1);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 place;

      if (!row)
        return g_steal_pointer (&places);
      if (places->len % STRIDE == 0 && g_cancellable_set_error_if_cancelled (self->cancellable, error))
        {
          cairn_statement_reset (statement);
          return NULL;
        }
      place = cairn_statement_int64 (statement, 0);
      if (wanted == NULL || wanted (statement))
        g_array_append_val (places, place);
    }
  return NULL;
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  gint64 place_a = *(const gint64 *) a, place_b = *(const gint64 *) b;

  return place_a > place_b ? -1 : place_a < place_b;
}

/* What is in both, or, without @both, in the first alone. Takes the arrays. */
static GArray *
merge (GArray *a, GArray *b, gboolean both)
{
  g_autoptr(GArray) first = a, second = b;
  g_autoptr(GArray) result = new_places (first->len);
  guint j = 0;

  for (guint i = 0; i < first->len; i++)
    {
      gint64 place = place_at (first, i);

      while (j < second->len && place_at (second, j) > place)
        j++;
      if ((j < second->len && place_at (second, j) == place) == both)
        g_array_append_val (result, place);
    }
  return g_steal_pointer (&result);
}

static GArray *
walk_kind (Ordering *self, const char *kind, GError **error)
{
  return walk (self, "SELECT place FROM resource INDEXED BY resource_kind WHERE kind = :value AND place >= :from"
               " AND place < :to ORDER BY place DESC", kind, NULL, error);
}

/* One kind after the other, then in one order. */
static GArray *
walk_kinds (Ordering *self, const char *const *kinds, GError **error)
{
  g_autoptr(GArray) all = new_places (256);

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autoptr(GArray) places = walk_kind (self, kinds[i], error);

      if (places == NULL)
        return NULL;
      g_array_append_vals (all, places->data, places->len);
    }
  g_array_sort (all, compare_newest_first);
  return g_steal_pointer (&all);
}

static gboolean
is_unusual (CairnStatement *statement)
{
  CairnLevel level = cairn_level_from_code (cairn_statement_text (statement, 1, NULL));

  return level != CAIRN_LEVEL_UNKNOWN && level != CAIRN_LEVEL_USUAL;
}

static GArray *
walk_words (Ordering *self, const char *match, GError **error)
{
  return walk (self, "SELECT rowid FROM words WHERE words MATCH :value AND rowid >= :from AND rowid < :to"
               " ORDER BY rowid DESC", match, NULL, error);
}

static GArray *
walk_flags (Ordering *self, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT place FROM resource INDEXED BY resource_flags WHERE flags != 0"
                                          " AND flags & %d AND place >= :from AND place < :to", self->query->flags);
  GArray *places = walk (self, sql, NULL, NULL, error);

  if (places != NULL)
    g_array_sort (places, compare_newest_first);
  return places;
}

static GArray *
walk_unusual (Ordering *self, GError **error)
{
  GArray *places = walk (self, "SELECT place, interpretation FROM resource INDEXED BY resource_interpretation"
                         " WHERE interpretation IS NOT NULL AND place >= :from AND place < :to", NULL, is_unusual, error);

  if (places != NULL)
    g_array_sort (places, compare_newest_first);
  return places;
}

/* All that is new, each by itself. */
static GArray *
walk_news (Ordering *self, GError **error)
{
  return walk (self, "SELECT place FROM news WHERE place >= :from AND place < :to ORDER BY place DESC", NULL, NULL, error);
}

static GArray *
walk_news_rows (Ordering *self, GError **error)
{
  return walk (self, "SELECT n.place FROM " CAIRN_CACHE_NEWS_ROWS " AND n.place >= :from AND n.place < :to"
               " ORDER BY n.place DESC", NULL, NULL, error);
}

static const char *const *
get_kinds_aside (void)
{
  static const char *aside[32];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      guint n = 0;

      for (const CairnKind *const *kind = cairn_kind_list (); *kind != NULL; kind++)
        if (!(*kind)->in_timeline && n + 1 < G_N_ELEMENTS (aside))
          aside[n++] = (*kind)->id;
      g_once_init_leave (&once, 1);
    }
  return aside;
}

static GArray *
walk_aside (Ordering *self, GError **error)
{
  return walk_kinds (self, get_kinds_aside (), error);
}

/* Whether the index of the timeline knows all rows that may be in the list. */
static gboolean
is_of_timeline (const CairnCacheQuery *query)
{
  for (guint i = 0; query->kinds != NULL && query->kinds[i] != NULL; i++)
    {
      const CairnKind *kind = cairn_kind_lookup (query->kinds[i]);

      if (kind == NULL || !kind->in_timeline)
        return FALSE;
    }
  return query->timeline || query->kinds != NULL;
}

/*
 * Of a last word only the first letter was typed so far: it is taken off the match, as the index of the timeline knows
 * the rows that have a word with it. Rows that were written before there was that index have no letters.
 */
static gboolean
take_initial (Ordering *self, char *match, GError **error)
{
  gsize length = strlen (match), last = strlen ("\"a\"*");
  char *end = length >= last ? match + length - last : NULL;
  gint64 unknown;

  if (end == NULL || end[0] != '"' || end[2] != '"' || end[3] != '*' || (end > match && end[-1] != ' ') ||
      !is_of_timeline (self->query))
    return TRUE;
  if (!cairn_connection_scalar (self->connection, "SELECT EXISTS (SELECT 1 FROM resource WHERE initials IS NULL)", &unknown, error))
    return FALSE;
  self->initial = unknown == 0 ? cairn_script_initial_bit (end[1]) : 0;
  if (self->initial != 0)
    *(end > match ? end - 1 : end) = '\0';
  return TRUE;
}

/* Half of all records may have a word with it: the full text would put the rows of thousands of words together. */
static GArray *
walk_initial (Ordering *self, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT place FROM resource INDEXED BY resource_timeline WHERE timeline = 1"
                                          " AND place >= :from AND place < :to AND initials & %" G_GUINT64_FORMAT " != 0"
                                          " ORDER BY place DESC", self->initial);

  return walk (self, sql, NULL, NULL, error);
}

static GArray *
walk_base (Ordering *self, const char *match, GError **error)
{
  const CairnCacheQuery *query = self->query;

  if (match != NULL)
    return *match == '\0' ? walk_initial (self, error) : walk_words (self, match, error);
  if (query->kinds != NULL)
    return walk_kinds (self, (const char *const *) query->kinds, error);
  if (query->timeline)
    return walk (self, "SELECT place FROM resource INDEXED BY resource_timeline WHERE timeline = 1 AND place >= :from"
                 " AND place < :to ORDER BY place DESC", NULL, NULL, error);
  return walk (self, "SELECT place FROM resource WHERE place >= :from AND place < :to ORDER BY place DESC", NULL, NULL,
               error);
}

/* Takes the places; leaves those that a further walk has too, or, without @both, those that it doesn't have. */
static GArray *
narrow (GArray *places, GArray *(*further) (Ordering *self, GError **error), gboolean both, Ordering *self, GError **error)
{
  GArray *also = further (self, error);

  if (also != NULL)
    return merge (places, also, both);
  g_array_unref (places);
  return NULL;
}

static GArray *
walk_wanted_kinds (Ordering *self, GError **error)
{
  return walk_kinds (self, (const char *const *) self->query->kinds, error);
}

/* What is yet to come stands first, the nearest before all. Takes the places. */
static GArray *
soon_first (GArray *places, gint64 soon_ms)
{
  g_autoptr(GArray) given = places;
  g_autoptr(GArray) result = NULL;
  gint64 soon = cairn_place_base (soon_ms);
  guint n = 0;

  while (n < given->len && place_at (given, n) >= soon)
    n++;
  if (n < 2)
    return g_steal_pointer (&given);
  result = new_places (given->len);
  for (guint i = n; i > 0; i--)
    g_array_append_val (result, g_array_index (given, gint64, i - 1));
  g_array_append_vals (result, &g_array_index (given, gint64, n), given->len - n);
  return g_steal_pointer (&result);
}

/* Messages that are followed by one of the same thread within the span. */
static GArray *
walk_followed (Ordering *self, GError **error)
{
  return walk (self, "SELECT place FROM message m WHERE place >= :from AND place < :to AND EXISTS (SELECT 1 FROM message n"
               " WHERE n.thread = m.thread AND n.place > m.place AND n.place < :to) ORDER BY place DESC", NULL, NULL, error);
}

static GArray *
walk_parts (Ordering *self, GError **error)
{
  return walk (self, "SELECT place FROM part WHERE place >= :from AND place < :to ORDER BY place DESC", NULL, NULL, error);
}

static gboolean
append_parts (GArray *places, CairnConnection *connection, gint64 head, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT place FROM part WHERE head = :head ORDER BY place",
                                                        error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":head", head);
  while (cairn_statement_step (statement, &row, error))
    {
      gint64 place;

      if (!row)
        return TRUE;
      place = cairn_statement_int64 (statement, 0);
      g_array_append_val (places, place);
    }
  return FALSE;
}

static gboolean
is_unfolded (const CairnCacheQuery *query, gint64 place)
{
  for (guint i = 0; query->unfolded != NULL && i < query->unfolded->len; i++)
    if (place_at (query->unfolded, i) == place)
      return TRUE;
  return FALSE;
}

/* Under a report that is unfolded stand its parts. Takes the places. */
static GArray *
unfold (GArray *places, Ordering *self, GError **error)
{
  g_autoptr(GArray) heads = places;
  g_autoptr(GArray) result = NULL;

  if (self->query->unfolded == NULL || self->query->unfolded->len == 0)
    return g_steal_pointer (&heads);
  result = new_places (heads->len);
  for (guint i = 0; i < heads->len; i++)
    {
      gint64 place = place_at (heads, i);

      g_array_append_val (result, place);
      if (is_unfolded (self->query, place) && !append_parts (result, self->connection, place, error))
        return NULL;
    }
  return g_steal_pointer (&result);
}

/**
 * cairn_cache_order:
 * @connection: a connection to the cache
 * @query: which list; type, limit, offset and oldest_first don't matter
 * @cancellable: (nullable): ends it early
 * @error: return location; %CAIRN_ERROR_USAGE for a date that is none
 *
 * Returns: (transfer full) (element-type gint64) (nullable): places, newest first, undated last; what is yet to come
 *   before all, the nearest first, when the query says when that begins
 */
GArray *
cairn_cache_order (CairnConnection *connection, const CairnCacheQuery *query, GCancellable *cancellable, GError **error)
{
  Ordering self = { connection, query, { 0 }, cancellable, 0 };
  g_autofree char *match = NULL;
  GArray *places;

  if (!cairn_cache_span_find (&self.span, query, error))
    return NULL;
  if (query->search != NULL && *query->search != '\0')
    {
      match = cairn_cache_dup_match (query->search);
      if (match == NULL)
        return new_places (0);
    }
  if (match != NULL && !take_initial (&self, match, error))
    return NULL;
  places = walk_base (&self, match, error);
  if (places != NULL && self.initial != 0 && *match != '\0')
    places = narrow (places, walk_initial, TRUE, &self, error);
  /* Few rows are no part of the timeline, so they are taken out rather than all others looked for. */
  if (places != NULL && match != NULL && query->timeline && self.initial == 0)
    places = narrow (places, walk_aside, FALSE, &self, error);
  if (places != NULL && match != NULL && query->kinds != NULL)
    places = narrow (places, walk_wanted_kinds, TRUE, &self, error);
  if (places != NULL && query->flags != 0)
    places = narrow (places, walk_flags, TRUE, &self, error);
  if (places != NULL && query->unusual)
    places = narrow (places, walk_unusual, TRUE, &self, error);
  if (places != NULL && query->news)
    places = narrow (places, query->fold ? walk_news_rows : walk_news, TRUE, &self, error);
  /* A new result of an old report stands for itself among the news. */
  if (places != NULL && query->fold && !query->news)
    places = narrow (places, walk_parts, FALSE, &self, error);
  if (places != NULL && query->threads)
    places = narrow (places, walk_followed, FALSE, &self, error);
  if (places != NULL && query->soon_ms != NULL)
    places = soon_first (places, *query->soon_ms);
  if (places != NULL && query->fold)
    places = unfold (places, &self, error);
  return places;
}

static gboolean
count_unusual (CairnConnection *connection, CairnCacheRow *row, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT 0, r.interpretation FROM part p CROSS JOIN resource r"
                                                        " ON r.place = p.place WHERE p.head = :head", error);
  gboolean more;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":head", row->rowid);
  while (cairn_statement_step (statement, &more, error))
    {
      if (!more)
        return TRUE;
      row->n_unusual += is_unusual (statement);
    }
  return FALSE;
}

static gboolean
count_messages (CairnConnection *connection, CairnCacheRow *row, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT count(*) FROM message m JOIN message n"
                                                        " ON n.thread = m.thread WHERE m.place = :place", error);
  gboolean more;

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":place", row->rowid);
  if (!cairn_statement_step (statement, &more, error))
    return FALSE;
  row->n_messages = more ? (guint) cairn_statement_int64 (statement, 0) : 0;
  cairn_statement_reset (statement);
  return TRUE;
}

/* What stands for others says how many, and how they are. */
static gboolean
count_others (CairnConnection *connection, CairnCacheRow *row, GError **error)
{
  if (row->n_parts > 0)
    return count_unusual (connection, row, error);
  return !g_str_equal (row->type, "Communication") || count_messages (connection, row, error);
}

/**
 * cairn_cache_rows:
 * @connection: a connection to the cache
 * @places: (array length=n): places
 * @n: how many
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnCacheRow) (nullable): their rows in the same order; what is no longer
 *   there is left out
 */
GPtrArray *
cairn_cache_rows (CairnConnection *connection, const gint64 *places, guint n, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_full (n, (GDestroyNotify) cairn_cache_row_free);

  for (guint i = 0; i < n; i++)
    {
      CairnStatement *statement = cairn_connection_prepare (connection, "SELECT " CAIRN_CACHE_COLUMNS
                                                            " FROM resource r WHERE r.place = :place", error);
      gboolean row;

      if (statement == NULL)
        return NULL;
      cairn_statement_bind_int64 (statement, ":place", places[i]);
      if (!cairn_statement_step (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (rows, cairn_cache_row_read (statement));
      cairn_statement_reset (statement);
      if (row && !count_others (connection, rows->pdata[rows->len - 1], error))
        return NULL;
    }
  return g_steal_pointer (&rows);
}
