/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sync of one type: fetch a page (main thread), check and read it (worker), write it with the state
 * after it (database's thread). The next page is fetched while the last one is written.
 */
#include "cairn-sync-job.h"

#include "cairn-sync-step.h"
#include "cairn-sync-url.h"
#include "common/cairn-error.h"

#define PAGE_SIZE 1000
#define SMALL_PAGE_SIZE 20
#define IDS_A_REQUEST 40
/* Without any clock of the server's, changes are asked for since the beginning. */
#define BEGINNING 1

typedef struct
{
  const CairnSyncContext *context;
  CairnSyncJobKind        kind;
  CairnSyncCounts        *counts;
  CairnSyncState         *state;      /* after the last page that was read */
  GPtrArray              *batches;    /* ids with commas; NULL for records */
  guint                   batch;
  GHashTable             *visited;    /* pages of this step */
  guint                   page_size;
  gboolean                compartment;
  gboolean                had_rows;
  gboolean                restarted;
  gint64                  total;
  guint64                 step_received;
  CairnSyncPage              *held;       /* read, waits for the write before it */
  gboolean                writing;
  guint                   pending;    /* callbacks that are still to come */
  gboolean                ended;
  GError                 *error;
} Job;

/* What goes to a worker. */
typedef struct
{
  GBytes  *body;
  char    *base;
  char    *patient;
  gboolean ids_only;
  gint64   date;
} Read;

static void fetch (GTask *task);
static void take_page (GTask *task, CairnSyncPage *page);

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->state, cairn_sync_state_free);
  g_clear_pointer (&job->batches, g_ptr_array_unref);
  g_clear_pointer (&job->visited, g_hash_table_unref);
  g_clear_pointer (&job->held, cairn_sync_page_free);
  g_clear_error (&job->error);
  g_free (job);
}

static void
read_free (gpointer data)
{
  Read *read = data;

  g_bytes_unref (read->body);
  g_free (read->base);
  g_free (read->patient);
  g_free (read);
}

/* Takes the error. Pages written so far stay, and so does the state: the next run goes on there. */
static void
end (Job *job, GError *error)
{
  if (job->ended)
    {
      g_clear_error (&error);
      return;
    }
  job->ended = TRUE;
  job->error = error;
}

/* At the end of each callback: the task is over when none is to come, so that nothing outlives it. */
static void
release (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  if (--job->pending > 0)
    return;
  g_assert (job->ended);
  if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
go_to_step (Job *job, CairnSyncState *state, CairnSyncStep step)
{
  state->step = step;
  g_clear_pointer (&state->next, g_free);
  g_hash_table_remove_all (job->visited);
  job->batch = 0;
  job->step_received = 0;
  job->total = -1;
  if (step != CAIRN_SYNC_STEP_DONE)
    return;
  if (job->kind != CAIRN_SYNC_JOB_WANTED || state->since == 0)
    state->since = state->started > 0 ? state->started : BEGINNING;
  state->started = 0;
}

/* Deletions matter only for what is here. A history tells them, else a compare finds them. */
static CairnSyncStep
step_for_deletions (Job *job, const char *type)
{
  const CairnServerType *declared = cairn_server_lookup_type (job->context->server, type);

  if (!job->had_rows)
    return CAIRN_SYNC_STEP_DONE;
  if (job->kind == CAIRN_SYNC_JOB_RECORDS && declared != NULL && declared->history)
    return CAIRN_SYNC_STEP_HISTORY;
  return CAIRN_SYNC_STEP_COMPARE;
}

static CairnSyncStep
step_after (Job *job, const CairnSyncState *state)
{
  if (state->step == CAIRN_SYNC_STEP_UPDATES ||
      (state->step == CAIRN_SYNC_STEP_ALL && state->since > 0 && job->kind != CAIRN_SYNC_JOB_WANTED))
    return step_for_deletions (job, state->type);
  return CAIRN_SYNC_STEP_DONE;
}

/* The next page's address, resolved and checked: never another origin, never one that was there already. */
static char *
check_next (Job *job, const char *next, GError **error)
{
  g_autofree char *folder = g_strconcat (job->context->server->base, "/", NULL);
  g_autofree char *url = g_uri_resolve_relative (folder, next, G_URI_FLAGS_ENCODED, NULL);

  if (url == NULL || !cairn_api_is_ours (cairn_grant_get_api (job->context->grant), url))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED, "The next page leads away from the portal");
      return NULL;
    }
  if (g_hash_table_contains (job->visited, url))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The pages lead in a circle");
      return NULL;
    }
  return g_steal_pointer (&url);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree CairnSyncCounts *counts = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  double fraction = job->total > 0 ? MIN (1.0, (double) job->step_received / (double) job->total) : -1;

  job->writing = FALSE;
  if (counts != NULL)
    {
      job->counts->received += counts->received;
      job->counts->stored += counts->stored;
      job->counts->unchanged += counts->unchanged;
      job->counts->deleted += counts->deleted;
      job->counts->quarantined += counts->quarantined;
      job->context->progress (job->state->type, fraction, counts->stored + counts->deleted + counts->quarantined > 0,
                              job->context->data);
    }
  else
    end (job, error);
  if (!job->ended && job->held != NULL)
    take_page (task, g_steal_pointer (&job->held));
  else if (job->state->step == CAIRN_SYNC_STEP_DONE)
    end (job, NULL);
  release (task);
}

/* Where the sync of the type stands once this page is written. */
static CairnSyncState *
advance (Job *job, CairnSyncPage *page, gboolean *ends_step, GError **error)
{
  g_autoptr(CairnSyncState) after = cairn_sync_state_copy (job->state);

  *ends_step = FALSE;
  if (after->started == 0 && (after->step == CAIRN_SYNC_STEP_ALL || after->step == CAIRN_SYNC_STEP_UPDATES))
    after->started = page->server_time;
  g_clear_pointer (&after->error, g_free);
  if (page->outcome != NULL)
    {
      g_free (after->outcome);
      after->outcome = g_strdup (page->outcome);
    }
  g_clear_pointer (&after->next, g_free);
  if (page->next != NULL)
    {
      after->next = check_next (job, page->next, error);
      return after->next != NULL ? g_steal_pointer (&after) : NULL;
    }
  if (job->batches != NULL && job->batch + 1 < job->batches->len)
    {
      job->batch++;
      g_hash_table_remove_all (job->visited);
      return g_steal_pointer (&after);
    }
  *ends_step = TRUE;
  go_to_step (job, after, step_after (job, after));
  return g_steal_pointer (&after);
}

static CairnSyncWrite *
make_write (Job *job, CairnSyncPage *page, CairnSyncState *after, const char *batch, gboolean ends_step)
{
  CairnSyncWrite *write = g_new0 (CairnSyncWrite, 1);

  write->page = page;
  write->before = cairn_sync_state_copy (job->state);
  write->after = cairn_sync_state_copy (after);
  write->ends_step = ends_step;
  if (job->kind == CAIRN_SYNC_JOB_WANTED && after->next == NULL)
    write->asked = g_strsplit (batch, ",", -1);
  return write;
}

/* What did come is written even when the link to the next page is bad; then the job ends. Takes the page. */
static void
take_page (GTask *task, CairnSyncPage *page)
{
  Job *job = g_task_get_task_data (task);
  const char *batch = job->batches != NULL ? job->batches->pdata[job->batch] : NULL;
  GError *error = NULL;
  CairnSyncState *after;
  gboolean ends_step;

  job->step_received += page->entries->len;
  if (page->total >= 0)
    job->total = page->total;
  if (page->outcome != NULL)
    {
      g_free (job->counts->outcome);
      job->counts->outcome = g_strdup (page->outcome);
    }
  after = advance (job, page, &ends_step, &error);
  if (after == NULL)
    {
      after = cairn_sync_state_copy (job->state);
      g_clear_pointer (&after->next, g_free);
    }
  job->writing = TRUE;
  job->pending++;
  cairn_database_write_async (job->context->database, cairn_sync_step_write,
                              make_write (job, page, after, batch, ends_step),
                              (GDestroyNotify) cairn_sync_write_free, g_free, NULL, written_cb, g_object_ref (task));
  cairn_sync_state_free (job->state);
  job->state = after;
  if (error != NULL)
    end (job, error);
  else if (after->step != CAIRN_SYNC_STEP_DONE)
    fetch (task);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Read *read = data;
  GError *error = NULL;
  CairnSyncPage *page = cairn_sync_page_new (read->body, read->base, read->patient, read->ids_only, read->date, &error);

  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) cairn_sync_page_free);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  CairnSyncPage *page = g_task_propagate_pointer (G_TASK (result), &error);

  if (page == NULL)
    end (job, error);
  else if (job->ended)
    cairn_sync_page_free (page);
  else if (job->writing)
    job->held = page;
  else
    take_page (task, page);
  release (task);
}

/*
 * Answers that another question may get round: a page that went away, a search that isn't understood,
 * pages that are too big. TRUE when the job went on.
 */
static gboolean
go_round (GTask *task, const GError *error)
{
  Job *job = g_task_get_task_data (task);
  guint http = cairn_api_error_get_http (error);
  gboolean refused = http == 400 || http == 403 || http == 404 || http == 405 || http == 410 || http == 422 || http == 501;

  if (job->state->next != NULL && refused && !job->restarted)
    {
      job->restarted = TRUE;
      go_to_step (job, job->state, job->state->step);
    }
  else if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE) && job->page_size > SMALL_PAGE_SIZE)
    {
      job->page_size = SMALL_PAGE_SIZE;
      go_to_step (job, job->state, job->state->step);
    }
  else if (refused && job->state->step == CAIRN_SYNC_STEP_HISTORY)
    go_to_step (job, job->state, CAIRN_SYNC_STEP_COMPARE);
  else if (refused && job->compartment && job->batches == NULL && !g_str_equal (job->state->type, "Patient"))
    job->compartment = FALSE;
  else if (http == 400 && job->state->step == CAIRN_SYNC_STEP_UPDATES)
    go_to_step (job, job->state, CAIRN_SYNC_STEP_ALL);
  else
    return FALSE;
  fetch (task);
  return TRUE;
}

static void
read_answer (GTask *task, const CairnApiAnswer *answer)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr(GTask) reading = g_task_new (NULL, NULL, read_cb, g_object_ref (task));
  Read *read = g_new (Read, 1);

  read->body = g_bytes_ref (answer->body);
  read->base = g_strdup (job->context->server->base);
  read->patient = g_strdup (job->context->patient);
  read->ids_only = job->state->step == CAIRN_SYNC_STEP_COMPARE;
  read->date = answer->date;
  g_task_set_task_data (reading, read, read_free);
  job->pending++;
  g_task_run_in_thread (reading, read_thread);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);

  if (!job->ended && answer != NULL)
    read_answer (task, answer);
  else if (!job->ended && !go_round (task, error))
    end (job, g_steal_pointer (&error));
  release (task);
}

static void
fetch (GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = NULL;

  if (job->state->next != NULL)
    url = g_strdup (job->state->next);
  else
    url = cairn_sync_url_new (job->context, job->state, job->compartment, job->page_size,
                              job->batches != NULL ? job->batches->pdata[job->batch] : NULL);
  request = cairn_api_request_new ("GET", url);
  request->fhir = TRUE;
  g_hash_table_add (job->visited, g_steal_pointer (&url));
  job->pending++;
  cairn_grant_send_async (job->context->grant, request, g_task_get_cancellable (task), fetched_cb, g_object_ref (task));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(CairnSyncStart) start = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (start == NULL)
    end (job, error);
  else
    {
      job->state = g_steal_pointer (&start->state);
      job->had_rows = start->had_rows;
      fetch (task);
    }
  release (task);
}

static GPtrArray *
make_batches (const char *const *ids)
{
  GPtrArray *batches = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) batch = g_string_new (NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_string_append_printf (batch, "%s%s", batch->len > 0 ? "," : "", ids[i]);
      if ((i + 1) % IDS_A_REQUEST == 0 || ids[i + 1] == NULL)
        {
          g_ptr_array_add (batches, g_strdup (batch->str));
          g_string_truncate (batch, 0);
        }
    }
  return batches;
}

/**
 * cairn_sync_job_run_async:
 * @context: what the run shares; must outlive the job
 * @kind: what to bring
 * @type: resource type
 * @ids: (nullable) (array zero-terminated=1): ids to bring; %NULL for the patient's records
 * @counts: (inout): what becomes of the entries is added; must outlive the job
 * @cancellable: (nullable): ends it after the page at hand
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Brings one type home.
 */
void
cairn_sync_job_run_async (const CairnSyncContext *context,
                          CairnSyncJobKind        kind,
                          const char             *type,
                          const char *const      *ids,
                          CairnSyncCounts        *counts,
                          GCancellable           *cancellable,
                          GAsyncReadyCallback     callback,
                          gpointer                user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  CairnSyncStart *start = g_new0 (CairnSyncStart, 1);

  g_task_set_source_tag (task, cairn_sync_job_run_async);
  g_task_set_check_cancellable (task, FALSE);
  job->context = context;
  job->kind = kind;
  job->counts = counts;
  job->batches = ids != NULL ? make_batches (ids) : NULL;
  job->visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  job->page_size = PAGE_SIZE;
  job->compartment = context->server->compartment;
  job->total = -1;
  job->pending = 1;
  g_task_set_task_data (task, job, job_free);
  start->type = g_strdup (type);
  start->kind = kind;
  cairn_database_run_async (context->database, cairn_sync_step_load, start, (GDestroyNotify) cairn_sync_start_free,
                            (GDestroyNotify) cairn_sync_start_free, cancellable, loaded_cb, g_object_ref (task));
}

/**
 * cairn_sync_job_run_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the type is complete
 */
gboolean
cairn_sync_job_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
