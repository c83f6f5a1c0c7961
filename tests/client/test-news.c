/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is new since the last look: cairn-cache-news.c and cairn-session-news.c. */
#include "client-test.h"

#include "client/cairn-home.h"
#include "client/cairn-records.h"

#include <glib/gstdio.h>

typedef struct
{
  Clinic       *clinic;
  CairnSession *session;
} Fixture;

/* An Observation of some days ago. */
static char *
result (const char *id, int days_ago, const char *status)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GDateTime) then = g_date_time_add_days (now, -days_ago);
  g_autofree char *date = g_date_time_format (then, "%Y-%m-%d");

  return g_strdup_printf ("{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"%s\",\"code\":{\"text\":\"%s\"},"
                          "\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"effectiveDateTime\":\"%s\","
                          "\"valueQuantity\":{\"value\":1,\"unit\":\"g\"}}}", id, status, id, date);
}

static void
load (Fixture *self, const char *id, int days_ago, const char *status)
{
  g_autofree char *text = result (id, days_ago, status);

  clinic_load (self->clinic, text);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clinic = clinic_new ();
  load (self, "old", 400, "final");
  load (self, "recent", 1, "final");
  self->session = clinic_sign_in (self->clinic, data != NULL);
  cairn_sync_report_free (clinic_sync (self->session));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  cairn_session_close (self->session);
  client_test_finalize (self->session);
  clinic_free (self->clinic);
}

typedef struct
{
  CairnSession *session;
  guint         n;
} Expected;

static gboolean
has_n_new (gpointer data)
{
  Expected *expected = data;

  return cairn_session_get_n_new (expected->session) == expected->n;
}

static void
expect (Fixture *self, guint n)
{
  Expected expected = { self->session, n };

  client_test_spin (has_n_new, &expected);
}

static gboolean
is_read (gpointer data)
{
  return !cairn_records_get_loading (data);
}

static void
expect_listed (Fixture *self, const char *ids)
{
  g_autoptr(CairnRecords) records = cairn_records_new (self->session);
  GString *listed = g_string_new (NULL);

  cairn_records_set_filter (records, CAIRN_RECORDS_NEW);
  client_test_spin (is_read, records);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (records)); i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (G_LIST_MODEL (records), i);

      g_assert_true (cairn_record_get_is_new (record));
      g_string_append_printf (listed, "%s%s", i > 0 ? " " : "", cairn_record_get_id (record));
    }
  g_assert_cmpstr (listed->str, ==, ids);
  g_string_free (listed, TRUE);
}

/* At first what is of the last days, then whatever comes; what was opened is new no more. */
static void
test_opened (Fixture *self, gconstpointer data)
{
  expect (self, 1);
  expect_listed (self, "recent");
  load (self, "released-late", 300, "final");
  load (self, "old", 400, "corrected");
  cairn_sync_report_free (clinic_sync (self->session));
  expect (self, 3);
  expect_listed (self, "recent released-late old");
  cairn_session_note_opened (self->session, "Observation/old");
  expect (self, 2);
  cairn_session_note_opened (self->session, "Observation/none");
  expect_listed (self, "recent released-late");
  load (self, "released-late", 300, "entered-in-error");
  cairn_sync_report_free (clinic_sync (self->session));
  expect_listed (self, "recent released-late");   /* it was new, and what became of it is said */
}

static gboolean
has_looked (gpointer data)
{
  return ((CairnSession *) data)->look > 0;
}

static void
unlock (Fixture *self)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_lock (self->session);
  cairn_session_unlock_async (self->session, CLINIC_PASSWORD, NULL, client_test_done, &result);
  g_assert_true (cairn_session_unlock_finish (self->session, client_test_wait (&result), NULL));
}

/* What was on the list stays new while one reads on, and is new no more after the lock. */
static void
test_look (Fixture *self, gconstpointer data)
{
  expect (self, 1);
  unlock (self);
  expect (self, 1);   /* nobody has looked */
  cairn_session_note_look (self->session);
  client_test_spin (has_looked, self->session);
  expect_listed (self, "recent");
  load (self, "next", 200, "final");
  cairn_sync_report_free (clinic_sync (self->session));
  expect (self, 2);
  unlock (self);
  expect (self, 1);
  expect_listed (self, "next");
}

/* What Home, the badge and the list say of what is new is the same. */
static void
expect_everywhere (Fixture *self, guint n, gboolean only_results, const char *ids)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnHome) home = NULL;

  expect (self, n);
  expect_listed (self, ids);
  cairn_session_load_home_async (self->session, NULL, client_test_done, &result);
  home = cairn_session_load_home_finish (self->session, client_test_wait (&result), NULL);
  g_assert_cmpuint (home->n_new, ==, n);
  g_assert_cmpint (home->only_results, ==, only_results);
  g_assert_cmpuint (g_list_model_get_n_items (home->results), ==, MIN (n, 2));
  for (guint i = 0; i < MIN (n, 2); i++)
    {
      g_autoptr(CairnRecord) record = g_list_model_get_item (home->results, i);

      g_assert_true (cairn_record_get_is_new (record));
    }
}

static void
load_report (Fixture *self, const char *id, const char *results)
{
  g_autofree char *text = g_strdup_printf ("{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"%s\",\"status\":\"final\","
                                           "\"code\":{\"text\":\"Panel\"},\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},"
                                           "\"effectiveDateTime\":\"2021-05-05\",\"result\":[%s]}}", id, results);

  clinic_load (self->clinic, text);
}

/* Results count with the report that came with them; a late one of an old report counts for itself. */
static void
test_one_truth (Fixture *self, gconstpointer data)
{
  expect_everywhere (self, 1, TRUE, "recent");
  load (self, "sodium", 40, "final");
  load (self, "potassium", 41, "final");
  load (self, "late", 30, "final");
  load_report (self, "panel", "{\"reference\":\"Observation/sodium\"},{\"reference\":\"Observation/potassium\"}");
  cairn_sync_report_free (clinic_sync (self->session));
  expect_everywhere (self, 3, TRUE, "recent late panel");
  cairn_session_note_opened (self->session, "DiagnosticReport/panel");
  expect_everywhere (self, 2, TRUE, "recent late");
  load (self, "potassium", 41, "corrected");
  cairn_sync_report_free (clinic_sync (self->session));
  expect_everywhere (self, 3, TRUE, "recent late potassium");
  clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"gout\",\"code\":{\"text\":\"Gout\"},"
                             "\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"onsetDateTime\":\"2020\"}}");
  cairn_sync_report_free (clinic_sync (self->session));
  expect_everywhere (self, 4, FALSE, "recent late potassium gout");
  load (self, "late", 30, "entered-in-error");
  cairn_sync_report_free (clinic_sync (self->session));
  expect_everywhere (self, 4, FALSE, "recent late potassium gout");
}

static void
reopen (Fixture *self)
{
  g_autoptr(CairnAccount) account = g_object_ref (cairn_session_get_account (self->session));
  g_autoptr(GError) error = NULL;

  cairn_session_close (self->session);
  client_test_finalize (self->session);
  self->session = clinic_open (account, &error);
  g_assert_no_error (error);
}

/* A cache that is made anew brings everything again: only what came after the last look is new. */
static void
test_rebuilt (Fixture *self, gconstpointer data)
{
  g_autofree char *cache = g_strdup (self->session->store->cache_path);

  cairn_session_note_look (self->session);
  client_test_spin (has_looked, self->session);
  reopen (self);
  g_assert_cmpuint (cairn_session_get_n_new (self->session), ==, 0);
  load (self, "next", 200, "final");
  cairn_session_close (self->session);
  g_assert_cmpint (g_remove (cache), ==, 0);
  reopen (self);
  cairn_sync_report_free (clinic_sync (self->session));
  expect (self, 1);
  expect_listed (self, "next");
}

static void
add (void)
{
  g_test_add ("/client/news/opened", Fixture, NULL, set_up, test_opened, tear_down);
  g_test_add ("/client/news/look", Fixture, NULL, set_up, test_look, tear_down);
  g_test_add ("/client/news/one-truth", Fixture, NULL, set_up, test_one_truth, tear_down);
  g_test_add ("/client/news/rebuilt", Fixture, "kept", set_up, test_rebuilt, tear_down);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
