/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PortalHelp:
 * @verb: (nullable): of the command; the row without one is of all of it
 * @words: (nullable): what one types after the command and its verb, at least
 * @about: what it does
 * @options: (nullable): names of those that mean something to it, beside those of every command; all of them without
 * @example: one
 */
typedef struct
{
  const char *command;
  const char *verb;
  const char *words;
  const char *about;
  const char *options;
  const char *example;
} PortalHelp;

const PortalHelp *portal_help_find    (const char *command, int argc, char **argv);
GOptionContext   *portal_help_context (const PortalHelp *self, const GOptionEntry *entries);

G_END_DECLS
