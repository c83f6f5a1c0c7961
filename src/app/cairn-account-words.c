/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a portal refused something about an account, in the words that people read, with what to do next.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-words.h"
#include "common/cairn-error.h"

typedef struct
{
  const char *code;
  const char *words;
} Reason;

static const Reason reasons[] = {
  { "contact_needed", N_("An e-mail address or a mobile number is needed.") },
  { "email_wrong", N_("This is not an e-mail address, such as ana@example.org.") },
  { "phone_wrong", N_("Begin the number with + and the country, such as +1 555 010 0142.") },
  { "name_needed", N_("Your name is needed, as in your papers.") },
  { "birth_date_wrong", N_("Write your birth date with day, month and year, such as 29 February 1980.") },
  { "contact_same", N_("The account has this one already. Write the new one.") },
  { "invitation_wrong", N_("This invitation is not right, or it was used or has run out. Ask the clinic for a new one.") },
  { "invitation_needed", N_("An invitation from the clinic is needed. Ask its staff for one.") },
  { "registration_closed", N_("The clinic makes accounts itself. Ask its staff for one.") },
  { "registration_expired", N_("This took too long. Go back to the first step and start again; what you typed is still there.") },
  { "not_verified", N_("The code that was sent comes first.") },
  { "code_dead", N_("There were too many wrong codes. Have a new one sent.") },
  { "no_more_codes", N_("No more codes can be sent now. Go back and start again in an hour.") },
  { "username_wrong", N_("A user name has letters and digits, no spaces and no @.") },
  { "username_taken", N_("Somebody has this user name, or one that looks like it. Try another.") },
  { "password_short", N_("This is too short.") },
  { "password_long", N_("This is longer than the clinic's portal can take.") },
  { "password_common", N_("This is among the first that a guesser tries. Try three or four unrelated words.") },
  { "password_personal", N_("This is little more than your name, your address or the clinic's. Add other words.") },
  { "password_wrong", N_("The password is wrong.") },
  { "password_needed", N_("A new password is needed.") },
  { "terms_needed", N_("The terms have changed in the meantime. Read them again, please.") },
  { "recovery_expired", N_("This code was used or has run out. Ask for a new one.") },
  { "otp_wrong", N_("This code is wrong or too old. Is the clock of your telephone right?") },
  { "otp_needed", N_("A code of your authenticator app is needed, too.") },
  { "nothing_to_confirm", N_("This took too long. Start again.") },
  { "no_session", N_("You are not signed in there any more.") },
  { "too_many", N_("There were too many tries. Wait an hour, then try again.") },
};

/* Why a step failed; refusal is NULL when the portal did not even answer. */
char *
cairn_account_words_refusal (const CairnRefusal *refusal,
                             const GError       *error)
{
  if (cairn_refusal_is (refusal, "code_wrong") && refusal->tries_left > 0)
    return g_strdup_printf (ngettext ("This is not the code that was sent. You have %d more try.",
                                      "This is not the code that was sent. You have %d more tries.", refusal->tries_left),
                            refusal->tries_left);
  if (cairn_refusal_is (refusal, "code_wrong"))
    return g_strdup (_("This is not the code that was sent. Have a new one sent."));
  for (guint i = 0; refusal != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (g_str_equal (refusal->code, reasons[i].code))
      return g_strdup (_(reasons[i].words));
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_BUSY))
    return g_strdup (_("There were too many tries, or the portal is busy. Try again in a few minutes."));
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NETWORK))
    return g_strdup (_("The clinic's portal can not be reached. What you typed stays here; try again when you are online."));
  return g_strdup (cairn_words_error (error));
}

/* Whom to ask, in the clinic's words. */
char *
cairn_account_words_support (const char *support)
{
  if (support == NULL || *support == '\0')
    return g_strdup (_("Need help? Ask the clinic's staff."));
  /* Translators: %s is how to reach the clinic, in its own words, such as "Call (555) 010-0142" */
  return g_strdup_printf (_("Need help? %s"), support);
}

/* What is wrong with a way to reach somebody before the portal is asked; NULL when nothing is. The wanted kind is an e-mail
 * address or a telephone number, or CAIRN_CONTACT_UNREADABLE for either. */
const char *
cairn_account_words_contact (const char      *text,
                             CairnContactKind wanted)
{
  CairnContactKind kind = cairn_contact_read (text);

  if (kind == CAIRN_CONTACT_NO_ENDING && wanted != CAIRN_CONTACT_PHONE)
    return _("The end of the address is missing, such as “.org” in ana@example.org.");
  if (wanted == CAIRN_CONTACT_EMAIL ? kind == CAIRN_CONTACT_EMAIL
      : wanted == CAIRN_CONTACT_PHONE ? kind == CAIRN_CONTACT_PHONE : kind <= CAIRN_CONTACT_PHONE)
    return NULL;
  if (wanted == CAIRN_CONTACT_PHONE || (wanted != CAIRN_CONTACT_EMAIL && cairn_contact_is_phone (text)))
    return _("Begin the number with + and the country, such as +1 555 010 0142.");
  return _("This is not an e-mail address, such as ana@example.org.");
}

/* Where a code went, as it was typed, so that a slip shows. */
char *
cairn_account_words_sent (const char *to,
                          gboolean    mail)
{
  return g_strdup_printf (mail ? _("We have sent eight digits by e-mail to %s. They are good for 15 minutes. Look into the folder for unwanted mail, too.")
                               : _("We have sent eight digits by text message to %s. They are good for 15 minutes."),
                          to);
}

/* Whether it can be a code from mail or telephone, eight digits: another costs a try. */
gboolean
cairn_account_words_is_code (const char *text)
{
  guint digits = 0;

  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      digits++;
    else if (*text != ' ' && *text != '-')
      return FALSE;
  return digits == 8;
}

/* What a person who makes an account says of themselves. */
const char *
cairn_account_words_whom (gboolean closed,
                          gboolean invited)
{
  if (closed)
    return _("The clinic makes accounts by invitation. Its staff give you the code.");
  if (invited)
    return _("The code of your invitation says who you are.");
  return _("Write your name as it stands in your papers, so that the clinic can find your record.");
}
