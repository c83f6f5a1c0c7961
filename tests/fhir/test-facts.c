/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What records say: cairn-facts.c over cairn-fact-builder.c, cairn-fact-rows.c, cairn-fact-rest.c, cairn-fact-form.c, cairn-fact-extension.c, cairn-datatype.c,
 * cairn-attachment.c, cairn-status.c, cairn-type-words.c and the tables (cairn-fact-table.c, cairn-fact-table-care.c,
 * cairn-fact-table-medicine.c, cairn-fact-table-money.c, cairn-fact-table-people.c, cairn-fact-table-plan.c). */
#include <string.h>

#include "common/cairn-gate.h"
#include "fhir/cairn-attachment.h"
#include "fhir/cairn-bundle.h"
#include "fhir/cairn-facts.h"
#include "fhir/cairn-status.h"
#include "most-seconds.h"

static const char *
find (CairnFacts *facts, const char *label)
{
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);

      if (g_str_equal (fact->label, label))
        return fact->text;
    }
  return NULL;
}

static char *
name_practitioner (const char *reference, char **value, gpointer data)
{
  return g_str_equal (reference, "Practitioner/p") ? g_strdup ("Dr. Raman") : NULL;
}

static const CairnNote *
find_note (const CairnFacts *facts, guint nth)
{
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = facts->facts->pdata[i];

      if (fact->note != NULL && nth-- == 0)
        {
          g_assert_cmpint (fact->role, ==, CAIRN_FACT_ROLE_NOTE);
          g_assert_nonnull (strstr (fact->text, fact->note->text));
          return fact->note;
        }
    }
  return NULL;
}

static void
assert_note (const CairnFacts *facts, guint nth, const char *author, const char *time, const char *text)
{
  const CairnNote *note = find_note (facts, nth);

  g_assert_nonnull (note);
  g_assert_cmpstr (note->author, ==, author);
  g_assert_cmpstr (note->time, ==, time);
  g_assert_cmpstr (note->text, ==, text);
}

static void
test_result (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"Blood sugar\",\"coding\":[{\"display\":\"HbA1c\"}]},"
    "\"effectiveDateTime\":\"2026-11-19\",\"valueQuantity\":{\"value\":6.10,\"unit\":\"%\"},\"referenceRange\":[{\"low\":{\"value\":4.0},"
    "\"high\":{\"value\":5.6,\"unit\":\"%\"}}],\"performer\":[{\"reference\":\"Practitioner/p\"},{\"reference\":\"Practitioner/gone\"}],"
    "\"note\":[{\"authorString\":\"Dr. R\",\"text\":\"Well done\"},{\"authorReference\":{\"reference\":\"Practitioner/p\"},"
    "\"time\":\"2026-11-20\",\"text\":\"See you\\nin May\"},{\"text\":\"Nobody's\"},{\"text\":\"Nobody's\"},{\"authorString\":\"no text\"}],\"text\":{\"div\":\"<div>All <i>good</i></div>\"}}"), name_practitioner, NULL);

  g_assert_cmpstr (facts->value.text, ==, "6.10");
  g_assert_cmpint (facts->level, ==, CAIRN_LEVEL_HIGH);
  g_assert_true (facts->range->has_low && facts->range->has_high);
  g_assert_cmpstr (facts->range->text, ==, "4.0–5.6 %");
  g_assert_cmpstr (find (facts, "Usual range"), ==, "4.0–5.6 %");
  g_assert_cmpstr (find (facts, "Reported by"), ==, "Dr. Raman\nHealth professional (not here)");
  g_assert_cmpstr (find (facts, "Comment"), ==, "Dr. R: Well done");
  assert_note (facts, 0, "Dr. R", NULL, "Well done");
  assert_note (facts, 1, "Dr. Raman", "2026-11-20", "See you\nin May");
  assert_note (facts, 2, NULL, NULL, "Nobody's");
  g_assert_null (find_note (facts, 3));
  g_assert_cmpstr (find (facts, "Date"), ==, "19 November 2026");
  g_assert_cmpstr (find (facts, "Clinical term"), ==, "HbA1c");
  g_assert_cmpstr (facts->narrative, ==, "All good");
  g_assert_null (facts->warning);
}

static void
test_never_a_plain_fact (void)
{
  static const char *const texts[] = {
    "{\"resourceType\":\"Observation\",\"status\":\"entered-in-error\",\"code\":{}}",
    "{\"resourceType\":\"Condition\",\"verificationStatus\":{\"coding\":[{\"code\":\"refuted\"}]}}",
    "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"doNotPerform\":true}",
    "{\"resourceType\":\"Immunization\",\"status\":\"not-done\",\"vaccineCode\":{}}",
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{},\"modifierExtension\":[{\"url\":\"x\"}]}",
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{},\"implicitRules\":\"http://x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (texts[i]), NULL, NULL);

      g_assert_nonnull (facts->warning);
    }
}

static void
test_other_type (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"Basic\",\"created\":\"2014-06-15\",\"reviewer\":{\"display\":\"Dr. A\",\"reference\":\"Practitioner/x\"},"
    "\"extension\":[{}],\"amount\":{\"value\":2,\"unit\":\"mm\"}}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "Date"), ==, "15 June 2014");
  g_assert_null (find (facts, "Recorded"));   /* the same again */
  g_assert_cmpstr (find (facts, "Reviewer"), ==, "Dr. A");
  g_assert_cmpstr (find (facts, "Amount"), ==, "2 mm");
  g_assert_null (find (facts, "Extension"));
}

static void
test_form (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":[{\"text\":\"Sleep?\",\"answer\":[{\"valueCoding\":{\"display\":\"Well\"}}],"
    "\"item\":[{\"text\":\"Hours\",\"answer\":[{\"valueInteger\":8}]}]}]}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "Sleep?"), ==, "Well");
  g_assert_cmpstr (find (facts, "Hours"), ==, "8");
}

/* Questions that follow from an answer stand in the answer. */
static void
test_form_in_answers (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"QuestionnaireResponse\",\"item\":[{\"text\":\"Smoke?\",\"answer\":[{\"valueBoolean\":true,\"item\":[{\"text\":\"How many?\","
    "\"answer\":[{\"valueInteger\":10}]}]}]},{\"item\":[{\"item\":[{\"text\":\"Deep\",\"answer\":[{\"valueString\":\"x\"}]}]}]}]}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "Smoke?"), ==, "Yes");
  g_assert_cmpstr (find (facts, "How many?"), ==, "10");
  g_assert_cmpstr (find (facts, "Deep"), ==, "x");
}

/* A line is left out only when the same line was said, not when a longer one contains it. */
static void
test_lines (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"DiagnosticReport\",\"specimen\":[{\"display\":\"Glucose, fasting\"},{\"display\":\"Glucose\"},{\"display\":\"Glucose, fasting\"}],"
    "\"conclusion\":\"Unknown\"}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "Sample"), ==, "Glucose, fasting\nGlucose");
  g_assert_cmpstr (find (facts, "Conclusion"), ==, "Unknown");   /* not the date that isn't known */
}

/* An answer that comes without its question has it from the form; a question that nobody knows has its number. Groups are headings. */
static void
test_form_with_questionnaire (void)
{
  CairnJson response = cairn_json_from_string (
    "{\"resourceType\":\"QuestionnaireResponse\",\"status\":\"completed\",\"item\":[{\"linkId\":\"a\",\"item\":[{\"linkId\":\"a1\",\"answer\":[{\"valueBoolean\":false}]},"
    "{\"linkId\":\"a2\",\"answer\":[{\"valueQuantity\":{\"value\":3,\"unit\":\"km\"}}]}]},{\"linkId\":\"b\",\"answer\":[{\"valueDate\":\"2026-11-19\"},{\"valueTime\":\"08:30:00\"},"
    "{\"valueReference\":{\"display\":\"Dr. A\"}},{\"valueAttachment\":{\"title\":\"Letter\",\"contentType\":\"application/pdf\"}},{\"valueDecimal\":1.50}]},"
    "{\"linkId\":\"c\",\"text\":\"Why?\"}]}");
  CairnJson form = cairn_json_from_string (
    "{\"resourceType\":\"Questionnaire\",\"title\":\"Walking\",\"item\":[{\"linkId\":\"a\",\"text\":\"About walks\",\"item\":[{\"linkId\":\"a1\",\"text\":\"Pain?\"}]},{\"linkId\":\"b\",\"text\":\"When?\"}]}");
  g_autoptr(CairnFacts) facts = cairn_facts_new_for (response, form, NULL, NULL, NULL);
  const CairnFact *first;

  g_assert_cmpstr (facts->summary->title, ==, "Walking");
  g_assert_cmpstr (find (facts, "Pain?"), ==, "No");
  g_assert_cmpstr (find (facts, "Question 2"), ==, "3 km");
  g_assert_cmpstr (find (facts, "When?"), ==, "19 November 2026\n08:30\nDr. A\nLetter, PDF\n1.50");
  g_assert_cmpstr (find (facts, "Why?"), ==, "No answer");
  first = g_ptr_array_index (facts->facts, facts->facts->len - 5);
  g_assert_cmpstr (first->heading, ==, "About walks");
  g_assert_cmpint (first->section, ==, CAIRN_FACT_SECTION_ANSWERS);
}

/* What stands in no table follows under its own name, and nothing of an element that a table knows in part is lost. */
static void
test_rest (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"Condition\",\"code\":{\"text\":\"Gout\"},\"stage\":[{\"summary\":{\"text\":\"II\"},\"newInR7\":{\"deeper\":[{\"value\":7,\"unit\":\"mm\"}]}}],"
    "\"notYetKnown\":[{\"aB\":\"x\",\"c\":true},{\"aB\":\"y\"}],\"identifier\":[{\"value\":\"C-1\"},{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:1\"}]}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "Stage"), ==, "II");
  g_assert_cmpstr (find (facts, "Not yet known"), ==, "A b: x\nC: Yes");
  g_assert_cmpstr (find (facts, "Number"), ==, "C-1");
  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);

      if (strstr (fact->text, "7 mm") != NULL)
        {
          g_assert_cmpint (fact->section, ==, CAIRN_FACT_SECTION_MORE);
          return;
        }
    }
  g_assert_not_reached ();
}

/* What must not be overlooked comes first. */
static void
test_warnings_first (void)
{
  static const char *const texts[] = {
    "{\"resourceType\":\"AllergyIntolerance\",\"criticality\":\"high\",\"code\":{\"text\":\"x\"}}",
    "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"plan\"}",
    "{\"resourceType\":\"Immunization\",\"status\":\"completed\",\"vaccineCode\":{\"text\":\"x\"},\"isSubpotent\":true}",
    "{\"resourceType\":\"Practitioner\",\"active\":false,\"name\":[{\"text\":\"x\"}]}",
    "{\"resourceType\":\"Claim\",\"status\":\"active\",\"use\":\"predetermination\"}",
  };
  g_autoptr(CairnFacts) plain = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"AllergyIntolerance\",\"criticality\":\"low\",\"code\":{\"text\":\"x\"}}"), NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (texts[i]), NULL, NULL);

      g_assert_cmpint (((const CairnFact *) facts->facts->pdata[0])->role, ==, CAIRN_FACT_ROLE_WARNING);
    }
  g_assert_null (find (plain, "Take care"));
}

/* A medicine inside the record names it, and what the medicine says is there too. */
static void
test_contained (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\",\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"text\":\"Tylenol\"},"
    "\"form\":{\"text\":\"Tablet\"}}],\"medicationReference\":{\"reference\":\"#m\"},\"dosage\":[{\"text\":\"As told\",\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,"
    "\"periodUnit\":\"d\"}}}]}"), NULL, NULL);

  g_assert_cmpstr (facts->summary->title, ==, "Tylenol");
  g_assert_cmpstr (find (facts, "Tylenol"), ==, "Form: Tablet");
  g_assert_cmpstr (find (facts, "How it is taken"), ==, "As told");
  g_assert_cmpstr (find (facts, "In detail"), ==, "once a day");
}

static char *
count_calls (const char *reference, char **value, gpointer data)
{
  (*(guint *) data)++;
  return g_strdup ("Dr. A");
}

static CairnFacts *
repeated (const char *before, const char *unit, guint n, const char *after, guint *calls)
{
  g_autoptr(GString) text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", unit);
  g_string_append (text, after);
  return cairn_facts_new (cairn_json_from_string (text->str), count_calls, calls);
}

/* Whatever comes, a fact is bounded, and so is what it costs. */
static void
test_bounds (void)
{
  g_autofree char *words = g_strnfill (1000000, 'x'), *component = NULL;
  g_autoptr(GString) others = g_string_new ("{\"resourceType\":\"Observation\",\"contained\":[");
  g_autoptr(CairnFacts) many = NULL, pointing = NULL, form = NULL, curves = NULL;
  gint64 start = g_get_monotonic_time ();
  guint calls = 0;

  many = repeated ("{\"resourceType\":\"Observation\",\"performer\":[", "{\"reference\":\"Practitioner/p\"}", 50000, "]}", &calls);
  g_assert_cmpstr (find (many, "Reported by"), ==, "Dr. A\n… and more");
  g_assert_cmpuint (calls, <=, 1000);
  for (guint i = 0; i < 20000; i++)
    g_string_append (others, "{\"resourceType\":\"Basic\"},");
  g_string_append (others, "{\"resourceType\":\"Practitioner\",\"id\":\"x\",\"name\":[{\"family\":\"F\"}]}],\"performer\":[");
  pointing = repeated (others->str, "{\"reference\":\"#x\"}", 50000, "]}", &calls);
  g_assert_cmpstr (find (pointing, "Reported by"), ==, "F\n… and more");
  form = repeated ("{\"resourceType\":\"QuestionnaireResponse\",\"item\":[", "{\"text\":\"q\",\"answer\":[{\"valueString\":\"a\"}]}", 1000, "]}", &calls);
  g_assert_cmpuint (form->facts->len, <, 300);
  g_assert_cmpstr (find (form, "And more"), ==, "750 more are not shown here");
  component = g_strdup_printf ("{\"code\":{\"text\":\"c\"},\"valueString\":\"é%s\"}", words);
  curves = repeated ("{\"resourceType\":\"Observation\",\"component\":[", component, 3, "]}", &calls);
  g_assert_cmpuint (strlen (find (curves, "c")), <, 20100);
  g_assert_true (g_str_has_suffix (find (curves, "c"), "… and more"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, MOST_SECONDS * G_USEC_PER_SEC);
}

static void
test_document (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"data\":\"U2hvcnRuZXNz\"}},"
    "{\"attachment\":{\"contentType\":\"text/html\",\"data\":\"PGI+b2s8L2I+PHNjcmlwdD54PC9zY3JpcHQ+\"}},{\"attachment\":{\"contentType\":\"application/pdf\","
    "\"data\":\"JVBERg==\"}},{\"attachment\":{\"contentType\":\"text/plain\",\"data\":\"!\"}}]}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "What it says"), ==, "Shortness\n\nok");
  g_assert_cmpstr (find (facts, "Status"), ==, "Current");
}

/* A text attachment is read up to its limit, and what isn't UTF-8 is made so. */
static void
test_attachment (void)
{
  static const struct
  {
    const char *attachment, *text;
  } cases[] = {
    { "{\"contentType\":\"text/plain; charset=utf-8\",\"data\":\"U2hvcnQ=\"}", "Short" },
    { "{\"contentType\":\"text/plain\",\"data\":\"YWJj\\/w==\"}", "abc\357\277\275" },
    { "{\"contentType\":\"text/plain\",\"data\":\"\"}", NULL },
    { "{\"contentType\":\"text/plain\",\"data\":5}", NULL },
    { "{\"contentType\":\"text/plain\",\"url\":\"Binary/1\"}", NULL },
    { "{\"data\":\"U2hvcnQ=\"}", NULL },
  };
  g_autofree char *large = g_strnfill (CAIRN_ATTACHMENT_MAX_TEXT / 3 * 4 + 4, 'A');
  g_autofree char *json = g_strdup_printf ("{\"contentType\":\"text/plain\",\"data\":\"%s\"}", large);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cairn_attachment_dup_text (cairn_json_from_string (cases[i].attachment));

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_assert_null (cairn_attachment_dup_text (cairn_json_from_string (json)));
}

static void
test_status (void)
{
  g_autofree char *known = cairn_status_dup_words ("entered-in-error"), *unknown = cairn_status_dup_words ("x-local");

  g_assert_cmpstr (known, ==, "Entered by mistake");
  g_assert_cmpstr (unknown, ==, "X local");
}

/* What is urgent says so before all else; what is routine, where few people look. */
static void
test_urgent (void)
{
  static const char *const priorities[] = { "stat", "asap", "urgent", "routine" };

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"intent\":\"order\",\"priority\":\"%s\","
                                               "\"authoredOn\":\"2026-11-19\",\"code\":{\"text\":\"Potassium\"},\"subject\":{}}", priorities[i]);
      g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (text), NULL, NULL);
      guint n = 0;

      for (guint j = 0; j < facts->facts->len; j++)
        n += g_str_equal (((const CairnFact *) facts->facts->pdata[j])->label, "How urgent");
      g_assert_cmpuint (n, ==, 1);
      if (g_str_equal (priorities[i], "routine"))
        g_assert_cmpstr (((const CairnFact *) facts->facts->pdata[0])->label, !=, "How urgent");
      else
        g_assert_cmpstr (((const CairnFact *) facts->facts->pdata[0])->label, ==, "How urgent");
    }
}

static void
test_nothing_twice (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"Appointment\",\"status\":\"booked\",\"start\":\"2026-11-27T09:40:00Z\",\"end\":\"2026-11-27T09:40:00Z\",\"participant\":"
    "[{\"actor\":{\"reference\":\"Patient/me\",\"display\":\"Me\"}},{\"actor\":{\"display\":\"Dr. A\"}}]}"), NULL, NULL);

  g_assert_cmpstr (find (facts, "With"), ==, "Dr. A");
  g_assert_null (find (facts, "Ends"));   /* says no more than the date */
}

static char *
name_result (const char *reference, char **value, gpointer data)
{
  if (value != NULL)
    *value = g_str_equal (reference, "Observation/a") ? g_strdup ("6.1 %, High") : NULL;
  return g_str_equal (reference, "Observation/gone") ? NULL : g_strdup_printf ("Result %s", reference);
}

static void
test_report (void)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (
    "{\"resourceType\":\"DiagnosticReport\",\"status\":\"final\",\"code\":{\"text\":\"Panel\"},\"result\":[{\"reference\":\"Observation/a\"},"
    "{\"reference\":\"Observation/b\"},{\"reference\":\"Observation/gone\",\"display\":\"Not here\"}]}"), name_result, NULL);
  const CairnFact *first;

  g_assert_cmpstr (find (facts, "Result Observation/a"), ==, "6.1 %, High");
  g_assert_cmpstr (find (facts, "Result Observation/b"), ==, "No value");
  g_assert_cmpstr (find (facts, "Not here"), ==, "No value");
  first = g_ptr_array_index (facts->facts, facts->facts->len - 4);   /* the last is the ordinary status */
  g_assert_cmpint (first->section, ==, CAIRN_FACT_SECTION_TARGETS);
  g_assert_cmpstr (first->heading, ==, "Results");
  g_assert_cmpstr (first->reference, ==, "Observation/a");
}

/* Every resource of the visible files says something, in bounds, as valid text. */
static void
read_file (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(CairnBundle) bundle = NULL;
  gsize length;

  if (!g_str_has_suffix (path, ".json") || !g_file_get_contents (path, &text, &length, NULL))
    return;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  bundle = cairn_bundle_new (bytes, 64 * 1024 * 1024, NULL);
  for (guint i = 0; bundle != NULL ? i < cairn_bundle_n_entries (bundle) : i < 1; i++)
    {
      g_auto(CairnBundleEntry) entry = { 0 };
      CairnJson resource = CAIRN_JSON_NONE;
      g_autoptr(CairnFacts) facts = NULL;

      if (bundle != NULL)
        {
          cairn_bundle_read_entry (bundle, i, &entry);
          if (entry.fault == NULL)
            resource = entry.resource;
        }
      else if (!cairn_gate_check (bytes, 64 * 1024 * 1024, &resource, NULL))
        continue;
      facts = cairn_facts_new (resource, NULL, NULL);
      if (facts == NULL)
        continue;
      g_assert_cmpuint (strlen (facts->summary->title), >, 0);
      g_assert_cmpuint (facts->facts->len, <, 400);
      for (guint j = 0; j < facts->facts->len; j++)
        {
          const CairnFact *fact = g_ptr_array_index (facts->facts, j);

          g_assert_true (g_utf8_validate (fact->text, -1, NULL));
          g_assert_cmpuint (strlen (fact->text), >, 0);
        }
    }
}

static void
test_visible_files (void)
{
  static const char *const folders[] = { "r4-examples", "us-core", "ips", "german", "workflow", "hostile", "hostile-derived", "patients" };
  const char *visible = g_getenv ("CAIRN_VISIBLE");

  if (visible == NULL || !g_file_test (visible, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("UNAVAILABLE: no ../shared/data");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (visible, folders[i], NULL);
      g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          read_file (path);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/facts/urgent", test_urgent);
  g_test_add_func ("/facts/result", test_result);
  g_test_add_func ("/facts/never-a-plain-fact", test_never_a_plain_fact);
  g_test_add_func ("/facts/other-type", test_other_type);
  g_test_add_func ("/facts/form", test_form);
  g_test_add_func ("/facts/form-in-answers", test_form_in_answers);
  g_test_add_func ("/facts/form-with-questionnaire", test_form_with_questionnaire);
  g_test_add_func ("/facts/rest", test_rest);
  g_test_add_func ("/facts/warnings-first", test_warnings_first);
  g_test_add_func ("/facts/contained", test_contained);
  g_test_add_func ("/facts/lines", test_lines);
  g_test_add_func ("/facts/bounds", test_bounds);
  g_test_add_func ("/facts/document", test_document);
  g_test_add_func ("/facts/attachment", test_attachment);
  g_test_add_func ("/facts/status", test_status);
  g_test_add_func ("/facts/nothing-twice", test_nothing_twice);
  g_test_add_func ("/facts/report", test_report);
  g_test_add_func ("/facts/visible-files", test_visible_files);
  return g_test_run ();
}
