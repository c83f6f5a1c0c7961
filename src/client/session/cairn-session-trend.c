/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends, and which of them the patient follows: the results are in the cache, the pins in the outbox. Main thread; the
 * work runs on the databases' threads. */
#include "cairn-session-private.h"

#include "client/account/cairn-pins.h"
#include "client/records/cairn-trend-private.h"
#include "common/cairn-error.h"

#define PIN_RESULTS 60   /* what a sparkline shows */

/* One pin to set. */
typedef struct
{
  char    *key;
  char    *title;
  gboolean pinned;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->key);
  g_free (job->title);
  g_free (job);
}

/* Both databases, or an error to the task: nothing is read while the account is locked. */
static CairnDatabase *
get_databases (CairnSession *self, CairnDatabase **outbox, GTask *task)
{
  GError *error = NULL;
  CairnDatabase *cache = cairn_session_get_database (self, TRUE, &error);
  CairnStore *store = cairn_session_get_store (self);

  if (cache == NULL || store == NULL)
    {
      g_task_return_error (task, error != NULL ? error
                           : g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed"));
      return NULL;
    }
  *outbox = store->outbox;
  return cache;
}

static gpointer
load_trend (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_trend_load (connection, data, cancellable, error);
}

static gpointer
read_pinned (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean pinned;

  if (!cairn_pins_has (connection, cairn_trend_get_key (data), &pinned, error))
    return NULL;
  cairn_trend_set_pinned (data, pinned);
  return g_object_ref (data);
}

static void
object_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  gpointer object = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (object != NULL)
    g_task_return_pointer (task, object, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
trend_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  CairnTrend *trend = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  CairnDatabase *outbox;

  if (trend == NULL)
    g_task_return_error (task, error);
  else if (get_databases (g_task_get_source_object (task), &outbox, task) == NULL)
    g_object_unref (trend);
  else
    cairn_database_run_async (outbox, read_pinned, trend, g_object_unref, g_object_unref, g_task_get_cancellable (task),
                              object_cb, g_object_ref (task));
}

/**
 * cairn_session_load_trend_async:
 * @self: a session
 * @reference: "Observation/id"
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads all results of the test that an Observation is one of. Errors as of cairn_session_load_async().
 */
void
cairn_session_load_trend_async (CairnSession        *self,
                                const char          *reference,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnDatabase *cache, *outbox;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_load_trend_async);
  cache = get_databases (self, &outbox, task);
  if (cache != NULL)
    cairn_database_run_async (cache, load_trend, g_strdup (reference), g_free, g_object_unref, cancellable, trend_cb,
                              g_object_ref (task));
}

/**
 * cairn_session_load_trend_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the trend; without series when no result of the test is a number
 */
CairnTrend *
cairn_session_load_trend_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
list_pins (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_pins_list (connection, error);
}

static gpointer
load_pins (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const GPtrArray *pins = data;
  g_autoptr(GListStore) trends = g_list_store_new (CAIRN_TYPE_TREND);

  for (guint i = 0; i < pins->len; i++)
    {
      const CairnPin *pin = pins->pdata[i];
      g_autoptr(CairnTrend) trend = cairn_trend_load_key (connection, pin->key, NULL, PIN_RESULTS, cancellable, error);

      if (trend == NULL)
        return NULL;
      if (cairn_trend_get_n_series (trend) == 0)   /* nothing is left of it, or not yet here */
        {
          g_object_unref (trend);
          trend = cairn_trend_new (pin->key, pin->title);
        }
      cairn_trend_set_pinned (trend, TRUE);
      g_list_store_append (trends, trend);
    }
  return g_steal_pointer (&trends);
}

static void
pins_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  GPtrArray *pins = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  CairnDatabase *cache, *outbox;

  if (pins == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  cache = get_databases (g_task_get_source_object (task), &outbox, task);
  if (cache == NULL)
    g_ptr_array_unref (pins);
  else
    cairn_database_run_async (cache, load_pins, pins, (GDestroyNotify) g_ptr_array_unref, g_object_unref,
                              g_task_get_cancellable (task), object_cb, g_object_ref (task));
}

/**
 * cairn_session_load_pins_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads the trends that the patient follows. Errors as of cairn_session_load_async().
 */
void
cairn_session_load_pins_async (CairnSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnDatabase *outbox;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_load_pins_async);
  if (get_databases (self, &outbox, task) != NULL)
    cairn_database_run_async (outbox, list_pins, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, cancellable, pins_cb,
                              g_object_ref (task));
}

/**
 * cairn_session_load_pins_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a list of #CairnTrend in the order in which they were pinned, each with its newest
 *   60 results; without series when there are none
 */
GListModel *
cairn_session_load_pins_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
set_pin (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const Job *job = data;

  return cairn_pins_set (connection, job->key, job->title, job->pinned, error) ? GINT_TO_POINTER (1) : NULL;
}

static void
set_pin_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    g_task_return_error (task, error);
  else
    {
      g_signal_emit_by_name (g_task_get_source_object (task), "changed");
      g_task_return_boolean (task, TRUE);
    }
}

/**
 * cairn_session_pin_async:
 * @self: a session
 * @key: of a trend
 * @title: what it is called
 * @pinned: whether to follow it from now on
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Follows a trend, or no longer; "changed" is emitted then. Errors: %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_STORAGE,
 * %CAIRN_ERROR_TOO_LARGE for more than 24.
 */
void
cairn_session_pin_async (CairnSession        *self,
                         const char          *key,
                         const char          *title,
                         gboolean             pinned,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnDatabase *outbox;
  Job *job;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (key != NULL && title != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_pin_async);
  if (get_databases (self, &outbox, task) == NULL)
    return;
  job = g_new0 (Job, 1);
  job->key = g_strdup (key);
  job->title = g_strdup (title);
  job->pinned = pinned;
  cairn_database_run_async (outbox, set_pin, job, job_free, NULL, cancellable, set_pin_cb, g_object_ref (task));
}

/**
 * cairn_session_pin_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is so now
 */
gboolean
cairn_session_pin_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
