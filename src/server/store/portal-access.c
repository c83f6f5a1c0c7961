/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may see what: the one place that decides it. When a version is written, its audience is
 * worked out here and stored beside it (a patient's id, or everyone who is signed in); when a
 * request reads, its token becomes a view here, the store is asked for the view's audiences only,
 * and each row that leaves is held against the view once more. Pure functions, any thread.
 *
 *   class         audience of a version
 *   compartment   the patients whose compartment it is in (R4 definition, plus Device.patient)
 *   directory     everyone, unless it points at a patient; a Slot only while it is free
 *   by reference  everybody who sees a resource that points at it (portal-index.c follows that)
 *   own           who made it: the account, and of that the one record that its token was for
 *   other types   nobody
 *
 * A result that staff hold back has PORTAL_HELD before each patient of its audience; what is no
 * patient's and not everyone's has PORTAL_HELD alone. Staff see every audience, as far as their role's scopes go; the front desk,
 * of messages, the threads that it or its pools have. */
#include "portal-access.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "fhir/cairn-value.h"
#include "portal-access-terms.h"
#include "portal-params.h"

/* What a patient's own app may be granted. A type or an operation that isn't served isn't granted.
 */
#define PATIENT_SCOPES "openid fhirUser launch/patient offline_access patient/*.rs patient/Appointment.cu" \
                       " patient/Binary.cu patient/Communication.cu patient/MedicationStatement.cu" \
                       " patient/Observation.c patient/QuestionnaireResponse.cu patient/Subscription.cds" \
                       " patient/Task.cu"

#define DIRECTORY_SCOPES " user/Organization.rs user/Practitioner.rs user/PractitionerRole.rs user/Location.rs" \
                         " user/HealthcareService.rs user/Schedule.rs user/Slot.rs user/Endpoint.rs"

/* What anybody who treats patients writes down */
#define CARE_SCOPES \
  " user/AllergyIntolerance.cu user/Appointment.cu user/AppointmentResponse.cu user/Binary.cu user/CarePlan.cu" \
  " user/CareTeam.cu user/Communication.cu user/Consent.cu user/Coverage.cu user/DocumentReference.cu user/Encounter.cu" \
  " user/FamilyMemberHistory.cu user/Flag.cu user/Goal.cu user/Immunization.cu user/MedicationAdministration.cu" \
  " user/MedicationStatement.cu user/Observation.cu user/Patient.cu user/QuestionnaireResponse.cu" \
  " user/RelatedPerson.cu user/Slot.cud user/Specimen.cu user/Subscription.cds user/Task.cu"

/* What is a clinician's to say, and to take back */
#define CLINICIAN_SCOPES \
  " user/AdverseEvent.cud user/AllergyIntolerance.d user/Appointment.d user/Binary.d user/CarePlan.d" \
  " user/ClinicalImpression.cud user/Communication.d user/Condition.cud user/DetectedIssue.cud user/Device.cud" \
  " user/DeviceUseStatement.cud user/DiagnosticReport.cud user/DocumentReference.d user/Encounter.d" \
  " user/FamilyMemberHistory.d user/Flag.d user/Goal.d user/ImagingStudy.cud user/Immunization.d user/List.cud" \
  " user/Media.cud user/Medication.cud user/MedicationAdministration.d user/MedicationDispense.cud" \
  " user/MedicationRequest.cud user/MedicationStatement.d user/NutritionOrder.cud user/Observation.d" \
  " user/Procedure.cud user/Provenance.c user/QuestionnaireResponse.d user/RiskAssessment.cud" \
  " user/ServiceRequest.cud user/Specimen.d user/Task.d user/VisionPrescription.cud"

/* What staff may be granted, by role */
static const struct
{
  const char *role;
  const char *scopes;
  const char *desk;      /* at the desk (`staff`), more, as far as threads are theirs */
} role_scopes[] = {
  { "front-desk", "openid fhirUser offline_access user/Patient.crus user/RelatedPerson.crus user/Appointment.cruds"
                  " user/AppointmentResponse.crus user/Coverage.crus user/Slot.cud user/Schedule.cu"
                  " user/Subscription.crds" DIRECTORY_SCOPES, " user/Communication.crus" },
  { "nurse", "openid fhirUser offline_access user/*.rs" CARE_SCOPES },
  { "clinician", "openid fhirUser offline_access user/*.rs" CARE_SCOPES CLINICIAN_SCOPES },
  { "administrator", "openid fhirUser offline_access user/AuditEvent.rs user/Organization.cud user/Practitioner.cud"
                     " user/PractitionerRole.cud user/Location.cud user/HealthcareService.cud user/Schedule.cud"
                     " user/Slot.cud user/Endpoint.cud user/Questionnaire.cruds" DIRECTORY_SCOPES },
};

static const char *
scopes_of (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_scopes); i++)
    if (g_strcmp0 (role, role_scopes[i].role) == 0)
      return role_scopes[i].scopes;
  return "";
}

PortalView *
portal_view_new (const char *account, const char *patient, const char *scope)
{
  PortalView *view = g_new0 (PortalView, 1);

  view->account = g_strdup (account);
  view->patient = g_strdup (patient);
  view->own = g_strconcat (PORTAL_OWN, account, "/", patient, NULL);
  view->scopes = cairn_scopes_parse (scope);
  return view;
}

/* Somebody who works here. */
PortalView *
portal_view_new_staff (const char *account, const char *practitioner, const char *role, const char *scope)
{
  PortalView *view = portal_view_new (account, NULL, scope);
  g_autoptr(CairnScopes) granted = view->scopes;
  g_autoptr(CairnScopes) allowed = cairn_scopes_parse (scopes_of (role));

  view->scopes = cairn_scopes_intersect (granted, allowed);
  view->role = g_strdup (role);
  view->practitioner = g_strdup (practitioner);
  view->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return view;
}

/* Somebody at the desk. @hands: (element-type utf8): references of themselves and of the pools they work in: who otherwise reads no
 * messages has the threads of these, and no others. */
void
portal_view_open_desk (PortalView *view, GPtrArray *hands)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_scopes); i++)
    if (role_scopes[i].desk != NULL && g_strcmp0 (view->role, role_scopes[i].role) == 0)
      {
        g_autofree char *all = g_strconcat (role_scopes[i].scopes, role_scopes[i].desk, NULL);

        cairn_scopes_unref (view->scopes);
        view->scopes = cairn_scopes_parse (all);
        view->hands = g_ptr_array_ref (hands);
        view->threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      }
}

void
portal_view_free (PortalView *view)
{
  g_clear_pointer (&view->hands, g_ptr_array_unref);
  g_clear_pointer (&view->threads, g_hash_table_unref);
  g_free (view->account);
  g_free (view->patient);
  g_free (view->role);
  g_free (view->practitioner);
  g_free (view->focus);
  g_free (view->held);
  g_free (view->own);
  g_clear_pointer (&view->touched, g_hash_table_unref);
  cairn_scopes_unref (view->scopes);
  g_free (view);
}

/* A search asks for a patient's records: may it? Staff may for one patient at a time. */
gboolean
portal_view_focus (PortalView *view, const char *patient)
{
  if (view->role == NULL)
    return g_strcmp0 (view->patient, patient) == 0;
  if (view->focus == NULL && cairn_id_is_legal (patient))
    {
      view->focus = g_strdup (patient);
      view->held = g_strconcat (PORTAL_HELD, patient, NULL);
    }
  return g_strcmp0 (view->focus, patient) == 0;
}

/* The next part of the same request may be about somebody else. */
void
portal_view_end_focus (PortalView *view)
{
  g_clear_pointer (&view->focus, g_free);
  g_clear_pointer (&view->held, g_free);
}

/* Whether a search or history of a whole type must name a patient first. */
gboolean
portal_view_needs_patient (const PortalView *view, const char *type)
{
  return view->role != NULL && view->focus == NULL &&
         cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT;
}

/* Who may read what the audit log says about a patient's record. */
gboolean
portal_view_sees_log (const PortalView *view, const char *patient)
{
  if (view->role != NULL)
    return g_str_equal (view->role, "administrator");
  return g_strcmp0 (view->patient, patient) == 0;
}

/* Who looks, and at whom: what a next-link holds for. */
char *
portal_view_dup_name (const PortalView *view)
{
  if (view->role != NULL)
    return g_strconcat (view->account, "#", view->focus, NULL);
  return g_strdup (view->patient != NULL ? view->patient : view->account);
}

/* Goes on with what portal_view_dup_name() gave: FALSE when that was somebody else's. */
gboolean
portal_view_resume (PortalView *view, const char *name)
{
  const char *mark = view->role != NULL ? strrchr (name, '#') : NULL;
  g_autofree char *own = NULL;

  if (mark != NULL && mark[1] != '\0' && !portal_view_focus (view, mark + 1))
    return FALSE;
  own = portal_view_dup_name (view);
  return g_str_equal (own, name);
}

static CairnScopeOps
ops_of (PortalOperation operation)
{
  static const CairnScopeOps ops[] = {
    [PORTAL_OPERATION_READ] = CAIRN_SCOPE_READ,
    [PORTAL_OPERATION_SEARCH] = CAIRN_SCOPE_SEARCH,
    [PORTAL_OPERATION_HISTORY] = CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH,
    [PORTAL_OPERATION_CREATE] = CAIRN_SCOPE_CREATE,
    [PORTAL_OPERATION_UPDATE] = CAIRN_SCOPE_UPDATE,
    [PORTAL_OPERATION_DELETE] = CAIRN_SCOPE_DELETE,
  };

  return ops[operation];
}

static const char *
context_of (const PortalView *view)
{
  return view->role != NULL ? "user" : "patient";
}

/* Whether the token's scopes reach this far; which rows it then gets is another question. */
gboolean
portal_view_may (const PortalView *view, const char *type, PortalOperation operation)
{
  return (view->role != NULL || view->patient != NULL) &&
         cairn_scopes_allow_some (view->scopes, context_of (view), type, ops_of (operation));
}

/* The only categories of a type that the token reaches, as "system|code" or "code"; NULL when it reaches all. */
char **
portal_view_dup_categories (const PortalView *view, const char *type, PortalOperation operation)
{
  return cairn_scopes_dup_categories (view->scopes, context_of (view), type, ops_of (operation));
}

static gboolean
has_category (CairnJson resource, const char *category)
{
  const char *bar = strrchr (category, '|'), *code = bar != NULL ? bar + 1 : category;
  g_autofree char *system = bar != NULL ? g_strndup (category, bar - category) : NULL;
  CairnJson value = cairn_json_member (resource, "category"), concept;
  CairnJsonIter iter;

  if (cairn_json_is_object (value))
    return cairn_concept_has_code (value, system, code);
  if (!cairn_json_is_array (value))
    return FALSE;
  cairn_json_iter_init (&iter, value);
  while (cairn_json_iter_next (&iter, NULL, &concept))
    if (cairn_concept_has_code (concept, system, code))
      return TRUE;
  return FALSE;
}

/* Whether a row is of a category that the token reaches; one that was deleted is of none. */
static gboolean
is_in_category (const PortalView *view, const PortalRow *row, PortalOperation operation)
{
  g_auto(GStrv) categories = portal_view_dup_categories (view, row->type, operation);

  for (guint i = 0; categories != NULL && categories[i] != NULL; i++)
    if (row->text.text != NULL && has_category (row->text, categories[i]))
      return TRUE;
  return categories == NULL;
}

/* Staff see all records, but look at one patient's at a time; whose, they search for among all. */
static void
get_staff_audiences (const PortalView *view, const char *type, PortalAudiences audiences)
{
  gboolean focused = view->focus != NULL && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT;

  audiences[0] = focused ? view->focus : PORTAL_ANYBODY;
  audiences[1] = focused ? view->held : g_str_equal (type, "Patient") ? NULL : PORTAL_EVERYONE;
  audiences[2] = NULL;
}

void
portal_view_get_audiences (const PortalView *view, const char *type, PortalAudiences audiences)
{
  guint n = 0;

  if (view->role != NULL && cairn_type_get_class (type) != CAIRN_TYPE_CLASS_OWN)
    {
      get_staff_audiences (view, type, audiences);
      return;
    }
  switch (cairn_type_get_class (type))
    {
    case CAIRN_TYPE_CLASS_DIRECTORY:
    case CAIRN_TYPE_CLASS_BY_REFERENCE:
      if (view->patient != NULL)
        audiences[n++] = view->patient;
      audiences[n++] = PORTAL_EVERYONE;
      break;
    case CAIRN_TYPE_CLASS_COMPARTMENT:
      if (view->patient != NULL)
        audiences[n++] = view->patient;
      break;
    case CAIRN_TYPE_CLASS_OWN:
      audiences[n++] = view->own;
      break;
    case CAIRN_TYPE_CLASS_NONE:
    default:
      break;
    }
  audiences[n] = NULL;
}

/* Of what spans all types: of one patient's record, and of the directory; for staff, of all there is. */
void
portal_view_get_all_audiences (const PortalView *view, PortalAudiences audiences)
{
  audiences[0] = view->role != NULL ? PORTAL_ANYBODY : view->patient;
  audiences[1] = audiences[0] == NULL || view->role != NULL ? NULL : PORTAL_EVERYONE;
  audiences[2] = NULL;
}

static void
touch (PortalView *view, const char *audience)
{
  const char *patient = g_str_has_prefix (audience, PORTAL_HELD) ? audience + strlen (PORTAL_HELD) : audience;

  if (*patient != '\0' && !g_str_equal (patient, PORTAL_EVERYONE))
    g_hash_table_add (view->touched, g_strdup (patient));
}

/* Whether a message is of a thread that the desk has, or had before it handed it over just now; its first message tells, and is
 * looked at first. */
static gboolean
is_in_hand (PortalView *view, const PortalRow *row)
{
  g_autofree char *head = cairn_json_dup_text_at (row->text, "partOf.0.reference");
  g_autofree char *own = g_strconcat ("Communication/", row->id, NULL);
  CairnJsonIter iter;
  CairnJson one;

  if (head != NULL || g_hash_table_contains (view->threads, own))
    return g_hash_table_contains (view->threads, head != NULL ? head : own);
  cairn_json_iter_init (&iter, cairn_json_member (row->text, "recipient"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *reference = cairn_json_dup_text_at (one, "reference");

      if (reference == NULL || !g_ptr_array_find_with_equal_func (view->hands, reference, g_str_equal, NULL))
        continue;
      g_hash_table_add (view->threads, g_steal_pointer (&own));
      return TRUE;
    }
  return FALSE;
}

/* The last look at a row before it leaves. */
gboolean
portal_view_sees (PortalView *view, const PortalRow *row, PortalOperation operation)
{
  PortalAudiences audiences;

  if (row->audience == NULL || !portal_view_may (view, row->type, operation))
    return FALSE;
  if (row->state != PORTAL_STATE_LIVE && operation == PORTAL_OPERATION_SEARCH)
    return FALSE;
  if (!is_in_category (view, row, operation))
    return FALSE;
  if (view->hands != NULL && g_str_equal (row->type, "Communication") && (row->text.text == NULL || !is_in_hand (view, row)))
    return FALSE;
  if (view->role != NULL && !g_str_has_prefix (row->audience, PORTAL_OWN))
    {
      touch (view, row->audience);
      return TRUE;
    }
  portal_view_get_audiences (view, row->type, audiences);
  return g_strv_contains ((const char *const *) audiences, row->audience);
}

/* Whether they may be told when something of a type, of any category, is written in a patient's record; what it is, they ask
 * for. */
gboolean
portal_view_may_watch (const PortalView *view, const char *type, const char *patient)
{
  g_auto(GStrv) categories = portal_view_dup_categories (view, type, PORTAL_OPERATION_SEARCH);

  return categories == NULL && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT && portal_view_may (view, type, PORTAL_OPERATION_SEARCH) &&
         (view->role != NULL || g_strcmp0 (view->patient, patient) == 0);
}

/* Whether the caller may give a new resource its id: an attachment, by a UUID, so that nothing is
 * learnt of other ids. */
gboolean
portal_view_may_name (const PortalView *view, const char *type, const char *id)
{
  return g_str_equal (type, "Binary") && g_uuid_string_is_valid (id);
}

static gboolean
same_audiences (const char *type, CairnJson before, CairnJson after)
{
  g_autoptr(GPtrArray) one = portal_access_audiences (type, before), other = portal_access_audiences (type, after);

  for (guint i = 0; i < MIN (one->len, other->len); i++)
    if (!g_str_equal (g_ptr_array_index (one, i), g_ptr_array_index (other, i)))
      return FALSE;
  return one->len == other->len;
}

/* In the patient's own record and no other; that a message to several was received each of them may say. */
static gboolean
stays_in_record (const PortalView *view, const char *type, CairnJson before, CairnJson after)
{
  g_autoptr(GPtrArray) audiences = portal_access_audiences (type, after);

  if (cairn_type_get_class (type) != CAIRN_TYPE_CLASS_COMPARTMENT)
    return TRUE;
  if (audiences->len == 1)
    return g_str_equal (g_ptr_array_index (audiences, 0), view->patient);
  return portal_terms_only_received (type, before, after) && same_audiences (type, before, after);
}

static const char *
patient_refuses (const PortalView *view, const char *type, CairnJson before, CairnJson after)
{
  g_autofree char *me = g_strconcat ("Patient/", view->patient, NULL);

  if (after.text == NULL)
    return g_str_equal (type, "Subscription") ? NULL : "Patients don't delete this";
  if (!stays_in_record (view, type, before, after))
    return "This would not be in the patient's own record, or in another one, too";
  return portal_terms_of_patient (type, me, before, after);
}

/* What somebody filed with the wrong patient is entered in error, and made anew with the right one: whoever
 * saw it must be told. */
static const char *
staff_refuses (const PortalView *view, const char *type, CairnJson before, CairnJson after)
{
  g_autofree char *me = g_strconcat ("Practitioner/", view->practitioner, NULL);

  if (after.text == NULL)
    return NULL;
  if (before.text != NULL && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT &&
      !same_audiences (type, before, after))
    return "A record doesn't move to another patient";
  return portal_terms_of_staff (type, me, before, after);
}

/* Why a write isn't allowed, or NULL. before is what the caller sees now, absent when there is
 * nothing; after is absent in a deletion. */
const char *
portal_view_refuses (const PortalView  *view,
                     PortalOperation    operation,
                     const char        *type,
                     CairnJson          before,
                     CairnJson          after)
{
  if (!portal_view_may (view, type, operation))
    return "The token's scopes do not reach this far";
  return view->role != NULL ? staff_refuses (view, type, before, after) : patient_refuses (view, type, before, after);
}

/* Whose records a write of staff is about, for the audit log. */
void
portal_view_note_write (PortalView *view, const char *type, CairnJson resource)
{
  g_autoptr(GPtrArray) audiences = view->role != NULL ? portal_access_audiences (type, resource) : NULL;

  for (guint i = 0; audiences != NULL && i < audiences->len; i++)
    touch (view, g_ptr_array_index (audiences, i));
}

/* How far somebody's token reaches: for what the portal says of itself. NULL is anybody's: a patient's. */
gboolean
portal_access_declares (const PortalView *view, const char *type, PortalOperation operation)
{
  g_autoptr(CairnScopes) scopes = NULL;

  if (view != NULL)
    return portal_view_may (view, type, operation);
  scopes = cairn_scopes_parse (PATIENT_SCOPES);
  return cairn_scopes_allow (scopes, "patient", type, ops_of (operation));
}

const char *
portal_access_get_patient_scopes (void)
{
  return PATIENT_SCOPES;
}

/* The part of the requested scopes that an account gets. */
char *
portal_access_grant (const char *requested, const char *patient, const char *role)
{
  g_autoptr(CairnScopes) wanted = cairn_scopes_parse (requested);
  g_autoptr(CairnScopes)
    allowed = cairn_scopes_parse (patient != NULL ? PATIENT_SCOPES : scopes_of (role));
  g_autoptr(CairnScopes) granted = cairn_scopes_intersect (wanted, allowed);
  g_auto(GStrv) words = cairn_scopes_to_strv (granted);
  g_autoptr(GString) text = g_string_new (NULL);

  /* Only of types that have categories, and can be searched by them */
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *slash = strchr (words[i], '/'), *query = strchr (words[i], '?');
      g_autofree char *type = query != NULL ? g_strndup (slash + 1, strcspn (slash + 1, ".")) : NULL;

      if (type == NULL || portal_params_find (type, "category") != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
note_patient (const char *type,
              const char *id,
              const char *reference,
              CairnJson value,
              gpointer data)
{
  gboolean *found = data;

  if (g_strcmp0 (type, "Patient") == 0 || g_strcmp0 (type, "RelatedPerson") == 0)
    *found = TRUE;
}

static gboolean
is_public (const char *type, CairnJson resource)
{
  gboolean points_at_patient = FALSE;

  if (g_str_equal (type, "Slot") &&
      !cairn_json_equals (cairn_json_member (resource, "status"), "free"))
    return FALSE;
  cairn_reference_foreach (resource, note_patient, &points_at_patient);
  return !points_at_patient;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Who may see a resource because of what it says itself: sorted, without doubles. */
GPtrArray *
portal_access_audiences (const char *type, CairnJson resource)
{
  CairnTypeClass type_class = cairn_type_get_class (type);
  g_autoptr(GPtrArray) audiences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) patients = NULL;

  if (type_class != CAIRN_TYPE_CLASS_COMPARTMENT && type_class != CAIRN_TYPE_CLASS_DIRECTORY)
    return g_steal_pointer (&audiences);
  if (type_class == CAIRN_TYPE_CLASS_DIRECTORY && is_public (type, resource))
    {
      g_ptr_array_add (audiences, g_strdup (PORTAL_EVERYONE));
      return g_steal_pointer (&audiences);
    }
  patients = cairn_compartment_list_patients (resource);
  for (guint i = 0; patients != NULL && i < patients->len; i++)
    if (!g_ptr_array_find_with_equal_func (audiences, g_ptr_array_index (patients, i), g_str_equal,
                                           NULL) &&
        cairn_id_is_legal (g_ptr_array_index (patients, i)))
      g_ptr_array_add (audiences, g_strdup (g_ptr_array_index (patients, i)));
  if (audiences->len == 0)
    g_ptr_array_add (audiences, g_strdup (PORTAL_HELD));   /* nobody's: for staff */
  g_ptr_array_sort (audiences, compare);
  return g_steal_pointer (&audiences);
}

gboolean
portal_access_by_reference (const char *type)
{
  return cairn_type_get_class (type) == CAIRN_TYPE_CLASS_BY_REFERENCE;
}

/* Turns an audience into that of a result which is held back. */
void
portal_access_hold (GPtrArray *audiences)
{
  for (guint i = 0; i < audiences->len; i++)
    {
      char *audience = g_ptr_array_index (audiences, i);

      if (g_str_equal (audience, PORTAL_EVERYONE) || g_str_has_prefix (audience, PORTAL_HELD))
        continue;
      audiences->pdata[i] = g_strconcat (PORTAL_HELD, audience, NULL);
      g_free (audience);
    }
}

/* Whether somebody may hold resources of a type back from patients, and release them. */
gboolean
portal_access_may_hold (const PortalView *view, const char *type)
{
  return (g_strcmp0 (view->role, "clinician") == 0 || g_strcmp0 (view->role, "nurse") == 0) &&
         cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT && !g_str_equal (type, "Patient");
}
