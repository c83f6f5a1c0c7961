/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which units convert into which. A unit is read as UCUM writes it (https://ucum.org/ucum, §2), or as people write the
 * common ones, into a factor and the powers of its base units. Mass and amount of a substance convert through its molar
 * mass, which the LOINC code of the test tells; HbA1c through the master equation of NGSP and IFCC
 * (https://ngsp.org/ifcc.asp). What can't be read converts into nothing but itself. Any thread.
 */
#include "cairn-units.h"

#include <math.h>
#include <string.h>

#define MAX_UNIT 60      /* bytes */
#define MAX_POWER 9

enum
{
  LENGTH,     /* m */
  MASS,       /* g */
  TIME,       /* s */
  AMOUNT,     /* mol */
  EQUIVALENT, /* mol of charges */
  OSMOLE,
  ARBITRARY,  /* international units: they convert into nothing else */
  HEAT,       /* K */
  VOLT,
  BODY,       /* 1.73 m² of a standard body */
  N_BASES
};

typedef struct
{
  double   factor;
  double   offset;      /* of temperatures */
  int      power[N_BASES];
  gboolean molar;       /* a share of molecules is not a share of mass */
} Unit;

typedef struct
{
  const char *name;
  double      factor;
  int         power[N_BASES];
  gboolean    metric;   /* takes a prefix */
} Atom;

#define P(...) { __VA_ARGS__ }
#define YEAR (365.25 * 86400)

/* UCUM's own spelling first (tables 3 to 8 of UCUM), then what people write. */
static const Atom atoms[] = {
  { "m", 1, P ([LENGTH] = 1), TRUE },           { "g", 1, P ([MASS] = 1), TRUE },
  { "s", 1, P ([TIME] = 1), TRUE },             { "mol", 1, P ([AMOUNT] = 1), TRUE },
  { "L", 1e-3, P ([LENGTH] = 3), TRUE },        { "l", 1e-3, P ([LENGTH] = 3), TRUE },
  { "eq", 1, P ([EQUIVALENT] = 1), TRUE },      { "osm", 1, P ([OSMOLE] = 1), TRUE },
  { "[iU]", 1, P ([ARBITRARY] = 1), TRUE },     { "[IU]", 1, P ([ARBITRARY] = 1), TRUE },
  { "U", 1e-6 / 60, P ([AMOUNT] = 1, [TIME] = -1), TRUE }, { "kat", 1, P ([AMOUNT] = 1, [TIME] = -1), TRUE },
  { "V", 1, P ([VOLT] = 1), TRUE },             { "Hz", 1, P ([TIME] = -1), TRUE },
  { "Pa", 1e3, P ([MASS] = 1, [LENGTH] = -1, [TIME] = -2), TRUE },
  { "m[Hg]", 133322.387e3, P ([MASS] = 1, [LENGTH] = -1, [TIME] = -2), TRUE },
  { "m[H2O]", 9806.65e3, P ([MASS] = 1, [LENGTH] = -1, [TIME] = -2), TRUE },
  { "bar", 1e8, P ([MASS] = 1, [LENGTH] = -1, [TIME] = -2), TRUE },
  { "J", 1e3, P ([MASS] = 1, [LENGTH] = 2, [TIME] = -2), TRUE },
  { "cal", 4184, P ([MASS] = 1, [LENGTH] = 2, [TIME] = -2), TRUE },
  { "min", 60, P ([TIME] = 1), FALSE },         { "h", 3600, P ([TIME] = 1), FALSE },
  { "d", 86400, P ([TIME] = 1), FALSE },        { "wk", 7 * 86400, P ([TIME] = 1), FALSE },
  { "mo", YEAR / 12, P ([TIME] = 1), FALSE },   { "a", YEAR, P ([TIME] = 1), FALSE },
  { "[lb_av]", 453.59237, P ([MASS] = 1), FALSE }, { "[oz_av]", 28.349523125, P ([MASS] = 1), FALSE },
  { "[stone_av]", 6350.29318, P ([MASS] = 1), FALSE },
  { "[in_i]", 0.0254, P ([LENGTH] = 1), FALSE }, { "[ft_i]", 0.3048, P ([LENGTH] = 1), FALSE },
  { "[mi_i]", 1609.344, P ([LENGTH] = 1), FALSE },
  { "%", 1e-2, P (0), FALSE },                  { "[ppth]", 1e-3, P (0), FALSE },
  { "[ppm]", 1e-6, P (0), FALSE },
  { "mmHg", 133.322387e3, P ([MASS] = 1, [LENGTH] = -1, [TIME] = -2), FALSE },
  { "IU", 1, P ([ARBITRARY] = 1), TRUE },       { "Eq", 1, P ([EQUIVALENT] = 1), TRUE },
  { "lb", 453.59237, P ([MASS] = 1), FALSE },   { "lbs", 453.59237, P ([MASS] = 1), FALSE },
  { "in", 0.0254, P ([LENGTH] = 1), FALSE },    { "hr", 3600, P ([TIME] = 1), FALSE },
  { "sec", 1, P ([TIME] = 1), FALSE },          { "gm", 1, P ([MASS] = 1), FALSE },
  { "beats", 1, P (0), FALSE },                 { "breaths", 1, P (0), FALSE },
  { "cells", 1, P (0), FALSE },
};

static const struct
{
  const char *name;
  double      factor;
} prefixes[] = {
  { "da", 1e1 }, { "k", 1e3 }, { "h", 1e2 }, { "d", 1e-1 }, { "c", 1e-2 }, { "m", 1e-3 }, { "u", 1e-6 }, { "n", 1e-9 },
  { "p", 1e-12 }, { "f", 1e-15 }, { "M", 1e6 }, { "G", 1e9 },
};

/* Whole units that people write in another way, without regard to case and spaces. */
static const struct
{
  const char *written, *ucum;
} people[] = {
  { "k/ul", "10*3/uL" },   { "m/ul", "10*6/uL" },   { "k/mm3", "10*3/uL" },  { "thou/ul", "10*3/uL" }, { "mill/ul", "10*6/uL" },
  { "bpm", "/min" },       { "beats/minute", "/min" }, { "breaths/minute", "/min" }, { "perminute", "/min" }, { "beatsperminute", "/min" },
  { "mg/dl", "mg/dL" },    { "g/dl", "g/dL" },      { "ug/dl", "ug/dL" },    { "mmol/l", "mmol/L" },   { "umol/l", "umol/L" },
  { "nmol/l", "nmol/L" },  { "pmol/l", "pmol/L" },  { "meq/l", "meq/L" },    { "u/l", "U/L" },         { "iu/l", "[iU]/L" },
  { "miu/l", "m[iU]/L" },  { "uiu/ml", "u[iU]/mL" }, { "iu/ml", "[iU]/mL" }, { "ng/ml", "ng/mL" },     { "pg/ml", "pg/mL" },
  { "ng/dl", "ng/dL" },    { "mm/hr", "mm/h" },     { "fl", "fL" },          { "percent", "%" },       { "kg", "kg" },
  { "cm", "cm" },          { "pounds", "[lb_av]" }, { "inches", "[in_i]" },  { "kg/m^2", "kg/m2" },    { "kg/m**2", "kg/m2" },
  { "ml/min/1.73m2", "mL/min/{1.73_m2}" }, { "ml/min/1.73m^2", "mL/min/{1.73_m2}" }, { "ml/min/1.73sqm", "mL/min/{1.73_m2}" },
  { "ml/min/1.73.m2", "mL/min/{1.73_m2}" }, { "ml/min/{1.73m2}", "mL/min/{1.73_m2}" },
};

static const struct
{
  const char *written;
  double      factor, offset;   /* kelvin = (number + offset) × factor */
} temperatures[] = {
  { "Cel", 1, 273.15 }, { "°C", 1, 273.15 }, { "C", 1, 273.15 }, { "degC", 1, 273.15 },
  { "[degF]", 5.0 / 9, 459.67 }, { "°F", 5.0 / 9, 459.67 }, { "F", 5.0 / 9, 459.67 }, { "degF", 5.0 / 9, 459.67 },
};

/* Molar masses in g/mol, or charges of an ion, by LOINC. Codes in one row are the same test, reported by mass and by
 * amount, so that their values make one series. */
static const struct
{
  double      molar;
  int         charges;
  const char *codes[5];
} substances[] = {
  { 180.156, 0, { "2345-7", "14749-6" } },            /* glucose, serum or plasma */
  { 180.156, 0, { "2339-0", "15074-8" } },            /* glucose, blood */
  { 180.156, 0, { "1558-6", "14771-0" } },            /* glucose, fasting */
  { 180.156, 0, { "2340-8" } },
  { 180.156, 0, { "41653-7", "14743-9" } },           /* glucose, by glucometer */
  { 386.654, 0, { "2093-3", "14647-2" } },            /* cholesterol */
  { 386.654, 0, { "2085-9", "14646-4" } },            /* HDL cholesterol */
  { 386.654, 0, { "13457-7", "39469-2" } },           /* LDL cholesterol, calculated */
  { 386.654, 0, { "2089-1", "22748-8" } },            /* LDL cholesterol */
  { 386.654, 0, { "18262-6" } },
  { 386.654, 0, { "43396-1" } },                      /* non-HDL cholesterol */
  { 885.43, 0, { "2571-8", "14927-8" } },             /* triglycerides, as triolein */
  { 113.118, 0, { "2160-0", "14682-9" } },            /* creatinine, serum or plasma */
  { 113.118, 0, { "38483-4" } },                      /* creatinine, blood */
  { 113.118, 0, { "2161-8", "14683-7" } },            /* creatinine, urine */
  { 28.0134, 0, { "3094-0", "14937-7" } },            /* urea nitrogen: two atoms a molecule of urea */
  { 28.0134, 0, { "6299-2" } },
  { 60.056, 0, { "3091-6", "22664-7" } },             /* urea */
  { 40.078, 2, { "17861-6", "2000-8" } },             /* calcium */
  { 40.078, 2, { "49765-1" } },                       /* calcium, blood */
  { 584.662, 0, { "1975-2", "14631-6" } },            /* bilirubin */
  { 584.662, 0, { "1968-7", "14629-0" } },            /* bilirubin, direct */
  { 168.11, 0, { "3084-1", "14933-6" } },             /* uric acid */
  { 30.974, 0, { "2777-1", "14879-1" } },             /* phosphate, as phosphorus */
  { 24.305, 2, { "19123-9", "2601-3" } },             /* magnesium */
  { 55.845, 0, { "2498-4", "14798-3" } },             /* iron */
  { 400.64, 0, { "1989-3" } },                        /* 25-hydroxyvitamin D3 */
  { 1355.37, 0, { "2132-9", "14685-2" } },            /* vitamin B12 */
  { 441.4, 0, { "2284-8", "14732-2" } },              /* folate */
  { 776.87, 0, { "3024-7", "14920-3" } },             /* thyroxine, free */
  { 288.42, 0, { "2986-8", "14913-8" } },             /* testosterone */
  { 362.46, 0, { "2143-6", "14675-3" } },             /* cortisol */
  { 0, 1, { "2951-2" } },                             /* sodium */
  { 0, 1, { "2947-0" } },
  { 0, 1, { "2823-3" } },                             /* potassium */
  { 0, 1, { "6298-4" } },
  { 0, 1, { "2075-0" } },                             /* chloride */
  { 0, 1, { "2069-3" } },
  { 0, 1, { "2028-9" } },                             /* carbon dioxide, as bicarbonate */
  { 0, 1, { "1963-8" } },                             /* bicarbonate */
};

static const char *const hba1c[] = { "4548-4", "17856-6", "41995-2", "59261-8", NULL };

static int
find_substance (const char *loinc)
{
  for (guint i = 0; loinc != NULL && i < G_N_ELEMENTS (substances); i++)
    if (g_strv_contains (substances[i].codes, loinc))
      return (int) i;
  return -1;
}

/* The longest atom wins, and one without a prefix before one with: "min" is a minute, "mmol" a thousandth of a mole. */
static gboolean
find_atom (const char *text, gsize length, Unit *unit)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < (pass == 0 ? 1 : G_N_ELEMENTS (prefixes)); i++)
      {
        gsize skip = pass == 0 ? 0 : strlen (prefixes[i].name);

        if (pass == 1 && (skip >= length || memcmp (text, prefixes[i].name, skip) != 0))
          continue;
        for (guint j = 0; j < G_N_ELEMENTS (atoms); j++)
          if (strlen (atoms[j].name) == length - skip && memcmp (atoms[j].name, text + skip, length - skip) == 0 &&
              (pass == 0 || atoms[j].metric))
            {
              *unit = (Unit) { .factor = atoms[j].factor * (pass == 0 ? 1 : prefixes[i].factor) };
              memcpy (unit->power, atoms[j].power, sizeof unit->power);
              unit->molar = unit->power[AMOUNT] != 0;
              return TRUE;
            }
      }
  return FALSE;
}

static gboolean
multiply (Unit *unit, const Unit *by, int power)
{
  unit->factor *= pow (by->factor, power);
  unit->molar |= by->molar;
  for (guint i = 0; i < N_BASES; i++)
    {
      unit->power[i] += by->power[i] * power;
      if (ABS (unit->power[i]) > MAX_POWER)
        return FALSE;
    }
  return isnormal (unit->factor);
}

/* The digits at the end of a component, "m2" or "s-1"; "10*3" is a number to a power. */
static gboolean
read_component (const char *text, gsize length, gboolean divides, Unit *unit)
{
  gsize digits = 0, name;
  int power = 1;
  Unit atom;

  while (digits < length && g_ascii_isdigit (text[length - 1 - digits]))
    digits++;
  name = length - digits;
  if (digits > 2)
    return FALSE;
  if (digits > 0)
    power = (int) g_ascii_strtoll (text + name, NULL, 10);
  if (digits > 0 && name > 1 && (text[name - 1] == '-' || text[name - 1] == '+'))
    power = text[--name] == '-' ? -power : power;
  if (name == 0)   /* a bare number: only "1" says nothing */
    return power == 1;
  if (name == 3 && memcmp (text, "10*", 3) == 0)
    atom = (Unit) { .factor = 10 };
  else if (!find_atom (text, name, &atom))
    return FALSE;
  return ABS (power) <= 20 && multiply (unit, &atom, divides ? -power : power);
}

/* Terms by "." and "/", annotations dropped; no brackets around terms. */
static gboolean
read_terms (const char *text, Unit *unit)
{
  gboolean divides = FALSE;

  *unit = (Unit) { .factor = 1 };
  for (const char *at = text; *at != '\0';)
    {
      gsize length = 0, brackets = 0;

      if (*at == '/')
        divides = TRUE;
      if (*at == '/' || (*at == '.' && at > text))
        at++;
      while (at[length] != '\0' && at[length] != '{' && (brackets > 0 || (at[length] != '.' && at[length] != '/')))
        {
          brackets += at[length] == '[';
          brackets -= at[length] == ']' && brackets > 0;
          length++;
        }
      if (length > 0 ? !read_component (at, length, divides, unit) : at[0] != '{')
        return FALSE;
      at += length;
      if (g_str_has_prefix (at, "{1.73_m2}"))
        unit->power[BODY] += divides ? -1 : 1;
      if (*at == '{' && (at = strchr (at, '}')) == NULL)
        return FALSE;
      at += *at == '}';
      if (*at != '\0' && *at != '/' && *at != '.')
        return FALSE;
      divides = FALSE;
    }
  return TRUE;
}

/* One way of writing: no spaces, "u" for micro, "10*3" for ×10³ and 10^3. */
static char *
normalize (const char *text)
{
  static const struct
  {
    const char *from, *to;
  } same[] = {
    { " ", "" }, { "\302\265", "u" }, { "\316\274", "u" }, { "×10", "10" }, { "x10", "10" }, { "X10", "10" }, { "⁹", "*9" }, { "⁶", "*6" },
    { "10³", "10*3" }, { "10^", "10*" }, { "²", "2" }, { "³", "3" }, { "10E", "10*" },
  };
  GString *out = g_string_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    g_string_replace (out, same[i].from, same[i].to, 0);
  return g_string_free (out, FALSE);
}

static gboolean
read_unit (const char *text, Unit *unit)
{
  g_autofree char *plain = NULL;

  if (strlen (text) > MAX_UNIT)
    return FALSE;
  plain = normalize (text);
  for (guint i = 0; i < G_N_ELEMENTS (temperatures); i++)
    if (g_str_equal (temperatures[i].written, plain))
      {
        *unit = (Unit) { .factor = temperatures[i].factor, .offset = temperatures[i].offset, .power = { [HEAT] = 1 } };
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    if (g_ascii_strcasecmp (people[i].written, plain) == 0)
      return read_terms (people[i].ucum, unit);
  if (*plain == '{' && g_strcmp0 (strchr (plain, '}'), "}") == 0)   /* "{titer}" counts something of its own */
    return FALSE;
  return *plain != '\0' && read_terms (plain, unit);
}

/* Takes @unit from mass or charges to amount, so far as the substance tells how. */
static void
to_amount (Unit *unit, int substance)
{
  double molar = substances[substance].molar;
  int charges = substances[substance].charges;

  if (molar > 0 && ABS (unit->power[MASS]) == 1 && unit->power[AMOUNT] == 0)
    {
      unit->factor *= pow (molar, -unit->power[MASS]);
      unit->power[AMOUNT] = unit->power[MASS];
      unit->power[MASS] = 0;
    }
  else if (charges > 0 && ABS (unit->power[EQUIVALENT]) == 1 && unit->power[AMOUNT] == 0)
    {
      unit->factor *= pow (charges, -unit->power[EQUIVALENT]);
      unit->power[AMOUNT] = unit->power[EQUIVALENT];
      unit->power[EQUIVALENT] = 0;
    }
}

static gboolean
is_same (const Unit *a, const Unit *b)
{
  return memcmp (a->power, b->power, sizeof a->power) == 0;
}

/* NGSP % = 0.09148 × IFCC mmol/mol + 2.152 */
static gboolean
map_hba1c (const Unit *from, const Unit *to, CairnUnitMap *map)
{
  double percent = from->factor / 1e-2, thousandth = from->factor / 1e-3;

  if (from->molar && !to->molar)
    *map = (CairnUnitMap) { thousandth * 0.09148 * (1e-2 / to->factor), 2.152 * (1e-2 / to->factor) };
  else
    *map = (CairnUnitMap) { percent / 0.09148 * (1e-3 / to->factor), -2.152 / 0.09148 * (1e-3 / to->factor) };
  return TRUE;
}

/**
 * cairn_units_map:
 * @loinc: (nullable): LOINC code of what was measured
 * @from: (nullable): a unit, as UCUM or as people write it
 * @to: (nullable): another
 * @map: (out caller-allocates): how numbers convert
 *
 * Returns: whether they convert
 */
gboolean
cairn_units_map (const char *loinc, const char *from, const char *to, CairnUnitMap *map)
{
  int substance = find_substance (loinc);
  Unit a, b;

  *map = (CairnUnitMap) { 1, 0 };
  if (g_strcmp0 (from, to) == 0)
    return TRUE;
  if (from == NULL || to == NULL || !read_unit (from, &a) || !read_unit (to, &b))
    return FALSE;
  if (!is_same (&a, &b) && substance >= 0)
    {
      to_amount (&a, substance);
      to_amount (&b, substance);
    }
  if (!is_same (&a, &b))
    return FALSE;
  if (a.molar != b.molar && a.power[AMOUNT] == 0)
    return loinc != NULL && g_strv_contains (hba1c, loinc) && map_hba1c (&a, &b, map);
  map->scale = a.factor / b.factor;
  map->offset = a.offset * map->scale - b.offset;
  return TRUE;
}

/**
 * cairn_units_codes:
 * @loinc: (nullable): a LOINC code
 *
 * Returns: (nullable): %NULL-terminated: it and the codes of the same test in other units; %NULL when there are none
 */
const char *const *
cairn_units_codes (const char *loinc)
{
  static const char *const ifcc[] = { "4548-4", "59261-8", NULL };
  int substance = find_substance (loinc);

  if (loinc != NULL && g_strv_contains (ifcc, loinc))
    return ifcc;
  return substance >= 0 && substances[substance].codes[1] != NULL ? substances[substance].codes : NULL;
}
