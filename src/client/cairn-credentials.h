/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnPrompt:
 * @CAIRN_PROMPT_PASSWORD: user name and password
 * @CAIRN_PROMPT_CODE: a one-time code, or a recovery code in its place
 * @CAIRN_PROMPT_TERMS: the terms of use, which have changed, are to be accepted
 * @CAIRN_PROMPT_SET_UP: the clinic wants a second factor: an authenticator app is to be set up, and its first code given
 *
 * What the portal asks for next ("First-party sign-in" in the profile).
 */
typedef enum
{
  CAIRN_PROMPT_PASSWORD,
  CAIRN_PROMPT_CODE,
  CAIRN_PROMPT_TERMS,
  CAIRN_PROMPT_SET_UP,
} CairnPrompt;

/**
 * CairnCredentials:
 *
 * What somebody signs in with, and how far that has come: a sign-in that failed because something is missing goes on where
 * it stood when it is tried again with the same object. Passwords and codes live in memory and are wiped. Main thread.
 */
#define CAIRN_TYPE_CREDENTIALS (cairn_credentials_get_type ())
G_DECLARE_FINAL_TYPE (CairnCredentials, cairn_credentials, CAIRN, CREDENTIALS, GObject)

CairnCredentials *cairn_credentials_new          (const char *username, const char *password);
void              cairn_credentials_set_code     (CairnCredentials *self, const char *code);
void              cairn_credentials_accept_terms (CairnCredentials *self);
CairnPrompt       cairn_credentials_get_prompt   (CairnCredentials *self);
const char       *cairn_credentials_get_terms    (CairnCredentials *self);
const char       *cairn_credentials_get_factor_secret (CairnCredentials *self);
const char       *cairn_credentials_get_factor_uri (CairnCredentials *self);
const char *const *cairn_credentials_get_recovery_codes (CairnCredentials *self);
const char       *cairn_credentials_get_username (CairnCredentials *self);

G_END_DECLS
