/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All of a portal into a file and back while people read and write (portal-backup,
 * portal-restore, portal-store-carry); and a store of the first release
 * that is opened by this one (portal-schema). */
#include "portal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "common/cairn-error.h"
#include "server/audit/portal-audit.h"
#include "server/operation/portal-backup.h"
#include "server/operation/portal-restore.h"
#include "server/sign-in/portal-accounts.h"
#include "server/store/portal-schema.h"

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"p\"}"

static void
load (Fixture *f, const char *json)
{
  g_autoptr(JsonObject) report = fixture_load (f, json);

  g_assert_true (json_object_get_boolean_member (report, "ok"));
}

static void
load_observation (Fixture *f, guint n)
{
  g_autofree char *json = g_strdup_printf ("{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"valueString\":"
                                           "\"Xylophone %u\",\"subject\":{\"reference\":\"Patient/p\"}}", n, n);

  load (f, json);
}

static Fixture *
open_clinic (void)
{
  Fixture *f = fixture_new ();

  load (f, PATIENT);
  fixture_add (f, "ana", "p");
  fixture_start (f);
  return f;
}

/* A portal with the key of another, not started. */
static Fixture *
open_beside (Fixture *other)
{
  Fixture *f = fixture_new ();

  f->config->key_file = g_build_filename (other->config->data, "key", NULL);
  f->portal = portal_new (f->config);
  return f;
}

static PortalStore *
store_of (Fixture *f)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (portal_open (f->portal, &error));
  g_assert_no_error (error);
  return portal_get_store (f->portal);
}

static void
backup (Fixture *f, const char *file)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *report = portal_backup (store_of (f), file, &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);
}

static void
restore (Fixture *f, const char *file)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *report = portal_restore (store_of (f), file, &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);
}

static guint
count (Fixture *f)
{
  g_autofree char *token = fixture_token (f, "ana");
  g_autoptr(JsonObject) all = fixture_get_json (f, "fhir/Observation?patient=p&_summary=count", token);

  return (guint) json_object_get_int_member (all, "total");   /* a page's entries would stop at a thousand */
}

static void
assert_log (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *report = NULL;
  gboolean ok;

  report = portal_audit_verify (portal_store_get_audit (store_of (f)), &ok, &error);
  g_assert_no_error (error);
  if (!ok)
    g_error ("%s", report);
}

static gint64
n_rows (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  gboolean ok;
  g_autofree char *report = portal_audit_verify (portal_store_get_audit (store_of (f)), &ok, &error);

  return g_ascii_strtoll (strstr (report, "\"rows\":") + strlen ("\"rows\":"), NULL, 10);
}

/* Into an empty folder, and over what came later. */
static void
test_there_and_back (void)
{
  g_autoptr(Fixture) f = open_clinic (), fresh = open_beside (f);
  g_autofree char *file = g_build_filename (f->folder, "backup", NULL), *text = NULL;
  gsize length;
  gint64 rows;
  GStatBuf info;

  load_observation (f, 1);
  g_assert_cmpuint (count (f), ==, 1);
  backup (f, file);
  g_assert_cmpint (g_stat (file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0077, ==, 0);
  g_assert_true (g_file_get_contents (file, &text, &length, NULL));
  g_assert_null (memmem (text, length, "Xylophone", strlen ("Xylophone")));

  restore (fresh, file);
  g_clear_object (&fresh->portal);
  fixture_start (fresh);
  g_assert_cmpuint (count (fresh), ==, 1);
  assert_log (fresh);

  load_observation (f, 2);
  g_assert_cmpuint (count (f), ==, 2);
  rows = n_rows (f);
  /* While it serves */
  restore (f, file);
  g_assert_cmpuint (count (f), ==, 1);
  g_assert_cmpint (n_rows (f), >, rows);
  assert_log (f);
  load_observation (f, 3);
  g_assert_cmpuint (count (f), ==, 2);
}

typedef struct
{
  Fixture *f;
  gint     stop;
  gint     begun;   /* all of these but the last are written */
} Load;

static gpointer
write_on (gpointer data)
{
  Load *load = data;

  while (!g_atomic_int_get (&load->stop))
    load_observation (load->f, (guint) g_atomic_int_add (&load->begun, 1) + 1);
  return NULL;
}

/* Backups while others read and write: each is whole, and no answer is missed. */
static void
test_under_load (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autofree char *token = fixture_token (f, "ana");
  Load load = { f, 0, 0 };
  g_autoptr(GThread) thread = g_thread_new ("writer", write_on, &load);
  guint last = 0;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(Fixture) fresh = open_beside (f);
      g_autofree char *file = g_strdup_printf ("%s/backup-%u", f->folder, i);
      guint found;

      for (guint n = 0; n < 20; n++)
        {
          fixture_get (f, "fhir/Patient/p", token);
          assert_status (f, 200);
        }
      while ((guint) g_atomic_int_get (&load.begun) < last + 2)   /* one more than the backup before has */
        g_usleep (1000);
      backup (f, file);
      restore (fresh, file);
      g_clear_object (&fresh->portal);
      fixture_start (fresh);
      found = count (fresh);
      g_assert_cmpuint (found, >, last);
      last = found;
      assert_log (fresh);
    }
  g_atomic_int_set (&load.stop, 1);
  g_thread_join (g_steal_pointer (&thread));
  g_assert_cmpuint ((guint) load.begun, >=, last);
  g_assert_cmpuint (count (f), ==, (guint) load.begun);   /* and the portal lost none */
  assert_log (f);
}

static void
test_refusals (void)
{
  g_autoptr(Fixture) f = open_clinic (), stranger = open_clinic (), fresh = open_beside (f);
  g_autofree char *file = g_build_filename (f->folder, "backup", NULL), *damaged = NULL, *text = NULL, *report = NULL;
  g_autofree char *nowhere = g_build_filename (f->folder, "none", "backup", NULL);
  g_autoptr(GError) error = NULL;
  gsize length;

  load_observation (f, 1);
  backup (f, file);
  /* Another portal's key */
  g_assert_null (portal_restore (store_of (stranger), file, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_cmpuint (count (stranger), ==, 0);
  /* Cut off */
  damaged = g_build_filename (f->folder, "damaged", NULL);
  g_assert_true (g_file_get_contents (file, &text, &length, NULL));
  g_assert_true (g_file_set_contents (damaged, text, length / 2, NULL));
  g_assert_null (portal_restore (store_of (fresh), damaged, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  /* Not a backup: the store itself */
  g_free (damaged);
  damaged = g_build_filename (f->config->data, PORTAL_STORE_FILE, NULL);
  g_assert_null (portal_restore (store_of (fresh), damaged, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_null (portal_backup (store_of (f), nowhere, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE);
}

static gpointer
cut_off (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (cairn_connection_exec (db, "CREATE TABLE audit (n INTEGER)", error));
}

/* A restore that ended between its two steps leaves the backup's log in the store; the next start does the rest. */
static void
test_cut_off (void)
{
  g_autoptr(Fixture) f = open_clinic ();
  g_autoptr(GError) error = NULL;
  g_autofree char *token = NULL;

  load_observation (f, 1);
  cairn_database_run (portal_store_get_writer (store_of (f)), cut_off, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_auto(GStrv) parts = NULL;

      g_clear_object (&f->portal);
      fixture_start (f);
      g_free (token);
      token = fixture_token (f, "ana");
      fixture_get (f, "fhir/Observation/o1/_history?_summary=false", token);
      assert_status (f, 200);
      parts = g_strsplit (f->body, "\"fullUrl\"", -1);
      g_assert_cmpuint (g_strv_length (parts), ==, 3);   /* two versions, once */
    }
}

/* What the first release left: made by its own steps, filled by plain SQL as it wrote. */
static const CairnMigration *
first_release (void)
{
  static CairnMigration steps[2];

  steps[0] = portal_schema[0];
  return steps;
}

#define STAMPED "\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"2026-11-24T07:00:00.000Z\"}"

static const char first_data[] =
  "INSERT INTO version VALUES (1, 'Patient', 'p', 1, 1795503600000, 'PUT',"
  " '{\"resourceType\":\"Patient\",\"id\":\"p\"," STAMPED ",\"identifier\":[{\"system\":\"s\",\"value\":\"1\"}]}');"
  "INSERT INTO version VALUES (2, 'Observation', 'o', 1, 1795503600000, 'PUT',"
  " '{\"resourceType\":\"Observation\",\"id\":\"o\"," STAMPED ",\"subject\":{\"reference\":\"Patient/p\"}}');"
  "INSERT INTO idx_audience VALUES ('p', 'Patient', 1, 1795503600000, 1), ('p', 'Observation', 2, 1795503600000, 1);"
  "INSERT INTO idx_token VALUES ('Patient', 'identifier', '1', 's', 1);"
  "UPDATE clock SET seq = 2, updated = 1795503600000;";

static void
test_migrate (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *path = g_build_filename (f->config->data, PORTAL_STORE_FILE, NULL), *token = NULL;
  g_autoptr(GBytes) key = NULL;
  g_autoptr(GError) error = NULL;
  CairnConnection *db;

  g_assert_cmpint (g_mkdir (f->config->data, 0700), ==, 0);
  key = portal_config_load_key (f->config, &error);
  g_assert_no_error (error);
  db = cairn_connection_open (path, key, 0, first_release (), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (cairn_connection_exec (db, first_data, &error));
  g_assert_no_error (error);
  cairn_connection_close (db);

  fixture_add (f, "ana", "p");
  fixture_start (f);
  token = fixture_token (f, "ana");
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 200);
  g_assert_cmpuint (count (f), ==, 1);
  load_observation (f, 1);
  g_assert_cmpuint (count (f), ==, 2);
}

static gpointer
dump_schema (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
                                                            " ORDER BY name", error);
  GString *text = g_string_new (NULL);
  gboolean row;

  while (statement != NULL && cairn_statement_step (statement, &row, error) && row)
    g_string_append_printf (text, "%s\n", cairn_statement_text (statement, 0, NULL));
  return g_string_free (text, FALSE);
}

/* A migrated store has the shape of a new one. */
static void
test_same_shape (void)
{
  g_autoptr(Fixture) old = fixture_new (), new = fixture_new ();
  g_autofree char *path = g_build_filename (old->config->data, PORTAL_STORE_FILE, NULL), *a = NULL, *b = NULL;
  g_autoptr(GBytes) key = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir (old->config->data, 0700), ==, 0);
  key = portal_config_load_key (old->config, &error);
  cairn_connection_close (cairn_connection_open (path, key, 0, first_release (), NULL, &error));
  fixture_start (old);
  fixture_start (new);
  a = cairn_database_run (portal_store_get_writer (store_of (old)), dump_schema, NULL, &error);
  b = cairn_database_run (portal_store_get_writer (store_of (new)), dump_schema, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (a, ==, b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backup/there-and-back", test_there_and_back);
  g_test_add_func ("/backup/under-load", test_under_load);
  g_test_add_func ("/backup/refusals", test_refusals);
  g_test_add_func ("/backup/cut-off", test_cut_off);
  g_test_add_func ("/backup/migrate", test_migrate);
  g_test_add_func ("/backup/same-shape", test_same_shape);
  return g_test_run ();
}
