/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another e-mail address or telephone number for an account: by its owner alone, by a code, and told to the old one
 * (portal-contact, portal-register, portal-store-accounts, portal-store-registration). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-crypto.h"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");

  fixture_add (f, "reader", "pat");
  fixture_add (f, "other", "pat");
  fixture_start (f);
  return f;
}

static char *
begin (Fixture *f, const char *token, const char *field, const char *value)
{
  g_autoptr(JsonObject) answer = NULL;

  fixture_send_json (f, "POST", "account/contact", token, "{'%s':'%s'}", field, value);
  assert_status (f, 202);
  answer = fixture_json (f);
  return g_strdup (fixture_text (answer, "registration"));
}

static guint
verify (Fixture *f, const char *handle, const char *code)
{
  fixture_send_json (f, "POST", "account/verify", NULL, "{'registration':'%s','code':'%s'}", handle, code);
  return f->status;
}

static gboolean
can_sign_in (Fixture *f, const char *name)
{
  g_autofree char *verifier = cairn_pkce_verifier_new (), *code = fixture_challenge (f, verifier, name, FIXTURE_PASSWORD);

  return code != NULL;
}

static void
test_email (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *handle = NULL, *letter = NULL, *code = NULL, *told = NULL, *recovery = NULL;
  g_autofree char *sign_in = fixture_letter (f, "mail", "reader@example.org"), *way = NULL;
  g_autoptr(JsonObject) about = NULL, activity = NULL;

  fixture_send_json (f, "POST", "account/recover/password", NULL, "{'username':'reader'}");
  way = fixture_letter (f, "mail", "reader@example.org");
  recovery = g_strndup (strstr (way, "account/reset/"), strlen ("account/reset/") + 64);
  handle = begin (f, token, "email", "Ana.New@example.org");
  letter = fixture_letter (f, "mail", "Ana.New@example.org");
  code = fixture_letter_code (letter);
  g_assert_cmpuint (verify (f, handle, "00000000"), ==, 400);
  g_assert_true (can_sign_in (f, "reader@example.org"));
  fixture_send_json (f, "POST", "account/register", NULL,
                     "{'registration':'%s','username':'thief','password':'eleven quiet otters swim','terms':'x'}", handle);
  assert_status (f, 404);
  g_assert_cmpuint (verify (f, handle, code), ==, 200);
  g_assert_nonnull (strstr (f->body, "\"email\":\"Ana.New@example.org\""));
  g_assert_cmpuint (verify (f, handle, code), ==, 404);
  g_assert_true (can_sign_in (f, "ana.new@example.org"));
  g_assert_false (can_sign_in (f, "reader@example.org"));
  told = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (told, "contact details"));
  g_assert_null (strstr (told, "Ana.New"));
  fixture_get (f, recovery, NULL);   /* that went to the old one */
  assert_status (f, 404);
  about = fixture_get_json (f, "account", token);
  g_assert_cmpstr (fixture_text (json_object_get_object_member (about, "account"), "email"), ==, "Ana.New@example.org");
  activity = fixture_get_json (f, "account/activity", token);
  g_assert_nonnull (strstr (f->body, "contact-set"));
}

static void
test_phone (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *handle = begin (f, token, "phone", "+1 555 123 4567"), *text = NULL, *code = NULL;
  g_autofree char *told = NULL, *first = fixture_letter (f, "mail", "reader@example.org");

  text = fixture_letter (f, "text", "+15551234567");
  code = fixture_letter_code (text);
  g_assert_cmpuint (verify (f, handle, code), ==, 200);
  told = fixture_letter (f, "mail", "reader@example.org");
  g_assert_nonnull (strstr (told, "contact details"));
  g_assert_true (can_sign_in (f, "reader@example.org"));
}

/* Somebody else's address: the same answer, a mail to its owner, and no code that fits. */
static void
test_taken (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *handle = begin (f, token, "email", "other@example.org"), *letter = NULL;
  g_autoptr(JsonObject) answer = NULL;

  letter = fixture_letter (f, "mail", "other@example.org");
  g_assert_nonnull (strstr (letter, "There is one already"));
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (verify (f, handle, "12345678"), ==, 400);
  g_assert_cmpuint (verify (f, handle, "12345678"), ==, 400);
  g_assert_nonnull (strstr (f->body, "code_dead"));
  g_assert_true (can_sign_in (f, "other@example.org"));
}

static void
test_refused (void)
{
  static const struct { const char *body, *code; guint status; } cases[] = {
    { "{}", "contact_needed", 400 }, { "{'email':'no'}", "email_wrong", 400 }, { "{'phone':'555'}", "phone_wrong", 400 },
    { "{'email':'READER@example.org'}", "contact_same", 409 },
    { "{'email':'a@example.org\\r\\nBcc: b@example.org'}", "contact_needed", 400 },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_send_json (f, "POST", "account/contact", token, "%s", cases[i].body);
      assert_status (f, cases[i].status);
      g_assert_nonnull (strstr (f->body, cases[i].code));
    }
  fixture_send_json (f, "POST", "account/contact", NULL, "{'email':'a@example.org'}");
  assert_status (f, 401);
  do
    fixture_send_json (f, "POST", "account/contact", token, "{'email':'a%u@example.org'}", n);
  while (f->status == 202 && n++ < 30);
  assert_status (f, 429);
  g_assert_cmpuint (n, ==, 10);
}

static gpointer
forget_proof (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, "UPDATE grants SET proved = 0", error));
}

static void
test_step_up (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), forget_proof, NULL, &error);
  g_assert_no_error (error);
  fixture_send_json (f, "POST", "account/contact", token, "{'email':'a@example.org'}");
  assert_status (f, 401);
  g_assert_nonnull (strstr (f->body, "step_up"));
  fixture_send_json (f, "POST", "account/step-up", token, "{'password':'%s'}", FIXTURE_PASSWORD);
  assert_status (f, 204);
  fixture_send_json (f, "POST", "account/contact", token, "{'email':'a@example.org'}");
  assert_status (f, 202);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contact/email", test_email);
  g_test_add_func ("/contact/phone", test_phone);
  g_test_add_func ("/contact/taken", test_taken);
  g_test_add_func ("/contact/refused", test_refused);
  g_test_add_func ("/contact/step-up", test_step_up);
  return g_test_run ();
}
