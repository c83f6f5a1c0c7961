/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "server/portal-call.h"
#include "server/store/people/portal-store-accounts.h"
#include "server/store/portal-store-mail.h"

G_BEGIN_DECLS

void         portal_account_problem  (PortalCall *call, guint status, const char *code, const char *field,
                                      const char *detail);
void         portal_account_problem_left (PortalCall *call, guint status, const char *code, const char *field,
                                      const char *detail, gint64 left);
void         portal_account_wait     (PortalCall *call, gint64 ms);
void         portal_account_fail     (PortalCall *call, const GError *error);
gboolean     portal_account_read     (PortalCall *call, CairnJson *body);
char        *portal_account_text     (CairnJson body, const char *name, gsize longest);
JsonBuilder *portal_answer_begin     (void);
void         portal_answer_text      (JsonBuilder *builder, const char *name, const char *value);
void         portal_answer_int       (JsonBuilder *builder, const char *name, gint64 value);
void         portal_answer_flag      (JsonBuilder *builder, const char *name, gboolean value);
void         portal_answer_send      (PortalCall *call, guint status, JsonBuilder *builder);

char        *portal_email_prepare    (const char *email);
char        *portal_phone_prepare    (const char *phone);
char        *portal_account_dup_language (CairnConnection *db, const PortalAccount *account, const char *wishes);
const char  *portal_account_channel  (const PortalAccount *account, PortalLetterKind *kind);

G_END_DECLS
