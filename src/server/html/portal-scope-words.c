/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an app asks for, in the words of people who are asked (SMART App Launch 2.2, "Scopes"). Any thread. */
#include "config.h"

#include "portal-scope-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "common/cairn-scopes.h"
#include "fhir/cairn-code-words.h"

typedef struct
{
  const char *name, *words;
} Words;

static const Words types[] = {
  { "AllergyIntolerance", NC_ ("scope", "Allergies") },
  { "Appointment", NC_ ("scope", "Appointments") },
  { "AuditEvent", NC_ ("scope", "Who looked at the record") },
  { "Binary", NC_ ("scope", "Files and attachments") },
  { "CarePlan", NC_ ("scope", "Care plans") },
  { "CareTeam", NC_ ("scope", "Care team") },
  { "Claim", NC_ ("scope", "Bills to the insurer") },
  { "Communication", NC_ ("scope", "Messages") },
  { "Condition", NC_ ("scope", "Health problems and diagnoses") },
  { "Coverage", NC_ ("scope", "Insurance") },
  { "Device", NC_ ("scope", "Implants and devices") },
  { "DiagnosticReport", NC_ ("scope", "Reports of tests and imaging") },
  { "DocumentReference", NC_ ("scope", "Documents and notes") },
  { "Encounter", NC_ ("scope", "Visits") },
  { "ExplanationOfBenefit", NC_ ("scope", "Statements of the insurer") },
  { "FamilyMemberHistory", NC_ ("scope", "Illnesses in the family") },
  { "Goal", NC_ ("scope", "Goals") },
  { "Immunization", NC_ ("scope", "Vaccinations") },
  { "MedicationDispense", NC_ ("scope", "Medicines that were handed over") },
  { "MedicationRequest", NC_ ("scope", "Prescriptions") },
  { "MedicationStatement", NC_ ("scope", "Medicines that you take") },
  { "Observation", NC_ ("scope", "Test results, vital signs and other measurements") },
  { "Patient", NC_ ("scope", "Name, birth date and contact details") },
  { "Procedure", NC_ ("scope", "Operations and procedures") },
  { "Provenance", NC_ ("scope", "Where records come from") },
  { "QuestionnaireResponse", NC_ ("scope", "Forms that you filled in") },
  { "RelatedPerson", NC_ ("scope", "Relatives and contacts") },
  { "ServiceRequest", NC_ ("scope", "Orders and referrals") },
  { "Specimen", NC_ ("scope", "Samples") },
  { "Subscription", NC_ ("scope", "News as they come") },
  { "Task", NC_ ("scope", "Requests, such as refills") },
};

static const Words categories[] = {
  { "laboratory", NC_ ("scope", "Laboratory results") },
  { "vital-signs", NC_ ("scope", "Vital signs, such as blood pressure and weight") },
  { "social-history", NC_ ("scope", "Smoking, work and other circumstances of life") },
  { "survey", NC_ ("scope", "Answers to surveys") },
  { "sdoh", NC_ ("scope", "Social needs") },
  { "imaging", NC_ ("scope", "Results of imaging") },
  { "procedure", NC_ ("scope", "Results of procedures") },
  { "problem-list-item", NC_ ("scope", "Health problems") },
  { "encounter-diagnosis", NC_ ("scope", "Diagnoses made at visits") },
  { "health-concern", NC_ ("scope", "Health concerns") },
};

static const char *
look_up (const Words *table, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (table[i].name, name))
      return g_dpgettext2 (GETTEXT_PACKAGE, "scope", table[i].words);
  return NULL;
}

/* "category=http://…|laboratory": what it is about. */
static char *
dup_category (const char *type, const char *query)
{
  const char *bar = strrchr (query, '|'), *equals = strrchr (query, '=');
  const char *code = bar != NULL ? bar + 1 : equals != NULL ? equals + 1 : query;
  const char *words = look_up (categories, G_N_ELEMENTS (categories), code), *kind;
  g_autofree char *plain = NULL;

  if (words != NULL)
    return g_strdup (words);
  kind = look_up (types, G_N_ELEMENTS (types), type);
  if (kind == NULL)
    kind = plain = cairn_type_dup_words (type);
  /* Translators: part of a record: %1$s is a kind such as "Documents and notes", %2$s a code that narrows it */
  return g_strdup_printf (_("%1$s: only “%2$s”"), kind, code);
}

static void
add_verb (GString *verbs, const char *verb)
{
  if (verbs->len > 0)
    /* Translators: between verbs in a list, such as "see, add" */
    g_string_append (verbs, C_("scope", ", "));
  g_string_append (verbs, verb);
}

static char *
dup_verbs (const char *context, const char *type, CairnScopes *scopes)
{
  static const struct { CairnScopeOps op; const char *words; } verbs[] = {
    { CAIRN_SCOPE_CREATE, NC_ ("scope", "add") },
    { CAIRN_SCOPE_UPDATE, NC_ ("scope", "change") },
    { CAIRN_SCOPE_DELETE, NC_ ("scope", "delete") },
  };
  g_autoptr(GString) text = g_string_new (NULL);

  if (cairn_scopes_allow (scopes, context, type, CAIRN_SCOPE_READ) || cairn_scopes_allow (scopes, context, type, CAIRN_SCOPE_SEARCH))
    add_verb (text, C_("scope", "see"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (cairn_scopes_allow (scopes, context, type, verbs[i].op))
      add_verb (text, g_dpgettext2 (GETTEXT_PACKAGE, "scope", verbs[i].words));
  if (g_str_equal (context, "patient"))
    return g_string_free (g_steal_pointer (&text), FALSE);
  /* Translators: what staff let an app do with other people's records; %s is a list of verbs */
  return g_strdup_printf (_("%s, of all patients that you may see"), text->str);
}

static gboolean
describe_plain (const char *scope, char **what, char **how)
{
  if (g_str_equal (scope, "openid"))
    {
      *what = g_strdup (_("Who you are"));
      *how = g_strdup (_("know that it is you, and whose record this is"));
    }
  else if (g_str_equal (scope, "offline_access"))
    {
      *what = g_strdup (_("Staying connected"));
      *how = g_strdup (_("come back without asking you, until you disconnect it"));
    }
  else
    return FALSE;
  return TRUE;
}

/* FALSE for what there is nothing to say about. */
gboolean
portal_scope_describe (const char *scope, char **what, char **how)
{
  const char *slash = strchr (scope, '/'), *dot = slash != NULL ? strchr (slash, '.') : NULL;
  const char *query = dot != NULL ? strchr (dot, '?') : NULL, *words;
  g_autofree char *context = NULL, *type = NULL, *plain = NULL;
  g_autoptr(CairnScopes) scopes = NULL;

  if (dot == NULL)
    return describe_plain (scope, what, how);
  context = g_strndup (scope, slash - scope);
  type = g_strndup (slash + 1, dot - slash - 1);
  plain = query != NULL ? g_strndup (scope, query - scope) : g_strdup (scope);
  scopes = cairn_scopes_parse (plain);
  *how = dup_verbs (context, type, scopes);
  words = look_up (types, G_N_ELEMENTS (types), type);
  if (query != NULL)
    *what = dup_category (type, query + 1);
  else if (g_str_equal (type, "*"))
    {
      /* Translators: what an app may do with the whole record; %s is a list of verbs, such as "see" */
      g_autofree char *all = g_strdup_printf (_("%s: results, medicines, visits, letters and all else"), *how);

      *what = g_strdup (_("The whole record"));
      g_free (*how);
      *how = g_steal_pointer (&all);
    }
  else
    *what = words != NULL ? g_strdup (words) : cairn_type_dup_words (type);
  return TRUE;
}
