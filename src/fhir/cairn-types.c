/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resource types of FHIR R4 and how they belong to a patient; ids and references. Immutable tables. */
#include "cairn-types-private.h"

#include <stdlib.h>
#include <string.h>

#include "common/cairn-json-walk.h"

/* FHIR R4 §2.33, Patient compartment (https://hl7.org/fhir/R4/compartmentdefinition-patient.html): for each
 * type the elements of its parameters there, plus Device.patient and Task.for, which R4 leaves out. Sorted by type. */
#define PATHS(...) (const char *const[]) { __VA_ARGS__, NULL }

typedef struct
{
  const char        *type;
  const char *const *paths;
} CompartmentType;

static const CompartmentType compartment[] = {
  { "Account", PATHS ("subject") },
  { "AdverseEvent", PATHS ("subject") },
  { "AllergyIntolerance", PATHS ("patient", "recorder", "asserter") },
  { "Appointment", PATHS ("participant.actor") },
  { "AppointmentResponse", PATHS ("actor") },
  { "AuditEvent", PATHS ("agent.who", "entity.what") },
  { "Basic", PATHS ("subject", "author") },
  { "BodyStructure", PATHS ("patient") },
  { "CarePlan", PATHS ("subject", "activity.detail.performer") },
  { "CareTeam", PATHS ("subject", "participant.member") },
  { "ChargeItem", PATHS ("subject") },
  { "Claim", PATHS ("patient", "payee.party") },
  { "ClaimResponse", PATHS ("patient") },
  { "ClinicalImpression", PATHS ("subject") },
  { "Communication", PATHS ("subject", "sender", "recipient") },
  { "CommunicationRequest", PATHS ("subject", "sender", "recipient", "requester") },
  { "Composition", PATHS ("subject", "author", "attester.party") },
  { "Condition", PATHS ("subject", "asserter") },
  { "Consent", PATHS ("patient") },
  { "Coverage", PATHS ("policyHolder", "subscriber", "beneficiary", "payor") },
  { "CoverageEligibilityRequest", PATHS ("patient") },
  { "CoverageEligibilityResponse", PATHS ("patient") },
  { "DetectedIssue", PATHS ("patient") },
  { "Device", PATHS ("patient") },
  { "DeviceRequest", PATHS ("subject", "performer") },
  { "DeviceUseStatement", PATHS ("subject") },
  { "DiagnosticReport", PATHS ("subject") },
  { "DocumentManifest", PATHS ("subject", "author", "recipient") },
  { "DocumentReference", PATHS ("subject", "author") },
  { "Encounter", PATHS ("subject") },
  { "EnrollmentRequest", PATHS ("candidate") },
  { "EpisodeOfCare", PATHS ("patient") },
  { "ExplanationOfBenefit", PATHS ("patient", "payee.party") },
  { "FamilyMemberHistory", PATHS ("patient") },
  { "Flag", PATHS ("subject") },
  { "Goal", PATHS ("subject") },
  { "Group", PATHS ("member.entity") },
  { "ImagingStudy", PATHS ("subject") },
  { "Immunization", PATHS ("patient") },
  { "ImmunizationEvaluation", PATHS ("patient") },
  { "ImmunizationRecommendation", PATHS ("patient") },
  { "Invoice", PATHS ("subject", "recipient") },
  { "List", PATHS ("subject", "source") },
  { "MeasureReport", PATHS ("subject") },
  { "Media", PATHS ("subject") },
  { "MedicationAdministration", PATHS ("subject", "performer.actor") },
  { "MedicationDispense", PATHS ("subject", "receiver") },
  { "MedicationRequest", PATHS ("subject") },
  { "MedicationStatement", PATHS ("subject") },
  { "MolecularSequence", PATHS ("patient") },
  { "NutritionOrder", PATHS ("patient") },
  { "Observation", PATHS ("subject", "performer") },
  { "Patient", PATHS ("link.other") },
  { "Person", PATHS ("link.target") },
  { "Procedure", PATHS ("subject", "performer.actor") },
  { "Provenance", PATHS ("target") },
  { "QuestionnaireResponse", PATHS ("subject", "author") },
  { "RelatedPerson", PATHS ("patient") },
  { "RequestGroup", PATHS ("subject", "action.participant") },
  { "ResearchSubject", PATHS ("individual") },
  { "RiskAssessment", PATHS ("subject") },
  { "Schedule", PATHS ("actor") },
  { "ServiceRequest", PATHS ("subject", "performer") },
  { "Specimen", PATHS ("subject") },
  { "SupplyDelivery", PATHS ("patient") },
  { "SupplyRequest", PATHS ("deliverTo") },
  { "Task", PATHS ("for") },
  { "VisionPrescription", PATHS ("patient") },
};

static const char *const directory[] = {
  "Endpoint", "HealthcareService", "Location", "Organization", "Practitioner", "PractitionerRole",
  "Questionnaire", "Schedule", "Slot", NULL,
};
static const char *const by_reference[] = { "Binary", "Medication", NULL };
static const char *const own[] = { "Subscription", NULL };

/* The rest of R4's types: definitions, catalogues and workflow that belong to no patient. */
static const char *const others[] = {
  "ActivityDefinition", "BiologicallyDerivedProduct", "Bundle", "CapabilityStatement", "CatalogEntry", "ChargeItemDefinition", "CodeSystem",
  "CompartmentDefinition", "ConceptMap", "Contract", "DeviceDefinition", "DeviceMetric", "EffectEvidenceSynthesis",
  "EnrollmentResponse", "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario", "GraphDefinition",
  "GuidanceResponse", "ImplementationGuide", "InsurancePlan", "Library", "Linkage", "Measure", "MedicationKnowledge",
  "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
  "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction",
  "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
  "MedicinalProductUndesirableEffect", "MessageDefinition", "MessageHeader", "NamingSystem",
  "ObservationDefinition", "OperationDefinition", "OperationOutcome", "OrganizationAffiliation", "Parameters",
  "PaymentNotice", "PaymentReconciliation", "PlanDefinition", "ResearchDefinition", "ResearchElementDefinition",
  "ResearchStudy", "RiskEvidenceSynthesis", "SearchParameter", "SpecimenDefinition", "StructureDefinition",
  "StructureMap", "Substance", "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
  "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
  "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet", "VerificationResult", NULL,
};

static int
compare_type (const void *key, const void *entry)
{
  return strcmp (key, ((const CompartmentType *) entry)->type);
}

/**
 * cairn_compartment_paths:
 * @type: a resource type
 *
 * Returns: (nullable): paths of the references that put an instance into a patient's compartment
 */
const char *const *
cairn_compartment_paths (const char *type)
{
  const CompartmentType *found = NULL;

  if (type != NULL)
    found = bsearch (type, compartment, G_N_ELEMENTS (compartment), sizeof compartment[0], compare_type);
  return found != NULL ? found->paths : NULL;
}

static void
add_types (GHashTable *classes, const char *const *types, CairnTypeClass type_class)
{
  for (; *types != NULL; types++)
    g_hash_table_insert (classes, (gpointer) *types, GINT_TO_POINTER (type_class));
}

/* Every type of R4 and its class; a type of two classes has that of the list that comes last. */
static GHashTable *
get_classes (void)
{
  static GHashTable *classes;
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      classes = g_hash_table_new (g_str_hash, g_str_equal);
      add_types (classes, others, CAIRN_TYPE_CLASS_NONE);
      add_types (classes, own, CAIRN_TYPE_CLASS_OWN);
      add_types (classes, by_reference, CAIRN_TYPE_CLASS_BY_REFERENCE);
      for (guint i = 0; i < G_N_ELEMENTS (compartment); i++)
        g_hash_table_insert (classes, (gpointer) compartment[i].type, GINT_TO_POINTER (CAIRN_TYPE_CLASS_COMPARTMENT));
      add_types (classes, directory, CAIRN_TYPE_CLASS_DIRECTORY);
      g_once_init_leave (&once, 1);
    }
  return classes;
}

/**
 * cairn_type_get_class:
 * @type: (nullable): a name
 *
 * Schedule is a directory type that may also stand in a compartment, when its actor is a patient.
 *
 * Returns: how instances of that type relate to a patient
 */
CairnTypeClass
cairn_type_get_class (const char *type)
{
  return type != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (get_classes (), type)) : CAIRN_TYPE_CLASS_NONE;
}

/**
 * cairn_type_is_known:
 * @type: (nullable): a name
 *
 * Returns: whether R4 has a resource type of that name
 */
gboolean
cairn_type_is_known (const char *type)
{
  return type != NULL && g_hash_table_contains (get_classes (), type);
}

/**
 * cairn_type_list:
 * @type_class: a class
 *
 * Returns: (transfer none): its types, sorted
 */
const char *const *
cairn_type_list (CairnTypeClass type_class)
{
  static const char *compartment_types[G_N_ELEMENTS (compartment) + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      guint n = 0;

      for (guint i = 0; i < G_N_ELEMENTS (compartment); i++)
        if (cairn_type_get_class (compartment[i].type) == CAIRN_TYPE_CLASS_COMPARTMENT)
          compartment_types[n++] = compartment[i].type;
      g_once_init_leave (&once, 1);
    }
  switch (type_class)
    {
    case CAIRN_TYPE_CLASS_COMPARTMENT: return (const char *const *) compartment_types;
    case CAIRN_TYPE_CLASS_DIRECTORY: return directory;
    case CAIRN_TYPE_CLASS_BY_REFERENCE: return by_reference;
    case CAIRN_TYPE_CLASS_OWN: return own;
    default: return others;
    }
}

/**
 * cairn_id_is_legal:
 * @id: (nullable): a logical id
 *
 * Returns: whether it is 1 to 64 of A-Z a-z 0-9 - . (FHIR R4 §2.24.0.1, id)
 */
gboolean
cairn_id_is_legal (const char *id)
{
  gsize length = 0;

  for (; id != NULL && id[length] != '\0'; length++)
    if (length >= 64 || (!g_ascii_isalnum (id[length]) && id[length] != '-' && id[length] != '.'))
      return FALSE;
  return length > 0;
}

/**
 * cairn_reference_split:
 * @reference: (nullable): Reference.reference
 * @type: (out) (optional): the type
 * @id: (out) (optional): the id
 *
 * Takes a literal relative reference, "Type/id" or "Type/id/_history/version". Absolute addresses,
 * urn:uuid, fragments and conditional references are somebody else's names and are not taken.
 *
 * Returns: whether it is one
 */
gboolean
cairn_reference_split (const char *reference, char **type, char **id)
{
  gsize type_length, id_length;
  char type_part[64], id_part[65];
  const char *rest;

  if (reference == NULL || !g_ascii_isupper (*reference))
    return FALSE;
  type_length = strcspn (reference, "/:?#");
  if (reference[type_length] != '/' || type_length >= sizeof type_part)
    return FALSE;
  id_length = strcspn (reference + type_length + 1, "/:?#");
  rest = reference + type_length + 1 + id_length;
  if (id_length >= sizeof id_part ||
      (*rest != '\0' && (!g_str_has_prefix (rest, "/_history/") || !cairn_id_is_legal (rest + strlen ("/_history/")))))
    return FALSE;
  g_strlcpy (type_part, reference, type_length + 1);
  g_strlcpy (id_part, reference + type_length + 1, id_length + 1);
  if (!cairn_type_is_known (type_part) || !cairn_id_is_legal (id_part))
    return FALSE;
  if (type != NULL)
    *type = g_strdup (type_part);
  if (id != NULL)
    *id = g_strdup (id_part);
  return TRUE;
}

/**
 * cairn_reference_foreach:
 * @resource: a resource
 * @func: (scope call): called for each
 * @data: for @func
 *
 * Finds every member "reference" that is a string, at any depth, contained resources included and however
 * its name is escaped: one pass over the text.
 */
void
cairn_reference_foreach (CairnJson resource, CairnReferenceFunc func, gpointer data)
{
  CairnJsonWalk walk;

  cairn_json_walk_init (&walk, resource);
  while (cairn_json_walk_next (&walk))
    if (!walk.in_array && cairn_json_equals (walk.name, "reference"))
      cairn_reference_report (walk.value, func, data);
}

void
cairn_reference_report (CairnJson value, CairnReferenceFunc func, gpointer data)
{
  g_autofree char *reference = cairn_json_dup_string (value), *type = NULL, *id = NULL;

  cairn_reference_split (reference, &type, &id);
  func (type, id, reference, value, data);
}

/* The Patient that a Reference names; addresses of any server count when @absolute. */
static char *
dup_patient_id (CairnJson value, gboolean absolute)
{
  g_autofree char *reference = cairn_json_dup_string (cairn_json_member (value, "reference"));
  g_autofree char *type = NULL, *id = NULL;
  const char *at = reference;

  if (absolute && reference != NULL && g_str_has_prefix (reference, "http"))
    {
      at = g_strrstr (reference, "/Patient/");
      at = at != NULL ? at + 1 : NULL;
    }
  return cairn_reference_split (at, &type, &id) && g_str_equal (type, "Patient") ? g_steal_pointer (&id) : NULL;
}

/* Calls @func for each Reference that may put a resource into a compartment. */
static void
foreach_patient (CairnJson resource, CairnJsonFunc func, gpointer data)
{
  g_autofree char *type = cairn_json_dup_string (cairn_json_member (resource, "resourceType"));
  const char *const *paths = cairn_compartment_paths (type);

  for (; paths != NULL && *paths != NULL; paths++)
    cairn_json_foreach (resource, *paths, func, data);
}

static char *
dup_own_id (CairnJson resource)
{
  g_autofree char *id = NULL;

  if (!cairn_json_equals (cairn_json_member (resource, "resourceType"), "Patient"))
    return NULL;
  id = cairn_json_dup_string (cairn_json_member (resource, "id"));
  return cairn_id_is_legal (id) ? g_steal_pointer (&id) : NULL;
}

typedef struct
{
  GPtrArray  *ids;
  GHashTable *seen;   /* the same */
} Patients;

static void
add_patient (Patients *patients, char *id)
{
  /* Adding a key that is there would take the new one, which goes */
  if (id == NULL || g_hash_table_contains (patients->seen, id))
    {
      g_free (id);
      return;
    }
  g_hash_table_add (patients->seen, id);
  g_ptr_array_add (patients->ids, id);
}

static gboolean
collect_patient (CairnJson value, gpointer data)
{
  add_patient (data, dup_patient_id (value, FALSE));
  return TRUE;
}

/**
 * cairn_compartment_list_patients:
 * @resource: a resource
 *
 * Returns: (transfer full) (element-type utf8): ids of the patients in whose compartments it stands;
 *   a Patient stands in its own
 */
GPtrArray *
cairn_compartment_list_patients (CairnJson resource)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Patients patients = { g_ptr_array_new_with_free_func (g_free), seen };

  add_patient (&patients, dup_own_id (resource));
  foreach_patient (resource, collect_patient, &patients);
  return patients.ids;
}

/**
 * cairn_compartment_has:
 * @resource: a resource
 * @patient_id: a patient
 *
 * Returns: whether it stands in that patient's compartment
 */
gboolean
cairn_compartment_has (CairnJson resource, const char *patient_id)
{
  g_autoptr(GPtrArray) patients = cairn_compartment_list_patients (resource);

  return g_ptr_array_find_with_equal_func (patients, patient_id, g_str_equal, NULL);
}

typedef struct
{
  const char *patient;
  gboolean    own, other;
} Whose;

static void
note_patient (Whose *whose, const char *id)
{
  if (g_strcmp0 (id, whose->patient) == 0)
    whose->own = TRUE;
  else if (id != NULL)
    whose->other = TRUE;
}

static gboolean
check_patient (CairnJson value, gpointer data)
{
  g_autofree char *id = dup_patient_id (value, TRUE);

  note_patient (data, id);
  return TRUE;
}

/**
 * cairn_compartment_is_of_other:
 * @resource: a resource
 * @patient_id: a patient
 *
 * Here an absolute address of a Patient counts as well: it gives nobody access, but it tells whose a record is.
 *
 * Returns: whether it stands in compartments of other patients, and not in that patient's
 */
gboolean
cairn_compartment_is_of_other (CairnJson resource, const char *patient_id)
{
  g_autofree char *own_id = dup_own_id (resource);
  Whose whose = { patient_id, FALSE, FALSE };

  note_patient (&whose, own_id);
  foreach_patient (resource, check_patient, &whose);
  return whose.other && !whose.own;
}
