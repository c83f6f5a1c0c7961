/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a portal says of its accounts, and what the last step left. */
#include "cairn-sign-up-private.h"

/**
 * cairn_sign_up_get_clinic:
 * @self: a sign-up
 *
 * Returns: (nullable): the clinic's name
 */
const char *
cairn_sign_up_get_clinic (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->clinic;
}

/**
 * cairn_sign_up_get_support:
 * @self: a sign-up
 *
 * Returns: (nullable): whom to ask, in the clinic's words
 */
const char *
cairn_sign_up_get_support (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->support;
}

/**
 * cairn_sign_up_get_terms:
 * @self: a sign-up
 *
 * Returns: (nullable): the terms of use in their present version
 */
const char *
cairn_sign_up_get_terms (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->terms;
}

/**
 * cairn_sign_up_get_rule:
 * @self: a sign-up
 *
 * Returns: who may make an account
 */
CairnSignUpRule
cairn_sign_up_get_rule (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), CAIRN_SIGN_UP_CLOSED);
  return self->rule;
}

/**
 * cairn_sign_up_get_password_min:
 * @self: a sign-up
 *
 * Returns: how many characters a password has at least
 */
guint
cairn_sign_up_get_password_min (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), USUAL_PASSWORD_MIN);
  return self->password_min;
}

/**
 * cairn_sign_up_get_refusal:
 * @self: a sign-up
 *
 * Returns: (nullable): why the last step was refused
 */
const CairnRefusal *
cairn_sign_up_get_refusal (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->refusal;
}

/**
 * cairn_sign_up_get_sent_to:
 * @self: a sign-up that has begun
 *
 * Returns: (nullable): where the code went, all but the ends hidden
 */
const char *
cairn_sign_up_get_sent_to (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->sent_to;
}

/**
 * cairn_sign_up_get_sent_by_mail:
 * @self: a sign-up that has begun
 *
 * Returns: whether the code came by e-mail; else as a text message
 */
gboolean
cairn_sign_up_get_sent_by_mail (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), FALSE);
  return self->by_mail;
}

/**
 * cairn_sign_up_get_resend_after:
 * @self: a sign-up that has begun
 *
 * Returns: after how many seconds another code can be sent, -1 when no more can
 */
int
cairn_sign_up_get_resend_after (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), -1);
  return self->resend_after;
}

/**
 * cairn_sign_up_get_username:
 * @self: a sign-up
 *
 * Returns: (nullable): the user name as the portal writes it
 */
const char *
cairn_sign_up_get_username (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), NULL);
  return self->username;
}

/**
 * cairn_sign_up_get_linked:
 * @self: a sign-up whose account is made
 *
 * Returns: whether the account opens a record already; else the clinic links it
 */
gboolean
cairn_sign_up_get_linked (CairnSignUp *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_UP (self), FALSE);
  return self->linked;
}
