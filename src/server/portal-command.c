/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of cairn-portal: words in, words or JSON out, exit 0 done, 1 failed, 2 usage. */
#include "portal-command.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-command-note.h"
#include "portal-options.h"
#include "portal.h"
#include "server/import/portal-demo.h"
#include "server/import/portal-import.h"
#include "server/mail/portal-carrier.h"
#include "server/sign-in/portal-accounts.h"

#define DEMO_EMERGENCY "911"   /* the sample clinic is in Minnesota */
#define LONGEST_PASSWORD_LINE 4096

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static int
serve (const PortalOptions *options, PortalConfig *config)
{
  g_autoptr(Portal) portal = portal_new (config);
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *mail = portal_carrier_dup_words (config), *warning = portal_config_dup_warning (config);
  g_autoptr(GError) error = NULL;
  guint sources[2];

  if (warning != NULL)
    g_printerr ("cairn-portal: %s\n", warning);
  sources[0] = g_unix_signal_add (SIGTERM, quit_cb, loop);
  sources[1] = g_unix_signal_add (SIGINT, quit_cb, loop);
  if (options->demo && !portal_demo_fill (portal, &error))
    return portal_options_fail (error);
  if (options->demo)
    portal_demo_explain (portal, config);
  if (!portal_start (portal, &error))
    return portal_options_fail (error);
  g_printerr ("cairn-portal: %s\n", mail);
  if (portal_get_metrics_url (portal) != NULL)
    g_printerr ("cairn-portal: Metrics are at %smetrics\n", portal_get_metrics_url (portal));
  printf ("Listening on %s\n", portal_get_url (portal));
  fflush (stdout);
  g_main_loop_run (loop);
  portal_stop (portal);
  g_source_remove (sources[0]);
  g_source_remove (sources[1]);
  return 0;
}

int
portal_command_serve (int argc, char **argv)
{
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "Where to listen; port 0 takes a free one", "ADDR:PORT" },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &options.tls_cert, "Certificate chain, PEM", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options.tls_key, "Its private key, PEM", "FILE" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options.demo, "Fill an empty folder with the sample clinic first", NULL },
    { "print-config", 0, 0, G_OPTION_ARG_NONE, &options.print_config, "Print the settings in force and end", NULL },
    { NULL }
  };
  g_autoptr(PortalConfig) config = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  if (!portal_options_parse (argc, argv, "serve", entries))
    return EXIT_USAGE;
  if (argc > 1 && argv[1] != NULL && *argv[1] != '-')
    return portal_options_usage ("serve takes options only");
  config = portal_options_make_config (&options, &error);
  if (config == NULL || !portal_config_check (config, &error))
    return portal_options_fail (error);
  if (options.demo && config->emergency_number == NULL)
    config->emergency_number = g_strdup (DEMO_EMERGENCY);
  if (!options.print_config)
    return serve (&options, config);
  text = portal_config_to_text (config);
  fputs (text, stdout);
  return 0;
}

/* Whose records came: `account add --patient` asks for these ids. */
static void
print_patients (GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const PortalFile *file = g_ptr_array_index (files, i);

      for (guint j = 0; file->error == NULL && j < file->items->len; j++)
        {
          const PortalItem *item = g_ptr_array_index (file->items, j);

          if (g_strcmp0 (item->type, "Patient") == 0 && item->id != NULL)
            printf ("  Patient %s\n", item->id);
        }
    }
}

/* A row a file, and a patient whose record it touched. */
static gboolean
note_import (Portal *portal, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      const PortalFile *file = g_ptr_array_index (files, i);
      PortalEvent event = { .action = "import", .entries = file->entries,
                            .outcome = file->entries != NULL ? PORTAL_COMMAND_DONE : PORTAL_COMMAND_FAILED };

      if (!portal_command_note_all (portal, &event, file->patients, error))
        return FALSE;
    }
  return TRUE;
}

int
portal_command_import (int argc, char **argv)
{
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Report as JSON", NULL },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &options.strict, "A urn:uuid or conditional reference that nothing matches fails its file", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.rest, NULL, "FILE…" },
    { NULL }
  };
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_file_free);
  g_autoptr(PortalConfig) config = NULL;
  g_autoptr(Portal) portal = NULL;
  g_autoptr(JsonNode) report = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gboolean ok;

  if (!portal_options_parse (argc, argv, "import", entries))
    return EXIT_USAGE;
  if (options.rest == NULL)
    return portal_options_usage ("import needs at least one file, or - for standard input");
  config = portal_options_make_config (&options, &error);
  if (config == NULL)
    return portal_options_fail (error);
  portal = portal_new (config);
  if (!portal_open (portal, &error))
    return portal_options_fail (error);
  for (guint i = 0; options.rest[i] != NULL; i++)
    g_ptr_array_add (files, portal_file_read (options.rest[i]));
  report = portal_import_files (portal_store_get_writer (portal_get_store (portal)), files,
                                options.strict, &ok);
  if (!note_import (portal, files, &error))
    return portal_options_fail (error);
  text = options.json ? json_to_string (report, FALSE) : portal_import_to_text (report);
  printf ("%s%s", text, options.json ? "\n" : "");
  if (!options.json)
    print_patients (files);
  return ok ? 0 : EXIT_FAILED;
}

static char *
read_password (void)
{
  char line[LONGEST_PASSWORD_LINE];
  char *password = NULL;

  if (fgets (line, sizeof line, stdin) != NULL)
    {
      line[strcspn (line, "\r\n")] = '\0';
      password = g_strdup (line);
    }
  memset (line, 0, sizeof line);
  return password;
}

static gboolean
note_account (Portal *portal, const char *action, const char *account, const char *patient, GError **error)
{
  PortalEvent event = { .action = action, .account = account, .patient = patient, .outcome = PORTAL_COMMAND_DONE };

  return portal_command_note (portal, &event, error);
}

static int
account_add (const PortalOptions *options, const PortalConfig *config, Portal *portal, CairnDatabase *writer)
{
  PortalNewAccount wanted = { options->username,     options->email, options->patient,
                              options->practitioner, options->role,  NULL };
  g_autoptr(PortalAccount) account = NULL;
  g_autofree char *json = NULL;
  g_autoptr(GError) error = NULL;
  char *password;

  if (!options->password_stdin)
    return portal_options_usage ("account add reads the password from standard input: --password-stdin");
  password = read_password ();
  wanted.password = password;
  account = portal_account_add (writer, &wanted, &error);
  if (account != NULL && g_utf8_strlen (password, -1) < config->password_min)
    g_printerr ("cairn-portal: Warning: This password has fewer than the %d characters that the clinic asks "
                "for\n",
                config->password_min);
  cairn_secret_clear (password);
  if (account == NULL || !note_account (portal, "account-add", account->id, account->patient, &error))
    return portal_options_fail (error);
  json = portal_account_to_json (account);
  if (options->json)
    printf ("%s\n", json);
  else
    printf ("Account %s was made for %s/%s\n", account->username,
            account->patient != NULL ? "Patient" : "Practitioner",
            account->patient != NULL ? account->patient : account->practitioner);
  return 0;
}

static gboolean
change_account (const PortalOptions  *options,
                const PortalConfig   *config,
                const char           *verb,
                CairnDatabase        *writer,
                GError              **error)
{
  if (g_str_equal (verb, "link"))
    return portal_account_link (writer, config, options->username, options->patient, error);
  if (g_str_equal (verb, "reset"))
    return portal_account_reset (writer, config, options->username, error);
  return portal_account_disable (writer, options->username, error);
}

static int
account_change (const PortalOptions *options, const PortalConfig *config, const char *verb, Portal *portal,
                CairnDatabase *writer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PortalAccount) account = NULL;
  g_autofree char *action = g_strconcat ("account-", verb, NULL);
  gboolean linking = g_str_equal (verb, "link");

  if (options->username == NULL || (linking && options->patient == NULL))
    return portal_options_usage (linking ? "account link needs --username U --patient ID"
                                         : "account disable and account reset need --username U");
  account = portal_account_find (writer, options->username, &error);
  if (account == NULL || !change_account (options, config, verb, writer, &error) ||
      !note_account (portal, action, account->id, linking ? options->patient : account->patient, &error))
    return portal_options_fail (error);
  if (options->json)
    printf ("{\"ok\":true}\n");
  return 0;
}

static int
account_invite (const PortalOptions *options, Portal *portal, CairnDatabase *writer)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *code = NULL, *until = NULL;
  gint64 expires;

  if (options->patient == NULL)
    return portal_options_usage ("account invite needs --patient ID");
  code = portal_account_invite (writer, options->patient, &expires, &error);
  if (code == NULL || !note_account (portal, "account-invite", NULL, options->patient, &error))
    return portal_options_fail (error);
  until = cairn_date_dup_instant (expires);
  if (options->json)
    printf ("{\"code\":\"%s\",\"expires\":\"%s\"}\n", code, until);
  else
    printf ("Invitation %s\nGood once, until %s, for Patient/%s: give it to nobody else\n", code, until, options->patient);
  return 0;
}

static int
account_list (const PortalOptions *options, CairnDatabase *writer)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = portal_account_list (writer, options->json, &error);

  if (text == NULL)
    return portal_options_fail (error);
  printf ("%s%s", text, options->json ? "\n" : "");
  return 0;
}

int
portal_command_account (int argc, char **argv)
{
  static const char *const verbs[] = { "add", "list", "link", "invite", "reset", "disable", NULL };
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer as JSON", NULL },
    { "username", 0, 0, G_OPTION_ARG_STRING, &options.username, "User name", "U" },
    { "email", 0, 0, G_OPTION_ARG_STRING, &options.email, "E-mail address", "E" },
    { "patient", 0, 0, G_OPTION_ARG_STRING, &options.patient, "Id of the Patient", "ID" },
    { "practitioner", 0, 0, G_OPTION_ARG_STRING, &options.practitioner, "Id of the Practitioner", "ID" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &options.role, "front-desk, nurse, clinician or administrator", "R" },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.password_stdin, "Read the password from standard input", NULL },
    { NULL }
  };
  g_autoptr(PortalConfig) config = NULL;
  g_autoptr(Portal) portal = NULL;
  g_autoptr(GError) error = NULL;
  CairnDatabase *writer;

  if (argc > 1 && g_str_equal (argv[1], "--help"))
    return portal_options_parse (argc, argv, "account", entries) ? 0 : EXIT_USAGE;
  if (argc < 2 || !g_strv_contains (verbs, argv[1]))
    return portal_options_usage ("account add|list|link|invite|reset|disable --data DIR …");
  if (!portal_options_parse (argc - 1, argv + 1, "account", entries))
    return EXIT_USAGE;
  config = portal_options_make_config (&options, &error);
  if (config == NULL)
    return portal_options_fail (error);
  if (!portal_config_has_store (config, &error))
    return portal_options_fail (error);
  portal = portal_new (config);
  if (!portal_open (portal, &error))
    return portal_options_fail (error);
  writer = portal_store_get_writer (portal_get_store (portal));
  if (g_str_equal (argv[1], "add"))
    return account_add (&options, config, portal, writer);
  if (g_str_equal (argv[1], "invite"))
    return account_invite (&options, portal, writer);
  return g_str_equal (argv[1], "list") ? account_list (&options, writer)
                                       : account_change (&options, config, argv[1], portal, writer);
}
