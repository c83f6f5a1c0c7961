/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the facts of a record together, line by line. Bounded by limits, not by what came. Any thread. */
#include "config.h"

#include "cairn-fact-builder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-datatype.h"
#include "cairn-types.h"

#define MAX_LINES 40       /* of one fact */
#define MAX_VALUES 1000    /* of one fact, those that say the same again included */
#define MAX_CONTAINED 500
#define MAX_USED 20000     /* spans */

typedef struct
{
  const char *start, *end;
} Span;

/* What a contained resource ("#id") is. All are read once, for a fact may point at them many times. */
static const CairnSummary *
find_contained (CairnFactBuilder *self, const char *id)
{
  CairnJsonIter iter;
  CairnJson contained;

  if (self->contained == NULL)
    {
      self->contained = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) cairn_summary_free);
      cairn_json_iter_init (&iter, cairn_json_member (self->resource, "contained"));
      while (g_hash_table_size (self->contained) < MAX_CONTAINED && cairn_json_iter_next (&iter, NULL, &contained))
        {
          CairnSummary *summary = cairn_summary_new (contained);

          if (summary != NULL && summary->id != NULL && !g_hash_table_contains (self->contained, summary->id))
            g_hash_table_insert (self->contained, summary->id, summary);
          else
            g_clear_pointer (&summary, cairn_summary_free);
        }
    }
  return g_hash_table_lookup (self->contained, id);
}

/* What to say of a resource that isn't here. */
static char *
dup_missing (const char *type)
{
  g_autofree char *words = cairn_type_dup_words (type);

  /* Translators: %s is a sort of record, as "Practitioner" */
  return g_strdup_printf (C_("reference", "%s (not here)"), words);
}

/* Its display, what it points at, or at last what sort of record; nothing is followed further. */
static char *
dup_reference (CairnJson value, gpointer data)
{
  CairnFactBuilder *self = data;
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference"), *type = NULL, *id = NULL;
  g_autofree char *words = cairn_json_dup_text_at (value, "display"), *named = NULL;
  const CairnSummary *contained;

  if (cairn_reference_split (reference, &type, &id))
    {
      g_autofree char *plain = g_strdup_printf ("%s/%s", type, id);
      gboolean ask = self->resolver != NULL && (words == NULL || self->reference == NULL);

      if (ask)
        named = self->resolver (plain, NULL, self->resolver_data);
      if (self->reference == NULL && (named != NULL || self->resolver == NULL))
        self->reference = g_steal_pointer (&plain);
      if (words == NULL)
        words = named != NULL ? g_steal_pointer (&named) : dup_missing (type);
    }
  else if (words == NULL && reference != NULL && *reference == '#' && (contained = find_contained (self, reference + 1)) != NULL)
    words = g_strdup (contained->title);
  if (words == NULL)
    words = cairn_datatype_dup_words (cairn_json_member (value, "identifier"), NULL, NULL);
  if (words == NULL && (type = cairn_json_dup_text_at (value, "type")) != NULL)
    words = dup_missing (type);
  return words != NULL || reference == NULL ? g_steal_pointer (&words) : g_strdup (C_("reference", "Another record (not here)"));
}

/* Remembers that a part of the resource was said, or needs no saying. */
void
cairn_fact_builder_use (CairnFactBuilder *self, CairnJson value)
{
  Span span = { value.text, value.text + value.length };

  if (self->used == NULL)
    self->used = g_array_new (FALSE, FALSE, sizeof (Span));
  if (value.text != NULL && self->used->len < MAX_USED)
    {
      g_array_append_val (self->used, span);
      self->used_sorted = FALSE;
    }
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const Span *left = a, *right = b;

  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return left->end > right->end ? -1 : left->end < right->end;
}

/* In order, and without those inside others. */
static void
sort_spans (GArray *spans)
{
  guint n = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    if (n == 0 || g_array_index (spans, Span, i).end > g_array_index (spans, Span, n - 1).end)
      g_array_index (spans, Span, n++) = g_array_index (spans, Span, i);
  g_array_set_size (spans, n);
}

gboolean
cairn_fact_builder_is_used (CairnFactBuilder *self, CairnJson value)
{
  guint low = 0, high;

  if (self->used == NULL || value.text == NULL)
    return FALSE;
  if (!self->used_sorted)
    sort_spans (self->used);
  self->used_sorted = TRUE;
  high = self->used->len;
  while (low < high)   /* the last that begins at or before it */
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->used, Span, middle).start <= value.text)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 && g_array_index (self->used, Span, low - 1).end >= value.text + value.length;
}

/* Any datatype in words; what has words counts as said. */
char *
cairn_fact_builder_dup_words (CairnFactBuilder *self, CairnJson value)
{
  char *words = cairn_datatype_dup_words (value, dup_reference, self);

  if (words != NULL)
    cairn_fact_builder_use (self, value);
  return words;
}

/* Adds to the fact's text, within its limit; whole characters only. */
void
cairn_fact_builder_append (CairnFactBuilder *self, const char *text, const char *separator)
{
  gsize room, length = strlen (text);

  if (self->text->len > 0)
    g_string_append (self->text, separator);
  room = CAIRN_FACT_MAX_TEXT - MIN (self->text->len, CAIRN_FACT_MAX_TEXT);
  if (length > room)
    {
      self->left_out = TRUE;
      length = room > 0 ? (gsize) (g_utf8_find_prev_char (text, text + room) - text) : 0;
    }
  g_string_append_len (self->text, text, length);
}

static gboolean
is_full (CairnFactBuilder *self)
{
  if (self->lines < MAX_LINES && self->text->len < CAIRN_FACT_MAX_TEXT && self->values++ < MAX_VALUES)
    return FALSE;
  self->left_out = TRUE;
  return TRUE;
}

/* A line, unless the fact has it already. FALSE when the fact is full. */
gboolean
cairn_fact_builder_add_text (CairnFactBuilder *self, const char *line)
{
  char *words;

  if (is_full (self))
    return FALSE;
  words = g_strstrip (g_strdup (line));
  if (*words == '\0')
    g_free (words);
  else if (g_hash_table_add (self->said, words))   /* else it was said already, and is freed */
    {
      cairn_fact_builder_append (self, words, "\n");
      self->lines++;
    }
  return TRUE;
}

gboolean
cairn_fact_builder_add_line (CairnJson value, gpointer data)
{
  CairnFactBuilder *self = data;
  g_autofree char *words = NULL;

  if (self->lines >= MAX_LINES || self->text->len >= CAIRN_FACT_MAX_TEXT || self->values >= MAX_VALUES)
    {
      self->left_out = TRUE;
      return FALSE;
    }
  words = cairn_fact_builder_dup_words (self, value);
  return cairn_fact_builder_add_text (self, words != NULL ? words : "");
}

/* Whether a line of these words stands in one of the facts, or is what the record is called. "Yes" and "12" may well be
 * said of different things. */
gboolean
cairn_fact_builder_was_said (CairnFactBuilder *self, const char *words)
{
  return strlen (words) >= 4 && (g_ascii_strcasecmp (words, self->facts->summary->title) == 0 || g_strcmp0 (words, self->facts->summary->term) == 0 ||
                                 g_hash_table_contains (self->lines_said, words));
}

/* Whether a fact of these words is there already, or they are just the title. */
gboolean
cairn_fact_builder_is_said (CairnFactBuilder *self)
{
  if (self->text->len < 4 || self->role == CAIRN_FACT_ROLE_NOTE)
    return FALSE;
  /* Another record of the same name, as the pictures of a report, is worth a way there. */
  if (self->reference == NULL && g_ascii_strcasecmp (self->text->str, self->facts->summary->title) == 0)
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

static void
remember_lines (CairnFactBuilder *self)
{
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->said);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      g_hash_table_add (self->lines_said, line);
      g_hash_table_iter_steal (&iter);
    }
}

/* Whether the group that is put together has the same fact already. */
static gboolean
is_in_group (CairnFactBuilder *self, const char *label)
{
  const GPtrArray *facts = self->facts->facts;
  gboolean group = self->section == CAIRN_FACT_SECTION_GROUP || self->section == CAIRN_FACT_SECTION_MORE;

  for (guint i = facts->len; group && i > 0; i--)
    {
      const CairnFact *fact = g_ptr_array_index (facts, i - 1);

      if (fact->section != self->section || g_strcmp0 (fact->heading, self->heading) != 0)
        break;
      if (g_str_equal (fact->label, label) && g_str_equal (fact->text, self->text->str))
        return TRUE;
    }
  return FALSE;
}

/* Takes what was put together as one fact. */
void
cairn_fact_builder_finish (CairnFactBuilder *self, const char *label)
{
  if (self->text->len > 0 && !is_in_group (self, label))
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
      if (self->lines <= 1 && strchr (fact->text, '\n') == NULL)
        g_hash_table_add (self->lines_said, g_strdup (fact->text));
      remember_lines (self);
    }
  cairn_fact_builder_drop (self);
}

/* Whether a reference says by itself what it points at. */
static gboolean
has_name (CairnJson value)
{
  g_autofree char *reference = cairn_json_dup_text_at (value, "reference");

  return cairn_json_member (value, "display").text != NULL || (reference != NULL && *reference == '#');
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
  cairn_fact_builder_use (self, value);
  if (self->resolver != NULL && cairn_reference_split (reference, NULL, NULL))
    title = self->resolver (reference, &line, self->resolver_data);
  else if (reference != NULL && *reference == '#')
    {
      const CairnSummary *contained = find_contained (self, reference + 1);

      if (contained != NULL && contained->value != NULL)
        line = cairn_value_dup_full (&(CairnValue) { contained->value, contained->unit, FALSE, 0 });
    }
  if (title == NULL && !has_name (value))
    {
      self->missing++;
      return TRUE;
    }
  if (title == NULL)
    {
      title = dup_reference (value, self);
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

/* A comment as a fact of its own, whose author and time stand apart. FALSE when there are too many. */
gboolean
cairn_fact_builder_add_note (CairnFactBuilder *self, CairnJson value, const char *label)
{
  g_autofree char *words = NULL, *text = cairn_json_dup_text_at (value, "text");
  guint before = self->facts->facts->len, n = ++self->values;

  if (n > MAX_LINES || text == NULL)
    return cairn_fact_builder_add_line (value, self);
  words = cairn_fact_builder_dup_words (self, value);
  if (words == NULL || cairn_fact_builder_was_said (self, words))
    return TRUE;
  cairn_fact_builder_append (self, g_strstrip (words), "\n");
  self->lines = 1;
  self->role = CAIRN_FACT_ROLE_NOTE;
  g_clear_pointer (&self->reference, g_free);
  cairn_fact_builder_finish (self, label);
  self->values = n;
  if (self->facts->facts->len > before)
    {
      CairnFact *fact = self->facts->facts->pdata[before];

      fact->note = g_new0 (CairnNote, 1);
      fact->note->author = cairn_json_dup_text_at (value, "authorString");
      if (fact->note->author == NULL)
        fact->note->author = cairn_fact_builder_dup_words (self, cairn_json_member (value, "authorReference"));
      g_clear_pointer (&self->reference, g_free);
      fact->note->time = cairn_json_dup_text_at (value, "time");
      fact->note->text = g_strdup (g_strstrip (text));
    }
  return TRUE;
}
