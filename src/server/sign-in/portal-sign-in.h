/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"

#include "common/cairn-database.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_SIGN_IN_DONE,
  PORTAL_SIGN_IN_PASSWORD_NEEDED,
  PORTAL_SIGN_IN_PASSWORD_WRONG,
  PORTAL_SIGN_IN_OTP_NEEDED,
  PORTAL_SIGN_IN_OTP_WRONG,
  PORTAL_SIGN_IN_TERMS_NEEDED,
  PORTAL_SIGN_IN_THROTTLED,
  PORTAL_SIGN_IN_INVALID_SESSION,
  PORTAL_SIGN_IN_INVALID_REQUEST,
  PORTAL_SIGN_IN_INVALID_SCOPE,
  PORTAL_SIGN_IN_NOT_LINKED,
} PortalSignInEnd;

/**
 * PortalSignIn:
 * @patient: (nullable): whose record is wanted, for accounts that may open several
 * @address: where the request comes from
 * @otp: (nullable): a code of the second factor, or a @recovery_code instead
 * @terms: (nullable): the version of the terms of use that is accepted
 * @nonce: (nullable): what the ID token is to say again
 * @device: (nullable): what the device calls itself
 * @dummy_hash: what is verified for a name that nobody has
 * @end: how it ended, with @code, @new_session or @wait
 * @account: (nullable): the id of the account with that user name
 * @about: (nullable): whose record that account opens by itself
 *
 * One request to the challenge endpoint, in and out.
 */
typedef struct
{
  const char *client;
  const char *scope;
  const char *challenge;
  const char *nonce;
  const char *session;
  const char *username;
  const char *password;
  const char *patient;
  const char *address;
  const char *dummy_hash;
  const char *otp;
  const char *recovery_code;
  const char *terms;
  const char *terms_version;
  const char *device;
  GBytes     *factor_key;

  PortalSignInEnd end;
  char           *code;
  char           *new_session;
  gint64          wait;   /* ms */
  char           *account;
  char           *about;
} PortalSignIn;

gboolean portal_sign_in       (CairnDatabase *writer, const PortalConfig *config, PortalSignIn *sign_in, GError **error);
void     portal_sign_in_clear (PortalSignIn *sign_in);

G_END_DECLS
