/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of one's own account, and what the last step left. */
#include "cairn-security-private.h"

/**
 * cairn_security_get_session:
 * @self: a security
 *
 * Returns: (transfer none): whose account it is
 */
CairnSession *
cairn_security_get_session (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->session;
}

/**
 * cairn_security_get_refusal:
 * @self: a security
 *
 * Returns: (nullable): why the last step was refused
 */
const CairnRefusal *
cairn_security_get_refusal (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->refusal;
}

/**
 * cairn_security_get_proving:
 * @self: a security
 *
 * Returns: whether a step waits for a fresh proof
 */
gboolean
cairn_security_get_proving (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), FALSE);
  return !g_queue_is_empty (&self->waiting);
}

/**
 * cairn_security_get_clinic:
 * @self: a security
 *
 * Returns: (nullable): the clinic's name
 */
const char *
cairn_security_get_clinic (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->clinic;
}

/**
 * cairn_security_get_support:
 * @self: a security
 *
 * Returns: (nullable): whom to ask, in the clinic's words
 */
const char *
cairn_security_get_support (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->support;
}

/**
 * cairn_security_get_username:
 * @self: a security
 *
 * Returns: (nullable): the user name
 */
const char *
cairn_security_get_username (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->username;
}

/**
 * cairn_security_get_password_min:
 * @self: a security
 *
 * Returns: how many characters a password of this account has at least
 */
guint
cairn_security_get_password_min (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), CAIRN_SECURITY_PASSWORD_MIN);
  return self->factor ? self->password_min_with_factor : self->password_min;
}

/**
 * cairn_security_get_factor:
 * @self: a security
 *
 * Returns: whether a one-time code is asked for at sign-in
 */
gboolean
cairn_security_get_factor (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), FALSE);
  return self->factor;
}

/**
 * cairn_security_get_factor_since:
 * @self: a security
 *
 * Returns: since when, ms since 1970 UTC; 0 when there is none
 */
gint64
cairn_security_get_factor_since (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), 0);
  return self->factor_since;
}

/**
 * cairn_security_get_codes_left:
 * @self: a security
 *
 * Returns: how many recovery codes are still good, -1 when nothing was said
 */
int
cairn_security_get_codes_left (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), -1);
  return self->codes_left;
}

/**
 * cairn_security_get_factor_key:
 * @self: a security
 *
 * Returns: (nullable): the key for an authenticator app, to be typed, until cairn_security_forget_secrets()
 */
const char *
cairn_security_get_factor_key (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->factor_key;
}

/**
 * cairn_security_get_factor_uri:
 * @self: a security
 *
 * Returns: (nullable): the same as an otpauth address, to be read by a telephone
 */
const char *
cairn_security_get_factor_uri (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->factor_uri;
}

/**
 * cairn_security_get_new_codes:
 * @self: a security
 *
 * Returns: (nullable): recovery codes that were just made, until cairn_security_forget_secrets()
 */
const char *const *
cairn_security_get_new_codes (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return (const char *const *) self->new_codes;
}

/**
 * cairn_security_get_devices:
 * @self: a security
 *
 * Returns: (transfer none) (nullable) (element-type CairnDevice): where the account is signed in
 */
GPtrArray *
cairn_security_get_devices (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->devices;
}

/**
 * cairn_security_get_apps:
 * @self: a security
 *
 * Returns: (transfer none) (nullable) (element-type CairnConnectedApp): connected apps; %NULL when the portal knows none
 */
GPtrArray *
cairn_security_get_apps (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->apps;
}

/**
 * cairn_security_get_activity:
 * @self: a security
 *
 * Returns: (transfer none) (nullable) (element-type CairnActivity): what was done with the account, newest first
 */
GPtrArray *
cairn_security_get_activity (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->activity;
}

/**
 * cairn_security_get_more_activity:
 * @self: a security
 *
 * Returns: whether cairn_security_load_activity_async() would find more
 */
gboolean
cairn_security_get_more_activity (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), FALSE);
  return self->activity_next != NULL;
}
