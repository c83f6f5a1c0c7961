/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-security.h"
#include "common/cairn-json.h"

G_BEGIN_DECLS

#define CAIRN_SECURITY_PASSWORD_MIN 15

/* Shared by the files of this folder; everybody else uses functions. */
struct _CairnSecurity
{
  GObject       parent_instance;

  CairnSession *session;
  CairnRefusal *refusal;
  GQueue        waiting;         /* steps that wait for a proof */

  char         *clinic;
  char         *support;
  char         *username;
  char         *email;
  char         *phone;
  char         *contact_handle;  /* of a new one that is not proved yet */
  int           resend_after;
  guint         password_min;
  guint         password_min_with_factor;
  gboolean      factor;
  gint64        factor_since;
  int           codes_left;
  char         *factor_key;      /* secrets, wiped by cairn_security_forget_secrets() */
  char         *factor_uri;
  char        **new_codes;
  GPtrArray    *devices;
  GPtrArray    *apps;
  GPtrArray    *activity;
  char         *activity_next;   /* NULL on the last page */
};

/* Takes what an answer says */
typedef gboolean (*CairnSecurityRead) (CairnSecurity *self, CairnJson json);

void     cairn_security_ask           (CairnSecurity *self, const char *method, const char *path, char *body, char *password,
                                       CairnSecurityRead read, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);

/* Take what an answer says; FALSE when it lacks what it must have. */
gboolean cairn_security_read_about    (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_factor   (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_secret   (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_codes    (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_devices  (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_apps     (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_activity (CairnSecurity *self, CairnJson json);
gboolean cairn_security_read_older    (CairnSecurity *self, CairnJson json);
void     cairn_security_free_known    (CairnSecurity *self);

G_END_DECLS
