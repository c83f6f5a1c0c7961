/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --help says of a command and of each of its verbs: what it needs, its own options, an example. */
#include "portal-help.h"

#include <string.h>

#define DATA "--data DIR"
#define STORE "data config key-file json"   /* of every command */
#define TYPED "cairn-portal "
#define THERE " --data /var/lib/cairn-portal "

static const PortalHelp table[] = {
  { "serve", NULL, DATA, "Runs the portal until it is told to stop.", NULL, TYPED "serve" THERE "--config /etc/cairn-portal.conf" },
  { "import", NULL, DATA " FILE…", "Brings records in: a resource, NDJSON, or a Bundle; - is standard input. A file is all or nothing.", NULL,
    TYPED "import" THERE "--json chart.json" },
  { "account", NULL, "add|list|link|invite|reset|disable " DATA, "Who may sign in. cairn-portal account VERB --help says what a verb needs.", "",
    TYPED "account invite --help" },
  { "account", "add", DATA " --username U --email E (--patient ID | --practitioner ID --role R) --password-stdin",
    "Makes an account for a patient, or for somebody who works here.", "username email patient practitioner role password-stdin",
    TYPED "account add" THERE "--username ana --email ana@example.org --patient 123 --password-stdin < password" },
  { "account", "list", DATA, "Lists the accounts.", "", TYPED "account list" THERE "--json" },
  { "account", "link", DATA " --username U --patient ID", "Joins an account that waits to its record, after somebody made sure whose it is; its owner is told.",
    "username patient", TYPED "account link" THERE "--username ana --patient 123" },
  { "account", "invite", DATA " --patient ID", "Makes an invitation: a code with which a patient registers an account that opens this record at once. It is good once.",
    "patient", TYPED "account invite" THERE "--patient 123" },
  { "account", "reset", DATA " --username U", "Turns the second factor of an account off, for somebody who lost telephone and recovery codes.", "username",
    TYPED "account reset" THERE "--username ana" },
  { "account", "disable", DATA " --username U", "Ends an account: nobody signs in to it, and whoever has is signed out.", "username",
    TYPED "account disable" THERE "--username ana" },
  { "client", NULL, "add|list|remove " DATA, "Apps of others. cairn-portal client VERB --help says what a verb needs.", "", TYPED "client add --help" },
  { "client", "add", DATA " --name N --redirect URI", "Adds an app that people may let in, and prints its client_id, and its secret where it keeps one.",
    "name redirect site scope confidential", TYPED "client add" THERE "--name 'My Diary' --redirect https://diary.example.org/back" },
  { "client", "list", DATA, "Lists the apps.", "", TYPED "client list" THERE },
  { "client", "remove", DATA " --id ID", "Removes an app; what it was let in to is closed to it at once.", "id", TYPED "client remove" THERE "--id 7c0e…" },
  { "staff", NULL, "list|show|reply|assign|close|hold|release [Type/ID] " DATA " --as U",
    "What somebody who works here does, by their role. cairn-portal staff VERB --help says what a verb needs.", "as", TYPED "staff reply --help" },
  { "staff", "list", "[Communication|Type/ID] " DATA " --as U", "Lists the threads that wait for U and the pools they work in; for Communication all that are open, for a "
    "Practitioner or HealthcareService theirs, for a Patient the results.", "as", TYPED "staff list" THERE "--as bo" },
  { "staff", "show", "Type/ID " DATA " --as U", "Shows a result, or a thread by any of its messages, which are read then.", "as",
    TYPED "staff show Communication/5f2…" THERE "--as bo" },
  { "staff", "reply", "Communication/ID " DATA " --as U --text-stdin", "Answers a thread; the patient is told by mail that there is an answer, not what.", "as text-stdin",
    "echo 'Come at ten.' | " TYPED "staff reply Communication/5f2…" THERE "--as bo --text-stdin" },
  { "staff", "assign", "Communication/ID " DATA " --as U --to Type/ID", "Hands a thread over to a Practitioner, or to a pool (HealthcareService).", "as to",
    TYPED "staff assign Communication/5f2…" THERE "--as bo --to HealthcareService/refills" },
  { "staff", "close", "Communication/ID " DATA " --as U", "Closes a thread; another message of the patient opens it again.", "as reason",
    TYPED "staff close Communication/5f2…" THERE "--as bo --reason 'Answered by telephone'" },
  { "staff", "hold", "Type/ID " DATA " --as U", "Holds a result back from its patient.", "as reason",
    TYPED "staff hold Observation/9b1…" THERE "--as hale --reason 'To be talked about first'" },
  { "staff", "release", "Type/ID " DATA " --as U", "Lets the patient see a result that was held.", "as reason",
    TYPED "staff release Observation/9b1…" THERE "--as hale" },
  { "backup", NULL, DATA " FILE", "Writes all of the portal into a file, while it serves. The file opens with the portal's key.", NULL,
    TYPED "backup" THERE "/srv/backup/portal-today" },
  { "restore", NULL, DATA " FILE", "Makes the portal what it was in a backup.", NULL, TYPED "restore" THERE "/srv/backup/portal-today" },
  { "audit", NULL, "verify|export " DATA, "Looks the audit log over, or reads it out.", NULL, TYPED "audit verify" THERE },
  { "audit", "verify", DATA, "Looks whether every row of the audit log is as it was written.", "", TYPED "audit verify" THERE },
  { "audit", "export", DATA, "Reads the audit log out, a line of JSON a row.", "", TYPED "audit export" THERE "> log.ndjson" },
};

/* The row of the verb that was typed, else of the command; NULL when there is none. */
const PortalHelp *
portal_help_find (const char *command, int argc, char **argv)
{
  const PortalHelp *whole = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (!g_str_equal (table[i].command, command))
        continue;
      if (table[i].verb == NULL)
        whole = &table[i];
      for (int n = 0; n < argc && table[i].verb != NULL; n++)
        if (g_str_equal (argv[n], table[i].verb))
          return &table[i];
    }
  return whole;
}

static gboolean
is_its_own (const PortalHelp *self, const char *option)
{
  g_auto(GStrv) every = g_strsplit (STORE, " ", -1), own = NULL;

  if (self->options == NULL || g_strv_contains ((const char *const *) every, option))
    return TRUE;
  own = g_strsplit (self->options, " ", -1);
  return g_strv_contains ((const char *const *) own, option);
}

/* Takes all of @entries, and shows those that mean something here. */
GOptionContext *
portal_help_context (const PortalHelp *self, const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (self->words);
  g_autofree char *name = g_strjoin (" ", "cairn-portal", self->command, self->verb, NULL);
  g_autofree char *example = g_strconcat ("Example:\n  ", self->example, NULL);
  g_autoptr(GArray) shown = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  g_set_prgname (name);
  for (guint i = 0; entries[i].long_name != NULL; i++)
    {
      GOptionEntry entry = entries[i];

      if (*entry.long_name == '\0')
        entry.arg_description = NULL;   /* what @words says */
      else if (!is_its_own (self, entry.long_name))
        entry.flags |= G_OPTION_FLAG_HIDDEN;
      g_array_append_val (shown, entry);
    }
  g_option_context_set_summary (context, self->about);
  g_option_context_set_description (context, example);
  g_option_context_add_main_entries (context, (GOptionEntry *) shown->data, NULL);
  return context;
}
