/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-file.h"

G_BEGIN_DECLS

/* Shared by who fills lists of files; everybody else uses functions. */
struct _CairnFile
{
  GObject           parent_instance;

  char             *title;
  char             *type;
  gint64            size;
  CairnFileState    state;
  CairnFileProblem  problem;
  double            progress;
  char             *error;

  /* Of what is not at the portal yet */
  gint64            number;      /* in the outbox, 0 while it has none */
  gint64            position;    /* among those of its message */
  char             *uuid;
  char             *draft;       /* key of the thread it is written for, NULL once it goes with a message */
  gint64            message;     /* number of that in the outbox, 0 in a draft */
  gboolean          detached;

  /* Of what a message at the portal has */
  char             *owner;       /* "Communication/id" */
  CairnAttachment  *attachment;
};

CairnFile *cairn_file_new            (const char *title);
CairnFile *cairn_file_new_received   (const char *owner, const CairnAttachment *attachment);
void       cairn_file_set_title      (CairnFile *self, const char *title);
void       cairn_file_set_content    (CairnFile *self, const char *type, gint64 size);
void       cairn_file_set_state      (CairnFile *self, CairnFileState state);
void       cairn_file_set_progress   (CairnFile *self, double progress);
void       cairn_file_set_problem    (CairnFile *self, CairnFileProblem problem, const char *error);

G_END_DECLS
