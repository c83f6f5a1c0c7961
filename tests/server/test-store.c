/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: encrypted, keyed, its clock, its texts (portal-store, portal-schema, portal-text,
 * portal-store-index, portal-store-accounts). */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "server/store/people/portal-store-accounts.h"
#include "server/store/portal-schema.h"
#include "server/store/portal-store-index.h"
#include "server/store/portal-text.h"

static void
test_compact (void)
{
  static const struct { const char *from, *to; } cases[] = {
    { "{ }", "{}" },
    { "{ \"a\" : [ 1 , -2.50e+1 ,\ttrue ] }\n", "{\"a\":[1,-2.50e+1,true]}" },
    { "{\"a b\":\" x \\\" y \"}", "{\"a b\":\" x \\\" y \"}" },
    { "{\"a\":\"\\\\\" , \"b\":\"\\\\\\\"  \"}", "{\"a\":\"\\\\\",\"b\":\"\\\\\\\"  \"}" },
    { "\"\"", "\"\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length;
      g_autofree char *text = portal_text_compact ((CairnJson){ cases[i].from,
                                                                strlen (cases[i].from) },
                                                   &length);

      g_assert_cmpstr (text, ==, cases[i].to);
      g_assert_cmpuint (length, ==, strlen (cases[i].to));
    }
}

static void
test_stamp (void)
{
  static const struct { const char *from, *to; } cases[] = {
    { "{\"id\":\"a\"}", "{\"id\":\"a\",\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"1970-01-01T00:00:00.001Z\"}}" },
    { "{\"meta\":{},\"id\":\"a\"}", "{\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"1970-01-01T00:00:00.001Z\"},\"id\":\"a\"}" },
    { "{\"meta\":{\"tag\":[]},\"n\":1.10}",
      "{\"meta\":{\"tag\":[],\"versionId\":\"7\",\"lastUpdated\":\"1970-01-01T00:00:00.001Z\"},\"n\":1.10}" },
    { "{\"meta\":{\"lastUpdated\":\"2020\",\"versionId\":\"x\"}}",
      "{\"meta\":{\"lastUpdated\":\"1970-01-01T00:00:00.001Z\",\"versionId\":\"7\"}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length, again_length;
      g_autofree char *text = portal_text_stamp (cairn_json_from_string (cases[i].from), 7, 1,
                                                 &length);
      g_autofree char *again = portal_text_stamp (cairn_json_from_string (text), 7, 1,
                                                  &again_length);

      g_assert_cmpstr (text, ==, cases[i].to);
      g_assert_cmpstr (again, ==, text);
    }
}

static gpointer
check_clock (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalStamp first, second, third;

  g_assert_true (portal_store_begin (db, &first, error));
  g_assert_true (portal_store_put (db, &first, "Patient", "a", 1, "PUT", "{}", 2, 0, error));
  g_assert_true (portal_store_commit (db, &first, error));
  g_assert_true (portal_store_begin (db, &second, error));
  g_assert_cmpint (second.updated, >, first.updated);
  g_assert_cmpint (second.seq, ==, first.seq);
  /* The clock was set back, or the last import was of the future */
  second.updated = cairn_date_now () + 60000;
  g_assert_true (portal_store_put (db, &second, "Patient", "b", 1, "PUT", "{}", 2, 0, error));
  g_assert_true (portal_store_commit (db, &second, error));
  g_assert_true (portal_store_begin (db, &third, error));
  g_assert_cmpint (third.updated, ==, second.updated + 1);
  /* What isn't committed was never there */
  g_assert_true (portal_store_put (db, &third, "Patient", "c", 1, "PUT", "{}", 2, 0, error));
  return NULL;
}

static gpointer
check_rolled_back (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalRow row;
  gboolean found;

  g_assert_true (portal_store_get_current (db, "Patient", "c", &row, &found, error));
  g_assert_false (found);
  g_assert_true (portal_store_get_current (db, "Patient", "b", &row, &found, error));
  g_assert_true (found);
  g_assert_cmpint (row.version, ==, 1);
  g_assert_false (row.deleted);
  return NULL;
}

static void
test_clock (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(PortalStore) store = NULL;
  g_autoptr(GError) error = NULL;

  store = portal_store_open (f->config, &error);
  g_assert_no_error (error);
  cairn_database_run (portal_store_get_writer (store), check_clock, NULL, &error);
  g_assert_no_error (error);
  cairn_database_run (portal_store_get_writer (store), check_rolled_back, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
skip_none (const char *type)
{
  return FALSE;
}

static gboolean
skip_all (const char *type)
{
  return TRUE;
}

static gpointer
check_index (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalStamp stamp;
  g_autoptr(GPtrArray) found = NULL, other = NULL, audiences = NULL, viewers = NULL, urns = NULL;

  g_assert_true (portal_store_begin (db, &stamp, error));
  g_assert_true (portal_store_put (db, &stamp, "Organization", "org", 1, "PUT", "{}", 2, 0, error));
  g_assert_true (
    portal_store_add_token (db, stamp.seq, "Organization", "identifier", "sys", "1", error));
  g_assert_true (
    portal_store_add_audience (db, "b", "Organization", stamp.seq, 5, PORTAL_STATE_LIVE, error));
  g_assert_true (
    portal_store_add_audience (db, "a", "Organization", stamp.seq, 5, PORTAL_STATE_LIVE, error));
  g_assert_true (
    portal_store_add_audience (db, "c", "Organization", stamp.seq, 5, PORTAL_STATE_GONE, error));
  g_assert_true (portal_store_add_reference (db, stamp.seq, "points", "Medication", "m", error));
  g_assert_true (portal_store_add_alias (db, "urn:uuid:x", "Organization", "org", error));
  found = portal_store_find_identifier (db, "Organization", "sys", "1", error);
  g_assert_cmpuint (found->len, ==, 1);
  other = portal_store_find_identifier (db, "Organization", "other", "1", error);
  g_assert_cmpuint (other->len, ==, 0);
  audiences = portal_store_list_audiences (db, stamp.seq, error);
  g_assert_cmpuint (audiences->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (audiences, 0), ==, "a");
  viewers = portal_store_list_viewers (db, "Medication", "m", skip_none, error);
  g_assert_cmpuint (viewers->len, ==, 2);
  g_ptr_array_unref (viewers);
  viewers = portal_store_list_viewers (db, "Medication", "m", skip_all, error);
  g_assert_cmpuint (viewers->len, ==, 0);
  urns = portal_store_find_urn (db, "urn:uuid:x", error);
  g_assert_cmpuint (urns->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (urns, 0), ==, "Organization/org");
  return NULL;
}

static void
test_index (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(PortalStore) store = portal_store_open (f->config, NULL);
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (store), check_index, NULL, &error);
  g_assert_no_error (error);
}

static void
test_key (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *key = g_build_filename (f->config->data, "key", NULL), *file = NULL,
                  *text = NULL, *warning = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(PortalStore) store = portal_store_open (f->config, &error);
  GStatBuf info;

  g_assert_no_error (error);
  g_clear_pointer (&store, portal_store_close);
  g_assert_cmpint (g_stat (key, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (key, &text, NULL, NULL));
  g_assert_cmpuint (strlen (text), ==, 65);
  warning = portal_config_dup_warning (f->config);
  g_assert_nonnull (strstr (warning, key));

  /* The same key from elsewhere opens it; another or a broken one doesn't */
  file = g_build_filename (f->folder, "elsewhere", NULL);
  g_file_set_contents (file, text, -1, NULL);
  f->config->key_file = g_strdup (file);
  g_assert_null (portal_config_dup_warning (f->config));
  store = portal_store_open (f->config, &error);
  g_assert_no_error (error);
  g_clear_pointer (&store, portal_store_close);
  text[0] = text[0] == '0' ? '1' : '0';
  g_file_set_contents (file, text, -1, NULL);
  g_assert_null (portal_store_open (f->config, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
  g_clear_error (&error);
  g_file_set_contents (file, "no key", -1, NULL);
  g_assert_null (portal_store_open (f->config, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

/* From systemd; and no second key is made beside a store that has one. */
static void
test_credential (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *credential = g_build_filename (f->folder, "cairn-portal-key", NULL);
  g_autofree char *key = g_build_filename (f->config->data, "key", NULL);
  g_autoptr(PortalStore) store = NULL;
  g_autoptr(GError) error = NULL;

  g_file_set_contents (credential, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", -1, NULL);
  g_setenv ("CREDENTIALS_DIRECTORY", f->folder, TRUE);
  store = portal_store_open (f->config, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));
  g_assert_null (portal_config_dup_warning (f->config));
  g_clear_pointer (&store, portal_store_close);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_assert_null (portal_store_open (f->config, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));
}

/* Two portals on one folder, as import beside serve. */
static gpointer
put_many (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("%s%u", (const char *) data, i);
      PortalStamp stamp;

      if (!portal_store_begin (db, &stamp, error) ||
          !portal_store_put (db, &stamp, "Patient", id, 1, "PUT", "{}", 2, 0, error) ||
          !portal_store_commit (db, &stamp, error))
        return NULL;
    }
  return data;
}

static gpointer
put_in_thread (gpointer data)
{
  g_autoptr(GError) error = NULL;

  cairn_database_run (data, put_many, (gpointer) "a", &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_two (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(PortalStore) one = portal_store_open (f->config, NULL),
                          two = portal_store_open (f->config, NULL);
  g_autoptr(GError) error = NULL;
  GThread *thread = g_thread_new ("other", put_in_thread, portal_store_get_writer (one));

  cairn_database_run (portal_store_get_writer (two), put_many, (gpointer) "b", &error);
  g_assert_no_error (error);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/compact", test_compact);
  g_test_add_func ("/store/stamp", test_stamp);
  g_test_add_func ("/store/clock", test_clock);
  g_test_add_func ("/store/index", test_index);
  g_test_add_func ("/store/key", test_key);
  g_test_add_func ("/store/credential", test_credential);
  g_test_add_func ("/store/two", test_two);
  return g_test_run ();
}
