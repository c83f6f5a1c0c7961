/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes from the process that draws documents all that drawing doesn't need: the network, other programs, writing, and
 * every file but libraries and fonts. A document that takes the process over finds nothing there but itself.
 */
#include "cairn-paper-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY (1536 * 1024 * 1024ul)
#define FILES 64

/* A sanitizer reserves terabytes of addresses. */
#if defined (__SANITIZE_ADDRESS__)
#define HAVE_SANITIZER 1
#else
#define HAVE_SANITIZER 0
#endif

static gboolean
limit (__rlimit_resource_t what, rlim_t most)
{
  struct rlimit limits = { most, most };

  return setrlimit (what, &limits) == 0;
}

static void
allow_reading (int ruleset, const char *path)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };

  rule.parent_fd = open (path, O_PATH | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return;
  syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close (rule.parent_fd);
}

/* Reading of libraries and fonts stays; a kernel without Landlock still has the system calls below. */
static void
confine_files (void)
{
  struct landlock_ruleset_attr attributes = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
  g_autofree char *own_fonts = g_build_filename (g_get_user_data_dir (), "fonts", NULL);
  g_autofree char *old_fonts = g_build_filename (g_get_home_dir (), ".fonts", NULL);
  int ruleset = (int) syscall (SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);

  if (ruleset < 0)
    return;
  allow_reading (ruleset, "/usr");
  allow_reading (ruleset, "/etc/fonts");
  allow_reading (ruleset, "/etc/ld.so.cache");
  allow_reading (ruleset, "/var/cache/fontconfig");
  allow_reading (ruleset, "/app");
  allow_reading (ruleset, "/run/host/fonts");
  allow_reading (ruleset, "/run/host/local-fonts");
  allow_reading (ruleset, own_fonts);
  allow_reading (ruleset, old_fonts);
  syscall (SYS_landlock_restrict_self, ruleset, 0);
  close (ruleset);
}

/* Answered with EPERM: what drawing never calls, and what would lead out of the process. */
static gboolean
confine_calls (void)
{
  static const int refused[] = {
    SCMP_SYS (socket), SCMP_SYS (socketpair), SCMP_SYS (connect), SCMP_SYS (bind), SCMP_SYS (listen), SCMP_SYS (accept),
    SCMP_SYS (accept4), SCMP_SYS (sendto), SCMP_SYS (sendmsg), SCMP_SYS (execve), SCMP_SYS (execveat), SCMP_SYS (fork),
    SCMP_SYS (vfork), SCMP_SYS (ptrace), SCMP_SYS (process_vm_readv), SCMP_SYS (process_vm_writev), SCMP_SYS (kill),
    SCMP_SYS (tkill), SCMP_SYS (pidfd_open), SCMP_SYS (pidfd_getfd), SCMP_SYS (pidfd_send_signal), SCMP_SYS (unlink),
    SCMP_SYS (unlinkat), SCMP_SYS (rename), SCMP_SYS (renameat), SCMP_SYS (renameat2), SCMP_SYS (mkdir), SCMP_SYS (mkdirat),
    SCMP_SYS (link), SCMP_SYS (linkat), SCMP_SYS (symlink), SCMP_SYS (symlinkat), SCMP_SYS (mknod), SCMP_SYS (mknodat),
    SCMP_SYS (chmod), SCMP_SYS (fchmod), SCMP_SYS (fchmodat), SCMP_SYS (chown), SCMP_SYS (fchown), SCMP_SYS (fchownat),
    SCMP_SYS (truncate), SCMP_SYS (creat), SCMP_SYS (mount), SCMP_SYS (umount2), SCMP_SYS (unshare), SCMP_SYS (setns),
    SCMP_SYS (chroot), SCMP_SYS (pivot_root), SCMP_SYS (bpf), SCMP_SYS (perf_event_open), SCMP_SYS (userfaultfd),
    SCMP_SYS (io_uring_setup), SCMP_SYS (keyctl), SCMP_SYS (add_key), SCMP_SYS (request_key), SCMP_SYS (memfd_create),
    SCMP_SYS (shmget), SCMP_SYS (shmat), SCMP_SYS (mq_open), SCMP_SYS (inotify_init1), SCMP_SYS (fanotify_init),
  };
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  gboolean good = filter != NULL;

  for (guint i = 0; good && i < G_N_ELEMENTS (refused); i++)
    good = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), refused[i], 0) == 0;
  for (int mode = O_WRONLY; good && mode <= O_RDWR; mode++)
    good = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (open), 1,
                             SCMP_A1 (SCMP_CMP_MASKED_EQ, O_ACCMODE, (scmp_datum_t) mode)) == 0 &&
           seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (openat), 1,
                             SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE, (scmp_datum_t) mode)) == 0;
  good = good && seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                                   SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
  /* Flags of these two lie in memory, where a filter can't look: the C library then uses the older calls. */
  good = good && seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (openat2), 0) == 0 &&
         seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0) == 0 && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return good;
}

/* Before a byte of a document is read. Returns FALSE when the process must not go on. */
gboolean
cairn_paper_sandbox_enter (void)
{
  if (!limit (RLIMIT_CORE, 0) || !limit (RLIMIT_FSIZE, 0) || !limit (RLIMIT_NOFILE, FILES) ||
      (!HAVE_SANITIZER && !limit (RLIMIT_AS, MEMORY)))
    return FALSE;
  if (prctl (PR_SET_DUMPABLE, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl (PR_SET_PDEATHSIG, 9) != 0)
    return FALSE;
  confine_files ();
  return HAVE_SANITIZER || confine_calls ();
}
