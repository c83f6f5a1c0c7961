/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-range.h"

#include <math.h>

#define WOMEN "\"appliesTo\":[{\"coding\":[{\"system\":\"http://hl7.org/fhir/administrative-gender\",\"code\":\"female\"}]}]"
#define MEN "\"appliesTo\":[{\"text\":\"Men\"}]"
#define ADULTS "\"age\":{\"low\":{\"value\":18,\"code\":\"a\"}}"
#define CHILDREN "\"age\":{\"high\":{\"value\":17,\"unit\":\"years\"}}"
#define R(low, high, more) "{\"low\":{\"value\":" low ",\"unit\":\"g/dL\"},\"high\":{\"value\":" high ",\"unit\":\"g/dL\"}" more "}"

/* A woman born on 14 March 1961, a boy born in May 2014, and somebody of whom nothing is known */
static const struct
{
  const char *who, *ranges, *date;
  double      low, high;   /* NAN: without numbers; −1: no range at all */
} cases[] = {
  { "woman", R ("12", "16", ""), "2026-11-19", 12, 16 },
  { "woman", R ("12", "16", "," WOMEN) "," R ("13", "18", "," MEN), "2026-11-19", 12, 16 },
  { "woman", R ("13", "18", "," MEN) "," R ("12", "16", "," WOMEN), "2026-11-19", 12, 16 },
  { "boy", R ("12", "16", "," WOMEN) "," R ("13", "18", "," MEN), "2026-11-19", 13, 18 },
  { "nobody", R ("12", "16", "," WOMEN) "," R ("13", "18", "," MEN), "2026-11-19", NAN, NAN },
  { "woman", R ("13", "18", "," MEN), "2026-11-19", -1, -1 },
  { "nobody", R ("13", "18", "," MEN), "2026-11-19", 13, 18 },
  { "boy", R ("11", "14", "," CHILDREN) "," R ("13", "18", "," ADULTS), "2026-11-19", 11, 14 },
  { "boy", R ("11", "14", "," CHILDREN) "," R ("13", "18", "," ADULTS), "2032-05-05", 11, 14 },   /* the day before the 18th birthday */
  { "boy", R ("11", "14", "," CHILDREN) "," R ("13", "18", "," ADULTS), "2032-05-06", 13, 18 },
  { "boy", R ("11", "14", "," CHILDREN) "," R ("13", "18", "," ADULTS), NULL, NAN, NAN },
  { "woman", R ("10", "20", "") "," R ("12", "16", "," WOMEN "," ADULTS), "2026-11-19", 12, 16 },   /* the closest */
  { "woman", R ("10", "20", "") "," R ("9", "12", ",\"appliesTo\":[{\"text\":\"Pregnant\"}]"), "2026-11-19", 10, 20 },
  { "woman", R ("1", "2", ",\"appliesTo\":[{\"text\":\"Luteal\"}]") "," R ("3", "4", ",\"appliesTo\":[{\"text\":\"Midcycle\"}]"), "2026-11-19", NAN, NAN },
  { "woman", R ("1", "2", "") "," R ("3", "4", ""), "2026-11-19", NAN, NAN },
  { "boy", "{\"high\":{\"value\":9},\"age\":{\"low\":{\"value\":150,\"code\":\"mo\"},\"high\":{\"value\":160,\"unit\":\"months\"}}}", "2026-11-19", NAN, 9 },
  { "boy", "{\"high\":{\"value\":9},\"age\":{\"low\":{\"value\":0,\"code\":\"d\"},\"high\":{\"value\":28,\"code\":\"d\"}}}", "2026-11-19", -1, -1 },
  { "boy", "{\"high\":{\"value\":9},\"age\":{\"low\":{\"value\":0,\"code\":\"d\"},\"high\":{\"value\":28,\"code\":\"d\"}}}", "2014-05-20", NAN, 9 },
  /* in another unit that converts, and in one that doesn't */
  { "woman", "{\"low\":{\"value\":120,\"unit\":\"g/L\"}}", "2026-11-19", 12, NAN },
  { "woman", "{\"low\":{\"value\":7,\"unit\":\"mmol/L\"}}", "2026-11-19", NAN, NAN },
  /* nothing but text */
  { "woman", "{\"text\":\"12.0-16.0\"}", "2026-11-19", 12, 16 },
  { "woman", "{\"text\":\"12 – 16 g/dL\"}", "2026-11-19", 12, 16 },
  { "woman", "{\"text\":\">=12\"}", "2026-11-19", 12, NAN },
  { "woman", "{\"text\":\"< 16 G/DL \"}", "2026-11-19", NAN, 16 },
  { "woman", "{\"text\":\"12-16 mmol/L\"}", "2026-11-19", NAN, NAN },
  { "woman", "{\"text\":\"16-12\"}", "2026-11-19", NAN, NAN },
  { "woman", "{\"text\":\"12-16 (fasting)\"}", "2026-11-19", NAN, NAN },
  { "woman", "{\"text\":\"Negative\"}", "2026-11-19", NAN, NAN },
  { "woman", "{\"text\":\"<\"}", "2026-11-19", NAN, NAN },
  { "woman", "{\"text\":\"12\"}", "2026-11-19", NAN, NAN },
  { "woman", "{}", "2026-11-19", -1, -1 },
};

static void
read_person (const char *who, CairnPerson *person)
{
  cairn_person_read (cairn_json_from_string (g_str_equal (who, "woman") ? "{\"gender\":\"female\",\"birthDate\":\"1961-03-14\"}"
                                             : g_str_equal (who, "boy") ? "{\"gender\":\"male\",\"birthDate\":\"2014-05-06\"}" : "{}"), person);
}

static void
check (const char *what, double expected, gboolean has, double is)
{
  if (has != !isnan (expected) || (has && fabs (is - expected) > 1e-9))
    g_error ("%s: %g, not %g", what, has ? is : NAN, expected);
}

static void
test_choice (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"valueQuantity\":{\"value\":14,\"unit\":\"g/dL\"},\"referenceRange\":[%s]}", cases[i].ranges);
      g_autoptr(CairnRange) range = NULL;
      CairnPerson person;

      read_person (cases[i].who, &person);
      range = cairn_range_new (cairn_json_from_string (text), NULL, &person, cases[i].date);
      if (cases[i].low < 0)
        {
          if (range != NULL)
            g_error ("%s has a range: %s", text, range->text);
          continue;
        }
      g_assert_nonnull (range);
      check (text, cases[i].low, range->has_low, range->low);
      check (text, cases[i].high, range->has_high, range->high);
    }
}

/* The limits follow the value's unit by the molar mass that its LOINC code tells. */
static void
test_substance (void)
{
  static const char glucose[] = "{\"valueQuantity\":{\"value\":99,\"unit\":\"mg/dL\",\"code\":\"mg/dL\"},"
                                "\"referenceRange\":[{\"high\":{\"value\":5.551,\"unit\":\"mmol/L\",\"code\":\"mmol/L\"}}]}";
  g_autoptr(CairnRange) range = cairn_range_new (cairn_json_from_string (glucose), "2345-7", NULL, NULL);
  g_autoptr(CairnRange) unknown = cairn_range_new (cairn_json_from_string (glucose), NULL, NULL, NULL);

  g_assert_true (range->has_high);
  g_assert_cmpfloat_with_epsilon (range->high, 100, 0.01);
  g_assert_false (unknown->has_high);
}

static void
test_words (void)
{
  static const struct
  {
    const char *range, *words;
  } texts[] = {
    { "{\"low\":{\"value\":4},\"high\":{\"value\":5.6}}", "4–5.6" },
    { "{\"low\":{\"value\":60,\"unit\":\"mL/min\"},\"appliesTo\":[{\"text\":\"Adults\"}]}", "≥ 60 mL/min (Adults)" },
    { "{\"high\":{\"value\":140,\"code\":\"mm[Hg]\"},\"appliesTo\":[{\"text\":\"Women\"}],\"age\":{\"low\":{\"value\":18,\"code\":\"a\"}}}",
      "≤ 140 mmHg (Women, ≥ 18 years)" },
    { "{\"text\":\"Not found\"}", "Not found" },
    { "{\"text\":\"1-2\",\"age\":{\"low\":{\"value\":1,\"code\":\"mo\"},\"high\":{\"value\":6,\"code\":\"mo\"}}}", "1-2 (1–6 months)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *words = cairn_range_dup_words (cairn_json_from_string (texts[i].range));

      g_assert_cmpstr (words, ==, texts[i].words);
    }
  g_assert_null (cairn_range_dup_words (CAIRN_JSON_NONE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range/choice", test_choice);
  g_test_add_func ("/range/substance", test_substance);
  g_test_add_func ("/range/words", test_words);
  return g_test_run ();
}
