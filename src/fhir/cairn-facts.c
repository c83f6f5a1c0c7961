/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a record says, in words: a table names the elements, the builder says them. Any thread. */
#include "config.h"

#include "cairn-facts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-attachment.h"
#include "cairn-code-words.h"
#include "cairn-date.h"
#include "cairn-fact-rows.h"
#include "cairn-measure.h"
#include "cairn-status.h"
#include "cairn-summary-types.h"
#include "cairn-types.h"

#define MAX_COMPONENTS 60

static void
fact_free (gpointer data)
{
  CairnFact *fact = data;

  if (fact->note != NULL)
    {
      g_free (fact->note->author);
      g_free (fact->note->time);
      g_free (fact->note->text);
      g_free (fact->note);
    }
  g_free (fact->heading);
  g_free (fact->label);
  g_free (fact->text);
  g_free (fact->reference);
  g_free (fact);
}

/* How a component stands to the usual, and what is usual. */
static void
add_standing (CairnFactBuilder *self, CairnJson component, const CairnValue *value)
{
  g_autofree char *interpretation = cairn_json_dup_text_at (component, "interpretation.0.coding.0.code");
  g_autoptr(CairnRange) range = cairn_range_new (component, NULL, self->person, self->facts->summary->date);
  CairnLevel level = cairn_level_from_code (interpretation);
  const char *words;

  if (level == CAIRN_LEVEL_UNKNOWN)
    level = cairn_level_from_range (range, value);
  words = cairn_level_get_words (level);
  if (words != NULL)
    cairn_fact_builder_append (self, words, ", ");
  if (range != NULL)
    {
      /* Translators: %s is a range such as "4.0 to 5.6 %" */
      g_autofree char *usual = g_strdup_printf (_("Usual range: %s"), range->text);

      cairn_fact_builder_append (self, usual, "\n");
    }
}

static void
add_component (CairnFactBuilder *self, CairnJson component)
{
  g_autofree char *label = cairn_test_dup_name (cairn_json_member (component, "code")), *full = NULL;
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

  if (cairn_value_read (component, "value", &value))
    full = cairn_value_dup_full (&value);
  else
    full = cairn_concept_dup_text (cairn_json_member (component, "dataAbsentReason"));
  if (full != NULL)
    cairn_fact_builder_append (self, full, "\n");
  if (full != NULL)
    add_standing (self, component, &value);
  self->lines = 1;
  cairn_fact_builder_use (self, component);
  cairn_fact_builder_finish (self, label != NULL ? label : C_("fact", "Part"));
}

static void
add_components (CairnFactBuilder *self)
{
  CairnJsonIter iter;
  CairnJson component;
  guint n = 0;

  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "component"));
  while (cairn_json_iter_next (&iter, NULL, &component))
    if (n++ < MAX_COMPONENTS)
      add_component (self, component);
  if (n > MAX_COMPONENTS)
    cairn_fact_cut_add (self, n - MAX_COMPONENTS);
}

static gboolean
add_attachment_text (CairnJson attachment, gpointer data)
{
  CairnFactBuilder *self = data;
  g_autofree char *text = cairn_attachment_dup_text (attachment);

  if (text != NULL)
    cairn_fact_builder_append (self, g_strstrip (text), "\n\n");
  return !self->left_out;
}

/* Whether people ask when it was, so that they are told when nobody knows. */
static gboolean
wants_date (const CairnSummary *summary)
{
  static const char *const without[] = { "other", "device", "coverage", "care-plan", "family-history", "allergy", NULL };

  return summary->kind->in_timeline && !g_strv_contains (without, summary->kind->id) && cairn_summary_type_find (summary->type)->date != NULL;
}

static void
add_status (CairnFactBuilder *self)
{
  g_autofree char *words = self->facts->summary->status != NULL ? cairn_status_dup_words (self->facts->summary->status) : NULL;

  if (words == NULL)
    return;
  g_string_append (self->text, words);
  self->lines = 1;
  self->role = CAIRN_FACT_ROLE_STATUS;
  cairn_fact_builder_finish (self, C_("fact", "Status"));
}

/* Whether its status is as anybody expects, or the warning says it. */
static gboolean
is_ordinary (const CairnFacts *facts)
{
  static const char *const ordinary[] = { "final", "completed", "current", "finished", "available", "fulfilled", NULL };
  static const char *const active[] = { "other", "directory", "device", "coverage", NULL };
  const CairnSummary *summary = facts->summary;

  if (summary->status == NULL)
    return TRUE;
  if ((summary->flags & CAIRN_FLAG_ENTERED_IN_ERROR) != 0 || g_strv_contains (ordinary, summary->status))
    return TRUE;
  return g_str_equal (summary->status, "active") && g_strv_contains (active, summary->kind->id);
}

static void
add_dates (CairnFactBuilder *self)
{
  CairnSummary *summary = self->facts->summary;
  CairnDate date;

  if (summary->date != NULL && cairn_date_parse (summary->date, &date))
    {
      g_autofree char *words = cairn_date_dup_words (&date);

      g_string_append (self->text, words);
    }
  else if (summary->date != NULL)
    cairn_fact_builder_append (self, summary->date, "");
  else if (wants_date (summary))
    g_string_append (self->text, C_("date", "Unknown"));
  self->lines = 1;
  self->role = CAIRN_FACT_ROLE_DATE;
  cairn_fact_builder_finish (self, C_("fact", "Date"));
  if (summary->term != NULL)
    {
      g_string_append (self->text, summary->term);
      self->role = CAIRN_FACT_ROLE_TERM;
      cairn_fact_builder_finish (self, C_("fact", "Clinical term"));
    }
  if (!is_ordinary (self->facts))
    add_status (self);
}

static char *
warning_for (CairnFlags flags)
{
  if ((flags & CAIRN_FLAG_ENTERED_IN_ERROR) != 0)
    return g_strdup (C_("warning", "This was entered by mistake. It is not part of the record."));
  if ((flags & CAIRN_FLAG_NEGATED) != 0)
    return g_strdup (C_("warning", "This says that something is not so, or must not be done."));
  if ((flags & CAIRN_FLAG_CANCELLED) != 0)
    return g_strdup (C_("warning", "This was cancelled, stopped or not done."));
  if ((flags & CAIRN_FLAG_CORRECTED) != 0)
    return g_strdup (C_("warning", "This was corrected after it was first reported."));
  if ((flags & CAIRN_FLAG_PRELIMINARY) != 0)
    return g_strdup (C_("warning", "This is preliminary and may still change."));
  if ((flags & CAIRN_FLAG_INCOMPLETE) != 0)
    return g_strdup (C_("warning", "Cairn can't show all of this record. Ask the clinic before you rely on it."));
  return NULL;
}

/* The digits as they came, when the figure shows fewer. */
static void
add_exact_value (CairnFactBuilder *self)
{
  const CairnValue *value = &self->facts->value;
  g_autofree char *shown = cairn_value_dup_shown (value->text);

  if (g_strcmp0 (shown, value->text) == 0)
    return;
  cairn_fact_builder_append (self, value->text, "");
  if (value->unit != NULL)
    cairn_fact_builder_append (self, value->unit, " ");
  cairn_fact_builder_finish (self, C_("fact", "Value as reported"));
}

static void
add_samples (CairnFactBuilder *self)
{
  if (self->facts->samples != NULL)
    {
      g_autofree char *words = cairn_samples_dup_words (self->facts->samples);

      cairn_fact_builder_append (self, words, "");
      cairn_fact_builder_finish (self, C_("fact", "Curve"));
    }
}

/* What must not be overlooked: before all else. */
static void
add_warnings (CairnFactBuilder *self)
{
  static const struct
  {
    const char *type, *path, *code, *words;
  } warnings[] = {
    { "AllergyIntolerance", "criticality", "high", NC_ ("warning", "A reaction to this could be dangerous.") },
    { "Immunization", "isSubpotent", "true", NC_ ("warning", "This dose was weaker than it should have been.") },
    { "MedicationRequest", "intent", "proposal", NC_ ("warning", "This is a proposal, not a prescription.") },
    { "MedicationRequest", "intent", "plan", NC_ ("warning", "This is a plan, not a prescription.") },
    { "ServiceRequest", "intent", "proposal", NC_ ("warning", "This is a proposal, not an order.") },
    { "Claim", "use", "predetermination", NC_ ("warning", "This is an estimate, not a bill.") },
    { "Claim", "use", "preauthorization", NC_ ("warning", "This asks for permission in advance. It is not a bill.") },
    { "ExplanationOfBenefit", "use", "predetermination", NC_ ("warning", "This is an estimate, not a bill.") },
    { "ExplanationOfBenefit", "use", "preauthorization", NC_ ("warning", "This asks for permission in advance. It is not a bill.") },
    { "AdverseEvent", "actuality", "potential", NC_ ("warning", "This did not happen, but could have.") },
    { "DocumentReference", "status", "superseded", NC_ ("warning", "A newer document replaces this one.") },
    { "DetectedIssue", "severity", "high", NC_ ("warning", "This may be dangerous. Ask the clinic about it.") },
    { "Patient", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "Practitioner", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "Person", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "RelatedPerson", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "Organization", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "OrganizationAffiliation", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "PractitionerRole", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "HealthcareService", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "Schedule", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
    { "Group", "active", "false", NC_ ("warning", "This entry is no longer in use.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (warnings); i++)
    if (g_str_equal (warnings[i].type, self->facts->summary->type))
      {
        CairnJson value = cairn_json_member (self->resource, warnings[i].path);
        gboolean active = g_str_equal (warnings[i].path, "active");
        g_autofree char *raw = cairn_json_type (value) == CAIRN_JSON_STRING ? cairn_json_dup_string (value) : cairn_json_dup_raw (value);

        if (active)
          cairn_fact_builder_use (self, value);
        if (g_strcmp0 (raw, warnings[i].code) != 0)
          continue;
        cairn_fact_builder_append (self, g_dpgettext2 (GETTEXT_PACKAGE, "warning", warnings[i].words), "\n");
        self->role = CAIRN_FACT_ROLE_WARNING;
        cairn_fact_builder_finish (self, C_("fact", "Take care"));
      }
}

static void
add_texts (CairnFactBuilder *self)
{
  static const char *const paths[] = { "content.attachment", "presentedForm", "payload.contentAttachment", "content" };

  if (g_str_equal (self->facts->summary->type, "Composition"))
    cairn_fact_sections_add (self);
  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_TEXT, _("Text"));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    cairn_json_foreach (self->resource, paths[i], add_attachment_text, self);
  cairn_fact_builder_finish (self, C_("fact", "What it says"));
}

static void
add_source (CairnFactBuilder *self)
{
  const CairnFactRow *rows;
  guint n;

  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_SOURCE, _("Where this comes from"));
  add_exact_value (self);
  rows = cairn_source_rows (&n);
  cairn_fact_rows_add (self, rows, n);
}

/* Puts what no other part has said before the last part, which says who made the record. */
static void
add_more (CairnFactBuilder *self)
{
  GPtrArray *all = self->facts->facts;
  guint before = all->len, source, n;
  const CairnFactRow *rows = cairn_fact_rows (self->facts->summary->type, &n);

  add_source (self);
  source = all->len - before;
  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_MORE, _("More details"));
  if (is_ordinary (self->facts))
    add_status (self);
  cairn_fact_rows_add_more (self, rows, n);
  cairn_fact_rest_add (self);
  cairn_fact_contained_add (self);
  for (guint i = 0; i < source && all->len > before + source; i++)
    g_ptr_array_insert (all, -1, g_ptr_array_steal_index (all, before));
}

/* The value stands beside the title, in a card of its own. */
static void
use_value (CairnFactBuilder *self)
{
  CairnJsonIter iter;
  CairnJson name, value;

  cairn_json_iter_init (&iter, self->resource);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (name.length > 7 && memcmp (name.text + 1, "value", 5) == 0)
      cairn_fact_builder_use (self, value);
}

/* What the title and its term said. */
static void
use_title (CairnFactBuilder *self)
{
  const char *paths = cairn_summary_type_find (self->facts->summary->type)->title;

  if (paths != NULL && strcspn (paths, " ") == 4 && g_str_has_prefix (paths, "code"))
    cairn_fact_builder_use (self, cairn_json_member (self->resource, "code"));
}

/* A record that is only about another one is called what that is called. */
static void
read_title (CairnFactBuilder *self)
{
  static const struct
  {
    const char *type, *path;
  } references[] = {
    { "MedicationRequest", "medicationReference" }, { "MedicationDispense", "medicationReference" }, { "MedicationStatement", "medicationReference" },
    { "MedicationAdministration", "medicationReference" }, { "DeviceUseStatement", "device" }, { "DeviceRequest", "codeReference" },
    { "PractitionerRole", "practitioner" }, { "AppointmentResponse", "appointment" }, { "ImmunizationEvaluation", "immunizationEvent" },
    { "SupplyRequest", "itemReference" }, { "ResearchSubject", "study" },
  };
  CairnSummary *summary = self->facts->summary;
  g_autofree char *plain = cairn_type_dup_words (summary->type);

  if (g_str_equal (plain, summary->title) && self->form.text != NULL)
    {
      char *title = cairn_json_dup_text_at (self->form, "title");

      if (title != NULL)
        {
          g_free (summary->title);
          summary->title = title;
          return;
        }
    }
  for (guint i = 0; g_str_equal (plain, summary->title) && i < G_N_ELEMENTS (references); i++)
    if (g_str_equal (references[i].type, summary->type))
      {
        g_autofree char *reference = cairn_json_dup_text_at (cairn_json_member (self->resource, references[i].path), "reference");
        char *title = self->resolver != NULL && cairn_reference_split (reference, NULL, NULL) ? self->resolver (reference, NULL, self->resolver_data) : NULL;

        if (title != NULL)
          {
            g_free (summary->title);
            summary->title = title;
          }
      }
}

static void
build (CairnFactBuilder *self)
{
  CairnFacts *facts = self->facts;
  const CairnFactRow *rows;
  guint n;

  read_title (self);
  use_title (self);

  add_warnings (self);
  rows = cairn_fact_rows (facts->summary->type, &n);
  cairn_fact_rows_add_urgent (self, rows, n);
  add_dates (self);
  if (g_str_equal (facts->summary->type, "Observation"))
    {
      use_value (self);
      add_components (self);
      add_samples (self);
    }
  cairn_fact_rows_add (self, rows, n);
  cairn_fact_extensions_add (self);
  if (g_str_equal (facts->summary->type, "QuestionnaireResponse"))
    cairn_fact_answers_add (self);
  add_texts (self);
  add_more (self);
}

/* How the whole stands to the usual by its parts: a pair as its worse one, others only whether one is unusual. */
static CairnLevel
level_of_parts (const GPtrArray *measures, gboolean pair)
{
  CairnLevel level = CAIRN_LEVEL_UNKNOWN;

  for (guint i = 0; i < measures->len; i++)
    {
      CairnLevel part = ((const CairnMeasure *) measures->pdata[i])->level;

      if (part == CAIRN_LEVEL_UNKNOWN || (part == CAIRN_LEVEL_USUAL && level != CAIRN_LEVEL_UNKNOWN))
        continue;
      if (!pair && part != CAIRN_LEVEL_USUAL)
        return CAIRN_LEVEL_UNUSUAL;
      if (level <= CAIRN_LEVEL_USUAL || part == CAIRN_LEVEL_VERY_HIGH || part == CAIRN_LEVEL_VERY_LOW)
        level = part;
    }
  return level;
}

static void
read_observation (CairnFacts *self, CairnJson resource, const CairnPerson *person)
{
  g_autoptr(GPtrArray) measures = cairn_measure_list (resource, person);
  const CairnMeasure *own = measures->len > 0 ? measures->pdata[0] : NULL;
  CairnJson samples = cairn_json_member (resource, "valueSampledData");

  if (own != NULL && own->label == NULL)
    self->range = own->range != NULL ? cairn_range_copy (own->range) : NULL;
  else
    self->range = cairn_range_new (resource, NULL, person, self->summary->date);
  if (!cairn_value_read (resource, "value", &self->value))
    {
      self->value.text = g_strdup (self->summary->value);
      self->value.unit = g_strdup (self->summary->unit);
    }
  if (cairn_json_is_object (samples))
    {
      self->samples = cairn_samples_new (samples);
      g_clear_pointer (&self->value.unit, g_free);   /* "A curve of 200 points" has none */
    }
  self->level = cairn_level_from_code (self->summary->interpretation);
  if (self->level == CAIRN_LEVEL_UNKNOWN)
    self->level = cairn_level_from_range (self->range, &self->value);
  if (self->level == CAIRN_LEVEL_UNKNOWN && own != NULL && own->label != NULL)
    self->level = level_of_parts (measures, self->value.unit != NULL && measures->len == 2);
}

/**
 * cairn_facts_new:
 * @resource: a resource
 * @resolver: (nullable) (scope call): names what references point at
 * @data: for @resolver
 *
 * Returns: (transfer full) (nullable): what it says of nobody in particular; %NULL when it has no resourceType
 */
CairnFacts *
cairn_facts_new (CairnJson resource, CairnFactsResolver resolver, gpointer data)
{
  return cairn_facts_new_for (resource, CAIRN_JSON_NONE, NULL, resolver, data);
}

/**
 * cairn_facts_new_for:
 * @resource: a resource
 * @form: the Questionnaire that it answers, for the questions; absent when it is no form or that isn't known
 * @person: (nullable): the patient, whose age and sex tell which usual range is theirs
 * @resolver: (nullable) (scope call): names what references point at
 * @data: for @resolver
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when it has no resourceType
 */
CairnFacts *
cairn_facts_new_for (CairnJson resource, CairnJson form, const CairnPerson *person, CairnFactsResolver resolver, gpointer data)
{
  g_autofree char *div = cairn_json_dup_string (cairn_json_get (resource, "text.div"));
  CairnSummary *summary = cairn_summary_new (resource);
  CairnFacts *self;
  CairnFactBuilder builder = { .resolver = resolver, .resolver_data = data, .resource = resource, .form = form, .person = person };

  if (summary == NULL)
    return NULL;
  self = g_new0 (CairnFacts, 1);
  self->summary = summary;
  self->facts = g_ptr_array_new_with_free_func (fact_free);
  self->narrative = cairn_narrative_dup_text (div);
  self->report = cairn_report_new (resource, resolver, data);
  self->warning = warning_for (summary->flags);
  if (g_str_equal (summary->type, "Observation"))
    read_observation (self, resource, person);
  builder.facts = self;
  builder.text = g_string_new (NULL);
  builder.said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  builder.lines_said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  build (&builder);
  g_string_free (builder.text, TRUE);
  g_hash_table_unref (builder.said);
  g_hash_table_unref (builder.lines_said);
  g_clear_pointer (&builder.used, g_array_unref);
  g_clear_pointer (&builder.contained, g_hash_table_unref);
  return self;
}

/**
 * cairn_facts_add_holder:
 * @self: what a record says
 * @title: what another record is called
 * @reference: that record, "Type/id", which says that this one belongs to it: a report, a panel
 *
 * Adds it to the main facts, behind what the record says of itself.
 */
void
cairn_facts_add_holder (CairnFacts *self, const char *title, const char *reference)
{
  CairnFact *fact = g_new0 (CairnFact, 1);
  guint at = 0;

  fact->label = g_strdup (C_("fact", "Belongs to"));
  fact->text = g_strdup (title);
  fact->reference = g_strdup (reference);
  while (at < self->facts->len && ((const CairnFact *) self->facts->pdata[at])->section == CAIRN_FACT_SECTION_MAIN)
    at++;
  g_ptr_array_insert (self->facts, (int) at, fact);
}

/**
 * cairn_facts_free:
 * @self: (transfer full): facts
 */
void
cairn_facts_free (CairnFacts *self)
{
  cairn_summary_free (self->summary);
  cairn_value_clear (&self->value);
  g_clear_pointer (&self->range, cairn_range_free);
  g_clear_pointer (&self->samples, cairn_samples_unref);
  g_free (self->warning);
  g_free (self->narrative);
  g_ptr_array_unref (self->facts);
  g_clear_pointer (&self->report, cairn_report_free);
  g_free (self);
}
