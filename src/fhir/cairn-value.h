/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CairnValue:
 * @text: (nullable): the value in words or digits, as written ("1.10", "< 5", "Positive", "120/80"); without the unit
 * @unit: (nullable): its unit as people write it
 * @has_number: whether @number is set
 * @number: the number, for charts and comparison only
 *
 * Any of FHIR's value[x] choices in one shape (FHIR R4 §10.1.3, §2.24).
 */
typedef struct
{
  char    *text;
  char    *unit;
  gboolean has_number;
  double   number;
} CairnValue;

gboolean cairn_value_read          (CairnJson element, const char *choice, CairnValue *value);
gboolean cairn_value_read_as       (CairnJson value, const char *choice, CairnValue *out);
gboolean cairn_value_read_quantity (CairnJson quantity, CairnValue *value);
char    *cairn_value_dup_full      (const CairnValue *value);
char    *cairn_value_dup_shown     (const char *text);
char    *cairn_unit_dup_shown      (const char *unit);
void     cairn_value_clear         (CairnValue *value);

/* CodeableConcept and Coding (FHIR R4 §2.24.0.6): the words for people, and the clinical term beside them */
char    *cairn_concept_dup_text    (CairnJson concept);
char    *cairn_concept_dup_term    (CairnJson concept);
gboolean cairn_concept_has_words   (CairnJson concept);
gboolean cairn_concept_has_code    (CairnJson concept, const char *system, const char *code);

/* Other datatypes in words; NULL when there is nothing to say */
char    *cairn_period_dup_words    (CairnJson period);
char    *cairn_name_dup_words      (CairnJson human_names);
char    *cairn_address_dup_words   (CairnJson address);
char    *cairn_money_dup_words     (CairnJson money);
char    *cairn_timing_dup_words    (CairnJson timing);
char    *cairn_duration_dup_words  (CairnJson quantity);
char    *cairn_dosage_dup_words    (CairnJson dosage);
char    *cairn_dosage_dup_details  (CairnJson dosage);
char    *cairn_narrative_dup_text  (const char *xhtml);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CairnValue, cairn_value_clear)

G_END_DECLS
