/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: files, defaults, what is refused; listening (portal-config, portal-listener). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-error.h"

static gboolean
load (Fixture *f, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (f->folder, "config", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return portal_config_load (f->config, path, error);
}

static void
test_file (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  load (f, "[server]\nlisten=127.0.0.1:9\nbehind_proxy=true\nname=Northfield\n[rules]\naccess_token_seconds=30\n", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (f->config->listen, ==, "127.0.0.1:9");
  g_assert_true (f->config->behind_proxy);
  g_assert_cmpint (f->config->access_token_seconds, ==, 30);
  g_assert_cmpint (f->config->password_min, ==, 15);
  text = portal_config_to_text (f->config);
  g_assert_nonnull (strstr (text, "access_token_seconds=30"));
  g_assert_nonnull (strstr (text, "password_min=15"));
  /* What is printed can be read again */
  load (f, text, &error);
  g_assert_no_error (error);
}

static void
test_refused (void)
{
  static const struct { const char *text, *why; } cases[] = {
    { "[server]\nlissten=1\n", "lissten" },
    { "[sever]\nlisten=127.0.0.1:1\n", "sever" },
    { "[rules]\naccess_token_seconds=0\n", "between" },
    { "[rules]\naccess_token_seconds=soon\n", "access_token_seconds" },
    { "[server]\nbehind_proxy=perhaps\n", "behind_proxy" },
    { "[messages]\nattachment_mb=26\n", "between" },
    { "[messages]\nattachments=21\n", "between" },
    { "nonsense", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(Fixture) f = fixture_new ();
      g_autoptr(GError) error = NULL;

      g_assert_false (load (f, cases[i].text, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
      g_assert_nonnull (strstr (error->message, cases[i].why));
    }
}

static void
test_check (void)
{
  static const struct { const char *listen; gboolean proxy, tls, ok; } cases[] = {
    { "127.0.0.1:0", FALSE, FALSE, TRUE },  { "[::1]:0", FALSE, FALSE, TRUE },
    { "0.0.0.0:0", FALSE, FALSE, FALSE },   { "0.0.0.0:0", TRUE, FALSE, TRUE },
    { "192.0.2.1:80", FALSE, TRUE, TRUE },  { "[::]:80", FALSE, FALSE, FALSE },
    { "127.0.0.1", FALSE, FALSE, FALSE },   { "localhost:80", FALSE, FALSE, FALSE },
    { "127.0.0.1:99999", FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(Fixture) f = fixture_new ();
      g_autoptr(GError) error = NULL;

      g_free (f->config->listen);
      f->config->listen = g_strdup (cases[i].listen);
      f->config->behind_proxy = cases[i].proxy;
      f->config->tls_cert = cases[i].tls ? g_strdup ("cert") : NULL;
      f->config->tls_key = cases[i].tls ? g_strdup ("key") : NULL;
      g_assert_cmpint (portal_config_check (f->config, &error), ==, cases[i].ok);
      if (!cases[i].ok)
        g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
    }
}

/* Types that the portal can't tell are a mistake in the file, not a promise. */
static void
test_types (void)
{
  static const struct { const char *types; gboolean ok; } cases[] = {
    { "text/plain", TRUE }, { "image/png, image/jpeg;application/pdf", TRUE }, { "", TRUE }, { "image/*", FALSE }, { "image/png text/html", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(Fixture) f = fixture_new ();
      g_autoptr(GError) error = NULL;

      g_free (f->config->attachment_types);
      f->config->attachment_types = g_strdup (cases[i].types);
      g_assert_cmpint (portal_config_check (f->config, &error), ==, cases[i].ok);
      if (!cases[i].ok)
        g_assert_nonnull (strstr (error->message, "attachment_types"));
    }
}

static void
test_port_taken (void)
{
  g_autoptr(Fixture) f = fixture_new (), g = fixture_new ();
  g_autoptr(Portal) second = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GUri) uri = NULL;

  fixture_start (f);
  uri = g_uri_parse (portal_get_url (f->portal), G_URI_FLAGS_NONE, NULL);
  g_free (g->config->listen);
  g->config->listen = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uri));
  second = portal_new (g->config);
  g_assert_false (portal_start (second, &error));
  g_assert_nonnull (error);
  g_assert_null (portal_get_url (second));
}

static void
test_tls (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *cert = g_build_filename (f->folder, "cert.pem", NULL),
                  *key = g_build_filename (f->folder, "key.pem", NULL);
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert, NULL };
  g_autoptr(GTlsDatabase) database = NULL;
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  int status;

  if (openssl == NULL)
    {
      g_test_skip ("UNAVAILABLE: openssl");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, NULL));
  f->config->tls_cert = g_strdup (cert);
  f->config->tls_key = g_strdup (key);
  fixture_start (f);
  g_assert_true (g_str_has_prefix (portal_get_url (f->portal), "https://127.0.0.1:"));
  database = g_tls_file_database_new (cert, &error);
  g_assert_no_error (error);
  soup_session_set_tls_database (f->session, database);
  fixture_get (f, "fhir/metadata", NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "https://127.0.0.1:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/file", test_file);
  g_test_add_func ("/config/refused", test_refused);
  g_test_add_func ("/config/check", test_check);
  g_test_add_func ("/config/types", test_types);
  g_test_add_func ("/config/port-taken", test_port_taken);
  g_test_add_func ("/config/tls", test_tls);
  return g_test_run ();
}
