/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client has to know before somebody writes to the care team: to whom, what it may hold, when an answer comes,
 * and what to do in an emergency; and whether the owner of the account is told by mail. */
#include "config.h"

#include "portal-messages.h"

#include <glib/gi18n-lib.h>

#include "portal-attachment.h"
#include "portal-recipients.h"
#include "server/accounts/portal-account-call.h"
#include "server/accounts/portal-owner.h"
#include "server/mail/portal-language.h"

static void
begin_object (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
add_attachments (JsonBuilder *builder, const PortalConfig *config)
{
  g_auto(GStrv) types = portal_config_dup_types (config);

  begin_object (builder, "attachments");
  portal_answer_int (builder, "count", config->attachments);
  portal_answer_int (builder, "bytes", portal_attachment_most (config));
  json_builder_set_member_name (builder, "types");
  json_builder_begin_array (builder);
  for (guint i = 0; types[i] != NULL; i++)
    json_builder_add_string_value (builder, types[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_recipients (JsonBuilder *builder, GPtrArray *recipients)
{
  json_builder_set_member_name (builder, "recipients");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recipients->len; i++)
    {
      const PortalRecipient *recipient = g_ptr_array_index (recipients, i);

      json_builder_begin_object (builder);
      portal_answer_text (builder, "reference", recipient->reference);
      portal_answer_text (builder, "kind", recipient->pool ? "pool" : "person");
      portal_answer_text (builder, "name", recipient->name);
      portal_answer_text (builder, "about", recipient->about);
      portal_answer_int (builder, "reply_hours", recipient->reply_hours);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* GET ./messages */
void
portal_messages_get (PortalCall *call, CairnConnection *db)
{
  const PortalConfig *config = call->service->config;
  const char *patient = call->view->patient;
  g_autofree char *tag = portal_language_dup_best (call->languages);
  const PortalLanguage *language = portal_language_get (tag);
  g_autoptr(GPtrArray) recipients = NULL;
  g_autoptr(JsonBuilder) builder = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *phone = NULL;
  g_auto(PortalOwner) owner = { 0 };

  if (!portal_owner_load (call, db, &owner))
    return;
  if (patient != NULL)
    phone = portal_recipients_dup_phone (db, config, patient, &error);
  if (error == NULL)
    recipients = patient != NULL ? portal_recipients_list (db, config, patient, &error) : g_ptr_array_new ();
  if (recipients == NULL)
    {
      portal_account_fail (call, error);
      return;
    }
  builder = portal_answer_begin ();
  portal_answer_int (builder, "reply_hours", config->reply_hours);
  begin_object (builder, "emergency");
  portal_answer_text (builder, "text", config->emergency_text != NULL ? config->emergency_text
                                         : portal_language_say (language, N_("Messages are not for emergencies. If it can't wait, call the emergency number or go to the nearest hospital.")));
  portal_answer_text (builder, "number", config->emergency_number);
  json_builder_end_object (builder);
  portal_answer_text (builder, "phone", phone);
  add_attachments (builder, config);
  portal_answer_int (builder, "words", config->words);
  add_recipients (builder, recipients);
  portal_answer_flag (builder, "notices", !owner.account->quiet);
  portal_answer_send (call, 200, builder);
}

/* POST ./messages {"notices": bool} */
void
portal_messages_post (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GError) error = NULL;
  CairnJson body, wanted;

  if (!portal_owner_load (call, db, &owner) || !portal_account_read (call, &body))
    return;
  wanted = cairn_json_member (body, "notices");
  if (cairn_json_type (wanted) != CAIRN_JSON_BOOLEAN)
    portal_account_problem (call, 400, "invalid_request", "notices", "Whether to send mail about new messages: true or false");
  else if (portal_store_set_quiet (db, owner.account->id, !cairn_json_boolean (wanted, TRUE), &error))
    portal_call_reply (call, 204, NULL, NULL);
  else
    portal_account_fail (call, error);
}
