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
 *   other types   nobody */
#include "portal-access.h"

#include <string.h>

#include "fhir/cairn-types.h"

/* What a patient's own app may be granted. A type or an operation that isn't served isn't granted.
 */
#define PATIENT_SCOPES "launch/patient offline_access patient/*.rs"
/* Staff see nothing yet: they may sign in, and that is all. */
#define STAFF_SCOPES "offline_access"

PortalView *
portal_view_new (const char *account, const char *patient, const char *scope)
{
  PortalView *view = g_new0 (PortalView, 1);

  view->account = g_strdup (account);
  view->patient = g_strdup (patient);
  view->scopes = cairn_scopes_parse (scope);
  return view;
}

void
portal_view_free (PortalView *view)
{
  g_free (view->account);
  g_free (view->patient);
  cairn_scopes_unref (view->scopes);
  g_free (view);
}

/* Whether the token's scopes reach this far; which rows it then gets is another question. */
gboolean
portal_view_may (const PortalView *view, const char *type, PortalOperation operation)
{
  CairnScopeOps ops = operation == PORTAL_OPERATION_READ ? CAIRN_SCOPE_READ : CAIRN_SCOPE_SEARCH;

  if (operation == PORTAL_OPERATION_HISTORY)
    ops = CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH;
  return view->patient != NULL && cairn_scopes_allow (view->scopes, "patient", type, ops);
}

void
portal_view_get_audiences (const PortalView *view, const char *type, PortalAudiences audiences)
{
  guint n = 0;

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

/* The last look at a row before it leaves. */
gboolean
portal_view_sees (const PortalView *view, const PortalRow *row, PortalOperation operation)
{
  PortalAudiences audiences;

  if (row->audience == NULL || !portal_view_may (view, row->type, operation))
    return FALSE;
  if (row->state != PORTAL_STATE_LIVE && operation == PORTAL_OPERATION_SEARCH)
    return FALSE;
  portal_view_get_audiences (view, row->type, audiences);
  return g_strv_contains ((const char *const *) audiences, row->audience);
}

/* The part of the requested scopes that an account gets. */
char *
portal_access_grant (const char *requested, const char *patient)
{
  g_autoptr(CairnScopes) wanted = cairn_scopes_parse (requested);
  g_autoptr(CairnScopes)
    allowed = cairn_scopes_parse (patient != NULL ? PATIENT_SCOPES : STAFF_SCOPES);
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
  g_ptr_array_sort (audiences, compare);
  return g_steal_pointer (&audiences);
}

gboolean
portal_access_by_reference (const char *type)
{
  return cairn_type_get_class (type) == CAIRN_TYPE_CLASS_BY_REFERENCE;
}
