/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of which the end is shown at first. GTK 4.8 makes some 200 rows for a list of any length, and a slice model of
 * its own can't grow at the beginning without making all of them anew.
 */

#include "config.h"

#include "messages/cairn-tail.h"

struct _CairnTail
{
  GObject     parent_instance;

  GListModel *model;
  guint       first;       /* of a list that comes, so many of its end are shown */
  guint       n_hidden;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnTail, cairn_tail, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *list)
{
  return g_list_model_get_item_type (CAIRN_TAIL (list)->model);
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (CAIRN_TAIL (list)->model) - CAIRN_TAIL (list)->n_hidden;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  return g_list_model_get_item (CAIRN_TAIL (list)->model, position + CAIRN_TAIL (list)->n_hidden);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* A change among what is hidden shows it; there is none in a list that is only written on at its end. */
static void
items_changed_cb (CairnTail *self,
                  guint      position,
                  guint      removed,
                  guint      added)
{
  guint n = g_list_model_get_n_items (self->model), before = n + removed - added, hidden = self->n_hidden;

  if (removed == before)
    {
      self->n_hidden = n > self->first ? n - self->first : 0;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, before - hidden, n - self->n_hidden);
    }
  else if (position < hidden)
    {
      self->n_hidden = 0;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, before - hidden, n);
    }
  else
    g_list_model_items_changed (G_LIST_MODEL (self), position - hidden, removed, added);
}

static void
cairn_tail_finalize (GObject *object)
{
  g_clear_object (&CAIRN_TAIL (object)->model);

  G_OBJECT_CLASS (cairn_tail_parent_class)->finalize (object);
}

static void
cairn_tail_class_init (CairnTailClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_tail_finalize;
}

static void
cairn_tail_init (CairnTail *self)
{
}

/* @first: so many of its end are shown at first. */
CairnTail *
cairn_tail_new (GListModel *model,
                guint       first)
{
  CairnTail *self = g_object_new (CAIRN_TYPE_TAIL, NULL);
  guint n = g_list_model_get_n_items (model);

  self->model = g_object_ref (model);
  self->first = first;
  self->n_hidden = n > first ? n - first : 0;
  g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

guint
cairn_tail_get_n_hidden (CairnTail *self)
{
  g_return_val_if_fail (CAIRN_IS_TAIL (self), 0);

  return self->n_hidden;
}

/* So many more before those that are shown. */
void
cairn_tail_show_more (CairnTail *self,
                      guint      n)
{
  g_return_if_fail (CAIRN_IS_TAIL (self));

  n = MIN (n, self->n_hidden);
  self->n_hidden -= n;
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
}
