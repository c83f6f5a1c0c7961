/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in with user name and password: in the patient's own app (OAuth 2.0 for First-Party
 * Applications), or on the pages that a browser shows for apps of others, where their owner also
 * says what the app may do. Runs on a worker of a bounded pool: two visits to the writer with the
 * slow password hash between them. A name that nobody has costs the same work and gets the same
 * answer as a wrong password. */
#include "portal-sign-in.h"

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "portal-accounts.h"
#include "portal-throttle.h"
#include "portal-tokens.h"
#include "server/accounts/portal-factor.h"
#include "server/mail/portal-language.h"
#include "server/store/people/portal-store-grants.h"
#include "server/store/portal-access.h"

#define SESSION_MS (10 * 60 * 1000)
#define CODE_MS (60 * 1000)
#define MOST_TRIES 5

typedef struct
{
  const PortalConfig *config;
  PortalSignIn       *in;
  PortalSession      *session;
  PortalAccount      *account;   /* NULL when nobody has the name */
  char               *counter;
  gboolean            right;     /* the password, now */
  gboolean            proven;    /* or by an earlier request of this session */
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
  cairn_secret_clear (sign_in->secret);
  cairn_secret_clear (sign_in->uri);
  g_clear_pointer (&sign_in->codes, g_ptr_array_unref);
  g_free (sign_in->account);
  g_free (sign_in->about);
  g_free (sign_in->asked);
  g_clear_pointer (&sign_in->patients, g_ptr_array_unref);
}

/* A browser's: it goes on with what it keeps, and in no other browser. */
gboolean
portal_sign_in_begin (CairnConnection *db, PortalSignIn *in, GError **error)
{
  g_autoptr(PortalSession) session = g_new0 (PortalSession, 1);
  g_autofree char *hash = NULL;

  session->client = g_strdup (in->client);
  session->scope = g_strdup (in->scope);
  session->challenge = g_strdup (in->challenge);
  session->nonce = g_strdup (in->nonce);
  session->redirect = g_strdup (in->redirect);
  session->state = g_strdup (in->state);
  session->browser = cairn_sha256_hex (in->browser, -1);
  session->expires = cairn_date_now () + SESSION_MS;
  in->new_session = cairn_random_token (32);
  hash = cairn_sha256_hex (in->new_session, -1);
  return cairn_connection_begin (db, error) && portal_store_save_session (db, hash, session, error) &&
         cairn_connection_commit (db, error);
}

/* Whether a session is this browser's, or, without one, the app's. */
gboolean
portal_sign_in_is_bound (const PortalSession *session, const char *browser)
{
  g_autofree char *hash = browser != NULL ? cairn_sha256_hex (browser, -1) : NULL;

  if (session->browser == NULL || hash == NULL)
    return session->browser == NULL && hash == NULL;
  return cairn_constant_time_equal (session->browser, hash);
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
          !g_str_equal (work->session->client, in->client) || !portal_sign_in_is_bound (work->session, in->browser))
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
  if (in->nonce != NULL)
    {
      g_free (work->session->nonce);
      work->session->nonce = g_strdup (in->nonce);
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

  /* What somebody else may have planted must not come to be worth more */
  if (in->session != NULL && work->right)
    {
      g_autofree char *old = cairn_sha256_hex (in->session, -1);

      if (!portal_store_drop_session (db, old, error))
        return FALSE;
    }
  in->new_session = in->session != NULL && !work->right ? g_strdup (in->session) : cairn_random_token (32);
  hash = cairn_sha256_hex (in->new_session, -1);
  return portal_store_save_session (db, hash, work->session, error);
}

/* No password came: is there one from before? */
static gboolean
take_up (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;

  if (work->session->stage == 0 || work->session->account == NULL)
    {
      in->end = PORTAL_SIGN_IN_PASSWORD_NEEDED;
      return save_session (db, work, error);
    }
  work->proven = TRUE;
  in->account = g_strdup (work->session->account);   /* for the log, at each step */
  if (!portal_store_load_account (db, work->session->account, &work->account, error))
    return FALSE;
  if (work->account != NULL)
    in->about = g_strdup (work->account->patient);
  return TRUE;
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
    return take_up (db, work, error) && cairn_connection_commit (db, error) ? work : NULL;
  work->session->stage = 0;
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
  PortalSignIn *in = work->in;
  g_autoptr(GPtrArray) linked = portal_store_list_patients (db, work->account->id, error);

  if (linked == NULL)
    return FALSE;
  /* Who works here comes for that, unless a record is asked for */
  *patient = work->account->role == NULL ? work->account->patient : NULL;
  if (in->patient != NULL)
    *patient = in->patient;
  else if (*patient == NULL && in->browser != NULL && linked->len > 0)
    *patient = g_ptr_array_index (linked, 0);
  if (*patient != NULL && !g_ptr_array_find_with_equal_func (linked, *patient, g_str_equal, NULL))
    in->end = PORTAL_SIGN_IN_NOT_LINKED;
  g_clear_pointer (&in->patients, g_ptr_array_unref);
  in->patients = g_steal_pointer (&linked);
  return TRUE;
}

/* What its owner lets the app of somebody else do, of what it asks for; to know whose the record is, or to stay, is
 * nothing without more. */
static gboolean
take_consent (CairnConnection *db, Work *work, char **scope, GError **error)
{
  PortalSignIn *in = work->in;
  g_autoptr(CairnScopes) chosen = cairn_scopes_parse (in->chosen), asked = cairn_scopes_parse (*scope);
  g_autoptr(CairnScopes) granted = NULL;
  g_auto(GStrv) words = NULL;
  guint n = 0;

  if (!in->decided)
    {
      in->end = PORTAL_SIGN_IN_CONSENT_NEEDED;
      in->asked = g_strdup (*scope);
      return save_session (db, work, error);
    }
  granted = cairn_scopes_intersect (chosen, asked);
  words = cairn_scopes_to_strv (granted);
  for (guint i = 0; words[i] != NULL; i++)
    n += !g_str_equal (words[i], "launch/patient") && !g_str_equal (words[i], "offline_access");
  if (n == 0)
    in->end = PORTAL_SIGN_IN_REFUSED;
  g_free (*scope);
  *scope = cairn_scopes_to_string (granted);
  return TRUE;
}

static gboolean
choose_scope (CairnConnection *db, Work *work, const char *patient, char **scope, GError **error)
{
  PortalSignIn *in = work->in;

  *scope = portal_access_grant (work->session->scope, patient, work->account->role);
  if (patient == NULL && work->account->role == NULL)
    {
      /* Whose record staff still look for may sign in, and see that */
      g_free (*scope);
      *scope = g_strdup ("offline_access");
      if (in->browser != NULL)
        in->end = PORTAL_SIGN_IN_WAITING;
      return TRUE;
    }
  if (**scope == '\0')
    in->end = PORTAL_SIGN_IN_INVALID_SCOPE;
  return in->end != PORTAL_SIGN_IN_DONE || in->browser == NULL || take_consent (db, work, scope, error);
}

/* Letters are in what the owner's own device speaks; a browser may be anybody's. */
static gboolean
note_language (CairnConnection *db, const Work *work, GError **error)
{
  g_autofree char *language = work->in->browser == NULL ? portal_language_dup_best (work->in->languages) : NULL;

  return language == NULL || g_strcmp0 (language, work->account->language) == 0 ||
         portal_store_set_language (db, work->account->id, language, error);
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
  if (!choose_scope (db, work, patient, &scope, error))
    return FALSE;
  g_free (in->about);
  in->about = g_strdup (patient);
  if (in->end != PORTAL_SIGN_IN_DONE)
    return TRUE;
  in->code = cairn_random_token (32);
  hash = cairn_sha256_hex (in->code, -1);
  code.client = (char *) in->client;
  code.account = work->account->id;
  code.patient = (char *) patient;
  code.scope = scope;
  code.challenge = work->session->challenge;
  code.device = (char *) in->device;
  code.nonce = work->session->nonce;
  code.redirect = work->session->redirect;
  code.expires = cairn_date_now () + CODE_MS;
  return portal_store_add_code (db, hash, &code, error) && note_language (db, work, error);
}

/* A code that is wrong counts like a wrong password, so that many sessions gain nothing. */
static gboolean
take_factor (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;
  PortalSession *session = work->session;
  g_autofree char *counter = g_strconcat ("code:", work->account->id, NULL), *hash = NULL;
  gboolean right;

  if (in->otp == NULL && in->recovery_code == NULL)
    {
      in->end = PORTAL_SIGN_IN_OTP_NEEDED;
      return save_session (db, work, error);
    }
  if (!portal_throttle_take (db, work->config, counter, in->address, cairn_date_now (), &in->wait, error))
    return FALSE;
  if (in->wait > 0)
    {
      in->end = PORTAL_SIGN_IN_THROTTLED;
      return TRUE;
    }
  if (!portal_factor_take (db, in->factor_key, work->account, in->otp, in->recovery_code, &right, error))
    return FALSE;
  if (right)
    {
      session->stage = 2;
      return portal_throttle_right (db, counter, in->address, error) &&
             (in->otp != NULL || portal_factor_tell_recovery (db, work->config, work->account, in->languages, error));
    }
  in->end = ++session->tries < MOST_TRIES ? PORTAL_SIGN_IN_OTP_WRONG : PORTAL_SIGN_IN_INVALID_SESSION;
  if (in->end == PORTAL_SIGN_IN_OTP_WRONG)
    return save_session (db, work, error);
  hash = cairn_sha256_hex (in->session != NULL ? in->session : "", -1);
  return portal_store_drop_session (db, hash, error);
}

/* Who registered under older terms. */
static gboolean
take_terms (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;

  if (work->account->terms == NULL || g_str_equal (work->account->terms, in->terms_version))
    return TRUE;
  if (g_strcmp0 (in->terms, in->terms_version) == 0)
    return portal_store_set_terms (db, work->account->id, in->terms, cairn_date_now (), error);
  in->end = PORTAL_SIGN_IN_TERMS_NEEDED;
  return save_session (db, work, error);
}

static gboolean
offer_factor (CairnConnection *db, Work *work, PortalSignInEnd end, GError **error)
{
  PortalSignIn *in = work->in;

  in->end = end;
  if (!portal_factor_draft (db, in->factor_key, work->account, FALSE, &in->secret, error))
    return FALSE;
  in->uri = portal_factor_dup_uri (work->config, work->account, in->secret);
  return save_session (db, work, error);
}

/* The clinic wants a second factor, and there is none yet: a session without one gets no further than this. */
static gboolean
set_up_factor (CairnConnection *db, Work *work, GError **error)
{
  PortalSignIn *in = work->in;
  g_autofree char *counter = g_strconcat ("code:", work->account->id, NULL), *hash = NULL;
  gboolean right;

  if (in->otp == NULL || in->browser != NULL)
    return offer_factor (db, work, PORTAL_SIGN_IN_SET_UP, error);
  if (!portal_throttle_take (db, work->config, counter, in->address, cairn_date_now (), &in->wait, error))
    return FALSE;
  if (in->wait > 0)
    {
      in->end = PORTAL_SIGN_IN_THROTTLED;
      return TRUE;
    }
  if (!portal_factor_confirm (db, work->config, in->factor_key, work->account, in->otp, in->languages, &right, error))
    return FALSE;
  if (right)
    {
      work->session->stage = 2;
      in->codes = portal_factor_make_codes (db, work->account, error);
      return in->codes != NULL && portal_throttle_right (db, counter, in->address, error);
    }
  if (++work->session->tries < MOST_TRIES)
    return offer_factor (db, work, PORTAL_SIGN_IN_SET_UP_WRONG, error);
  in->end = PORTAL_SIGN_IN_INVALID_SESSION;
  hash = cairn_sha256_hex (in->session != NULL ? in->session : "", -1);
  return portal_store_drop_session (db, hash, error);
}

/* What was proved is good for one code. */
static gboolean
end_session (CairnConnection *db, Work *work, GError **error)
{
  g_autofree char *hash = NULL;

  if (work->in->session == NULL || work->in->end != PORTAL_SIGN_IN_DONE)
    return TRUE;
  hash = cairn_sha256_hex (work->in->session, -1);
  if (work->in->browser != NULL)
    return portal_store_drop_session (db, hash, error);
  g_clear_pointer (&work->session->account, g_free);
  work->session->stage = 0;
  return portal_store_save_session (db, hash, work->session, error);
}

static gboolean
go_on (CairnConnection *db, Work *work, GError **error)
{
  PortalSession *session = work->session;

  session->stage = MAX (session->stage, 1);
  g_free (session->account);
  session->account = g_strdup (work->account->id);
  if (work->account->factor != NULL && session->stage < 2 && !take_factor (db, work, error))
    return FALSE;
  if (work->in->end == PORTAL_SIGN_IN_DONE && !take_terms (db, work, error))
    return FALSE;
  if (work->in->end == PORTAL_SIGN_IN_DONE && work->account->factor == NULL &&
      portal_factor_is_wanted (work->config, work->account) && !set_up_factor (db, work, error))
    return FALSE;
  return work->in->end != PORTAL_SIGN_IN_DONE || (make_code (db, work, error) && end_session (db, work, error));
}

static gpointer
finish_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  gboolean done;

  if (!cairn_connection_begin (db, error))
    return NULL;
  if (work->right)
    done = portal_throttle_right (db, work->counter, work->in->address, error) && go_on (db, work, error);
  else if (work->proven && work->account != NULL && !work->account->disabled)
    done = go_on (db, work, error);
  else
    {
      work->in->end = PORTAL_SIGN_IN_PASSWORD_WRONG;
      g_clear_pointer (&work->session->account, g_free);
      work->session->stage = 0;
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
  if (work.proven)
    return cairn_database_run (writer, finish_on_writer, &work, error) != NULL;
  same = cairn_password_verify (work.account != NULL ? work.account->hash : in->dummy_hash,
                                in->password);
  work.right = same && work.account != NULL && !work.account->disabled;
  return cairn_database_run (writer, finish_on_writer, &work, error) != NULL;
}
