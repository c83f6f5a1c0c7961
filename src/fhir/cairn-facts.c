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
#define MAX_VALUES 1000    /* of one fact, those that say the same again included */
#define MAX_OTHER 60       /* facts of a type without a table, and components */
#define MAX_ANSWERS 250    /* of a form */
#define MAX_CONTAINED 500

typedef struct
{
  CairnFacts        *facts;
  CairnFactsResolver resolver;
  gpointer           resolver_data;
  CairnJson          resource;
  const char        *section;
  GHashTable        *contained;   /* id → title; NULL until one is asked for */

  /* The fact being put together */
  GString           *text;
  GHashTable        *said;        /* its lines */
  char              *reference;
  guint              lines, values;
  gboolean           left_out;
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

/* What a contained resource ("#id") is called. All are read once, for a fact may point at them many times. */
static char *
dup_contained (Builder *self, const char *id)
{
  CairnJsonIter iter;
  CairnJson contained;

  if (self->contained == NULL)
    {
      self->contained = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      cairn_json_iter_init (&iter, cairn_json_member (self->resource, "contained"));
      while (g_hash_table_size (self->contained) < MAX_CONTAINED && cairn_json_iter_next (&iter, NULL, &contained))
        {
          g_autoptr(CairnSummary) summary = cairn_summary_new (contained);

          if (summary != NULL && summary->id != NULL)
            g_hash_table_insert (self->contained, g_steal_pointer (&summary->id), g_steal_pointer (&summary->title));
        }
    }
  return g_strdup (g_hash_table_lookup (self->contained, id));
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
    return cairn_range_dup_words (value);
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

/* Adds to the fact's text, within its limit; whole characters only. */
static void
append_text (Builder *self, const char *text, const char *separator)
{
  gsize room, length = strlen (text);

  if (self->text->len > 0)
    g_string_append (self->text, separator);
  room = MAX_TEXT - MIN (self->text->len, MAX_TEXT);
  if (length > room)
    {
      self->left_out = TRUE;
      length = room > 0 ? (gsize) (g_utf8_find_prev_char (text, text + room) - text) : 0;
    }
  g_string_append_len (self->text, text, length);
}

static gboolean
add_line (CairnJson value, gpointer data)
{
  Builder *self = data;
  char *words;

  if (self->lines >= MAX_LINES || self->text->len >= MAX_TEXT || self->values++ >= MAX_VALUES)
    {
      self->left_out = TRUE;
      return FALSE;
    }
  words = dup_any (self, value);
  if (words == NULL || *g_strstrip (words) == '\0')
    g_free (words);
  else if (g_hash_table_add (self->said, words))   /* else it was said already, and is freed */
    {
      append_text (self, words, "\n");
      self->lines++;
    }
  return TRUE;
}

/* Whether it says no more than the first fact, the date. */
static gboolean
is_date_again (Builder *self)
{
  const CairnFact *first = self->facts->facts->len > 0 ? g_ptr_array_index (self->facts->facts, 0) : NULL;

  return first != NULL && self->facts->summary->date != NULL && g_str_equal (first->text, self->text->str);
}

/* Takes what was put together as one fact. */
static void
finish_fact (Builder *self, const char *label)
{
  if (self->text->len > 0 && !is_date_again (self))
    {
      CairnFact *fact = g_new0 (CairnFact, 1);

      if (self->left_out)
        g_string_append_printf (self->text, "\n%s", C_("fact", "… and more"));
      fact->section = g_strdup (self->section);
      fact->label = g_strdup (label);
      fact->text = g_strdup (self->text->str);
      fact->reference = self->lines == 1 ? g_steal_pointer (&self->reference) : NULL;
      g_ptr_array_add (self->facts->facts, fact);
    }
  g_string_truncate (self->text, 0);
  g_hash_table_remove_all (self->said);
  g_clear_pointer (&self->reference, g_free);
  self->lines = self->values = 0;
  self->left_out = FALSE;
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

      append_text (self, full, "\n");
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

/* Says that facts are missing here: never cut in silence. */
static void
add_cut (Builder *self, guint n)
{
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more is not shown here", "%u more are not shown here", n), n);

  append_text (self, words, "\n");
  finish_fact (self, C_("fact", "And more"));
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
    append_text (self, full, "\n");
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
  while (cairn_json_iter_next (&iter, NULL, &component))
    if (n++ < MAX_OTHER)
      add_component (self, component);
  if (n > MAX_OTHER)
    add_cut (self, n - MAX_OTHER);
}

static gboolean
add_attachment_text (CairnJson attachment, gpointer data)
{
  Builder *self = data;
  g_autofree char *text = cairn_attachment_dup_text (attachment);

  if (text != NULL)
    append_text (self, g_strstrip (text), "\n\n");
  return !self->left_out;
}

/* One question of a form with its answers. */
static void
add_question (Builder *self, CairnJson item)
{
  g_autofree char *question = cairn_json_dup_text_at (item, "text");
  CairnJsonIter answers;
  CairnJson answer;

  cairn_json_iter_init (&answers, cairn_json_member (item, "answer"));
  while (!self->left_out && cairn_json_iter_next (&answers, NULL, &answer))
    {
      g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };

      if (cairn_value_read (answer, "value", &value))
        {
          g_autofree char *full = cairn_value_dup_full (&value);

          append_text (self, full, "\n");
        }
    }
  finish_fact (self, question != NULL ? question : C_("fact", "Answer"));
}

/* Questions and answers of a form, depth first, without recursion on what came. Further questions stand in an
 * item or in its answers. */
static void
add_answers (Builder *self)
{
  CairnJsonIter stack[64];
  guint depth = 1, cut = 0, before = self->facts->facts->len;
  CairnJson item;

  cairn_json_iter_init (&stack[0], cairn_json_member (self->resource, "item"));
  while (depth > 0)
    {
      if (!cairn_json_iter_next (&stack[depth - 1], NULL, &item))
        {
          depth--;
          continue;
        }
      if (self->facts->facts->len - before >= MAX_ANSWERS)
        cut += cairn_json_count (cairn_json_member (item, "answer")) > 0;
      else
        add_question (self, item);
      if (depth + 1 < G_N_ELEMENTS (stack))
        {
          cairn_json_iter_init (&stack[depth++], cairn_json_member (item, "item"));
          cairn_json_iter_init (&stack[depth++], cairn_json_member (item, "answer"));
        }
    }
  if (cut > 0)
    add_cut (self, cut);
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
    append_text (self, summary->date, "");
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
  Builder builder = { .resolver = resolver, .resolver_data = data, .resource = resource };

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
      self->range = cairn_range_new (resource);
    }
  self->level = cairn_level_from_code (summary->interpretation);
  if (self->level == CAIRN_LEVEL_UNKNOWN)
    self->level = cairn_level_from_range (self->range, &self->value);
  builder.facts = self;
  builder.text = g_string_new (NULL);
  builder.said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  build (&builder);
  g_string_free (builder.text, TRUE);
  g_hash_table_unref (builder.said);
  g_clear_pointer (&builder.contained, g_hash_table_unref);
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
  g_clear_pointer (&self->range, cairn_range_free);
  g_free (self->warning);
  g_free (self->narrative);
  g_ptr_array_unref (self->facts);
  g_free (self);
}
