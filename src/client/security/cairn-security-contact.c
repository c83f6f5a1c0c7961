/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another e-mail address or telephone number for one's own account ("Accounts" in the profile). Main thread. */
#include "cairn-security-private.h"

#include "client/cairn-contact.h"
#include "client/sign-up/cairn-body.h"
#include "common/cairn-crypto.h"

static gboolean
read_sent (CairnSecurity *self, CairnJson json)
{
  char *handle = cairn_json_dup_text_at (json, "registration");
  gint64 after;

  if (handle == NULL)
    return FALSE;
  cairn_secret_clear (self->contact_handle);
  self->contact_handle = handle;
  self->resend_after = cairn_json_int64 (cairn_json_get (json, "resend_after"), &after) && after >= 0 && after < 86400
                       ? (int) after : -1;
  return TRUE;
}

static gboolean
read_changed (CairnSecurity *self, CairnJson json)
{
  char *email = cairn_json_dup_text_at (json, "email"), *phone = cairn_json_dup_text_at (json, "phone");

  if (email != NULL)
    {
      g_free (self->email);
      self->email = email;
    }
  if (phone != NULL)
    {
      g_free (self->phone);
      self->phone = phone;
    }
  g_clear_pointer (&self->contact_handle, cairn_secret_clear);
  return cairn_json_boolean (cairn_json_get (json, "verified"), FALSE);
}

/**
 * cairn_security_begin_contact_async:
 * @self: a security
 * @contact: an e-mail address, or a telephone number with its country
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Has a code sent there. Nothing is changed yet, and whether somebody else has the address is not told. Needs a fresh proof.
 */
void
cairn_security_begin_contact_async (CairnSecurity       *self,
                                    const char          *contact,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  gboolean phone = cairn_contact_is_phone (contact);

  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "contact",
                      cairn_body_new ("email", phone ? NULL : contact, "phone", phone ? contact : NULL, NULL), NULL, read_sent,
                      cancellable, callback, user_data);
}

/**
 * cairn_security_resend_contact_async:
 * @self: a security that has begun with a contact
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Has another code sent; the one before is dead then.
 */
void
cairn_security_resend_contact_async (CairnSecurity       *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "verify", cairn_body_new ("registration", self->contact_handle, "resend", cairn_body_true, NULL),
                      NULL, read_sent, cancellable, callback, user_data);
}

/**
 * cairn_security_confirm_contact_async:
 * @self: a security that has begun with a contact
 * @code: the code that came
 * @cancellable: (nullable): ends it
 * @callback: called when it is over; see cairn_security_step_finish()
 * @user_data: for @callback
 *
 * Makes it the account's. The old one is told by the portal.
 */
void
cairn_security_confirm_contact_async (CairnSecurity       *self,
                                      const char          *code,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SECURITY (self));

  cairn_security_ask (self, "POST", "verify", cairn_body_new ("registration", self->contact_handle, "code", code, NULL), NULL,
                      read_changed, cancellable, callback, user_data);
}

/**
 * cairn_security_get_resend_after:
 * @self: a security
 *
 * Returns: after how many seconds another code may be asked for, -1 when no more are sent
 */
int
cairn_security_get_resend_after (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), -1);
  return self->resend_after;
}

/**
 * cairn_security_get_email:
 * @self: a security
 *
 * Returns: (nullable): the account's e-mail address
 */
const char *
cairn_security_get_email (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->email;
}

/**
 * cairn_security_get_phone:
 * @self: a security
 *
 * Returns: (nullable): the account's telephone number
 */
const char *
cairn_security_get_phone (CairnSecurity *self)
{
  g_return_val_if_fail (CAIRN_IS_SECURITY (self), NULL);
  return self->phone;
}
