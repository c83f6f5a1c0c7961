/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What anybody may know before there is an account: terms of use, the rules for passwords, whom to ask. */
#include "portal-terms.h"

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "portal-account-call.h"
#include "portal-factor.h"
#include "portal-owner.h"
#include "portal-passphrase.h"
#include "portal-resources.h"

#define VERSION_LENGTH 12
#define BUILT_IN "/io/github/cairnhealth/Cairn/portal/terms.txt"

/* The clinic's own terms, else those that the portal comes with. */
gboolean
portal_terms_load (const PortalConfig *config, char **text, char **version, GError **error)
{
  g_autoptr(GError) inner = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (config->terms_file == NULL)
    {
      bytes = g_resource_lookup_data (portal_get_resource (), BUILT_IN, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  else if (!g_file_get_contents (config->terms_file, text, NULL, &inner) || !g_utf8_validate (*text, -1, NULL))
    {
      g_clear_pointer (text, g_free);
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "[rules] terms_file: %s",
                   inner != NULL ? inner->message : "it is no UTF-8");
      return FALSE;
    }
  *version = config->terms_version != NULL ? g_strdup (config->terms_version) : cairn_sha256_hex (*text, -1);
  if (config->terms_version == NULL)
    (*version)[VERSION_LENGTH] = '\0';
  return TRUE;
}

static void
add_password (JsonBuilder *builder, const PortalConfig *config)
{
  json_builder_set_member_name (builder, "password");
  json_builder_begin_object (builder);
  portal_answer_int (builder, "min", config->password_min);
  portal_answer_int (builder, "min_with_second_factor", portal_passphrase_least (config, TRUE));
  portal_answer_int (builder, "max", PORTAL_PASSPHRASE_LONGEST);
  portal_answer_flag (builder, "blocklist", TRUE);
  json_builder_end_object (builder);
}

/* Who asks, if they are signed in. */
static void
add_account (PortalCall *call, const PortalAccount *account, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "account");
  json_builder_begin_object (builder);
  portal_answer_text (builder, "username", account->username);
  portal_answer_text (builder, "email", *account->email != '\0' ? account->email : NULL);
  portal_answer_text (builder, "phone", account->phone);
  portal_answer_text (builder, "state", account->role != NULL ? "staff" : account->patient != NULL ? "linked" : "waiting");
  portal_answer_flag (builder, "second_factor", account->factor != NULL);
  portal_answer_flag (builder, "second_factor_required", portal_factor_is_wanted (call->service->config, account));
  portal_answer_text (builder, "terms_accepted", account->terms);
  json_builder_end_object (builder);
}

/* GET ./ */
void
portal_terms_get (PortalCall *call, CairnConnection *db)
{
  const PortalConfig *config = call->service->config;
  g_autoptr(JsonBuilder) builder = NULL;
  g_auto(PortalOwner) owner = { 0 };

  if (call->token != NULL && !portal_owner_load (call, db, &owner))
    return;
  builder = portal_answer_begin ();
  portal_answer_text (builder, "name", config->name);
  portal_answer_text (builder, "support", config->support);
  portal_answer_text (builder, "registration", config->registration);
  portal_answer_text (builder, "second_factor", config->second_factor);
  json_builder_set_member_name (builder, "terms");
  json_builder_begin_object (builder);
  portal_answer_text (builder, "version", call->service->terms_version);
  portal_answer_text (builder, "text", call->service->terms);
  json_builder_end_object (builder);
  add_password (builder, config);
  json_builder_set_member_name (builder, "verify");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, "email");
  json_builder_add_string_value (builder, "phone");
  json_builder_end_array (builder);
  if (owner.account != NULL)
    add_account (call, owner.account, builder);
  portal_answer_send (call, 200, builder);
}
