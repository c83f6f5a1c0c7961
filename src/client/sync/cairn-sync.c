/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sync as the rest of the program sees it: is it running, how far, when was the last. Main thread. */
#include "cairn-sync-private.h"

#include "client/cairn-client-enums.h"
#include "cairn-sync-run.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

struct _CairnSync
{
  GObject         parent_instance;

  CairnGrant     *grant;
  CairnCache     *cache;
  GCancellable   *cancellable;   /* of the run under way */
  gulong          chained;
  GError         *error;
  gint64          last_sync;
  double          fraction;
  CairnSyncPhase  phase;
  gboolean        running;
};

G_DEFINE_FINAL_TYPE (CairnSync, cairn_sync, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ERROR,
  PROP_FRACTION,
  PROP_LAST_SYNC,
  PROP_PHASE,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
cairn_sync_finalize (GObject *object)
{
  CairnSync *self = CAIRN_SYNC (object);

  g_clear_object (&self->grant);
  g_clear_object (&self->cache);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (cairn_sync_parent_class)->finalize (object);
}

static void
cairn_sync_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnSync *self = CAIRN_SYNC (object);

  switch (id)
    {
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_LAST_SYNC:
      g_value_set_int64 (value, self->last_sync);
      break;
    case PROP_PHASE:
      g_value_set_enum (value, (gint) self->phase);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_sync_class_init (CairnSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = cairn_sync_finalize;
  object_class->get_property = cairn_sync_get_property;

  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1, 1, -1, flags);
  properties[PROP_LAST_SYNC] = g_param_spec_int64 ("last-sync", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_PHASE] = g_param_spec_enum ("phase", NULL, NULL, CAIRN_TYPE_SYNC_PHASE, CAIRN_SYNC_IDLE, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* The cache has other records than before; emitted after each page that changed any. */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
cairn_sync_init (CairnSync *self)
{
  self->fraction = -1;
}

CairnSync *
cairn_sync_new (CairnGrant *grant, CairnCache *cache)
{
  CairnSync *self = g_object_new (CAIRN_TYPE_SYNC, NULL);

  self->grant = g_object_ref (grant);
  self->cache = cache != NULL ? g_object_ref (cache) : NULL;
  return self;
}

void
cairn_sync_set_cache (CairnSync *self, CairnCache *cache)
{
  g_set_object (&self->cache, cache);
}

void
cairn_sync_set_last_sync (CairnSync *self, gint64 last_sync)
{
  if (self->last_sync == last_sync)
    return;
  self->last_sync = last_sync;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_SYNC]);
}

/**
 * cairn_sync_get_running:
 * @self: a sync
 *
 * Returns: whether it is running
 */
gboolean
cairn_sync_get_running (CairnSync *self)
{
  g_return_val_if_fail (CAIRN_IS_SYNC (self), FALSE);
  return self->running;
}

/**
 * cairn_sync_get_fraction:
 * @self: a sync
 *
 * Returns: how far it is, 0 to 1; −1 when that isn't known
 */
double
cairn_sync_get_fraction (CairnSync *self)
{
  g_return_val_if_fail (CAIRN_IS_SYNC (self), -1);
  return self->fraction;
}

/**
 * cairn_sync_get_phase:
 * @self: a sync
 *
 * Returns: what it is doing
 */
CairnSyncPhase
cairn_sync_get_phase (CairnSync *self)
{
  g_return_val_if_fail (CAIRN_IS_SYNC (self), CAIRN_SYNC_IDLE);
  return self->phase;
}

/**
 * cairn_sync_get_last_sync:
 * @self: a sync
 *
 * Returns: when the last complete one ended by this machine's clock, ms since 1970 UTC; 0 never
 */
gint64
cairn_sync_get_last_sync (CairnSync *self)
{
  g_return_val_if_fail (CAIRN_IS_SYNC (self), 0);
  return self->last_sync;
}

/**
 * cairn_sync_get_error:
 * @self: a sync
 *
 * Returns: (nullable): what kept the last run from being complete
 */
const GError *
cairn_sync_get_error (CairnSync *self)
{
  g_return_val_if_fail (CAIRN_IS_SYNC (self), NULL);
  return self->error;
}

static void
set_running (CairnSync *self, gboolean running)
{
  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
take_error (CairnSync *self, GError *error)
{
  gboolean same = self->error == NULL && error == NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
progress_cb (CairnSyncPhase phase, double fraction, gboolean changed, gpointer data)
{
  CairnSync *self = CAIRN_SYNC (data);

  if (self->phase != phase)
    {
      self->phase = phase;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHASE]);
    }
  if (self->fraction != fraction)
    {
      self->fraction = fraction;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
    }
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* The error to show: of the whole, else of the first type that has one. */
static GError *
pick_error (const CairnSyncReport *report)
{
  GHashTableIter iter;
  gpointer value;

  if (report->error != NULL)
    return g_error_copy (report->error);
  g_hash_table_iter_init (&iter, report->types);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((CairnSyncCounts *) value)->error != NULL)
      return g_error_copy (((CairnSyncCounts *) value)->error);
  return NULL;
}

static gboolean
has_new (const CairnSyncReport *report)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, report->types);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((CairnSyncCounts *) value)->stored > 0)
      return TRUE;
  return FALSE;
}

static void
run_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSync *self = g_task_get_source_object (task);
  GError *error = NULL;
  CairnSyncReport *report = cairn_sync_run_finish (result, &error);

  if (self->chained != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), self->chained);
  self->chained = 0;
  g_clear_object (&self->cancellable);
  if (report != NULL && report->result == CAIRN_SYNC_COMPLETE)
    cairn_sync_set_last_sync (self, cairn_date_now ());
  take_error (self, report != NULL ? pick_error (report) : g_error_copy (error));
  set_running (self, FALSE);
  if (report != NULL && has_new (report))   /* results were put under their reports */
    g_signal_emit (self, signals[CHANGED], 0);
  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) cairn_sync_report_free);
  else
    g_task_return_error (task, error);
}

static void
chain_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
}

/**
 * cairn_sync_start_async:
 * @self: a sync
 * @cancellable: (nullable): ends it; what came so far stays and the next run goes on there
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Brings home what is new. Errors: %CAIRN_ERROR_IN_USE when it is running already, %G_IO_ERROR_CANCELLED when it was
 * cancelled before it began; everything else is in the report.
 */
void
cairn_sync_start_async (CairnSync           *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (CAIRN_IS_SYNC (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_sync_start_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_task_set_check_cancellable (task, FALSE);
  if (self->running || self->cache == NULL)
    {
      g_task_return_new_error (task, CAIRN_ERROR, self->running ? CAIRN_ERROR_IN_USE : CAIRN_ERROR_FAILED,
                               self->running ? "It is running already" : "The account is closed");
      return;
    }
  self->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    self->chained = g_cancellable_connect (cancellable, G_CALLBACK (chain_cb), g_object_ref (self->cancellable),
                                           g_object_unref);
  set_running (self, TRUE);
  cairn_sync_run_async (self->grant, self->cache, progress_cb, self, self->cancellable, run_cb, g_object_ref (task));
}

/**
 * cairn_sync_start_finish:
 * @self: a sync
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what came of it
 */
CairnSyncReport *
cairn_sync_start_finish (CairnSync *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_sync_cancel:
 * @self: a sync
 *
 * Ends a run that is under way; harmless when there is none.
 */
void
cairn_sync_cancel (CairnSync *self)
{
  g_return_if_fail (CAIRN_IS_SYNC (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}
