/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-config.h"

G_BEGIN_DECLS

#define EXIT_FAILED 1
#define EXIT_USAGE 2

/**
 * PortalOptions:
 *
 * What the commands take; each looks at its own.
 */
typedef struct
{
  char    *data, *config, *listen, *key_file, *tls_cert, *tls_key;
  char    *username, *email, *patient, *practitioner, *role;
  char    *as, *reason, *to;
  char    *name, *site, *scope, *id;
  char   **redirects;
  gboolean demo, print_config, json, strict, password_stdin, confidential, text_stdin;
  char   **rest;
} PortalOptions;

void          portal_options_clear       (PortalOptions *options);
gboolean      portal_options_parse       (int argc, char **argv, const char *command, const GOptionEntry *entries);
PortalConfig *portal_options_make_config (const PortalOptions *options, GError **error);
int           portal_options_fail        (const GError *error);
int           portal_options_usage       (const char *message);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PortalOptions, portal_options_clear)

#define PORTAL_STORE_ENTRIES \
  { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, "The portal's folder", "DIR" }, \
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &options.config, "Key file with settings", "FILE" }, \
  { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &options.key_file, "File with the store's key", "FILE" }

G_END_DECLS
