/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of cairn-portal for a clinic's daily work: staff, backup, restore, audit. What they do to records is
 * in the audit log like a request. */
#include "portal-command.h"

#include <stdio.h>
#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-command-note.h"
#include "portal-options.h"
#include "portal.h"
#include "server/audit/portal-audit.h"
#include "server/operation/portal-backup.h"
#include "server/operation/portal-restore.h"
#include "server/staff/portal-staff.h"

static Portal *
open_portal (const PortalOptions *options, GError **error)
{
  g_autoptr(PortalConfig) config = portal_options_make_config (options, error);
  g_autoptr(Portal) portal = NULL;

  if (config == NULL)
    return NULL;
  portal = portal_new (config);
  return portal_open (portal, error) ? g_steal_pointer (&portal) : NULL;
}

/* A command on a portal that is there, not one that makes a portal. */
static gboolean
must_be_there (const PortalOptions *options, GError **error)
{
  g_autofree char *path = NULL;

  if (options->data == NULL)
    return TRUE;
  path = g_build_filename (options->data, PORTAL_STORE_FILE, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no portal in %s", options->data);
  return FALSE;
}

/* A new key would open no backup. */
static gboolean
must_have_key (const PortalOptions *options, GError **error)
{
  g_autoptr(PortalConfig) config = portal_options_make_config (options, error);

  if (config == NULL || portal_config_has_key (config))
    return config != NULL;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "A backup opens with the key of the portal that it was made from: "
                                                      "copy that to %s/key, or give --key-file",
               options->data);
  return FALSE;
}

/* A row for each patient whose record it touched, at least one. */
static gboolean
note_staff (Portal *portal, const PortalStaffWork *work, gboolean done, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (work->reference != NULL ? work->reference : "", "/", 2);
  PortalEvent event = { .action = work->verb, .outcome = done ? PORTAL_COMMAND_DONE : PORTAL_COMMAND_FAILED };

  if (done && parts[0] != NULL && parts[1] != NULL)
    {
      event.type = parts[0];
      event.id = parts[1];
    }
  if (work->view != NULL)
    {
      event.who = work->view->account;
      event.role = work->view->role;
      event.practitioner = work->view->practitioner;
    }
  return portal_command_note_all (portal, &event, work->view != NULL ? work->view->touched : NULL, error);
}

#define MOST_WORDS (64 * 1024)

/* All of standard input, without the white space around it; NULL with an error. */
static char *
read_words (GError **error)
{
  g_autofree char *words = g_malloc0 (MOST_WORDS + 1);
  gsize length = fread (words, 1, MOST_WORDS, stdin);

  if (length < MOST_WORDS && !ferror (stdin) && g_utf8_validate (words, length, NULL) && strlen (words) == length)
    return g_strdup (g_strstrip (words));
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "The words are too many, or no UTF-8");
  return NULL;
}

static int
staff (const PortalOptions *options, const char *verb)
{
  g_auto(PortalStaffWork) work = { .as = options->as, .verb = verb, .reason = options->reason, .json = options->json,
                                   .reference = options->rest != NULL ? options->rest[0] : NULL };
  g_autoptr(GError) error = NULL, unnoted = NULL;
  g_autoptr(Portal) portal = must_be_there (options, &error) ? open_portal (options, &error) : NULL;
  g_autoptr(PortalConfig) config = portal != NULL ? portal_options_make_config (options, &error) : NULL;
  g_autofree char *text = NULL, *words = NULL;

  if (portal == NULL || config == NULL)
    return portal_options_fail (error);
  if (options->text_stdin && (words = read_words (&error)) == NULL)
    return portal_options_fail (error);
  work.config = config;
  work.text = words;
  work.to = options->to;
  text = portal_staff_work (portal_store_get_writer (portal_get_store (portal)), &work, &error);
  if (!note_staff (portal, &work, text != NULL, &unnoted))
    return portal_options_fail (unnoted);
  if (text == NULL)
    return portal_options_fail (error);
  fputs (text, stdout);
  return 0;
}

int
portal_command_staff (int argc, char **argv)
{
  static const char *const verbs[] = { "list", "show", "reply", "assign", "close", "hold", "release", NULL };
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer as JSON", NULL },
    { "as", 0, 0, G_OPTION_ARG_STRING, &options.as, "User name of who does it", "U" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &options.reason, "Why a result is held, for colleagues; or a thread closed, for the patient", "T" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "Who gets a thread", "Type/ID" },
    { "text-stdin", 0, 0, G_OPTION_ARG_NONE, &options.text_stdin, "Read the words of a reply from standard input", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.rest, NULL, "list|show|reply|assign|close|hold|release [Type/ID]" },
    { NULL }
  };
  g_autofree char *verb = NULL;

  if (!portal_options_parse (argc, argv, "staff", entries))
    return EXIT_USAGE;
  if (options.rest == NULL || !g_strv_contains (verbs, options.rest[0]))
    return portal_options_usage ("staff --data DIR --as U list|show|reply|assign|close|hold|release [Type/ID]");
  if (options.as == NULL)
    return portal_options_usage ("staff needs --as U, the user name of who does it");
  verb = options.rest[0];
  memmove (options.rest, options.rest + 1, g_strv_length (options.rest) * sizeof *options.rest);
  if (options.rest[0] != NULL && options.rest[1] != NULL)
    return portal_options_usage ("staff takes one resource at a time");
  return staff (&options, verb);
}

typedef char *(*CopyFunc) (PortalStore *store, const char *file, GError **error);

static int
copy (int argc, char **argv, gboolean is_new, CopyFunc func)
{
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Report as JSON", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.rest, NULL, "FILE" },
    { NULL }
  };
  PortalEvent event = { .action = argv[0], .outcome = PORTAL_COMMAND_DONE };
  g_autoptr(Portal) portal = NULL;
  g_autofree char *report = NULL;
  g_autoptr(GError) error = NULL;

  if (!portal_options_parse (argc, argv, argv[0], entries))
    return EXIT_USAGE;
  if (options.rest == NULL || options.rest[1] != NULL)
    return portal_options_usage ("One FILE is needed");
  if (!(is_new ? must_have_key (&options, &error) : must_be_there (&options, &error)) || (portal = open_portal (&options, &error)) == NULL ||
      !portal_store_add_readers (portal_get_store (portal), 1, &error))
    return portal_options_fail (error);
  report = func (portal_get_store (portal), options.rest[0], &error);
  if (report != NULL && is_new)   /* opened anew, it is in this release's shape, and the rest is done */
    {
      g_clear_object (&portal);
      portal = open_portal (&options, &error);
    }
  if (report == NULL || portal == NULL || !portal_command_note (portal, &event, &error))
    return portal_options_fail (error);
  if (options.json)
    printf ("%s\n", report);
  return 0;
}

int
portal_command_backup (int argc, char **argv)
{
  return copy (argc, argv, FALSE, portal_backup);
}

int
portal_command_restore (int argc, char **argv)
{
  return copy (argc, argv, TRUE, portal_restore);
}

static gboolean
write_line (const char *line, gpointer data)
{
  return fputs (line, stdout) >= 0;
}

static int
export_log (Portal *portal)
{
  PortalEvent event = { .action = "audit-export", .outcome = PORTAL_COMMAND_DONE };
  g_autoptr(GError) error = NULL;

  if (portal_command_note (portal, &event, &error) &&
      portal_audit_export (portal_store_get_audit (portal_get_store (portal)), write_line, NULL, &error))
    return 0;
  return portal_options_fail (error);
}

static int
verify (CairnDatabase *log)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *report = NULL;
  gboolean ok;

  report = portal_audit_verify (log, &ok, &error);
  if (report == NULL)
    return portal_options_fail (error);
  printf ("%s\n", report);
  return ok ? 0 : EXIT_FAILED;
}

int
portal_command_audit (int argc, char **argv)
{
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Taken for likeness' sake: it is always JSON", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.rest, NULL, "verify|export" },
    { NULL }
  };
  g_autoptr(Portal) portal = NULL;
  g_autoptr(GError) error = NULL;
  CairnDatabase *log;

  if (!portal_options_parse (argc, argv, "audit", entries))
    return EXIT_USAGE;
  if (options.rest == NULL || options.rest[1] != NULL ||
      (!g_str_equal (options.rest[0], "verify") && !g_str_equal (options.rest[0], "export")))
    return portal_options_usage ("audit verify|export --data DIR");
  if (!must_be_there (&options, &error) || (portal = open_portal (&options, &error)) == NULL)
    return portal_options_fail (error);
  log = portal_store_get_audit (portal_get_store (portal));
  if (g_str_equal (options.rest[0], "verify"))
    return verify (log);
  return export_log (portal);
}
