/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a record, and the words by which it is found (cairn-summary-types.c, cairn-search-text.c). */
#include <string.h>

#include "fhir/cairn-facts.h"
#include "fhir/cairn-summary.h"
#include "most-seconds.h"

static const struct
{
  const char *text, *kind, *title, *date, *value, *unit;
  CairnFlags  flags;
} cases[] = {
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"Haemoglobin\"},\"effectiveDateTime\":\"2014\","
    "\"valueQuantity\":{\"value\":1.10,\"unit\":\"mg\"}}", "test-result", "Haemoglobin", "2014", "1.10", "mg", 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"corrected\",\"category\":[{\"coding\":[{\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":"
    "[{\"display\":\"BP\"}]},\"component\":[{\"code\":{\"coding\":[{\"code\":\"8462-4\"}]},\"valueQuantity\":{\"value\":80,\"unit\":\"mm[Hg]\"}},"
    "{\"code\":{\"coding\":[{\"code\":\"8480-6\"}]},\"valueQuantity\":{\"value\":131,\"unit\":\"mm[Hg]\"}}]}",
    "vital-sign", "BP", NULL, "131/80", "mmHg", CAIRN_FLAG_CORRECTED },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"BP\"},\"component\":[{\"code\":{\"text\":\"S\",\"coding\":[{\"code\":\"8480-6\"}]},"
    "\"valueQuantity\":{\"value\":131,\"unit\":\"mmHg\"}},{\"code\":{\"text\":\"D\",\"coding\":[{\"code\":\"8462-4\"}]},\"valueQuantity\":{\"value\":10.6,\"unit\":\"kPa\"}}]}",
    "test-result", "BP", NULL, "S 131 mmHg, D 10.6 kPa", NULL, 0 },   /* two units are no pair */
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"component\":[{\"valueInteger\":1},{\"valueInteger\":2},{\"valueInteger\":3},"
    "{\"valueInteger\":4},{},{\"valueInteger\":5}]}", "test-result", "x", NULL, "1, 2, 3, 4, …", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"issued\":\"2014-05-07T10:00:00Z\",\"valueQuantity\":"
    "{\"value\":0.1,\"comparator\":\"<=\"}}", "test-result", "x", NULL, "<= 0.1", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":1e400}}",
    "test-result", "x", NULL, "1e400", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueRatio\":{\"numerator\":{\"value\":1},\"denominator\":"
    "{\"value\":128}}}", "test-result", "x", NULL, "1/128", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueRange\":{\"high\":{\"value\":5}}}",
    "test-result", "x", NULL, "≤ 5", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueBoolean\":false}", "test-result", "x", NULL, "No", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueInteger\":0}", "test-result", "x", NULL, "0", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":7,\"code\":\"string\",\"valueQuantity\":[{\"value\":\"5\"}],\"effectiveDateTime\":20140507}",
    "test-result", "string", NULL, NULL, NULL, CAIRN_FLAG_INCOMPLETE },
  { "{\"resourceType\":\"Observation\",\"status\":\"entered-in-error\",\"code\":{\"text\":\"x\"}}",
    "test-result", "x", NULL, NULL, NULL, CAIRN_FLAG_ENTERED_IN_ERROR },
  { "{\"resourceType\":\"Condition\",\"verificationStatus\":{\"coding\":[{\"code\":\"refuted\"}]},\"code\":{\"text\":\"Never had this\"},"
    "\"onsetDateTime\":\"2014-5\"}", "condition", "Never had this", "2014-5", NULL, NULL, CAIRN_FLAG_NEGATED },
  { "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"doNotPerform\":true,\"medicationCodeableConcept\":"
    "{\"text\":\"Do NOT take\"}}", "medication", "Do NOT take", NULL, NULL, NULL, CAIRN_FLAG_NEGATED },
  { "{\"resourceType\":\"Immunization\",\"status\":\"not-done\",\"vaccineCode\":{\"text\":\"Refused\"},\"occurrenceString\":\"about spring\"}",
    "immunization", "Refused", NULL, NULL, NULL, CAIRN_FLAG_CANCELLED },
  { "{\"resourceType\":\"MedicationRequest\",\"id\":\"bare\"}", "medication", "Prescription", NULL, NULL, NULL, CAIRN_FLAG_INCOMPLETE },
  { "{\"resourceType\":\"Patient\",\"name\":[{\"use\":\"old\",\"family\":\"A\"},{\"family\":\"Lindqvist\",\"given\":[\"Maren\"]}],\"birthDate\":\"1961-03-14\"}",
    "person", "Maren Lindqvist", "1961-03-14", NULL, NULL, 0 },
  { "{\"resourceType\":\"Condition\",\"verificationStatus\":{\"coding\":[{\"system\":\"local\",\"code\":\"X\"},{\"code\":\"refuted\"}]},\"code\":"
    "{\"text\":\"x\"}}", "condition", "x", NULL, NULL, NULL, CAIRN_FLAG_NEGATED },   /* a local code stood first */
  { "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"docStatus\":\"entered-in-error\",\"content\":[],\"description\":\"x\"}",
    "document", "x", NULL, NULL, NULL, CAIRN_FLAG_ENTERED_IN_ERROR },
  { "{\"resourceType\":\"Observation\",\"\\u0073tatus\":\"entered-in-error\",\"code\":{\"text\":\"x\"}}",
    "test-result", "x", NULL, NULL, NULL, CAIRN_FLAG_ENTERED_IN_ERROR },   /* a name in escapes is the same name */
  { "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{\"text\":\"x\"},"
    "\"dosageInstruction\":[{\"modifierExtension\" : [ {\"url\":\"y\"}]}]}", "medication", "x", NULL, NULL, NULL, CAIRN_FLAG_INCOMPLETE },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"modifierExtension\"},\"modifierExtension\":[]}",
    "test-result", "modifierExtension", NULL, NULL, NULL, 0 },
  { "{\"resourceType\":\"MedicationDispense\",\"status\":\"completed\",\"medicationCodeableConcept\":{\"text\":\"x\"},\"quantity\":{\"value\":180,\"unit\":\"tablets\"},"
    "\"daysSupply\":{\"value\":90,\"unit\":\"days\",\"code\":\"d\"}}", "medication", "x", NULL, "180 tablets, for 90 days", NULL, 0 },
  { "{\"resourceType\":\"Task\",\"status\":\"in-progress\",\"intent\":\"order\",\"description\":\"More\",\"businessStatus\":{\"text\":\"Waiting for the test\"}}",
    "other", "More", NULL, "Waiting for the test", NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4\",\"display\":\"Hemoglobin A1c/Hemoglobin.total in Blood\"}],"
    "\"text\":\"Hemoglobin A1c/Hemoglobin.total in Blood\"}}", "test-result", "Blood sugar (HbA1c)", NULL, NULL, NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4\"}],\"text\":\"Langzeitzucker\"}}",
    "test-result", "Langzeitzucker", NULL, NULL, NULL, 0 },
  { "{\"resourceType\":\"Condition\",\"code\":{\"coding\":[{\"system\":\"http://fhir.de/CodeSystem/bfarm/icd-10-gm\",\"code\":\"A15.0\"}]}}",
    "condition", "Condition (Code A15.0)", NULL, NULL, NULL, 0 },
  { "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"Odd\"},\"created\":\"2020\"}", "other", "Odd", "2020", NULL, NULL, 0 },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"  a\\n<b>&amp;\\t\"},\"modifierExtension\":[{}]}",
    "test-result", "a <b>&amp;", NULL, NULL, NULL, CAIRN_FLAG_INCOMPLETE },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(CairnSummary) summary = cairn_summary_new (cairn_json_from_string (cases[i].text));

      g_assert_cmpstr (summary->kind->id, ==, cases[i].kind);
      g_assert_cmpstr (summary->title, ==, cases[i].title);
      g_assert_cmpstr (summary->date, ==, cases[i].date);
      g_assert_cmpstr (summary->value, ==, cases[i].value);
      g_assert_cmpstr (summary->unit, ==, cases[i].unit);
      g_assert_cmpint (summary->flags, ==, cases[i].flags);
    }
  g_assert_null (cairn_summary_new (cairn_json_from_string ("{\"id\":\"typeless\"}")));
  g_assert_null (cairn_summary_new (cairn_json_from_string ("[{\"resourceType\":\"Patient\"}]")));
  g_assert_null (cairn_summary_new (cairn_json_from_string ("{\"resourceType\":\"\"}")));   /* found by fuzz-record */
}

static void
test_long_title (void)
{
  g_autofree char *words = g_strnfill (100000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Basic\",\"code\":{\"text\":\"é%s\"}}", words);
  g_autoptr(CairnSummary) summary = cairn_summary_new (cairn_json_from_string (text));

  g_assert_cmpuint (strlen (summary->title), <=, 500);
  g_assert_true (g_utf8_validate (summary->title, -1, NULL));
  g_assert_true (g_str_has_suffix (summary->title, "…"));
}

/* What stands behind many unknown members counts as well. */
static void
test_many_members (void)
{
  g_autoptr(GString) text = g_string_new ("{");
  g_autoptr(CairnSummary) summary = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "\"n%u\":0,", i);
  g_string_append (text, "\"resourceType\":\"Condition\",\"verificationStatus\":{\"coding\":[{\"code\":\"entered-in-error\"}]}}");
  summary = cairn_summary_new (cairn_json_from_string (text->str));
  g_assert_cmpstr (summary->kind->id, ==, "condition");
  g_assert_cmpint (summary->flags, ==, CAIRN_FLAG_ENTERED_IN_ERROR);
}

static void
test_long_strings (void)
{
  g_autofree char *words = g_strnfill (100000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Observation\",\"status\":\"%sé\",\"code\":{},\"effectiveDateTime\":\"%s\",\"meta\":"
                                           "{\"versionId\":\"%s\"},\"interpretation\":[{\"text\":\"%s\"}]}", words, words, words, words);
  g_autoptr(CairnSummary) summary = cairn_summary_new (cairn_json_from_string (text));

  g_assert_cmpuint (strlen (summary->status), <=, 200);
  g_assert_cmpuint (strlen (summary->date), <=, 200);
  g_assert_cmpuint (strlen (summary->version), <=, 200);
  g_assert_cmpuint (strlen (summary->interpretation), <=, 200);
}

static void
test_search_text (void)
{
  g_autofree char *text = cairn_summary_dup_search_text (cairn_json_from_string (
    "{\"resourceType\":\"DocumentReference\",\"text\":{\"div\":\"<div>Hello <b>wide</b><script>no</script> world</div>\"},\"type\":{\"coding\":"
    "[{\"code\":\"11506-3\",\"display\":\"Progress note\"}]},\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"data\":\"U2hvcnRuZXNz\"}}]}"), 10000, NULL, NULL);
  g_autofree char *cut = cairn_summary_dup_search_text (cairn_json_from_string ("{\"resourceType\":\"Basic\",\"code\":{\"text\":\"ééééé\"}}"), 5, NULL, NULL);

  g_assert_nonnull (strstr (text, "Progress note"));
  g_assert_nonnull (strstr (text, "11506-3"));
  g_assert_nonnull (strstr (text, "Hello wide world"));
  g_assert_nonnull (strstr (text, "Shortness"));
  g_assert_null (strstr (text, "no\n"));
  g_assert_cmpstr (cut, ==, "éé");
}

static void
append_reference (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  g_string_append_printf (data, "%s=%s ", reference, type != NULL ? type : "-");
}

/* The references of a resource are told in the same pass, those behind the last word that there was room for too. */
static void
test_search_text_references (void)
{
  CairnJson resource = cairn_json_from_string (
    "{\"resourceType\":\"Basic\",\"subject\":{\"reference\":\"Patient/1\",\"display\":\"Anna \\u00e4\"},\"code\":{\"text\":\"long\"},"
    "\"author\":{\"reference\":\"#a\"},\"x\":[\"reference\",\"b\"]}");
  g_autoptr(GString) found = g_string_new (NULL);
  g_autofree char *text = cairn_summary_dup_search_text (resource, 9, append_reference, found);

  g_assert_cmpstr (text, ==, "Anna ä\nl");
  g_assert_cmpstr (found->str, ==, "Patient/1=Patient #a=- ");
}

/* Nested containers must not be read once for each level around them. */
static void
test_deep_search_text (void)
{
  g_autoptr(GString) text = g_string_new ("{\"resourceType\":\"Basic\",\"x\":");
  g_autofree char *words = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 190; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 1000000; i++)
    g_string_append (text, "{\"a\":1},");
  g_string_append (text, "{\"name\":[\"end\",[\"no\"],{},\"two\"]}");
  for (guint i = 0; i < 190; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  words = cairn_summary_dup_search_text (cairn_json_from_string (text->str), 1000, NULL, NULL);
  g_assert_cmpstr (words, ==, "end\ntwo");
  g_assert_cmpint (g_get_monotonic_time () - start, <, MOST_SECONDS * G_USEC_PER_SEC);   /* as 190 times 8 MB would not */
}

static void
test_flags (void)
{
  g_auto(GStrv) names = cairn_flags_to_strv (CAIRN_FLAG_CORRECTED | CAIRN_FLAG_INCOMPLETE);

  g_assert_cmpstr (names[0], ==, "corrected");
  g_assert_cmpstr (names[1], ==, "incomplete");
  g_assert_null (names[2]);
}

static void
test_kinds (void)
{
  const CairnKind *const *kinds = cairn_kind_list ();

  for (guint i = 0; kinds[i] != NULL; i++)
    g_assert_true (cairn_kind_lookup (kinds[i]->id) == kinds[i]);
  g_assert_cmpstr (cairn_kind_lookup ("nonsense")->id, ==, "other");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/summary/lines", test_lines);
  g_test_add_func ("/summary/long-title", test_long_title);
  g_test_add_func ("/summary/many-members", test_many_members);
  g_test_add_func ("/summary/long-strings", test_long_strings);
  g_test_add_func ("/summary/search-text", test_search_text);
  g_test_add_func ("/summary/search-text-references", test_search_text_references);
  g_test_add_func ("/summary/deep-search-text", test_deep_search_text);
  g_test_add_func ("/summary/flags", test_flags);
  g_test_add_func ("/summary/kinds", test_kinds);
  return g_test_run ();
}
