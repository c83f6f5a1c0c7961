/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl: the client without a screen. This file reads the command line and picks the command. */
#include "config.h"

#include "ctl.h"

#include "common/cairn-crypto.h"
#include "common/cairn-log.h"

#include <locale.h>
#include <stdlib.h>

typedef struct
{
  const char *name;
  const char *arguments;   /* for the usage text */
  guint       n_min, n_max;
  int       (*run) (Ctl *ctl);
  GOptionEntry *options;
} Command;

static Ctl ctl = { .limit = 50 };

static GOptionEntry no_options[] = { { NULL } };
static GOptionEntry sign_in_options[] = {
  { "username", 0, 0, G_OPTION_ARG_STRING, &ctl.username, "User name or e-mail address", "U" },
  { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &ctl.password_stdin, "Read the password from the first line of standard input", NULL },
  { "otp-stdin", 0, 0, G_OPTION_ARG_NONE, &ctl.otp_stdin, "Read a one-time code from the next line", NULL },
  { NULL }
};
static GOptionEntry unlock_options[] = {
  { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &ctl.password_stdin, "Read the password from standard input", NULL },
  { NULL }
};
static GOptionEntry list_options[] = {
  { "search", 0, 0, G_OPTION_ARG_STRING, &ctl.search, "Only records with these words", "W" },
  { "since", 0, 0, G_OPTION_ARG_STRING, &ctl.since, "Only records that start on or after this date", "D" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &ctl.until, "Only records that start on or before this date", "D" },
  { "limit", 0, 0, G_OPTION_ARG_INT, &ctl.limit, "At most so many (50; 0 for all)", "N" },
  { "offset", 0, 0, G_OPTION_ARG_INT, &ctl.offset, "Leave so many out first", "N" },
  { NULL }
};
static GOptionEntry sign_out_options[] = {
  { "discard-unsent", 0, 0, G_OPTION_ARG_NONE, &ctl.discard_unsent, "Also when something is not sent yet", NULL },
  { NULL }
};

static const Command commands[] = {
  { "sign-in", "URL --username U --password-stdin [--otp-stdin]", 1, 1, ctl_sign_in, sign_in_options },
  { "status", "", 0, 0, ctl_status, no_options },
  { "sync", "", 0, 0, ctl_sync, no_options },
  { "counts", "", 0, 0, ctl_counts, no_options },
  { "list", "TYPE|all|quarantine [--search W] [--since D] [--until D] [--limit N] [--offset N]", 1, 1, ctl_list, list_options },
  { "show", "TYPE/ID", 1, 1, ctl_show, no_options },
  { "quarantine", "", 0, 0, ctl_quarantine, no_options },
  { "outbox", "", 0, 0, ctl_outbox, no_options },
  { "unlock", "--password-stdin", 0, 0, ctl_unlock, unlock_options },
  { "sign-out", "[--discard-unsent]", 0, 0, ctl_sign_out, sign_out_options },
};

static gboolean show_help, show_version;

static GOptionEntry common_options[] = {
  { "account", 0, 0, G_OPTION_ARG_STRING, &ctl.account, "Which account, by the name that sign-in gave it", "NAME" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &ctl.json, "Print one JSON value on standard output", NULL },
  { "help", 'h', 0, G_OPTION_ARG_NONE, &show_help, "Show this text", NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Show the version", NULL },
  { NULL }
};

static void
print_help (void)
{
  g_print ("Usage: cairnctl [--account NAME] [--json] COMMAND …\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-11s %s\n", commands[i].name, commands[i].arguments);
  g_print ("\nSecrets are read from standard input, never from arguments or the environment.\n"
           "Exit: 0 done, 1 failed, 2 usage, 3 partial, 4 sign-in needed, 5 locked.\n");
}

/* The first word that isn't an option or the value of --account. */
static const Command *
find_command (int argc, char **argv, const char **word)
{
  *word = NULL;
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--account"))
        i++;
      else if (argv[i][0] != '-')
        {
          *word = argv[i];
          break;
        }
    }
  for (guint i = 0; *word != NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, *word))
      return &commands[i];
  return NULL;
}

static gboolean
has_json (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--json"))
      return TRUE;
  return FALSE;
}

static int
run_command (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  const char *word;
  const Command *command = find_command (argc, argv, &word);
  int n;

  ctl.json = has_json (argc, argv);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, common_options, NULL);
  g_option_context_add_main_entries (context, command != NULL ? command->options : no_options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return ctl_usage (&ctl, "%s", error->message);
  if (show_version)
    {
      g_print ("cairnctl %s\n", CAIRN_VERSION);
      return CTL_DONE;
    }
  if (show_help)
    {
      print_help ();
      return CTL_DONE;
    }
  if (command == NULL)
    return word != NULL ? ctl_usage (&ctl, "There is no command “%s”", word) : ctl_usage (&ctl, "A command is missing");
  n = argc - 2;
  if (n < (int) command->n_min || n > (int) command->n_max)
    return ctl_usage (&ctl, "cairnctl %s %s", command->name, command->arguments);
  ctl.arguments = argv + 2;
  return command->run (&ctl);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  int code;

  setlocale (LC_ALL, "");
  g_set_prgname ("cairnctl");
  cairn_log_install ("cairnctl");
  if (!cairn_crypto_init (&error))
    return ctl_fail (&ctl, error);
  code = run_command (argc, argv);
  /* No thread may be at work in a database while the process ends. */
  if (ctl.session != NULL)
    cairn_session_close (ctl.session);
  g_clear_object (&ctl.session);
  return code;
}
