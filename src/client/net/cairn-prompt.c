/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal asks for between a password and a code ("cairn_next" of the profile). No I/O. */
#include "cairn-prompt.h"

#include "cairn-credentials-private.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define NEEDS_OTP "a one-time code is needed"
#define WRONG_OTP "that one-time code is not right"
#define NEEDS_TERMS "the terms of use have changed; they have to be read and accepted first, in Cairn's window"
#define NEEDS_SET_UP "The clinic asks for a second factor: an authenticator app is to be set up first, in Cairn"
#define WRONG_SET_UP "This is not the first code of the authenticator app that is being set up"
#define MOST_CODES 20

/**
 * cairn_prompt_is_otp:
 * @error: (nullable): why a sign-in failed
 *
 * Returns: whether a one-time code was missing or wrong; user name and password were right
 */
gboolean
cairn_prompt_is_otp (const GError *error)
{
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS) &&
         (g_str_equal (error->message, NEEDS_OTP) || g_str_equal (error->message, WRONG_OTP));
}

/**
 * cairn_prompt_is_terms:
 * @error: (nullable): why a sign-in failed
 *
 * Returns: whether the terms of use are to be accepted first; all else was right
 */
gboolean
cairn_prompt_is_terms (const GError *error)
{
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED) && g_str_equal (error->message, NEEDS_TERMS);
}

/**
 * cairn_prompt_is_set_up:
 * @error: (nullable): why a sign-in failed
 *
 * Returns: whether an authenticator app is to be set up first, or the code that should prove that was wrong; all else was right
 */
gboolean
cairn_prompt_is_set_up (const GError *error)
{
  return g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS) &&
         (g_str_equal (error->message, NEEDS_SET_UP) || g_str_equal (error->message, WRONG_SET_UP));
}

/* A code is asked for. Returns NULL when it can be given at once. */
static GError *
take_code_prompt (CairnCredentials *credentials, CairnJson json, char *session)
{
  gboolean again = credentials->prompt == CAIRN_PROMPT_CODE;

  cairn_credentials_take_prompt (credentials, CAIRN_PROMPT_CODE, session);
  if (again)
    cairn_credentials_set_code (credentials, NULL);
  if (credentials->code != NULL)
    return NULL;
  return g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, again ? WRONG_OTP : NEEDS_OTP);
}

/* An authenticator app is to be set up: @json says with what. */
static GError *
take_set_up_prompt (CairnCredentials *credentials, CairnJson json, char *session)
{
  gboolean again = credentials->prompt == CAIRN_PROMPT_SET_UP;

  cairn_credentials_take_prompt (credentials, CAIRN_PROMPT_SET_UP, session);
  cairn_credentials_take_factor (credentials, cairn_json_dup_text_at (json, "otp_secret"), cairn_json_dup_text_at (json, "otp_uri"));
  cairn_credentials_set_code (credentials, NULL);   /* it was of another secret, or wrong */
  if (credentials->factor_secret == NULL || credentials->factor_uri == NULL || !g_str_has_prefix (credentials->factor_uri, "otpauth://totp/"))
    return g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal wants a second factor and does not say how");
  return g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS, again ? WRONG_SET_UP : NEEDS_SET_UP);
}

static void
wipe (gpointer code)
{
  cairn_secret_clear (code);
}

static gboolean
add_code (CairnJson code, gpointer data)
{
  GPtrArray *codes = data;
  char *text = cairn_json_dup_string (code);

  if (text != NULL)
    g_ptr_array_add (codes, text);
  return codes->len < MOST_CODES;
}

/**
 * cairn_prompt_take_codes:
 * @credentials: credentials
 * @json: an answer that gave a code
 *
 * Takes the recovery codes of a second factor that was set up on the way.
 */
void
cairn_prompt_take_codes (CairnCredentials *credentials, CairnJson json)
{
  GPtrArray *codes;

  if (!cairn_json_is_array (cairn_json_member (json, "recovery_codes")))
    return;
  codes = g_ptr_array_new_with_free_func (wipe);
  cairn_json_foreach (json, "recovery_codes", add_code, codes);
  g_ptr_array_add (codes, NULL);
  cairn_credentials_take_codes (credentials, codes);
}

/* The same of terms of use. */
static GError *
take_terms_prompt (CairnCredentials *credentials, CairnJson json, char *session)
{
  gboolean again = credentials->prompt == CAIRN_PROMPT_TERMS && credentials->accepted;
  char *version = cairn_json_dup_text_at (json, "terms_version");

  cairn_credentials_set_code (credentials, NULL);   /* it was right, and is used up */
  cairn_credentials_take_prompt (credentials, CAIRN_PROMPT_TERMS, session);
  cairn_credentials_take_terms (credentials, version, cairn_json_dup_text_at (json, "terms"));
  if (version == NULL || credentials->terms == NULL || (again && credentials->accepted))
    return g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal does not take the terms that it gave");
  return credentials->accepted ? NULL : g_error_new_literal (CAIRN_ERROR, CAIRN_ERROR_REJECTED, NEEDS_TERMS);
}

/**
 * cairn_prompt_take:
 * @credentials: credentials
 * @next: (nullable): what is asked for
 * @json: the portal's answer
 * @prompt: (out) (nullable): what somebody has to be asked; %NULL when it can be given at once
 *
 * Returns: whether that is something that can be asked here
 */
gboolean
cairn_prompt_take (CairnCredentials *credentials, const char *next, CairnJson json, GError **prompt)
{
  static const struct { const char *next; GError *(*take) (CairnCredentials *credentials, CairnJson json, char *session); } prompts[] = {
    { "otp", take_code_prompt }, { "accept_terms", take_terms_prompt }, { "set_up_otp", take_set_up_prompt },
  };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    if (g_strcmp0 (next, prompts[i].next) == 0)
      {
        *prompt = prompts[i].take (credentials, json, cairn_json_dup_text_at (json, "auth_session"));
        return TRUE;
      }
  return FALSE;
}
