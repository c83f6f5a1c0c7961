/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second half of a registration, once the contact is verified: user name, password, terms, and the account with the
 * chart that is beyond doubt this person's. On a worker, for the password's hash; its SQL on the writer. */
#include "portal-enroll.h"

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-match.h"
#include "portal-name.h"
#include "portal-passphrase.h"
#include "server/mail/portal-language.h"
#include "server/sign-in/portal-accounts.h"
#include "server/sign-in/portal-throttle.h"
#include "server/store/people/portal-store-registration.h"

#define NAMES_PER_ADDRESS 10   /* an hour */

typedef struct
{
  PortalEnrollFunc  func;
  gpointer          data;
  CairnConnection **db;
} Visit;

typedef struct
{
  PortalCall         *call;
  CairnConnection    *db;
  PortalRegistration *r;
  PortalAccount      *account;
  char               *hash;        /* of the handle */
  char               *password;
  char               *terms;
  gboolean            check;
  gboolean            open;        /* still to be answered */
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->r, portal_registration_free);
  g_clear_pointer (&work->account, portal_account_free);
  g_free (work->hash);
  cairn_secret_clear (work->password);
  g_free (work->terms);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static gpointer
visit (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Visit *one = data;

  *one->db = db;
  return GINT_TO_POINTER (one->func (one->data, error));
}

/* Runs a function on the writer, from a worker, with its connection in @db; FALSE with the call answered. */
gboolean
portal_enroll_on_writer (PortalCall *call, PortalEnrollFunc func, gpointer data, CairnConnection **db)
{
  Visit one = { func, data, db };
  g_autoptr(GError) error = NULL;
  gboolean done = cairn_database_run (portal_store_get_writer (call->service->store), visit, &one, &error) != NULL;

  if (!done)
    portal_account_fail (call, error);
  portal_post_wake (call->service->post);
  return done;
}

static gboolean
refuse (Work *work, guint status, const char *code, const char *field, const char *detail)
{
  portal_account_problem (work->call, status, code, field, detail);
  work->open = FALSE;
  return TRUE;
}

static gboolean
check_name (Work *work, GError **error)
{
  g_autofree char *counter = g_strconcat ("names:", work->call->address, NULL);
  gboolean taken;
  gint64 wait;

  if (!portal_throttle_count (work->db, counter, NAMES_PER_ADDRESS, cairn_date_now (), &wait, error))
    return FALSE;
  if (wait > 0)
    {
      portal_account_wait (work->call, wait);
      work->open = FALSE;
      return TRUE;
    }
  if (!portal_store_name_is_taken (work->db, work->account->name_key, work->account->skeleton, &taken, error))
    return FALSE;
  return !taken || refuse (work, 409, "username_taken", "username", "Somebody has this user name, or one that looks like it");
}

/* Whether this person may go on, and with that name. */
static gboolean
look (gpointer data, GError **error)
{
  Work *work = data;

  if (!cairn_connection_begin (work->db, error) ||
      !portal_store_load_registration (work->db, work->hash, cairn_date_now (), &work->r, error))
    return FALSE;
  work->open = TRUE;
  if (work->r == NULL || work->r->account != NULL)
    return refuse (work, 404, "registration_expired", NULL, "This registration has run out; start again");
  if (!work->r->verified)
    return refuse (work, 403, "not_verified", "code", "The code that was sent comes first");
  return (work->account->name_key == NULL || check_name (work, error)) && cairn_connection_commit (work->db, error);
}

static void
fill (Work *work)
{
  PortalAccount *account = work->account;
  const PortalRegistration *r = work->r;

  account->id = cairn_random_uuid ();
  account->email = g_strdup (r->email != NULL ? r->email : "");
  account->email_key = g_strdup (r->email != NULL ? r->contact_key : "");
  account->phone = g_strdup (r->phone);
  account->given = g_strdup (r->given);
  account->family = g_strdup (r->family);
  account->birth = g_strdup (r->birth);
  account->terms = g_strdup (work->terms);
  account->language = portal_language_dup_best (work->call->languages);
}

/* Once more, now that the hash is made: another may have been quicker. */
static gboolean
make (gpointer data, GError **error)
{
  Work *work = data;
  PortalAccount *account = work->account;
  g_autoptr(PortalRegistration) still = NULL;
  gint64 now = cairn_date_now ();
  gboolean taken;

  if (!cairn_connection_begin (work->db, error) ||
      !portal_store_load_registration (work->db, work->hash, now, &still, error) ||
      !portal_store_name_is_taken (work->db, account->name_key, account->skeleton, &taken, error))
    return FALSE;
  if (still == NULL)
    return refuse (work, 404, "registration_expired", NULL, "This registration has run out; start again");
  if (taken)
    return refuse (work, 409, "username_taken", "username", "Somebody has this user name, or one that looks like it");
  fill (work);
  if (still->invite != NULL ? !portal_store_load_invite (work->db, still->invite, now, &account->patient, error) ||
                                !portal_store_use_invite (work->db, still->invite, error)
                            : !portal_match_chart (work->db, still, &account->patient, error))
    return FALSE;
  return portal_store_add_account (work->db, account, now, error) &&
         portal_store_drop_registration (work->db, work->hash, error) && cairn_connection_commit (work->db, error);
}

static void
reply_made (Work *work)
{
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();

  portal_answer_text (builder, "username", work->account->username);
  portal_answer_text (builder, "state", work->account->patient != NULL ? "linked" : "waiting");
  portal_answer_send (work->call, 201, builder);
  work->call->who = g_strdup (work->account->id);
  work->call->about = g_strdup (work->account->patient);
}

/* What the body says, but for what only the store knows; else the call is answered. */
static gboolean
read_account (Work *work, CairnJson body)
{
  g_autofree char *handle = portal_account_text (body, "registration", 64), *name = portal_account_text (body, "username", 256);
  PortalAccount *account = work->account = g_new0 (PortalAccount, 1);

  work->hash = cairn_sha256_hex (handle != NULL ? handle : "", -1);
  work->check = cairn_json_boolean (cairn_json_member (body, "check"), FALSE);
  work->password = cairn_json_dup_string (cairn_json_member (body, "password"));
  work->terms = portal_account_text (body, "terms", 64);
  account->username = portal_name_prepare (name);
  if (account->username == NULL && (name != NULL || !work->check))
    {
      portal_account_problem (work->call, 400, "username_wrong", "username",
                              "A user name has letters and digits of one script, no spaces and no @, 64 at most");
      return FALSE;
    }
  if (account->username != NULL)
    {
      account->name_key = portal_account_key (account->username);
      account->skeleton = portal_name_skeleton (account->username);
    }
  return TRUE;
}

static gboolean
check_password (Work *work)
{
  const char *detail = NULL, *code = NULL;

  if (work->password == NULL && work->check)
    return TRUE;
  code = portal_passphrase_refuses (work->call->service->config, work->password != NULL ? work->password : "",
                                    work->account->username, work->r->email, FALSE, &detail);
  if (code != NULL)
    portal_account_problem (work->call, 400, code, "password", detail);
  return code == NULL;
}

/* POST ./register with a verified "registration"; with "check" nothing is made. */
void
portal_enroll (PortalCall *call, CairnJson body)
{
  g_auto(Work) work = { .call = call };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonBuilder) builder = NULL;

  if (!read_account (&work, body) || !portal_enroll_on_writer (call, look, &work, &work.db) || !work.open ||
      !check_password (&work))
    return;
  if (work.check)
    {
      builder = portal_answer_begin ();
      portal_answer_text (builder, "username", work.account->username);
      portal_answer_send (call, 200, builder);
      return;
    }
  if (g_strcmp0 (work.terms, call->service->terms_version) != 0)
    {
      portal_account_problem (call, 400, "terms_needed", "terms", "The terms of use, in their present version, are to be accepted");
      return;
    }
  work.account->hash = cairn_password_hash (work.password, &error);
  if (work.account->hash == NULL)
    portal_account_fail (call, error);
  else if (portal_enroll_on_writer (call, make, &work, &work.db) && work.open)
    reply_made (&work);
}
