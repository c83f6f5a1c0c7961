/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody is written to in their own language, whatever the portal's is (portal-language, portal-letters). */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "server/mail/portal-language.h"
#include "server/mail/portal-letters.h"

#define SAID "You have a new message"

static void
test_best (void)
{
  static const struct { const char *wishes, *best; } cases[] = {
    { "de", "de" }, { "de-AT", "de" }, { "de_CH.UTF-8", "de" }, { "DE-de;q=0.5, en-GB;q=0.9", "en" }, { "xx, de;q=0.3", "de" }, { "fr-CA xx de", "de" },
    { "en-US,en;q=0.9", "en" }, { "de;q=0, en", "en" }, { "xx", NULL }, { "*", NULL }, { "", NULL }, { NULL, NULL }, { "../../etc", NULL },
    { "de/../de", "de" }, { "d", NULL }, { "deutsch", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *best = portal_language_dup_best (cases[i].wishes);

      if (g_strcmp0 (best, cases[i].best) != 0)
        g_error ("\"%s\": %s instead of %s", cases[i].wishes, best, cases[i].best);
    }
  g_assert_cmpstr (portal_language_say (portal_language_get ("de"), SAID), ==, "Sie haben eine neue Nachricht");
  g_assert_cmpstr (portal_language_say (portal_language_get ("en"), SAID), ==, SAID);
  g_assert_cmpstr (portal_language_say (NULL, SAID), ==, SAID);
  g_assert_cmpstr (portal_language_say (portal_language_get ("de"), "nobody translated this"), ==, "nobody translated this");
  g_assert_cmpstr (portal_language_say_in (portal_language_get ("de"), "month", "March"), ==, "März");
}

/* What is cut off or points elsewhere is no catalogue; of every length that a copy may have stopped at. */
static void
test_damaged (void)
{
  g_autofree char *folder = g_dir_make_tmp ("portal-language-XXXXXX", NULL), *path = g_build_filename (folder, "xx", "LC_MESSAGES", NULL);
  g_autofree char *file = g_build_filename (path, "cairn.mo", NULL), *old = g_strdup (g_getenv ("CAIRN_LOCALE_DIR")), *good = NULL;
  g_autofree char *from = g_build_filename (old, "de", "LC_MESSAGES", "cairn.mo", NULL);
  gsize length;

  g_assert_true (g_file_get_contents (from, &good, &length, NULL));
  g_mkdir_with_parents (path, 0700);
  g_setenv ("CAIRN_LOCALE_DIR", folder, TRUE);
  for (gsize n = 0; n < length; n += n < 64 ? 1 : 97)
    {
      g_assert_true (g_file_set_contents (file, good, n, NULL));
      g_assert_null (portal_language_get ("xx"));
    }
  for (guint at = 0; at < 28; at += 4)
    {
      g_autofree char *bad = g_memdup2 (good, length);

      if (at == 20 || at == 24)   /* its hash table is not read */
        continue;
      memset (bad + at, 0xff, 4);
      g_assert_true (g_file_set_contents (file, bad, length, NULL));
      g_assert_null (portal_language_get ("xx"));
    }
  g_assert_true (g_file_set_contents (file, good, length, NULL));
  g_assert_nonnull (portal_language_get ("xx"));
  g_setenv ("CAIRN_LOCALE_DIR", old, TRUE);
  g_remove (file);
}

static void
ask_name (Fixture *f, const char *languages, const char *email)
{
  soup_session_set_accept_language (f->session, languages);
  fixture_send_json (f, "POST", "account/recover/username", NULL, "{'email':'%s'}", email);
  assert_status (f, 202);
}

static void
assert_letter (Fixture *f, const char *to, const char *words)
{
  g_autofree char *letter = fixture_letter (f, "mail", to);

  if (strstr (letter, words) == NULL)
    g_error ("to %s: %s", to, letter);
}

/* Both parts, the subject and the language that a mail says it is in; a text message, too. */
static void
test_whole (void)
{
  g_autoptr(PortalConfig) config = portal_config_new ("/nowhere");
  PortalFacts facts = { .code = "12345678", .username = "ana", .link = "https://portal.example.org/a", .language = "de" };
  g_autofree char *letter = portal_letters_compose (config, "ana@example.org", PORTAL_TOPIC_RECOVER, &facts, "1@localhost", 0);

  g_assert_nonnull (strstr (letter, "lang=3D\"de\""));
  g_assert_nonnull (strstr (letter, ">Neues Passwort"));
  g_assert_nonnull (strstr (letter, "From: Patientenportal <"));
  g_assert_null (strstr (letter, "password"));
}

/* Two people at one portal: each device's language is its owner's, and stays when somebody else's machine asks. */
static void
test_two (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  g_autofree char *ana = NULL, *ben = NULL, *again = NULL;

  fixture_add (f, "ana", "pat");
  fixture_add (f, "ben", "pat");
  fixture_start (f);
  soup_session_set_accept_language (f->session, "de-AT,de;q=0.9,en;q=0.5");
  ana = fixture_token (f, "ana");
  assert_letter (f, "ana@example.org", "Neue Anmeldung");
  soup_session_set_accept_language (f->session, "en-US");
  ben = fixture_token (f, "ben");
  assert_letter (f, "ben@example.org", "New sign-in");
  ask_name (f, "en", "ana@example.org");
  assert_letter (f, "ana@example.org", "Ihr Benutzername ist „ana“.");
  ask_name (f, "de", "ben@example.org");
  assert_letter (f, "ben@example.org", "Your user name is “ben”.");
  /* Another device, another language; one that the portal doesn't speak changes nothing */
  soup_session_set_accept_language (f->session, "xx");
  again = fixture_token (f, "ana");
  assert_letter (f, "ana@example.org", "Neue Anmeldung");
}

/* Who registers is answered in what their machine speaks, in the text and in the subject, and so from then on. */
static void
test_register (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) answer = NULL, terms = NULL;
  g_autofree char *letter = NULL, *code = NULL;
  const char *handle;

  fixture_start (f);
  soup_session_set_accept_language (f->session, "de");
  fixture_send_json (f, "POST", "account/register", NULL, "{'email':'eva@example.org','given':'E','family':'B','birth_date':'1980-01-01'}");
  assert_status (f, 202);
  answer = fixture_json (f);
  handle = fixture_text (answer, "registration");
  letter = fixture_letter (f, "mail", "eva@example.org");
  g_assert_nonnull (strstr (letter, "Mit dieser Adresse wird gerade ein Konto"));
  code = fixture_letter_code (letter);
  fixture_send_json (f, "POST", "account/verify", NULL, "{'registration':'%s','code':'%s'}", handle, code);
  assert_status (f, 200);
  terms = fixture_get_json (f, "account/", NULL);
  fixture_send_json (f, "POST", "account/register", NULL, "{'registration':'%s','username':'eva','password':'eleven quiet otters swim','terms':'%s'}",
                     handle, fixture_text (json_object_get_object_member (terms, "terms"), "version"));
  assert_status (f, 201);
  ask_name (f, "en", "eva@example.org");
  assert_letter (f, "eva@example.org", "„eva“");
}

/* An account that the clinic made speaks what the record says, the preferred language first. */
static void
test_record (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\",\"communication\":["
                                                  "{\"language\":{\"coding\":[{\"code\":\"en\"}]}},"
                                                  "{\"preferred\":true,\"language\":{\"coding\":[{\"code\":\"de-CH\"}]}}]}");
  g_autofree char *token = NULL;

  fixture_add (f, "ana", "pat");
  fixture_start (f);
  soup_session_set_accept_language (f->session, "");
  token = fixture_token (f, "ana");
  assert_letter (f, "ana@example.org", "Neue Anmeldung");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language/best", test_best);
  g_test_add_func ("/language/damaged", test_damaged);
  g_test_add_func ("/language/whole", test_whole);
  g_test_add_func ("/language/two", test_two);
  g_test_add_func ("/language/register", test_register);
  g_test_add_func ("/language/record", test_record);
  return g_test_run ();
}
