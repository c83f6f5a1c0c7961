/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list as a view sees it: cairn-records.c and cairn-records-query.c over cairn-records-pool.c and
 * cairn-records-load.c, cairn-cache-order.c and cairn-cache-parts.c.
 */
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

/* What stands in the list, by id; ">" marks what is part of a report. */
static char *
list_ids (Fixture *self)
{
  GString *ids = g_string_new (NULL);

  client_test_spin (is_read, self->records);
  for (guint i = 0; i < n_items (self); i++)
    {
      g_autoptr(CairnRecord) record = get_record (self, i);

      if (g_str_has_prefix (cairn_record_get_id (record), "obs-"))
        continue;
      g_string_append_printf (ids, "%s%s%s", ids->len > 0 ? " " : "", cairn_record_get_is_part (record) ? ">" : "",
                              cairn_record_get_id (record));
    }
  return g_string_free (ids, FALSE);
}

/* A sync may tell of more than one change; the last one counts. */
static void
assert_ids (Fixture *self, const char *expected)
{
  g_autofree char *ids = list_ids (self);

  for (guint i = 0; i < 200 && !g_str_equal (ids, expected); i++)
    {
      g_usleep (10000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_free (ids);
      ids = list_ids (self);
    }
  g_assert_cmpstr (ids, ==, expected);
}

static char *
make_result (const char *id, const char *date, const char *more)
{
  return g_strdup_printf ("{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"%s\",\"code\":{\"text\":\"%s\"},"
                          "\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"effectiveDateTime\":\"%s\",%s}}",
                          id, id, date, more);
}

static void
load_result (Fixture *self, const char *id, const char *date, const char *more)
{
  g_autofree char *text = make_result (id, date, more);

  clinic_load (self->clinic, text);
}

static void
sync_again (Fixture *self)
{
  g_string_truncate (self->changes, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  client_test_spin (has_changed, self);
}

/* What is yet to come stands first, the nearest before all. */
static void
test_soon (Fixture *self, gconstpointer data)
{
  load_result (self, "far", "2101-01-01", "\"status\":\"final\"");
  load_result (self, "near", "2100-01-01", "\"status\":\"final\"");
  load_result (self, "farthest", "2102", "\"status\":\"final\"");
  load_result (self, "newest", "2025-06-01", "\"status\":\"final\"");
  sync_again (self);
  assert_ids (self, "near far farthest newest");
  cairn_records_set_n_soon (self->records, 2);
  client_test_spin (is_read, self->records);
  assert_ids (self, "near far farthest newest");
  cairn_records_set_n_soon (self->records, 1);
  client_test_spin (is_read, self->records);
  assert_ids (self, "near newest");
  g_assert_cmpuint (cairn_records_get_n_later (self->records), ==, 2);
  cairn_records_set_n_soon (self->records, G_MAXUINT);
  client_test_spin (is_read, self->records);
  assert_ids (self, "near far farthest newest");
  g_assert_cmpuint (cairn_records_get_n_later (self->records), ==, 0);
}

static void
test_filter (Fixture *self, gconstpointer data)
{
  static const struct { CairnRecordsFilter filter; const char *ids; } filters[] = {
    { CAIRN_RECORDS_UNUSUAL, "high low" },
    { CAIRN_RECORDS_PRELIMINARY, "early" },
    { CAIRN_RECORDS_CORRECTED, "better" },
    { CAIRN_RECORDS_CANCELLED, "off" },
    { CAIRN_RECORDS_IN_ERROR, "wrong" },
    { CAIRN_RECORDS_ALL, "high low usual early better off wrong" },
  };

  load_result (self, "high", "2026-01-07", "\"status\":\"final\",\"interpretation\":[{\"coding\":[{\"code\":\"H\"}]}]");
  load_result (self, "low", "2026-01-06", "\"status\":\"final\",\"interpretation\":[{\"coding\":[{\"code\":\"LL\"}]}]");
  load_result (self, "usual", "2026-01-05", "\"status\":\"final\",\"interpretation\":[{\"coding\":[{\"code\":\"N\"}]}]");
  load_result (self, "early", "2026-01-04", "\"status\":\"preliminary\"");
  load_result (self, "better", "2026-01-03", "\"status\":\"corrected\"");
  load_result (self, "off", "2026-01-02", "\"status\":\"cancelled\"");
  load_result (self, "wrong", "2026-01-01", "\"status\":\"entered-in-error\"");
  sync_again (self);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      cairn_records_set_filter (self->records, filters[i].filter);
      assert_ids (self, filters[i].ids);
    }
  cairn_records_set_search (self->records, "usual");
  assert_ids (self, "usual");
  cairn_records_set_filter (self->records, CAIRN_RECORDS_UNUSUAL);
  assert_ids (self, "");
}

static void
load_report (Fixture *self, const char *status)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"report\",\"status\":\"%s\",\"code\":"
                          "{\"text\":\"Blood count\"},\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},"
                          "\"effectiveDateTime\":\"2026-01-02\",\"result\":[{\"reference\":\"Observation/panel\"},"
                          "{\"reference\":\"Observation/red\"}]}}", status);
  clinic_load (self->clinic, text);
}

/* Results stand under their report, those of a panel with them, and each by itself for who looks for something. */
static void
test_parts (Fixture *self, gconstpointer data)
{
  g_autoptr(CairnRecord) report = NULL;
  guint n_unusual;

  load_result (self, "red", "2026-01-02T12:00:00Z", "\"status\":\"final\",\"interpretation\":[{\"coding\":[{\"code\":\"L\"}]}]");
  load_result (self, "white", "2026-01-01", "\"status\":\"final\"");
  load_result (self, "other", "2025-12-01", "\"status\":\"final\"");
  load_result (self, "panel", "2026-01-03", "\"status\":\"final\",\"hasMember\":[{\"reference\":\"Observation/white\"}]");
  load_report (self, "final");
  sync_again (self);
  assert_ids (self, "report other");
  report = get_record (self, 0);
  g_assert_cmpuint (cairn_record_get_n_parts (report, &n_unusual), ==, 3);
  g_assert_cmpuint (n_unusual, ==, 1);

  g_assert_false (cairn_records_get_unfolded (self->records, report));
  g_string_truncate (self->changes, 0);
  cairn_records_set_unfolded (self->records, report, TRUE);
  client_test_spin (has_changed, self);
  g_assert_cmpstr (self->changes->str, ==, "1-0+3 ");
  assert_ids (self, "report >white >red >panel other");
  g_assert_true (cairn_records_get_unfolded (self->records, report));
  cairn_records_set_unfolded (self->records, report, FALSE);
  assert_ids (self, "report other");

  cairn_records_set_search (self->records, "red");
  assert_ids (self, ">red");
  cairn_records_set_search (self->records, NULL);
  load_report (self, "entered-in-error");
  sync_again (self);
  assert_ids (self, "panel red report other");   /* the panel stands for itself */
  clinic_load (self->clinic, "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/panel\"}}");
  sync_again (self);
  assert_ids (self, "red report white other");
}

/* As if the portal did not have the type. */
static gpointer
forget_type (CairnConnection *connection, gpointer type, GCancellable *cancellable, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "DELETE FROM sync_state WHERE type = :type", error);

  g_assert_nonnull (statement);
  cairn_statement_bind_text (statement, ":type", type, -1);
  cairn_statement_run (statement, error);
  return NULL;
}

/* A portal that doesn't declare a kind's types says so by that. */
static void
test_shared (Fixture *self, gconstpointer data)
{
  static const char *const kinds[] = { "immunization", NULL }, *const none[] = { "procedure", NULL };
  g_autoptr(GError) error = NULL;

  cairn_records_set_kinds (self->records, kinds);
  client_test_spin (is_read, self->records);
  g_assert_cmpuint (n_items (self), ==, 0);
  g_assert_false (cairn_records_get_not_shared (self->records));
  cairn_database_run (cairn_cache_get_database (self->session->store->cache), forget_type, (gpointer) "Procedure", &error);
  g_assert_no_error (error);
  cairn_records_set_kinds (self->records, none);
  client_test_spin (is_read, self->records);
  g_assert_true (cairn_records_get_not_shared (self->records));
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
  add_test ("soon", test_soon);
  add_test ("filter", test_filter);
  add_test ("parts", test_parts);
  add_test ("shared", test_shared);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
