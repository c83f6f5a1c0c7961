/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways back in: the user name by mail, and a link and a code for a new password. Whether there is such an account is told to
 * nobody but its mailbox: with and without one the same is looked up, written and answered. On the writer's thread. */
#include "portal-recover.h"

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-secret.h"
#include "server/mail/portal-language.h"
#include "server/mail/portal-letters.h"
#include "server/sign-in/portal-accounts.h"
#include "server/sign-in/portal-throttle.h"

#define PER_ADDRESS 20   /* an hour */
#define NOBODY "nobody@localhost"
#define LINK_BYTES 32

/* By user name, e-mail address or telephone number. */
static gboolean
find_account (CairnConnection *db, const char *name, gboolean contact_only, PortalAccount **account, GError **error)
{
  g_autofree char *key = portal_account_key (name), *email = portal_email_prepare (name), *phone = portal_phone_prepare (name);
  g_autofree char *email_key = email != NULL ? portal_account_key (email) : NULL;

  if (phone != NULL)
    return portal_store_find_contact (db, NULL, phone, account, error);
  if (contact_only || email_key != NULL)
    return portal_store_find_contact (db, email_key != NULL ? email_key : key, NULL, account, error);
  return portal_store_find_account (db, key, account, error);
}

/* Whether to go on: the address hasn't asked too often, and the body names somebody. */
static gboolean
may_ask (PortalCall *call, CairnConnection *db, const char *name, const char *field, gboolean *open, GError **error)
{
  g_autofree char *counter = g_strconcat ("recover:", call->address, NULL);
  gint64 wait;

  *open = FALSE;
  if (name == NULL)
    {
      portal_account_problem (call, 400, "contact_needed", field, "Say which account");
      return TRUE;
    }
  if (!portal_throttle_count (db, counter, PER_ADDRESS, cairn_date_now (), &wait, error))
    return FALSE;
  if (wait > 0)
    portal_account_wait (call, wait);
  *open = wait == 0;
  return TRUE;
}

/* A letter to the owner, or one to nobody that costs as much. */
static gboolean
write_to (PortalCall           *call,
          CairnConnection      *db,
          const PortalAccount  *account,
          gboolean              silent,
          PortalTopic           topic,
          PortalFacts          *facts,
          GError              **error)
{
  PortalLetterKind kind = PORTAL_LETTER_NOBODY;
  const char *to = account != NULL ? portal_account_channel (account, &kind) : NOBODY;
  g_autofree char *wished = portal_language_dup_best (call->languages);

  /* The record isn't asked: who has no account has none */
  facts->language = account != NULL && account->language != NULL ? account->language : wished;
  return portal_letters_queue (db, call->service->config, silent ? PORTAL_LETTER_NOBODY : kind, to, topic, facts, error);
}

static gboolean
send_name (PortalCall *call, CairnConnection *db, const char *name, GError **error)
{
  g_autoptr(PortalAccount) account = NULL;
  PortalFacts facts = { .username = NOBODY };
  g_autofree char *counter = NULL;
  gboolean open;
  gint64 wait;

  if (!may_ask (call, db, name, "email", &open, error) || !open)
    return open || call->status != 0;
  if (!find_account (db, name, TRUE, &account, error))
    return FALSE;
  if (account != NULL)
    facts.username = account->username;
  counter = g_strconcat ("name-mail:", account != NULL ? account->id : NOBODY, NULL);
  return portal_throttle_count (db, counter, account != NULL ? PORTAL_MOST_ALIVE : G_MAXINT64, cairn_date_now (), &wait, error) &&
         write_to (call, db, account, wait > 0 || (account != NULL && account->disabled), PORTAL_TOPIC_USERNAME, &facts, error);
}

static void
answer (PortalCall *call, const char *handle)
{
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();

  portal_answer_text (builder, "recovery", handle);
  if (handle != NULL)
    portal_answer_int (builder, "expires_in", PORTAL_CODE_MS / 1000);
  portal_answer_text (builder, "support", call->service->config->support);
  portal_answer_send (call, 202, builder);
}

static gboolean
run (PortalCall *call, CairnConnection *db, gboolean done, GError **error)
{
  return done && (call->status == 0 || call->status == 202 || call->status == 429) && cairn_connection_commit (db, error);
}

/* POST ./recover/username */
void
portal_recover_username (PortalCall *call, CairnConnection *db)
{
  g_autofree char *name = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (!portal_account_read (call, &body))
    return;
  name = portal_account_text (body, "email", 320);
  if (name == NULL)
    name = portal_account_text (body, "phone", 40);
  if (!cairn_connection_begin (db, &error) || !run (call, db, send_name (call, db, name, &error), &error))
    {
      if (error != NULL)
        portal_account_fail (call, error);
      return;
    }
  if (call->status == 0)
    answer (call, NULL);
  portal_post_wake (call->service->post);
}

/* Whoever asks names the host, unless the clinic has said how the portal is reached; a mail must not lead to a host that a
 * stranger chose, with the key to an account. Then the code alone has to do. */
static char *
dup_link (PortalCall *call, const char *token)
{
  g_autoptr(GUri) root = g_uri_parse (call->root, G_URI_FLAGS_NONE, NULL);

  if (call->service->config->public_url == NULL && (root == NULL || !portal_config_is_here (g_uri_get_host (root))))
    return NULL;
  return g_strconcat (call->root, "account/reset/", token, NULL);
}

/* A handle for the client, a link and a code for the mailbox. */
static gboolean
send_way (PortalCall *call, CairnConnection *db, const char *name, char **handle, GError **error)
{
  g_autoptr(PortalAccount) account = NULL;
  g_autoptr(PortalRecovery) recovery = g_new0 (PortalRecovery, 1);
  g_autoptr(GBytes) random = cairn_random_bytes (LINK_BYTES);
  g_autofree char *token = cairn_hex_encode (g_bytes_get_data (random, NULL), LINK_BYTES), *link = dup_link (call, token);
  g_autofree char *code = portal_secret_code ();
  PortalFacts facts = { .username = NOBODY, .code = code, .link = link };
  gint64 now = cairn_date_now (), alive;
  gboolean open;

  if (!may_ask (call, db, name, "username", &open, error) || !open)
    return open || call->status != 0;
  if (!portal_store_forget_registrations (db, now, error) || !find_account (db, name, FALSE, &account, error) ||
      !portal_store_count_recoveries (db, account != NULL ? account->id : NOBODY, now, &alive, error))
    return FALSE;
  *handle = cairn_random_token (32);
  recovery->hash = cairn_sha256_hex (*handle, -1);
  recovery->link = cairn_sha256_hex (token, -1);
  recovery->code = portal_secret_hash (*handle, code);
  if (account != NULL && !account->disabled && alive < PORTAL_MOST_ALIVE)
    {
      recovery->account = g_strdup (account->id);
      facts.username = account->username;
    }
  recovery->code_expires = now + PORTAL_CODE_MS;
  recovery->expires = now + PORTAL_LINK_MS;
  return portal_store_add_recovery (db, recovery, error) &&
         write_to (call, db, account, recovery->account == NULL, PORTAL_TOPIC_RECOVER, &facts, error);
}

/* Sends a way back to whoever has that account, and answers the call only when it can't be done. FALSE with an error when the
 * portal failed. */
gboolean
portal_recover_send (PortalCall *call, CairnConnection *db, const char *name, char **handle, GError **error)
{
  gboolean done = cairn_connection_begin (db, error) && run (call, db, send_way (call, db, name, handle, error), error);

  portal_post_wake (call->service->post);
  return done || *error == NULL;
}

/* POST ./recover/password */
void
portal_recover_password (PortalCall *call, CairnConnection *db)
{
  g_autofree char *name = NULL, *handle = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (!portal_account_read (call, &body))
    return;
  name = portal_account_text (body, "username", 320);
  if (!portal_recover_send (call, db, name, &handle, &error))
    portal_account_fail (call, error);
  else if (call->status == 0)
    answer (call, handle);
}
