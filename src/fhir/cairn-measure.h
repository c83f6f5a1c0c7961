/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnMeasure:
 * @code: (nullable): LOINC code of what was measured
 * @label: (nullable): name of the component; %NULL for the Observation's own value
 * @value: the value, with a number; its unit as people write it
 * @ucum: (nullable): the unit to convert by: UCUM's code when there is one, else the unit as written
 * @level: how it stands to the usual
 * @range: (nullable): the usual range for this patient
 *
 * One number of an Observation: its value, or that of one of its components (FHIR R4 §10.1).
 */
typedef struct
{
  char       *code;
  char       *label;
  CairnValue  value;
  char       *ucum;
  CairnLevel  level;
  CairnRange *range;
} CairnMeasure;

void       cairn_measure_free    (CairnMeasure *self);
GPtrArray *cairn_measure_list    (CairnJson observation, const CairnPerson *person);

/* What makes Observations one series: a code, or at last the words */
char      *cairn_measure_dup_key (CairnJson observation);
gboolean   cairn_measure_has_key (CairnJson observation, const char *key);
char     **cairn_measure_words   (const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnMeasure, cairn_measure_free)

G_END_DECLS
