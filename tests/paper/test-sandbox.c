/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left to a document that takes over the process that draws it (cairn-paper-sandbox.c). */
#include "paper/cairn-paper-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a check in a child that has gone into the sandbox; TRUE when the check holds there. */
static gboolean
holds (gboolean (*check) (const char *path), const char *path)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      if (!cairn_paper_sandbox_enter ())
        _exit (3);
      _exit (check (path) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), !=, 3);
  return WEXITSTATUS (status) == 0;
}

static gboolean
can_read (const char *path)
{
  return open (path, O_RDONLY) >= 0;
}

static gboolean
can_write (const char *path)
{
  return open (path, O_RDWR) >= 0 || open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600) >= 0 || unlink (path) == 0;
}

static gboolean
can_connect (const char *path)
{
  return socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static gboolean
can_start (const char *path)
{
  return fork () >= 0 || execl (path, path, NULL) == 0;
}

static gboolean
can_kill (const char *path)
{
  return kill (getppid (), 0) == 0 || syscall (SYS_ptrace, 16 /* PTRACE_ATTACH */, getppid (), 0, 0) == 0;
}

static void
test_files (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "secret", NULL);
  g_autofree char *text = NULL;
  gboolean landlock = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;

  g_assert_true (g_file_set_contents (path, "secret", -1, NULL));
  g_assert_true (can_read (path));
  g_assert_true (holds (can_read, "/usr/share/fonts"));
  if (landlock)
    {
      g_assert_false (holds (can_read, path));
      g_assert_false (holds (can_read, "/etc/passwd"));
      g_assert_false (holds (can_read, "/proc/self/environ"));
    }
  g_assert_false (holds (can_write, path));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "secret");
  if (!landlock)
    g_test_skip ("This kernel has no Landlock: reading is not confined");
}

static void
test_calls (void)
{
  g_assert_false (holds (can_connect, NULL));
  g_assert_false (holds (can_start, "/bin/true"));
  g_assert_false (holds (can_kill, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#if defined (__SANITIZE_ADDRESS__)
  g_print ("1..0 # SKIP a sanitizer needs system calls that the sandbox refuses\n");
  return 0;
#endif
  g_test_add_func ("/paper/sandbox/files", test_files);
  g_test_add_func ("/paper/sandbox/calls", test_calls);
  return g_test_run ();
}
