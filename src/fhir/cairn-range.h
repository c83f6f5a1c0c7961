/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-date.h"
#include "fhir/cairn-value.h"

G_BEGIN_DECLS

typedef enum
{
  CAIRN_SEX_UNKNOWN,
  CAIRN_SEX_FEMALE,
  CAIRN_SEX_MALE,
} CairnSex;

/**
 * CairnPerson:
 * @has_birth: whether @birth is set
 *
 * What must be known of a patient to tell which reference range is theirs.
 */
typedef struct
{
  gboolean  has_birth;
  CairnDate birth;
  CairnSex  sex;
} CairnPerson;

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

void        cairn_person_read      (CairnJson patient, CairnPerson *person);

CairnRange *cairn_range_new        (CairnJson element, const char *loinc, const CairnPerson *person, const char *date);
CairnRange *cairn_range_copy       (const CairnRange *self);
void        cairn_range_free       (CairnRange *self);
char       *cairn_range_dup_words  (CairnJson value);

CairnLevel  cairn_level_from_code  (const char *interpretation);
CairnLevel  cairn_level_from_range (const CairnRange *range, const CairnValue *value);
const char *cairn_level_get_words  (CairnLevel level);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRange, cairn_range_free)

G_END_DECLS
