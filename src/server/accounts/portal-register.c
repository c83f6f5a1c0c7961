/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first half of a registration: who somebody is, and the code that proves their contact. A contact that has an account
 * already goes the same way as a new one and gets a mail that says so: only who reads that mail learns it. On the writer. */
#include "portal-register.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-contact.h"
#include "portal-enroll.h"
#include "portal-secret.h"
#include "server/mail/portal-language.h"
#include "server/mail/portal-letters.h"
#include "server/sign-in/portal-accounts.h"
#include "server/sign-in/portal-throttle.h"
#include "server/store/people/portal-store-registration.h"

#define AGAIN_MS (60 * 1000)
#define MOST_SENT 3
#define VERIFIED_MS (60 * 60 * G_GINT64_CONSTANT (1000))
#define PER_ADDRESS 30   /* an hour: a waiting room shares one */
#define LONGEST_NAME 200
#define NOBODY "nobody"

typedef struct
{
  PortalCall         *call;
  CairnConnection    *db;
  PortalRegistration *r;
  char               *handle;
  gint64              now;
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->r, portal_registration_free);
  cairn_secret_clear (work->handle);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static const char *
kind_of (const PortalRegistration *r, PortalLetterKind *kind)
{
  *kind = r->email != NULL ? PORTAL_LETTER_MAIL : PORTAL_LETTER_TEXT;
  return r->email != NULL ? r->email : r->phone;
}

/* "a…@example.org", "…4567" */
static char *
dup_masked (const PortalRegistration *r)
{
  return r->email != NULL ? g_strdup_printf ("%c…%s", *r->email, strrchr (r->email, '@'))
                          : g_strdup_printf ("…%s", r->phone + strlen (r->phone) - 4);
}

/* Both letters are always written, and at most one of them goes out: so an address that has an account costs what a new
 * one costs. */
static gboolean
queue_letters (Work *work, const char *code, const PortalAccount *known, gboolean silent, GError **error)
{
  const PortalConfig *config = work->call->service->config;
  g_autofree char *language = portal_language_dup_best (work->call->languages);
  PortalFacts verify = { .code = code, .language = language };
  PortalFacts tell = { .username = known != NULL ? known->username : NOBODY,
                       .language = known != NULL && known->language != NULL ? known->language : language };
  PortalLetterKind kind;
  const char *to = kind_of (work->r, &kind);

  return portal_letters_queue (work->db, config, silent || known != NULL ? PORTAL_LETTER_NOBODY : kind, to,
                               PORTAL_TOPIC_VERIFY, &verify, error) &&
         portal_letters_queue (work->db, config, silent || known == NULL ? PORTAL_LETTER_NOBODY : kind, to,
                               PORTAL_TOPIC_KNOWN, &tell, error);
}

/* A new code, or the mail that says that there is an account; past the limits, nothing goes out and nothing says so. */
static gboolean
send_code (Work *work, gboolean silent, GError **error)
{
  PortalRegistration *r = work->r;
  g_autoptr(PortalAccount) known = NULL;
  g_autofree char *code = portal_secret_code ();

  if (!portal_store_find_contact (work->db, r->email != NULL ? r->contact_key : NULL, r->phone, &known, error))
    return FALSE;
  g_free (r->code);
  r->code = portal_secret_hash (work->handle, code);
  if (known != NULL)
    g_clear_pointer (&r->code, g_free);
  r->sent = work->now;
  r->n_sent++;
  r->tries = 0;
  r->expires = work->now + PORTAL_CODE_MS;
  return queue_letters (work, code, known, silent, error) && portal_store_save_registration (work->db, r, error);
}

static void
reply_sent (Work *work)
{
  g_autoptr(JsonBuilder) builder = portal_answer_begin ();
  g_autofree char *to = dup_masked (work->r);

  portal_answer_text (builder, "registration", work->handle);
  portal_answer_text (builder, "channel", work->r->email != NULL ? "email" : "phone");
  portal_answer_text (builder, "to", to);
  portal_answer_int (builder, "expires_in", PORTAL_CODE_MS / 1000);
  portal_answer_int (builder, "resend_after", work->r->n_sent < MOST_SENT ? AGAIN_MS / 1000 : -1);
  portal_answer_send (work->call, 202, builder);
}

static gboolean
wants (PortalCall *call, gboolean ok, const char *code, const char *field, const char *detail)
{
  if (!ok)
    portal_account_problem (call, 400, code, field, detail);
  return ok;
}

static gboolean
is_birth_date (const char *text)
{
  CairnDate date;

  return text != NULL && cairn_date_parse (text, &date) && date.precision == CAIRN_DATE_DAY && date.year >= 1850 &&
         date.start <= cairn_date_now ();
}

/* What the body says; else the call is answered. */
static gboolean
read_person (Work *work, CairnJson body)
{
  PortalCall *call = work->call;
  PortalRegistration *r = work->r = g_new0 (PortalRegistration, 1);
  g_autofree char *email = portal_account_text (body, "email", 320), *phone = portal_account_text (body, "phone", 40);
  g_autofree char *invitation = portal_account_text (body, "invitation", 64);
  const char *rule = call->service->config->registration;

  if (g_str_equal (rule, "closed") || (g_str_equal (rule, "invitation") && invitation == NULL))
    {
      portal_account_problem (call, 403, g_str_equal (rule, "closed") ? "registration_closed" : "invitation_needed",
                              "invitation", "The clinic makes accounts by invitation; ask its staff");
      return FALSE;
    }
  r->email = portal_email_prepare (email);
  r->phone = email == NULL ? portal_phone_prepare (phone) : NULL;
  r->given = portal_account_text (body, "given", LONGEST_NAME);
  r->family = portal_account_text (body, "family", LONGEST_NAME);
  r->birth = portal_account_text (body, "birth_date", 10);
  if (!wants (call, email != NULL || phone != NULL, "contact_needed", "email", "An e-mail address or a telephone number is needed") ||
      !wants (call, email == NULL || r->email != NULL, "email_wrong", "email", "This is no e-mail address") ||
      !wants (call, email != NULL || r->phone != NULL, "phone_wrong", "phone",
              "A telephone number begins with + and its country's code"))
    return FALSE;
  r->contact_key = portal_account_key (r->email != NULL ? r->email : r->phone);
  if (invitation != NULL)
    {
      g_autofree char *clean = portal_secret_clean (invitation);

      r->invite = cairn_sha256_hex (clean, -1);
      return TRUE;
    }
  return wants (call, r->given != NULL, "name_needed", "given", "The given name is needed") &&
         wants (call, r->family != NULL, "name_needed", "family", "The family name is needed") &&
         wants (call, is_birth_date (r->birth), "birth_date_wrong", "birth_date", "The birth date is needed, as YYYY-MM-DD");
}

/* Whether the call is still to be answered. */
static gboolean
check_limits (Work *work, gboolean *open, GError **error)
{
  g_autofree char *counter = g_strconcat ("register:", work->call->address, NULL), *patient = NULL;
  gint64 wait;

  *open = FALSE;
  if (!portal_throttle_count (work->db, counter, PER_ADDRESS, work->now, &wait, error))
    return FALSE;
  if (wait > 0)
    {
      portal_account_wait (work->call, wait);
      return TRUE;
    }
  if (work->r->invite != NULL && !portal_store_load_invite (work->db, work->r->invite, work->now, &patient, error))
    return FALSE;
  if (work->r->invite != NULL && patient == NULL)
    portal_account_problem (work->call, 400, "invitation_wrong", "invitation",
                            "This invitation is not valid, or it was used or has run out; ask the clinic for a new one");
  else
    *open = TRUE;
  return TRUE;
}

static gboolean
begin (Work *work, GError **error)
{
  g_autofree char *hash = NULL;
  gboolean open;
  gint64 alive;

  if (!cairn_connection_begin (work->db, error) || !portal_store_forget_registrations (work->db, work->now, error) ||
      !check_limits (work, &open, error))
    return FALSE;
  if (!open)
    return cairn_connection_commit (work->db, error);
  if (!portal_store_count_registrations (work->db, work->r->contact_key, work->now, &alive, error))
    return FALSE;
  work->handle = cairn_random_token (32);
  work->r->hash = cairn_sha256_hex (work->handle, -1);
  if (!send_code (work, alive >= PORTAL_MOST_ALIVE, error) || !cairn_connection_commit (work->db, error))
    return FALSE;
  reply_sent (work);
  return TRUE;
}

/* Sends the code for a contact of an account which is there, in the caller's transaction; takes @r. */
gboolean
portal_register_send (PortalCall *call, CairnConnection *db, PortalRegistration *r, GError **error)
{
  g_auto(Work) work = { .call = call, .db = db, .r = r, .handle = cairn_random_token (32), .now = cairn_date_now () };
  gint64 alive;

  r->hash = cairn_sha256_hex (work.handle, -1);
  if (!portal_store_forget_registrations (db, work.now, error) ||
      !portal_store_count_registrations (db, r->contact_key, work.now, &alive, error) ||
      !send_code (&work, alive >= PORTAL_MOST_ALIVE, error))
    return FALSE;
  reply_sent (&work);
  return TRUE;
}

/* POST ./register: a person begins; with a "registration" that is verified, the account is made (portal-enroll.c). */
void
portal_register_post (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call, .now = cairn_date_now () };
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (!portal_account_read (call, &body))
    return;
  if (cairn_json_member (body, "registration").text != NULL)
    portal_enroll (call, body);
  else if (read_person (&work, body))
    portal_enroll_on_writer (call, (PortalEnrollFunc) begin, &work, &work.db);
}

static gboolean
send_again (Work *work, GError **error)
{
  gint64 wait = work->r->sent + AGAIN_MS - work->now;

  if (work->r->n_sent >= MOST_SENT || work->r->verified)
    {
      portal_account_problem (work->call, 429, "no_more_codes", NULL, "No more codes can be sent; start again later");
      return TRUE;
    }
  if (wait > 0)
    {
      portal_account_wait (work->call, wait);
      return TRUE;
    }
  if (!send_code (work, FALSE, error))
    return FALSE;
  reply_sent (work);
  return TRUE;
}

static gboolean
take_code (Work *work, const char *code, GError **error)
{
  PortalRegistration *r = work->r;
  g_autoptr(JsonBuilder) builder = NULL;
  gboolean right = portal_secret_matches (r->code, work->handle, code);

  if (r->tries >= PORTAL_CODE_TRIES)
    {
      portal_account_problem_left (work->call, 400, "code_dead", "code", "There were too many wrong codes; ask for a new one", 0);
      return TRUE;
    }
  if (!right)
    {
      r->tries++;
      portal_account_problem_left (work->call, 400, "code_wrong", "code", "This is not the code that was sent",
                                   PORTAL_CODE_TRIES - r->tries);
      return portal_store_save_registration (work->db, r, error);
    }
  if (r->account != NULL)
    return portal_contact_apply (work->call, work->db, r, work->now, error);
  g_clear_pointer (&r->code, g_free);
  r->verified = TRUE;
  r->expires = work->now + VERIFIED_MS;
  builder = portal_answer_begin ();
  portal_answer_flag (builder, "verified", TRUE);
  portal_answer_int (builder, "expires_in", VERIFIED_MS / 1000);
  portal_answer_send (work->call, 200, builder);
  return portal_store_save_registration (work->db, r, error);
}

static gboolean
verify (Work *work, CairnJson body, GError **error)
{
  g_autofree char *code = portal_account_text (body, "code", 40), *hash = NULL;
  gboolean again = cairn_json_boolean (cairn_json_member (body, "resend"), FALSE);
  gboolean done;

  work->handle = portal_account_text (body, "registration", 64);
  hash = cairn_sha256_hex (work->handle != NULL ? work->handle : "", -1);
  if (!cairn_connection_begin (work->db, error) ||
      !portal_store_load_registration (work->db, hash, work->now, &work->r, error))
    return FALSE;
  if (work->r == NULL)
    {
      portal_account_problem (work->call, 404, "registration_expired", NULL, "This registration has run out; start again");
      return TRUE;
    }
  if (!again && code == NULL)
    {
      portal_account_problem (work->call, 400, "code_wrong", "code", "The code is needed");
      return TRUE;
    }
  done = again ? send_again (work, error) : take_code (work, code, error);
  return done && cairn_connection_commit (work->db, error);
}

/* POST ./verify, on the writer. */
void
portal_register_verify (PortalCall *call, CairnConnection *db)
{
  g_auto(Work) work = { .call = call, .db = db, .now = cairn_date_now () };
  g_autoptr(GError) error = NULL;
  CairnJson body;

  if (!portal_account_read (call, &body))
    return;
  if (!verify (&work, body, &error))
    portal_account_fail (call, error);
  portal_post_wake (call->service->post);
}
