/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/people/portal-store-grants.h"
#include "server/store/portal-access.h"

G_BEGIN_DECLS

#define PORTAL_REPLAY_MS (60 * 1000)   /* a cut-off answer may be asked for again for so long */

/**
 * PortalTokens:
 * @refresh: (nullable): only with offline_access
 * @waiting: whether the account waits for staff to find its record
 * @who: (nullable): for an ID token: "Patient/id" or "Practitioner/id"
 * @nonce: (nullable): for an ID token
 * @identify: whether one was granted and is due
 *
 * What the token endpoint answers. The functions that take a token or code set *who to the account that it
 * belongs to, or belonged to, for the audit log.
 */
typedef struct
{
  char    *access;
  char    *refresh;
  char    *scope;
  char    *patient;
  gboolean waiting;
  gboolean identify;
  char    *who;
  char    *nonce;
} PortalTokens;

void          portal_tokens_free      (PortalTokens *tokens);
PortalTokens *portal_tokens_from_code (CairnConnection *db, const PortalConfig *config, const char *client,
                                       const char *code, const char *redirect, const char *verifier, char **who,
                                       GError **error);
PortalTokens *portal_tokens_refresh   (CairnConnection *db, const PortalConfig *config, const char *client,
                                       const char *token, char **who, GError **error);
gboolean      portal_tokens_revoke    (CairnConnection *db, const char *client, const char *token, char **who,
                                       GError **error);
char         *portal_tokens_dup_user  (const char *patient, const char *practitioner);
gboolean      portal_tokens_find      (CairnConnection *db, const char *client, const char *token, PortalGrant **grant,
                                       GError **error);
PortalView   *portal_tokens_check     (CairnConnection *db, const char *access_token, GError **error);
PortalView   *portal_tokens_check_hash (CairnConnection *db, const char *hash, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalTokens, portal_tokens_free)

G_END_DECLS
