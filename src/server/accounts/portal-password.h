/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

/**
 * PortalReset:
 * @link: (nullable): of a mail, or @handle and @code of the client's
 * @status: 0 when the password is new; else with @code_word, @field, @detail
 *
 * A new password by a way back in.
 */
typedef struct
{
  const char *link;
  const char *handle;
  const char *code;
  const char *password;

  guint       status;
  const char *problem;
  const char *field;
  const char *detail;
  gint64      left;
} PortalReset;

gboolean portal_password_reset    (PortalCall *call, PortalReset *reset, GError **error);
gboolean portal_password_link_is_good (CairnConnection *db, const char *link, gboolean *good, GError **error);
void     portal_password_post     (PortalCall *call, CairnConnection *db);
void     portal_password_step_up  (PortalCall *call, CairnConnection *db);
void     portal_password_terms    (PortalCall *call, CairnConnection *db);

G_END_DECLS
