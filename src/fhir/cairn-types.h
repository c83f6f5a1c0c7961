/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CairnTypeClass:
 * @CAIRN_TYPE_CLASS_NONE: not a resource type of R4, or one that holds no clinic data
 * @CAIRN_TYPE_CLASS_COMPARTMENT: belongs to patients (R4 Patient compartment, plus Device.patient, plus Patient itself)
 * @CAIRN_TYPE_CLASS_DIRECTORY: who and where: Organization, Practitioner, PractitionerRole, Location, HealthcareService, Schedule, Slot, Questionnaire, Endpoint
 * @CAIRN_TYPE_CLASS_BY_REFERENCE: visible when a visible resource points at it: Medication, Binary
 * @CAIRN_TYPE_CLASS_OWN: visible to who made it: Subscription
 *
 * How a type's instances relate to a patient.
 */
typedef enum
{
  CAIRN_TYPE_CLASS_NONE,
  CAIRN_TYPE_CLASS_COMPARTMENT,
  CAIRN_TYPE_CLASS_DIRECTORY,
  CAIRN_TYPE_CLASS_BY_REFERENCE,
  CAIRN_TYPE_CLASS_OWN,
} CairnTypeClass;

/**
 * CairnReferenceFunc:
 * @type: (nullable): the type of a relative reference "Type/id"; %NULL when it is of another form
 * @id: (nullable): its id
 * @reference: the text of Reference.reference as written
 * @value: the place of that text, for edits
 * @data: the caller's
 */
typedef void (*CairnReferenceFunc) (const char *type, const char *id, const char *reference, CairnJson value, gpointer data);

gboolean           cairn_type_is_known            (const char *type);
CairnTypeClass     cairn_type_get_class           (const char *type);
const char *const *cairn_type_list                (CairnTypeClass type_class);

gboolean           cairn_id_is_legal              (const char *id);
gboolean           cairn_reference_split          (const char *reference, char **type, char **id);
void               cairn_reference_foreach        (CairnJson resource, CairnReferenceFunc func, gpointer data);

const char *const *cairn_compartment_paths        (const char *type);
gboolean           cairn_compartment_has          (CairnJson resource, const char *patient_id);
GPtrArray         *cairn_compartment_list_patients (CairnJson resource);
gboolean           cairn_compartment_is_of_other  (CairnJson resource, const char *patient_id);

G_END_DECLS
