/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-summary.h"
#include "fhir/cairn-value.h"

G_BEGIN_DECLS

/**
 * CairnFact:
 * @section: (nullable): translated heading of the group that it stands in; %NULL for the first, unnamed one
 * @label: translated name of the fact ("Usual range")
 * @text: what it says; plain text, may have line breaks
 * @reference: (nullable): "Type/id" of the resource that it points at
 *
 * One thing that a record says.
 */
typedef struct
{
  char *section;
  char *label;
  char *text;
  char *reference;
} CairnFact;

/**
 * CairnRange:
 *
 * The usual one of Observation.referenceRange, in numbers for the range bar; @text is what people read.
 */
typedef struct
{
  gboolean has_low, has_high;
  double   low, high;
  char    *text;
} CairnRange;

typedef enum
{
  CAIRN_LEVEL_UNKNOWN,
  CAIRN_LEVEL_USUAL,
  CAIRN_LEVEL_LOW,
  CAIRN_LEVEL_HIGH,
  CAIRN_LEVEL_VERY_LOW,
  CAIRN_LEVEL_VERY_HIGH,
  CAIRN_LEVEL_UNUSUAL,
} CairnLevel;

/**
 * CairnFactsResolver:
 * @reference: "Type/id"
 * @value: (out) (optional) (transfer full) (nullable): what its value is, in words ("6.1 %, High")
 * @data: the caller's
 *
 * Returns: (transfer full) (nullable): what to call the resource that a reference points at
 */
typedef char *(*CairnFactsResolver) (const char *reference, char **value, gpointer data);

/**
 * CairnFacts:
 * @summary: the record's one line
 * @level: how its value stands to the usual, from interpretation, else from the range
 * @range: (nullable): its reference range
 * @warning: (nullable): translated sentence to show first ("This record was entered by mistake. …")
 * @narrative: (nullable): plain text of its narrative
 * @facts: (element-type CairnFact): in reading order
 *
 * All that the screen and `cairnctl show` say about one resource, in words.
 */
typedef struct
{
  CairnSummary *summary;
  CairnValue    value;
  CairnLevel    level;
  CairnRange   *range;
  char         *warning;
  char         *narrative;
  GPtrArray    *facts;
} CairnFacts;

CairnFacts *cairn_facts_new           (CairnJson resource, CairnFactsResolver resolver, gpointer data);
void        cairn_facts_free          (CairnFacts *self);

CairnRange *cairn_range_new           (CairnJson observation);
void        cairn_range_free          (CairnRange *self);
char       *cairn_range_dup_words     (CairnJson value);
CairnLevel  cairn_level_from_code     (const char *interpretation);
CairnLevel  cairn_level_from_range    (const CairnRange *range, const CairnValue *value);
const char *cairn_level_get_words     (CairnLevel level);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnFacts, cairn_facts_free)

G_END_DECLS
