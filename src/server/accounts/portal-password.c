/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New passwords, by their owner or by a way back in, and the proof that it is the owner. On workers, for the hashes; their
 * SQL on the writer. A new password ends all other sessions and every other way back in. */
#include "portal-password.h"

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-enroll.h"
#include "portal-factor.h"
#include "portal-owner.h"
#include "portal-passphrase.h"
#include "portal-secret.h"
#include "server/mail/portal-letters.h"
#include "server/sign-in/portal-throttle.h"
#include "server/store/people/portal-store-factor.h"
#include "server/store/people/portal-store-registration.h"

typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  PortalOwner      owner;
  PortalReset     *reset;
  PortalRecovery  *recovery;
  char            *hash;        /* of the new password */
  char            *otp;
  char            *recovery_code;
  char            *counter;
  gboolean         right;
} Work;

static void
work_clear (Work *work)
{
  portal_owner_clear (&work->owner);
  g_clear_pointer (&work->recovery, portal_recovery_free);
  g_free (work->hash);
  cairn_secret_clear (work->otp);
  cairn_secret_clear (work->recovery_code);
  g_free (work->counter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* What a new password ends, and what tells of it. */
static gboolean
change (Work *work, const PortalAccount *account, const char *kept, GError **error)
{
  g_autofree char *tries = g_strconcat ("account:", account->id, NULL), *codes = g_strconcat ("code:", account->id, NULL);
  g_autofree char *language = portal_account_dup_language (work->db, account, work->call->languages);
  PortalFacts facts = { .language = language };
  PortalLetterKind kind;
  const char *to = portal_account_channel (account, &kind);
  gint64 now = cairn_date_now (), n;

  return portal_store_set_hash (work->db, account->id, work->hash, error) &&
         portal_store_revoke_others (work->db, account->id, kept, &n, error) &&
         portal_store_drop_recoveries (work->db, account->id, error) &&
         portal_throttle_forgive (work->db, tries, now, error) && portal_throttle_forgive (work->db, codes, now, error) &&
         portal_letters_queue (work->db, work->call->service->config, kind, to, PORTAL_TOPIC_PASSWORD_CHANGED, &facts, error);
}

static gboolean
refuse (PortalReset *reset, guint status, const char *problem, const char *field, const char *detail)
{
  reset->status = status;
  reset->problem = problem;
  reset->field = field;
  reset->detail = detail;
  return TRUE;
}

/* Whether that way is open; a wrong code counts. */
static gboolean
find_way (gpointer data, GError **error)
{
  Work *work = data;
  PortalReset *reset = work->reset;
  gint64 now = cairn_date_now ();
  g_autofree char *hash = cairn_sha256_hex (reset->link != NULL ? reset->link : reset->handle, -1);

  if (!cairn_connection_begin (work->db, error) ||
      !(reset->link != NULL ? portal_store_load_recovery_link (work->db, hash, now, &work->recovery, error)
                            : portal_store_load_recovery (work->db, hash, now, &work->recovery, error)))
    return FALSE;
  if (work->recovery == NULL || (reset->link == NULL && work->recovery->code_expires < now) ||
      (reset->link != NULL && work->recovery->account == NULL))
    return refuse (reset, 404, "recovery_expired", NULL, "This was used, or has run out; ask for a new one");
  if (reset->link == NULL && work->recovery->tries >= PORTAL_CODE_TRIES)
    return refuse (reset, 400, "code_dead", "code", "There were too many wrong codes; ask for a new one");
  if (reset->link == NULL && (!portal_secret_matches (work->recovery->code, reset->handle, reset->code) ||
                              work->recovery->account == NULL))
    {
      reset->left = PORTAL_CODE_TRIES - work->recovery->tries - 1;
      refuse (reset, 400, "code_wrong", "code", "This is not the code that was sent");
      return portal_store_count_recovery_try (work->db, work->recovery->hash, error) &&
             cairn_connection_commit (work->db, error);
    }
  return portal_store_load_account (work->db, work->recovery->account, &work->owner.account, error);
}

/* Once: who comes second finds it used. */
static gboolean
use_way (gpointer data, GError **error)
{
  Work *work = data;
  g_autoptr(PortalRecovery) still = NULL;

  if (!cairn_connection_begin (work->db, error) ||
      !portal_store_load_recovery (work->db, work->recovery->hash, cairn_date_now (), &still, error))
    return FALSE;
  if (still == NULL)
    return refuse (work->reset, 404, "recovery_expired", NULL, "This was used, or has run out; ask for a new one");
  return change (work, work->owner.account, NULL, error) && cairn_connection_commit (work->db, error);
}

static const char *
check_new (Work *work, const char *password, const char **detail)
{
  const PortalAccount *account = work->owner.account;

  return portal_passphrase_refuses (work->call->service->config, password, account->username, account->email,
                                    account->factor != NULL, detail);
}

/* On a worker. FALSE when the portal failed and the call is answered; else the reset says how it ended. */
gboolean
portal_password_reset (PortalCall *call, PortalReset *reset, GError **error)
{
  g_auto(Work) work = { .call = call, .reset = reset };
  const char *problem, *detail = NULL;

  reset->left = -1;
  if (!portal_enroll_on_writer (call, find_way, &work, &work.db))
    return FALSE;
  if (reset->status != 0)
    return TRUE;
  if (work.owner.account == NULL || work.owner.account->disabled)
    return refuse (reset, 404, "recovery_expired", NULL, "This was used, or has run out; ask for a new one");
  call->who = g_strdup (work.owner.account->id);
  problem = check_new (&work, reset->password, &detail);
  if (problem != NULL)
    return refuse (reset, 400, problem, "password", detail);
  work.hash = cairn_password_hash (reset->password, error);
  if (work.hash != NULL)
    return portal_enroll_on_writer (call, use_way, &work, &work.db);
  portal_account_fail (call, *error);
  return FALSE;
}

/* For the page behind a link: nothing is used up by looking. */
gboolean
portal_password_link_is_good (CairnConnection *db, const char *link, gboolean *good, GError **error)
{
  g_autofree char *hash = cairn_sha256_hex (link, -1);
  g_autoptr(PortalRecovery) recovery = NULL;

  *good = FALSE;
  if (!portal_store_load_recovery_link (db, hash, cairn_date_now (), &recovery, error))
    return FALSE;
  *good = recovery != NULL && recovery->account != NULL;
  return TRUE;
}

static gboolean
load_owner (gpointer data, GError **error)
{
  Work *work = data;

  portal_owner_load (work->call, work->db, &work->owner);
  return TRUE;
}

static gboolean
change_own (gpointer data, GError **error)
{
  Work *work = data;

  return cairn_connection_begin (work->db, error) && change (work, work->owner.account, work->owner.grant->id, error) &&
         cairn_connection_commit (work->db, error);
}

static void
change_by_owner (PortalCall *call, const char *password)
{
  g_auto(Work) work = { .call = call };
  const char *problem, *detail = NULL;
  g_autoptr(GError) error = NULL;

  if (!portal_enroll_on_writer (call, load_owner, &work, &work.db) || work.owner.account == NULL ||
      !portal_owner_proved (call, &work.owner))
    return;
  call->who = g_strdup (work.owner.account->id);
  problem = check_new (&work, password, &detail);
  if (problem != NULL)
    {
      portal_account_problem (call, 400, problem, "password", detail);
      return;
    }
  work.hash = cairn_password_hash (password, &error);
  if (work.hash == NULL)
    portal_account_fail (call, error);
  else if (portal_enroll_on_writer (call, change_own, &work, &work.db))
    portal_call_reply (call, 204, NULL, NULL);
}

/* POST ./password: by its owner, or with "recovery" and "code" by a way back in. */
void
portal_password_post (PortalCall *call, CairnConnection *db)
{
  g_autofree char *handle = NULL, *code = NULL;
  g_autoptr(GError) error = NULL;
  PortalReset reset = { 0 };
  CairnJson body;
  char *password;

  if (!portal_account_read (call, &body))
    return;
  handle = portal_account_text (body, "recovery", 64);
  code = portal_account_text (body, "code", 40);
  password = cairn_json_dup_string (cairn_json_member (body, "password"));
  if (password == NULL)
    portal_account_problem (call, 400, "password_needed", "password", "The new password is needed");
  else if (cairn_json_member (body, "recovery").text == NULL)
    change_by_owner (call, password);
  else
    {
      reset = (PortalReset) { .handle = handle != NULL ? handle : "", .code = code != NULL ? code : "", .password = password };
      if (portal_password_reset (call, &reset, &error))
        {
          if (reset.status != 0)
            portal_account_problem_left (call, reset.status, reset.problem, reset.field, reset.detail, reset.left);
          else
            portal_call_reply (call, 204, NULL, NULL);
        }
    }
  cairn_secret_clear (password);
}

static gboolean
begin_step (gpointer data, GError **error)
{
  Work *work = data;
  gint64 wait;

  if (!portal_owner_load (work->call, work->db, &work->owner))
    return TRUE;
  work->counter = g_strconcat ("account:", work->owner.account->id, NULL);
  return cairn_connection_begin (work->db, error) &&
         portal_owner_count_try (work->call, work->db, work->counter, &wait, error) && cairn_connection_commit (work->db, error);
}

static gboolean
take_code (Work *work, gboolean *right, GError **error)
{
  const PortalAccount *account = work->owner.account;
  g_autofree char *counter = g_strconcat ("code:", account->id, NULL);
  gint64 wait;

  *right = TRUE;
  if (account->factor == NULL)
    return TRUE;
  *right = FALSE;
  if (work->otp == NULL && work->recovery_code == NULL)
    {
      portal_account_problem (work->call, 400, "otp_needed", "otp", "A code of the authenticator app is needed, too");
      return TRUE;
    }
  if (!portal_owner_count_try (work->call, work->db, counter, &wait, error))
    return FALSE;
  if (wait > 0)
    return TRUE;
  if (!portal_factor_take (work->db, work->call->service->factor_key, account, work->otp, work->recovery_code, right, error))
    return FALSE;
  if (*right)
    return portal_owner_right (work->call, work->db, counter, error);
  portal_account_problem (work->call, 400, "otp_wrong", "otp", "The code is wrong or was used already");
  return TRUE;
}

static gboolean
end_step (gpointer data, GError **error)
{
  Work *work = data;
  gboolean right;

  if (!work->right)
    {
      portal_account_problem (work->call, 400, "password_wrong", "password", "The password is wrong");
      return TRUE;
    }
  if (!cairn_connection_begin (work->db, error) || !portal_owner_right (work->call, work->db, work->counter, error) ||
      !take_code (work, &right, error))
    return FALSE;
  if (right && !portal_store_prove_grant (work->db, work->owner.grant->id, cairn_date_now (), error))
    return FALSE;
  if (right)
    portal_call_reply (work->call, 204, NULL, NULL);
  return cairn_connection_commit (work->db, error);
}

/* POST ./step-up: password and, if there is one, second factor; good for the next minutes. */
void
portal_password_step_up (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call };
  CairnJson body;
  char *password;

  if (!portal_account_read (call, &body))
    return;
  work.otp = portal_account_text (body, "otp", 40);
  work.recovery_code = portal_account_text (body, "recovery_code", 64);
  password = cairn_json_dup_string (cairn_json_member (body, "password"));
  if (portal_enroll_on_writer (call, begin_step, &work, &work.db) && call->status == 0)
    {
      work.right = cairn_password_verify (work.owner.account->hash, password != NULL ? password : "");
      portal_enroll_on_writer (call, end_step, &work, &work.db);
    }
  cairn_secret_clear (password);
}

/* POST ./terms: the version that is accepted. */
void
portal_password_terms (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autofree char *version = NULL;
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (!portal_account_read (call, &body) || !portal_owner_load (call, db, &owner))
    return;
  version = portal_account_text (body, "version", 64);
  if (g_strcmp0 (version, call->service->terms_version) != 0)
    portal_account_problem (call, 409, "terms_needed", "version", "That is not the present version of the terms of use");
  else if (cairn_connection_begin (db, &error) &&
           portal_store_set_terms (db, owner.account->id, version, cairn_date_now (), &error) &&
           cairn_connection_commit (db, &error))
    portal_call_reply (call, 204, NULL, NULL);
  else
    portal_account_fail (call, error);
}
