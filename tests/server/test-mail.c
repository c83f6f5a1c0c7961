/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters on their way: a real SMTP server with STARTTLS and a password, one that is down, slow, says no for now or for
 * good, or hangs up after the message; the gateway for texts; files without either; and what stands in them (portal-post,
 * portal-carrier, portal-letters, portal-html, portal-store-mail). */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "server/mail/portal-letters.h"

typedef struct
{
  Fixture     *f;
  char        *folder;
  GSubprocess *server;
  int          smtp;
  int          gateway;
} Post;

static void
set_mode (Post *post, const char *mode)
{
  g_autofree char *path = g_build_filename (post->folder, "mode", NULL);

  g_assert_true (g_file_set_contents (path, mode, -1, NULL));
}

static void
serve (Post *post)
{
  g_autofree char *program = g_build_filename (g_getenv ("CAIRN_SOURCE"), "tests", "support", "mail_server.py", NULL);
  g_autofree char *line = NULL, *port = g_strdup_printf ("%d", post->smtp);
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;

  post->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, post->folder,
                                   "--port", port, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (post->server));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (line, "%d %d", &post->smtp, &post->gateway), ==, 2);
}

static void
end_server (Post *post)
{
  g_autoptr(GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (post->server), NULL, NULL);
  g_subprocess_wait (post->server, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&post->server);
}

static Post *
post_new (gboolean secure)
{
  Post *post = g_new0 (Post, 1);
  g_autofree char *secret = NULL;

  post->f = fixture_new ();
  post->folder = g_build_filename (post->f->folder, "server", NULL);
  secret = g_build_filename (post->folder, "password", NULL);
  g_mkdir_with_parents (post->folder, 0700);
  if (secure)
    g_assert_true (g_file_set_contents (secret, "swordfish\n", -1, NULL));
  serve (post);
  post->f->config->mail_host = g_strdup ("127.0.0.1");
  post->f->config->mail_port = post->smtp;
  post->f->config->mail_retry_seconds = 1;
  post->f->config->mail_timeout_seconds = 2;
  g_free (post->f->config->mail_security);
  post->f->config->mail_security = g_strdup (secure ? "starttls" : "none");
  if (secure)
    {
      post->f->config->mail_user = g_strdup ("portal");
      post->f->config->mail_password_file = g_steal_pointer (&secret);
      post->f->config->mail_ca_file = g_build_filename (post->folder, "cert.pem", NULL);
    }
  return post;
}

static void
post_free (Post *post)
{
  if (post->server != NULL)
    end_server (post);
  fixture_free (post->f);
  g_free (post->folder);
  g_free (post);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Post, post_free)

static void
ask (Post *post, const char *contact)
{
  fixture_send_json (post->f, "POST", "account/register", NULL,
                     "{%s,'given':'A','family':'B','birth_date':'1980-01-01'}", contact);
  assert_status (post->f, 202);
}

static char *
dup_path (Post *post, guint n)
{
  return g_strdup_printf ("%s/inbox/%04u", post->folder, n);
}

static gboolean
has_come (Post *post, guint n)
{
  g_autofree char *path = dup_path (post, n);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The nth letter that the server took; it may take a while. */
static char *
wait_for (Post *post, guint n)
{
  g_autofree char *path = dup_path (post, n);
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  char *text = NULL;

  while (!g_file_get_contents (path, &text, NULL, NULL) && g_get_monotonic_time () < end)
    g_usleep (10000);
  if (text == NULL)
    g_error ("Letter %u never came", n);
  return text;
}

typedef struct
{
  gint64 waiting;
  gint64 failed;
} Count;

static gpointer
count_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Count *count = data;

  return GINT_TO_POINTER (portal_store_count_letters (db, &count->waiting, &count->failed, error));
}

static Count
count_queue (Post *post)
{
  Count count = { 0 };
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (post->f->portal)), count_on_writer, &count, &error);
  g_assert_no_error (error);
  return count;
}

static void
wait_queue (Post *post, gint64 waiting, gint64 failed)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  Count count = count_queue (post);

  while (count.waiting > waiting && g_get_monotonic_time () < end)
    {
      g_usleep (10000);
      count = count_queue (post);
    }
  g_assert_cmpint (count.waiting, ==, waiting);
  g_assert_cmpint (count.failed, ==, failed);
}

static void
wait_empty (Post *post, gint64 failed)
{
  wait_queue (post, 0, failed);
}

static char *
dup_message_id (const char *text)
{
  g_autoptr(GRegex) regex = g_regex_new ("^Message-I[Dd]: (\\S+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (regex, text, 0, &match));
  return g_match_info_fetch (match, 1);
}

static void
test_secure (void)
{
  g_autoptr(Post) post = post_new (TRUE);
  g_autofree char *text = NULL, *id = NULL;

  fixture_start (post->f);
  ask (post, "'email':'ana@example.org'");
  text = wait_for (post, 1);
  g_assert_true (g_str_has_prefix (text, "portal@localhost ana@example.org auth=True tls=True\n"));
  g_assert_nonnull (strstr (text, "\r\nTo: ana@example.org\r\n"));
  g_assert_nonnull (strstr (text, "\r\nAuto-Submitted: auto-generated\r\n"));
  id = dup_message_id (text);
  g_assert_true (g_str_has_suffix (id, "@localhost>"));
  wait_empty (post, 0);
  g_assert_false (has_come (post, 2));
}

/* A wrong password, or a certificate that nobody vouches for, is for somebody to mend: the letter waits, unsent. */
static void
test_insecure (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(Post) post = post_new (TRUE);
      g_autofree char *right = g_strdup (post->f->config->mail_password_file), *wrong = g_build_filename (post->folder, "other", NULL);
      Count count;

      g_assert_true (g_file_set_contents (wrong, "guess\n", -1, NULL));
      if (i == 0)
        {
          g_free (post->f->config->mail_password_file);
          post->f->config->mail_password_file = g_strdup (wrong);
        }
      else
        g_clear_pointer (&post->f->config->mail_ca_file, g_free);
      fixture_start (post->f);
      ask (post, "'email':'ana@example.org'");
      g_usleep (2500000);
      g_assert_false (has_come (post, 1));
      count = count_queue (post);
      g_assert_cmpint (count.waiting, >=, 1);
      g_assert_cmpint (count.failed, ==, 0);
    }
}

/* Down at first, then up; and another run of the portal sends what the first one couldn't. */
static void
test_down (void)
{
  g_autoptr(Post) post = post_new (FALSE);
  g_autofree char *inbox = NULL, *text = NULL;

  end_server (post);
  inbox = g_build_filename (post->folder, "inbox", NULL);
  g_assert_cmpint (g_rmdir (inbox), ==, 0);
  fixture_start (post->f);
  ask (post, "'email':'ana@example.org'");
  g_usleep (1500000);
  wait_queue (post, 1, 0);
  portal_stop (post->f->portal);
  serve (post);
  fixture_start (post->f);
  text = wait_for (post, 1);
  wait_empty (post, 0);
}

static void
test_later (void)
{
  static const char *const modes[] = { "later", "later-data" };
  g_autoptr(Post) post = post_new (FALSE);

  fixture_start (post->f);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *text = NULL;

      set_mode (post, modes[i]);
      ask (post, "'email':'ana@example.org'");
      g_usleep (1500000);
      g_assert_false (has_come (post, i + 1));
      set_mode (post, "ok");
      text = wait_for (post, i + 1);
      wait_empty (post, 0);
    }
}

static void
test_never (void)
{
  static const char *const modes[] = { "never", "never-data" };
  g_autoptr(Post) post = post_new (FALSE);

  fixture_start (post->f);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      set_mode (post, modes[i]);
      ask (post, "'email':'ana@example.org'");
      wait_empty (post, i + 1);
    }
  g_assert_false (has_come (post, 1));
  /* One bad address doesn't hold up the others */
  set_mode (post, "ok");
  ask (post, "'email':'bob@example.org'");
  g_free (wait_for (post, 1));
}

/* The answer is lost, or comes too late: once or twice, with the same id, never not at all. */
static void
test_cut (void)
{
  static const char *const modes[] = { "cut", "slow" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(Post) post = post_new (FALSE);
      g_autofree char *first = NULL, *second = NULL, *one = NULL, *other = NULL;

      fixture_start (post->f);
      set_mode (post, modes[i]);
      ask (post, "'email':'ana@example.org'");
      first = wait_for (post, 1);
      one = dup_message_id (first);
      set_mode (post, "ok");
      second = wait_for (post, 2);
      other = dup_message_id (second);
      g_assert_cmpstr (one, ==, other);
      g_assert_cmpstr (first, ==, second);
      wait_empty (post, 0);
      g_assert_false (has_come (post, 3));
    }
}

static void
test_gateway (void)
{
  g_autoptr(Post) post = post_new (FALSE);
  g_autofree char *token = g_build_filename (post->folder, "token", NULL), *text = NULL, *again = NULL;

  g_assert_true (g_file_set_contents (token, "sesame\n", -1, NULL));
  post->f->config->text_url = g_strdup_printf ("http://127.0.0.1:%d/send", post->gateway);
  post->f->config->text_token_file = g_strdup (token);
  fixture_start (post->f);
  ask (post, "'phone':'+15551234567'");
  text = wait_for (post, 1);
  g_assert_true (g_str_has_prefix (text, "Bearer sesame application/json\n"));
  g_assert_nonnull (strstr (text, "\"to\":\"+15551234567\""));
  g_free (fixture_letter_code (text));

  set_mode (post, "later");
  ask (post, "'phone':'+15551234568'");
  g_usleep (500000);
  g_assert_false (has_come (post, 2));
  set_mode (post, "ok");
  again = wait_for (post, 2);
  wait_empty (post, 0);
  set_mode (post, "never");
  ask (post, "'phone':'+15551234569'");
  wait_empty (post, 1);
}

/* Two senders at one queue: each letter goes once. */
static void
test_claim (void)
{
  g_autoptr(Post) post = post_new (FALSE);
  g_autoptr(Portal) second = NULL;
  g_autoptr(GError) error = NULL;
  const guint n = 12;

  fixture_start (post->f);
  second = portal_new (post->f->config);
  g_assert_true (portal_start (second, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *contact = g_strdup_printf ("'email':'a%u@example.org'", i);

      ask (post, contact);
    }
  wait_empty (post, 0);
  g_assert_true (has_come (post, n));
  g_usleep (300000);
  g_assert_false (has_come (post, n + 1));
  portal_stop (second);
}

/* Words from outside stay words: no header, no second recipient, no markup. */
static void
test_words (void)
{
  static const PortalTopic topics[] = { PORTAL_TOPIC_VERIFY, PORTAL_TOPIC_KNOWN, PORTAL_TOPIC_USERNAME, PORTAL_TOPIC_RECOVER,
                                        PORTAL_TOPIC_PASSWORD_CHANGED, PORTAL_TOPIC_NEW_DEVICE, PORTAL_TOPIC_FACTOR_ON,
                                        PORTAL_TOPIC_FACTOR_OFF, PORTAL_TOPIC_LINKED };
  g_autoptr(PortalConfig) config = portal_config_new ("/nowhere");
  PortalFacts facts = { "<b>\r\nBcc: x@example.org", "12345678", "https://portal.example.org/a?b=1&c=2", "<img src=x>\nBcc: y", 0 };

  config->name = g_strdup ("Nörd \"Clinic\"\r\nBcc: z@example.org");
  config->support = g_strdup ("<script>");
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autofree char *text = portal_letters_compose (config, "ana@example.org", topics[i], &facts, "1@localhost", 0);
      char *end = strstr (text, "\n\n"), *html = strstr (text, "text/html");

      g_assert_true (end != NULL && html != NULL);
      g_assert_null (strstr (html, "<script>"));
      g_assert_null (strstr (html, "<img"));
      g_assert_null (strstr (html, "<b>"));
      *end = '\0';
      g_assert_null (strstr (text, "\nBcc:"));
      g_assert_null (strchr (text, '\r'));
      g_assert_nonnull (strstr (text, "multipart/alternative"));
      g_assert_nonnull (strstr (text, "\nMessage-Id: <1@localhost>"));
      for (const char *at = text; *at != '\0'; at++)
        g_assert_true ((guchar) *at < 0x80);
    }
}

static void
test_config (void)
{
  static const char *const cases[] = {
    "[mail]\nsecurity=perhaps\n", "[mail]\nhost=mail.example.org\nsecurity=none\n", "[mail]\nhost=a/b\n", "[mail]\nfrom=nobody\n",
    "[mail]\nfrom=a@b\\nBcc: c@d\n", "[text]\nurl=http://sms.example.org/\n", "[text]\nurl=nonsense\n", "[rules]\nregistration=maybe\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(PortalConfig) config = portal_config_new ("/nowhere");
      g_autofree char *path = g_build_filename (g_get_tmp_dir (), "portal-mail-config", NULL);
      g_autoptr(GError) error = NULL;

      g_assert_true (g_file_set_contents (path, cases[i], -1, NULL));
      g_assert_true (portal_config_load (config, path, &error));
      g_assert_false (portal_config_check (config, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
      g_remove (path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail/secure", test_secure);
  g_test_add_func ("/mail/insecure", test_insecure);
  g_test_add_func ("/mail/down", test_down);
  g_test_add_func ("/mail/later", test_later);
  g_test_add_func ("/mail/never", test_never);
  g_test_add_func ("/mail/cut", test_cut);
  g_test_add_func ("/mail/gateway", test_gateway);
  g_test_add_func ("/mail/claim", test_claim);
  g_test_add_func ("/mail/words", test_words);
  g_test_add_func ("/mail/config", test_config);
  return g_test_run ();
}
