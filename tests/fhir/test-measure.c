/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-measure.h"

#include <math.h>
#include <string.h>

#define LOINC(code) "{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}"

static const char pressure[] =
  "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:local\",\"code\":\"BP\"}," LOINC ("85354-9") "]},"
  "\"effectiveDateTime\":\"2026-11-19\",\"component\":["
  "{\"code\":{\"coding\":[" LOINC ("8480-6") "],\"text\":\"Systolic\"},\"valueQuantity\":{\"value\":148,\"unit\":\"mmHg\",\"code\":\"mm[Hg]\"},"
  "\"referenceRange\":[{\"high\":{\"value\":130,\"unit\":\"mmHg\",\"code\":\"mm[Hg]\"}}]},"
  "{\"code\":{\"coding\":[" LOINC ("8462-4") "],\"text\":\"Diastolic\"},\"valueQuantity\":{\"value\":79,\"unit\":\"mmHg\",\"code\":\"mm[Hg]\"},"
  "\"interpretation\":[{\"coding\":[{\"code\":\"N\"}]}]},"
  "{\"code\":{\"text\":\"Position\"},\"valueString\":\"sitting\"}]}";

static void
test_components (void)
{
  g_autoptr(GPtrArray) list = cairn_measure_list (cairn_json_from_string (pressure), NULL);
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (pressure), NULL, NULL);
  const CairnMeasure *systolic = list->pdata[0];
  const CairnMeasure *diastolic = list->pdata[1];

  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (systolic->code, ==, "8480-6");
  g_assert_cmpstr (systolic->label, ==, "Systolic");
  g_assert_cmpstr (systolic->ucum, ==, "mm[Hg]");
  g_assert_cmpfloat (systolic->value.number, ==, 148);
  g_assert_cmpint (systolic->level, ==, CAIRN_LEVEL_HIGH);
  g_assert_cmpint (diastolic->level, ==, CAIRN_LEVEL_USUAL);
  g_assert_null (diastolic->range);

  /* the pair is the figure, with the level of its worse half */
  g_assert_cmpstr (facts->value.text, ==, "148/79");
  g_assert_cmpstr (facts->value.unit, ==, "mmHg");
  g_assert_cmpint (facts->level, ==, CAIRN_LEVEL_HIGH);
}

static void
test_own (void)
{
  static const char text[] = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"Pulse\"},\"valueInteger\":72}";
  g_autoptr(GPtrArray) list = cairn_measure_list (cairn_json_from_string (text), NULL);
  g_autoptr(GPtrArray) none = cairn_measure_list (cairn_json_from_string ("{\"valueString\":\"72\",\"component\":[3,{}]}"), NULL);
  const CairnMeasure *own = list->pdata[0];

  g_assert_cmpuint (list->len, ==, 1);
  g_assert_null (own->label);
  g_assert_null (own->code);
  g_assert_null (own->ucum);
  g_assert_cmpfloat (own->value.number, ==, 72);
  g_assert_cmpuint (none->len, ==, 0);
}

static const struct
{
  const char *code, *key;
} keys[] = {
  { "{\"coding\":[{\"system\":\"urn:local\",\"code\":\"A1C\"}," LOINC ("4548-4") "]}", "http://loinc.org|4548-4" },
  { "{\"coding\":[{\"system\":\"urn:local\",\"code\":\"A1C\"},{\"code\":\"x\"}]}", "urn:local|A1C" },
  { "{\"coding\":[{\"code\":\"A1C\"}]}", "code|A1C" },
  { "{\"text\":\" Blood sugar \"}", "|Blood sugar" },
  { "{\"coding\":[{\"system\":\"urn:local\",\"display\":\"Sugar\"}]}", "|Sugar" },
  { "{}", NULL },
};

static void
test_keys (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"code\":%s}", keys[i].code), *key = cairn_measure_dup_key (cairn_json_from_string (text));

      g_assert_cmpstr (key, ==, keys[i].key);
      for (guint j = 0; key != NULL && j < G_N_ELEMENTS (keys); j++)
        {
          g_autofree char *other = g_strdup_printf ("{\"code\":%s}", keys[j].code);
          gboolean local = (i == 1 && j == 0) || (i == 2 && j < 2);   /* the first coding has the local code as well */

          if (cairn_measure_has_key (cairn_json_from_string (other), key) != (i == j || local))
            g_error ("%s, %s", key, other);
        }
    }
}

/* The same test by mass and by amount is one series. */
static void
test_siblings (void)
{
  g_auto(GStrv) words = cairn_measure_words ("http://loinc.org|2345-7");
  g_auto(GStrv) alone = cairn_measure_words ("urn:local|A1C");
  g_auto(GStrv) text = cairn_measure_words ("|Blood sugar");

  g_assert_true (cairn_measure_has_key (cairn_json_from_string ("{\"code\":{\"coding\":[" LOINC ("14749-6") "]}}"), "http://loinc.org|2345-7"));
  g_assert_false (cairn_measure_has_key (cairn_json_from_string ("{\"code\":{\"coding\":[" LOINC ("2339-0") "]}}"), "http://loinc.org|2345-7"));
  g_assert_true (cairn_measure_has_key (cairn_json_from_string ("{\"code\":{\"text\":\"blood SUGAR\"}}"), "|Blood sugar"));
  g_assert_true (g_strv_contains ((const char *const *) words, "2345-7"));
  g_assert_true (g_strv_contains ((const char *const *) words, "14749-6"));
  g_assert_cmpstr (alone[0], ==, "A1C");
  g_assert_null (alone[1]);
  g_assert_cmpstr (text[0], ==, "Blood sugar");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/components", test_components);
  g_test_add_func ("/measure/own", test_own);
  g_test_add_func ("/measure/keys", test_keys);
  g_test_add_func ("/measure/siblings", test_siblings);
  return g_test_run ();
}
