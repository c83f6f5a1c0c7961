/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks between processes. Any thread; waiting blocks the caller, so long waits belong on a worker. */
#include "cairn-mutex.h"

#include "cairn-paths.h"
#include "common/cairn-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define POLL_MS 20

struct _CairnMutex
{
  int fd;
};

/**
 * cairn_mutex_lock:
 * @name: what it guards, as a file name
 * @wait_ms: how long to wait for another holder, in milliseconds; 0 doesn't wait
 * @cancellable: (nullable): ends the wait
 * @error: return location for a %CAIRN_ERROR_IN_USE, %CAIRN_ERROR_STORAGE or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the lock
 */
CairnMutex *
cairn_mutex_lock (const char *name, guint wait_ms, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = cairn_paths_mutex_file (name, error);
  gint64 deadline = g_get_monotonic_time () + wait_ms * G_TIME_SPAN_MILLISECOND;
  CairnMutex *self;
  int fd;

  if (path == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      gboolean cancelled = g_cancellable_set_error_if_cancelled (cancellable, error);

      if (cancelled || g_get_monotonic_time () >= deadline)
        {
          if (!cancelled)
            g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE, "%s is held by another process", name);
          close (fd);
          return NULL;
        }
      g_usleep (POLL_MS * 1000);
    }
  self = g_new (CairnMutex, 1);
  self->fd = fd;
  return self;
}

/**
 * cairn_mutex_free:
 * @self: (transfer full): a lock
 *
 * Gives it up.
 */
void
cairn_mutex_free (CairnMutex *self)
{
  close (self->fd);
  g_free (self);
}
