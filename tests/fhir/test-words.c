/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datatypes in words: cairn-words.c, cairn-dosage.c, cairn-value.c, cairn-code-words.c, cairn-coding-words.c and cairn-plain-names.c. */
#include <string.h>

#include "fhir/cairn-value.h"
#include "most-seconds.h"

typedef char *(*Reader) (CairnJson value);

static const struct
{
  Reader      read;
  const char *text, *words;
} cases[] = {
  { cairn_concept_dup_text, "{\"text\":\"a\",\"coding\":[{\"display\":\"b\"}]}", "a" },
  { cairn_concept_dup_text, "{\"coding\":[{\"display\":\"b\"},{\"display\":\"c\",\"userSelected\":true}]}", "c" },
  { cairn_concept_dup_text, "{\"coding\":[{\"code\":\"LA9633-4\"}]}", "Code LA9633-4" },
  { cairn_concept_dup_text, "{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4\"}]}", "Blood sugar (HbA1c)" },
  { cairn_concept_dup_text, "{\"coding\":[{\"system\":\"x\",\"code\":\"4548-4\"}]}", "Code 4548-4" },
  { cairn_concept_dup_text, "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"AMB\"}", "Visit to a clinic or practice" },
  { cairn_concept_dup_text, "{\"coding\":[{\"system\":\"local\",\"code\":\"7\"},{\"system\":\"http://hl7.org/fhir/v3/RoleCode\",\"code\":\"MTH\"}]}", "Mother" },
  { cairn_concept_dup_text, "{\"coding\":[{\"system\":\"local\",\"code\":\"7\"},{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\",\"code\":\"MTH\"}]}", "Mother" },
  { cairn_concept_dup_text, "{\"coding\":[{\"display\":\"Husten\",\"_display\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/translation\","
    "\"extension\":[{\"url\":\"lang\",\"valueCode\":\"en-GB\"},{\"url\":\"content\",\"valueString\":\"Cough\"}]}]}}]}", "Cough" },
  { cairn_concept_dup_text, "{\"text\":\"Husten\",\"_text\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/translation\","
    "\"extension\":[{\"url\":\"lang\",\"valueCode\":\"fr\"},{\"url\":\"content\",\"valueString\":\"Toux\"}]}]}}", "Husten" },
  { cairn_money_dup_words, "{\"value\":77.59999999999999,\"currency\":\"USD\"}", "$77.60" },
  { cairn_money_dup_words, "{\"value\":1200,\"currency\":\"JPY\"}", "¥1200" },
  { cairn_money_dup_words, "{\"value\":-5,\"currency\":\"CHF\"}", "−5.00 CHF" },
  { cairn_money_dup_words, "{\"currency\":\"JPY\"}", NULL },
  { cairn_concept_dup_text, "{\"coding\":[{\"userSelected\":true}]}", NULL },
  { cairn_concept_dup_text, "[{\"text\":\"array\"}]", NULL },
  { cairn_concept_dup_text, "{\"text\":\"Acute bronchitis (disorder)\"}", "Acute bronchitis" },
  { cairn_concept_dup_term, "{\"text\":\"Cough\",\"coding\":[{\"display\":\"Cough (finding)\"}]}", NULL },
  { cairn_concept_dup_term, "{\"text\":\"a\",\"coding\":[{\"display\":\"b\"}]}", "b" },
  { cairn_concept_dup_term, "{\"text\":\"b\",\"coding\":[{\"display\":\"b\"}]}", NULL },
  { cairn_period_dup_words, "{\"start\":\"2013-04\",\"end\":\"2014\"}", "April 2013 to 2014" },
  { cairn_period_dup_words, "{\"start\":\"2013\"}", "since 2013" },
  { cairn_period_dup_words, "{\"end\":\"2013\"}", "until 2013" },
  { cairn_period_dup_words, "{}", NULL },
  { cairn_name_dup_words, "[{\"use\":\"maiden\",\"family\":\"X\"},{\"prefix\":[\"Dr.\"],\"given\":[\"A\",\"B\"],\"family\":\"C\"}]", "Dr. A B C" },
  { cairn_name_dup_words, "{\"text\":\"As written\"}", "As written" },
  { cairn_address_dup_words, "{\"line\":[\"12 Mill Lane\"],\"city\":\"Northfield\",\"postalCode\":\"1234\"}", "12 Mill Lane, Northfield 1234" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}}", "2 times a day" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":1,\"period\":8,\"periodUnit\":\"h\"}}", "every 8 hours" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":1,\"period\":1.5,\"periodUnit\":\"h\"}}", "every 1.5 hours" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"h\"}}", "once an hour" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\",\"when\":[\"ACM\",\"ACV\"],\"offset\":30,\"boundsDuration\":"
    "{\"value\":10,\"unit\":\"days\",\"code\":\"d\"}}}", "2 times a day, 30 minutes before breakfast, before dinner, for 10 days" },
  { cairn_timing_dup_words, "{\"repeat\":{\"dayOfWeek\":[\"mon\",\"thu\"],\"timeOfDay\":[\"08:00:00\",\"20:30:00\"],\"count\":6,\"duration\":30,\"durationUnit\":\"min\"}}",
    "on Monday, Thursday, at 08:00, 20:30, over 30 minutes, 6 times in all" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"d\",\"boundsPeriod\":{\"start\":\"2026-11-01\"}}}", "once a day, since 1 November 2026" },
  { cairn_timing_dup_words, "{\"repeat\":{\"period\":-1,\"periodUnit\":\"d\",\"when\":[\"MORN\"]}}", NULL },
  { cairn_timing_dup_words, "{\"event\":[\"2026-11-01\",\"2026-12-01\"]}", "on 1 November 2026, 1 December 2026" },
  { cairn_timing_dup_words, "{\"code\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation\",\"code\":\"BID\",\"display\":\"BID\"}]},"
    "\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}}", "2 times a day" },
  { cairn_dosage_dup_details, "{\"text\":\"As told\",\"doseAndRate\":[{\"doseRange\":{\"low\":{\"value\":1,\"unit\":\"tablet\"},\"high\":{\"value\":2,\"unit\":\"tablet\"}}}],"
    "\"asNeededBoolean\":true,\"maxDosePerPeriod\":{\"numerator\":{\"value\":8,\"unit\":\"tablets\"},\"denominator\":{\"value\":1,\"unit\":\"d\"}}}",
    "1–2 tablet, when needed, at most 8 tablets in 1 day" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":1,\"frequencyMax\":2,\"period\":1,\"periodUnit\":\"d\"}}", "1–2 times a day" },
  { cairn_timing_dup_words, "{\"repeat\":{\"period\":4,\"periodMax\":6,\"periodUnit\":\"h\"}}", "every 4–6 hours" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":3,\"period\":2,\"periodUnit\":\"wk\"}}", "3 times in 2 weeks" },
  { cairn_timing_dup_words, "{\"repeat\":{\"period\":4,\"periodMax\":4.5,\"periodUnit\":\"h\"}}", "every 4–4.5 hours" },
  { cairn_timing_dup_words, "{\"repeat\":{\"frequency\":3}}", "3 times" },
  { cairn_dosage_dup_words, "{\"asNeededCodeableConcept\":{\"text\":\"headache\"}}", "when needed for headache" },
  { cairn_dosage_dup_words, "{\"text\":\"One in the morning\"}", "One in the morning" },
  { cairn_dosage_dup_words, "{\"doseAndRate\":[{\"doseQuantity\":{\"value\":2,\"unit\":\"tablets\"}}],\"timing\":{\"repeat\":{\"frequency\":1,"
                            "\"period\":1,\"periodUnit\":\"d\"}},\"asNeededBoolean\":true}", "2 tablets, once a day, when needed" },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = cases[i].read (cairn_json_from_string (cases[i].text));

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_narrative (void)
{
  static const struct
  {
    const char *html, *text;
  } narratives[] = {
    { "<div><script>alert(1)</script></div>", NULL },
    { "<div><p>One</p><p>Two &amp; <b>three</b></p></div>", "One\nTwo & three" },
    { "<div><ul><li>a</li><li>b</li></ul></div>", "• a\n• b" },
    { "<table><tr><th>x</th><td>1</td></tr><tr><td>y</td></tr></table>", "x  1\ny" },
    { "<div><a href=\"javascript:alert(1)\">tap</a><img src=\"http://127.0.0.1:9/x.png\" onerror=\"alert(1)\"/></div>", "tap" },
    { "<div title=\"a > b\" class='<p>'>x<br/>y<br />z</div >", "x\ny\nz" },
    { "<p a=1 a=2 \"odd>one</p><script>if (a<b</script><p>two</p>", "one\ntwo" },
    { "<p title='open>gone", NULL },
    { "<ul><li>a<script><li>b</script></ul>", "• a" },
    { "1 < 2 & 3 > 2 <3", "1 < 2 & 3 > 2 <3" },
    { "<!-- <p>no</p> -->yes", "yes" },
    { "<h3>Impression</h3><p>Clear.</p><h3>How</h3><p>Front</p><p>Side</p>", "Impression\nClear.\n\nHow\nFront\nSide" },
    { "<p>a</p><h1></h1><h2></h2><h3>b</h3><h4></h4>", "a\n\nb" },
    { "<div><b>unclosed <i>markup & entity &bogus;</div>", "unclosed markup & entity &bogus;" },
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (narratives); i++)
    {
      g_autofree char *text = cairn_narrative_dup_text (narratives[i].html);

      g_assert_cmpstr (text, ==, narratives[i].text);
    }
}

static char *
repeat (const char *first, guint n, const char *second)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, first);
  for (guint i = 0; i < n; i++)
    g_string_append (text, second);
  return g_string_free (text, FALSE);
}

/* The time must not grow with the square of the tags or attributes, the text not beyond its limit. */
static void
test_hostile_narrative (void)
{
  static const struct
  {
    const char *first, *second;
  } texts[] = { { "<b>", "</i>" }, { "<div>", "</p>" }, { "<li>", "" }, { "x</td>", "" }, { "<td>x</td>", "" }, { "<a href=x>", "y" } };
  g_autoptr(GString) attributes = g_string_new ("<p");
  g_autofree char *text = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (attributes, " a%u=1", i);
  g_string_append (attributes, ">end</p>");
  text = cairn_narrative_dup_text (attributes->str);
  g_assert_cmpstr (text, ==, "end");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *many = repeat (texts[i].first, 50000, texts[i].second), *plain = cairn_narrative_dup_text (many);

      g_assert_true (plain == NULL || strlen (plain) <= 256 * 1024);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, MOST_SECONDS * G_USEC_PER_SEC);
}

static void
test_value (void)
{
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };
  g_autofree char *full = NULL;

  g_assert_true (cairn_value_read (cairn_json_from_string ("{\"value\":1,\"valueQuantity\":{},\"valueString\":\"second\"}"), "value", &value));
  g_assert_cmpstr (value.text, ==, "second");
  cairn_value_clear (&value);
  g_assert_true (cairn_value_read (cairn_json_from_string ("{\"onsetAge\":{\"value\":5.0,\"unit\":\"years\"}}"), "onset", &value));
  g_assert_cmpstr (value.text, ==, "5.0");
  g_assert_cmpstr (value.unit, ==, "years");
  cairn_value_clear (&value);
  g_assert_true (cairn_value_read (cairn_json_from_string ("{\"occurrenceTiming\":{\"repeat\":{\"period\":1,\"periodUnit\":\"wk\"}}}"), "occurrence", &value));
  g_assert_cmpstr (value.text, ==, "once a week");
  cairn_value_clear (&value);
  g_assert_true (cairn_value_read (cairn_json_from_string ("{\"valueQuantity\":{\"value\":6.10,\"code\":\"%\"}}"), "value", &value));
  full = cairn_value_dup_full (&value);
  g_assert_cmpstr (full, ==, "6.10 %");
}

static void
test_shown (void)
{
  static const struct
  {
    const char *text, *shown;
  } values[] = {
    { "1.10", "1.10" }, { "28.784209288410956", "28.78" }, { "2.8697750319521544", "2.87" }, { "0.12345678", "0.1235" },
    { "165.6072990375972/115.11742498678552", "165.61/115.12" }, { "<= 0.1", "<= 0.1" }, { "6.02214076e+23", "6.02214076e+23" },
    { "123456789012345678901234567890", "123456789012345678901234567890" }, { "0.000000001", "0.000000001" }, { "-0.0", "-0.0" },
    { "7745.640000000001", "7745.64" }, { "Grade 2.25 of 4", "Grade 2.25 of 4" }, { "1.2.3.4", "1.2.3.4" }, { "1.23456 or so", "1.23456 or so" }, { "≥ 2.34567", "≥ 2.35" }, { "-5.55555", "-5.56" }, { "", "" }, { NULL, NULL },
  };
  static const struct
  {
    const char *unit, *shown;
  } units[] = { { "mm[Hg]", "mmHg" }, { "{score}", NULL }, { "mg/dL", "mg/dL" }, { "", NULL }, { NULL, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *shown = cairn_value_dup_shown (values[i].text);

      g_assert_cmpstr (shown, ==, values[i].shown);
    }
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *shown = cairn_unit_dup_shown (units[i].unit);

      g_assert_cmpstr (shown, ==, units[i].shown);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/datatypes", test_words);
  g_test_add_func ("/words/narrative", test_narrative);
  g_test_add_func ("/words/hostile-narrative", test_hostile_narrative);
  g_test_add_func ("/words/value", test_value);
  g_test_add_func ("/words/shown", test_shown);
  return g_test_run ();
}
