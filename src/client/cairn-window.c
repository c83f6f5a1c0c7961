/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads windows of a long list. The load is made on the main thread and run on the database's. */
#include "cairn-window.h"

static void
window_clear (gpointer data)
{
  g_clear_pointer (&((CairnWindow *) data)->rows, g_ptr_array_unref);
}

/**
 * cairn_window_load_new:
 * @query: which list
 * @count: whether to count it too
 *
 * Returns: (transfer full): a load without windows
 */
CairnWindowLoad *
cairn_window_load_new (const CairnCacheQuery *query, gboolean count)
{
  CairnWindowLoad *self = g_new0 (CairnWindowLoad, 1);

  self->query = cairn_cache_query_copy (query);
  self->count = count;
  self->windows = g_array_new (FALSE, TRUE, sizeof (CairnWindow));
  g_array_set_clear_func (self->windows, window_clear);
  return self;
}

/**
 * cairn_window_load_add:
 * @self: a load
 * @index: which window to read too
 */
void
cairn_window_load_add (CairnWindowLoad *self, guint index)
{
  CairnWindow window = { index, NULL };

  g_array_append_val (self->windows, window);
}

/**
 * cairn_window_load_free:
 * @self: (transfer full): a load
 */
void
cairn_window_load_free (CairnWindowLoad *self)
{
  cairn_cache_query_free (self->query);
  g_array_unref (self->windows);
  g_free (self);
}

gpointer
cairn_window_load_run (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const CairnWindowLoad *asked = data;
  g_autoptr(CairnWindowLoad) load = cairn_window_load_new (asked->query, asked->count);

  if (load->count && !cairn_cache_count (connection, load->query, &load->n, error))
    return NULL;
  for (guint i = 0; i < asked->windows->len; i++)
    {
      CairnWindow window = { g_array_index (asked->windows, CairnWindow, i).index, NULL };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      load->query->limit = CAIRN_WINDOW_ROWS;
      load->query->offset = window.index * CAIRN_WINDOW_ROWS;
      window.rows = cairn_cache_list (connection, load->query, error);
      if (window.rows == NULL)
        return NULL;
      g_array_append_val (load->windows, window);
    }
  return g_steal_pointer (&load);
}
