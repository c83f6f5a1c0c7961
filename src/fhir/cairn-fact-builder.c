/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any FHIR datatype in words, told apart by its shape, line by line into a fact. Bounded by limits, not by
 * what came. Any thread. */
#include "config.h"

#include "cairn-fact-builder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-date.h"
#include "cairn-types.h"

#define MAX_LINES 40       /* of one fact */
#define MAX_TEXT 20000     /* bytes of one fact */
#define MAX_VALUES 1000    /* of one fact, those that say the same again included */
#define MAX_CONTAINED 500

/* What a contained resource ("#id") is called. All are read once, for a fact may point at them many times. */
static char *
dup_contained (CairnFactBuilder *self, const char *id)
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
dup_reference (CairnFactBuilder *self, CairnJson value)
{
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference"), *type = NULL, *id = NULL;
  char *words = cairn_json_dup_text_at (value, "display");

  if (reference == NULL)
    return words != NULL ? words : cairn_json_dup_text_at (value, "identifier.value");
  if (cairn_reference_split (reference, &type, &id))
    {
      g_autofree char *plain = g_strdup_printf ("%s/%s", type, id);

      if (words == NULL && self->resolver != NULL)
        words = self->resolver (plain, NULL, self->resolver_data);
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

/* What a bill's total is, and how much (ExplanationOfBenefit.total). */
static char *
dup_amount (CairnJson value)
{
  g_autofree char *category = cairn_concept_dup_text (cairn_json_member (value, "category")), *full = NULL;
  g_auto(CairnValue) amount = { NULL, NULL, FALSE, 0 };

  if (!cairn_value_read_quantity (cairn_json_member (value, "amount"), &amount))
    return NULL;
  full = cairn_value_dup_full (&amount);
  return category != NULL ? g_strdup_printf ("%s: %s", category, full) : g_steal_pointer (&full);
}

/* Any datatype in words, told apart by its shape. */
static char *
dup_any (CairnFactBuilder *self, CairnJson value)
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
  if (has (value, "category") && has (value, "amount"))
    return dup_amount (value);
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
void
cairn_fact_builder_append (CairnFactBuilder *self, const char *text, const char *separator)
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

gboolean
cairn_fact_builder_add_line (CairnJson value, gpointer data)
{
  CairnFactBuilder *self = data;
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
      cairn_fact_builder_append (self, words, "\n");
      self->lines++;
    }
  return TRUE;
}

/* Whether a fact of these words is there already, or they are just the title. */
gboolean
cairn_fact_builder_is_said (CairnFactBuilder *self)
{
  if (self->text->len < 4)   /* "Yes" and "12" may well be said of different things */
    return FALSE;
  if (g_str_equal (self->text->str, self->facts->summary->title))
    return TRUE;
  for (guint i = self->facts->summary->date != NULL ? 0 : 1; i < MIN (self->facts->facts->len, MAX_LINES); i++)
    if (g_str_equal (((const CairnFact *) g_ptr_array_index (self->facts->facts, i))->text, self->text->str))
      return TRUE;
  return FALSE;
}

/* Forgets what was put together. */
void
cairn_fact_builder_drop (CairnFactBuilder *self)
{
  g_string_truncate (self->text, 0);
  g_hash_table_remove_all (self->said);
  g_clear_pointer (&self->reference, g_free);
  self->lines = self->values = 0;
  self->left_out = FALSE;
  self->role = CAIRN_FACT_ROLE_PLAIN;
}

/* Facts from here on stand in another part. */
void
cairn_fact_builder_begin (CairnFactBuilder *self, CairnFactSection section, const char *heading)
{
  self->section = section;
  self->heading = heading;
}

/* Takes what was put together as one fact. */
void
cairn_fact_builder_finish (CairnFactBuilder *self, const char *label)
{
  if (self->text->len > 0)
    {
      CairnFact *fact = g_new0 (CairnFact, 1);

      if (self->left_out)
        g_string_append_printf (self->text, "\n%s", C_("fact", "… and more"));
      fact->section = self->section;
      fact->role = self->role;
      fact->heading = g_strdup (self->heading);
      fact->label = g_strdup (label);
      fact->text = g_strdup (self->text->str);
      fact->reference = self->lines == 1 ? g_steal_pointer (&self->reference) : NULL;
      g_ptr_array_add (self->facts->facts, fact);
    }
  cairn_fact_builder_drop (self);
}

/* A participant who isn't the patient. */
gboolean
cairn_fact_builder_add_other_person (CairnJson value, gpointer data)
{
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference");

  return (reference != NULL && g_str_has_prefix (reference, "Patient/")) || cairn_fact_builder_add_line (value, data);
}

/* What a reference points at as a fact of its own: its title, and its value beside it. */
gboolean
cairn_fact_builder_add_target (CairnJson value, gpointer data)
{
  CairnFactBuilder *self = data;
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference"), *line = NULL, *title = NULL;
  guint n;

  if (self->values++ >= MAX_LINES)
    {
      self->left_out = TRUE;
      return FALSE;
    }
  if (self->resolver != NULL && cairn_reference_split (reference, NULL, NULL))
    title = self->resolver (reference, &line, self->resolver_data);
  if (title == NULL)
    {
      title = dup_reference (self, value);
      g_clear_pointer (&self->reference, g_free);
    }
  else
    self->reference = g_steal_pointer (&reference);
  self->lines = 1;
  n = self->values;
  cairn_fact_builder_append (self, line != NULL ? line : C_("fact", "No value"), "\n");
  cairn_fact_builder_finish (self, title != NULL ? title : C_("fact", "Part"));
  self->values = n;
  return TRUE;
}

/* "onset[x]" and "collection.collected[x]" */
void
cairn_fact_builder_add_choice (CairnFactBuilder *self, const char *path)
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

      cairn_fact_builder_append (self, full, "\n");
      self->lines++;
    }
}

