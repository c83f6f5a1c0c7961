/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lists over the cache have in common. Main thread; classes read on the database's thread. */
#include "cairn-lazy-list.h"

#include "cairn-lazy-load.h"
#include "cairn-records-load.h"
#include "client/session/cairn-session-private.h"

/* A list view of GTK 4.8 holds some 200 rows itself; this many more make scrolling back and forth cheap. */
#define N_RECENT 256

typedef struct
{
  CairnSession *session;
  GArray       *order;              /* places of all rows; nobody changes an array once it is here */
  GHashTable   *items;              /* place → borrowed item */
  GHashTable   *asked;              /* which spans were asked for */
  GObject      *recent[N_RECENT];   /* those asked for last, in a ring */
  guint         next;
  GCancellable *cancellable;        /* of all reads of the list as it is now */
  GError       *error;
  guint         restart;            /* idle source: the list is another one */
  gboolean      loading;
  gboolean      stale;              /* changed while it was being read */
} CairnLazyListPrivate;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (CairnLazyList, cairn_lazy_list, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (CairnLazyList)
                                  G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_ERROR,
  PROP_LOADING,
  PROP_N_ITEMS,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_loading (CairnLazyList *self, gboolean loading)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  if (priv->loading == loading)
    return;
  priv->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/* Takes the error. */
static void
set_error (CairnLazyList *self, GError *error)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  gboolean same = error == NULL && priv->error == NULL;

  g_clear_error (&priv->error);
  priv->error = error;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

typedef struct
{
  CairnLazyList *list;
  gint64         place;
} Held;

static void
gone_cb (gpointer data, GObject *item)
{
  Held *held = data;
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (held->list);

  g_hash_table_remove (priv->items, &held->place);
}

/* The key of an item is its Held, which begins elsewhere: both are looked up by place. */
static GObject *
get_held (CairnLazyList *self, gint64 place)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  GObject *item = g_hash_table_lookup (priv->items, &place);

  if (item != NULL)
    g_object_ref (item);
  else
    {
      Held *held = g_new (Held, 1);

      *held = (Held) { self, place };
      item = CAIRN_LAZY_LIST_GET_CLASS (self)->new_item (self, place);
      g_hash_table_insert (priv->items, &held->place, item);
      g_object_set_data_full (item, "cairn-lazy-held", held, g_free);
      g_object_weak_ref (item, gone_cb, held);
    }
  g_set_object (&priv->recent[priv->next], item);
  priv->next = (priv->next + 1) % N_RECENT;
  return item;
}

static void
forget_items (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, priv->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_object_weak_unref (item, gone_cb, g_object_get_data (item, "cairn-lazy-held"));
  g_hash_table_remove_all (priv->items);
  for (guint i = 0; i < N_RECENT; i++)
    g_clear_object (&priv->recent[i]);
}

static void
fill (CairnLazyList *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr(GObject) item = get_held (self, *(gint64 *) rows->pdata[i]);

      g_object_set_data (item, "cairn-lazy-loaded", self);
      CAIRN_LAZY_LIST_GET_CLASS (self)->fill (self, item, rows->pdata[i]);
    }
}

static void
span_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLazyList) self = data;
  g_autoptr(GError) error = NULL;
  CairnLazyLoad *load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (load != NULL)
    fill (self, load->rows);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_error (self, g_steal_pointer (&error));
  g_clear_pointer (&load, cairn_lazy_load_free);
}

static void
run (CairnLazyList *self, CairnDatabase *database, CairnLazyLoad *load, GAsyncReadyCallback callback)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  cairn_database_run_async (database, cairn_lazy_load_run, load, cairn_lazy_load_free, cairn_lazy_load_free, priv->cancellable, callback, g_object_ref (self));
}

/* Reads what is missing around a position, once. */
static void
read_span (CairnLazyList *self, guint position)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  CairnDatabase *database = cairn_session_get_database (priv->session, TRUE, NULL);
  guint span = position / CAIRN_RECORDS_SPAN;
  guint start = span * CAIRN_RECORDS_SPAN;
  CairnLazyLoad *load;

  if (database == NULL || !g_hash_table_add (priv->asked, GUINT_TO_POINTER (span)))
    return;
  load = cairn_lazy_load_new (self);
  load->places = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (load->places, &g_array_index (priv->order, gint64, start), MIN (CAIRN_RECORDS_SPAN, priv->order->len - start));
  run (self, database, load, span_cb);
}

static GType
get_item_type (GListModel *model)
{
  return CAIRN_LAZY_LIST_GET_CLASS (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (CAIRN_LAZY_LIST (model));

  return priv->order->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CairnLazyList *self = CAIRN_LAZY_LIST (model);
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  GObject *item;

  if (position >= priv->order->len)
    return NULL;
  item = get_held (self, g_array_index (priv->order, gint64, position));
  if (g_object_get_data (item, "cairn-lazy-loaded") == NULL)
    read_span (self, position);
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
set_order (CairnLazyList *self, GArray *order)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  g_array_ref (order);
  g_array_unref (priv->order);
  priv->order = order;
  g_hash_table_remove_all (priv->asked);
}

/* Tells views what changed, from the end to the beginning; between two changes the list is what views were told. */
static void
change_order (CairnLazyList *self, const CairnLazyLoad *load)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  g_autoptr(GArray) order = g_array_copy (priv->order);

  set_order (self, order);
  for (guint i = load->changes->len; i > 0; i--)
    {
      const CairnRecordsChange *change = &g_array_index (load->changes, CairnRecordsChange, i - 1);

      if (change->removed > 0)
        g_array_remove_range (order, change->position, change->removed);
      if (change->added > 0)
        g_array_insert_vals (order, change->position, &g_array_index (load->order, gint64, change->new_position),
                             change->added);
      g_hash_table_remove_all (priv->asked);
      g_list_model_items_changed (G_LIST_MODEL (self), change->position, change->removed, change->added);
    }
}

/* Of another list, what is held says what it said in the one before until it is read again. */
static void
forget_loaded (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, priv->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_object_set_data (item, "cairn-lazy-loaded", NULL);
}

static void
take_load (CairnLazyList *self, const CairnLazyLoad *load)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  guint old_n = priv->order->len;

  if (load->changes == NULL)
    forget_loaded (self);
  fill (self, load->rows);
  if (load->changes != NULL)
    change_order (self, load);
  else
    {
      set_order (self, load->order);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, priv->order->len);
    }
  if (old_n != priv->order->len)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnLazyList) self = data;
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  g_autoptr(GError) error = NULL;
  CairnLazyLoad *load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (load != NULL)
    take_load (self, load);
  g_clear_pointer (&load, cairn_lazy_load_free);
  set_error (self, g_steal_pointer (&error));
  set_loading (self, FALSE);
  if (priv->stale)
    cairn_lazy_list_read_again (self);
}

static void
renew_cancellable (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  g_cancellable_cancel (priv->cancellable);
  g_object_unref (priv->cancellable);
  priv->cancellable = g_cancellable_new ();
}

static void
clear_list (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  guint old_n = priv->order->len;
  g_autoptr(GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));

  renew_cancellable (self);
  set_order (self, none);
  forget_items (self);
  if (old_n == 0)
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
read_order (CairnLazyList *self, gboolean whole)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  CairnDatabase *database = cairn_session_get_database (priv->session, TRUE, NULL);
  GHashTableIter iter;
  gpointer place;
  CairnLazyLoad *load;

  if (database == NULL)
    {
      clear_list (self);
      set_loading (self, FALSE);
      return;
    }
  renew_cancellable (self);
  priv->stale = FALSE;
  load = cairn_lazy_load_new (self);
  load->ordered = TRUE;
  if (!whole)
    {
      load->old = g_array_ref (priv->order);
      load->places = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_iter_init (&iter, priv->items);
      while (g_hash_table_iter_next (&iter, &place, NULL))
        g_array_append_vals (load->places, place, 1);
    }
  g_hash_table_remove_all (priv->asked);
  set_loading (self, TRUE);
  run (self, database, load, read_cb);
}

static gboolean
restart_cb (gpointer data)
{
  CairnLazyList *self = data;
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  priv->restart = 0;
  read_order (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
state_cb (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  CairnSessionState state = cairn_session_get_state (priv->session);

  if (state != CAIRN_SESSION_OPEN && state != CAIRN_SESSION_EXPIRED)
    clear_list (self);
  else if (priv->order->len == 0)
    cairn_lazy_list_restart (self);
}

static void
cairn_lazy_list_constructed (GObject *object)
{
  CairnLazyList *self = CAIRN_LAZY_LIST (object);
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  G_OBJECT_CLASS (cairn_lazy_list_parent_class)->constructed (object);
  g_signal_connect_object (priv->session, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (priv->session, "changed", G_CALLBACK (cairn_lazy_list_read_again), self, G_CONNECT_SWAPPED);
  cairn_lazy_list_restart (self);
}

static void
cairn_lazy_list_dispose (GObject *object)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (CAIRN_LAZY_LIST (object));

  g_cancellable_cancel (priv->cancellable);
  g_clear_handle_id (&priv->restart, g_source_remove);
  G_OBJECT_CLASS (cairn_lazy_list_parent_class)->dispose (object);
}

static void
cairn_lazy_list_finalize (GObject *object)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (CAIRN_LAZY_LIST (object));

  forget_items (CAIRN_LAZY_LIST (object));
  g_clear_object (&priv->session);
  g_clear_object (&priv->cancellable);
  g_clear_error (&priv->error);
  g_array_unref (priv->order);
  g_hash_table_unref (priv->items);
  g_hash_table_unref (priv->asked);
  G_OBJECT_CLASS (cairn_lazy_list_parent_class)->finalize (object);
}

static void
cairn_lazy_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (CAIRN_LAZY_LIST (object));

  switch (id)
    {
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, priv->loading);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, priv->order->len);
      break;
    case PROP_SESSION:
      g_value_set_object (value, priv->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_lazy_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (CAIRN_LAZY_LIST (object));

  if (id == PROP_SESSION)
    priv->session = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_lazy_list_class_init (CairnLazyListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = cairn_lazy_list_constructed;
  object_class->dispose = cairn_lazy_list_dispose;
  object_class->finalize = cairn_lazy_list_finalize;
  object_class->get_property = cairn_lazy_list_get_property;
  object_class->set_property = cairn_lazy_list_set_property;

  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, readable);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, CAIRN_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_lazy_list_init (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  priv->order = g_array_new (FALSE, FALSE, sizeof (gint64));
  priv->items = g_hash_table_new (g_int64_hash, g_int64_equal);
  priv->asked = g_hash_table_new (NULL, NULL);
  priv->cancellable = g_cancellable_new ();
}

CairnSession *
cairn_lazy_list_get_session (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  return priv->session;
}

/**
 * cairn_lazy_list_get_loading:
 * @self: a list
 *
 * Returns: whether its order is being read
 */
gboolean
cairn_lazy_list_get_loading (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  return priv->loading;
}

/**
 * cairn_lazy_list_get_error:
 * @self: a list
 *
 * Returns: (nullable): why it can't be read
 */
const GError *
cairn_lazy_list_get_error (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  return priv->error;
}

/* The cache changed: only what is in use is read again. */
void
cairn_lazy_list_read_again (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  if (priv->loading || priv->restart != 0)
    priv->stale = TRUE;
  else
    read_order (self, FALSE);
}

/* The list is another one; several changes in a row are one. */
void
cairn_lazy_list_restart (CairnLazyList *self)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  set_loading (self, TRUE);
  if (priv->restart == 0)
    priv->restart = g_idle_add_full (G_PRIORITY_HIGH_IDLE, restart_cb, self, NULL);
}

/**
 * cairn_lazy_list_find:
 * @self: a list
 * @place: of an item
 * @position: (out): where it is
 *
 * Returns: whether it is in the list
 */
gboolean
cairn_lazy_list_find (CairnLazyList *self, gint64 place, guint *position)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);

  for (guint i = 0; i < priv->order->len; i++)
    if (g_array_index (priv->order, gint64, i) == place)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

/* Calls @func with each item that is held. */
void
cairn_lazy_list_foreach (CairnLazyList *self, GFunc func, gpointer data)
{
  CairnLazyListPrivate *priv = cairn_lazy_list_get_instance_private (self);
  g_autoptr(GList) items = g_hash_table_get_values (priv->items);

  g_list_foreach (items, func, data);
}
