/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-credentials.h"

G_BEGIN_DECLS

/* Shared with the sign-in in this folder; everybody else uses functions. */
struct _CairnCredentials
{
  GObject     parent_instance;

  char       *username;
  char       *password;
  char       *code;
  char       *device;          /* what this one is called in the list of devices, NULL when it has no name */
  CairnPrompt prompt;
  char       *verifier;
  char       *challenge;
  char       *session;         /* the portal's, always the newest */
  char       *terms;
  char       *terms_version;
  gboolean    accepted;
  char       *factor_secret;   /* of a second factor that is to be set up */
  char       *factor_uri;
  GPtrArray  *recovery_codes;  /* of one that was, NULL-terminated */
};

void cairn_credentials_begin       (CairnCredentials *self);
void cairn_credentials_take_prompt (CairnCredentials *self, CairnPrompt prompt, char *session);
void cairn_credentials_take_factor (CairnCredentials *self, char *secret, char *uri);
void cairn_credentials_take_codes  (CairnCredentials *self, GPtrArray *codes);
void cairn_credentials_take_terms  (CairnCredentials *self, char *version, char *terms);

G_END_DECLS
