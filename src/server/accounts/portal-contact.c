/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another e-mail address or telephone number for an account: proved by a code like that of a registration, told to the old
 * one. Whether somebody else has the new one is told to nobody but its mailbox. On the writer. */
#include "portal-contact.h"

#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-owner.h"
#include "portal-register.h"
#include "server/mail/portal-letters.h"
#include "server/sign-in/portal-accounts.h"
#include "server/sign-in/portal-throttle.h"

#define PER_ACCOUNT 10   /* an hour */

/* What the body says; else the call is answered. */
static PortalRegistration *
read_contact (PortalCall *call, CairnJson body, const PortalAccount *account)
{
  g_autofree char *email = portal_account_text (body, "email", 320), *phone = portal_account_text (body, "phone", 40);
  g_autoptr(PortalRegistration) r = g_new0 (PortalRegistration, 1);

  r->email = portal_email_prepare (email);
  r->phone = email == NULL ? portal_phone_prepare (phone) : NULL;
  if (email == NULL && phone == NULL)
    portal_account_problem (call, 400, "contact_needed", "email", "An e-mail address or a telephone number is needed");
  else if (email != NULL && r->email == NULL)
    portal_account_problem (call, 400, "email_wrong", "email", "This is no e-mail address");
  else if (email == NULL && r->phone == NULL)
    portal_account_problem (call, 400, "phone_wrong", "phone", "A telephone number begins with + and its country's code");
  else
    {
      r->contact_key = portal_account_key (r->email != NULL ? r->email : r->phone);
      r->account = g_strdup (account->id);
      if (r->email != NULL ? g_strcmp0 (r->contact_key, account->email_key) != 0 : g_strcmp0 (r->phone, account->phone) != 0)
        return g_steal_pointer (&r);
      portal_account_problem (call, 409, "contact_same", r->email != NULL ? "email" : "phone", "The account has this one already");
    }
  return NULL;
}

/* POST ./contact (step-up): the code goes to ./verify, as that of a registration. */
void
portal_contact_post (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autofree char *counter = NULL;
  g_autoptr(GError) error = NULL;
  PortalRegistration *r;
  CairnJson body;
  gint64 wait;

  if (!portal_account_read (call, &body) || !portal_owner_load (call, db, &owner) || !portal_owner_proved (call, &owner))
    return;
  r = read_contact (call, body, owner.account);
  if (r == NULL)
    return;
  counter = g_strconcat ("contact:", owner.account->id, NULL);
  if (!cairn_connection_begin (db, &error) ||
      !portal_throttle_count (db, counter, PER_ACCOUNT, cairn_date_now (), &wait, &error))
    portal_registration_free (r);
  else if (wait > 0)
    {
      portal_registration_free (r);
      portal_account_wait (call, wait);
    }
  else if (portal_register_send (call, db, r, &error))
    cairn_connection_commit (db, &error);
  if (error != NULL)
    portal_account_fail (call, error);
  portal_post_wake (call->service->post);
}

static gboolean
tell_old (PortalCall *call, CairnConnection *db, const PortalAccount *account, const PortalRegistration *r, GError **error)
{
  g_autofree char *language = portal_account_dup_language (db, account, call->languages);
  PortalFacts facts = { .language = language };
  PortalLetterKind kind;
  const char *to = portal_account_channel (account, &kind);

  if (r->phone != NULL && account->phone != NULL)
    {
      kind = PORTAL_LETTER_TEXT;
      to = account->phone;
    }
  return portal_letters_queue (db, call->service->config, kind, to, PORTAL_TOPIC_CONTACT_CHANGED, &facts, error);
}

/* The code was right. What leads back into the account by the old address is dead. */
gboolean
portal_contact_apply (PortalCall *call, CairnConnection *db, const PortalRegistration *r, gint64 now, GError **error)
{
  g_autoptr(PortalAccount) account = NULL, other = NULL;
  g_autoptr(JsonBuilder) builder = NULL;

  if (!portal_store_load_account (db, r->account, &account, error) ||
      !portal_store_find_contact (db, r->email != NULL ? r->contact_key : NULL, r->phone, &other, error))
    return FALSE;
  if (account == NULL || account->disabled || other != NULL)
    {
      portal_account_problem (call, 400, "code_dead", "code", "This code is no longer good; start again");
      return portal_store_drop_registration (db, r->hash, error);
    }
  call->who = g_strdup (account->id);
  call->action = "contact-set";
  if (!portal_store_set_contact (db, account->id, r->email, r->email != NULL ? r->contact_key : NULL, r->phone, error) ||
      !portal_store_drop_recoveries (db, account->id, error) || !tell_old (call, db, account, r, error) ||
      !portal_store_drop_registration (db, r->hash, error))
    return FALSE;
  builder = portal_answer_begin ();
  portal_answer_flag (builder, "verified", TRUE);
  portal_answer_text (builder, r->email != NULL ? "email" : "phone", r->email != NULL ? r->email : r->phone);
  portal_answer_send (call, 200, builder);
  return TRUE;
}
