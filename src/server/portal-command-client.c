/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `cairn-portal client`: the apps of others that the clinic knows. */
#include "portal-command.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-command-note.h"
#include "portal-options.h"
#include "server/sign-in/portal-client.h"

#define SECRET_BYTES 32

typedef struct
{
  PortalClient *client;
  const char   *id;
  GPtrArray    *all;
  gboolean      had;
} Work;

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
build (JsonBuilder *builder, const PortalClient *client, const char *secret)
{
  g_autofree char *created = cairn_date_dup_instant (client->created), *used = NULL;

  used = client->used != 0 ? cairn_date_dup_instant (client->used) : NULL;
  json_builder_begin_object (builder);
  add_text (builder, "client_id", client->id);
  add_text (builder, "client_secret", secret);
  add_text (builder, "name", client->name);
  add_text (builder, "site", client->site);
  add_text (builder, "scope", client->scope);
  json_builder_set_member_name (builder, "redirects");
  json_builder_begin_array (builder);
  for (guint i = 0; client->redirects[i] != NULL; i++)
    json_builder_add_string_value (builder, client->redirects[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "confidential");
  json_builder_add_boolean_value (builder, client->secret != NULL);
  json_builder_set_member_name (builder, "registered_itself");
  json_builder_add_boolean_value (builder, client->registered);
  add_text (builder, "created", created);
  add_text (builder, "last_let_in", used);
  json_builder_end_object (builder);
}

static void
print_json (JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  printf ("%s\n", text);
}

static gpointer
add_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return GINT_TO_POINTER (cairn_connection_begin (db, error) && portal_store_add_client (db, work->client, error) &&
                          cairn_connection_commit (db, error));
}

/* NULL with an error. */
static PortalClient *
make_client (const PortalOptions *options, GError **error)
{
  g_autofree char *name = portal_client_dup_name (options->name);
  const char *fault = NULL;
  PortalClient *client;

  if (name == NULL)
    fault = "client add needs --name N, 80 characters at most, for people to read";
  else if (options->redirects == NULL)
    fault = "client add needs --redirect URI, once or more";
  else if (options->site != NULL && !portal_client_site_is_good (options->site))
    fault = "--site is an https address";
  for (guint i = 0; fault == NULL && options->redirects[i] != NULL; i++)
    if (!portal_client_redirect_is_good (options->redirects[i]))
      fault = "--redirect is https, http on 127.0.0.1 or [::1], or a private scheme with a dot";
  if (fault != NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, fault);
      return NULL;
    }
  client = portal_client_new (name, (const char *const *) options->redirects);
  client->site = g_strdup (options->site);
  client->scope = g_strdup (options->scope);
  return client;
}

static int
client_add (const PortalOptions *options, Portal *portal)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PortalClient) client = make_client (options, &error);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  PortalEvent event = { .action = "client-add", .outcome = PORTAL_COMMAND_DONE };
  Work work = { .client = client };
  char *secret = NULL;

  if (client == NULL)
    return portal_options_fail (error);
  if (options->confidential)
    {
      secret = cairn_random_token (SECRET_BYTES);
      client->secret = cairn_sha256_hex (secret, -1);
    }
  if (cairn_database_run (portal_store_get_writer (portal_get_store (portal)), add_on_writer, &work, &error) == NULL ||
      !portal_command_note (portal, &event, &error))
    {
      cairn_secret_clear (secret);
      return portal_options_fail (error);
    }
  build (builder, client, secret);
  if (options->json)
    print_json (builder);
  else
    printf ("App “%s” may ask to be let in\nclient_id %s\n%s%s%s", client->name, client->id,
            secret != NULL ? "client_secret " : "", secret != NULL ? secret : "",
            secret != NULL ? "\nThe secret is shown this once\n" : "");
  cairn_secret_clear (secret);
  return 0;
}

static gpointer
list_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return portal_store_list_clients (db, error);
}

static int
client_list (const PortalOptions *options, Portal *portal)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) clients = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  clients = cairn_database_run (portal_store_get_writer (portal_get_store (portal)), list_on_writer, NULL, &error);
  if (clients == NULL)
    return portal_options_fail (error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < clients->len; i++)
    {
      const PortalClient *client = g_ptr_array_index (clients, i);

      build (builder, client, NULL);
      if (!options->json)
        printf ("%s\t%s\t%s\t%s\n", client->id, client->registered ? "registered itself" : client->secret != NULL ? "confidential" : "public",
                client->name, client->redirects[0]);
    }
  json_builder_end_array (builder);
  if (options->json)
    print_json (builder);
  return 0;
}

static gpointer
remove_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return GINT_TO_POINTER (cairn_connection_begin (db, error) && portal_store_remove_client (db, work->id, &work->had, error) &&
                          cairn_connection_commit (db, error));
}

/* All that people have given it is dead with it. */
static int
client_remove (const PortalOptions *options, Portal *portal)
{
  g_autoptr(GError) error = NULL;
  PortalEvent event = { .action = "client-remove", .outcome = PORTAL_COMMAND_DONE };
  Work work = { .id = options->id };

  if (options->id == NULL)
    return portal_options_usage ("client remove needs --id ID");
  if (cairn_database_run (portal_store_get_writer (portal_get_store (portal)), remove_on_writer, &work, &error) == NULL)
    return portal_options_fail (error);
  if (!work.had)
    g_set_error (&error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no app with the id %s", options->id);
  if (error != NULL || !portal_command_note (portal, &event, &error))
    return portal_options_fail (error);
  if (options->json)
    printf ("{\"ok\":true}\n");
  return 0;
}

int
portal_command_client (int argc, char **argv)
{
  static const struct { const char *verb; int (*run) (const PortalOptions *options, Portal *portal); } verbs[] = {
    { "add", client_add }, { "list", client_list }, { "remove", client_remove },
  };
  g_auto(PortalOptions) options = { 0 };
  const GOptionEntry entries[] = {
    PORTAL_STORE_ENTRIES,
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer as JSON", NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "What people know it by", "N" },
    { "redirect", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.redirects, "Where it is called back; once or more", "URI" },
    { "site", 0, 0, G_OPTION_ARG_STRING, &options.site, "Its home page", "URI" },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &options.scope, "What it may ask for at most", "S" },
    { "confidential", 0, 0, G_OPTION_ARG_NONE, &options.confidential, "It keeps a secret, on a server of its own", NULL },
    { "id", 0, 0, G_OPTION_ARG_STRING, &options.id, "Which one to remove", "ID" },
    { NULL }
  };
  g_autoptr(PortalConfig) config = NULL;
  g_autoptr(Portal) portal = NULL;
  g_autoptr(GError) error = NULL;
  const char *verb = argc > 1 ? argv[1] : "";
  guint which = 0;

  if (g_str_equal (verb, "--help"))
    return portal_options_parse (argc, argv, "client", entries) ? 0 : EXIT_USAGE;
  while (which < G_N_ELEMENTS (verbs) && !g_str_equal (verbs[which].verb, verb))
    which++;
  if (which == G_N_ELEMENTS (verbs))
    return portal_options_usage ("client add|list|remove --data DIR …");
  if (!portal_options_parse (argc - 1, argv + 1, "client", entries))
    return EXIT_USAGE;
  config = portal_options_make_config (&options, &error);
  if (config == NULL || !portal_config_has_store (config, &error))
    return portal_options_fail (error);
  portal = portal_new (config);
  if (!portal_open (portal, &error))
    return portal_options_fail (error);
  return verbs[which].run (&options, portal);
}
