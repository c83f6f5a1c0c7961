/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list as a view sees it: cairn-records.c over cairn-records-windows.c and cairn-records-load.c. */
#include "client-test.h"

#include "client/cairn-records.h"

typedef struct
{
  Clinic       *clinic;
  CairnSession *session;
  CairnRecords *records;
  GString      *changes;   /* "position-removed+added …" */
} Fixture;

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Fixture *self = data;

  g_string_append_printf (self->changes, "%u-%u+%u ", position, removed, added);
  g_assert_cmpuint (g_list_model_get_n_items (model), >=, position + added);
}

static gboolean
is_read (gpointer data)
{
  return !cairn_records_get_loading (data);
}

static gboolean
is_loaded (gpointer data)
{
  return cairn_record_get_loaded (data);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *observations = clinic_observations (0, 200, "final");

  self->clinic = clinic_new ();
  clinic_load (self->clinic, observations);
  self->session = clinic_sign_in (self->clinic, FALSE);
  cairn_sync_report_free (clinic_sync (self->session));
  self->records = cairn_records_new (self->session);
  self->changes = g_string_new (NULL);
  g_signal_connect (self->records, "items-changed", G_CALLBACK (changed_cb), self);
  g_assert_true (cairn_records_get_loading (self->records));
  client_test_spin (is_read, self->records);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  client_test_finalize (self->records);
  cairn_session_close (self->session);
  client_test_finalize (self->session);
  clinic_free (self->clinic);
  g_string_free (self->changes, TRUE);
}

static guint
n_items (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->records));
}

/* The record at a position once it has been read. */
static CairnRecord *
get_record (Fixture *self, guint position)
{
  CairnRecord *record = g_list_model_get_item (G_LIST_MODEL (self->records), position);

  g_assert_nonnull (record);
  client_test_spin (is_loaded, record);
  return record;
}

static void
test_windows (Fixture *self, gconstpointer data)
{
  g_autoptr(CairnRecord) first = get_record (self, 0);
  g_autoptr(CairnRecord) far = g_list_model_get_item (G_LIST_MODEL (self->records), 150);
  g_autoptr(CairnRecord) again = NULL;
  gint64 newer, older;

  g_assert_cmpuint (n_items (self), ==, 200);
  g_assert_cmpstr (self->changes->str, ==, "0-0+200 ");
  g_assert_cmpstr (cairn_record_get_kind (first), ==, "test-result");
  g_assert_cmpstr (cairn_record_get_value (first), ==, "1.10");
  g_assert_false (cairn_record_get_loaded (far));   /* a placeholder fills in */
  g_assert_null (cairn_record_get_title (far));
  client_test_spin (is_loaded, far);
  again = g_list_model_get_item (G_LIST_MODEL (self->records), 150);
  g_assert_true (far == again);
  g_assert_true (cairn_record_get_start (first, &newer));
  g_assert_true (cairn_record_get_start (far, &older));
  g_assert_cmpint (newer, >, older);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (self->records), 200));
}

static void
test_filters (Fixture *self, gconstpointer data)
{
  static const char *const kinds[] = { "condition", NULL };
  g_autoptr(CairnRecord) record = NULL;

  cairn_records_set_search (self->records, "sample 17");
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 11);   /* 17, 170 … 179 */
  cairn_records_set_search (self->records, "sample 177");
  cairn_records_set_since (self->records, "2002");
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 1);
  record = get_record (self, 0);
  g_assert_cmpstr (cairn_record_get_reference (record), ==, "Observation/obs-177");
  cairn_records_set_until (self->records, "2001");
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 0);
  cairn_records_set_until (self->records, NULL);
  cairn_records_set_since (self->records, "");
  cairn_records_set_search (self->records, "");
  cairn_records_set_kinds (self->records, kinds);
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 0);
  cairn_records_set_kinds (self->records, NULL);
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 200);
  cairn_records_set_since (self->records, "nonsense");
  client_test_spin (is_read, self->records);
  g_assert_nonnull (cairn_records_get_error (self->records));
}

static gboolean
has_changed (gpointer data)
{
  return ((Fixture *) data)->changes->len > 0;
}

/* A sync that brings something: what is on screen stays the same objects, and views learn just what moved. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr(CairnRecord) first = get_record (self, 0);
  g_autoptr(CairnRecord) second = NULL;
  g_autoptr(CairnRecord) changed = NULL;
  g_autofree char *id = g_strdup (cairn_record_get_id (first));
  g_autofree char *amended = NULL;

  clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"newest\",\"status\":\"final\",\"code\":{\"text\":\"New\"},"
               "\"subject\":{\"reference\":\"Patient/pat-1\"},\"effectiveDateTime\":\"2100-01-01\"}}");
  g_string_truncate (self->changes, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  client_test_spin (has_changed, self);
  g_assert_cmpstr (self->changes->str, ==, "0-0+1 ");
  g_assert_cmpuint (n_items (self), ==, 201);
  second = g_list_model_get_item (G_LIST_MODEL (self->records), 1);
  g_assert_true (first == second);

  /* The same row in another version: the same object, with other properties. */
  amended = clinic_observations ((guint) g_ascii_strtoull (id + 4, NULL, 10), 1, "amended");
  clinic_load (self->clinic, amended);
  g_string_truncate (self->changes, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  for (guint i = 0; i < 200 && g_strcmp0 (cairn_record_get_status (first), "amended") != 0; i++)
    {
      g_usleep (10000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpstr (cairn_record_get_status (first), ==, "amended");
  changed = g_list_model_get_item (G_LIST_MODEL (self->records), 1);
  g_assert_true (first == changed);

  clinic_load (self->clinic, "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/newest\"}}");
  g_string_truncate (self->changes, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  client_test_spin (has_changed, self);
  g_assert_cmpstr (self->changes->str, ==, "0-1+0 ");
}

/* Locked, nothing is left in the list; unlocked, it comes back. */
static void
test_locked (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_lock (self->session);
  g_assert_cmpuint (n_items (self), ==, 0);
  cairn_session_unlock_async (self->session, CLINIC_PASSWORD, NULL, client_test_done, &result);
  g_assert_true (cairn_session_unlock_finish (self->session, client_test_wait (&result), NULL));
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 200);
}

/* However far one scrolls, no more than a few windows are held. */
static void
test_memory (Fixture *self, gconstpointer data)
{
  CairnRecord *first = get_record (self, 0);
  gpointer weak = first;
  g_autofree char *more = clinic_observations (200, 1400, "final");

  clinic_load (self->clinic, more);
  g_object_add_weak_pointer (G_OBJECT (first), &weak);
  g_object_unref (first);
  g_string_truncate (self->changes, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  client_test_spin (has_changed, self);
  for (guint i = 1; i < n_items (self); i += 40)
    g_object_unref (get_record (self, i));
  g_assert_null (weak);
}

#define add_test(name, func) g_test_add ("/client/records/" name, Fixture, NULL, set_up, func, tear_down)

static void
add (void)
{
  add_test ("windows", test_windows);
  add_test ("filters", test_filters);
  add_test ("changed", test_changed);
  add_test ("locked", test_locked);
  add_test ("memory", test_memory);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
