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
 *   other types   nobody
 *
 * A result that staff hold back has PORTAL_HELD before each patient of its audience; what is no
 * patient's and not everyone's has PORTAL_HELD alone. Staff see every audience, as far as their role's scopes go. */
#include "portal-access.h"

#include <string.h>

#include "fhir/cairn-types.h"

/* What a patient's own app may be granted. A type or an operation that isn't served isn't granted.
 */
#define PATIENT_SCOPES "launch/patient offline_access patient/*.rs patient/Appointment.cu" \
                       " patient/Binary.cu patient/Communication.cu patient/MedicationStatement.cu" \
                       " patient/Observation.c patient/QuestionnaireResponse.cu patient/Task.cu"

#define DIRECTORY_SCOPES " user/Organization.rs user/Practitioner.rs user/PractitionerRole.rs user/Location.rs" \
                         " user/HealthcareService.rs user/Schedule.rs user/Slot.rs user/Endpoint.rs"

/* What staff may be granted, by role */
static const struct
{
  const char *role;
  const char *scopes;
} role_scopes[] = {
  { "front-desk", "offline_access user/Patient.rs user/RelatedPerson.rs user/Appointment.rs"
                  " user/AppointmentResponse.rs user/Coverage.rs" DIRECTORY_SCOPES },
  { "nurse", "offline_access user/*.rs" },
  { "clinician", "offline_access user/*.rs" },
  { "administrator", "offline_access user/AuditEvent.rs" DIRECTORY_SCOPES },
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

void
portal_view_free (PortalView *view)
{
  g_free (view->account);
  g_free (view->patient);
  g_free (view->role);
  g_free (view->practitioner);
  g_free (view->focus);
  g_free (view->held);
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

/* Whether the token's scopes reach this far; which rows it then gets is another question. */
gboolean
portal_view_may (const PortalView *view, const char *type, PortalOperation operation)
{
  static const CairnScopeOps ops[] = {
    [PORTAL_OPERATION_READ] = CAIRN_SCOPE_READ,
    [PORTAL_OPERATION_SEARCH] = CAIRN_SCOPE_SEARCH,
    [PORTAL_OPERATION_HISTORY] = CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH,
    [PORTAL_OPERATION_CREATE] = CAIRN_SCOPE_CREATE,
    [PORTAL_OPERATION_UPDATE] = CAIRN_SCOPE_UPDATE,
    [PORTAL_OPERATION_DELETE] = CAIRN_SCOPE_DELETE,
  };

  if (view->role != NULL)
    return cairn_scopes_allow (view->scopes, "user", type, ops[operation]);
  return view->patient != NULL && cairn_scopes_allow (view->scopes, "patient", type, ops[operation]);
}

/* Staff see all records, but look at one patient's at a time. */
static void
get_staff_audiences (const PortalView *view, const char *type, PortalAudiences audiences)
{
  gboolean focused = view->focus != NULL && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT;

  audiences[0] = focused ? view->focus : PORTAL_ANYBODY;
  audiences[1] = focused ? view->held : PORTAL_EVERYONE;
  audiences[2] = NULL;
}

void
portal_view_get_audiences (const PortalView *view, const char *type, PortalAudiences audiences)
{
  guint n = 0;

  if (view->role != NULL)
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
    case CAIRN_TYPE_CLASS_NONE:
    default:
      break;
    }
  audiences[n] = NULL;
}

/* Of what spans all types: of one patient's record, and of the directory. */
void
portal_view_get_all_audiences (const PortalView *view, PortalAudiences audiences)
{
  audiences[0] = view->role != NULL ? view->focus : view->patient;
  audiences[1] = audiences[0] == NULL ? NULL : view->role != NULL ? view->held : PORTAL_EVERYONE;
  audiences[2] = NULL;
}

static void
touch (PortalView *view, const char *audience)
{
  const char *patient = g_str_has_prefix (audience, PORTAL_HELD) ? audience + strlen (PORTAL_HELD) : audience;

  if (*patient != '\0' && !g_str_equal (patient, PORTAL_EVERYONE))
    g_hash_table_add (view->touched, g_strdup (patient));
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
  if (view->role != NULL)
    {
      touch (view, row->audience);
      return TRUE;
    }
  portal_view_get_audiences (view, row->type, audiences);
  return g_strv_contains ((const char *const *) audiences, row->audience);
}

/* What a patient writes, and on what terms. Each says why not, or NULL; before is absent when
 * something is made. */
typedef const char *(*Terms) (const char *me, CairnJson before, CairnJson after);

static gboolean
is_me (CairnJson resource, const char *path, const char *me)
{
  return cairn_json_equals (cairn_json_get (resource, path), me);
}

static gboolean
is_one_of (CairnJson resource, const char *name, const char *first, const char *second)
{
  CairnJson value = cairn_json_member (resource, name);

  return cairn_json_equals (value, first) || cairn_json_equals (value, second);
}

static const char *
appointment_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text == NULL ? !is_one_of (after, "status", "proposed", "proposed")
                          : !is_one_of (after, "status", "proposed", "cancelled"))
    return "A patient proposes appointments, or cancels them";
  return NULL;
}

static gboolean
is_same_but_received (CairnJson before, CairnJson after)
{
  CairnJson name, value, other;
  CairnJsonIter iter;
  guint n = cairn_json_count (after) - (cairn_json_member (after, "received").text != NULL) -
            (cairn_json_member (after, "meta").text != NULL);

  cairn_json_iter_init (&iter, before);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name);

      if (g_str_equal (plain, "received") || g_str_equal (plain, "meta"))
        continue;
      other = cairn_json_member (after, plain);
      if (other.length != value.length || memcmp (other.text, value.text, value.length) != 0)
        return FALSE;
      n--;
    }
  return n == 0;
}

static const char *
communication_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL && !is_me (before, "sender.reference", me))
    return is_same_but_received (before, after) ? NULL
                                                : "Of others' messages a patient says only when they were received";
  return is_me (after, "sender.reference", me) ? NULL : "A patient's messages have the patient as their sender";
}

static const char *
task_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL && !is_me (before, "requester.reference", me))
    return "A patient changes only requests of their own";
  if (!is_me (after, "requester.reference", me))
    return "A patient's requests have the patient as their requester";
  if (before.text == NULL ? !is_one_of (after, "status", "requested", "requested")
                          : !is_one_of (after, "status", "requested", "cancelled"))
    return "A patient makes requests, or cancels them";
  return NULL;
}

static gboolean
is_others (CairnJson resource, const char *path, const char *me)
{
  CairnJson value = cairn_json_get (resource, path);

  return value.text != NULL && !cairn_json_equals (cairn_json_member (value, "reference"), me);
}

static const char *
answers_terms (const char *me, CairnJson before, CairnJson after)
{
  if (is_others (before, "author", me) || is_others (before, "source", me))
    return "A patient changes only answers of their own";
  if (is_others (after, "author", me) || is_others (after, "source", me))
    return "A patient's answers have the patient as their author";
  return NULL;
}

static const char *
observation_terms (const char *me, CairnJson before, CairnJson after)
{
  if (cairn_json_count (cairn_json_member (after, "performer")) != 1 ||
      !is_me (after, "performer.0.reference", me))
    return "A patient's observations have the patient as their only performer";
  return NULL;
}

static const char *
statement_terms (const char *me, CairnJson before, CairnJson after)
{
  if ((before.text != NULL && !is_me (before, "informationSource.reference", me)) ||
      !is_me (after, "informationSource.reference", me))
    return "A patient's medication statements have the patient as their source";
  return NULL;
}

/* Whether its context is seen is for the writer to look up; what is there stays as it is. */
static const char *
binary_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL)
    return "A patient's attachments don't change";
  return cairn_json_get (after, "securityContext.reference").text != NULL
           ? NULL
           : "A patient's attachment needs a securityContext";
}

static Terms
find_terms (const char *type)
{
  static const struct { const char *type; Terms terms; } table[] = {
    { "Appointment", appointment_terms },
    { "Binary", binary_terms },
    { "Communication", communication_terms },
    { "MedicationStatement", statement_terms },
    { "Observation", observation_terms },
    { "QuestionnaireResponse", answers_terms },
    { "Task", task_terms },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].type, type))
      return table[i].terms;
  return NULL;
}

/* Whether the caller may give a new resource its id: patients their attachments, by a UUID, so that
 * nothing is learnt of other ids. */
gboolean
portal_view_may_name (const PortalView *view, const char *type, const char *id)
{
  return view->patient != NULL && g_str_equal (type, "Binary") && g_uuid_string_is_valid (id);
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
  Terms terms = find_terms (type);
  g_autofree char *me = g_strconcat ("Patient/", view->patient, NULL);
  g_autoptr(GPtrArray) audiences = NULL;

  if (view->patient == NULL || !portal_view_may (view, type, operation))
    return "The token's scopes do not reach this far";
  if (terms == NULL || after.text == NULL)
    return "Patients don't write this";
  audiences = portal_access_audiences (type, after);
  if (!portal_access_by_reference (type) &&
      (audiences->len != 1 || !g_str_equal (g_ptr_array_index (audiences, 0), view->patient)))
    return "This would not be in the patient's own record, or in another one, too";
  return terms (me, before, after);
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

  return cairn_scopes_to_string (granted);
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
