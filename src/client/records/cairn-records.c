/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of records over the cache that holds its order and the records in use. Main thread; the cache is read on
 * the database's thread.
 */
#include "cairn-records-private.h"

#include "client/session/cairn-session-private.h"
#include "cairn-records-load.h"
#include "fhir/cairn-date.h"

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnRecords, cairn_records, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[CAIRN_RECORDS_N_PROPS];

void
cairn_records_notify (CairnRecords *self, CairnRecordsProp property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_loading (CairnRecords *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  cairn_records_notify (self, CAIRN_RECORDS_PROP_LOADING);
}

/* Takes the error. */
static void
set_error (CairnRecords *self, GError *error)
{
  gboolean same = error == NULL && self->error == NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (!same)
    cairn_records_notify (self, CAIRN_RECORDS_PROP_ERROR);
}

static void
fill (CairnRecords *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    cairn_records_pool_fill (self->pool, rows->pdata[i]);
}

static void
span_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecords) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnRecordsLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (load != NULL)
    fill (self, load->rows);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_error (self, g_steal_pointer (&error));
}

static void
run (CairnRecords *self, CairnDatabase *database, CairnRecordsLoad *load, GAsyncReadyCallback callback, gpointer data)
{
  cairn_database_run_async (database, cairn_records_load_run, load, (GDestroyNotify) cairn_records_load_free,
                            (GDestroyNotify) cairn_records_load_free, self->cancellable, callback, data);
}

/* Reads what is missing around a position, once. */
static void
load_span (CairnRecords *self, guint position)
{
  CairnDatabase *database = cairn_session_get_database (self->session, TRUE, NULL);
  guint span = position / CAIRN_RECORDS_SPAN;
  guint end = MIN ((span + 1) * CAIRN_RECORDS_SPAN, self->order->len);
  g_autoptr(GArray) places = NULL;

  if (database == NULL || !g_hash_table_add (self->asked, GUINT_TO_POINTER (span)))
    return;
  places = g_array_sized_new (FALSE, FALSE, sizeof (gint64), CAIRN_RECORDS_SPAN);
  for (guint i = span * CAIRN_RECORDS_SPAN; i < end; i++)
    g_array_append_val (places, g_array_index (self->order, gint64, i));
  run (self, database, cairn_records_load_new (NULL, g_steal_pointer (&places), NULL), span_cb, g_object_ref (self));
}

static GType
get_item_type (GListModel *model)
{
  return CAIRN_TYPE_RECORD;
}

static guint
get_n_items (GListModel *model)
{
  return CAIRN_RECORDS (model)->order->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CairnRecords *self = CAIRN_RECORDS (model);
  CairnRecord *record;

  if (position >= self->order->len)
    return NULL;
  record = cairn_records_pool_get (self->pool, g_array_index (self->order, gint64, position));
  if (!cairn_record_get_loaded (record))
    load_span (self, position);
  return record;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
set_order (CairnRecords *self, GArray *order)
{
  g_array_ref (order);
  g_array_unref (self->order);
  self->order = order;
  g_hash_table_remove_all (self->asked);
}

/*
 * Tells views what changed, from the end to the beginning, so that nobody who reads further down is thrown back to
 * the top. Between two changes the list is what views were told.
 */
static void
change_order (CairnRecords *self, const CairnRecordsLoad *load)
{
  guint old_n = self->order->len;
  g_autoptr(GArray) order = NULL;

  if (load->changes->len == 0)
    return;
  order = g_array_copy (self->order);
  set_order (self, order);
  for (guint i = load->changes->len; i > 0; i--)
    {
      const CairnRecordsChange *change = &g_array_index (load->changes, CairnRecordsChange, i - 1);

      if (change->removed > 0)
        g_array_remove_range (order, change->position, change->removed);
      if (change->added > 0)
        g_array_insert_vals (order, change->position, &g_array_index (load->order, gint64, change->new_position),
                             change->added);
      g_hash_table_remove_all (self->asked);
      g_list_model_items_changed (G_LIST_MODEL (self), change->position, change->removed, change->added);
    }
  if (old_n != self->order->len)
    cairn_records_notify (self, CAIRN_RECORDS_PROP_N_ITEMS);
}

static void
replace_list (CairnRecords *self, CairnRecordsLoad *load)
{
  guint old_n = self->order->len;

  self->missing = load->missing;
  self->not_shared = load->not_shared;
  if (self->n_later != load->n_later)
    {
      self->n_later = load->n_later;
      cairn_records_notify (self, CAIRN_RECORDS_PROP_N_LATER);
    }
  if (load->changes != NULL)
    {
      fill (self, load->rows);
      change_order (self, load);
      return;
    }
  set_order (self, load->order);
  fill (self, load->rows);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, self->order->len);
  if (old_n != self->order->len)
    cairn_records_notify (self, CAIRN_RECORDS_PROP_N_ITEMS);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecords) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnRecordsLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (load != NULL)
    replace_list (self, load);
  set_error (self, g_steal_pointer (&error));
  set_loading (self, FALSE);
  if (self->stale)
    cairn_records_read_again (self);
}

static void
renew_cancellable (CairnRecords *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
clear_list (CairnRecords *self)
{
  guint old_n = self->order->len;
  g_autoptr(GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));

  renew_cancellable (self);
  set_order (self, none);
  cairn_records_pool_free (self->pool);
  self->pool = cairn_records_pool_new ();
  if (old_n == 0)
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, 0);
  cairn_records_notify (self, CAIRN_RECORDS_PROP_N_ITEMS);
}

/* What starts after today is yet to come. */
static void
find_soon (CairnRecords *self)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (cairn_date_now () / 1000);
  g_autoptr(GDateTime) now = g_date_time_to_local (utc);
  g_autoptr(GDateTime) today = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                                      g_date_time_get_day_of_month (now), 0, 0, 0);
  g_autoptr(GDateTime) tomorrow = g_date_time_add_days (today, 1);

  g_free (self->query.soon_ms);
  self->query.soon_ms = g_new (gint64, 1);
  *self->query.soon_ms = g_date_time_to_unix (tomorrow) * 1000;
}

/* Only in the whole timeline and in what is new do results stand under their reports, and one message for its thread: who
 * looks for something wants to see it. */
static void
find_fold (CairnRecords *self)
{
  CairnCacheQuery *query = &self->query;

  query->timeline = query->kinds == NULL;
  query->threads = query->search == NULL && self->filter == CAIRN_RECORDS_ALL;
  query->fold = query->kinds == NULL && query->search == NULL &&
                (self->filter == CAIRN_RECORDS_ALL || self->filter == CAIRN_RECORDS_NEW);
}

static void
start_reading (CairnRecords *self, gboolean whole)
{
  CairnDatabase *database = cairn_session_get_database (self->session, TRUE, NULL);
  CairnRecordsLoad *load;

  if (database == NULL)
    {
      clear_list (self);
      set_loading (self, FALSE);
      return;
    }
  renew_cancellable (self);
  self->stale = FALSE;
  find_soon (self);
  find_fold (self);
  load = cairn_records_load_new (&self->query, whole ? NULL : cairn_records_pool_places (self->pool), whole ? NULL : self->order);
  load->n_soon = self->n_soon;
  g_hash_table_remove_all (self->asked);
  set_loading (self, TRUE);
  run (self, database, load, read_cb, g_object_ref (self));
}

/* The cache changed: only what is in use is read again. */
void
cairn_records_read_again (CairnRecords *self)
{
  if (self->loading || self->restart != 0)
    self->stale = TRUE;
  else
    start_reading (self, FALSE);
}

static gboolean
restart_cb (gpointer data)
{
  CairnRecords *self = data;

  self->restart = 0;
  start_reading (self, TRUE);
  return G_SOURCE_REMOVE;
}

/* The list is another one; several changes in a row are one. */
void
cairn_records_restart (CairnRecords *self)
{
  set_loading (self, TRUE);
  if (self->restart == 0)
    self->restart = g_idle_add_full (G_PRIORITY_HIGH_IDLE, restart_cb, self, NULL);
}

static void
state_cb (CairnSession *session, GParamSpec *pspec, gpointer data)
{
  CairnRecords *self = data;

  if (cairn_session_get_state (session) == CAIRN_SESSION_OPEN || cairn_session_get_state (session) == CAIRN_SESSION_EXPIRED)
    {
      if (self->order->len == 0)
        cairn_records_restart (self);
    }
  else
    clear_list (self);
}

static void
changed_cb (CairnSession *session, gpointer data)
{
  cairn_records_read_again (data);
}

static void
cairn_records_constructed (GObject *object)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  G_OBJECT_CLASS (cairn_records_parent_class)->constructed (object);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->session, "changed", G_CALLBACK (changed_cb), self, 0);
  cairn_records_restart (self);
}

static void
cairn_records_dispose (GObject *object)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->restart, g_source_remove);
  G_OBJECT_CLASS (cairn_records_parent_class)->dispose (object);
}

static void
cairn_records_finalize (GObject *object)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  cairn_records_pool_free (self->pool);
  g_array_unref (self->order);
  g_hash_table_unref (self->asked);
  g_strfreev (self->query.kinds);
  g_free (self->query.search);
  g_free (self->query.since);
  g_free (self->query.until);
  g_free (self->query.soon_ms);
  g_array_unref (self->query.unfolded);
  G_OBJECT_CLASS (cairn_records_parent_class)->finalize (object);
}

static void
cairn_records_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  switch (id)
    {
    case CAIRN_RECORDS_PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case CAIRN_RECORDS_PROP_FILTER:
      g_value_set_uint (value, self->filter);
      break;
    case CAIRN_RECORDS_PROP_KINDS:
      g_value_set_boxed (value, self->query.kinds);
      break;
    case CAIRN_RECORDS_PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case CAIRN_RECORDS_PROP_N_ITEMS:
      g_value_set_uint (value, self->order->len);
      break;
    case CAIRN_RECORDS_PROP_N_LATER:
      g_value_set_uint (value, self->n_later);
      break;
    case CAIRN_RECORDS_PROP_SEARCH:
      g_value_set_string (value, self->query.search);
      break;
    case CAIRN_RECORDS_PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case CAIRN_RECORDS_PROP_SINCE:
      g_value_set_string (value, self->query.since);
      break;
    case CAIRN_RECORDS_PROP_UNTIL:
      g_value_set_string (value, self->query.until);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_records_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  switch (id)
    {
    case CAIRN_RECORDS_PROP_FILTER:
      cairn_records_set_filter (self, g_value_get_uint (value));
      break;
    case CAIRN_RECORDS_PROP_KINDS:
      cairn_records_set_kinds (self, g_value_get_boxed (value));
      break;
    case CAIRN_RECORDS_PROP_SEARCH:
      cairn_records_set_search (self, g_value_get_string (value));
      break;
    case CAIRN_RECORDS_PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case CAIRN_RECORDS_PROP_SINCE:
      cairn_records_set_since (self, g_value_get_string (value));
      break;
    case CAIRN_RECORDS_PROP_UNTIL:
      cairn_records_set_until (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_records_class_init (CairnRecordsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags both = readable | G_PARAM_WRITABLE;

  object_class->constructed = cairn_records_constructed;
  object_class->dispose = cairn_records_dispose;
  object_class->finalize = cairn_records_finalize;
  object_class->get_property = cairn_records_get_property;
  object_class->set_property = cairn_records_set_property;

  properties[CAIRN_RECORDS_PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);
  properties[CAIRN_RECORDS_PROP_FILTER] = g_param_spec_uint ("filter", NULL, NULL, 0, CAIRN_RECORDS_N_FILTERS - 1, 0, both);
  properties[CAIRN_RECORDS_PROP_KINDS] = g_param_spec_boxed ("kinds", NULL, NULL, G_TYPE_STRV, both);
  properties[CAIRN_RECORDS_PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, readable);
  properties[CAIRN_RECORDS_PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[CAIRN_RECORDS_PROP_N_LATER] = g_param_spec_uint ("n-later", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[CAIRN_RECORDS_PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, both);
  properties[CAIRN_RECORDS_PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, CAIRN_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[CAIRN_RECORDS_PROP_SINCE] = g_param_spec_string ("since", NULL, NULL, NULL, both);
  properties[CAIRN_RECORDS_PROP_UNTIL] = g_param_spec_string ("until", NULL, NULL, NULL, both);
  g_object_class_install_properties (object_class, CAIRN_RECORDS_N_PROPS, properties);
}

static void
cairn_records_init (CairnRecords *self)
{
  self->order = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->asked = g_hash_table_new (NULL, NULL);
  self->pool = cairn_records_pool_new ();
  self->query.unfolded = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cancellable = g_cancellable_new ();
  self->n_soon = G_MAXUINT;
}

/**
 * cairn_records_new:
 * @session: whose records
 *
 * Returns: (transfer full): the whole timeline, which is read shortly after
 */
CairnRecords *
cairn_records_new (CairnSession *session)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);
  return g_object_new (CAIRN_TYPE_RECORDS, "session", session, NULL);
}

/**
 * cairn_records_get_loading:
 * @self: a list
 *
 * Returns: whether the list is being read
 */
gboolean
cairn_records_get_loading (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), FALSE);
  return self->loading;
}

/**
 * cairn_records_get_error:
 * @self: a list
 *
 * Returns: (nullable): why it could not be read
 */
const GError *
cairn_records_get_error (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), NULL);
  return self->error;
}

/**
 * cairn_records_get_missing:
 * @self: a list
 *
 * Returns: whether it is empty because records of these kinds were asked for and never came whole
 */
gboolean
cairn_records_get_missing (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), FALSE);
  return self->missing;
}

/**
 * cairn_records_get_not_shared:
 * @self: a list
 *
 * Returns: whether it is empty because the portal doesn't share records of these kinds
 */
gboolean
cairn_records_get_not_shared (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), FALSE);
  return self->not_shared;
}
