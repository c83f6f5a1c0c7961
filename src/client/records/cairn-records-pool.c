/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a long list that are in use. Main thread. */
#include "cairn-records-pool.h"

/* A list view of GTK 4.8 holds some 200 rows itself; this many more make scrolling back and forth cheap. */
#define N_RECENT 512

struct _CairnRecordsPool
{
  GHashTable  *records;              /* place → borrowed record; the key lives in the record */
  CairnRecord *recent[N_RECENT];     /* those asked for last, in a ring */
  guint        next;
};

static void
gone_cb (gpointer data, GObject *record)
{
  CairnRecordsPool *self = data;

  g_hash_table_remove (self->records, cairn_record_peek_rowid ((CairnRecord *) record));
}

static void
add (CairnRecordsPool *self, CairnRecord *record)
{
  g_hash_table_insert (self->records, cairn_record_peek_rowid (record), record);
  g_object_weak_ref (G_OBJECT (record), gone_cb, self);
}

static void
touch (CairnRecordsPool *self, CairnRecord *record)
{
  CairnRecord **where = &self->recent[self->next];

  self->next = (self->next + 1) % N_RECENT;
  g_set_object (where, record);
}

/**
 * cairn_records_pool_new:
 *
 * Returns: (transfer full): no records
 */
CairnRecordsPool *
cairn_records_pool_new (void)
{
  CairnRecordsPool *self = g_new0 (CairnRecordsPool, 1);

  self->records = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

/**
 * cairn_records_pool_free:
 * @self: (transfer full): a pool
 */
void
cairn_records_pool_free (CairnRecordsPool *self)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    g_object_weak_unref (record, gone_cb, self);
  g_hash_table_unref (self->records);
  for (guint i = 0; i < N_RECENT; i++)
    g_clear_object (&self->recent[i]);
  g_free (self);
}

/**
 * cairn_records_pool_get:
 * @self: a pool
 * @place: of a row
 *
 * Returns: (transfer full): its record; a placeholder when it was not read yet
 */
CairnRecord *
cairn_records_pool_get (CairnRecordsPool *self, gint64 place)
{
  CairnRecord *record = cairn_records_pool_peek (self, place);

  if (record != NULL)
    g_object_ref (record);
  else
    {
      record = cairn_record_new_placeholder ();
      *cairn_record_peek_rowid (record) = place;
      add (self, record);
    }
  touch (self, record);
  return record;
}

/**
 * cairn_records_pool_peek:
 * @self: a pool
 * @place: of a row
 *
 * Returns: (transfer none) (nullable): its record when it is there
 */
CairnRecord *
cairn_records_pool_peek (CairnRecordsPool *self, gint64 place)
{
  return g_hash_table_lookup (self->records, &place);
}

/**
 * cairn_records_pool_fill:
 * @self: a pool
 * @row: what was read
 *
 * Lets the record of that place say what the row says; it is told only when that is something else than before.
 */
void
cairn_records_pool_fill (CairnRecordsPool *self, const CairnCacheRow *row)
{
  g_autoptr(CairnRecord) record = cairn_records_pool_get (self, row->rowid);

  if (!cairn_record_matches (record, row))
    cairn_record_fill (record, row);
}

/**
 * cairn_records_pool_places:
 * @self: a pool
 *
 * Returns: (transfer full) (element-type gint64): the places of all records that are held
 */
GArray *
cairn_records_pool_places (CairnRecordsPool *self)
{
  GArray *places = g_array_sized_new (FALSE, FALSE, sizeof (gint64), g_hash_table_size (self->records));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_val (places, *(gint64 *) key);
  return places;
}
