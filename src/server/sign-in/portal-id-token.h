/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalIdClaims:
 * @issuer: the address of FHIR
 * @audience: the client
 * @subject: the account
 * @nonce: (nullable): what the client asked to find in it again
 * @fhir_user: (nullable): the address of who it is
 * @now: ms
 * @seconds: how long it is good
 *
 * What an ID token says (OpenID Connect Core 1.0, section 2; SMART App Launch 2.2, "Scopes for requesting identity data").
 */
typedef struct
{
  const char *issuer;
  const char *audience;
  const char *subject;
  const char *nonce;
  const char *fhir_user;
  gint64      now;
  gint64      seconds;
} PortalIdClaims;

char *portal_id_token_new      (CairnConnection *db, const PortalIdClaims *claims, GError **error);
char *portal_id_token_dup_keys (CairnConnection *db, GError **error);

G_END_DECLS
