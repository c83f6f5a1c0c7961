/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-bundle.h"
#include "fhir/cairn-outcome.h"
#include "most-seconds.h"

static CairnBundle *
bundle_of (const char *text, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return cairn_bundle_new (bytes, CAIRN_GATE_MAX_PAGE, error);
}

static void
test_entries (void)
{
  static const struct
  {
    const char *entry, *fault, *type, *id;
  } cases[] = {
    { "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"},\"search\":{\"mode\":\"match\"}}", NULL, "Patient", "1" },
    { "{\"resource\":{\"resourceType\":\"Patient\"}}", "no-id", "Patient", NULL },
    { "{\"resource\":{\"resourceType\":\"Patient\",\"id\":5}}", "no-id", "Patient", NULL },
    { "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a b\"}}", "illegal-id", "Patient", "a b" },
    { "{\"resource\":{\"resourceType\":\"NotAType\",\"id\":\"1\"}}", "no-type", "NotAType", "1" },
    { "{\"resource\":{\"id\":\"1\"}}", "no-type", NULL, "1" },
    { "{\"resource\":[]}", "no-type", NULL, NULL },
    { "{\"resource\":null}", "no-type", NULL, NULL },
    { "null", "no-type", NULL, NULL },
    { "{\"resource\":{\"resourceType\":\"OperationOutcome\"},\"search\":{\"mode\":\"outcome\"}}", NULL, "OperationOutcome", NULL },
    { "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/x\"}}", NULL, "Observation", "x" },
    { "{\"request\":{\"method\":\"DELETE\",\"url\":\"http://h/fhir/Observation/x/_history/2\"}}", NULL, "Observation", "x" },
    { "{\"request\":{\"method\":\"DELETE\",\"url\":\"nowhere\"}}", "no-type", NULL, NULL },
    { "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}}", "duplicate-key", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[%s]}", cases[i].entry);
      g_autoptr(CairnBundle) bundle = bundle_of (text, NULL);
      g_auto(CairnBundleEntry) entry = { 0 };

      g_assert_cmpuint (cairn_bundle_n_entries (bundle), ==, 1);
      cairn_bundle_read_entry (bundle, 0, &entry);
      g_assert_cmpstr (entry.fault, ==, cases[i].fault);
      g_assert_cmpstr (entry.type, ==, cases[i].type);
      g_assert_cmpstr (entry.id, ==, cases[i].id);
    }
}

/* The time must not grow with the square of the slashes. */
static void
test_long_deletion (void)
{
  g_autoptr(GString) text = g_string_new ("{\"resourceType\":\"Bundle\",\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"");
  g_autoptr(CairnBundle) bundle = NULL;
  g_auto(CairnBundleEntry) entry = { 0 };
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 500000; i++)
    g_string_append (text, "A/");
  g_string_append (text, "Patient/1\"}}]}");
  bundle = bundle_of (text->str, NULL);
  cairn_bundle_read_entry (bundle, 0, &entry);
  g_assert_cmpstr (entry.fault, ==, "no-type");
  g_assert_cmpint (g_get_monotonic_time () - start, <, MOST_SECONDS * G_USEC_PER_SEC);
}

static void
test_head (void)
{
  g_autoptr(CairnBundle) bundle = bundle_of (
    "{\"entry\":[],\"link\":[{\"relation\":\"self\"},{\"relation\":\"next\",\"url\":\"?a=b&c\"},{\"relation\":\"next\",\"url\":\"x\"}],"
    "\"type\":\"history\",\"resourceType\":\"Bundle\"}", NULL);
  g_autofree char *next = cairn_bundle_dup_link (bundle, "next"), *self = cairn_bundle_dup_link (bundle, "self");

  g_assert_cmpstr (cairn_bundle_get_type (bundle), ==, "history");
  g_assert_cmpstr (next, ==, "?a=b&c");
  g_assert_null (self);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    int         code;
  } cases[] = {
    { "{\"resourceType\":\"Patient\"}", CAIRN_ERROR_BAD_DATA },
    { "{\"resourceType\":\"OperationOutcome\"}", CAIRN_ERROR_REJECTED },
    { "{}", CAIRN_ERROR_BAD_DATA },
    { "[]", CAIRN_ERROR_BAD_DATA },
    { "<html>", CAIRN_ERROR_BAD_DATA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (bundle_of (cases[i].text, &error));
      g_assert_error (error, CAIRN_ERROR, cases[i].code);
    }
}

static void
test_outcome (void)
{
  g_autofree char *text = cairn_outcome_new ("error", "not-found", "no \"such\" thing");
  g_autofree char *words = cairn_outcome_dup_text (cairn_json_from_string (text));
  g_autofree char *long_words = g_strnfill (100000, 'x'), *cut = NULL;

  g_assert_cmpstr (words, ==, "no \"such\" thing");
  g_free (text);
  text = cairn_outcome_new ("error", "invalid", long_words);
  cut = cairn_outcome_dup_text (cairn_json_from_string (text));
  g_assert_cmpuint (strlen (cut), <=, 500);
  g_assert_null (cairn_outcome_dup_text (cairn_json_from_string ("{\"resourceType\":\"Patient\"}")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bundle/entries", test_entries);
  g_test_add_func ("/bundle/long-deletion", test_long_deletion);
  g_test_add_func ("/bundle/head", test_head);
  g_test_add_func ("/bundle/refused", test_refused);
  g_test_add_func ("/outcome/text", test_outcome);
  return g_test_run ();
}
