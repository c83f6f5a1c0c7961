/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a record says, in words: a table names the elements, one function puts any FHIR datatype into
 * words by its shape. Bounded by limits, not by what came. Any thread. */
#include "config.h"

#include "cairn-facts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-attachment.h"
#include "cairn-date.h"
#include "cairn-facts-table.h"
#include "cairn-status.h"
#include "cairn-types.h"

#define MAX_LINES 40       /* of one fact */
#define MAX_TEXT 20000     /* bytes of one fact */
#define MAX_OTHER 60       /* facts of a type without a table */

typedef struct
{
  CairnFacts        *facts;
  CairnFactsResolver resolver;
  gpointer           resolver_data;
  CairnJson          resource;
  const char        *section;

  /* The fact being put together */
  GString           *text;
  char              *reference;
  guint              lines, left_out;
} Builder;

static void
fact_free (gpointer data)
{
  CairnFact *fact = data;

  g_free (fact->section);
  g_free (fact->label);
  g_free (fact->text);
  g_free (fact->reference);
  g_free (fact);
}

/* What a contained resource ("#id") is called. */
static char *
dup_contained (Builder *self, const char *id)
{
  CairnJsonIter iter;
  CairnJson contained;

  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "contained"));
  while (cairn_json_iter_next (&iter, NULL, &contained))
    if (cairn_json_equals (cairn_json_member (contained, "id"), id))
      {
        g_autoptr(CairnSummary) summary = cairn_summary_new (contained);

        return summary != NULL ? g_steal_pointer (&summary->title) : NULL;
      }
  return NULL;
}

/* Its display, what it points at, or at last the reference as text; nothing is followed further. */
static char *
dup_reference (Builder *self, CairnJson value)
{
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference"), *type = NULL, *id = NULL;
  char *words = cairn_json_dup_text_at (value, "display");

  if (reference == NULL)
    return words != NULL ? words : cairn_json_dup_text_at (value, "identifier.value");
  if (cairn_reference_split (reference, &type, &id))
    {
      g_autofree char *plain = g_strdup_printf ("%s/%s", type, id);

      if (words == NULL && self->resolver != NULL)
        words = self->resolver (plain, self->resolver_data);
      if (self->reference == NULL)
        self->reference = g_steal_pointer (&plain);
    }
  else if (words == NULL && *reference == '#')
    words = dup_contained (self, reference + 1);
  return words != NULL ? words : g_steal_pointer (&reference);
}

static char *
dup_annotation (CairnJson value)
{
  g_autofree char *author = cairn_json_dup_text_at (value, "authorString"), *text = NULL;

  if (author == NULL)
    author = cairn_json_dup_text_at (value, "authorReference.display");
  text = cairn_json_dup_text_at (value, "text");
  return author != NULL && text != NULL ? g_strdup_printf ("%s: %s", author, text) : g_steal_pointer (&text);
}

static char *
dup_range (CairnJson value)
{
  g_auto(CairnValue) low = { NULL, NULL, FALSE, 0 }, high = { NULL, NULL, FALSE, 0 };
  g_autofree char *text = cairn_json_dup_text_at (value, "text"), *for_whom = NULL, *range = NULL;
  gboolean has_low = cairn_value_read_quantity (cairn_json_member (value, "low"), &low);
  gboolean has_high = cairn_value_read_quantity (cairn_json_member (value, "high"), &high);
  const char *unit = has_high && high.unit != NULL ? high.unit : low.unit;

  if (text != NULL && !has_low && !has_high)
    return g_steal_pointer (&text);
  if (!has_low && !has_high)
    return NULL;
  if (has_low && has_high)
    range = g_strdup_printf ("%s–%s", low.text, high.text);
  else
    range = g_strdup_printf ("%s %s", has_low ? "≥" : "≤", has_low ? low.text : high.text);
  for_whom = cairn_concept_dup_text (cairn_json_get (value, "appliesTo.0"));
  if (for_whom == NULL)
    for_whom = cairn_concept_dup_text (cairn_json_member (value, "type"));
  return g_strdup_printf (for_whom != NULL ? "%s%s%s (%s)" : "%s%s%s", range, unit != NULL ? " " : "", unit != NULL ? unit : "", for_whom);
}

static char *
dup_string_words (CairnJson value)
{
  g_autofree char *text = cairn_json_dup_string (value);
  CairnDate date;

  if (text != NULL && strlen (text) >= 7 && cairn_date_parse (text, &date))
    return cairn_date_dup_words (&date);
  return g_steal_pointer (&text);
}

static gboolean
has (CairnJson value, const char *name)
{
  return cairn_json_member (value, name).text != NULL;
}

/* Any datatype in words, told apart by its shape. */
static char *
dup_any (Builder *self, CairnJson value)
{
  g_auto(CairnValue) quantity = { NULL, NULL, FALSE, 0 };

  switch (cairn_json_type (value))
    {
    case CAIRN_JSON_STRING: return dup_string_words (value);
    case CAIRN_JSON_NUMBER: return cairn_json_dup_number (value);
    case CAIRN_JSON_BOOLEAN: return g_strdup (cairn_json_boolean (value, FALSE) ? C_("value", "Yes") : C_("value", "No"));
    case CAIRN_JSON_OBJECT: break;
    default: return NULL;
    }
  if (has (value, "reference") || (has (value, "display") && has (value, "type") && !has (value, "code")))
    return dup_reference (self, value);
  if (has (value, "coding") || has (value, "code") || has (value, "display"))
    return cairn_value_read_quantity (value, &quantity) ? cairn_value_dup_full (&quantity) : cairn_concept_dup_text (value);
  if (cairn_value_read_quantity (value, &quantity))
    return cairn_value_dup_full (&quantity);
  if (has (value, "low") || has (value, "high"))
    return dup_range (value);
  if (has (value, "start") || has (value, "end"))
    return cairn_period_dup_words (value);
  if (has (value, "doseAndRate") || has (value, "timing") || has (value, "patientInstruction"))
    return cairn_dosage_dup_words (value);
  if (has (value, "family") || has (value, "given"))
    return cairn_name_dup_words (value);
  if (has (value, "line") || has (value, "city"))
    return cairn_address_dup_words (value);
  if (has (value, "contentType") || has (value, "url"))
    {
      char *title = cairn_json_dup_text_at (value, "title");

      return title != NULL ? title : cairn_json_dup_text_at (value, "contentType");
    }
  if (has (value, "text"))
    return dup_annotation (value);
  return cairn_json_dup_text_at (value, "value");   /* Identifier, ContactPoint */
}

static gboolean
add_line (CairnJson value, gpointer data)
{
  Builder *self = data;
  g_autofree char *words = NULL;

  if (self->lines >= MAX_LINES || self->text->len >= MAX_TEXT)
    {
      self->left_out++;
      return self->left_out < 100000;
    }
  words = dup_any (self, value);
  if (words == NULL || *words == '\0')
    return TRUE;
  g_strstrip (words);
  if (self->text->len > 0 && strstr (self->text->str, words) != NULL)   /* said already */
    return TRUE;
  if (self->text->len > 0)
    g_string_append_c (self->text, '\n');
  g_string_append_len (self->text, words, MIN (strlen (words), MAX_TEXT));
  self->lines++;
  return TRUE;
}

/* Whether it says no more than the first fact, the date. */
static gboolean
is_date_again (Builder *self)
{
  const CairnFact *first = self->facts->facts->len > 0 ? g_ptr_array_index (self->facts->facts, 0) : NULL;

  return first != NULL && g_str_equal (first->text, self->text->str);
}

/* Takes what was put together as one fact. */
static void
finish_fact (Builder *self, const char *label)
{
  if (self->text->len > 0 && !is_date_again (self))
    {
      CairnFact *fact = g_new0 (CairnFact, 1);
      const char *end;

      if (!g_utf8_validate (self->text->str, self->text->len, &end))
        g_string_truncate (self->text, end - self->text->str);
      if (self->left_out > 0)
        g_string_append_printf (self->text, "\n%s", _("… and more"));
      fact->section = g_strdup (self->section);
      fact->label = g_strdup (label);
      fact->text = g_strdup (self->text->str);
      fact->reference = self->lines == 1 ? g_steal_pointer (&self->reference) : NULL;
      g_ptr_array_add (self->facts->facts, fact);
    }
  g_string_truncate (self->text, 0);
  g_clear_pointer (&self->reference, g_free);
  self->lines = self->left_out = 0;
}

/* A participant who isn't the patient. */
static gboolean
add_other_person (CairnJson value, gpointer data)
{
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference");

  return (reference != NULL && g_str_has_prefix (reference, "Patient/")) || add_line (value, data);
}

/* "onset[x]" and "collection.collected[x]" */
static void
add_choice (Builder *self, const char *path)
{
  g_autofree char *choice = g_strndup (path, strlen (path) - 3);
  char *dot = strrchr (choice, '.');
  CairnJson element = self->resource;
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

  if (dot != NULL)
    {
      *dot = '\0';
      element = cairn_json_get (self->resource, choice);
    }
  if (cairn_value_read (element, dot != NULL ? dot + 1 : choice, &value))
    {
      g_autofree char *full = cairn_value_dup_full (&value);

      g_string_append_printf (self->text, "%s%s", self->text->len > 0 ? "\n" : "", full);
      self->lines++;
    }
}

static void
add_rows (Builder *self, const CairnFactRow *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_auto(GStrv) paths = g_strsplit (rows[i].paths, " ", -1);

      for (guint j = 0; paths[j] != NULL; j++)
        if (g_str_has_suffix (paths[j], "[x]"))
          add_choice (self, paths[j]);
        else if (*paths[j] == '-')
          cairn_json_foreach (self->resource, paths[j] + 1, add_other_person, self);
        else
          cairn_json_foreach (self->resource, paths[j], add_line, self);
      finish_fact (self, g_dpgettext2 (GETTEXT_PACKAGE, "fact", rows[i].label));
    }
}

/* "billablePeriod" → "Billable period": for elements that no table names. */
static char *
label_from_name (const char *name)
{
  GString *label = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (at == name)
      g_string_append_c (label, g_ascii_toupper (*at));
    else
      {
        if (g_ascii_isupper (*at))
          g_string_append_c (label, ' ');
        g_string_append_c (label, g_ascii_tolower (*at));
      }
  return g_string_free (label, FALSE);
}

static void
add_other (Builder *self)
{
  static const char *const skipped[] = {
    "resourceType", "id", "meta", "text", "contained", "extension", "modifierExtension", "identifier", "status", "implicitRules",
    "language", "subject", "patient", NULL,
  };
  CairnJsonIter iter;
  CairnJson name, value;
  guint n = 0;

  cairn_json_iter_init (&iter, self->resource);
  while (n < MAX_OTHER && cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name), *label = NULL;

      if (*plain == '_' || g_strv_contains (skipped, plain))
        continue;
      label = label_from_name (plain);
      cairn_json_foreach (value, "", add_line, self);
      finish_fact (self, label);
      n++;
    }
}

static void
add_component (Builder *self, CairnJson component)
{
  g_autofree char *label = cairn_concept_dup_text (cairn_json_member (component, "code")), *full = NULL;
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

  if (cairn_value_read (component, "value", &value))
    full = cairn_value_dup_full (&value);
  else
    full = cairn_concept_dup_text (cairn_json_member (component, "dataAbsentReason"));
  if (full != NULL)
    g_string_append (self->text, full);
  self->lines = 1;
  finish_fact (self, label != NULL ? label : C_("fact", "Part"));
}

static void
add_components (Builder *self)
{
  CairnJsonIter iter;
  CairnJson component;
  guint n = 0;

  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "component"));
  while (n++ < MAX_OTHER && cairn_json_iter_next (&iter, NULL, &component))
    add_component (self, component);
}

static gboolean
add_attachment_text (CairnJson attachment, gpointer data)
{
  Builder *self = data;
  g_autofree char *text = cairn_attachment_dup_text (attachment);

  if (text != NULL && self->lines++ < 4)
    g_string_append_printf (self->text, "%s%.*s", self->text->len > 0 ? "\n\n" : "", MAX_TEXT, g_strstrip (text));
  return TRUE;
}

/* Questions and answers of a form, depth first, without recursion on what came. */
static void
add_answers (Builder *self)
{
  CairnJsonIter stack[16];
  guint depth = 1, n = 0;
  CairnJson item;

  cairn_json_iter_init (&stack[0], cairn_json_member (self->resource, "item"));
  while (depth > 0 && n < MAX_OTHER)
    {
      g_autofree char *question = NULL;
      CairnJsonIter answers;
      CairnJson answer;

      if (!cairn_json_iter_next (&stack[depth - 1], NULL, &item))
        {
          depth--;
          continue;
        }
      question = cairn_json_dup_text_at (item, "text");
      cairn_json_iter_init (&answers, cairn_json_member (item, "answer"));
      while (cairn_json_iter_next (&answers, NULL, &answer))
        {
          g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

          if (cairn_value_read (answer, "value", &value))
            {
              g_autofree char *full = cairn_value_dup_full (&value);

              g_string_append_printf (self->text, "%s%s", self->text->len > 0 ? "\n" : "", full);
            }
        }
      n += self->text->len > 0;
      finish_fact (self, question != NULL ? question : C_("fact", "Answer"));
      if (depth < G_N_ELEMENTS (stack))
        cairn_json_iter_init (&stack[depth++], cairn_json_member (item, "item"));
    }
}

static void
add_dates (Builder *self)
{
  CairnSummary *summary = self->facts->summary;
  CairnDate date;

  if (summary->date != NULL && cairn_date_parse (summary->date, &date))
    {
      g_autofree char *words = cairn_date_dup_words (&date);

      g_string_append (self->text, words);
    }
  else if (summary->date != NULL)
    g_string_append (self->text, summary->date);
  else
    g_string_append (self->text, C_("date", "Unknown"));
  self->lines = 1;
  finish_fact (self, C_("fact", "Date"));
  if (summary->term != NULL)
    {
      g_string_append (self->text, summary->term);
      finish_fact (self, C_("fact", "Clinical term"));
    }
  if (summary->status != NULL)
    {
      g_autofree char *words = cairn_status_dup_words (summary->status);

      g_string_append (self->text, words);
      finish_fact (self, C_("fact", "Status"));
    }
}

static CairnRange *
read_range (CairnJson resource)
{
  CairnJson range = cairn_json_get (resource, "referenceRange.0");
  g_autofree char *text = dup_range (range);
  CairnRange *self;

  if (text == NULL)
    return NULL;
  self = g_new0 (CairnRange, 1);
  self->has_low = cairn_json_double (cairn_json_get (range, "low.value"), &self->low);
  self->has_high = cairn_json_double (cairn_json_get (range, "high.value"), &self->high);
  self->text = g_steal_pointer (&text);
  return self;
}

static CairnLevel
read_level (const CairnFacts *self)
{
  CairnLevel level = cairn_level_from_code (self->summary->interpretation);
  const CairnRange *range = self->range;

  if (level != CAIRN_LEVEL_UNKNOWN || range == NULL || !self->value.has_number ||
      g_ascii_isdigit (*self->value.text) == 0)   /* a comparator says less than a number */
    return level;
  if (range->has_low && self->value.number < range->low)
    return CAIRN_LEVEL_LOW;
  if (range->has_high && self->value.number > range->high)
    return CAIRN_LEVEL_HIGH;
  return range->has_low || range->has_high ? CAIRN_LEVEL_USUAL : CAIRN_LEVEL_UNKNOWN;
}

static char *
warning_for (CairnFlags flags)
{
  if ((flags & CAIRN_FLAG_ENTERED_IN_ERROR) != 0)
    return g_strdup (_("This was entered by mistake. It is not part of the record."));
  if ((flags & CAIRN_FLAG_NEGATED) != 0)
    return g_strdup (_("This says that something is not so, or must not be done."));
  if ((flags & CAIRN_FLAG_CANCELLED) != 0)
    return g_strdup (_("This was cancelled, stopped or not done."));
  if ((flags & CAIRN_FLAG_CORRECTED) != 0)
    return g_strdup (_("This was corrected after it was first reported."));
  if ((flags & CAIRN_FLAG_PRELIMINARY) != 0)
    return g_strdup (_("This is preliminary and may still change."));
  if ((flags & CAIRN_FLAG_INCOMPLETE) != 0)
    return g_strdup (_("Cairn can't show all of this record. Ask the clinic before you rely on it."));
  return NULL;
}

/**
 * cairn_level_from_code:
 * @interpretation: (nullable): a code of v3 ObservationInterpretation
 *
 * Returns: the level that it states
 */
CairnLevel
cairn_level_from_code (const char *interpretation)
{
  static const struct
  {
    const char *code;
    CairnLevel  level;
  } codes[] = {
    { "N", CAIRN_LEVEL_USUAL },      { "H", CAIRN_LEVEL_HIGH },       { "L", CAIRN_LEVEL_LOW },     { "HH", CAIRN_LEVEL_VERY_HIGH },
    { "LL", CAIRN_LEVEL_VERY_LOW },  { "HU", CAIRN_LEVEL_VERY_HIGH }, { "LU", CAIRN_LEVEL_VERY_LOW }, { "A", CAIRN_LEVEL_UNUSUAL },
    { "AA", CAIRN_LEVEL_UNUSUAL },   { "NEG", CAIRN_LEVEL_USUAL },    { "POS", CAIRN_LEVEL_UNUSUAL }, { "H*", CAIRN_LEVEL_HIGH },
    { "L*", CAIRN_LEVEL_LOW },
  };

  for (guint i = 0; interpretation != NULL && i < G_N_ELEMENTS (codes); i++)
    if (g_str_equal (codes[i].code, interpretation))
      return codes[i].level;
  return CAIRN_LEVEL_UNKNOWN;
}

/**
 * cairn_level_get_words:
 * @level: a level
 *
 * Returns: (nullable): translated words for a row ("High"), %NULL when the level is unknown
 */
const char *
cairn_level_get_words (CairnLevel level)
{
  switch (level)
    {
    case CAIRN_LEVEL_USUAL: return C_("level", "Usual");
    case CAIRN_LEVEL_LOW: return C_("level", "Low");
    case CAIRN_LEVEL_HIGH: return C_("level", "High");
    case CAIRN_LEVEL_VERY_LOW: return C_("level", "Very low");
    case CAIRN_LEVEL_VERY_HIGH: return C_("level", "Very high");
    case CAIRN_LEVEL_UNUSUAL: return C_("level", "Unusual");
    default: return NULL;
    }
}

static void
build (Builder *self)
{
  CairnFacts *facts = self->facts;
  const CairnFactRow *rows;
  guint n;

  add_dates (self);
  if (g_str_equal (facts->summary->type, "Observation"))
    add_components (self);
  rows = cairn_fact_rows (facts->summary->type, &n);
  if (rows != NULL)
    add_rows (self, rows, n);
  else
    add_other (self);
  if (g_str_equal (facts->summary->type, "QuestionnaireResponse"))
    {
      self->section = _("Answers");
      add_answers (self);
    }
  if (rows == NULL)   /* said among the others */
    return;
  self->section = _("Text");
  cairn_json_foreach (self->resource, "content.attachment", add_attachment_text, self);
  cairn_json_foreach (self->resource, "presentedForm", add_attachment_text, self);
  finish_fact (self, C_("fact", "What it says"));
  self->section = _("Where this comes from");
  rows = cairn_source_rows (&n);
  add_rows (self, rows, n);
}

/**
 * cairn_facts_new:
 * @resource: a resource
 * @resolver: (nullable) (scope call): names what references point at
 * @data: for @resolver
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when it has no resourceType
 */
CairnFacts *
cairn_facts_new (CairnJson resource, CairnFactsResolver resolver, gpointer data)
{
  g_autofree char *div = cairn_json_dup_string (cairn_json_get (resource, "text.div"));
  CairnSummary *summary = cairn_summary_new (resource);
  CairnFacts *self;
  Builder builder = { NULL, resolver, data, resource, NULL, NULL, NULL, 0, 0 };

  if (summary == NULL)
    return NULL;
  self = g_new0 (CairnFacts, 1);
  self->summary = summary;
  self->facts = g_ptr_array_new_with_free_func (fact_free);
  self->narrative = cairn_narrative_dup_text (div);
  self->warning = warning_for (summary->flags);
  if (g_str_equal (summary->type, "Observation"))
    {
      cairn_value_read (resource, "value", &self->value);
      self->range = read_range (resource);
    }
  self->level = read_level (self);
  builder.facts = self;
  builder.text = g_string_new (NULL);
  build (&builder);
  g_string_free (builder.text, TRUE);
  return self;
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
  if (self->range != NULL)
    g_free (self->range->text);
  g_free (self->range);
  g_free (self->warning);
  g_free (self->narrative);
  g_ptr_array_unref (self->facts);
  g_free (self);
}
