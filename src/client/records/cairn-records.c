/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of records over the cache that holds only the windows in use. Main thread; the cache is read on
 * the database's thread.
 */
#include "client/cairn-records.h"

#include "cairn-record-private.h"
#include "client/session/cairn-session-private.h"
#include "cairn-records-windows.h"

/* How far below a difference rows are compared to tell a shift from a change */
#define FAR 1000

struct _CairnRecords
{
  GObject        parent_instance;

  CairnSession  *session;
  CairnCacheQuery query;
  CairnRecordsWindows *windows;
  guint          n_items;
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

static void
window_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecords) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnRecordsLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (load == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_error (self, g_steal_pointer (&error));
      return;
    }
  cairn_records_windows_fill (self->windows, &g_array_index (load->spans, CairnRecordsSpan, 0));
}

static void
load_window (CairnRecords *self, guint index)
{
  CairnDatabase *database = cairn_session_get_database (self->session, TRUE, NULL);
  CairnRecordsLoad *load;

  if (database == NULL || !cairn_records_windows_begin (self->windows, index))
    return;
  load = cairn_records_load_new (&self->query, FALSE);
  cairn_records_load_add (load, index);
  cairn_database_run_async (database, cairn_records_load_run, load, (GDestroyNotify) cairn_records_load_free,
                            (GDestroyNotify) cairn_records_load_free, self->cancellable, window_cb, g_object_ref (self));
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
  CairnRecord *record;

  if (position >= self->n_items)
    return NULL;
  record = cairn_records_windows_get (self->windows, position);
  if (!cairn_record_get_loaded (record))
    load_window (self, position / CAIRN_RECORDS_SPAN);
  return record;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/*
 * What is told to views: when the list only grew or shrank in one place, just that, so that nobody who reads
 * further down is thrown back to the top; else everything from the first difference on.
 */
static void
tell_difference (CairnRecords *self, CairnRecordsWindows *old_windows, guint old_n)
{
  guint new_n = self->n_items, same = 0, at_end;
  gint64 shift = (gint64) new_n - old_n;
  gboolean moved = TRUE;

  while (same < MIN (old_n, new_n))
    {
      CairnRecord *old = cairn_records_windows_peek (old_windows, same);

      if (old == NULL || old != cairn_records_windows_peek (self->windows, same))
        break;
      same++;
    }
  for (guint i = same + (guint) MAX (-shift, 0); i < old_n && moved; i++)
    {
      CairnRecord *old = cairn_records_windows_peek (old_windows, i);
      CairnRecord *new = cairn_records_windows_peek (self->windows, (guint) (i + shift));

      if (i - same > FAR)
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
replace_list (CairnRecords *self, CairnRecordsLoad *load, gboolean whole)
{
  g_autoptr(CairnRecordsWindows) old_windows = self->windows;
  guint old_n = self->n_items;

  self->windows = cairn_records_windows_replace (old_windows, load);
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
  g_autoptr(CairnRecordsLoad) load = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

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
  cairn_records_windows_free (self->windows);
  self->windows = cairn_records_windows_new ();
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
  CairnRecordsLoad *load;
  Reading *reading;

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
  load = cairn_records_load_new (&self->query, TRUE);
  if (!whole)
    cairn_records_windows_add_to (self->windows, load);
  if (load->spans->len == 0)
    cairn_records_load_add (load, 0);
  reading = g_new (Reading, 1);
  reading->records = g_object_ref (self);
  reading->whole = whole;
  set_loading (self, TRUE);
  cairn_database_run_async (database, cairn_records_load_run, load, (GDestroyNotify) cairn_records_load_free,
                            (GDestroyNotify) cairn_records_load_free, self->cancellable, read_cb, reading);
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
  cairn_records_windows_free (self->windows);
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
  self->windows = cairn_records_windows_new ();
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
