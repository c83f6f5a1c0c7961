/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands what is asked of a document to a thread that waits for the drawing process, one thing after the other. */
#include "cairn-paper.h"

#include "cairn-paper-worker.h"
#include "common/cairn-error.h"

struct _CairnPaper
{
  GObject           parent_instance;

  CairnPaperWorker *worker;
  GAsyncQueue      *jobs;
  float            *sizes;
  guint             n_pages;
};

G_DEFINE_FINAL_TYPE (CairnPaper, cairn_paper, G_TYPE_OBJECT)

typedef struct
{
  CairnPaperAsk  ask;
  guint          page;
  guint          width;
  char          *words;
  float         *sizes;
  guint          n_pages;
} Job;

/* What the thread has: never the object, whose end ends the thread. */
typedef struct
{
  CairnPaperWorker *worker;
  GAsyncQueue      *jobs;
} Bench;

static char the_end;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->words);
  g_free (job->sizes);
  g_free (job);
}

/**
 * cairn_paper_picture_free:
 * @self: (transfer full): a drawn page
 */
void
cairn_paper_picture_free (CairnPaperPicture *self)
{
  g_bytes_unref (self->pixels);
  g_free (self);
}

static void
return_places (GTask *task, const CairnPaperReply *reply, GBytes *data)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (CairnPaperPlace));

  g_array_append_vals (places, g_bytes_get_data (data, NULL), reply->count);
  for (guint i = 0; i < places->len; i++)
    {
      CairnPaperPlace *place = &g_array_index (places, CairnPaperPlace, i);

      if (!(place->x >= 0 && place->y >= 0 && place->width >= 0 && place->height >= 0 && place->x + place->width <= 1.01f &&
            place->y + place->height <= 1.01f))
        *place = (CairnPaperPlace) { 0, 0, 0, 0 };
    }
  g_task_return_pointer (task, places, (GDestroyNotify) g_array_unref);
}

static void
return_data (GTask *task, CairnPaperAsk ask, const CairnPaperReply *reply, GBytes *data)
{
  if (ask == CAIRN_PAPER_DRAW)
    {
      CairnPaperPicture *picture = g_new (CairnPaperPicture, 1);

      *picture = (CairnPaperPicture) { g_bytes_ref (data), reply->width, reply->height };
      g_task_return_pointer (task, picture, (GDestroyNotify) cairn_paper_picture_free);
    }
  else if (ask == CAIRN_PAPER_TEXT)
    g_task_return_pointer (task, g_utf8_make_valid (g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data)), g_free);
  else
    return_places (task, reply, data);
}

static void
do_job (CairnPaperWorker *worker, GTask *task)
{
  Job *job = g_task_get_task_data (task);
  g_autoptr(GBytes) data = NULL;
  CairnPaperReply reply;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (job->ask == CAIRN_PAPER_OPEN)
    {
      job->sizes = cairn_paper_worker_open (worker, &job->n_pages, &error);
      if (job->sizes != NULL)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, error);
    }
  else if (cairn_paper_worker_ask (worker, job->ask, job->page, job->width, job->words, &reply, &data, &error))
    return_data (task, job->ask, &reply, data);
  else
    g_task_return_error (task, error);
}

static gpointer
bench_thread (gpointer data)
{
  Bench *bench = data;
  gpointer job;

  while ((job = g_async_queue_pop (bench->jobs)) != &the_end)
    {
      do_job (bench->worker, job);
      g_object_unref (job);
    }
  cairn_paper_worker_unref (bench->worker);
  g_async_queue_unref (bench->jobs);
  g_free (bench);
  return NULL;
}

static void
ask (CairnPaper          *self,
     gpointer             tag,
     CairnPaperAsk        what,
     guint                page,
     guint                width,
     const char          *words,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->ask = what;
  job->page = page;
  job->width = width;
  job->words = g_strdup (words);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  g_async_queue_push (self->jobs, task);
}

static void
cairn_paper_finalize (GObject *object)
{
  CairnPaper *self = CAIRN_PAPER (object);

  cairn_paper_worker_stop (self->worker);
  g_async_queue_push (self->jobs, &the_end);
  cairn_paper_worker_unref (self->worker);
  g_async_queue_unref (self->jobs);
  g_free (self->sizes);
  G_OBJECT_CLASS (cairn_paper_parent_class)->finalize (object);
}

static void
cairn_paper_class_init (CairnPaperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cairn_paper_finalize;
}

static void
cairn_paper_init (CairnPaper *self)
{
  self->jobs = g_async_queue_new ();
}

/**
 * cairn_paper_can_show:
 * @type: (nullable): a media type in lower case, without parameters
 *
 * Returns: whether a document of that type has pages to show
 */
gboolean
cairn_paper_can_show (const char *type)
{
  static const char *const types[] = { "application/pdf", "image/png", "image/jpeg", "image/webp", NULL };

  return type != NULL && g_strv_contains (types, type);
}

/**
 * cairn_paper_new:
 * @program: path of the program cairn-paper
 * @type: a type of cairn_paper_can_show()
 * @bytes: the document
 *
 * Returns: (transfer full): it, still unread
 */
CairnPaper *
cairn_paper_new (const char *program, const char *type, GBytes *bytes)
{
  CairnPaper *self;
  Bench *bench;

  g_return_val_if_fail (program != NULL && bytes != NULL, NULL);
  g_return_val_if_fail (cairn_paper_can_show (type), NULL);

  self = g_object_new (CAIRN_TYPE_PAPER, NULL);
  self->worker = cairn_paper_worker_new (program, type, bytes);
  bench = g_new (Bench, 1);
  *bench = (Bench) { cairn_paper_worker_ref (self->worker), g_async_queue_ref (self->jobs) };
  g_thread_unref (g_thread_new ("paper", bench_thread, bench));
  return self;
}

/**
 * cairn_paper_close:
 * @self: a document
 *
 * Ends what is being drawn; everything that is asked afterwards fails.
 */
void
cairn_paper_close (CairnPaper *self)
{
  g_return_if_fail (CAIRN_IS_PAPER (self));

  cairn_paper_worker_stop (self->worker);
}

/**
 * cairn_paper_open_async:
 * @self: a document
 * @cancellable: (nullable): ends it, unless it has begun
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads how many pages there are and how large they are. Errors: %CAIRN_ERROR_BAD_DATA (broken), %CAIRN_ERROR_CREDENTIALS (it wants a
 * password), %CAIRN_ERROR_TOO_LARGE (over 2,000 pages, or a picture over 60 million pixels).
 */
void
cairn_paper_open_async (CairnPaper *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (CAIRN_IS_PAPER (self));

  ask (self, cairn_paper_open_async, CAIRN_PAPER_OPEN, 0, 0, NULL, cancellable, callback, user_data);
}

/**
 * cairn_paper_open_finish:
 * @self: a document
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it can be shown
 */
gboolean
cairn_paper_open_finish (CairnPaper *self, GAsyncResult *result, GError **error)
{
  Job *job;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  job = g_task_get_task_data (G_TASK (result));
  g_free (self->sizes);
  self->sizes = g_steal_pointer (&job->sizes);
  self->n_pages = job->n_pages;
  return TRUE;
}

/**
 * cairn_paper_get_n_pages:
 * @self: a document
 *
 * Returns: how many pages there are, 0 before it is open
 */
guint
cairn_paper_get_n_pages (CairnPaper *self)
{
  g_return_val_if_fail (CAIRN_IS_PAPER (self), 0);
  return self->n_pages;
}

/**
 * cairn_paper_get_size:
 * @self: a document
 * @page: from 0
 * @width: (out): in points
 * @height: (out): in points
 *
 * Returns: whether the page can be shown; if not, the size is one of A4
 */
gboolean
cairn_paper_get_size (CairnPaper *self, guint page, double *width, double *height)
{
  g_return_val_if_fail (CAIRN_IS_PAPER (self), FALSE);
  g_return_val_if_fail (page < self->n_pages, FALSE);

  *width = (double) self->sizes[2 * page];
  *height = (double) self->sizes[2 * page + 1];
  if (*width > 0 && *height > 0)
    return TRUE;
  *width = 595;
  *height = 842;
  return FALSE;
}

/**
 * cairn_paper_draw_async:
 * @self: a document
 * @page: from 0
 * @width: how wide to draw it, in pixels
 * @cancellable: (nullable): ends it, unless it has begun
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Draws a page. Errors: %CAIRN_ERROR_BAD_DATA.
 */
void
cairn_paper_draw_async (CairnPaper          *self,
                        guint                page,
                        guint                width,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_PAPER (self));

  ask (self, cairn_paper_draw_async, CAIRN_PAPER_DRAW, page, width, NULL, cancellable, callback, user_data);
}

/**
 * cairn_paper_draw_finish:
 * @self: a document
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the drawn page
 */
CairnPaperPicture *
cairn_paper_draw_finish (CairnPaper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_paper_read_text_async:
 * @self: a document
 * @page: from 0
 * @cancellable: (nullable): ends it, unless it has begun
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads the words of a page. Errors: %CAIRN_ERROR_BAD_DATA.
 */
void
cairn_paper_read_text_async (CairnPaper          *self,
                             guint                page,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_PAPER (self));

  ask (self, cairn_paper_read_text_async, CAIRN_PAPER_TEXT, page, 0, NULL, cancellable, callback, user_data);
}

/**
 * cairn_paper_read_text_finish:
 * @self: a document
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): UTF-8; empty for a page without words, as a scan or a picture
 */
char *
cairn_paper_read_text_finish (CairnPaper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_paper_find_async:
 * @self: a document
 * @page: from 0
 * @words: what to look for; case and accents don't matter
 * @cancellable: (nullable): ends it, unless it has begun
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Looks for words on a page. Errors: %CAIRN_ERROR_BAD_DATA.
 */
void
cairn_paper_find_async (CairnPaper          *self,
                        guint                page,
                        const char          *words,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_PAPER (self));
  g_return_if_fail (words != NULL);

  ask (self, cairn_paper_find_async, CAIRN_PAPER_FIND, page, 0, words, cancellable, callback, user_data);
}

/**
 * cairn_paper_find_finish:
 * @self: a document
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type CairnPaperPlace): where they are, 200 places at most
 */
GArray *
cairn_paper_find_finish (CairnPaper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
