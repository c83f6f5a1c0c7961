/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor: TOTP (RFC 6238) by liboath, and recovery codes. A secret is sealed with a key of the store's; a
 * step that was taken is never taken again. On the writer's thread. */
#include "portal-factor.h"

#include <liboath/oath.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-owner.h"
#include "portal-secret.h"
#include "server/mail/portal-letters.h"
#include "server/store/people/portal-store-factor.h"

#define SECRET_BYTES 20   /* RFC 4226 §4 */
#define STEP_SECONDS 30
#define DIGITS 6
#define DRIFT 1           /* steps that a clock may be off */
#define DRAFT_MS (15 * 60 * 1000)
#define N_CODES 10
#define CODE_GROUPS 4     /* 80 bits */

/* What secrets are sealed with; it follows from the store's own key, so that nothing more has to be kept. */
GBytes *
portal_factor_dup_key (PortalStore *store)
{
  static const char salt[] = "cairn second factor";
  GBytes *key = portal_store_get_key (store);
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[CAIRN_KEY_BYTES];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) salt, sizeof salt);
  g_checksum_update (checksum, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}

static char *
seal (GBytes *key, GBytes *secret)
{
  g_autoptr(GBytes) sealed = cairn_seal (key, g_bytes_get_data (secret, NULL), g_bytes_get_size (secret));

  return cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
}

static GBytes *
unseal (GBytes *key, const char *sealed)
{
  g_autoptr(GBytes) box = cairn_base64url_decode (sealed);

  return box != NULL ? cairn_unseal (key, g_bytes_get_data (box, NULL), g_bytes_get_size (box)) : NULL;
}

static gboolean
make_code (GBytes *secret, gint64 step, char code[DIGITS + 1])
{
  return oath_totp_generate (g_bytes_get_data (secret, NULL), g_bytes_get_size (secret), step * STEP_SECONDS, STEP_SECONDS, 0,
                             DIGITS, code) == OATH_OK;
}

/* The step whose code that is, if it is one around now and later than @after; else 0. All of them are looked at. */
static gint64
find_step (GBytes *secret, const char *code, gint64 after)
{
  gint64 now = cairn_date_now () / 1000 / STEP_SECONDS, found = 0;
  g_autofree char *clean = portal_secret_clean (code);

  for (gint64 step = now - DRIFT; step <= now + DRIFT; step++)
    {
      char right[DIGITS + 1] = { 0 };

      if (make_code (secret, step, right) && cairn_constant_time_equal (right, clean) && step > after)
        found = step;
    }
  return found;
}

/* What an authenticator app shows for a base32 secret. */
char *
portal_factor_code (const char *secret, gint64 now, gint64 *step)
{
  g_autoptr(GBytes) bytes = NULL;
  char code[DIGITS + 1] = { 0 };
  char *raw = NULL;
  size_t length;

  if (oath_base32_decode (secret, strlen (secret), &raw, &length) != OATH_OK)
    return NULL;
  bytes = g_bytes_new_with_free_func (raw, length, free, raw);
  *step = now / 1000 / STEP_SECONDS;
  return make_code (bytes, *step, code) ? g_strdup (code) : NULL;
}

/* Whether a code, or else a recovery code, is right; then it was the last time. */
gboolean
portal_factor_take (CairnConnection      *db,
                    GBytes               *key,
                    const PortalAccount  *account,
                    const char           *otp,
                    const char           *recovery_code,
                    gboolean             *right,
                    GError              **error)
{
  g_autoptr(GBytes) secret = NULL;
  gint64 step;

  *right = FALSE;
  if (otp == NULL)
    {
      g_autofree char *hash = portal_secret_hash (account->id, recovery_code != NULL ? recovery_code : "");

      return portal_store_take_recovery_code (db, account->id, hash, right, error);
    }
  secret = unseal (key, account->factor);
  if (secret == NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED, "A second factor can't be unsealed");
      return FALSE;
    }
  step = find_step (secret, otp, account->factor_step);
  *right = step > 0;
  return step == 0 || portal_store_set_factor_step (db, account->id, step, error);
}

/* GET ./second-factor */
void
portal_factor_get (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(JsonBuilder) builder = NULL;
  g_autoptr(GError) error = NULL;
  gint64 left;

  if (!portal_owner_load (call, db, &owner))
    return;
  if (!portal_store_count_recovery_codes (db, owner.account->id, &left, &error))
    {
      portal_account_fail (call, error);
      return;
    }
  builder = portal_answer_begin ();
  portal_answer_flag (builder, "enabled", owner.account->factor != NULL);
  if (owner.account->factor != NULL)
    {
      g_autofree char *since = cairn_date_dup_instant (owner.account->factor_since);

      portal_answer_text (builder, "since", since);
      portal_answer_int (builder, "recovery_codes_left", left);
    }
  portal_answer_send (call, 200, builder);
}

static char *
dup_base32 (GBytes *secret)
{
  char *text = NULL, *copy;
  size_t length;

  if (oath_base32_encode (g_bytes_get_data (secret, NULL), g_bytes_get_size (secret), &text, &length) != OATH_OK)
    return NULL;
  copy = g_strndup (text, length);
  memset (text, 0, length);
  free (text);
  return copy;
}

/* The address that authenticator apps read from a QR code. */
char *
portal_factor_dup_uri (const PortalConfig *config, const PortalAccount *account, const char *secret)
{
  const char *clinic = config->name != NULL ? config->name : "Cairn";
  g_autofree char *issuer = g_uri_escape_string (clinic, NULL, FALSE);
  g_autofree char *name = g_uri_escape_string (account->username, NULL, FALSE);

  return g_strdup_printf ("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", issuer, name, secret,
                          issuer, DIGITS, STEP_SECONDS);
}

/* A secret, which counts for nothing before its first code; without @anew the one that waits for that. */
gboolean
portal_factor_draft (CairnConnection *db, GBytes *key, const PortalAccount *account, gboolean anew, char **text, GError **error)
{
  g_autofree char *waiting = NULL, *sealed = NULL;
  g_autoptr(GBytes) secret = NULL;
  gint64 now = cairn_date_now ();

  if (!anew && !portal_store_load_factor_draft (db, account->id, now, &waiting, error))
    return FALSE;
  secret = waiting != NULL ? unseal (key, waiting) : NULL;
  if (secret != NULL)
    {
      *text = dup_base32 (secret);
      return TRUE;
    }
  secret = cairn_random_bytes (SECRET_BYTES);
  sealed = seal (key, secret);
  *text = dup_base32 (secret);
  return portal_store_set_factor_draft (db, account->id, sealed, now + DRAFT_MS, error);
}

static gboolean
draft (PortalCall *call, CairnConnection *db, const PortalAccount *account, GError **error)
{
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();
  char *text = NULL, *uri;

  if (!portal_factor_draft (db, call->service->factor_key, account, TRUE, &text, error))
    return FALSE;
  uri = portal_factor_dup_uri (call->service->config, account, text);
  portal_answer_text (builder, "secret", text);
  portal_answer_text (builder, "uri", uri);
  portal_answer_int (builder, "expires_in", DRAFT_MS / 1000);
  portal_answer_send (call, 200, builder);
  cairn_secret_clear (text);
  cairn_secret_clear (uri);
  return TRUE;
}

static void
wipe (gpointer code)
{
  cairn_secret_clear (code);
}

/* Ten new ones; the old ones are dead. */
GPtrArray *
portal_factor_make_codes (CairnConnection *db, const PortalAccount *account, GError **error)
{
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func (wipe);

  if (!portal_store_drop_recovery_codes (db, account->id, error))
    return NULL;
  for (guint i = 0; i < N_CODES; i++)
    {
      char *code = portal_secret_words (CODE_GROUPS);
      g_autofree char *hash = portal_secret_hash (account->id, code);

      g_ptr_array_add (codes, code);
      if (!portal_store_add_recovery_code (db, account->id, hash, error))
        return NULL;
    }
  return g_steal_pointer (&codes);
}

static gboolean
give_codes (PortalCall *call, CairnConnection *db, const PortalAccount *account, GError **error)
{
  g_autoptr(GPtrArray) codes = portal_factor_make_codes (db, account, error);
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();

  if (codes == NULL)
    return FALSE;
  portal_answer_flag (builder, "enabled", TRUE);
  json_builder_set_member_name (builder, "recovery_codes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < codes->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (codes, i));
  json_builder_end_array (builder);
  portal_answer_send (call, 200, builder);
  return TRUE;
}

/* Whether a clinic wants one of this account (NIST SP 800-63B-4 leaves it to the service). */
gboolean
portal_factor_is_wanted (const PortalConfig *config, const PortalAccount *account)
{
  return g_str_equal (config->second_factor, "required") || (g_str_equal (config->second_factor, "staff") && account->role != NULL);
}

static gboolean
tell (const PortalConfig *config, const char *languages, CairnConnection *db, const PortalAccount *account, PortalTopic topic, GError **error)
{
  g_autofree char *language = portal_account_dup_language (db, account, languages);
  PortalFacts facts = { .language = language };
  PortalLetterKind kind;
  const char *to = portal_account_channel (account, &kind);

  return portal_store_count_recovery_codes (db, account->id, &facts.n_left, error) &&
         portal_letters_queue (db, config, kind, to, topic, &facts, error);
}

/* Somebody got in with a recovery code: the owner hears of it, and how many are left. */
gboolean
portal_factor_tell_recovery (CairnConnection *db, const PortalConfig *config, const PortalAccount *account, const char *languages, GError **error)
{
  return tell (config, languages, db, account, PORTAL_TOPIC_RECOVERY_CODE, error);
}

/* The first code of a secret that waits for it turns it on, and is told of; @right without error says whether it was that. */
gboolean
portal_factor_confirm (CairnConnection      *db,
                       const PortalConfig   *config,
                       GBytes               *key,
                       const PortalAccount  *account,
                       const char           *code,
                       const char           *languages,
                       gboolean             *right,
                       GError              **error)
{
  g_autofree char *sealed = NULL;
  g_autoptr(GBytes) secret = NULL;
  gint64 now = cairn_date_now (), step;

  *right = FALSE;
  if (!portal_store_load_factor_draft (db, account->id, now, &sealed, error))
    return FALSE;
  secret = sealed != NULL ? unseal (key, sealed) : NULL;
  step = secret != NULL ? find_step (secret, code, 0) : 0;
  *right = step > 0;
  return step == 0 || (portal_store_set_factor (db, account->id, sealed, step, now, error) &&
                       tell (config, languages, db, account, PORTAL_TOPIC_FACTOR_ON, error));
}

static gboolean
confirm (PortalCall *call, CairnConnection *db, const PortalAccount *account, const char *code, GError **error)
{
  g_autofree char *sealed = NULL, *counter = g_strconcat ("code:", account->id, NULL);
  const PortalService *service = call->service;
  gboolean right;
  gint64 wait;

  if (!portal_store_load_factor_draft (db, account->id, cairn_date_now (), &sealed, error))
    return FALSE;
  if (sealed == NULL)
    {
      portal_account_problem (call, 409, "nothing_to_confirm", NULL, "Ask for a secret first; it is good for 15 minutes");
      return TRUE;
    }
  if (!portal_owner_count_try (call, db, counter, &wait, error))
    return FALSE;
  if (wait > 0)
    return TRUE;
  if (!portal_factor_confirm (db, service->config, service->factor_key, account, code, call->languages, &right, error))
    return FALSE;
  if (!right)
    {
      portal_account_problem (call, 400, "otp_wrong", "code", "This is not the code that the app shows now; is the clock right?");
      return TRUE;
    }
  return portal_owner_right (call, db, counter, error) && give_codes (call, db, account, error);
}

/* POST ./second-factor: {} for a secret, {"code"} to turn it on, {"recovery_codes":true} for new codes. */
void
portal_factor_post (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autofree char *code = NULL;
  g_autoptr(GError) error = NULL;
  gboolean done, codes;
  CairnJson body;

  if (!portal_account_read (call, &body) || !portal_owner_load (call, db, &owner) || !portal_owner_proved (call, &owner))
    return;
  code = portal_account_text (body, "code", 40);
  codes = cairn_json_boolean (cairn_json_member (body, "recovery_codes"), FALSE);
  if (codes && owner.account->factor == NULL)
    {
      portal_account_problem (call, 409, "no_factor", NULL, "There is no second factor that they could stand in for");
      return;
    }
  /* In the log each of the three is its own. */
  call->action = codes ? "recovery-codes-set" : code != NULL ? "second-factor-set" : "second-factor-begin";
  done = cairn_connection_begin (db, &error) &&
         (codes ? give_codes (call, db, owner.account, &error)
          : code != NULL ? confirm (call, db, owner.account, code, &error) : draft (call, db, owner.account, &error)) &&
         cairn_connection_commit (db, &error);
  if (!done)
    portal_account_fail (call, error);
  portal_post_wake (call->service->post);
}

/* DELETE ./second-factor */
void
portal_factor_delete (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GError) error = NULL;

  if (!portal_owner_load (call, db, &owner) || !portal_owner_proved (call, &owner))
    return;
  if (portal_factor_is_wanted (call->service->config, owner.account))
    {
      portal_account_problem (call, 403, "factor_required", NULL, "The clinic asks for a second step at sign-in; set up another app instead of turning it off");
      return;
    }
  if (cairn_connection_begin (db, &error) &&
      portal_store_set_factor (db, owner.account->id, NULL, owner.account->factor_step, cairn_date_now (), &error) &&
      portal_store_drop_recovery_codes (db, owner.account->id, &error) &&
      (owner.account->factor == NULL || tell (call->service->config, call->languages, db, owner.account, PORTAL_TOPIC_FACTOR_OFF, &error)) &&
      cairn_connection_commit (db, &error))
    portal_call_reply (call, 204, NULL, NULL);
  else
    portal_account_fail (call, error);
  portal_post_wake (call->service->post);
}
