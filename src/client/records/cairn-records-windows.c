/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spans of a long list that are in use, as records. Main thread. */
#include "cairn-records-windows.h"

/* A list view of GTK 4.8 asks for about 200 rows at once; the spans of a screenful and its neighbours stay. */
#define MAX_WINDOWS 12

typedef struct
{
  CairnRecord *records[CAIRN_RECORDS_SPAN];   /* NULL where nobody has asked yet */
  guint64      used;
  gboolean     loaded;
  gboolean     loading;
} Window;

struct _CairnRecordsWindows
{
  GHashTable *windows;   /* index → Window */
  guint64     clock;     /* counts uses */
};

static void
window_free (gpointer data)
{
  Window *window = data;

  for (guint i = 0; i < CAIRN_RECORDS_SPAN; i++)
    g_clear_object (&window->records[i]);
  g_free (window);
}

static Window *
lookup (CairnRecordsWindows *self, guint index)
{
  return g_hash_table_lookup (self->windows, GUINT_TO_POINTER (index));
}

static Window *
add (CairnRecordsWindows *self, guint index)
{
  Window *window = g_new0 (Window, 1);

  window->used = ++self->clock;
  g_hash_table_insert (self->windows, GUINT_TO_POINTER (index), window);
  return window;
}

static void
forget (CairnRecordsWindows *self)
{
  while (g_hash_table_size (self->windows) > MAX_WINDOWS)
    {
      GHashTableIter iter;
      gpointer key, value, oldest = NULL;
      guint64 used = G_MAXUINT64;

      g_hash_table_iter_init (&iter, self->windows);
      while (g_hash_table_iter_next (&iter, &key, &value))
        if (((Window *) value)->used < used && !((Window *) value)->loading)
          {
            used = ((Window *) value)->used;
            oldest = key;
          }
      if (used == G_MAXUINT64)
        return;
      g_hash_table_remove (self->windows, oldest);
    }
}

static void
fill (Window *window, GPtrArray *rows)
{
  window->loaded = TRUE;
  window->loading = FALSE;
  for (guint i = 0; i < rows->len && i < CAIRN_RECORDS_SPAN; i++)
    {
      if (window->records[i] == NULL)
        window->records[i] = cairn_record_new (rows->pdata[i]);
      else if (!cairn_record_matches (window->records[i], rows->pdata[i]))
        cairn_record_fill (window->records[i], rows->pdata[i]);
    }
}

/* Place → record, of all that are loaded; the keys live in the records. */
static GHashTable *
index_records (CairnRecordsWindows *self)
{
  GHashTable *known = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->windows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (guint i = 0; i < CAIRN_RECORDS_SPAN; i++)
      {
        CairnRecord *record = ((Window *) value)->records[i];

        if (record != NULL && cairn_record_get_loaded (record))
          g_hash_table_insert (known, cairn_record_peek_rowid (record), record);
      }
  return known;
}

/**
 * cairn_records_windows_new:
 *
 * Returns: (transfer full): no windows
 */
CairnRecordsWindows *
cairn_records_windows_new (void)
{
  CairnRecordsWindows *self = g_new0 (CairnRecordsWindows, 1);

  self->windows = g_hash_table_new_full (NULL, NULL, NULL, window_free);
  return self;
}

/**
 * cairn_records_windows_free:
 * @self: (transfer full): windows
 */
void
cairn_records_windows_free (CairnRecordsWindows *self)
{
  g_hash_table_unref (self->windows);
  g_free (self);
}

/**
 * cairn_records_windows_get:
 * @self: windows
 * @position: in the list
 *
 * Returns: (transfer full): the record there; a placeholder when its span was not read yet
 */
CairnRecord *
cairn_records_windows_get (CairnRecordsWindows *self, guint position)
{
  Window *window = lookup (self, position / CAIRN_RECORDS_SPAN);
  guint place = position % CAIRN_RECORDS_SPAN;

  if (window == NULL)
    window = add (self, position / CAIRN_RECORDS_SPAN);
  window->used = ++self->clock;
  if (window->records[place] == NULL)
    window->records[place] = cairn_record_new_placeholder ();
  return g_object_ref (window->records[place]);
}

/**
 * cairn_records_windows_peek:
 * @self: windows
 * @position: in the list
 *
 * Returns: (transfer none) (nullable): the record there, %NULL when it was not read
 */
CairnRecord *
cairn_records_windows_peek (CairnRecordsWindows *self, guint position)
{
  Window *window = lookup (self, position / CAIRN_RECORDS_SPAN);

  return window != NULL && window->loaded ? window->records[position % CAIRN_RECORDS_SPAN] : NULL;
}

/**
 * cairn_records_windows_begin:
 * @self: windows
 * @index: of a span
 *
 * Returns: whether the span is to be read now: it is in use and isn't being read yet
 */
gboolean
cairn_records_windows_begin (CairnRecordsWindows *self, guint index)
{
  Window *window = lookup (self, index);

  if (window == NULL || window->loading)
    return FALSE;
  window->loading = TRUE;
  return TRUE;
}

/**
 * cairn_records_windows_fill:
 * @self: windows
 * @span: what was read
 *
 * Fills the placeholders of a span that was begun, and forgets what is too much.
 */
void
cairn_records_windows_fill (CairnRecordsWindows *self, const CairnRecordsSpan *span)
{
  Window *window = lookup (self, span->index);

  if (window != NULL && window->loading)
    fill (window, span->rows);
  forget (self);
}

/**
 * cairn_records_windows_replace:
 * @self: windows as they were
 * @load: the list as it is now
 *
 * Records that are there already stay the same objects, at whatever position their row is now.
 *
 * Returns: (transfer full): windows as they are now
 */
CairnRecordsWindows *
cairn_records_windows_replace (CairnRecordsWindows *self, const CairnRecordsLoad *load)
{
  g_autoptr(GHashTable) known = index_records (self);
  CairnRecordsWindows *new = cairn_records_windows_new ();

  for (guint s = 0; s < load->spans->len; s++)
    {
      const CairnRecordsSpan *span = &g_array_index (load->spans, CairnRecordsSpan, s);
      Window *window = add (new, span->index);

      for (guint i = 0; i < span->rows->len; i++)
        {
          CairnCacheRow *row = span->rows->pdata[i];
          CairnRecord *record = g_hash_table_lookup (known, &row->rowid);

          if (record != NULL && cairn_record_is_of (record, row))
            window->records[i] = g_object_ref (record);
        }
      fill (window, span->rows);
    }
  return new;
}

/**
 * cairn_records_windows_add_to:
 * @self: windows
 * @load: a load, to which the spans in use are added
 */
void
cairn_records_windows_add_to (CairnRecordsWindows *self, CairnRecordsLoad *load)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->windows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    cairn_records_load_add (load, GPOINTER_TO_UINT (key));
}
