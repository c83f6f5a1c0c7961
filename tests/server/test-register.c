/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From nobody to a signed-in account: person or invitation, code, user name, password, terms, chart; and all that must not
 * go that way or be learnt from it (portal-register, portal-enroll, portal-match, portal-name, portal-passphrase,
 * portal-secret, portal-terms, portal-account-call, portal-store-registration). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "server/accounts/portal-account-call.h"
#include "server/accounts/portal-name.h"
#include "server/accounts/portal-passphrase.h"
#include "server/sign-in/portal-accounts.h"

#define GOOD "seven tall herons wade"
#define CHART \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"ana\"," \
  "\"name\":[{\"family\":\"García-López\",\"given\":[\"Ana\",\"María\"]}],\"birthDate\":\"1980-02-29\"," \
  "\"telecom\":[{\"system\":\"phone\",\"value\":\"(555) 123-4567\"},{\"system\":\"email\",\"value\":\"Ana@Example.org\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"bob\",\"name\":[{\"family\":\"Stone\",\"given\":[\"Bob\"]}]," \
  "\"birthDate\":\"1980-02-29\",\"telecom\":[{\"system\":\"email\",\"value\":\"bob@example.org\",\"use\":\"old\"}]}}]}"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = NULL;

  f->config->support = g_strdup ("Call 555-0100");
  report = fixture_load (f, CHART);
  fixture_start (f);
  return f;
}

static void
assert_problem (Fixture *f, guint status, const char *code, const char *field)
{
  g_autoptr(JsonObject) answer = NULL;

  assert_status (f, status);
  answer = fixture_json (f);
  g_assert_cmpstr (fixture_text (answer, "code"), ==, code);
  g_assert_cmpstr (fixture_text (answer, "field"), ==, field);
  g_assert_cmpstr (fixture_text (answer, "support"), ==, "Call 555-0100");
  g_assert_cmpstr (soup_message_headers_get_content_type (f->headers, NULL), ==, "application/problem+json");
}

/* The first step; the handle. */
static char *
begin (Fixture *f, const char *json)
{
  g_autoptr(JsonObject) answer = NULL;

  fixture_send_json (f, "POST", "account/register", NULL, "%s", json);
  assert_status (f, 202);
  answer = fixture_json (f);
  return g_strdup (fixture_text (answer, "registration"));
}

static void
verify (Fixture *f, const char *handle, const char *code)
{
  fixture_send_json (f, "POST", "account/verify", NULL, "{'registration':'%s','code':'%s'}", handle, code);
}

static char *
dup_terms (Fixture *f)
{
  g_autoptr(JsonObject) about = fixture_get_json (f, "account/", NULL);

  return g_strdup (fixture_text (json_object_get_object_member (about, "terms"), "version"));
}

static void
make (Fixture *f, const char *handle, const char *username, const char *password)
{
  g_autofree char *terms = dup_terms (f);

  fixture_send_json (f, "POST", "account/register", NULL,
                     "{'registration':'%s','username':'%s','password':'%s','terms':'%s'}", handle, username, password, terms);
}

/* A person with a verified contact. */
static char *
enter (Fixture *f, const char *json, const char *folder, const char *to)
{
  g_autofree char *handle = begin (f, json), *letter = fixture_letter (f, folder, to), *code = fixture_letter_code (letter);

  verify (f, handle, code);
  assert_status (f, 200);
  return g_steal_pointer (&handle);
}

#define ANA "{'email':'ana@example.org','given':'Ana','family':'Garcia Lopez','birth_date':'1980-02-29'}"

static JsonObject *
sign_in (Fixture *f, const char *username, const char *password)
{
  g_autofree char *verifier = cairn_pkce_verifier_new (), *code = fixture_challenge (f, verifier, username, password);

  return fixture_redeem (f, code, verifier);
}

static void
test_linked (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *handle = enter (f, ANA, "mail", "ana@example.org");
  g_autoptr(JsonObject) made = NULL, tokens = NULL, about = NULL;
  JsonObject *account;

  make (f, handle, "Ana.García", GOOD);
  assert_status (f, 201);
  made = fixture_json (f);
  g_assert_cmpstr (fixture_text (made, "username"), ==, "ana.garcía");
  g_assert_cmpstr (fixture_text (made, "state"), ==, "linked");
  tokens = sign_in (f, "ANA.GARCÍA", GOOD);
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "ana");
  fixture_get (f, "fhir/Patient/ana", fixture_text (tokens, "access_token"));
  assert_status (f, 200);
  about = fixture_get_json (f, "account/", fixture_text (tokens, "access_token"));
  account = json_object_get_object_member (about, "account");
  g_assert_cmpstr (fixture_text (account, "email"), ==, "ana@example.org");
  g_assert_cmpstr (fixture_text (account, "state"), ==, "linked");
  /* The handle was good once */
  make (f, handle, "another", GOOD);
  assert_problem (f, 404, "registration_expired", NULL);
}

/* Everything but one thing right: the account waits, may sign in, and sees nothing. */
static void
test_waiting (void)
{
  static const char *const people[][3] = {
    { "{'email':'other@example.org','given':'Ana','family':'García-López','birth_date':'1980-02-29'}", "mail", "other@example.org" },
    { "{'email':'ana@example.org','given':'Ane','family':'García-López','birth_date':'1980-02-29'}", "mail", "ana@example.org" },
    { "{'email':'bob@example.org','given':'Bob','family':'Stone','birth_date':'1980-02-29'}", "mail", "bob@example.org" },
    { "{'phone':'+1 555 123-4568','given':'Ana','family':'García-López','birth_date':'1980-02-29'}", "text", "+15551234568" },
  };
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autofree char *handle = enter (f, people[i][0], people[i][1], people[i][2]), *name = g_strdup_printf ("waits%u", i);
      g_autoptr(JsonObject) made = NULL, tokens = NULL;

      make (f, handle, name, GOOD);
      assert_status (f, 201);
      made = fixture_json (f);
      g_assert_cmpstr (fixture_text (made, "state"), ==, "waiting");
      tokens = sign_in (f, name, GOOD);
      g_assert_null (fixture_text (tokens, "patient"));
      g_assert_cmpstr (fixture_text (tokens, "cairn_account"), ==, "waiting");
      fixture_get (f, "fhir/Patient/ana", fixture_text (tokens, "access_token"));
      g_assert_cmpuint (f->status, >=, 403);
      fixture_get (f, "account/second-factor", fixture_text (tokens, "access_token"));
      assert_status (f, 200);
    }
}

/* By telephone, as the chart writes it; and the chart is taken once. */
static void
test_phone (void)
{
  g_autoptr(Fixture) f = start ();
  const char *ana = "{'phone':'+1 (555) 123 4567','given':'ana maria','family':'GARCIA LOPEZ','birth_date':'1980-02-29'}";
  g_autofree char *handle = enter (f, ana, "text", "+15551234567"), *second = NULL;
  g_autoptr(JsonObject) made = NULL, again = NULL;

  make (f, handle, "by-phone", GOOD);
  assert_status (f, 201);
  made = fixture_json (f);
  g_assert_cmpstr (fixture_text (made, "state"), ==, "linked");
  second = enter (f, ANA, "mail", "ana@example.org");
  make (f, second, "by-mail", GOOD);
  again = fixture_json (f);
  g_assert_cmpstr (fixture_text (again, "state"), ==, "waiting");
}

static CairnDatabase *
writer_of (Fixture *f)
{
  return portal_store_get_writer (portal_get_store (f->portal));
}

/* A letter from the clinic instead of a match; once. */
static void
test_invitation (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(GError) error = NULL;
  g_autofree char *code = NULL, *json = NULL, *handle = NULL, *second = NULL, *nobody = NULL;
  g_autoptr(JsonObject) made = NULL, again = NULL, tokens = NULL;
  gint64 expires;

  nobody = portal_account_invite (writer_of (f), "nobody", &expires, &error);
  g_assert_null (nobody);
  g_clear_error (&error);
  code = portal_account_invite (writer_of (f), "bob", &expires, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (code), ==, 14);
  json = g_strdup_printf ("{'email':'new@example.org','invitation':' %s '}", code);
  handle = enter (f, json, "mail", "new@example.org");
  second = enter (f, json, "mail", "new@example.org");
  make (f, handle, "bob", GOOD);
  made = fixture_json (f);
  g_assert_cmpstr (fixture_text (made, "state"), ==, "linked");
  tokens = sign_in (f, "bob", GOOD);
  g_assert_cmpstr (fixture_text (tokens, "patient"), ==, "bob");
  make (f, second, "bobby", GOOD);
  again = fixture_json (f);
  g_assert_cmpstr (fixture_text (again, "state"), ==, "waiting");
  fixture_send_json (f, "POST", "account/register", NULL, "%s", json);
  assert_problem (f, 400, "invitation_wrong", "invitation");
}

/* Staff find the record: the owner hears of it, and the next sign-in opens it. */
static void
test_staff_link (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *handle = enter (f, "{'email':'x@example.org','given':'Bob','family':'Stone','birth_date':'1980-02-29'}", "mail",
                                   "x@example.org");
  g_autofree char *list = NULL, *letter = NULL, *news = NULL, *form = NULL;
  g_autoptr(JsonObject) before = NULL, after = NULL;
  g_autoptr(GError) error = NULL;

  make (f, handle, "bob", GOOD);
  before = sign_in (f, "bob", GOOD);
  list = portal_account_list (writer_of (f), TRUE, &error);
  g_assert_nonnull (strstr (list, "\"birth_date\":\"1980-02-29\""));
  g_assert_true (portal_account_link (writer_of (f), f->config, "bob", "bob", &error));
  letter = fixture_letter (f, "mail", "x@example.org");
  g_assert_nonnull (strstr (letter, "connected"));
  form = g_strdup_printf ("grant_type=refresh_token&client_id=cairn&refresh_token=%s", fixture_text (before, "refresh_token"));
  fixture_post (f, "auth/token", NULL, form);
  assert_status (f, 400);
  after = sign_in (f, "bob", GOOD);
  g_assert_cmpstr (fixture_text (after, "patient"), ==, "bob");
  news = fixture_letter (f, "mail", "x@example.org");
  g_assert_nonnull (strstr (news, "new device"));   /* not told before there was anything to see */
}

/* By invitation only, or not at all. */
static void
test_closed (void)
{
  static const char *const rules[][2] = { { "closed", "registration_closed" }, { "invitation", "invitation_needed" } };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr(Fixture) f = fixture_new ();

      f->config->support = g_strdup ("Call 555-0100");
      g_free (f->config->registration);
      f->config->registration = g_strdup (rules[i][0]);
      fixture_start (f);
      fixture_send_json (f, "POST", "account/register", NULL, ANA);
      assert_problem (f, 403, rules[i][1], "invitation");
    }
}

static void
test_codes (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *handle = begin (f, ANA), *letter = fixture_letter (f, "mail", "ana@example.org");
  g_autofree char *code = fixture_letter_code (letter), *other = NULL, *made_up = cairn_random_token (32);

  make (f, handle, "early", GOOD);
  assert_problem (f, 403, "not_verified", "code");
  for (guint i = 0; i < 5; i++)
    {
      verify (f, handle, "00000000");
      assert_problem (f, 400, "code_wrong", "code");
    }
  verify (f, handle, code);
  assert_problem (f, 400, "code_dead", "code");
  verify (f, made_up, code);
  assert_problem (f, 404, "registration_expired", NULL);
  fixture_send_json (f, "POST", "account/verify", NULL, "{'registration':'%s','resend':true}", handle);
  assert_problem (f, 429, "too_many", NULL);

  /* One registration's code is nothing to another */
  other = begin (f, ANA);
  verify (f, other, code);
  assert_problem (f, 400, "code_wrong", "code");
}

/* Nothing but the mailbox tells whether an address has an account. */
static void
test_known (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *first = NULL, *second = NULL, *letter = NULL;
  g_autoptr(JsonObject) one = NULL, other = NULL;

  fixture_add (f, "bob", "bob");
  first = begin (f, "{'email':'bob@example.org','given':'Bob','family':'Stone','birth_date':'1980-02-29'}");
  one = fixture_json (f);
  second = begin (f, "{'email':'bab@example.org','given':'Bob','family':'Stone','birth_date':'1980-02-29'}");
  other = fixture_json (f);
  g_assert_cmpstr (fixture_text (one, "to"), ==, fixture_text (other, "to"));
  g_assert_cmpuint (json_object_get_size (one), ==, json_object_get_size (other));
  letter = fixture_letter (f, "mail", "bob@example.org");
  g_assert_nonnull (strstr (letter, "already"));
  g_assert_nonnull (strstr (letter, "“bob”"));
  verify (f, first, "12345678");
  assert_problem (f, 400, "code_wrong", "code");
}

/* Three codes to one address are enough; nobody is told. */
static void
test_flood (void)
{
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *handle = begin (f, ANA);

      g_assert_nonnull (handle);
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *letter = fixture_letter (f, "mail", "ana@example.org");

      g_assert_nonnull (letter);
    }
  g_usleep (200000);
  g_assert_cmpuint (fixture_count_letters (f, "mail"), ==, 0);
}

static void
test_person (void)
{
  static const char *const cases[][3] = {
    { "{}", "contact_needed", "email" },
    { "{'email':'nobody','given':'A','family':'B','birth_date':'1980-01-01'}", "email_wrong", "email" },
    { "{'email':'a@b\\r\\nBcc: c@d','given':'A','family':'B','birth_date':'1980-01-01'}", "contact_needed", "email" },
    { "{'email':'a@example.org, c@example.org','given':'A','family':'B','birth_date':'1980-01-01'}", "email_wrong", "email" },
    { "{'email':'<a@example.org>','given':'A','family':'B','birth_date':'1980-01-01'}", "email_wrong", "email" },
    { "{'phone':'555 123','given':'A','family':'B','birth_date':'1980-01-01'}", "phone_wrong", "phone" },
    { "{'email':'a@example.org','family':'B','birth_date':'1980-01-01'}", "name_needed", "given" },
    { "{'email':'a@example.org','given':'A','birth_date':'1980-01-01'}", "name_needed", "family" },
    { "{'email':'a@example.org','given':'A','family':'B','birth_date':'1980'}", "birth_date_wrong", "birth_date" },
    { "{'email':'a@example.org','given':'A','family':'B','birth_date':'2980-01-01'}", "birth_date_wrong", "birth_date" },
    { "{'email':'a@example.org','invitation':'AAAA-BBBB-CCCC'}", "invitation_wrong", "invitation" },
  };
  g_autoptr(Fixture) f = start ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_send_json (f, "POST", "account/register", NULL, "%s", cases[i][0]);
      assert_problem (f, 400, cases[i][1], cases[i][2]);
    }
  fixture_post (f, "account/register", NULL, "email=a@example.org");
  assert_problem (f, 415, "bad_request", NULL);
  fixture_send_json (f, "POST", "account/register", NULL, "[]");
  assert_problem (f, 400, "bad_request", NULL);
  fixture_send_json (f, "POST", "account/register", NULL, "{'email':'a@example.org','email':'b@example.org'}");
  assert_problem (f, 400, "bad_request", NULL);
  fixture_get (f, "account/nothing", NULL);
  assert_problem (f, 404, "not-found", NULL);
  fixture_get (f, "account/second-factor", NULL);
  assert_problem (f, 401, "login", NULL);
}

static void
test_choices (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *handle = NULL, *terms = NULL;

  fixture_add (f, "paypal", "bob");
  handle = enter (f, ANA, "mail", "ana@example.org");
  make (f, handle, "has space", GOOD);
  assert_problem (f, 400, "username_wrong", "username");
  make (f, handle, "PayPal", GOOD);
  assert_problem (f, 409, "username_taken", "username");
  make (f, handle, "ana", "too short");
  assert_problem (f, 400, "password_short", "password");
  make (f, handle, "ana-garcia", "ana-garcia12345");
  assert_problem (f, 400, "password_personal", "password");
  make (f, handle, "ana", "aaaaaaaaaaaaaaaaaaaa");
  assert_problem (f, 400, "password_common", "password");
  fixture_send_json (f, "POST", "account/register", NULL,
                     "{'registration':'%s','username':'ana','password':'" GOOD "','terms':'old'}", handle);
  assert_problem (f, 400, "terms_needed", "terms");
  fixture_send_json (f, "POST", "account/register", NULL, "{'registration':'%s','username':'ana','check':true}", handle);
  assert_status (f, 200);
  terms = dup_terms (f);
  g_assert_cmpuint (strlen (terms), ==, 12);
  /* Ten looks an hour */
  for (guint i = 0; i < 6 && f->status != 429; i++)
    fixture_send_json (f, "POST", "account/register", NULL, "{'registration':'%s','username':'n%u','check':true}", handle, i);
  assert_problem (f, 429, "too_many", NULL);
  g_assert_nonnull (soup_message_headers_get_one (f->headers, "Retry-After"));
}

static void
test_names (void)
{
  static const char *const cases[][2] = {
    { "Ana", "ana" }, { "ＡＮＡ", "ana" }, { "Ana.María-1", "ana.maría-1" }, { "Ann\xcc\x81", "an\xc5\x84" },
    { "ΣΊΣΥΦΟΣ", "σίσυφος" }, { "田中", "田中" }, { "שלום", "שלום" }, { "straße", "straße" },
    { "", NULL }, { "a b", NULL }, { "a@b", NULL }, { "a\tb", NULL }, { "a\xc2\xa0" "b", NULL }, { "ﬁn", NULL },
    { "раypal", NULL }, { "a\xe2\x80\x8d" "b", NULL }, { "a\xe2\x80\xae" "b", NULL }, { "①", NULL }, { "☃", NULL },
    { "aשb", NULL }, { "\xcc\x81" "a", NULL }, { "\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = portal_name_prepare (cases[i][0]);

      g_assert_cmpstr (got, ==, cases[i][1]);
    }
}

/* Whole words of another script that look like Latin ones. */
static void
test_skeleton (void)
{
  g_autofree char *latin = portal_name_skeleton ("scope"), *cyrillic = portal_name_skeleton ("ѕсоре");
  g_autofree char *digit = portal_name_skeleton ("bi11"), *letter = portal_name_skeleton ("bill");

  g_assert_cmpstr (latin, ==, cyrillic);
  g_assert_cmpstr (digit, ==, letter);
}

static void
test_emails (void)
{
  static const char *const cases[][2] = {
    { "Ana@Example.ORG", "Ana@example.org" }, { "a.b+c@example.org", "a.b+c@example.org" },
    { "ana@bücher.example", "ana@xn--bcher-kva.example" }, { "ana@localhost", "ana@localhost" },
    { "@example.org", NULL }, { "ana@", NULL }, { "a b@example.org", NULL }, { ".a@example.org", NULL },
    { "a..b@example.org", NULL }, { "a@exa mple.org", NULL }, { "a@b@example.org", NULL }, { "a@example..org", NULL },
    { "a@-example.org", NULL }, { "\"a\"@example.org", NULL }, { "a\n@example.org", NULL }, { "a@example.org\r\nBcc: x", NULL },
    { "ä@example.org", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = portal_email_prepare (cases[i][0]);

      g_assert_cmpstr (got, ==, cases[i][1]);
    }
}

static void
test_passwords (void)
{
  static const struct { const char *password; gboolean factor; const char *code; } cases[] = {
    { "seven tall herons wade", FALSE, NULL }, { "короткий пароль да", FALSE, NULL }, { "fourteen chars", FALSE, "password_short" },
    { "vx7#qLm2", TRUE, NULL }, { "vx7#qLm", TRUE, "password_short" }, { "password", TRUE, "password_common" },
    { "PASSWORD123", TRUE, "password_common" }, { "123456789012345678", FALSE, "password_common" },
    { "northfield-2026", FALSE, "password_personal" }, { "ana.garcia.1980", FALSE, "password_personal" },
  };
  g_autoptr(PortalConfig) config = portal_config_new ("/nowhere");
  g_autofree char *long_one = g_strnfill (PORTAL_PASSPHRASE_LONGEST + 1, 'x');
  const char *detail;

  config->name = g_strdup ("Northfield");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (portal_passphrase_refuses (config, cases[i].password, "ana.garcia", "ana@example.org", cases[i].factor,
                                                &detail), ==, cases[i].code);
  g_assert_cmpstr (portal_passphrase_refuses (config, long_one, NULL, NULL, FALSE, &detail), ==, "password_long");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/register/linked", test_linked);
  g_test_add_func ("/register/waiting", test_waiting);
  g_test_add_func ("/register/phone", test_phone);
  g_test_add_func ("/register/invitation", test_invitation);
  g_test_add_func ("/register/staff-link", test_staff_link);
  g_test_add_func ("/register/closed", test_closed);
  g_test_add_func ("/register/codes", test_codes);
  g_test_add_func ("/register/known", test_known);
  g_test_add_func ("/register/flood", test_flood);
  g_test_add_func ("/register/person", test_person);
  g_test_add_func ("/register/choices", test_choices);
  g_test_add_func ("/register/names", test_names);
  g_test_add_func ("/register/skeleton", test_skeleton);
  g_test_add_func ("/register/emails", test_emails);
  g_test_add_func ("/register/passwords", test_passwords);
  return g_test_run ();
}
