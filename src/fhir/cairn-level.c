/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reference ranges, and how a value stands to the usual. Any thread. */
#include "cairn-facts.h"

#include <string.h>

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
  g_autofree char *text = cairn_json_dup_text_at (value, "text"), *for_whom = NULL, *range = NULL;
  gboolean has_low = cairn_value_read_quantity (cairn_json_member (value, "low"), &low);
  gboolean has_high = cairn_value_read_quantity (cairn_json_member (value, "high"), &high);
  const char *unit = has_high && high.unit != NULL ? high.unit : low.unit;

  if (text != NULL && !has_low && !has_high)
    return g_steal_pointer (&text);
  if (!has_low && !has_high)
    return NULL;
  if (has_low && has_high)
    range = g_strdup_printf ("%s–%s", low.text, high.text);
  else
    range = g_strdup_printf ("%s %s", has_low ? "≥" : "≤", has_low ? low.text : high.text);
  for_whom = cairn_concept_dup_text (cairn_json_get (value, "appliesTo.0"));
  if (for_whom == NULL)
    for_whom = cairn_concept_dup_text (cairn_json_member (value, "type"));
  return g_strdup_printf (for_whom != NULL ? "%s%s%s (%s)" : "%s%s%s", range, unit != NULL ? " " : "", unit != NULL ? unit : "", for_whom);
}

/* Absent means normal (FHIR R4, Observation.referenceRange.type); others say what is treated, aimed at or critical. */
static gboolean
is_usual (CairnJson range)
{
  CairnJson type = cairn_json_member (range, "type");

  return cairn_json_is_object (range) && (type.text == NULL || cairn_concept_has_code (type, NULL, "normal"));
}

static gboolean
differs (CairnJson a, CairnJson b, const char *name)
{
  g_autofree char *left = cairn_json_dup_text_at (a, name), *right = cairn_json_dup_text_at (b, name);

  return left == NULL || right == NULL || g_ascii_strcasecmp (left, right) != 0;
}

static gboolean
has_unit (CairnJson quantity)
{
  return cairn_json_member (quantity, "unit").text != NULL || cairn_json_member (quantity, "code").text != NULL;
}

/* Whether a limit's number may stand beside the value's. */
static gboolean
read_limit (CairnJson range, const char *name, CairnJson quantity, double *number)
{
  CairnJson limit = cairn_json_member (range, name);

  if (has_unit (limit) && has_unit (quantity) && differs (limit, quantity, "unit") && differs (limit, quantity, "code"))
    return FALSE;
  return cairn_json_double (cairn_json_member (limit, "value"), number);
}

/**
 * cairn_range_new:
 * @observation: an Observation
 *
 * Returns: (transfer full) (nullable): its first usual range; without numbers when there are several, as for women
 *   and men, or when they are in another unit than the value
 */
CairnRange *
cairn_range_new (CairnJson observation)
{
  CairnJson quantity = cairn_json_member (observation, "valueQuantity"), range, usual = CAIRN_JSON_NONE;
  CairnJsonIter iter;
  CairnRange *self;
  char *text;
  guint n = 0;

  cairn_json_iter_init (&iter, cairn_json_member (observation, "referenceRange"));
  while (cairn_json_iter_next (&iter, NULL, &range))
    if (is_usual (range) && n++ == 0)
      usual = range;
  text = cairn_range_dup_words (usual);
  if (text == NULL)
    return NULL;
  self = g_new0 (CairnRange, 1);
  self->text = text;
  self->has_low = n == 1 && read_limit (usual, "low", quantity, &self->low);
  self->has_high = n == 1 && read_limit (usual, "high", quantity, &self->high);
  return self;
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

/**
 * cairn_level_from_code:
 * @interpretation: (nullable): a code of v3 ObservationInterpretation
 *
 * POS and NEG, DET and ND, R and S say what was found, not whether that is usual: an antibody after a vaccination
 * is positive as it should be.
 *
 * Returns: the level that it states
 */
CairnLevel
cairn_level_from_code (const char *interpretation)
{
  static const struct
  {
    const char *code;
    CairnLevel  level;
  } codes[] = {
    { "N", CAIRN_LEVEL_USUAL },      { "H", CAIRN_LEVEL_HIGH },       { "L", CAIRN_LEVEL_LOW },     { "HH", CAIRN_LEVEL_VERY_HIGH },
    { "LL", CAIRN_LEVEL_VERY_LOW },  { "HU", CAIRN_LEVEL_VERY_HIGH }, { "LU", CAIRN_LEVEL_VERY_LOW }, { "A", CAIRN_LEVEL_UNUSUAL },
    { "AA", CAIRN_LEVEL_UNUSUAL },   { "H>", CAIRN_LEVEL_VERY_HIGH }, { "L<", CAIRN_LEVEL_VERY_LOW }, { "HX", CAIRN_LEVEL_HIGH },
    { "LX", CAIRN_LEVEL_LOW },
  };

  for (guint i = 0; interpretation != NULL && i < G_N_ELEMENTS (codes); i++)
    if (g_str_equal (codes[i].code, interpretation))
      return codes[i].level;
  return CAIRN_LEVEL_UNKNOWN;
}

/**
 * cairn_level_from_range:
 * @range: (nullable): a usual range
 * @value: a value in its unit
 *
 * Returns: the level; unknown without numbers, and of a value with a comparator, which says less than a number
 */
CairnLevel
cairn_level_from_range (const CairnRange *range, const CairnValue *value)
{
  if (range == NULL || (!range->has_low && !range->has_high) || !value->has_number ||
      strchr ("-0123456789", *value->text) == NULL)
    return CAIRN_LEVEL_UNKNOWN;
  if (range->has_low && value->number < range->low)
    return CAIRN_LEVEL_LOW;
  if (range->has_high && value->number > range->high)
    return CAIRN_LEVEL_HIGH;
  return CAIRN_LEVEL_USUAL;
}
