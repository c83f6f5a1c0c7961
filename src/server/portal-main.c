/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairn-portal: picks the command. */
#include "config.h"

#include <libintl.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/cairn-log.h"
#include "portal-command.h"

#define KEPT_BYTES (2 * 1024 * 1024)

static const PortalCommand commands[] = {
  { "serve", portal_command_serve },
  { "import", portal_command_import },
  { "account", portal_command_account },
  { "client", portal_command_client },
  { "staff", portal_command_staff },
  { "backup", portal_command_backup },
  { "restore", portal_command_restore },
  { "audit", portal_command_audit },
};

static const char help[] =
  "Usage: cairn-portal COMMAND --data DIR [OPTION…]\n\n"
  "  serve     run the portal\n"
  "  import    bring records in from files\n"
  "  account   add, list, link, invite, reset or disable accounts\n"
  "  client    add, list or remove apps of others\n"
  "  staff     read and answer messages, hold or release results\n"
  "  backup    write all of the portal into a file\n"
  "  restore   make the portal what it was in a backup\n"
  "  audit     verify or export the audit log\n\n"
  "cairn-portal COMMAND --help says more.\n";

int
main (int argc, char **argv)
{
  const struct rlimit no_core = { 0, 0 };
  struct rlimit files;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CAIRN_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  umask (077);
#ifdef M_TRIM_THRESHOLD
  /* Pages of a megabyte come and go: the memory of one serves the next, instead of the kernel clearing it anew */
  mallopt (M_MMAP_THRESHOLD, KEPT_BYTES);
  mallopt (M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
  setrlimit (RLIMIT_CORE, &no_core);   /* a core dump would hold records and passwords */
  /* Each connection is one; the usual 1024 are kept low for programs that use select() */
  if (getrlimit (RLIMIT_NOFILE, &files) == 0)
    {
      files.rlim_cur = files.rlim_max;
      setrlimit (RLIMIT_NOFILE, &files);
    }
  cairn_log_install ("cairn-portal");
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);
  if (argc > 1 && g_str_equal (argv[1], "--version"))
    {
      printf ("cairn-portal %s\n", CAIRN_VERSION);
      return 0;
    }
  if (argc > 1 && g_str_equal (argv[1], "--help"))
    {
      fputs (help, stdout);
      return 0;
    }
  fputs (help, stderr);
  return 2;
}
