/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sample clinic: files made when Cairn was built, with dates around 2024-01-01 that are moved
 * to today when they are imported. Blocks; used once, on an empty store. */
#include "config.h"

#include "portal-demo.h"

#include <json-glib/json-glib.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "portal-demo-dates.h"
#include "portal-import.h"
#include "server/sign-in/portal-accounts.h"

#define LIMIT (64 * 1024 * 1024)
#define NEWCOMER "sofia"   /* has a chart and no account */

/* Built beside the program (…/src/server/cairn-portal and …/data/demo), or installed. */
static char *
find_folder (GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *built = folder != NULL
                             ? g_build_filename (folder, "..", "..", "data", "demo", NULL)
                             : NULL;
  g_autofree char *installed = g_build_filename (CAIRN_PKGDATADIR, "demo", NULL);
  const char *candidates[] = { built, installed };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      g_autofree char *accounts = NULL;

      if (candidates[i] == NULL)
        continue;
      accounts = g_build_filename (candidates[i], "accounts.json", NULL);
      if (g_file_test (accounts, G_FILE_TEST_EXISTS))
        return g_strdup (candidates[i]);
    }
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE,
                       "The sample clinic's files are not installed");
  return NULL;
}

static PortalFile *
read_shifted (const char *path, GDateTime *today, GError **error)
{
  g_autofree char *data = NULL, *shifted = NULL;
  g_autoptr(GBytes) bytes = NULL, moved = NULL;
  CairnJson value;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&data), length);
  if (!cairn_gate_check (bytes, LIMIT, &value, error))
    return NULL;
  shifted = portal_demo_shift (value, today, &length);
  moved = g_bytes_new_take (g_steal_pointer (&shifted), length);
  return portal_file_parse (path, moved);
}

static gboolean
import_clinic (Portal *portal, const char *folder, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_file_free);
  g_autoptr(GDateTime) today = g_date_time_new_now_local ();
  g_autoptr(JsonNode) report = NULL;
  g_autofree char *words = NULL;
  const char *name;
  gboolean ok;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      PortalFile *file;

      if (!g_str_has_suffix (name, ".json") || g_str_equal (name, "accounts.json"))
        continue;
      file = read_shifted (path, today, error);
      if (file == NULL)
        return FALSE;
      g_ptr_array_add (files, file);
    }
  report = portal_import_files (portal_store_get_writer (portal_get_store (portal)), files, FALSE,
                                &ok);
  words = portal_import_to_text (report);
  if (!ok)
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA,
                 "The sample clinic can't be imported: %s", words);
  return ok;
}

static const char *
text_of (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name) ? json_object_get_string_member (object, name)
                                               : NULL;
}

static gboolean
add_account (Portal *portal, JsonObject *account, GError **error)
{
  gboolean staff = text_of (account, "practitioner") != NULL;
  PortalNewAccount wanted = { text_of (account, "username"),
                              text_of (account, "email"),
                              text_of (account, "patient"),
                              text_of (account, "practitioner"),
                              staff ? text_of (account, "role") : NULL,
                              text_of (account, "password") };
  g_autoptr(PortalAccount) added = NULL;

  added = portal_account_add (portal_store_get_writer (portal_get_store (portal)), &wanted, error);
  return added != NULL;
}

static gboolean
add_accounts (Portal *portal, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "accounts.json", NULL);
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonArray *accounts;

  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;
  accounts = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (accounts); i++)
    if (!add_account (portal, json_array_get_object_element (accounts, i), error))
      return FALSE;
  return TRUE;
}

/* Fills an empty store; one that has something in it is left as it is. */
gboolean
portal_demo_fill (Portal *portal, GError **error)
{
  g_autofree char *folder = NULL;
  gboolean empty;

  if (!portal_is_empty (portal, &empty, error))
    return FALSE;
  if (!empty)
    return TRUE;
  folder = find_folder (error);
  return folder != NULL && import_clinic (portal, folder, error) &&
         add_accounts (portal, folder, error);
}

/* What a newcomer to the sample clinic has to know, where a clinic says whom to ask: how somebody with a chart and without an
 * account gets one, and where mail arrives. A clinic's own words stay. Before the portal starts. */
void
portal_demo_explain (Portal *portal, const PortalConfig *config)
{
  g_autofree char *mail = g_build_filename (config->data, "mail", NULL), *code = NULL, *words = NULL;
  g_autoptr(GError) error = NULL;
  gint64 expires;

  if (config->mail_host != NULL)
    return;
  code = portal_account_invite (portal_store_get_writer (portal_get_store (portal)), NEWCOMER, &expires, &error);
  if (code != NULL)
    words = g_strdup_printf ("This is the sample clinic. Make an account with the invitation %s and any e-mail address. "
                             "Its mail arrives in %s", code, mail);
  else
    words = g_strdup_printf ("This is the sample clinic. Its mail arrives in %s", mail);
  portal_set_support (portal, words);
}
