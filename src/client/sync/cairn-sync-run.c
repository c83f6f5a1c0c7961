/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of the sync: which types, in which order, six at a time; then what they refer to, until nothing
 * new is referred to. One run per account on the machine. Main thread.
 */
#include "cairn-sync-run.h"

#include "client/account/cairn-mutex.h"
#include "client/net/cairn-revoke.h"
#include "cairn-sync-news.h"
#include "cairn-sync-round.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#include <string.h>

#define PARALLEL 6
#define WAIT_FOR_OTHER_MS 300000

/* What a patient looks for first. */
static const char *const clinical[] = {
  "Patient", "Observation", "DiagnosticReport", "Condition", "MedicationRequest", "AllergyIntolerance", "Immunization",
  "Encounter", "Procedure", "Appointment", "Communication", "DocumentReference", "CarePlan", "CareTeam", "Goal",
  "MedicationStatement", "MedicationDispense", "ServiceRequest", "Task", "Coverage", "Device", "FamilyMemberHistory",
};

typedef struct
{
  CairnSyncJobKind kind;
  char            *type;
  char           **ids;
} Item;

typedef struct
{
  CairnGrant       *grant;
  CairnCache       *cache;
  CairnSyncRunFunc  progress;
  gpointer          data;
  CairnMutex       *mutex;
  CairnSyncContext  context;
  CairnSyncReport  *report;
  GCancellable     *cancellable;   /* ends all jobs: the caller's, or a failure that concerns them all */
  gulong            chained;
  CairnSyncPhase    phase;
  GQueue            queue;         /* of Item */
  guint             running;
  guint             n_items;
  guint             n_done;
  guint             n_complete;
  GHashTable       *fractions;     /* of the types under way: type → double */
  GError           *fatal;
  gint64            began;
  guint64           requests, bytes_wire, bytes_body;   /* before it began */
} Run;

typedef struct
{
  GTask *task;
  Item  *item;
} Running;

static void next_round (GTask *task);

static void
item_free (Item *item)
{
  g_free (item->type);
  g_strfreev (item->ids);
  g_free (item);
}

static void
run_free (gpointer data)
{
  Run *run = data;

  g_queue_clear_full (&run->queue, (GDestroyNotify) item_free);
  g_clear_pointer (&run->mutex, cairn_mutex_free);
  g_clear_pointer (&run->report, cairn_sync_report_free);
  g_clear_pointer (&run->fractions, g_hash_table_unref);
  g_clear_error (&run->fatal);
  g_clear_object (&run->cancellable);
  g_clear_object (&run->context.database);
  g_object_unref (run->grant);
  g_object_unref (run->cache);
  g_free (run);
}

static CairnSyncCounts *
counts_for (Run *run, const char *type)
{
  CairnSyncCounts *counts = g_hash_table_lookup (run->report->types, type);

  if (counts == NULL)
    {
      counts = g_new0 (CairnSyncCounts, 1);
      g_hash_table_insert (run->report->types, g_strdup (type), counts);
    }
  return counts;
}

/* Directories come last and are small: they share the last twentieth. */
static double
overall_fraction (Run *run)
{
  double done = run->n_done;
  GHashTableIter iter;
  gpointer value;

  if (run->phase == CAIRN_SYNC_DIRECTORY)
    return 0.95;
  if (run->n_items == 0)
    return -1;
  g_hash_table_iter_init (&iter, run->fractions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    done += *(double *) value;
  return MIN (1.0, done / run->n_items) * 0.95;
}

static void
progress_cb (const char *type, double fraction, gboolean changed, gpointer data)
{
  Run *run = data;

  fraction = MAX (fraction, 0);
  g_hash_table_replace (run->fractions, g_strdup (type), g_memdup2 (&fraction, sizeof fraction));
  run->progress (run->phase, overall_fraction (run), changed, run->data);
}

/* What one type suffers from concerns all of them: going on would only repeat it. */
static gboolean
is_fatal (Run *run, const GError *error)
{
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK))
    return !cairn_grant_get_online (run->grant);
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CERTIFICATE) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_KEYRING) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE) ||
         g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void start_items (GTask *task);

static void
job_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Running *running = data;
  g_autoptr(GTask) task = running->task;
  Run *run = g_task_get_task_data (task);
  CairnSyncCounts *counts = counts_for (run, running->item->type);
  g_autoptr(GError) error = NULL;

  run->running--;
  run->n_done++;
  g_hash_table_remove (run->fractions, running->item->type);
  if (cairn_sync_job_run_finish (result, &error))
    run->n_complete++;
  else
    {
      if (is_fatal (run, error) && run->fatal == NULL)
        {
          run->fatal = g_error_copy (error);
          g_cancellable_cancel (run->cancellable);
        }
      if (counts->error == NULL)
        counts->error = g_steal_pointer (&error);
    }
  run->progress (run->phase, overall_fraction (run), FALSE, run->data);
  item_free (running->item);
  g_free (running);
  start_items (task);
}

static void
start_items (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  Item *item;

  while (run->running < PARALLEL && run->fatal == NULL && !g_cancellable_is_cancelled (run->cancellable) &&
         (item = g_queue_pop_head (&run->queue)) != NULL)
    {
      Running *running = g_new (Running, 1);

      running->task = g_object_ref (task);
      running->item = item;
      run->running++;
      cairn_sync_job_run_async (&run->context, item->kind, item->type, (const char *const *) item->ids,
                                counts_for (run, item->type), run->cancellable, job_cb, running);
    }
  if (run->running == 0)
    next_round (task);
}

static void
add_item (Run *run, CairnSyncJobKind kind, const char *type, char **ids)
{
  Item *item = g_new (Item, 1);

  item->kind = kind;
  item->type = g_strdup (type);
  item->ids = ids;
  g_queue_push_tail (&run->queue, item);
  run->n_items++;
}

static gboolean
is_record_type (Run *run, const char *type)
{
  const CairnServerType *declared = cairn_server_lookup_type (run->context.server, type);

  return declared != NULL && declared->search && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT;
}

static gboolean
is_clinical (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (clinical); i++)
    if (g_str_equal (clinical[i], type))
      return TRUE;
  return FALSE;
}

static void
add_record_types (Run *run)
{
  for (guint i = 0; i < G_N_ELEMENTS (clinical); i++)
    if (is_record_type (run, clinical[i]))
      add_item (run, CAIRN_SYNC_JOB_RECORDS, clinical[i], NULL);
  for (guint i = 0; i < run->context.server->types->len; i++)
    {
      const CairnServerType *declared = run->context.server->types->pdata[i];

      if (is_record_type (run, declared->type) && !is_clinical (declared->type))
        add_item (run, CAIRN_SYNC_JOB_RECORDS, declared->type, NULL);
    }
}

static char **
steal_ids (GPtrArray *ids)
{
  char **list = g_new0 (char *, ids->len + 1);

  for (guint i = 0; i < ids->len; i++)
    list[i] = g_strdup (ids->pdata[i]);
  return list;
}

/* "Type/id" in order of type becomes an item a type; types that the server doesn't have are left out. */
static void
add_wanted (Run *run, GPtrArray *wanted)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < wanted->len; i++)
    {
      const char *reference = wanted->pdata[i];
      const char *slash = strchr (reference, '/');
      g_autofree char *type = g_strndup (reference, (gsize) (slash - reference));
      gboolean last = i + 1 == wanted->len || strncmp (wanted->pdata[i + 1], reference, (gsize) (slash - reference) + 1) != 0;
      const CairnServerType *declared = cairn_server_lookup_type (run->context.server, type);

      g_ptr_array_add (ids, g_strdup (slash + 1));
      if (!last)
        continue;
      if (declared != NULL && declared->search)
        add_item (run, CAIRN_SYNC_JOB_WANTED, type, steal_ids (ids));
      g_ptr_array_set_size (ids, 0);
    }
}

static void
end_run (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  g_clear_pointer (&run->mutex, cairn_mutex_free);
  if (run->chained != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), run->chained);
  run->chained = 0;
  run->progress (CAIRN_SYNC_IDLE, -1, FALSE, run->data);
  g_task_return_pointer (task, g_steal_pointer (&run->report), (GDestroyNotify) cairn_sync_report_free);
}

static void
revoked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;

  cairn_revoke_pending_finish (result);
  end_run (task);
}

/* The portal answers: it is told of sign-outs that it could not be told of before. */
static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);

  if (run->report->result == CAIRN_SYNC_COMPLETE && cairn_grant_get_remembered (run->grant))
    cairn_revoke_pending_async (cairn_grant_get_api (run->grant), run->context.server, revoked_cb, g_steal_pointer (&task));
  else
    end_run (task);
}

/* Closing waits for the last write to be moved into the file: not on the main thread. */
static void
close_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  cairn_database_close (CAIRN_DATABASE (data));
  g_task_return_boolean (task, TRUE);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GTask) closing = NULL;

  if (source != NULL)
    cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  if (error != NULL && run->report->error == NULL)
    {
      run->report->error = g_steal_pointer (&error);
      run->report->result = CAIRN_SYNC_FAILED;
    }
  closing = g_task_new (NULL, NULL, closed_cb, g_steal_pointer (&task));
  if (run->context.database == NULL)
    {
      g_task_return_boolean (closing, TRUE);
      return;
    }
  g_task_set_task_data (closing, g_steal_pointer (&run->context.database), g_object_unref);
  g_task_run_in_thread (closing, close_thread);
}

static void
finish (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  CairnSyncReport *report = run->report;
  gboolean whole = run->fatal == NULL && run->n_complete == run->n_items && run->n_items > 0;

  if (run->fatal == NULL)
    g_cancellable_set_error_if_cancelled (run->cancellable, &run->fatal);
  whole = whole && run->fatal == NULL;
  report->result = whole ? CAIRN_SYNC_COMPLETE : run->n_complete > 0 ? CAIRN_SYNC_PARTIAL : CAIRN_SYNC_FAILED;
  report->error = g_steal_pointer (&run->fatal);
  report->seconds = (double) (g_get_monotonic_time () - run->began) / G_TIME_SPAN_SECOND;
  cairn_api_get_totals (cairn_grant_get_api (run->grant), &report->requests, &report->bytes_wire, &report->bytes_body);
  report->requests -= run->requests;
  report->bytes_wire -= run->bytes_wire;
  report->bytes_body -= run->bytes_body;
  if (run->context.database != NULL)
    cairn_database_run_async (run->context.database, cairn_sync_round_save, run->report, NULL, NULL, NULL, saved_cb, g_object_ref (task));
  else
    saved_cb (NULL, NULL, g_object_ref (task));
}

static void
round_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  CairnSyncRound *round = cairn_database_run_finish (CAIRN_DATABASE (source), result, &run->fatal);

  if (round != NULL)
    {
      add_wanted (run, round->wanted);
      cairn_sync_round_free (round);
    }
  if (g_queue_is_empty (&run->queue))
    finish (task);
  else
    start_items (task);
}

/* Called when all items are done: is anything referred to that isn't here? */
static void
next_round (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (run->fatal != NULL || g_cancellable_is_cancelled (run->cancellable))
    {
      finish (task);
      return;
    }
  run->phase = CAIRN_SYNC_DIRECTORY;
  cairn_database_run_async (run->context.database, cairn_sync_round_list_wanted, NULL, NULL, (GDestroyNotify) cairn_sync_round_free, NULL, round_cb,
                            g_object_ref (task));
}

/* Types of which nothing is new are done before they began. */
static void
drop_quiet (Run *run, GHashTable *quiet)
{
  GList *next;

  for (GList *link = run->queue.head; link != NULL; link = next)
    {
      Item *item = link->data;

      next = link->next;
      if (!g_hash_table_contains (quiet, item->type))
        continue;
      counts_for (run, item->type);
      run->n_done++;
      run->n_complete++;
      g_queue_delete_link (&run->queue, link);
      item_free (item);
    }
}

static void
news_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autoptr(GHashTable) quiet = cairn_sync_news_send_finish (result);

  if (quiet != NULL)
    drop_quiet (run, quiet);
  start_items (task);
}

/* After the first sync most types have nothing new, and one request tells which. */
static void
ask_for_news (GTask *task, GHashTable *rests)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr(CairnSyncNews) news = cairn_sync_news_new (&run->context);

  for (GList *link = run->queue.head; link != NULL && run->context.server->batch; link = link->next)
    {
      const Item *item = link->data;
      const CairnSyncRest *rest = g_hash_table_lookup (rests, item->type);

      if (rest != NULL)
        cairn_sync_news_ask (news, rest, (const char *const *) item->ids);
    }
  if (cairn_sync_news_is_empty (news))
    start_items (task);
  else
    cairn_sync_news_send_async (g_steal_pointer (&news), run->cancellable, news_cb, g_object_ref (task));
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);
  CairnSyncRound *round = cairn_database_run_finish (CAIRN_DATABASE (source), result, &run->fatal);
  GHashTableIter iter;
  gpointer type, ids;

  if (round == NULL)
    {
      finish (task);
      return;
    }
  run->phase = CAIRN_SYNC_RECORDS;
  add_record_types (run);
  g_hash_table_iter_init (&iter, round->stored);
  while (g_hash_table_iter_next (&iter, &type, &ids))
    if (cairn_server_lookup_type (run->context.server, type) != NULL)
      add_item (run, CAIRN_SYNC_JOB_REFRESH, type, steal_ids (ids));
  ask_for_news (task, round->rests);
  cairn_sync_round_free (round);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);

  run->context.server = cairn_grant_connect_finish (run->grant, result, &run->fatal);
  if (run->context.server == NULL)
    finish (task);
  else
    cairn_database_run_async (run->context.database, cairn_sync_round_list_stored, NULL, NULL, (GDestroyNotify) cairn_sync_round_free, NULL, stored_cb,
                              g_object_ref (task));
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Run *run = data;
  g_autofree char *name = g_strconcat (cairn_account_get_name (cairn_grant_get_account (run->grant)), ".sync", NULL);
  GError *error = NULL;

  run->mutex = cairn_mutex_lock (name, WAIT_FOR_OTHER_MS, cancellable, &error);
  if (run->mutex != NULL)
    run->context.database = cairn_cache_open_bulk (run->cache, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Run *run = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), &run->fatal))
    cairn_grant_connect_async (run->grant, run->cancellable, connected_cb, g_object_ref (task));
  else
    finish (task);
}

static void
chain_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
}

/**
 * cairn_sync_run_async:
 * @grant: whom to ask
 * @cache: where to write
 * @progress: told of each step, on the main context
 * @data: for @progress
 * @cancellable: (nullable): ends it; what came so far stays
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Runs a sync. Failures are in the report, not errors of the call.
 */
void
cairn_sync_run_async (CairnGrant          *grant,
                      CairnCache          *cache,
                      CairnSyncRunFunc     progress,
                      gpointer             data,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GTask) opening = NULL;
  Run *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, cairn_sync_run_async);
  g_task_set_check_cancellable (task, FALSE);
  run->grant = g_object_ref (grant);
  run->cache = g_object_ref (cache);
  run->progress = progress;
  run->data = data;
  run->phase = CAIRN_SYNC_CONNECTING;
  run->cancellable = g_cancellable_new ();
  run->fractions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  run->report = cairn_sync_report_new ();
  run->began = g_get_monotonic_time ();
  run->context = (CairnSyncContext) {
    .grant = grant, .patient = cairn_account_get_patient (cairn_grant_get_account (grant)),
    .progress = progress_cb, .data = run,
  };
  cairn_api_get_totals (cairn_grant_get_api (grant), &run->requests, &run->bytes_wire, &run->bytes_body);
  g_queue_init (&run->queue);
  g_task_set_task_data (task, run, run_free);
  if (cancellable != NULL)
    run->chained = g_cancellable_connect (cancellable, G_CALLBACK (chain_cb), g_object_ref (run->cancellable), g_object_unref);
  progress (run->phase, -1, FALSE, data);
  opening = g_task_new (cache, run->cancellable, opened_cb, g_object_ref (task));
  g_task_set_task_data (opening, run, NULL);
  g_task_run_in_thread (opening, open_thread);
}

/**
 * cairn_sync_run_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what came of it
 */
CairnSyncReport *
cairn_sync_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
