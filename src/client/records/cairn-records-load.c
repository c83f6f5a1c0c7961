/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads spans of a long list. The load is made on the main thread and run on the database's. */
#include "cairn-records-load.h"

static void
span_clear (gpointer data)
{
  g_clear_pointer (&((CairnRecordsSpan *) data)->rows, g_ptr_array_unref);
}

/**
 * cairn_records_load_new:
 * @query: which list
 * @count: whether to count it too
 *
 * Returns: (transfer full): a load without spans
 */
CairnRecordsLoad *
cairn_records_load_new (const CairnCacheQuery *query, gboolean count)
{
  CairnRecordsLoad *self = g_new0 (CairnRecordsLoad, 1);

  self->query = cairn_cache_query_copy (query);
  self->count = count;
  self->spans = g_array_new (FALSE, TRUE, sizeof (CairnRecordsSpan));
  g_array_set_clear_func (self->spans, span_clear);
  return self;
}

/**
 * cairn_records_load_add:
 * @self: a load
 * @index: which span to read too
 */
void
cairn_records_load_add (CairnRecordsLoad *self, guint index)
{
  CairnRecordsSpan span = { index, NULL };

  g_array_append_val (self->spans, span);
}

/**
 * cairn_records_load_free:
 * @self: (transfer full): a load
 */
void
cairn_records_load_free (CairnRecordsLoad *self)
{
  cairn_cache_query_free (self->query);
  g_array_unref (self->spans);
  g_free (self);
}

gpointer
cairn_records_load_run (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnRecordsLoad *asked = data;
  g_autoptr(CairnRecordsLoad) load = cairn_records_load_new (asked->query, asked->count);

  if (load->count && !cairn_cache_count (connection, load->query, &load->n, error))
    return NULL;
  for (guint i = 0; i < asked->spans->len; i++)
    {
      CairnRecordsSpan span = { g_array_index (asked->spans, CairnRecordsSpan, i).index, NULL };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      load->query->limit = CAIRN_RECORDS_SPAN;
      load->query->offset = span.index * CAIRN_RECORDS_SPAN;
      span.rows = cairn_cache_list (connection, load->query, error);
      if (span.rows == NULL)
        return NULL;
      g_array_append_val (load->spans, span);
    }
  return g_steal_pointer (&load);
}
