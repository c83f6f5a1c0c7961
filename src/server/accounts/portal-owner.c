/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The owner of an account at its own endpoints, and whether it has just been proved that it is the owner (RFC 9470). */
#include "portal-owner.h"

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "server/portal.h"
#include "server/sign-in/portal-throttle.h"

void
portal_owner_clear (PortalOwner *owner)
{
  g_clear_pointer (&owner->grant, portal_grant_free);
  g_clear_pointer (&owner->account, portal_account_free);
}

/* On routes that need a token; else the call is answered, and there is no owner. */
gboolean
portal_owner_load (PortalCall *call, CairnConnection *db, PortalOwner *owner)
{
  g_autofree char *hash = cairn_sha256_hex (call->token != NULL ? call->token : "", -1);
  g_autoptr(GError) error = NULL;

  if (portal_store_find_access (db, hash, cairn_date_now (), &owner->grant, &error) &&
      (owner->grant == NULL || portal_store_load_account (db, owner->grant->account, &owner->account, &error)))
    {
      if (owner->account != NULL && g_str_equal (owner->grant->client, PORTAL_OWN_CLIENT))
        return TRUE;
      if (owner->account != NULL)
        {
          portal_owner_clear (owner);
          portal_account_problem (call, 403, "not_own_client", NULL, "An account is managed in the clinic's own app only");
          return FALSE;
        }
      portal_call_add_header (call, "WWW-Authenticate", "Bearer realm=\"cairn\", error=\"invalid_token\"");
      portal_account_problem (call, 401, "sign_in", NULL, "A valid access token is needed");
      return FALSE;
    }
  portal_account_fail (call, error);
  return FALSE;
}

/* Whether password and second factor came within the last minutes; else the call is answered. */
gboolean
portal_owner_proved (PortalCall *call, const PortalOwner *owner)
{
  g_autofree char *header = NULL;

  if (cairn_date_now () - owner->grant->proved < PORTAL_PROOF_SECONDS * 1000)
    return TRUE;
  call->action = "step-up-ask";
  header = g_strdup_printf ("Bearer realm=\"cairn\", error=\"insufficient_user_authentication\", max_age=%d",
                            PORTAL_PROOF_SECONDS);
  portal_call_add_header (call, "WWW-Authenticate", header);
  portal_account_problem (call, 401, "step_up", NULL, "Password and second factor are needed again: POST step-up");
  return FALSE;
}

/* Counts a try before it is looked at; @wait > 0 answers the call. */
gboolean
portal_owner_count_try (PortalCall *call, CairnConnection *db, const char *counter, gint64 *wait, GError **error)
{
  if (!portal_throttle_take (db, call->service->config, counter, call->address, cairn_date_now (), wait, error))
    return FALSE;
  if (*wait > 0)
    portal_account_wait (call, *wait);
  return TRUE;
}

gboolean
portal_owner_right (PortalCall *call, CairnConnection *db, const char *counter, GError **error)
{
  return portal_throttle_right (db, counter, call->address, error);
}
