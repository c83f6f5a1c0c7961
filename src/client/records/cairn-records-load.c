/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the order of a long list and some of its rows. A load is made on the main thread and run on the database's. */
#include "cairn-records-load.h"

#include "client/cache/cairn-cache-order.h"
#include "client/cache/cairn-cache-parts.h"
#include "client/cache/cairn-place.h"

/* More differences than these are told as one. */
#define MAX_CHANGES 32

/**
 * cairn_records_load_new:
 * @query: (nullable): which list to put in order
 * @places: (nullable) (transfer full) (element-type gint64): rows to read
 * @old: (nullable) (element-type gint64): the order to compare with, which nobody changes any more
 *
 * Returns: (transfer full): what to read
 */
CairnRecordsLoad *
cairn_records_load_new (const CairnCacheQuery *query, GArray *places, GArray *old)
{
  CairnRecordsLoad *self = g_new0 (CairnRecordsLoad, 1);

  self->query = query != NULL ? cairn_cache_query_copy (query) : NULL;
  self->places = places;
  self->old = old != NULL ? g_array_ref (old) : NULL;
  self->n_soon = G_MAXUINT;
  return self;
}

/**
 * cairn_records_load_free:
 * @self: (transfer full): a load
 */
void
cairn_records_load_free (CairnRecordsLoad *self)
{
  g_clear_pointer (&self->query, cairn_cache_query_free);
  g_clear_pointer (&self->places, g_array_unref);
  g_clear_pointer (&self->old, g_array_unref);
  g_clear_pointer (&self->order, g_array_unref);
  g_clear_pointer (&self->changes, g_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

static inline gint64
place_at (const GArray *places, guint i)
{
  return g_array_index (places, gint64, i);
}

static GHashTable *
index_places (const GArray *places, guint from, guint to)
{
  GHashTable *set = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = from; i < to; i++)
    g_hash_table_add (set, &g_array_index (places, gint64, i));
  return set;
}

/* What lies between the common beginning and the common end, as few and small changes. */
static void
add_changes (GArray *changes, GArray *old, guint i, guint old_end, GArray *new, guint j, guint new_end)
{
  g_autoptr(GHashTable) old_set = index_places (old, i, old_end);
  g_autoptr(GHashTable) new_set = index_places (new, j, new_end);
  guint first_i = i, first_j = j;

  while (i < old_end || j < new_end)
    {
      CairnRecordsChange change = { i, 0, j, 0 };

      while (i < old_end && j < new_end && place_at (old, i) == place_at (new, j))
        i++, j++;
      change.position = i;
      change.new_position = j;
      while (i < old_end && !g_hash_table_contains (new_set, &g_array_index (old, gint64, i)))
        i++;
      while (j < new_end && !g_hash_table_contains (old_set, &g_array_index (new, gint64, j)))
        j++;
      change.removed = i - change.position;
      change.added = j - change.new_position;
      /* What changed its order among the others: all the rest is one change. */
      if (change.removed + change.added == 0 && (i < old_end || j < new_end) &&
          !(i < old_end && j < new_end && place_at (old, i) == place_at (new, j)))
        {
          change.removed = old_end - i;
          change.added = new_end - j;
          i = old_end;
          j = new_end;
        }
      if (change.removed + change.added > 0)
        g_array_append_val (changes, change);
    }
  if (changes->len > MAX_CHANGES)
    {
      CairnRecordsChange all = { first_i, old_end - first_i, first_j, new_end - first_j };

      g_array_set_size (changes, 0);
      g_array_append_val (changes, all);
    }
}

GArray *
cairn_records_changes (GArray *old, GArray *new)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (CairnRecordsChange));
  guint same = 0, at_end = 0, most = MIN (old->len, new->len);

  while (same < most && place_at (old, same) == place_at (new, same))
    same++;
  while (at_end < most - same && place_at (old, old->len - 1 - at_end) == place_at (new, new->len - 1 - at_end))
    at_end++;
  add_changes (changes, old, same, old->len - at_end, new, same, new->len - at_end);
  return changes;
}

static gboolean
find_not_shared (CairnConnection *connection, CairnRecordsLoad *load, const CairnCacheQuery *query, GError **error)
{
  const char *const *kinds = (const char *const *) query->kinds;
  gboolean shared = TRUE;

  if (load->order->len == 0 && kinds != NULL &&
      (!cairn_cache_is_shared (connection, kinds, &shared, error) ||
       !cairn_cache_is_missing (connection, kinds, &load->missing, error)))
    return FALSE;
  load->not_shared = !shared;
  return TRUE;
}

/* One row that says that there is one more would be as long as that one. */
static void
fold_later (CairnRecordsLoad *load, const CairnRecordsLoad *asked)
{
  gint64 soon = asked->query->soon_ms != NULL ? cairn_place_base (*asked->query->soon_ms) : G_MAXINT64;
  guint n = 0;

  while (n < load->order->len && place_at (load->order, n) >= soon)
    n++;
  if (!asked->query->fold || n < 2 || n - 2 < asked->n_soon)
    return;
  load->n_later = n - asked->n_soon;
  g_array_remove_range (load->order, asked->n_soon, load->n_later);
}

gpointer
cairn_records_load_run (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnRecordsLoad *asked = data;
  g_autoptr(CairnRecordsLoad) load = cairn_records_load_new (NULL, NULL, asked->old);
  GArray *places = asked->places;

  if (asked->query != NULL)
    {
      load->order = cairn_cache_order (connection, asked->query, cancellable, error);
      if (load->order == NULL || !find_not_shared (connection, load, asked->query, error))
        return NULL;
      fold_later (load, asked);
      if (asked->old != NULL)
        load->changes = cairn_records_changes (asked->old, load->order);
      else
        places = load->order;
    }
  load->rows = cairn_cache_rows (connection, (const gint64 *) (gpointer) places->data,
                                 asked->query != NULL && asked->old == NULL ? MIN (places->len, CAIRN_RECORDS_SPAN) : places->len,
                                 error);
  return load->rows != NULL ? g_steal_pointer (&load) : NULL;
}
