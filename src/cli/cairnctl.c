/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl: the client without a screen. This file reads the command line and picks the command. */
#include "config.h"

#include "ctl.h"

#include "common/cairn-crypto.h"
#include "common/cairn-log.h"

#include <locale.h>
#include <string.h>

typedef struct
{
  const char *name;
  const char *what;        /* it does, in a line */
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
  { "since", 0, 0, G_OPTION_ARG_STRING, &ctl.since, "Only records that start on or after this date (YYYY, YYYY-MM or YYYY-MM-DD)", "D" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &ctl.until, "Only records that start on or before this date, to its end", "D" },
  { "limit", 0, 0, G_OPTION_ARG_INT, &ctl.limit, "At most so many (50; 0 for all)", "N" },
  { "offset", 0, 0, G_OPTION_ARG_INT, &ctl.offset, "Leave so many out first", "N" },
  { NULL }
};
static GOptionEntry send_options[] = {
  { "file", 0, 0, G_OPTION_ARG_STRING, &ctl.file, "The resource in JSON; “-” reads standard input", "F" },
  { NULL }
};
static GOptionEntry message_options[] = {
  { "to", 0, 0, G_OPTION_ARG_STRING, &ctl.to, "Whom it is for, TYPE/ID", "WHO" },
  { "thread", 0, 0, G_OPTION_ARG_STRING, &ctl.thread, "The thread that it belongs to, by the name that this command gave it or by the id of its first message", "T" },
  { "topic", 0, 0, G_OPTION_ARG_STRING, &ctl.topic, "What a new thread is about", "WORDS" },
  { "text-stdin", 0, 0, G_OPTION_ARG_NONE, &ctl.text_stdin, "Read what it says from standard input", NULL },
  { "attach", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &ctl.attach, "A picture, PDF or text that goes with it; may be repeated", "FILE" },
  { NULL }
};
static GOptionEntry sign_out_options[] = {
  { "discard-unsent", 0, 0, G_OPTION_ARG_NONE, &ctl.discard_unsent, "Also when something is not sent yet", NULL },
  { NULL }
};

static const Command commands[] = {
  { "sign-in", "Sign in to a portal and keep the sign-in on this machine",
    "URL --username U --password-stdin [--otp-stdin]", 1, 1, ctl_sign_in, sign_in_options },
  { "status", "Say who is signed in, and when the record was last brought home",
    "", 0, 0, ctl_status, no_options },
  { "sync", "Bring home what is new; goes on where it was cut off",
    "", 0, 0, ctl_sync, no_options },
  { "counts", "Count what is here, by type",
    "", 0, 0, ctl_counts, no_options },
  { "list", "List records, newest first, undated last",
    "TYPE|all|quarantine [--search W] [--since D] [--until D] [--limit N] [--offset N]", 1, 1, ctl_list, list_options },
  { "show", "Show one record; with --json exactly as it was received",
    "TYPE/ID", 1, 1, ctl_show, no_options },
  { "quarantine", "List what was received but could not be taken for a record",
    "", 0, 0, ctl_quarantine, no_options },
  { "send", "Write a resource at the portal; waits in the outbox while it can't be reached",
    "TYPE --file F|-", 1, 1, ctl_send, send_options },
  { "message", "Write to the care team; waits in the outbox while the portal can't be reached",
    "[--to WHO] [--thread T] [--topic WORDS] [--text-stdin] [--attach FILE]…", 0, 0, ctl_message, message_options },
  { "outbox", "List what waits to be sent",
    "", 0, 0, ctl_outbox, no_options },
  { "unlock", "End the lock that the app put on the account",
    "--password-stdin", 0, 0, ctl_unlock, unlock_options },
  { "sign-out", "Wipe the account from this machine and tell the portal",
    "[--discard-unsent]", 0, 0, ctl_sign_out, sign_out_options },
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
print_help (const Command *command, GOptionContext *context)
{
  if (command != NULL)
    {
      g_autofree char *all = g_option_context_get_help (context, TRUE, NULL);
      const char *start = strstr (all, "\n\n");

      g_print ("Usage: cairnctl [--account NAME] [--json] %s %s\n\n%s.\n%s\n", command->name, command->arguments,
               command->what, start != NULL ? start + 1 : "");
      return;
    }
  g_print ("Usage: cairnctl [--account NAME] [--json] COMMAND …\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-11s %s\n", commands[i].name, commands[i].what);
  g_print ("\n--account NAME picks one of several accounts, by the name that sign-in printed or by its user name.\n"
           "--json prints one JSON value on standard output, an error as {\"error\":{\"code\",\"message\",\"retry\"}}.\n"
           "cairnctl COMMAND --help says more of a command. Secrets are read from standard input only.\n"
           "Exit: 0 done, 1 failed (a wrong password too), 2 usage, 3 partly done, 4 nobody is signed in or the sign-in\n"
           "has ended, 5 locked.\n");
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
      print_help (command, context);
      return CTL_DONE;
    }
  if (command == NULL)
    return word != NULL ? ctl_usage (&ctl, "There is no command “%s”", word) : ctl_usage (&ctl, "A command is missing");
  n = argc - 2;
  if (n < (int) command->n_min || n > (int) command->n_max)
    return ctl_usage (&ctl, "Usage: cairnctl %s %s", command->name, command->arguments);
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
