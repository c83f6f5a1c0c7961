/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of records over the cache that holds only the windows in use. Main thread; the cache is read on
 * the database's thread.
 */
#include "cairn-records.h"

#include "cairn-record-private.h"
#include "cairn-session-private.h"
#include "cairn-window.h"

/* A list view of GTK 4.8 asks for about 200 rows at once; the windows of a screenful and its neighbours stay. */
#define MAX_WINDOWS 12

typedef struct
{
  CairnRecord *records[CAIRN_WINDOW_ROWS];   /* NULL where nobody has asked yet */
  guint64      used;
  gboolean     loaded;
  gboolean     loading;
} Window;

struct _CairnRecords
{
  GObject        parent_instance;

  CairnSession  *session;
  CairnCacheQuery query;
  GHashTable    *windows;      /* index → Window */
  guint          n_items;
  guint64        clock;        /* counts uses of windows */
  GCancellable  *cancellable;  /* of all reads of the list as it is now */
  guint          restart;      /* idle source: the list is another one */
  GError        *error;
  gboolean       loading;
  gboolean       stale;        /* changed while it was being read */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnRecords, cairn_records, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_ERROR,
  PROP_KINDS,
  PROP_LOADING,
  PROP_N_ITEMS,
  PROP_SEARCH,
  PROP_SESSION,
  PROP_SINCE,
  PROP_UNTIL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (CairnRecords *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
window_free (gpointer data)
{
  Window *window = data;

  for (guint i = 0; i < CAIRN_WINDOW_ROWS; i++)
    g_clear_object (&window->records[i]);
  g_free (window);
}

static void
set_loading (CairnRecords *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  notify (self, PROP_LOADING);
}

/* Takes the error. */
static void
set_error (CairnRecords *self, GError *error)
{
  gboolean same = error == NULL && self->error == NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (!same)
    notify (self, PROP_ERROR);
}

static Window *
get_window (CairnRecords *self, guint index)
{
  Window *window = g_hash_table_lookup (self->windows, GUINT_TO_POINTER (index));

  if (window == NULL)
    {
      window = g_new0 (Window, 1);
      g_hash_table_insert (self->windows, GUINT_TO_POINTER (index), window);
    }
  window->used = ++self->clock;
  return window;
}

/* The window that was not asked for for the longest time goes. */
static void
forget_windows (CairnRecords *self)
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
fill_window (Window *window, GPtrArray *rows)
{
  window->loaded = TRUE;
  window->loading = FALSE;
  for (guint i = 0; i < rows->len && i < CAIRN_WINDOW_ROWS; i++)
    {
      if (window->records[i] == NULL)
        window->records[i] = cairn_record_new (rows->pdata[i]);
      else if (!cairn_record_matches (window->records[i], rows->pdata[i]))
        cairn_record_fill (window->records[i], rows->pdata[i]);
    }
}

static void
window_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecords) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnWindowLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  CairnWindow *read;
  Window *window;

  if (load == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_error (self, g_steal_pointer (&error));
      return;
    }
  read = &g_array_index (load->windows, CairnWindow, 0);
  window = g_hash_table_lookup (self->windows, GUINT_TO_POINTER (read->index));
  if (window != NULL && window->loading)
    fill_window (window, read->rows);
  forget_windows (self);
}

static void
load_window (CairnRecords *self, guint index, Window *window)
{
  CairnDatabase *database = cairn_session_get_database (self->session, TRUE, NULL);
  CairnWindowLoad *load;

  if (database == NULL || window->loading)
    return;
  window->loading = TRUE;
  load = cairn_window_load_new (&self->query, FALSE);
  cairn_window_load_add (load, index);
  cairn_database_run_async (database, cairn_window_load_run, load, (GDestroyNotify) cairn_window_load_free,
                            (GDestroyNotify) cairn_window_load_free, self->cancellable, window_cb, g_object_ref (self));
}

static GType
get_item_type (GListModel *model)
{
  return CAIRN_TYPE_RECORD;
}

static guint
get_n_items (GListModel *model)
{
  return CAIRN_RECORDS (model)->n_items;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CairnRecords *self = CAIRN_RECORDS (model);
  guint place = position % CAIRN_WINDOW_ROWS;
  Window *window;

  if (position >= self->n_items)
    return NULL;
  window = get_window (self, position / CAIRN_WINDOW_ROWS);
  if (window->records[place] == NULL)
    window->records[place] = cairn_record_new_placeholder ();
  if (!window->loaded)
    load_window (self, position / CAIRN_WINDOW_ROWS, window);
  return g_object_ref (window->records[place]);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* What is known at a position of the list, NULL when nothing is. */
static CairnRecord *
peek (GHashTable *windows, guint position)
{
  Window *window = g_hash_table_lookup (windows, GUINT_TO_POINTER (position / CAIRN_WINDOW_ROWS));

  return window != NULL && window->loaded ? window->records[position % CAIRN_WINDOW_ROWS] : NULL;
}

/* Records that are there already stay the same objects, at whatever position their row is now. */
static GHashTable *
make_windows (CairnRecords *self, CairnWindowLoad *load)
{
  g_autoptr(GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTable *windows = g_hash_table_new_full (NULL, NULL, NULL, window_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->windows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (guint i = 0; i < CAIRN_WINDOW_ROWS; i++)
      {
        CairnRecord *record = ((Window *) value)->records[i];

        if (record != NULL && cairn_record_get_loaded (record))
          g_hash_table_insert (known, cairn_record_peek_rowid (record), record);
      }
  for (guint w = 0; w < load->windows->len; w++)
    {
      CairnWindow *read = &g_array_index (load->windows, CairnWindow, w);
      Window *window = g_new0 (Window, 1);

      for (guint i = 0; i < read->rows->len; i++)
        {
          CairnCacheRow *row = read->rows->pdata[i];
          CairnRecord *record = g_hash_table_lookup (known, &row->rowid);

          if (record != NULL && cairn_record_is_of (record, row))
            window->records[i] = g_object_ref (record);
        }
      fill_window (window, read->rows);
      window->used = ++self->clock;
      g_hash_table_insert (windows, GUINT_TO_POINTER (read->index), window);
    }
  return windows;
}

/*
 * What is told to views: when the list only grew or shrank in one place, just that, so that nobody who reads
 * further down is thrown back to the top; else everything from the first difference on.
 */
static void
tell_difference (CairnRecords *self, GHashTable *old_windows, guint old_n)
{
  guint new_n = self->n_items, same = 0, at_end;
  gint64 shift = (gint64) new_n - old_n;
  gboolean moved = TRUE;

  while (same < MIN (old_n, new_n))
    {
      CairnRecord *old = peek (old_windows, same);

      if (old == NULL || old != peek (self->windows, same))
        break;
      same++;
    }
  for (guint i = same + (guint) MAX (-shift, 0); i < old_n && moved; i++)
    {
      CairnRecord *old = peek (old_windows, i), *new = peek (self->windows, (guint) (i + shift));

      if (i - same > MAX_WINDOWS * CAIRN_WINDOW_ROWS)
        break;
      moved = old == NULL || new == NULL || old == new;
    }
  at_end = moved ? MIN (old_n, new_n) - same : 0;
  if (old_n != new_n || at_end + same < new_n)
    g_list_model_items_changed (G_LIST_MODEL (self), same, old_n - same - at_end, new_n - same - at_end);
  if (old_n != new_n)
    notify (self, PROP_N_ITEMS);
}

static void read_again (CairnRecords *self);

static void
replace_list (CairnRecords *self, CairnWindowLoad *load, gboolean whole)
{
  g_autoptr(GHashTable) old_windows = self->windows;
  guint old_n = self->n_items;

  self->windows = make_windows (self, load);
  self->n_items = (guint) MIN (load->n, G_MAXUINT / 2);
  if (!whole)
    {
      tell_difference (self, old_windows, old_n);
      return;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, self->n_items);
  if (old_n != self->n_items)
    notify (self, PROP_N_ITEMS);
}

typedef struct
{
  CairnRecords *records;
  gboolean      whole;   /* it is another list than before */
} Reading;

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Reading *reading = data;
  g_autoptr(CairnRecords) self = reading->records;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnWindowLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (load != NULL)
    replace_list (self, load, reading->whole);
  set_error (self, g_steal_pointer (&error));
  set_loading (self, FALSE);
  if (self->stale)
    read_again (self);
}

static void
clear_list (CairnRecords *self)
{
  guint old_n = self->n_items;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_hash_table_remove_all (self->windows);
  self->n_items = 0;
  if (old_n == 0)
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, 0);
  notify (self, PROP_N_ITEMS);
}

static void
start_reading (CairnRecords *self, gboolean whole)
{
  CairnDatabase *database = cairn_session_get_database (self->session, TRUE, NULL);
  CairnWindowLoad *load;
  Reading *reading;
  GHashTableIter iter;
  gpointer key;

  if (database == NULL)
    {
      clear_list (self);
      set_loading (self, FALSE);
      return;
    }
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->stale = FALSE;
  load = cairn_window_load_new (&self->query, TRUE);
  g_hash_table_iter_init (&iter, self->windows);
  while (!whole && g_hash_table_iter_next (&iter, &key, NULL))
    cairn_window_load_add (load, GPOINTER_TO_UINT (key));
  if (load->windows->len == 0)
    cairn_window_load_add (load, 0);
  reading = g_new (Reading, 1);
  reading->records = g_object_ref (self);
  reading->whole = whole;
  set_loading (self, TRUE);
  cairn_database_run_async (database, cairn_window_load_run, load, (GDestroyNotify) cairn_window_load_free,
                            (GDestroyNotify) cairn_window_load_free, self->cancellable, read_cb, reading);
}

/* The cache changed: only what is in use is read again. */
static void
read_again (CairnRecords *self)
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
static void
restart (CairnRecords *self)
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
      if (self->n_items == 0)
        restart (self);
    }
  else
    clear_list (self);
}

static void
changed_cb (CairnSession *session, gpointer data)
{
  read_again (data);
}

static void
cairn_records_constructed (GObject *object)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  G_OBJECT_CLASS (cairn_records_parent_class)->constructed (object);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->session, "changed", G_CALLBACK (changed_cb), self, 0);
  restart (self);
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
  g_hash_table_unref (self->windows);
  g_strfreev (self->query.kinds);
  g_free (self->query.search);
  g_free (self->query.since);
  g_free (self->query.until);
  G_OBJECT_CLASS (cairn_records_parent_class)->finalize (object);
}

static void
cairn_records_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnRecords *self = CAIRN_RECORDS (object);

  switch (id)
    {
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_KINDS:
      g_value_set_boxed (value, self->query.kinds);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->n_items);
      break;
    case PROP_SEARCH:
      g_value_set_string (value, self->query.search);
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SINCE:
      g_value_set_string (value, self->query.since);
      break;
    case PROP_UNTIL:
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
    case PROP_KINDS:
      cairn_records_set_kinds (self, g_value_get_boxed (value));
      break;
    case PROP_SEARCH:
      cairn_records_set_search (self, g_value_get_string (value));
      break;
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_SINCE:
      cairn_records_set_since (self, g_value_get_string (value));
      break;
    case PROP_UNTIL:
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

  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);
  properties[PROP_KINDS] = g_param_spec_boxed ("kinds", NULL, NULL, G_TYPE_STRV, both);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, readable);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, both);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, CAIRN_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SINCE] = g_param_spec_string ("since", NULL, NULL, NULL, both);
  properties[PROP_UNTIL] = g_param_spec_string ("until", NULL, NULL, NULL, both);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_records_init (CairnRecords *self)
{
  self->windows = g_hash_table_new_full (NULL, NULL, NULL, window_free);
  self->cancellable = g_cancellable_new ();
  self->query.timeline = TRUE;
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
 * cairn_records_set_kinds:
 * @self: a list
 * @kinds: (nullable) (array zero-terminated=1): ids of kinds, or %NULL for the whole timeline
 */
void
cairn_records_set_kinds (CairnRecords *self, const char *const *kinds)
{
  gboolean same;

  g_return_if_fail (CAIRN_IS_RECORDS (self));

  if (kinds != NULL && kinds[0] == NULL)
    kinds = NULL;
  same = kinds == NULL || self->query.kinds == NULL ? (gpointer) kinds == (gpointer) self->query.kinds
                                                    : g_strv_equal (kinds, (const char *const *) self->query.kinds);
  if (same)
    return;
  g_strfreev (self->query.kinds);
  self->query.kinds = g_strdupv ((char **) kinds);
  self->query.timeline = kinds == NULL;
  restart (self);
  notify (self, PROP_KINDS);
}

static void
set_string (CairnRecords *self, char **where, const char *value, guint property)
{
  if (value != NULL && *value == '\0')
    value = NULL;
  if (g_strcmp0 (*where, value) == 0)
    return;
  g_free (*where);
  *where = g_strdup (value);
  restart (self);
  notify (self, property);
}

/**
 * cairn_records_set_search:
 * @self: a list
 * @search: (nullable): words that all must occur, the last one as a beginning
 */
void
cairn_records_set_search (CairnRecords *self, const char *search)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.search, search, PROP_SEARCH);
}

/**
 * cairn_records_set_since:
 * @self: a list
 * @since: (nullable): a FHIR date; nothing that starts before it
 */
void
cairn_records_set_since (CairnRecords *self, const char *since)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.since, since, PROP_SINCE);
}

/**
 * cairn_records_set_until:
 * @self: a list
 * @until: (nullable): a FHIR date; nothing that starts after its end
 */
void
cairn_records_set_until (CairnRecords *self, const char *until)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.until, until, PROP_UNTIL);
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
