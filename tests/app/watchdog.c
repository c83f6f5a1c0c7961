/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells on stderr when the main loop works longer than a limit between two polls, and where it is just
 * then. It counts the main thread's own processor time, which other people's load does not stretch.
 *
 * Tests link it. Built as a module it watches any program of the build, cairn too:
 *   CAIRN_WATCHDOG_MS=50 LD_PRELOAD=tests/app/libcairn-watchdog.so src/app/cairn
 */

#include "config.h"

#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "watchdog.h"

#define SIGNAL SIGRTMIN
#define DEPTH 40

static GPollFunc poll_before;
static timer_t timer;
static double limit, started, worst;

static double
now_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void
arm (double ms)
{
  struct itimerspec at = { { 0 }, { (time_t) (ms / 1e3), (long) (ms * 1e6) % 1000000000 } };

  timer_settime (timer, 0, &at, NULL);
}

/* The limit has just passed, on the thread that is late: only what a signal handler may call. */
static void
late_cb (int number)
{
  static const char line[] = "watchdog: the main loop is late in\n";
  void *frames[DEPTH];
  int saved = errno, n = backtrace (frames, DEPTH);

  if (write (STDERR_FILENO, line, sizeof line - 1) > 0)
    backtrace_symbols_fd (frames + 2, n > 2 ? n - 2 : 0, STDERR_FILENO);
  errno = saved;
}

static void
note (void)
{
  double ms = now_ms () - started;

  if (ms > limit)
    g_printerr ("watchdog: the main loop worked %.0f ms in one turn\n", ms);
  worst = MAX (worst, ms);
}

static gint
poll_cb (GPollFD *fds,
         guint    n,
         gint     timeout)
{
  gint found;

  note ();
  arm (0);
  found = poll_before (fds, n, timeout);
  started = now_ms ();
  arm (limit);
  return found;
}

/* Watches the default main context from the calling thread, which must be the one that runs it. */
void
watchdog_start (double limit_ms)
{
  struct sigaction action = { .sa_handler = late_cb, .sa_flags = SA_RESTART };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGNAL };
  void *frame;

  event._sigev_un._tid = (pid_t) syscall (SYS_gettid);
  backtrace (&frame, 1);   /* its first call loads a library, which a signal handler may not */
  sigaction (SIGNAL, &action, NULL);
  if (timer_create (CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0)
    g_error ("watchdog: %s", g_strerror (errno));
  limit = limit_ms;
  started = now_ms ();
  poll_before = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, poll_cb);
}

/* Forgets what was; the turn that is under way counts from here. */
void
watchdog_reset (void)
{
  worst = 0;
  started = now_ms ();
  arm (limit);
}

/* The longest turn since the last reset, in ms, the one under way among them. */
double
watchdog_worst (void)
{
  return MAX (worst, now_ms () - started);
}

#ifdef WATCHDOG_MODULE
__attribute__ ((constructor)) static void
watch (void)
{
  const char *ms = g_getenv ("CAIRN_WATCHDOG_MS");

  unsetenv ("LD_PRELOAD");   /* not what the program starts */
  if (ms != NULL)
    watchdog_start (g_ascii_strtod (ms, NULL));
}
#endif
