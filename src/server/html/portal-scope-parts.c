/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts that somebody can let an app see instead of the whole record that it asks for, in kinds that people know. Any
 * thread. */
#include "config.h"

#include "portal-scope-parts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "portal-html.h"

#define WHOLE "patient/*."
/* Whose record it is, and who and where the people and places are that it names */
#define ALWAYS "Patient Practitioner PractitionerRole Organization Location"

static const struct
{
  const char *id, *words, *types;
} parts[] = {
  { "results", NC_ ("scope", "Test results, vital signs and imaging"), "Observation DiagnosticReport Specimen ImagingStudy Media" },
  { "problems", NC_ ("scope", "Health problems and diagnoses"), "Condition" },
  { "allergies", NC_ ("scope", "Allergies"), "AllergyIntolerance" },
  { "medicines", NC_ ("scope", "Medicines"), "MedicationRequest MedicationDispense MedicationStatement MedicationAdministration Medication" },
  { "vaccinations", NC_ ("scope", "Vaccinations"), "Immunization" },
  { "visits", NC_ ("scope", "Visits, appointments and procedures"), "Encounter Appointment Procedure" },
  { "documents", NC_ ("scope", "Documents and notes"), "DocumentReference Binary" },
  { "plans", NC_ ("scope", "Care plans, goals, referrals and the care team"), "CarePlan CareTeam Goal ServiceRequest" },
  { "family", NC_ ("scope", "Illnesses in the family"), "FamilyMemberHistory" },
  { "insurance", NC_ ("scope", "Insurance and bills"), "Coverage Claim ExplanationOfBenefit" },
  { "messages", NC_ ("scope", "Messages, requests and forms"), "Communication Task QuestionnaireResponse" },
};

/* Whether a scope is all of the record, to look at. */
gboolean
portal_scope_is_whole (const char *scope)
{
  const char *ops = g_str_has_prefix (scope, WHOLE) ? scope + strlen (WHOLE) : "";

  return g_str_equal (ops, "rs") || g_str_equal (ops, "r") || g_str_equal (ops, "s") || g_str_equal (ops, "read");
}

/* To be opened by who wants to choose; nothing is chosen at first. */
void
portal_scope_add_parts (GString *html)
{
  portal_html_add (html, "<details class=\"parts\">\n<summary>", _("Only parts of it"), "</summary>\n");
  portal_html_add (html, "<p class=\"hint\">", _("Tick what it may see: then all else stays closed to it."), "</p>\n");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      portal_html_add (html, "<label class=\"choice\"><input type=\"checkbox\" name=\"part\" value=\"", parts[i].id, "\">");
      portal_html_add (html, "<span>", g_dpgettext2 (GETTEXT_PACKAGE, "scope", parts[i].words), "</span></label>\n");
    }
  g_string_append (html, "</details>\n");
}

static void
add_types (GString *scopes, const char *types, const char *ops)
{
  g_auto(GStrv) names = g_strsplit (types, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (scopes, "%spatient/%s.%s", scopes->len > 0 ? " " : "", names[i], ops);
}

/* What is left of a scope when only some parts (ids) of the record are let go. */
char *
portal_scope_narrow (const char *scope, const char *const *chosen)
{
  g_autoptr(GString) scopes = g_string_new (NULL);
  const char *ops;

  if (!portal_scope_is_whole (scope) || chosen[0] == NULL)
    return g_strdup (scope);
  ops = scope + strlen (WHOLE);
  add_types (scopes, ALWAYS, ops);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_strv_contains (chosen, parts[i].id))
      add_types (scopes, parts[i].types, ops);
  return g_string_free (g_steal_pointer (&scopes), FALSE);
}
