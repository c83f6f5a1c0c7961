/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-report.h"

static char *
resolve (const char *reference, char **value, gpointer data)
{
  return g_str_equal (reference, "Practitioner/helen") ? g_strdup ("Dr. Helen Okafor") : NULL;
}

static CairnReport *
read_report (const char *type, const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\"%s}", type, members);

  return cairn_report_new (cairn_json_from_string (text), resolve, NULL);
}

static void
test_conclusion (void)
{
  static const struct { const char *type, *members, *conclusion; gboolean usual; } cases[] = {
    { "DiagnosticReport", ",\"conclusion\":\"Nothing unusual.\"", "Nothing unusual.", FALSE },
    { "DiagnosticReport", ",\"conclusion\":\"Fine\",\"conclusionCode\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\","
      "\"code\":\"17621005\",\"display\":\"Normal\"}]}]", "Fine", TRUE },
    { "DiagnosticReport", ",\"conclusionCode\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"281900007\"}],"
      "\"text\":\"Nothing found\"},{\"text\":\"Scar\"}]", "Nothing found\nScar", FALSE },
    { "DiagnosticReport", ",\"conclusion\":\"  \",\"conclusionCode\":[{\"text\":\"Scar\"}]", "Scar", FALSE },
    { "DiagnosticReport", ",\"conclusion\":7", NULL, FALSE },
    { "DiagnosticReport", "", NULL, FALSE },
    { "Observation", ",\"conclusion\":\"Not of this type\"", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(CairnReport) report = read_report (cases[i].type, cases[i].members);

      g_assert_cmpstr (report != NULL ? report->conclusion : NULL, ==, cases[i].conclusion);
      g_assert_cmpint (report != NULL && report->usual, ==, cases[i].usual);
    }
}

static void
test_author (void)
{
  static const char *const cases[][3] = {
    { "DiagnosticReport", "\"performer\":[{\"reference\":\"Organization/lab\",\"display\":\"The lab\"}]", "The lab" },
    { "DiagnosticReport", "\"performer\":[{\"reference\":\"Organization/lab\",\"display\":\"The lab\"},"
      "{\"reference\":\"Practitioner/helen\"}]", "Dr. Helen Okafor" },
    { "DiagnosticReport", "\"performer\":[{\"display\":\"The lab\"}],\"resultsInterpreter\":[{\"reference\":\"Practitioner/helen\"}]",
      "Dr. Helen Okafor" },
    { "DiagnosticReport", "\"performer\":[{\"reference\":\"Practitioner/nobody\"}]", NULL },
    { "DocumentReference", "\"author\":[{\"reference\":\"Practitioner/helen\"}],\"content\":[{\"attachment\":{\"url\":\"x\"}}]",
      "Dr. Helen Okafor" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strconcat (",\"conclusion\":\"x\",", cases[i][1], NULL);
      g_autoptr(CairnReport) report = read_report (cases[i][0], members);

      g_assert_cmpstr (report->author, ==, cases[i][2]);
    }
}

static void
test_none (void)
{
  g_autoptr(CairnReport) report = read_report ("Condition", ",\"code\":{\"text\":\"x\"}");
  g_autoptr(CairnReport) letter = read_report ("DocumentReference", ",\"content\":[{\"attachment\":{\"contentType\":\"text/plain\"}}]");

  g_assert_null (report);
  g_assert_cmpuint (letter->attachments->len, ==, 1);
  g_assert_null (letter->conclusion);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/conclusion", test_conclusion);
  g_test_add_func ("/report/author", test_author);
  g_test_add_func ("/report/none", test_none);
  return g_test_run ();
}
