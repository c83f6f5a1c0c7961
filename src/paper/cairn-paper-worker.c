/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts the drawing process, asks it and ends it. An answer is waited for a while only and is checked before it is
 * believed: whoever has written the document may have taken the process over.
 */
#include "cairn-paper-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cairn-error.h"

#define PATIENCE_MS 20000
/* A document that ends its process again and again isn't worth it. */
#define MAX_STARTS 8

struct _CairnPaperWorker
{
  gatomicrefcount refs;
  char           *program;
  char           *type;
  GBytes         *bytes;
  guint           n_pages;    /* 0 before it was open */
  guint           starts;
  int             memory;     /* descriptor of the document */
  int             socket;     /* −1 while no process runs */

  GMutex          mutex;
  GSubprocess    *process;
  gboolean        stopped;
};

CairnPaperWorker *
cairn_paper_worker_new (const char *program, const char *type, GBytes *bytes)
{
  CairnPaperWorker *self = g_new0 (CairnPaperWorker, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->program = g_strdup (program);
  self->type = g_strdup (type);
  self->bytes = g_bytes_ref (bytes);
  self->memory = -1;
  self->socket = -1;
  return self;
}

CairnPaperWorker *
cairn_paper_worker_ref (CairnPaperWorker *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
drop_process (CairnPaperWorker *self)
{
  g_mutex_lock (&self->mutex);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
  g_mutex_unlock (&self->mutex);
  if (self->socket >= 0)
    close (self->socket);
  self->socket = -1;
}

void
cairn_paper_worker_unref (CairnPaperWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  drop_process (self);
  if (self->memory >= 0)
    close (self->memory);
  g_mutex_clear (&self->mutex);
  g_bytes_unref (self->bytes);
  g_free (self->program);
  g_free (self->type);
  g_free (self);
}

/* Ends what it is doing now and all that it would do later. */
void
cairn_paper_worker_stop (CairnPaperWorker *self)
{
  g_mutex_lock (&self->mutex);
  self->stopped = TRUE;
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_mutex_unlock (&self->mutex);
}

static void
set_broken (GError **error, const char *why)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The document can't be drawn: %s", why);
}

static gboolean
fill_memory (CairnPaperWorker *self, GError **error)
{
  gsize length, done = 0;
  const char *data = g_bytes_get_data (self->bytes, &length);

  self->memory = memfd_create ("cairn-paper", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  while (self->memory >= 0 && done < length)
    {
      gssize n = write (self->memory, data + done, length - done);

      if (n < 0 && errno != EINTR)
        break;
      done += (gsize) MAX (n, 0);
    }
  if (self->memory >= 0 && done == length &&
      fcntl (self->memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "No room for a document: %s", g_strerror (errno));
  if (self->memory >= 0)
    close (self->memory);
  self->memory = -1;
  return FALSE;
}

/* Nothing of this program's environment but where fonts and libraries are. */
static char **
dup_environment (void)
{
  static const char *const names[] = {
    "HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH",
    "GDK_PIXBUF_MODULE_FILE", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
  };
  char **environment = g_environ_setenv (NULL, "LC_ALL", "C.UTF-8", TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_getenv (names[i]) != NULL)
      environment = g_environ_setenv (environment, names[i], g_getenv (names[i]), TRUE);
  return environment;
}

static gboolean
spawn (CairnPaperWorker *self, GError **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_auto(GStrv) environment = dup_environment ();
  GSubprocess *process;
  int sockets[2];

  if (self->memory < 0 && !fill_memory (self, error))
    return FALSE;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_FAILED, "No socket: %s", g_strerror (errno));
      return FALSE;
    }
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_take_stdin_fd (launcher, fcntl (sockets[1], F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stdout_fd (launcher, sockets[1]);
  g_subprocess_launcher_take_fd (launcher, fcntl (self->memory, F_DUPFD_CLOEXEC, 10), CAIRN_PAPER_FD);
  process = g_subprocess_launcher_spawn (launcher, error, self->program, NULL);
  if (process == NULL)
    {
      close (sockets[0]);
      return FALSE;
    }
  self->socket = sockets[0];
  self->starts++;
  g_mutex_lock (&self->mutex);
  self->process = process;
  if (self->stopped)
    g_subprocess_force_exit (process);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
send_all (int socket, gconstpointer data, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize n = send (socket, (const char *) data + done, length - done, MSG_NOSIGNAL);

      if (n < 0 && errno != EINTR)
        return FALSE;
      done += (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
receive_all (int socket, gpointer data, gsize length, gint64 deadline)
{
  for (gsize done = 0; done < length;)
    {
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
      struct pollfd wait = { .fd = socket, .events = POLLIN };
      gssize n;

      if (left <= 0 || poll (&wait, 1, (int) left) == 0)
        return FALSE;
      n = recv (socket, (char *) data + done, length - done, 0);
      if (n == 0 || (n < 0 && errno != EINTR))
        return FALSE;
      done += (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* Data is as long as the answer's other members say, and no longer than it may be. */
static gboolean
is_sound (CairnPaperAsk ask, const CairnPaperReply *reply)
{
  if (reply->fault != CAIRN_PAPER_GOOD)
    return reply->fault <= CAIRN_PAPER_TOO_LARGE && reply->length == 0;
  switch (ask)
    {
    case CAIRN_PAPER_OPEN:
      return reply->count > 0 && reply->count <= CAIRN_PAPER_MAX_PAGES && reply->length == reply->count * 2 * sizeof (float);
    case CAIRN_PAPER_DRAW:
      return reply->width > 0 && reply->width <= CAIRN_PAPER_MAX_SIDE + 1 && reply->height > 0 &&
             reply->height <= CAIRN_PAPER_MAX_SIDE + 1 && reply->length == reply->width * reply->height * 4 &&
             reply->length / 4 <= CAIRN_PAPER_MAX_PIXELS + 2 * CAIRN_PAPER_MAX_SIDE;
    case CAIRN_PAPER_TEXT:
      return reply->length <= 4 * CAIRN_PAPER_MAX_TEXT;
    case CAIRN_PAPER_FIND:
      return reply->count <= CAIRN_PAPER_MAX_HITS && reply->length == reply->count * 4 * sizeof (float);
    default:
      return FALSE;
    }
}

static gboolean
exchange (CairnPaperWorker *self, CairnPaperRequest request, const char *words, CairnPaperReply *reply, GBytes **data)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_MS * 1000;
  g_autofree char *body = NULL;

  request.length = words != NULL ? (guint32) strlen (words) : 0;
  if (!send_all (self->socket, &request, sizeof request) || !send_all (self->socket, words, request.length) ||
      !receive_all (self->socket, reply, sizeof *reply, deadline) || !is_sound (request.ask, reply))
    return FALSE;
  body = g_try_malloc (reply->length + 1);
  if (body == NULL || !receive_all (self->socket, body, reply->length, deadline))
    return FALSE;
  body[reply->length] = '\0';
  *data = g_bytes_new_take (g_steal_pointer (&body), reply->length);
  return TRUE;
}

static gboolean
check_fault (const CairnPaperReply *reply, GError **error)
{
  if (reply->fault == CAIRN_PAPER_ENCRYPTED)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, "The document wants a password");
  else if (reply->fault == CAIRN_PAPER_TOO_LARGE)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "The document has more pages or pixels than are shown");
  else if (reply->fault != CAIRN_PAPER_GOOD)
    set_broken (error, "it is broken");
  return reply->fault == CAIRN_PAPER_GOOD;
}

static gboolean
start (CairnPaperWorker *self, CairnPaperReply *reply, GBytes **data, GError **error)
{
  if (self->starts >= MAX_STARTS)
    {
      set_broken (error, "its process has ended too often");
      return FALSE;
    }
  if (!spawn (self, error))
    return FALSE;
  if (!exchange (self, (CairnPaperRequest) { .ask = CAIRN_PAPER_OPEN }, self->type, reply, data))
    {
      drop_process (self);
      set_broken (error, "its process has ended, or took too long");
      return FALSE;
    }
  if (check_fault (reply, error) && (self->n_pages == 0 || self->n_pages == reply->count))
    return TRUE;
  drop_process (self);
  g_clear_pointer (data, g_bytes_unref);
  if (error != NULL && *error == NULL)
    set_broken (error, "it has changed");
  return FALSE;
}

/* Returns two floats a page, its width and height in points, 0 for one that can't be shown. */
float *
cairn_paper_worker_open (CairnPaperWorker *self, guint *n_pages, GError **error)
{
  g_autoptr(GBytes) data = NULL;
  CairnPaperReply reply;
  float *sizes;

  if (!start (self, &reply, &data, error))
    return NULL;
  sizes = g_memdup2 (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  for (guint i = 0; i < 2 * reply.count; i++)
    if (!isfinite (sizes[i]) || sizes[i] < 0 || sizes[i] > (float) CAIRN_PAPER_MAX_POINTS * 10)
      sizes[i] = 0;
  *n_pages = self->n_pages = reply.count;
  return sizes;
}

gboolean
cairn_paper_worker_ask (CairnPaperWorker  *self,
                        CairnPaperAsk      ask,
                        guint              page,
                        guint              width,
                        const char        *words,
                        CairnPaperReply   *reply,
                        GBytes           **data,
                        GError           **error)
{
  if (self->socket < 0)
    {
      g_autoptr(GBytes) sizes = NULL;

      if (!start (self, reply, &sizes, error))
        return FALSE;
    }
  if (!exchange (self, (CairnPaperRequest) { .ask = ask, .page = page, .width = width }, words, reply, data))
    {
      drop_process (self);
      set_broken (error, "its process has ended, or took too long");
      return FALSE;
    }
  if (check_fault (reply, error))
    return TRUE;
  g_clear_pointer (data, g_bytes_unref);
  return FALSE;
}
