/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of cairn-portal's commands, and how they end when it is wrong. */
#include "portal-options.h"

#include "common/cairn-error.h"
#include "portal-help.h"

void
portal_options_clear (PortalOptions *options)
{
  char *texts[] = { options->data,     options->config,       options->listen,   options->key_file,
                    options->tls_cert, options->tls_key,      options->username, options->email,
                    options->patient,  options->practitioner, options->role,     options->as,
                    options->reason,   options->name,         options->site,     options->scope,
                    options->id,       options->to };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (options->rest);
  g_strfreev (options->redirects);
}

int
portal_options_fail (const GError *error)
{
  g_printerr ("cairn-portal: %s\n", error->message);
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_USAGE) ? EXIT_USAGE : EXIT_FAILED;
}

int
portal_options_usage (const char *message)
{
  g_printerr ("cairn-portal: %s\n", message);
  return EXIT_USAGE;
}

gboolean
portal_options_parse (int argc, char **argv, const char *command, const GOptionEntry *entries)
{
  const PortalHelp *help = portal_help_find (command, argc, argv);
  g_autoptr(GOptionContext) context = portal_help_context (help, entries);
  g_autoptr(GError) error = NULL;

  if (g_option_context_parse (context, &argc, &argv, &error))
    return TRUE;
  g_printerr ("cairn-portal: %s\n", error->message);
  return FALSE;
}

static void
take (char **to, const char *from)
{
  if (from == NULL)
    return;
  g_free (*to);
  *to = g_strdup (from);
}

/* The settings in force: the command line over the key file over the defaults. */
PortalConfig *
portal_options_make_config (const PortalOptions *options, GError **error)
{
  g_autoptr(PortalConfig) config = NULL;

  if (options->data == NULL && !options->print_config)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "--data DIR is needed");
      return NULL;
    }
  config = portal_config_new (options->data);
  if (options->config != NULL && !portal_config_load (config, options->config, error))
    return NULL;
  take (&config->listen, options->listen);
  take (&config->key_file, options->key_file);
  take (&config->tls_cert, options->tls_cert);
  take (&config->tls_key, options->tls_key);
  return g_steal_pointer (&config);
}
