/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  int       (*run) (int argc, char **argv);
} PortalCommand;

int portal_command_serve   (int argc, char **argv);
int portal_command_import  (int argc, char **argv);
int portal_command_account (int argc, char **argv);
int portal_command_client  (int argc, char **argv);
int portal_command_staff   (int argc, char **argv);
int portal_command_backup  (int argc, char **argv);
int portal_command_restore (int argc, char **argv);
int portal_command_audit   (int argc, char **argv);

G_END_DECLS
