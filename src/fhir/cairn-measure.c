/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of an Observation, and what makes several Observations one series. Any thread. */
#include "cairn-measure.h"

#include <string.h>

#include "cairn-units.h"

#define LOINC "http://loinc.org"
#define MAX_COMPONENTS 60
#define MAX_CODINGS 20

/**
 * cairn_measure_free:
 * @self: (transfer full): a measure
 */
void
cairn_measure_free (CairnMeasure *self)
{
  g_free (self->code);
  g_free (self->label);
  cairn_value_clear (&self->value);
  g_free (self->ucum);
  g_clear_pointer (&self->range, cairn_range_free);
  g_free (self);
}

/* The first coding, a LOINC one before all others. */
static gboolean
find_code (CairnJson concept, char **system, char **code)
{
  CairnJsonIter iter;
  CairnJson coding;
  guint n = 0;

  *system = *code = NULL;
  cairn_json_iter_init (&iter, cairn_json_member (concept, "coding"));
  while (n++ < MAX_CODINGS && cairn_json_iter_next (&iter, NULL, &coding))
    {
      gboolean loinc = cairn_json_equals (cairn_json_member (coding, "system"), LOINC);
      g_autofree char *text = cairn_json_dup_text_at (coding, "code");

      if (text == NULL || *text == '\0' || (*code != NULL && !loinc))
        continue;
      g_free (*system);
      g_free (*code);
      *system = cairn_json_dup_text_at (coding, "system");
      *code = g_steal_pointer (&text);
      if (loinc)
        break;
    }
  return *code != NULL;
}

static char *
dup_loinc (CairnJson concept)
{
  g_autofree char *system = NULL, *code = NULL;

  return find_code (concept, &system, &code) && g_strcmp0 (system, LOINC) == 0 ? g_steal_pointer (&code) : NULL;
}

/* A quantity or a plain number with what belongs to it; NULL without a number. */
static CairnMeasure *
read_measure (CairnJson element, const CairnPerson *person, const char *date)
{
  CairnJson quantity = cairn_json_member (element, "valueQuantity");
  CairnMeasure *self = g_new0 (CairnMeasure, 1);
  g_autofree char *interpretation = NULL;

  if (cairn_json_is_object (quantity))
    {
      cairn_value_read_quantity (quantity, &self->value);
      self->ucum = cairn_json_dup_text_at (quantity, "code");
    }
  else
    cairn_value_read (element, "value", &self->value);
  if (!self->value.has_number)
    {
      cairn_measure_free (self);
      return NULL;
    }
  if (self->ucum == NULL)
    self->ucum = g_strdup (self->value.unit);
  self->code = dup_loinc (cairn_json_member (element, "code"));
  self->range = cairn_range_new (element, self->code, person, date);
  interpretation = cairn_json_dup_text_at (element, "interpretation.0.coding.0.code");
  self->level = cairn_level_from_code (interpretation);
  if (self->level == CAIRN_LEVEL_UNKNOWN)
    self->level = cairn_level_from_range (self->range, &self->value);
  return self;
}

/**
 * cairn_measure_list:
 * @observation: an Observation
 * @person: (nullable): the patient
 *
 * Returns: (transfer full) (element-type CairnMeasure): its value, if it is a number, then its components that are one
 */
GPtrArray *
cairn_measure_list (CairnJson observation, const CairnPerson *person)
{
  g_autofree char *date = cairn_json_dup_text_at (observation, "effectiveDateTime");
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_measure_free);
  CairnMeasure *measure = NULL;
  CairnJsonIter iter;
  CairnJson component;
  guint n = 0;

  if (date == NULL)
    date = cairn_json_dup_text_at (observation, "effectivePeriod.start");
  measure = read_measure (observation, person, date);
  if (measure != NULL)
    g_ptr_array_add (list, measure);
  cairn_json_iter_init (&iter, cairn_json_member (observation, "component"));
  while (n++ < MAX_COMPONENTS && cairn_json_iter_next (&iter, NULL, &component))
    if ((measure = read_measure (component, person, date)) != NULL)
      {
        measure->label = cairn_concept_dup_text (cairn_json_member (component, "code"));
        if (measure->label == NULL)
          measure->label = g_strdup (measure->code != NULL ? measure->code : "");
        g_ptr_array_add (list, measure);
      }
  return list;
}

/**
 * cairn_measure_dup_key:
 * @observation: an Observation
 *
 * Returns: (transfer full) (nullable): "system|code" of what was measured, LOINC before others, or "|words" when it has no
 *   code; %NULL when it has neither
 */
char *
cairn_measure_dup_key (CairnJson observation)
{
  CairnJson concept = cairn_json_member (observation, "code");
  g_autofree char *system = NULL, *code = NULL, *words = NULL;

  if (find_code (concept, &system, &code))
    return g_strdup_printf ("%s|%s", system != NULL ? system : "code", code);
  words = cairn_concept_dup_text (concept);
  return words != NULL && *g_strstrip (words) != '\0' ? g_strdup_printf ("|%s", words) : NULL;
}

static gboolean
has_coding (CairnJson concept, const char *system, const char *code)
{
  const char *const *same = g_strcmp0 (system, LOINC) == 0 ? cairn_units_codes (code) : NULL;

  for (guint i = 0; same != NULL && same[i] != NULL; i++)
    if (cairn_concept_has_code (concept, system, same[i]))
      return TRUE;
  return cairn_concept_has_code (concept, system, code);
}

/**
 * cairn_measure_has_key:
 * @observation: an Observation
 * @key: of a series
 *
 * Returns: whether it belongs to the series: it has the code, or that of the same test in other units; of words without a
 *   code, the same words
 */
gboolean
cairn_measure_has_key (CairnJson observation, const char *key)
{
  CairnJson concept = cairn_json_member (observation, "code");
  const char *bar = strrchr (key, '|');
  g_autofree char *system = NULL, *own = NULL;

  if (*key == '|')
    {
      g_autofree char *folded = g_utf8_casefold (key, -1), *other = NULL;

      own = cairn_measure_dup_key (observation);
      other = own != NULL ? g_utf8_casefold (own, -1) : NULL;
      return g_strcmp0 (folded, other) == 0;
    }
  if (bar == NULL)
    return FALSE;
  system = g_strndup (key, bar - key);
  return has_coding (concept, g_str_equal (system, "code") ? NULL : system, bar + 1);
}

/**
 * cairn_measure_words:
 * @key: of a series
 *
 * Returns: (transfer full): the words one of which every Observation of the series has in its text
 */
char **
cairn_measure_words (const char *key)
{
  const char *bar = strrchr (key, '|');
  const char *const *same = g_str_has_prefix (key, LOINC "|") ? cairn_units_codes (bar + 1) : NULL;
  const char *const own[] = { *key == '|' || bar == NULL ? key + (*key == '|') : bar + 1, NULL };

  return g_strdupv ((char **) (gpointer) (same != NULL ? same : own));
}
