/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real portal in process, libsecret's file backend, and waiting for asynchronous calls. */
#include "client-test.h"

#include "common/cairn-crypto.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENT_JSON "{\"resourceType\":\"Patient\",\"id\":\"" CLINIC_PATIENT "\",\"birthDate\":\"1961-04-12\"," \
  "\"name\":[{\"family\":\"Berg\",\"given\":[\"Anna\"]}]}"

/*
 * Leaks of libraries on Debian 12: libsecret's file backend loses the etag of each write, and SoupServer, which only
 * the fault server uses, the socket of each connection. Read by the leak checker.
 */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:secret_password_storev_sync\nleak:secret_password_clearv_sync\nleak:g_socket_accept\n"
         "leak:g_socket_get_local_address\nleak:g_cclosure_marshal_VOID__OBJECTv\n";
}

int
client_test_run (int argc, char **argv, void (*add) (void))
{
  g_autofree char *keyring = g_build_filename (g_get_tmp_dir (), "keyring", NULL);

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_true (cairn_crypto_init (NULL));
  add ();
  return g_test_run ();
}

void
client_test_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

GAsyncResult *
client_test_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main context until something is so, for 20 seconds at most. */
void
client_test_spin_at (gboolean (*is_over) (gpointer data), gpointer data, const char *where)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint tick = g_timeout_add (10, tick_cb, NULL);

  while (!is_over (data) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  if (!is_over (data))
    g_error ("%s: not so after 20 seconds", where);
}

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* g_assert_finalize_object() once callbacks that are on their way have come. */
void
client_test_finalize_at (gpointer object, const char *where)
{
  gpointer weak = object;

  g_object_add_weak_pointer (object, &weak);
  g_object_unref (object);
  client_test_spin_at (is_null, &weak, where);
}

void
client_test_remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      client_test_remove_all (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_remove (path);
}

/* Tests run side by side: while this portal is down no other may get its port, or a client would ask a stranger. */
static void
hold_port (Clinic *self)
{
  g_autoptr(GSocketAddress) address = NULL;
  const char *port = self->config->listen != NULL ? strrchr (self->config->listen, ':') : NULL;

  if (port == NULL || atoi (port + 1) == 0)
    return;
  self->held = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  address = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) atoi (port + 1));
  if (!g_socket_bind (self->held, address, FALSE, NULL) && !g_socket_bind (self->held, address, TRUE, NULL))
    g_clear_object (&self->held);
}

void
clinic_start (Clinic *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *address = NULL;
  g_autoptr(GUri) uri = NULL;

  g_clear_object (&self->held);
  self->portal = portal_new (self->config);
  g_assert_true (portal_open (self->portal, &error));
  g_assert_true (portal_start (self->portal, &error));
  g_assert_no_error (error);
  uri = g_uri_parse (portal_get_url (self->portal), G_URI_FLAGS_NONE, NULL);
  g_free (self->config->listen);   /* the same port when it starts again */
  self->config->listen = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uri));
}

void
clinic_stop (Clinic *self)
{
  if (self->portal != NULL)
    portal_stop (self->portal);
  g_clear_object (&self->portal);
  if (self->held == NULL)
    hold_port (self);
}

/* Resources, separated by commas, as entries of a transaction. */
void
clinic_load (Clinic *self, const char *resources)
{
  g_autofree char *bundle = NULL;
  g_autofree char *report = NULL;
  g_autoptr(GError) error = NULL;
  gboolean ok = FALSE;

  bundle = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[%s]}", resources);
  report = portal_import_text (self->portal, bundle, &ok, &error);
  g_assert_no_error (error);
  if (!ok)
    g_error ("%s", report);
}

char *
clinic_observations (guint from, guint n, const char *status)
{
  GString *text = g_string_new (NULL);

  for (guint i = from; i < from + n; i++)
    g_string_append_printf (text, "%s{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"obs-%u\",\"status\":\"%s\","
                            "\"code\":{\"text\":\"Sample %u\"},\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},"
                            "\"effectiveDateTime\":\"20%02u-01-01T10:%02u:%02uZ\","
                            "\"valueQuantity\":{\"value\":1.10,\"unit\":\"mmol/L\"}}}", i > from ? "," : "", i, status, i,
                            i % 25, i / 25 % 60, i % 60);
  return g_string_free (text, FALSE);
}

Clinic *
clinic_new (void)
{
  Clinic *self = g_new0 (Clinic, 1);
  g_autofree char *data = NULL;
  g_autofree char *report = NULL;
  g_autoptr(GError) error = NULL;

  self->folder = g_dir_make_tmp ("clinic-XXXXXX", NULL);
  data = g_build_filename (self->folder, "data", NULL);
  self->config = portal_config_new (data);
  g_free (self->config->listen);
  self->config->listen = g_strdup ("127.0.0.1:0");
  clinic_start (self);
  clinic_load (self, "{\"resource\":" PATIENT_JSON "}");
  report = portal_account_add_patient (self->portal, "anna", "anna@example.org", CLINIC_PATIENT, CLINIC_PASSWORD, &error);
  g_assert_no_error (error);
  return self;
}

void
clinic_free (Clinic *self)
{
  clinic_stop (self);
  g_clear_object (&self->held);
  portal_config_free (self->config);
  client_test_remove_all (self->folder);
  g_free (self->folder);
  g_free (self);
}

CairnSession *
clinic_sign_in (Clinic *self, gboolean keep)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  cairn_session_sign_in_async (portal_get_url (self->portal), "anna", CLINIC_PASSWORD, NULL, keep, NULL,
                               client_test_done, &result);
  session = cairn_session_sign_in_finish (client_test_wait (&result), &error);
  g_assert_no_error (error);
  return session;
}

CairnSession *
clinic_open (CairnAccount *account, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_open_async (account, NULL, client_test_done, &result);
  return cairn_session_open_finish (client_test_wait (&result), error);
}

CairnSyncReport *
clinic_sync (CairnSession *session)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSyncReport *report;

  cairn_sync_start_async (cairn_session_get_sync (session), NULL, client_test_done, &result);
  report = cairn_sync_start_finish (cairn_session_get_sync (session), client_test_wait (&result), &error);
  g_assert_no_error (error);
  return report;
}

static gpointer
count (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnCacheQuery query = { .type = data };
  gint64 n;

  g_assert_true (cairn_cache_count (connection, &query, &n, error));
  return GSIZE_TO_POINTER ((gsize) n);
}

gint64
clinic_count (CairnSession *session, const char *type)
{
  CairnDatabase *database = cairn_session_get_database (session, FALSE, NULL);

  return (gint64) GPOINTER_TO_SIZE (cairn_database_run (database, count, (gpointer) type, NULL));
}

void
clinic_sign_out (CairnSession *session)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_sign_out_async (session, FALSE, NULL, client_test_done, &result);
  g_assert_true (cairn_session_sign_out_finish (session, client_test_wait (&result), &error));
  g_assert_no_error (error);
}

/* The text of the letter to somebody, taken out of the portal's Maildir. */
static char *
take_letter (const char *folder, const char *to)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *wanted = g_strdup_printf ("To: %s\n", to);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, wanted) != NULL)
        {
          g_assert_cmpint (g_remove (path), ==, 0);
          return g_steal_pointer (&text);
        }
    }
  return NULL;
}

typedef struct
{
  char       *folder;
  const char *to;
  char       *letter;
} Awaited;

static gboolean
has_come (gpointer data)
{
  Awaited *awaited = data;

  if (awaited->letter == NULL)
    awaited->letter = take_letter (awaited->folder, awaited->to);
  return awaited->letter != NULL;
}

/* The letter or text message to somebody, which is waited for. */
char *
clinic_take_letter (Clinic *clinic, const char *kind, const char *to)
{
  Awaited awaited = { g_build_filename (clinic->config->data, kind, "new", NULL), to, NULL };

  client_test_spin (has_come, &awaited);
  g_free (awaited.folder);
  return awaited.letter;
}

/* The eight digits in a letter */
char *
clinic_code_in (const char *letter)
{
  g_autoptr(GRegex) regex = g_regex_new ("^[^0-9]*\\b([0-9]{8})\\b", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  const char *body = strstr (letter, "\n\n");

  g_assert_nonnull (body);
  g_assert_true (g_regex_match (regex, body, 0, &match));
  return g_match_info_fetch (match, 1);
}
