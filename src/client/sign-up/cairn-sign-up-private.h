/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-sign-up.h"
#include "client/net/cairn-api.h"

G_BEGIN_DECLS

#define USUAL_PASSWORD_MIN 15

/* Shared by the files of this folder; everybody else uses functions. */
struct _CairnSignUp
{
  GObject         parent_instance;

  CairnApi       *api;
  char           *endpoint;
  char           *clinic;
  char           *support;
  char           *terms;
  char           *terms_version;
  CairnSignUpRule rule;
  guint           password_min;

  char           *registration;   /* the portal's handles */
  char           *recovery;
  char           *sent_to;
  char           *username;
  CairnRefusal   *refusal;
  int             resend_after;
  gboolean        by_mail;
  gboolean        linked;
};

G_END_DECLS
