/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the order of a lazy list and some of its rows: made on the main thread, run on the database's. */
#include "cairn-lazy-load.h"

#include "cairn-records-load.h"

void
cairn_lazy_load_free (gpointer data)
{
  CairnLazyLoad *load = data;

  if (load->query != NULL)
    load->klass->query_free (load->query);
  g_clear_pointer (&load->old, g_array_unref);
  g_clear_pointer (&load->places, g_array_unref);
  g_clear_pointer (&load->order, g_array_unref);
  g_clear_pointer (&load->changes, g_array_unref);
  g_clear_pointer (&load->rows, g_ptr_array_unref);
  g_free (load);
}

/* Of a list that is another one, what is shown first. */
static GArray *
first_places (const CairnLazyListClass *klass, GArray *order)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n = MIN (order->len, CAIRN_RECORDS_SPAN);

  if (n > 0)
    g_array_append_vals (places, &g_array_index (order, gint64, klass->from_end ? order->len - n : 0), n);
  return places;
}

/* What came is read at once, so that nobody sees an empty row first; many at once come when they are asked for. */
static void
add_new_places (GArray *places, const CairnLazyLoad *load)
{
  for (guint i = 0; i < load->changes->len; i++)
    {
      const CairnRecordsChange *change = &g_array_index (load->changes, CairnRecordsChange, i);

      if (change->added > 0 && change->added <= CAIRN_RECORDS_SPAN)
        g_array_append_vals (places, &g_array_index (load->order, gint64, change->new_position), change->added);
    }
}

gpointer
cairn_lazy_load_run (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnLazyLoad *asked = data;
  CairnLazyLoad *load = g_new0 (CairnLazyLoad, 1);
  g_autoptr(GArray) places = asked->places != NULL ? g_array_copy (asked->places) : NULL;

  load->klass = asked->klass;
  if (asked->ordered)
    {
      load->order = asked->klass->order (connection, asked->query, error);
      if (load->order != NULL && asked->old != NULL)
        {
          load->changes = cairn_records_changes (asked->old, load->order);
          add_new_places (places, load);
        }
      if (load->order != NULL && places == NULL)
        places = first_places (asked->klass, load->order);
    }
  if (places != NULL && (!asked->ordered || load->order != NULL))
    load->rows = asked->klass->rows (connection, asked->query, (const gint64 *) (gpointer) places->data, places->len, error);
  if (load->rows != NULL)
    return load;
  cairn_lazy_load_free (load);
  return NULL;
}

CairnLazyLoad *
cairn_lazy_load_new (CairnLazyList *list)
{
  CairnLazyLoad *load = g_new0 (CairnLazyLoad, 1);

  load->klass = CAIRN_LAZY_LIST_GET_CLASS (list);
  load->query = load->klass->dup_query (list);
  return load;
}
