/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line about a resource. What stands where is a table; the resource's own members are listed once,
 * and everything else is looked up in that list. Any thread. */
#include "config.h"

#include "cairn-summary.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-date.h"
#include "cairn-summary-types.h"
#include "cairn-value.h"

#define MAX_MEMBERS 64
#define MAX_TITLE 500
#define MAX_VALUE 200
#define MAX_PARTS 4   /* components in a value */

typedef struct
{
  CairnJson resource;
  CairnJson name[MAX_MEMBERS];
  CairnJson value[MAX_MEMBERS];
  guint     n;
  gboolean  odd;   /* there are more, or names with escapes: what isn't in the list may still be there */
} Members;

static void
members_init (Members *self, CairnJson resource)
{
  CairnJsonIter iter;

  self->resource = cairn_json_is_object (resource) ? resource : CAIRN_JSON_NONE;
  self->n = 0;
  self->odd = FALSE;
  cairn_json_iter_init (&iter, self->resource);
  while (self->n < MAX_MEMBERS && cairn_json_iter_next (&iter, &self->name[self->n], &self->value[self->n]))
    {
      if (memchr (self->name[self->n].text, '\\', self->name[self->n].length) != NULL)
        self->odd = TRUE;
      self->n++;
    }
  if (self->n == MAX_MEMBERS)
    self->odd = TRUE;
}

static CairnJson
members_get (const Members *self, const char *path)
{
  gsize length = strcspn (path, ".");

  for (guint i = 0; i < self->n; i++)
    if (self->name[i].length == length + 2 && memcmp (self->name[i].text + 1, path, length) == 0)
      return path[length] == '.' ? cairn_json_get (self->value[i], path + length + 1) : self->value[i];
  return self->odd ? cairn_json_get (self->resource, path) : CAIRN_JSON_NONE;
}

/* Plain and bounded: one line, whole characters, an ellipsis where it was cut. */
static char *
one_line (char *text, gsize limit)
{
  if (text == NULL)
    return NULL;
  for (char *at = text; *at != '\0'; at++)
    if (*at == '\n' || *at == '\r' || *at == '\t')
      *at = ' ';
  g_strstrip (text);
  if (strlen (text) > limit)
    {
      char *end = g_utf8_find_prev_char (text, text + limit - 2);

      memcpy (end, "…", sizeof "…");
    }
  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

/* A string, a CodeableConcept, a Coding or a HumanName. */
static char *
dup_words (CairnJson value)
{
  switch (cairn_json_type (value))
    {
    case CAIRN_JSON_STRING:
      return value.length > 2 ? cairn_json_dup_string (value) : NULL;
    case CAIRN_JSON_OBJECT:
      {
        char *words = cairn_concept_dup_text (value);

        return words != NULL ? words : cairn_name_dup_words (value);
      }
    case CAIRN_JSON_ARRAY:
      return cairn_name_dup_words (value);
    default:
      return NULL;
    }
}

typedef char *(*PathReader) (CairnJson value);

static char *
first_of (const Members *members, const char *paths, PathReader read, CairnJson *where)
{
  char path[64];

  for (; paths != NULL && *paths != '\0'; paths += strcspn (paths, " "), paths += *paths == ' ')
    {
      CairnJson value;
      char *words;

      g_strlcpy (path, paths, MIN (sizeof path, strcspn (paths, " ") + 1));
      value = members_get (members, path);
      words = value.text != NULL ? read (value) : NULL;
      if (words != NULL && *words != '\0')
        {
          if (where != NULL)
            *where = value;
          return words;
        }
      g_free (words);
    }
  return NULL;
}

/* As written, but of bounded length. */
static char *
bounded (char *text)
{
  if (text != NULL && strlen (text) > MAX_VALUE)
    *g_utf8_find_prev_char (text, text + MAX_VALUE) = '\0';
  return text;
}

static const char *
observation_kind (const Members *members)
{
  static const struct
  {
    const char *category, *kind;
  } categories[] = {
    { "laboratory", "test-result" }, { "vital-signs", "vital-sign" }, { "social-history", "lifestyle" },
    { "survey", "lifestyle" },       { "sdoh", "lifestyle" },         { "activity", "lifestyle" },
  };
  CairnJson list = members_get (members, "category"), category;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, list);
  while (cairn_json_iter_next (&iter, NULL, &category))
    for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
      if (cairn_concept_has_code (category, NULL, categories[i].category))
        return categories[i].kind;
  return "test-result";
}

/* Systolic over diastolic when both are there in one unit (LOINC 8480-6, 8462-4). */
static gboolean
read_blood_pressure (CairnJson components, CairnValue *value)
{
  g_auto(CairnValue) systolic = { NULL, NULL, FALSE, 0 }, diastolic = { NULL, NULL, FALSE, 0 };
  CairnJsonIter iter;
  CairnJson component;

  cairn_json_iter_init (&iter, components);
  while (cairn_json_iter_next (&iter, NULL, &component))
    {
      CairnJson code = cairn_json_member (component, "code"), quantity = cairn_json_member (component, "valueQuantity");

      if (systolic.text == NULL && cairn_concept_has_code (code, NULL, "8480-6"))
        cairn_value_read_quantity (quantity, &systolic);
      else if (diastolic.text == NULL && cairn_concept_has_code (code, NULL, "8462-4"))
        cairn_value_read_quantity (quantity, &diastolic);
    }
  if (systolic.text == NULL || diastolic.text == NULL || g_strcmp0 (systolic.unit, diastolic.unit) != 0)
    return FALSE;
  value->text = g_strdup_printf ("%s/%s", systolic.text, diastolic.text);
  value->unit = g_strcmp0 (systolic.unit, "mm[Hg]") == 0 ? g_strdup ("mmHg") : g_steal_pointer (&systolic.unit);
  return TRUE;
}

static void
read_components (CairnJson components, CairnValue *value)
{
  g_autoptr(GString) out = g_string_new (NULL);
  CairnJsonIter iter;
  CairnJson component;
  guint n = 0;

  if (read_blood_pressure (components, value))
    return;
  cairn_json_iter_init (&iter, components);
  while (cairn_json_iter_next (&iter, NULL, &component))
    {
      g_autofree char *label = cairn_test_dup_name (cairn_json_member (component, "code")), *full = NULL;
      g_auto(CairnValue) part = { NULL, NULL, FALSE, 0 };

      if (!cairn_value_read (component, "value", &part))
        continue;
      if (n == MAX_PARTS)
        {
          g_string_append (out, ", …");
          break;
        }
      full = cairn_value_dup_full (&part);
      g_string_append_printf (out, "%s%s%s%s", n++ > 0 ? ", " : "", label != NULL ? label : "", label != NULL ? " " : "", full);
    }
  if (n > 0)
    value->text = g_strdup (out->str);
}

/* "180 tablets, for 90 days" */
static char *
dup_supply (const Members *members)
{
  g_auto(CairnValue) quantity = { NULL, NULL, FALSE, 0 };
  g_autofree char *days = cairn_duration_dup_words (members_get (members, "daysSupply")), *full = NULL, *lasts = NULL;

  if (cairn_value_read_quantity (members_get (members, "quantity"), &quantity))
    full = cairn_value_dup_full (&quantity);
  if (days != NULL)
    /* Translators: %s is a length of time, as in "for 90 days" */
    lasts = g_strdup_printf (C_("supply", "for %s"), days);
  if (full == NULL || lasts == NULL)
    return full != NULL ? g_steal_pointer (&full) : g_steal_pointer (&lasts);
  return g_strdup_printf ("%s, %s", full, lasts);
}

static void
read_value (CairnSummary *self, const Members *members, CairnJson resource)
{
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

  if (g_str_equal (self->type, "Observation"))
    {
      if (!cairn_value_read (resource, "value", &value))
        read_components (members_get (members, "component"), &value);
      if (value.text == NULL)
        value.text = cairn_concept_dup_text (members_get (members, "dataAbsentReason"));
      self->interpretation = cairn_json_dup_text_at (members_get (members, "interpretation"), "0.coding.0.code");
      if (self->interpretation == NULL)
        self->interpretation = cairn_concept_dup_text (members_get (members, "interpretation.0"));
      self->interpretation = bounded (self->interpretation);
    }
  else if (g_str_equal (self->type, "MedicationRequest") || g_str_equal (self->type, "MedicationDispense"))
    {
      value.text = cairn_dosage_dup_words (members_get (members, "dosageInstruction.0"));
      if (value.text == NULL && g_str_equal (self->type, "MedicationDispense"))
        value.text = dup_supply (members);
    }
  else if (g_str_equal (self->type, "Task"))
    value.text = cairn_concept_dup_text (members_get (members, "businessStatus"));
  else if (g_str_equal (self->type, "MedicationStatement"))
    value.text = cairn_dosage_dup_words (members_get (members, "dosage.0"));
  else if (g_str_equal (self->type, "DiagnosticReport"))
    value.text = dup_words (members_get (members, "conclusion"));
  else if (g_str_equal (self->type, "AllergyIntolerance"))
    value.text = cairn_concept_dup_text (members_get (members, "reaction.0.manifestation.0"));
  else if (g_str_equal (self->type, "FamilyMemberHistory"))
    value.text = cairn_concept_dup_text (members_get (members, "condition.0.code"));
  else if (g_str_equal (self->type, "ExplanationOfBenefit") || g_str_equal (self->type, "Claim"))
    cairn_value_read_quantity (members_get (members, g_str_equal (self->type, "Claim") ? "total" : "payment.amount"), &value);
  self->value = one_line (g_steal_pointer (&value.text), MAX_VALUE);
  if (self->value != NULL)
    self->unit = one_line (g_steal_pointer (&value.unit), MAX_VALUE);
}

static CairnFlags
flags_of_status (const char *status)
{
  static const struct
  {
    const char *status;
    CairnFlags  flag;
  } table[] = {
    { "entered-in-error", CAIRN_FLAG_ENTERED_IN_ERROR }, { "corrected", CAIRN_FLAG_CORRECTED },
    { "amended", CAIRN_FLAG_CORRECTED },                 { "appended", CAIRN_FLAG_CORRECTED },
    { "preliminary", CAIRN_FLAG_PRELIMINARY },           { "registered", CAIRN_FLAG_PRELIMINARY },
    { "cancelled", CAIRN_FLAG_CANCELLED },               { "not-done", CAIRN_FLAG_CANCELLED },
    { "stopped", CAIRN_FLAG_CANCELLED },                 { "revoked", CAIRN_FLAG_CANCELLED },
    { "noshow", CAIRN_FLAG_CANCELLED },                  { "declined", CAIRN_FLAG_CANCELLED },
    { "not-taken", CAIRN_FLAG_CANCELLED },               { "refuted", CAIRN_FLAG_NEGATED },
  };

  for (guint i = 0; status != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (status, table[i].status))
      return table[i].flag;
  return CAIRN_FLAG_NONE;
}

/* The first code that says more than "confirmed", whichever system's coding stands first. */
static char *
dup_verification (CairnJson concept)
{
  CairnJsonIter iter;
  CairnJson coding;

  cairn_json_iter_init (&iter, cairn_json_member (concept, "coding"));
  while (cairn_json_iter_next (&iter, NULL, &coding))
    {
      g_autofree char *code = cairn_json_dup_text_at (coding, "code");

      if (flags_of_status (code) != CAIRN_FLAG_NONE)
        return g_steal_pointer (&code);
    }
  return NULL;
}

/* At any depth: a modifier inside a component or a dosage changes its meaning just as well (FHIR R4 §2.3.3). */
static gboolean
has_modifier (const Members *members)
{
  static const char name[] = "\"modifierExtension\"";
  const char *at = members->resource.text, *end = at + members->resource.length;

  if (cairn_json_count (members_get (members, "modifierExtension")) > 0 || members_get (members, "implicitRules").text != NULL)
    return TRUE;
  while ((at = memmem (at, end - at, name, sizeof name - 1)) != NULL)
    {
      at += sizeof name - 1;
      while (at < end && strchr (" \t\r\n:[", *at) != NULL)
        at++;
      if (at < end && *at == '{')
        return TRUE;
    }
  return FALSE;
}

static gboolean
lacks_required (const Members *members, const char *required)
{
  char path[32];

  for (const char *name = required; name != NULL && *name != '\0'; name += strcspn (name, " "), name += *name == ' ')
    {
      CairnJson value;

      g_strlcpy (path, name, MIN (sizeof path, strcspn (name, " ") + 1));
      value = members_get (members, path);
      if (cairn_json_type (value) == CAIRN_JSON_ABSENT || cairn_json_type (value) == CAIRN_JSON_NULL ||
          (g_str_equal (path, "status") && cairn_json_type (value) != CAIRN_JSON_STRING) ||
          (g_str_equal (path, "code") && !cairn_json_is_object (value)))
        return TRUE;
    }
  return FALSE;
}

static void
read_status (CairnSummary *self, const Members *members, const CairnSummaryType *row)
{
  g_autofree char *verification = dup_verification (members_get (members, "verificationStatus"));
  g_autofree char *document = cairn_json_dup_string (members_get (members, "docStatus"));

  self->status = bounded (first_of (members, "status lifecycleStatus", cairn_json_dup_string, NULL));
  if (self->status == NULL)
    self->status = bounded (cairn_json_dup_text_at (members_get (members, "clinicalStatus"), "coding.0.code"));
  self->flags = flags_of_status (self->status) | flags_of_status (verification) | flags_of_status (document);
  if (verification != NULL && (self->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_NEGATED)) != 0)
    {
      g_free (self->status);
      self->status = g_steal_pointer (&verification);
    }
  if (cairn_json_boolean (members_get (members, "doNotPerform"), FALSE))
    self->flags |= CAIRN_FLAG_NEGATED;
  if (has_modifier (members) || lacks_required (members, row->required))
    self->flags |= CAIRN_FLAG_INCOMPLETE;
}

/* What people call it, where the source says only what dictionaries do. */
static void
prefer_plain_name (CairnSummary *self, CairnJson code)
{
  char *plain = cairn_plain_name_dup_over_text (code);

  if (plain == NULL)
    return;
  if (self->term == NULL && !g_str_equal (plain, self->title))
    self->term = g_steal_pointer (&self->title);
  g_free (self->title);
  self->title = plain;
}

/* The code of what "#id" points at. */
static char *
dup_contained (const Members *members, const char *id)
{
  CairnJsonIter iter;
  CairnJson contained;

  cairn_json_iter_init (&iter, members_get (members, "contained"));
  while (cairn_json_iter_next (&iter, NULL, &contained))
    if (cairn_json_equals (cairn_json_member (contained, "id"), id))
      return cairn_concept_dup_text (cairn_json_member (contained, "code"));
  return NULL;
}

/* What to call a record that says nothing about itself: what it has inside, else its sort. */
static char *
dup_other_title (const CairnSummary *self, const Members *members)
{
  g_autofree char *medication = cairn_json_dup_text_at (members_get (members, "medicationReference"), "reference");
  char *title = medication != NULL && *medication == '#' ? dup_contained (members, medication + 1) : NULL;

  return title != NULL ? title : cairn_type_dup_words (self->type);
}

/* Cheap to ask of each title: "Code A15.0", "7". */
static gboolean
is_bare_code (const char *title)
{
  gsize length = strlen (title);

  return length < 60 && strpbrk (title, "0123456789") != NULL;
}

/* Nobody knows what a code alone is of. */
static void
add_type (CairnSummary *self)
{
  g_autofree char *type = cairn_type_dup_words (self->type), *title = g_steal_pointer (&self->title);

  self->title = one_line (g_strdup_printf ("%s (%s)", type, title), MAX_TITLE);
}

static void
read_title (CairnSummary *self, const Members *members, const CairnSummaryType *row)
{
  CairnJson title = CAIRN_JSON_NONE;

  self->title = one_line (first_of (members, row->title, dup_words, &title), MAX_TITLE);
  if (self->title == NULL)
    self->title = one_line (dup_other_title (self, members), MAX_TITLE);
  if (self->title == NULL)
    self->title = g_strdup (C_("record", "Unknown"));
  if (title.text == NULL)
    return;
  if (cairn_json_is_object (title) && is_bare_code (self->title) && !cairn_concept_has_words (title))
    add_type (self);
  self->term = one_line (cairn_concept_dup_term (title), MAX_TITLE);
  if (g_str_equal (self->type, "Observation") || g_str_equal (self->type, "DiagnosticReport"))
    prefer_plain_name (self, title);
  else if (g_str_equal (self->type, "FamilyMemberHistory") && g_ascii_islower (*self->title))
    *self->title = g_ascii_toupper (*self->title);
  if (self->term != NULL && g_ascii_strcasecmp (self->term, self->title) == 0)
    g_clear_pointer (&self->term, g_free);
}

/**
 * cairn_summary_new:
 * @resource: a resource with a resourceType
 *
 * Elements of a wrong type count as absent. Observation.issued and other dates that say something else
 * never stand in for the date.
 *
 * Returns: (transfer full) (nullable): its one line; %NULL when it has no resourceType
 */
CairnSummary *
cairn_summary_new (CairnJson resource)
{
  const CairnSummaryType *row;
  CairnSummary *self;
  Members members;
  CairnDate date;
  char *type;

  members_init (&members, resource);
  type = cairn_json_dup_text_at (members_get (&members, "resourceType"), "");
  if (type == NULL)
    return NULL;
  self = g_new0 (CairnSummary, 1);
  self->type = type;
  self->id = cairn_json_dup_string (members_get (&members, "id"));
  self->version = bounded (cairn_json_dup_text_at (members_get (&members, "meta"), "versionId"));
  self->updated = bounded (cairn_json_dup_text_at (members_get (&members, "meta"), "lastUpdated"));
  row = cairn_summary_type_find (self->type);
  self->kind = cairn_kind_lookup (g_str_equal (self->type, "Observation") ? observation_kind (&members) : row->kind);
  read_title (self, &members, row);
  self->date = bounded (first_of (&members, row->date, cairn_json_dup_string, NULL));
  self->has_start = cairn_date_parse (self->date, &date);
  self->start = self->has_start ? date.start : 0;
  read_status (self, &members, row);
  read_value (self, &members, resource);
  return self;
}

/**
 * cairn_summary_free:
 * @self: (transfer full): a summary
 */
void
cairn_summary_free (CairnSummary *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self->version);
  g_free (self->updated);
  g_free (self->date);
  g_free (self->title);
  g_free (self->term);
  g_free (self->value);
  g_free (self->unit);
  g_free (self->interpretation);
  g_free (self->status);
  g_free (self);
}

/**
 * cairn_flags_to_strv:
 * @flags: flags
 *
 * Returns: (transfer full): their stable names, as `cairnctl list` prints them
 */
char **
cairn_flags_to_strv (CairnFlags flags)
{
  static const char *const names[] = { "corrected", "entered-in-error", "incomplete", "preliminary", "cancelled", "negated" };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((flags & (1u << i)) != 0)
      g_strv_builder_add (builder, names[i]);
  return g_strv_builder_end (builder);
}
