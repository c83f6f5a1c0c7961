/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/cairn-units.h"

#include <math.h>
#include <string.h>

/* Known pairs: clinical conversion tables (AMA Manual of Style, NGSP's HbA1c table) and definitions of the units. */
static const struct
{
  const char *loinc, *from, *to;
  double      number, expected, within;
} pairs[] = {
  { "2345-7", "mg/dL", "mmol/L", 100, 5.551, 0.001 },     { "14749-6", "mmol/L", "mg/dL", 7, 126.1, 0.05 },
  { "2093-3", "mg/dL", "mmol/L", 200, 5.172, 0.002 },     { "2571-8", "mg/dL", "mmol/L", 150, 1.694, 0.002 },
  { "2160-0", "mg/dL", "umol/L", 1, 88.40, 0.02 },        { "2160-0", "µmol/L", "mg/dL", 88.4, 1, 0.001 },
  { "3094-0", "mg/dL", "mmol/L", 14, 5.0, 0.01 },         { "17861-6", "mg/dL", "mmol/L", 10, 2.495, 0.001 },
  { "17861-6", "meq/L", "mmol/L", 5, 2.5, 1e-9 },         { "1975-2", "mg/dL", "umol/L", 1, 17.10, 0.01 },
  { "3084-1", "mg/dL", "umol/L", 6, 356.9, 0.1 },         { "2777-1", "mg/dL", "mmol/L", 3.1, 1.001, 0.001 },
  { "2823-3", "mEq/L", "mmol/L", 4.2, 4.2, 1e-9 },        { "1989-3", "ng/mL", "nmol/L", 30, 74.88, 0.05 },
  { "4548-4", "%", "mmol/mol", 7, 53.0, 0.05 },           { "4548-4", "%", "mmol/mol", 6.5, 47.5, 0.05 },
  { "59261-8", "mmol/mol", "%", 53, 7.0, 0.01 },          { "4548-4", "mmol/mol", "%", 42, 5.99, 0.01 },
  { NULL, "g/L", "mg/dL", 1, 100, 1e-9 },                 { NULL, "g/dL", "g/L", 13.5, 135, 1e-9 },
  { NULL, "ng/mL", "ug/L", 3, 3, 1e-9 },                  { NULL, "kg", "[lb_av]", 70, 154.324, 0.001 },
  { NULL, "lb", "kg", 154.324, 70, 0.001 },               { NULL, "cm", "[in_i]", 180, 70.866, 0.001 },
  { NULL, "in", "cm", 70, 177.8, 1e-9 },                  { NULL, "Cel", "[degF]", 37, 98.6, 1e-9 },
  { NULL, "°F", "°C", 104, 40, 1e-9 },                    { NULL, "mm[Hg]", "kPa", 120, 15.9987, 0.0001 },
  { NULL, "mmHg", "mm[Hg]", 120, 120, 1e-9 },             { NULL, "10*3/uL", "10*9/L", 7.5, 7.5, 1e-9 },
  { NULL, "K/uL", "/uL", 7.5, 7500, 1e-6 },               { NULL, "×10⁹/L", "10^3/uL", 7.5, 7.5, 1e-9 },
  { NULL, "/min", "{beats}/min", 72, 72, 1e-9 },          { NULL, "bpm", "/min", 72, 72, 1e-9 },
  { NULL, "U/L", "ukat/L", 60, 1.0, 0.001 },              { NULL, "L/L", "%", 0.42, 42, 1e-9 },
  { NULL, "mg/dl", "MG/DL", 5, 5, 1e-9 },                 { NULL, "kg/m2", "kg/m²", 24, 24, 1e-9 },
  { NULL, "mL/min/{1.73_m2}", "mL/min/1.73 m²", 80, 80, 1e-9 }, { NULL, "h", "min", 2, 120, 1e-9 },
  { NULL, "s-1", "/min", 1, 60, 1e-9 },                   { NULL, "[arb'U]/mL", "[arb'U]/mL", 3, 3, 1e-9 },
};

/* What must never be one series */
static const struct
{
  const char *loinc, *from, *to;
} strangers[] = {
  { NULL, "mg/dL", "mmol/L" },      { "718-7", "mg/dL", "mmol/L" },  { NULL, "%", "mmol/mol" },       { "2345-7", "mg/dL", "%" },
  { "2951-2", "mg/dL", "mmol/L" },  { NULL, "mm[Hg]", "kg" },        { NULL, "mL/min", "mL/min/{1.73_m2}" },
  { NULL, "[iU]/L", "U/L" },        { NULL, "mg", NULL },            { NULL, NULL, "1" },             { NULL, "mg", "" },
  { NULL, "mg/", "g/" },            { NULL, "mg..L", "g.L" },        { NULL, "[degF]/min", "Cel/min" }, { NULL, "titer", "1" },
  { NULL, "m99", "m" },             { NULL, "m9.m9", "m" },          { NULL, "{", "1" },              { NULL, "10*99", "1" },
  { NULL, "meq/L", "mg/L" },        { NULL, "min", "m" }, { NULL, "{titer}", "%" }, { NULL, "{score}", "1" },            { NULL, "mmmol", "mol" },
};

static void
test_pairs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      CairnUnitMap map, back;
      double is;

      if (!cairn_units_map (pairs[i].loinc, pairs[i].from, pairs[i].to, &map))
        g_error ("%s to %s: no way", pairs[i].from, pairs[i].to);
      is = pairs[i].number * map.scale + map.offset;
      if (fabs (is - pairs[i].expected) > pairs[i].within)
        g_error ("%g %s: %.9g %s, not %g", pairs[i].number, pairs[i].from, is, pairs[i].to, pairs[i].expected);
      g_assert_true (cairn_units_map (pairs[i].loinc, pairs[i].to, pairs[i].from, &back));
      g_assert_cmpfloat_with_epsilon (is * back.scale + back.offset, pairs[i].number, 1e-6 * (1 + fabs (pairs[i].number)));
    }
}

static void
test_strangers (void)
{
  CairnUnitMap map;

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    if (cairn_units_map (strangers[i].loinc, strangers[i].from, strangers[i].to, &map) ||
        cairn_units_map (strangers[i].loinc, strangers[i].to, strangers[i].from, &map))
      g_error ("%s to %s by %g", strangers[i].from, strangers[i].to, map.scale);
}

/* Units that came from somewhere: long, nested, senseless. Nothing is read past its end. */
static void
test_hostile (void)
{
  static const char bits[] = "mgLk10*/.{}[]-+29 %\302\265\316\274×²";
  g_autoptr(GRand) random = g_rand_new_with_seed (7);
  g_autofree char *longest = g_strnfill (1000000, 'm');
  CairnUnitMap map;

  g_assert_false (cairn_units_map (NULL, longest, "m", &map));
  for (guint i = 0; i < 20000; i++)
    {
      guint length = (guint) g_rand_int_range (random, 0, 24);
      g_autofree char *unit = g_malloc (length + 1);

      for (guint j = 0; j < length; j++)
        unit[j] = bits[g_rand_int_range (random, 0, sizeof bits - 1)];
      unit[length] = '\0';
      if (cairn_units_map ("2345-7", unit, "mg/dL", &map))
        g_assert_true (isfinite (map.scale) && map.scale > 0 && isfinite (map.offset));
    }
}

static void
test_codes (void)
{
  const char *const *codes = cairn_units_codes ("2345-7");

  g_assert_nonnull (codes);
  g_assert_true (g_strv_contains (codes, "14749-6"));
  g_assert_true (cairn_units_codes ("14749-6") == codes);
  g_assert_false (g_strv_contains (codes, "2339-0"));
  g_assert_true (g_strv_contains (cairn_units_codes ("59261-8"), "4548-4"));
  g_assert_null (cairn_units_codes ("8480-6"));
  g_assert_null (cairn_units_codes (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/units/pairs", test_pairs);
  g_test_add_func ("/units/strangers", test_strangers);
  g_test_add_func ("/units/hostile", test_hostile);
  g_test_add_func ("/units/codes", test_codes);
  return g_test_run ();
}
