/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a value stands to the usual. Any thread. */
#include "config.h"

#include "cairn-range.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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

/* What is known of "< 5" is that it is below 5. */
static CairnLevel
level_of_bound (const CairnRange *range, const CairnValue *value)
{
  gboolean or_equal = value->text[1] == '=';

  if (*value->text == '<' && range->has_low && (value->number < range->low || (!or_equal && value->number <= range->low)))
    return CAIRN_LEVEL_LOW;
  if (*value->text == '>' && range->has_high && (value->number > range->high || (!or_equal && value->number >= range->high)))
    return CAIRN_LEVEL_HIGH;
  if ((*value->text == '<' && !range->has_low && value->number <= range->high) ||
      (*value->text == '>' && !range->has_high && value->number >= range->low))
    return CAIRN_LEVEL_USUAL;
  return CAIRN_LEVEL_UNKNOWN;
}

/**
 * cairn_level_from_range:
 * @range: (nullable): a usual range
 * @value: a value in its unit
 *
 * Returns: the level; unknown without numbers, and of a value with a comparator unless it is certain all the same
 */
CairnLevel
cairn_level_from_range (const CairnRange *range, const CairnValue *value)
{
  if (range == NULL || (!range->has_low && !range->has_high) || !value->has_number)
    return CAIRN_LEVEL_UNKNOWN;
  if (strchr ("-0123456789", *value->text) == NULL)
    return level_of_bound (range, value);
  if (range->has_low && value->number < range->low)
    return CAIRN_LEVEL_LOW;
  if (range->has_high && value->number > range->high)
    return CAIRN_LEVEL_HIGH;
  return CAIRN_LEVEL_USUAL;
}

/**
 * cairn_level_get_words:
 * @level: a level
 *
 * Returns: (nullable): translated words for a row ("High"), %NULL when the level is unknown
 */
const char *
cairn_level_get_words (CairnLevel level)
{
  switch (level)
    {
    case CAIRN_LEVEL_USUAL: return C_("level", "Usual");
    case CAIRN_LEVEL_LOW: return C_("level", "Low");
    case CAIRN_LEVEL_HIGH: return C_("level", "High");
    case CAIRN_LEVEL_VERY_LOW: return C_("level", "Very low");
    case CAIRN_LEVEL_VERY_HIGH: return C_("level", "Very high");
    case CAIRN_LEVEL_UNUSUAL: return C_("level", "Unusual");
    default: return NULL;
    }
}
