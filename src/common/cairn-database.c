/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database file and the thread that owns its connection. Work is queued to the thread and comes back
 * through GTask; SQLite is never called from another thread. */
#include "cairn-database.h"

#include "cairn-crypto.h"
#include "cairn-error.h"

#define MOST_TOGETHER 16   /* writes in one transaction */

struct _CairnDatabase
{
  GObject          parent_instance;
  GThread         *thread;
  GAsyncQueue     *queue;   /* Job */
  GMutex           door;    /* held while it is closed, and while a worker hands something in */
};

typedef struct
{
  CairnDatabaseFunc func;   /* NULL ends the thread */
  gpointer          data;
  GDestroyNotify    data_free, result_free;
  GTask            *task;   /* of an asynchronous job */
  gboolean          writes; /* may share a transaction */

  gpointer          result;
  GError           *error;

  /* Of a synchronous one */
  GMutex            mutex;
  GCond             cond;
  gboolean          done;
} Job;

typedef struct
{
  CairnDatabase        *database;
  const char           *path;
  GBytes               *key;
  CairnDatabaseFlags    flags;
  const CairnMigration *migrations;
  CairnDatabaseSetup    setup;
  Job                   job;
} Opening;

G_DEFINE_FINAL_TYPE (CairnDatabase, cairn_database, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  if (job->data_free != NULL && job->data != NULL)
    job->data_free (job->data);
  g_clear_object (&job->task);
  g_free (job);
}

static void
finish_sync (Job *job, gpointer result, GError *error)
{
  g_mutex_lock (&job->mutex);
  job->result = result;
  job->error = error;
  job->done = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

static void
wait_sync (Job *job)
{
  g_mutex_lock (&job->mutex);
  while (!job->done)
    g_cond_wait (&job->cond, &job->mutex);
  g_mutex_unlock (&job->mutex);
}

/* In the caller's context: the job's references are dropped there, never the last one here. */
static gboolean
return_async (gpointer data)
{
  Job *job = data;

  if (job->error != NULL)
    {
      if (job->result != NULL && job->result_free != NULL)
        job->result_free (job->result);
      g_task_return_error (job->task, g_steal_pointer (&job->error));
    }
  else
    g_task_return_pointer (job->task, job->result, job->result_free);
  job_free (job);
  return G_SOURCE_REMOVE;
}

/* The caller's thread may take the answer and drop its context before we let go of the source, which looks at that. */
static void
finish_async (Job *job, gpointer result, GError *error)
{
  g_autoptr(GMainContext) context = g_main_context_ref (g_task_get_context (job->task));
  g_autoptr(GSource) source = g_idle_source_new ();

  if (job->data_free != NULL && job->data != NULL)
    job->data_free (g_steal_pointer (&job->data));
  job->result = result;
  job->error = error;
  g_source_set_priority (source, g_task_get_priority (job->task));
  g_source_set_callback (source, return_async, job, NULL);
  g_source_attach (source, context);
}

static void
run_job (CairnConnection *connection, Job *job)
{
  GCancellable *cancellable = job->task != NULL ? g_task_get_cancellable (job->task) : NULL;
  GError *error = NULL;
  gpointer result = NULL;

  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = job->func (connection, job->data, cancellable, &error);
  cairn_connection_rollback (connection);
  if (job->task == NULL)
    finish_sync (job, result, error);
  else
    finish_async (job, result, error);
}

static void
forget_outcome (Job *job)
{
  if (job->result != NULL && job->result_free != NULL)
    job->result_free (job->result);
  job->result = NULL;
  g_clear_error (&job->error);
}

static gboolean
run_write (CairnConnection *connection, Job *job)
{
  GCancellable *cancellable = g_task_get_cancellable (job->task);

  if (!g_cancellable_set_error_if_cancelled (cancellable, &job->error))
    job->result = job->func (connection, job->data, cancellable, &job->error);
  return job->error == NULL;
}

static void
write_alone (CairnConnection *connection, Job *job)
{
  if (cairn_connection_begin (connection, &job->error) && run_write (connection, job))
    cairn_connection_commit (connection, &job->error);
  cairn_connection_rollback (connection);
}

/*
 * A write and those that wait behind it, in one transaction: pages that several change are written once. When one
 * fails all are taken back, and each is tried for itself. Returns the job that comes next, if one was looked at.
 */
static Job *
run_writes (CairnConnection *connection, GAsyncQueue *queue, Job *first)
{
  g_autoptr(GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  Job *next = first;
  gboolean good = cairn_connection_begin (connection, &error);

  do
    {
      g_ptr_array_add (jobs, next);
      good = good && run_write (connection, next);
      next = good && jobs->len < MOST_TOGETHER ? g_async_queue_try_pop (queue) : NULL;
    }
  while (next != NULL && next->writes);
  good = good && cairn_connection_commit (connection, &error);
  cairn_connection_rollback (connection);
  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = jobs->pdata[i];

      if (!good)
        {
          forget_outcome (job);
          write_alone (connection, job);
        }
      finish_async (job, job->result, job->error);
    }
  return next;
}

/* Doesn't touch the object: that may go while the thread still ends. */
static gpointer
thread_main (gpointer data)
{
  Opening *opening = data;
  g_autoptr(GAsyncQueue) queue = g_async_queue_ref (opening->database->queue);
  CairnConnection *connection;
  GError *error = NULL;
  Job *job, *next = NULL;

  connection = cairn_connection_open (opening->path, opening->key, opening->flags, opening->migrations,
                                      opening->setup, &error);
  finish_sync (&opening->job, connection, error);
  if (connection == NULL)
    return NULL;
  while ((job = next != NULL ? g_steal_pointer (&next) : g_async_queue_pop (queue))->func != NULL)
    if (job->writes)
      next = run_writes (connection, queue, job);
    else
      run_job (connection, job);
  cairn_connection_close (connection);
  g_free (job);
  return NULL;
}

static void
cairn_database_finalize (GObject *object)
{
  CairnDatabase *self = CAIRN_DATABASE (object);

  cairn_database_close (self);
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->door);
  G_OBJECT_CLASS (cairn_database_parent_class)->finalize (object);
}

static void
cairn_database_class_init (CairnDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_database_finalize;
}

static void
cairn_database_init (CairnDatabase *self)
{
  self->queue = g_async_queue_new ();
  g_mutex_init (&self->door);
}

/**
 * cairn_database_open:
 * @path: the file; made with mode 0600 unless read-only
 * @key: %CAIRN_KEY_BYTES bytes, the raw SQLCipher key
 * @flags: how
 * @migrations: (nullable): the schema's steps up to an entry with %NULL; not with a read-only connection
 * @setup: (nullable): registers functions, once
 * @error: return location
 *
 * Opens the file and starts its thread; blocks for some milliseconds, so not for the main thread of
 * a program with windows. Errors: %CAIRN_ERROR_DAMAGED (not a database, another key, newer schema),
 * %CAIRN_ERROR_STORAGE.
 *
 * Returns: (transfer full) (nullable): the database
 */
CairnDatabase *
cairn_database_open (const char            *path,
                     GBytes                *key,
                     CairnDatabaseFlags     flags,
                     const CairnMigration  *migrations,
                     CairnDatabaseSetup     setup,
                     GError               **error)
{
  CairnDatabase *self = g_object_new (CAIRN_TYPE_DATABASE, NULL);
  Opening opening = { self, path, key, flags, migrations, setup, { 0 } };

  g_mutex_init (&opening.job.mutex);
  g_cond_init (&opening.job.cond);
  self->thread = g_thread_new ("database", thread_main, &opening);
  wait_sync (&opening.job);
  g_mutex_clear (&opening.job.mutex);
  g_cond_clear (&opening.job.cond);
  if (opening.job.result != NULL)
    return self;
  g_thread_join (g_steal_pointer (&self->thread));
  g_propagate_error (error, opening.job.error);
  g_object_unref (self);
  return NULL;
}

/**
 * cairn_database_close:
 * @self: a database
 *
 * Ends the thread after the work that is queued. Nothing may be handed to it afterwards; closing
 * twice is harmless. The last reference closes by itself.
 */
void
cairn_database_close (CairnDatabase *self)
{
  GThread *thread;

  g_mutex_lock (&self->door);
  thread = g_steal_pointer (&self->thread);
  if (thread != NULL)
    g_async_queue_push (self->queue, g_new0 (Job, 1));
  g_mutex_unlock (&self->door);
  if (thread == NULL)
    return;
  if (thread == g_thread_self ())   /* the last reference fell at the end of a job */
    g_thread_unref (thread);
  else
    g_thread_join (thread);
}

static gboolean
hand_in (CairnDatabase *self, Job *job)
{
  gboolean open;

  g_mutex_lock (&self->door);
  open = self->thread != NULL;
  if (open)
    g_async_queue_push (self->queue, job);
  g_mutex_unlock (&self->door);
  return open;
}

/**
 * cairn_database_run:
 * @self: a database
 * @func: the work
 * @data: for @func
 * @error: return location
 *
 * Runs @func on the database's thread and waits for it: for worker threads and programs without a window. A worker may call
 * it while another thread closes the database: %CAIRN_ERROR_FAILED.
 *
 * Returns: what @func returned
 */
gpointer
cairn_database_run (CairnDatabase *self, CairnDatabaseFunc func, gpointer data, GError **error)
{
  Job job = { .func = func, .data = data };

  g_return_val_if_fail (g_thread_self () != self->thread, NULL);
  g_mutex_init (&job.mutex);
  g_cond_init (&job.cond);
  if (hand_in (self, &job))
    wait_sync (&job);
  else
    job.error = g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_FAILED, "The database is closed");
  g_mutex_clear (&job.mutex);
  g_cond_clear (&job.cond);
  if (job.error != NULL)
    g_propagate_error (error, job.error);
  return job.result;
}

static Job *
job_new (CairnDatabase       *self,
         CairnDatabaseFunc    func,
         gpointer             data,
         GDestroyNotify       data_free,
         GDestroyNotify       result_free,
         GCancellable        *cancellable,
         GAsyncReadyCallback  callback,
         gpointer             user_data)
{
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->data_free = data_free;
  job->result_free = result_free;
  job->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, cairn_database_run_async);
  return job;
}

/**
 * cairn_database_run_async:
 * @self: a database
 * @func: the work
 * @data: (transfer full): for @func
 * @data_free: (nullable): frees @data, on the database's thread
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): cancels it before it starts; @func may look at it later
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Runs @func on the database's thread.
 */
void
cairn_database_run_async (CairnDatabase       *self,
                          CairnDatabaseFunc    func,
                          gpointer             data,
                          GDestroyNotify       data_free,
                          GDestroyNotify       result_free,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (self->thread != NULL);
  g_async_queue_push (self->queue, job_new (self, func, data, data_free, result_free, cancellable, callback, user_data));
}

/**
 * cairn_database_write_async:
 * @self: a database
 * @func: the work, which neither begins nor commits
 * @data: (transfer full): for @func
 * @data_free: (nullable): frees @data, on the database's thread
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): cancels it before it starts; @func may look at it later
 * @callback: called in the caller's thread-default main context once it is committed
 * @user_data: for @callback
 *
 * Runs @func on the database's thread in a transaction, together with other writes that wait; each fails for itself.
 * @func may be called a second time, when something beside it failed, and must begin anew then. cairn_database_run_finish()
 * takes the result.
 */
void
cairn_database_write_async (CairnDatabase       *self,
                            CairnDatabaseFunc    func,
                            gpointer             data,
                            GDestroyNotify       data_free,
                            GDestroyNotify       result_free,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Job *job;

  g_return_if_fail (self->thread != NULL);
  job = job_new (self, func, data, data_free, result_free, cancellable, callback, user_data);
  job->writes = TRUE;
  g_async_queue_push (self->queue, job);
}

/**
 * cairn_database_run_finish:
 * @self: a database
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): what the work returned
 */
gpointer
cairn_database_run_finish (CairnDatabase *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
