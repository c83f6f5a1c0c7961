/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"

#include "common/cairn-database.h"
#include "server/store/people/portal-store-grants.h"

G_BEGIN_DECLS

#define PORTAL_SIGN_IN_STEP "sign-in-step"   /* one that wasn't the last, for the audit log */

typedef enum
{
  PORTAL_SIGN_IN_DONE,
  PORTAL_SIGN_IN_PASSWORD_NEEDED,
  PORTAL_SIGN_IN_PASSWORD_WRONG,
  PORTAL_SIGN_IN_OTP_NEEDED,
  PORTAL_SIGN_IN_OTP_WRONG,
  PORTAL_SIGN_IN_TERMS_NEEDED,
  PORTAL_SIGN_IN_SET_UP,           /* a second factor: @secret, @uri */
  PORTAL_SIGN_IN_SET_UP_WRONG,     /* its first code was wrong */
  PORTAL_SIGN_IN_THROTTLED,
  PORTAL_SIGN_IN_INVALID_SESSION,
  PORTAL_SIGN_IN_INVALID_REQUEST,
  PORTAL_SIGN_IN_INVALID_SCOPE,
  PORTAL_SIGN_IN_NOT_LINKED,
  PORTAL_SIGN_IN_CONSENT_NEEDED,   /* of a browser, as are the next */
  PORTAL_SIGN_IN_REFUSED,
  PORTAL_SIGN_IN_WAITING,          /* there is no record yet */
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
 * @languages: (nullable): what its owner reads there
 * @redirect: (nullable): where a browser is sent back to, with @state (nullable)
 * @browser: (nullable): what the browser keeps, and nobody else has
 * @decided: whether its owner has said what an app may do: @chosen
 * @end: how it ended, with @code, @new_session or @wait
 * @asked: (nullable): the scopes that there are to choose from
 * @patients: (nullable) (element-type utf8): whose records there are to choose from
 * @secret: (nullable): of a second factor that is to be set up, and the @uri that authenticator apps read
 * @codes: (nullable) (element-type utf8): recovery codes of one that was set up
 * @account: (nullable): the id of the account with that user name
 * @about: (nullable): whose record that account opens by itself
 *
 * One request to the challenge endpoint, or of the pages that a browser shows, in and out.
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
  const char *languages;
  const char *redirect;
  const char *state;
  const char *browser;
  const char *chosen;
  gboolean    decided;
  GBytes     *factor_key;

  PortalSignInEnd end;
  char           *code;
  char           *new_session;
  gint64          wait;   /* ms */
  char           *secret;
  char           *uri;
  GPtrArray      *codes;
  char           *account;
  char           *about;
  char           *asked;
  GPtrArray      *patients;
} PortalSignIn;

gboolean portal_sign_in_begin (CairnConnection *db, PortalSignIn *sign_in, GError **error);
gboolean portal_sign_in_is_bound (const PortalSession *session, const char *browser);
gboolean portal_sign_in       (CairnDatabase *writer, const PortalConfig *config, PortalSignIn *sign_in, GError **error);
void     portal_sign_in_clear (PortalSignIn *sign_in);

G_END_DECLS
