/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-facts.h"

#define RANGE "{\"low\":{\"value\":4},\"high\":{\"value\":5.6}}"

static const struct
{
  const char *interpretation, *value, *ranges;
  CairnLevel  level;
} cases[] = {
  { "[{\"coding\":[{\"code\":\"HH\"}]}]", "{\"value\":5}", RANGE, CAIRN_LEVEL_VERY_HIGH },
  { "[{\"coding\":[{\"code\":\"L<\"}]}]", "{\"value\":5}", RANGE, CAIRN_LEVEL_VERY_LOW },
  { "[{\"coding\":[{\"code\":\"POS\"}]}]", "{}", "", CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":3.9}", RANGE, CAIRN_LEVEL_LOW },
  { "[]", "{\"value\":-3.9}", RANGE, CAIRN_LEVEL_LOW },
  { "[]", "{\"value\":5}", RANGE, CAIRN_LEVEL_USUAL },
  /* A bound tells the level only when every number behind it has the same */
  { "[]", "{\"value\":3,\"comparator\":\"<\"}", RANGE, CAIRN_LEVEL_LOW },
  { "[]", "{\"value\":4,\"comparator\":\"<\"}", RANGE, CAIRN_LEVEL_LOW },
  { "[]", "{\"value\":4,\"comparator\":\"<=\"}", RANGE, CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":5,\"comparator\":\"<\"}", RANGE, CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":5,\"comparator\":\">\"}", RANGE, CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":5.6,\"comparator\":\">\"}", RANGE, CAIRN_LEVEL_HIGH },
  { "[]", "{\"value\":5,\"comparator\":\"<\"}", "{\"high\":{\"value\":10}}", CAIRN_LEVEL_USUAL },
  { "[]", "{\"value\":60,\"comparator\":\">=\"}", "{\"low\":{\"value\":60}}", CAIRN_LEVEL_USUAL },
  { "[]", "{\"value\":20,\"comparator\":\"<\"}", "{\"high\":{\"value\":10}}", CAIRN_LEVEL_UNKNOWN },
  { "[]", "{}", RANGE, CAIRN_LEVEL_UNKNOWN },
  { "\"H\"", "{\"value\":6}", RANGE, CAIRN_LEVEL_HIGH },
  /* Another unit, another range for somebody else, a range that is no usual one: nobody may judge by them */
  { "[]", "{\"value\":90,\"unit\":\"mg/dL\"}", "{\"high\":{\"value\":5.6,\"unit\":\"mmol/L\"}}", CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":90,\"unit\":\"mg/dL\"}", "{\"high\":{\"value\":100,\"unit\":\"mg/dl\"}}", CAIRN_LEVEL_USUAL },
  { "[]", "{\"value\":90,\"unit\":\"per min\",\"code\":\"/min\"}", "{\"high\":{\"value\":80,\"unit\":\"bpm\",\"code\":\"/min\"}}", CAIRN_LEVEL_HIGH },
  { "[]", "{\"value\":6}", RANGE ",{\"low\":{\"value\":4},\"high\":{\"value\":7},\"appliesTo\":[{\"text\":\"Men\"}]}", CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":6}", "{\"high\":{\"value\":5},\"type\":{\"coding\":[{\"code\":\"treatment\"}]}}", CAIRN_LEVEL_UNKNOWN },
  { "[]", "{\"value\":6}", "{\"high\":{\"value\":9},\"type\":{\"coding\":[{\"code\":\"critical\"}]}},{\"high\":{\"value\":5},\"type\":{\"coding\":"
          "[{\"code\":\"normal\"}]}}", CAIRN_LEVEL_HIGH },
};

static void
test_levels (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Observation\",\"interpretation\":%s,\"valueQuantity\":%s,\"referenceRange\":[%s]}",
                                               cases[i].interpretation, cases[i].value, cases[i].ranges);
      g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (text), NULL, NULL);

      if (facts->level != cases[i].level)
        g_error ("%s: %d, not %d", text, facts->level, cases[i].level);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/level/levels", test_levels);
  return g_test_run ();
}
