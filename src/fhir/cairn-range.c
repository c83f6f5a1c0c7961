/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reference ranges: which of several is the patient's, in words and in numbers. Any thread. */
#include "config.h"

#include "cairn-range.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cairn-units.h"

#define MAX_RANGES 40

/* How far a range is meant for a person */
typedef enum
{
  FOR_OTHERS,
  FOR_SOME,          /* under a condition that a record doesn't tell, as "fasting" */
  FOR_WHO_KNOWS,     /* the patient's age or sex would tell, but isn't known */
  FOR_PATIENT,
} Aim;

/**
 * cairn_person_read:
 * @patient: a Patient
 * @person: (out caller-allocates): what it says
 */
void
cairn_person_read (CairnJson patient, CairnPerson *person)
{
  g_autofree char *birth = cairn_json_dup_text_at (patient, "birthDate");
  CairnJson gender = cairn_json_member (patient, "gender");

  *person = (CairnPerson) { 0 };
  person->has_birth = cairn_date_parse (birth, &person->birth);
  if (cairn_json_equals (gender, "female"))
    person->sex = CAIRN_SEX_FEMALE;
  else if (cairn_json_equals (gender, "male"))
    person->sex = CAIRN_SEX_MALE;
}

/* Codes of administrative-gender, v3 and SNOMED CT, and the words that laboratories write. */
static CairnSex
read_sex (CairnJson concept)
{
  static const char *const female[] = { "female", "F", "248152002", NULL }, *const male[] = { "male", "M", "248153007", NULL };
  static const char *const women[] = { "female", "females", "women", "woman", "f", NULL };
  static const char *const men[] = { "male", "males", "men", "man", "m", NULL };
  g_autofree char *words = cairn_concept_dup_text (concept), *lower = NULL;

  for (guint i = 0; female[i] != NULL; i++)
    if (cairn_concept_has_code (concept, NULL, female[i]))
      return CAIRN_SEX_FEMALE;
    else if (cairn_concept_has_code (concept, NULL, male[i]))
      return CAIRN_SEX_MALE;
  lower = words != NULL ? g_ascii_strdown (words, -1) : NULL;
  if (lower != NULL && g_strv_contains (women, lower))
    return CAIRN_SEX_FEMALE;
  return lower != NULL && g_strv_contains (men, lower) ? CAIRN_SEX_MALE : CAIRN_SEX_UNKNOWN;
}

/* Whole years or months as people count them, else days. FALSE when the unit is none of time. */
static gboolean
count_age (const CairnPerson *person, const CairnDate *at, const char *unit, double *age)
{
  static const char *const years[] = { "a", "year", "years", "yr", "yrs", "y", NULL };
  static const char *const months[] = { "mo", "month", "months", NULL };
  int whole = (at->year - person->birth.year) * 12 + MAX (at->month, 1) - MAX (person->birth.month, 1);
  CairnUnitMap map;

  if (MAX (at->day, 1) < MAX (person->birth.day, 1))
    whole--;
  if (g_strv_contains (years, unit))
    *age = floor (whole / 12.0);
  else if (g_strv_contains (months, unit))
    *age = whole;
  else if (cairn_units_map (NULL, "d", unit, &map) ||
           (g_str_has_prefix (unit, "day") && cairn_units_map (NULL, "d", "d", &map)) ||
           (g_str_has_prefix (unit, "week") && cairn_units_map (NULL, "d", "wk", &map)))
    *age = floor ((double) (at->start - person->birth.start) / 86400000.0 * map.scale);
  else
    return FALSE;
  return TRUE;
}

/* 0 within the limit, 1 beyond it, −1 when that can't be told. */
static int
check_age (CairnJson limit, gboolean upper, const CairnPerson *person, const CairnDate *at)
{
  g_autofree char *unit = cairn_json_dup_text_at (limit, "code");
  double number, age;

  if (limit.text == NULL)
    return 0;
  if (unit == NULL)
    unit = cairn_json_dup_text_at (limit, "unit");
  if (!cairn_json_double (cairn_json_member (limit, "value"), &number) || unit == NULL || at == NULL ||
      person == NULL || !person->has_birth || !count_age (person, at, unit, &age))
    return -1;
  return upper ? age > number : age < number;
}

static Aim
aim_by_age (CairnJson range, const CairnPerson *person, const CairnDate *at, guint *specific)
{
  CairnJson age = cairn_json_member (range, "age");
  int low, high;

  if (!cairn_json_is_object (age))
    return FOR_PATIENT;
  low = check_age (cairn_json_member (age, "low"), FALSE, person, at);
  high = check_age (cairn_json_member (age, "high"), TRUE, person, at);
  if (low == 1 || high == 1)
    return FOR_OTHERS;
  ++*specific;
  return low < 0 || high < 0 ? FOR_WHO_KNOWS : FOR_PATIENT;
}

static Aim
aim_by_group (CairnJson range, const CairnPerson *person, guint *specific)
{
  CairnJsonIter iter;
  CairnJson concept;
  Aim aim = FOR_PATIENT;

  cairn_json_iter_init (&iter, cairn_json_member (range, "appliesTo"));
  while (cairn_json_iter_next (&iter, NULL, &concept))
    {
      CairnSex sex = read_sex (concept);

      if (sex == CAIRN_SEX_UNKNOWN)
        aim = MIN (aim, FOR_SOME);
      else if (person == NULL || person->sex == CAIRN_SEX_UNKNOWN)
        aim = MIN (aim, FOR_WHO_KNOWS);
      else if (person->sex != sex)
        return FOR_OTHERS;
      ++*specific;
    }
  return aim;
}

/* Absent means normal (FHIR R4, Observation.referenceRange.type); others say what is treated, aimed at or critical. */
static gboolean
is_usual (CairnJson range)
{
  CairnJson type = cairn_json_member (range, "type");

  return cairn_json_is_object (range) && (type.text == NULL || cairn_concept_has_code (type, NULL, "normal"));
}

/* The usual range for this patient; @sure when no other may be meant as well. */
static CairnJson
choose (CairnJson ranges, const CairnPerson *person, const char *date, gboolean *sure)
{
  CairnJson range, best = CAIRN_JSON_NONE, some = CAIRN_JSON_NONE, first = CAIRN_JSON_NONE;
  guint n_best = 0, n_some = 0, n_unknown = 0, most = 0, n = 0;
  CairnJsonIter iter;
  CairnDate at;
  gboolean dated = cairn_date_parse (date, &at);

  cairn_json_iter_init (&iter, ranges);
  while (n < MAX_RANGES && cairn_json_iter_next (&iter, NULL, &range))
    if (is_usual (range))
      {
        guint specific = 0;
        Aim by_age = aim_by_age (range, person, dated ? &at : NULL, &specific), aim = MIN (by_age, aim_by_group (range, person, &specific));

        n++;
        if (aim != FOR_OTHERS && first.text == NULL)
          first = range;
        if (aim == FOR_WHO_KNOWS)
          n_unknown++;
        else if (aim == FOR_SOME && n_some++ == 0)
          some = range;
        else if (aim == FOR_PATIENT && (n_best == 0 || specific >= most))
          {
            n_best = specific > most || n_best == 0 ? 1 : n_best + 1;
            best = n_best == 1 ? range : best;
            most = specific;
          }
      }
  *sure = n == 1 || (n_unknown == 0 && (n_best == 1 || (n_best == 0 && n_some == 1)));
  return !*sure || n == 1 ? first : n_best == 1 ? best : some;
}

static gboolean
is_unit_of (CairnJson quantity, const char *unit, gsize length)
{
  static const char *const names[] = { "unit", "code" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = cairn_json_dup_text_at (quantity, names[i]);

      if (text != NULL && strlen (text) == length && g_ascii_strncasecmp (text, unit, length) == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
dup_unit (CairnJson quantity)
{
  char *unit = cairn_json_dup_text_at (quantity, "code");

  return unit != NULL ? unit : cairn_json_dup_text_at (quantity, "unit");
}

/* A limit's number in the unit of the value; FALSE when it may not stand beside it. */
static gboolean
read_limit (CairnJson range, const char *name, CairnJson quantity, const char *loinc, double *number)
{
  CairnJson limit = cairn_json_member (range, name);
  g_autofree char *from = dup_unit (limit), *to = dup_unit (quantity);
  g_autofree char *from_words = cairn_json_dup_text_at (limit, "unit"), *to_words = cairn_json_dup_text_at (quantity, "unit");
  CairnUnitMap map = { 1, 0 };

  if (!cairn_json_double (cairn_json_member (limit, "value"), number))
    return FALSE;
  if (from == NULL || to == NULL || g_ascii_strcasecmp (from, to) == 0 ||
      (from_words != NULL && to_words != NULL && g_ascii_strcasecmp (from_words, to_words) == 0))
    return TRUE;
  if (!cairn_units_map (loinc, from, to, &map) &&
      (from_words == NULL || to_words == NULL || !cairn_units_map (loinc, from_words, to_words, &map)))
    return FALSE;
  *number = *number * map.scale + map.offset;
  return TRUE;
}

/* A plain number at *@at, spaces before it skipped. */
static gboolean
read_number (const char **at, double *number)
{
  const char *from = *at + strspn (*at, " ");
  char *end;

  if (!g_ascii_isdigit (*from))
    return FALSE;
  *number = g_ascii_strtod (from, &end);
  *at = end;
  return isfinite (*number);
}

/* "3.5-5.0", "3.5 – 5.0 mmol/L", "< 5", "≥60": how laboratories write a range that is only text. Anything more is words. */
static void
read_text (CairnRange *self, CairnJson quantity)
{
  static const char *const dashes[] = { "–", "—", "-", "to" };
  static const struct
  {
    const char *sign;
    gboolean    low;
  } signs[] = { { "<=", FALSE }, { "≤", FALSE }, { "<", FALSE }, { ">=", TRUE }, { "≥", TRUE }, { ">", TRUE } };
  const char *at = self->text + strspn (self->text, " ");
  CairnRange found = { 0 };
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (signs) && !found.has_low && !found.has_high; i++)
    if (g_str_has_prefix (at, signs[i].sign))
      {
        at += strlen (signs[i].sign);
        found.has_low = signs[i].low && read_number (&at, &found.low);
        found.has_high = !signs[i].low && read_number (&at, &found.high);
        if (!found.has_low && !found.has_high)
          return;
      }
  if (!found.has_low && !found.has_high && read_number (&at, &found.low))
    for (guint i = 0; i < G_N_ELEMENTS (dashes); i++)
      if (g_str_has_prefix (at + strspn (at, " "), dashes[i]))
        {
          at += strspn (at, " ") + strlen (dashes[i]);
          found.has_low = found.has_high = read_number (&at, &found.high);
          break;
        }
  at += strspn (at, " ");
  length = strlen (at);
  while (length > 0 && at[length - 1] == ' ')
    length--;
  if ((!found.has_low && !found.has_high) || (found.has_low && found.has_high && found.low >= found.high) ||
      (length > 0 && !is_unit_of (quantity, at, length)))
    return;
  self->has_low = found.has_low;
  self->has_high = found.has_high;
  self->low = found.low;
  self->high = found.high;
}

/**
 * cairn_range_new:
 * @element: an Observation, or one of its components
 * @loinc: (nullable): LOINC code of what was measured
 * @person: (nullable): the patient
 * @date: (nullable): when it was measured, a FHIR date
 *
 * Of several usual ranges, the one for the patient's age and sex at the time counts, the closest first.
 *
 * Returns: (transfer full) (nullable): the usual range in the unit of the value; without numbers when that can't be told,
 *   or when their unit doesn't convert into the value's
 */
CairnRange *
cairn_range_new (CairnJson element, const char *loinc, const CairnPerson *person, const char *date)
{
  CairnJson quantity = cairn_json_member (element, "valueQuantity"), usual;
  gboolean sure;
  CairnRange *self;
  char *text;

  usual = choose (cairn_json_member (element, "referenceRange"), person, date, &sure);
  text = cairn_range_dup_words (usual);
  if (text == NULL)
    return NULL;
  self = g_new0 (CairnRange, 1);
  self->text = text;
  if (!sure)
    return self;
  self->has_low = read_limit (usual, "low", quantity, loinc, &self->low);
  self->has_high = read_limit (usual, "high", quantity, loinc, &self->high);
  if (cairn_json_member (usual, "low").text == NULL && cairn_json_member (usual, "high").text == NULL)
    read_text (self, quantity);
  return self;
}

/**
 * cairn_range_copy:
 * @self: a range
 *
 * Returns: (transfer full): a copy
 */
CairnRange *
cairn_range_copy (const CairnRange *self)
{
  CairnRange *copy = g_memdup2 (self, sizeof *self);

  copy->text = g_strdup (self->text);
  return copy;
}

/**
 * cairn_range_free:
 * @self: (transfer full): a range
 */
void
cairn_range_free (CairnRange *self)
{
  g_free (self->text);
  g_free (self);
}

/* "18–65 years", "≥ 18 years" */
static char *
dup_age_words (CairnJson age)
{
  g_auto(CairnValue) low = { NULL, NULL, FALSE, 0 }, high = { NULL, NULL, FALSE, 0 };
  gboolean has_low = cairn_value_read_quantity (cairn_json_member (age, "low"), &low);
  gboolean has_high = cairn_value_read_quantity (cairn_json_member (age, "high"), &high);
  const char *unit = has_high ? high.unit : low.unit, *words = unit;

  if (!has_low && !has_high)
    return NULL;
  if (g_strcmp0 (unit, "a") == 0)
    words = C_("age", "years");
  else if (g_strcmp0 (unit, "mo") == 0)
    words = C_("age", "months");
  else if (g_strcmp0 (unit, "wk") == 0)
    words = C_("age", "weeks");
  else if (g_strcmp0 (unit, "d") == 0)
    words = C_("age", "days");
  if (has_low && has_high)
    return g_strdup_printf ("%s–%s %s", low.text, high.text, words != NULL ? words : "");
  return g_strdup_printf ("%s %s %s", has_low ? "≥" : "≤", has_low ? low.text : high.text, words != NULL ? words : "");
}

/* Whom a range is meant for: "Women, 18–65 years" */
static char *
dup_whom (CairnJson range)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autofree char *age = dup_age_words (cairn_json_member (range, "age"));
  CairnJsonIter iter;
  CairnJson concept;
  guint n = 0;

  cairn_json_iter_init (&iter, cairn_json_member (range, "appliesTo"));
  while (n < 4 && cairn_json_iter_next (&iter, NULL, &concept))
    {
      g_autofree char *words = cairn_concept_dup_text (concept);

      if (words != NULL)
        g_string_append_printf (out, "%s%s", n++ > 0 ? ", " : "", words);
    }
  if (age != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", age);
  if (out->len > 0)
    return g_strdup (out->str);
  return cairn_concept_dup_text (cairn_json_member (range, "type"));
}

/**
 * cairn_range_dup_words:
 * @value: an Observation.referenceRange, or a Range
 *
 * Returns: (transfer full) (nullable): as "4.0–5.6 %" or "≥ 60 mL/min (Adults)"
 */
char *
cairn_range_dup_words (CairnJson value)
{
  g_auto(CairnValue) low = { NULL, NULL, FALSE, 0 }, high = { NULL, NULL, FALSE, 0 };
  g_autofree char *text = cairn_json_dup_text_at (value, "text"), *whom = NULL, *range = NULL, *unit = NULL;
  gboolean has_low = cairn_value_read_quantity (cairn_json_member (value, "low"), &low);
  gboolean has_high = cairn_value_read_quantity (cairn_json_member (value, "high"), &high);

  if (!has_low && !has_high && text == NULL)
    return NULL;
  if (has_low && has_high)
    range = g_strdup_printf ("%s–%s", low.text, high.text);
  else if (has_low || has_high)
    range = g_strdup_printf ("%s %s", has_low ? "≥" : "≤", has_low ? low.text : high.text);
  else
    range = g_steal_pointer (&text);
  unit = cairn_unit_dup_shown (has_high && high.unit != NULL ? high.unit : low.unit);
  whom = dup_whom (value);
  return g_strdup_printf (whom != NULL ? "%s%s%s (%s)" : "%s%s%s", range, unit != NULL ? " " : "", unit != NULL ? unit : "", whom);
}
