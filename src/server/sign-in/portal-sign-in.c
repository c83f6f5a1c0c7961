/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patient's own app signs in with user name and password (OAuth 2.0 for First-Party
 * Applications). Runs on a worker of a bounded pool: two visits to the writer with the slow
 * password hash between them. A name that nobody has costs the same work and gets the same answer
 * as a wrong password. */
#include "portal-sign-in.h"

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-accounts.h"
#include "portal-throttle.h"
#include "portal-tokens.h"
#include "server/store/portal-access.h"
#include "server/store/portal-store-grants.h"

#define SESSION_MS (10 * 60 * 1000)
#define CODE_MS (60 * 1000)

typedef struct
{
  const PortalConfig *config;
  PortalSignIn       *in;
  PortalSession      *session;
  PortalAccount      *account;   /* NULL when nobody has the name */
  char               *counter;
  gboolean            right;
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->session, portal_session_free);
  g_clear_pointer (&work->account, portal_account_free);
  g_free (work->counter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

void
portal_sign_in_clear (PortalSignIn *sign_in)
{
  cairn_secret_clear (sign_in->code);
  cairn_secret_clear (sign_in->new_session);
  g_free (sign_in->account);
  g_free (sign_in->about);
}

/* What the request says, else what an earlier one of the same session said. */
static gboolean
load_session (CairnConnection *db, Work *work, gint64 now, GError **error)
{
  PortalSignIn *in = work->in;

  if (in->session != NULL)
    {
      g_autofree char *hash = cairn_sha256_hex (in->session, -1);

      if (!portal_store_load_session (db, hash, &work->session, error))
        return FALSE;
      if (work->session == NULL || work->session->expires < now ||
          !g_str_equal (work->session->client, in->client))
        {
          in->end = PORTAL_SIGN_IN_INVALID_SESSION;
          return TRUE;
        }
    }
  else
    {
      work->session = g_new0 (PortalSession, 1);
      work->session->client = g_strdup (in->client);
      work->session->expires = now + SESSION_MS;
    }
  if (in->scope != NULL)
    {
      g_free (work->session->scope);
      work->session->scope = g_strdup (in->scope);
    }
  if (in->challenge != NULL)
    {
      g_free (work->session->challenge);
      work->session->challenge = g_strdup (in->challenge);
    }
  if (work->session->scope == NULL || work->session->challenge == NULL)
    in->end = PORTAL_SIGN_IN_INVALID_REQUEST;
  return TRUE;
}

static gboolean
save_session (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;
  g_autofree char *hash = NULL;

  in->new_session = in->session != NULL ? g_strdup (in->session) : cairn_random_token (32);
  hash = cairn_sha256_hex (in->new_session, -1);
  return portal_store_save_session (db, hash, work->session, error);
}

static gpointer
begin_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  PortalSignIn *in = work->in;
  gint64 now = cairn_date_now ();
  g_autofree char *key = NULL;

  if (!cairn_connection_begin (db, error) ||
      !portal_store_forget_expired (db, now, now - PORTAL_REPLAY_MS, error) ||
      !load_session (db, work, now, error))
    return NULL;
  if (in->end != PORTAL_SIGN_IN_DONE)
    return work;
  if (in->username == NULL || in->password == NULL)
    {
      in->end = PORTAL_SIGN_IN_PASSWORD_NEEDED;
      return save_session (db, work, error) && cairn_connection_commit (db, error) ? work : NULL;
    }
  key = portal_account_key (in->username);
  if (!portal_store_find_account (db, key, &work->account, error))
    return NULL;
  if (work->account != NULL)
    {
      in->account = g_strdup (work->account->id);
      in->about = g_strdup (work->account->patient);
    }
  if (work->account != NULL)
    work->counter = g_strconcat ("account:", work->account->id, NULL);
  else
    {
      g_autofree char *hash = cairn_sha256_hex (key, -1);

      work->counter = g_strconcat ("name:", hash, NULL);
    }
  if (!portal_throttle_take (db, work->config, work->counter, in->address, now, &in->wait, error))
    return NULL;
  if (in->wait > 0)
    in->end = PORTAL_SIGN_IN_THROTTLED;
  return cairn_connection_commit (db, error) ? work : NULL;
}

static gboolean
choose_patient (CairnConnection *db, Work *work, const char **patient, GError **error)
{
  g_autoptr(GPtrArray) linked = portal_store_list_patients (db, work->account->id, error);

  if (linked == NULL)
    return FALSE;
  /* Who works here comes for that, unless a record is asked for */
  *patient = work->account->role == NULL ? work->account->patient : NULL;
  if (work->in->patient == NULL)
    return TRUE;
  *patient = work->in->patient;
  if (!g_ptr_array_find_with_equal_func (linked, work->in->patient, g_str_equal, NULL))
    work->in->end = PORTAL_SIGN_IN_NOT_LINKED;
  return TRUE;
}

static gboolean
make_code (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;
  PortalCode code = { 0 };
  const char *patient;
  g_autofree char *scope = NULL, *hash = NULL;

  if (!choose_patient (db, work, &patient, error) || in->end != PORTAL_SIGN_IN_DONE)
    return in->end != PORTAL_SIGN_IN_DONE;
  scope = portal_access_grant (work->session->scope, patient, work->account->role);
  if (*scope == '\0')
    {
      in->end = PORTAL_SIGN_IN_INVALID_SCOPE;
      return TRUE;
    }
  in->code = cairn_random_token (32);
  hash = cairn_sha256_hex (in->code, -1);
  code.client = (char *) in->client;
  code.account = work->account->id;
  code.patient = (char *) patient;
  code.scope = scope;
  code.challenge = work->session->challenge;
  code.expires = cairn_date_now () + CODE_MS;
  return portal_store_add_code (db, hash, &code, error);
}

static gpointer
finish_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  gboolean done;

  if (!cairn_connection_begin (db, error))
    return NULL;
  if (work->right)
    done = portal_throttle_right (db, work->counter, work->in->address, error) &&
           make_code (db, work, error);
  else
    {
      work->in->end = PORTAL_SIGN_IN_PASSWORD_WRONG;
      done = save_session (db, work, error);
    }
  return done && cairn_connection_commit (db, error) ? work : NULL;
}

/* FALSE only when the portal itself failed; else in->end says what to answer. */
gboolean
portal_sign_in (CairnDatabase *writer, const PortalConfig *config, PortalSignIn *in, GError **error)
{
  g_auto(Work) work = { .config = config, .in = in };
  gboolean same;

  if (cairn_database_run (writer, begin_on_writer, &work, error) == NULL)
    return FALSE;
  if (in->end != PORTAL_SIGN_IN_DONE)
    return TRUE;
  same = cairn_password_verify (work.account != NULL ? work.account->hash : in->dummy_hash,
                                in->password);
  work.right = same && work.account != NULL && !work.account->disabled;
  return cairn_database_run (writer, finish_on_writer, &work, error) != NULL;
}
