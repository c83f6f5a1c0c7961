/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends over units, codes, components and states (cairn-trend-load.c, cairn-cache-series.c), and the pins
 * (cairn-session-trend.c, cairn-session-versions.c), from the real portal through the cache. */
#include "client-test.h"

#include "client/account/cairn-pins.h"
#include "client/cairn-trend.h"
#include "common/cairn-error.h"

#include <math.h>
#include <string.h>

#define SUBJECT "\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"}"
#define CODE(code) "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}],\"text\":\"Test " code "\"}"
#define QUANTITY(value, unit) "\"valueQuantity\":{\"value\":" value ",\"unit\":\"" unit "\",\"code\":\"" unit "\"}"
#define OBSERVATION(id, date, status, more) \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"" id "\",\"status\":\"" status "\"," SUBJECT ",\"effectiveDateTime\":\"" date "\"," more "}}"
#define PRESSURE(high, low) \
  CODE ("85354-9") ",\"component\":[{" CODE ("8462-4") "," QUANTITY (low, "mm[Hg]") "},{" CODE ("8480-6") "," QUANTITY (high, "mm[Hg]") "}]"

static const char glucose[] =
  OBSERVATION ("g1", "2024-01-05", "final", CODE ("2345-7") "," QUANTITY ("100", "mg/dL")) ","
  OBSERVATION ("g2", "2024-06-05", "final", CODE ("14749-6") "," QUANTITY ("7.0", "mmol/L")) ","
  OBSERVATION ("g3", "2025-01-05", "preliminary", CODE ("2345-7") ",\"valueQuantity\":{\"value\":60,\"unit\":\"mg/dl\",\"comparator\":\"<\"}") ","
  OBSERVATION ("g4", "2025-06-05", "entered-in-error", CODE ("2345-7") "," QUANTITY ("999", "mg/dL")) ","
  OBSERVATION ("g5", "2025-07-05", "final", CODE ("2345-7") "," QUANTITY ("3", "{titer}")) ","
  OBSERVATION ("g6", "2025-08-05", "cancelled", CODE ("2345-7")) ","
  OBSERVATION ("g7", "2026-01-05", "corrected", CODE ("2345-7") "," QUANTITY ("110", "mg/dL") ",\"referenceRange\":["
               "{\"high\":{\"value\":99,\"unit\":\"mg/dL\",\"code\":\"mg/dL\"},\"appliesTo\":[{\"text\":\"Female\"}]},"
               "{\"high\":{\"value\":105,\"unit\":\"mg/dL\",\"code\":\"mg/dL\"},\"appliesTo\":[{\"text\":\"Male\"}]}]") ","
  /* another test, whose note names the code */
  OBSERVATION ("x1", "2025-02-05", "final", CODE ("2339-0") "," QUANTITY ("90", "mg/dL") ",\"note\":[{\"text\":\"see 2345-7\"}]");

static const char others[] =
  OBSERVATION ("b1", "2025-01-01T08:00:00Z", "final", PRESSURE ("120", "80")) ","
  OBSERVATION ("b2", "2025-02-01T08:00:00Z", "final", PRESSURE ("148", "79")) ","
  OBSERVATION ("w1", "2025-01-01", "final", "\"code\":{\"text\":\"Weight at home\"}," QUANTITY ("70", "kg")) ","
  OBSERVATION ("w2", "2025-02-01", "final", "\"code\":{\"text\":\"weight at home\"}," QUANTITY ("154.324", "[lb_av]")) ","
  OBSERVATION ("w3", "2025-03-01", "final", "\"code\":{\"text\":\"Weight at home today\"}," QUANTITY ("71", "kg")) ","
  OBSERVATION ("n1", "2025-01-01", "final", CODE ("5778-6") ",\"valueString\":\"yellow\"") ","
  OBSERVATION ("n2", "2025-02-01", "final", CODE ("5778-6") ",\"valueString\":\"amber\"");

static CairnTrend *
load (CairnSession *session, const char *reference)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnTrend *trend;

  cairn_session_load_trend_async (session, reference, NULL, client_test_done, &result);
  trend = cairn_session_load_trend_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  return trend;
}

static void
check_point (const CairnTrendPoint *point, const char *id, double number, const char *text, gboolean converted)
{
  g_assert_cmpstr (point->id, ==, id);
  g_assert_cmpfloat_with_epsilon (point->number, number, 0.01);
  g_assert_cmpstr (point->text, ==, text);
  g_assert_cmpint (point->converted, ==, converted);
}

static CairnSession *
open_clinic (Clinic *clinic, const char *resources)
{
  CairnSession *session;

  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" CLINIC_PATIENT "\",\"gender\":\"female\",\"birthDate\":\"1961-04-12\"}}");
  clinic_load (clinic, resources);
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));
  return session;
}

static void
close_clinic (CairnSession *session)
{
  cairn_session_close (session);
  client_test_finalize (session);
}

/* Mass and amount are one series in the newest unit; what doesn't convert is another; mistakes are nowhere. */
static void
test_units (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = open_clinic (clinic, glucose);
  CairnTrend *trend = load (session, "Observation/g2");
  const CairnTrendSeries *series = cairn_trend_get_series (trend, 0), *titer = cairn_trend_get_series (trend, 1);
  const char *older, *newer;

  g_assert_cmpstr (cairn_trend_get_key (trend), ==, "http://loinc.org|14749-6");
  g_assert_cmpstr (cairn_trend_get_title (trend), ==, "Test 2345-7");
  g_assert_cmpuint (cairn_trend_get_n_series (trend), ==, 2);
  g_assert_false (cairn_trend_get_pair (trend));
  g_assert_false (cairn_trend_get_cut (trend));
  g_assert_cmpuint (series->n_points, ==, 4);
  g_assert_cmpstr (series->unit, ==, "mg/dL");
  check_point (&series->points[0], "g1", 100, "100", FALSE);
  check_point (&series->points[1], "g2", 126.11, "7.0", TRUE);
  check_point (&series->points[2], "g3", 60, "< 60", FALSE);
  check_point (&series->points[3], "g7", 110, "110", FALSE);
  g_assert_true (series->points[2].flags & CAIRN_FLAG_PRELIMINARY);
  g_assert_true (series->points[3].flags & CAIRN_FLAG_CORRECTED);
  g_assert_cmpint (series->points[3].level, ==, CAIRN_LEVEL_HIGH);   /* Anna is a woman */
  g_assert_cmpfloat (series->range->high, ==, 99);
  g_assert_cmpuint (titer->n_points, ==, 1);
  g_assert_true (cairn_trend_get_neighbors (trend, "g5", &older, &newer));
  g_assert_cmpstr (older, ==, "g3");
  g_assert_cmpstr (newer, ==, "g7");
  g_assert_true (cairn_trend_get_neighbors (trend, "g7", &older, &newer));
  g_assert_null (newer);
  g_assert_false (cairn_trend_get_neighbors (trend, "g4", &older, &newer));
  g_assert_false (cairn_trend_get_neighbors (trend, "x1", &older, &newer));
  client_test_finalize (trend);
  close_clinic (session);
}

static void
test_parts_and_words (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = open_clinic (clinic, others);
  CairnTrend *pressure = load (session, "Observation/b1"), *weight = load (session, "Observation/w1"), *color = load (session, "Observation/n2");
  const char *older, *newer;

  g_assert_true (cairn_trend_get_pair (pressure));
  g_assert_cmpuint (cairn_trend_get_n_series (pressure), ==, 2);
  g_assert_cmpstr (cairn_trend_get_series (pressure, 0)->label, ==, "Test 8480-6");
  check_point (&cairn_trend_get_series (pressure, 0)->points[1], "b2", 148, "148", FALSE);
  check_point (&cairn_trend_get_series (pressure, 1)->points[0], "b1", 80, "80", FALSE);
  g_assert_cmpstr (cairn_trend_get_series (pressure, 1)->unit, ==, "mmHg");

  g_assert_cmpuint (cairn_trend_get_n_series (weight), ==, 1);
  g_assert_cmpuint (cairn_trend_get_series (weight, 0)->n_points, ==, 2);
  check_point (&cairn_trend_get_series (weight, 0)->points[0], "w1", 154.324, "70", TRUE);

  g_assert_cmpuint (cairn_trend_get_n_series (color), ==, 0);
  g_assert_null (cairn_trend_get_newest (color, NULL));
  g_assert_true (cairn_trend_get_neighbors (color, "n2", &older, &newer));
  g_assert_cmpstr (older, ==, "n1");
  client_test_finalize (pressure);
  client_test_finalize (weight);
  client_test_finalize (color);
  close_clinic (session);
}

/* A result names the report and the panel that it belongs to, and no report of another time. */
static void
test_holders (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnFacts) facts = NULL;
  g_autoptr(GString) links = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  CairnSession *session = open_clinic (clinic,
    OBSERVATION ("k", "2025-01-01T08:00:00Z", "final", CODE ("2823-3") "," QUANTITY ("4.2", "mmol/L")) ","
    OBSERVATION ("panel", "2025-01-01T08:00:00Z", "final", "\"code\":{\"text\":\"Electrolytes\"},\"hasMember\":[{\"reference\":\"Observation/k\"}]") ","
    OBSERVATION ("kk", "2025-01-01T08:00:00Z", "final", CODE ("2951-2") "," QUANTITY ("140", "mmol/L")) ","
    "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"rep\",\"status\":\"final\"," SUBJECT ",\"code\":{\"text\":\"Blood test\"},"
    "\"effectiveDateTime\":\"2025-01-02\",\"result\":[{\"reference\":\"Observation/k\"}]}},"
    "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"other\",\"status\":\"final\"," SUBJECT ",\"code\":{\"text\":\"Blood test\"},"
    "\"effectiveDateTime\":\"2025-01-02\",\"result\":[{\"reference\":\"Observation/kk\"}]}}");

  cairn_session_load_async (session, "Observation/k", NULL, client_test_done, &result);
  facts = cairn_session_load_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = facts->facts->pdata[i];

      if (g_str_equal (fact->label, "Belongs to"))
        g_string_append_printf (links, "%s=%s ", fact->text, fact->reference);
    }
  g_assert_cmpstr (links->str, ==, "Blood test=DiagnosticReport/rep Electrolytes=Observation/panel ");
  g_clear_object (&result);
  close_clinic (session);
}

/* The portal tells what a result said before it was corrected; a record without older versions has none. */
static void
test_versions (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) missing = NULL;
  g_autoptr(GAsyncResult) locked = NULL;
  g_autoptr(GPtrArray) versions = NULL, none = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  clinic_load (clinic, OBSERVATION ("k", "2025-01-01", "final", CODE ("2823-3") "," QUANTITY ("5.2", "mmol/L")));
  session = open_clinic (clinic, OBSERVATION ("k", "2025-01-01", "corrected", CODE ("2823-3") "," QUANTITY ("4.2", "mmol/L")));
  cairn_session_load_versions_async (session, "Observation/k", NULL, client_test_done, &result);
  versions = cairn_session_load_versions_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (versions->len, ==, 1);
  g_assert_cmpstr (((const CairnSummary *) versions->pdata[0])->value, ==, "5.2");
  cairn_session_load_versions_async (session, "Observation/none", NULL, client_test_done, &missing);
  none = cairn_session_load_versions_finish (session, client_test_wait (&missing), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  cairn_session_lock (session);
  cairn_session_load_versions_async (session, "Observation/k", NULL, client_test_done, &locked);
  g_assert_null (cairn_session_load_versions_finish (session, client_test_wait (&locked), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_LOCKED);
  g_clear_object (&result);
  g_clear_object (&missing);
  g_clear_object (&locked);
  close_clinic (session);
}

static gboolean
pin (CairnSession *session, const char *key, gboolean pinned, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_pin_async (session, key, "Blood sugar", pinned, NULL, client_test_done, &result);
  return cairn_session_pin_finish (session, client_test_wait (&result), error);
}

static GListModel *
list_pins (CairnSession *session, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_load_pins_async (session, NULL, client_test_done, &result);
  return cairn_session_load_pins_finish (session, client_test_wait (&result), error);
}

static void
count_cb (CairnSession *session, gpointer data)
{
  ++*(guint *) data;
}

static gpointer
fill_pins (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *key = g_strdup_printf ("|%u", i);

      if (!cairn_pins_set (connection, key, "x", TRUE, error))
        return GUINT_TO_POINTER (i);
    }
  return NULL;
}

/* Pins outlive the cache: they are read again when the account is opened anew. */
static void
test_pins (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GListModel) pins = NULL;
  g_autoptr(CairnAccount) account = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  CairnTrend *trend;
  guint n_changed = 0;

  clinic_load (clinic, glucose);
  session = clinic_sign_in (clinic, TRUE);
  cairn_sync_report_free (clinic_sync (session));
  account = g_object_ref (cairn_session_get_account (session));
  g_signal_connect (session, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_true (pin (session, "http://loinc.org|1-8", TRUE, &error));
  g_assert_true (pin (session, "http://loinc.org|2345-7", TRUE, &error));
  g_assert_true (pin (session, "http://loinc.org|2345-7", TRUE, &error));
  g_assert_cmpuint (n_changed, >=, 3);
  trend = load (session, "Observation/g1");
  g_assert_true (cairn_trend_get_pinned (trend));
  client_test_finalize (trend);
  cairn_session_close (session);
  client_test_finalize (session);

  session = clinic_open (account, &error);
  g_assert_no_error (error);
  pins = list_pins (session, &error);
  g_assert_cmpuint (g_list_model_get_n_items (pins), ==, 2);
  trend = g_list_model_get_item (pins, 0);
  g_assert_cmpuint (cairn_trend_get_n_series (trend), ==, 0);
  g_assert_cmpstr (cairn_trend_get_title (trend), ==, "Blood sugar");
  g_object_unref (trend);
  trend = g_list_model_get_item (pins, 1);
  g_assert_cmpstr (cairn_trend_get_newest (trend, NULL)->id, ==, "g7");
  g_object_unref (trend);
  g_assert_true (pin (session, "http://loinc.org|2345-7", FALSE, &error));
  trend = load (session, "Observation/g1");
  g_assert_false (cairn_trend_get_pinned (trend));
  client_test_finalize (trend);

  /* there is an end to it */
  g_assert_cmpuint (GPOINTER_TO_UINT (cairn_database_run (cairn_session_get_store (session)->outbox, fill_pins, NULL, &error)), ==, 23);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE);
  g_clear_error (&error);

  /* and nothing to read while it is locked */
  cairn_session_lock (session);
  g_clear_object (&pins);
  pins = list_pins (session, &error);
  g_assert_null (pins);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_LOCKED);
  clinic_sign_out (session);
}

static void
test_cancelled (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) missing = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = open_clinic (clinic, glucose);

  cairn_session_load_trend_async (session, "Observation/g1", cancellable, client_test_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (cairn_session_load_trend_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  cairn_session_load_trend_async (session, "Observation/none", NULL, client_test_done, &missing);
  g_assert_null (cairn_session_load_trend_finish (session, client_test_wait (&missing), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  g_clear_object (&result);
  g_clear_object (&missing);
  close_clinic (session);
}

static void
add (void)
{
  g_test_add_func ("/client/trend/units", test_units);
  g_test_add_func ("/client/trend/parts-and-words", test_parts_and_words);
  g_test_add_func ("/client/trend/holders", test_holders);
  g_test_add_func ("/client/trend/versions", test_versions);
  g_test_add_func ("/client/trend/pins", test_pins);
  g_test_add_func ("/client/trend/cancelled", test_cancelled);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
