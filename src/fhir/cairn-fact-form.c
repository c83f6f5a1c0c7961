/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and answers of a form, and the sections of a document. Iterative. Any thread. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cairn-fact-rows.h"

#define MAX_ANSWERS 250
#define MAX_DEPTH 64
#define MAX_QUESTIONS 5000
#define MAX_SECTIONS 100

/* Questions of the form by their link ids, for answers that come without them. */
static void
read_questions (GHashTable *questions, CairnJson questionnaire)
{
  CairnJsonIter stack[MAX_DEPTH];
  guint depth = 1;
  CairnJson item;

  cairn_json_iter_init (&stack[0], cairn_json_member (questionnaire, "item"));
  while (depth > 0 && g_hash_table_size (questions) < MAX_QUESTIONS)
    {
      char *id, *text;

      if (!cairn_json_iter_next (&stack[depth - 1], NULL, &item))
        {
          depth--;
          continue;
        }
      id = cairn_json_dup_text_at (item, "linkId");
      text = cairn_json_dup_text_at (item, "text");
      if (id != NULL && text != NULL)
        g_hash_table_insert (questions, id, text);
      else
        {
          g_free (id);
          g_free (text);
        }
      if (depth < MAX_DEPTH)
        cairn_json_iter_init (&stack[depth++], cairn_json_member (item, "item"));
    }
}

static GHashTable *
list_questions (CairnFactBuilder *self)
{
  GHashTable *questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  CairnJsonIter iter;
  CairnJson contained;

  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "contained"));
  while (cairn_json_iter_next (&iter, NULL, &contained))
    if (cairn_json_equals (cairn_json_member (contained, "resourceType"), "Questionnaire"))
      read_questions (questions, contained);
  if (self->form.text != NULL)
    read_questions (questions, self->form);
  return questions;
}

static char *
dup_question (CairnJson item, GHashTable *questions)
{
  char *question = cairn_json_dup_text_at (item, "text");
  g_autofree char *id = question == NULL ? cairn_json_dup_text_at (item, "linkId") : NULL;

  return question != NULL || id == NULL ? question : g_strdup (g_hash_table_lookup (questions, id));
}

/* What to call a question of which nobody knows the words. */
static char *
dup_number (guint number)
{
  /* Translators: %u is the place of a question in its form */
  return g_strdup_printf (C_("fact", "Question %u"), number);
}

/* One question with its answers. */
static void
add_question (CairnFactBuilder *self, CairnJson item, GHashTable *questions, guint *number)
{
  g_autofree char *question = dup_question (item, questions);
  CairnJsonIter answers, members;
  CairnJson answer, name, value;

  cairn_json_iter_init (&answers, cairn_json_member (item, "answer"));
  while (!self->left_out && cairn_json_iter_next (&answers, NULL, &answer))
    {
      cairn_json_iter_init (&members, answer);
      while (cairn_json_iter_next (&members, &name, &value))
        if (name.length > 7 && strncmp (name.text + 1, "value", 5) == 0)
          cairn_fact_builder_add_line (value, self);
    }
  if (cairn_json_member (item, "answer").text != NULL)
    (*number)++;
  if (self->lines == 0 && question != NULL && cairn_json_count (cairn_json_member (item, "item")) == 0)
    cairn_fact_builder_add_text (self, C_("fact", "No answer"));
  if (question == NULL)
    question = dup_number (*number);
  cairn_fact_builder_finish (self, question);
}

/* The heading under which the questions inside a group stand. */
static const char *
heading_for (CairnFactBuilder *self, CairnJson item, GHashTable *questions, GPtrArray *headings, const char *outer)
{
  char *text;

  if (cairn_json_count (cairn_json_member (item, "answer")) > 0 || cairn_json_count (cairn_json_member (item, "item")) == 0)
    return outer;
  text = dup_question (item, questions);
  if (text == NULL)
    return outer;
  g_ptr_array_add (headings, text);
  return text;
}

/* Depth first; further questions stand in an item or in its answers. */
void
cairn_fact_answers_add (CairnFactBuilder *self)
{
  g_autoptr(GHashTable) questions = list_questions (self);
  g_autoptr(GPtrArray) headings = g_ptr_array_new_with_free_func (g_free);
  struct
  {
    CairnJsonIter iter;
    const char   *heading;
  } stack[MAX_DEPTH];
  guint depth = 1, cut = 0, number = 0, before = self->facts->facts->len;
  CairnJson item;

  cairn_json_iter_init (&stack[0].iter, cairn_json_member (self->resource, "item"));
  stack[0].heading = _("Answers");
  while (depth > 0)
    {
      const char *heading = stack[depth - 1].heading, *inner;

      if (!cairn_json_iter_next (&stack[depth - 1].iter, NULL, &item))
        {
          depth--;
          continue;
        }
      cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_ANSWERS, heading);
      inner = heading_for (self, item, questions, headings, heading);
      if (self->facts->facts->len - before >= MAX_ANSWERS)
        cut += cairn_json_count (cairn_json_member (item, "answer")) > 0;
      else if (cairn_json_member (item, "item").text == NULL || cairn_json_member (item, "answer").text != NULL || cairn_json_member (item, "text").text != NULL ||
               cairn_json_member (item, "linkId").text != NULL)
        add_question (self, item, questions, &number);
      if (depth + 1 < MAX_DEPTH)
        {
          cairn_json_iter_init (&stack[depth].iter, cairn_json_member (item, "item"));
          stack[depth++].heading = inner;
          cairn_json_iter_init (&stack[depth].iter, cairn_json_member (item, "answer"));
          stack[depth++].heading = inner;
        }
    }
  if (cut > 0)
    cairn_fact_cut_add (self, cut);
  cairn_fact_builder_use (self, cairn_json_member (self->resource, "item"));
  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_ANSWERS, NULL);
}

static gboolean
add_entry (CairnJson entry, gpointer data)
{
  return cairn_fact_builder_add_line (entry, data);
}

/* One section of a document: what it says and what stands in it. */
static void
add_section (CairnFactBuilder *self, CairnJson section)
{
  g_autofree char *title = cairn_json_dup_text_at (section, "title"), *div = cairn_json_dup_text_at (section, "text.div");
  g_autofree char *text = cairn_narrative_dup_text (div);
  guint n;

  if (title == NULL)
    title = cairn_concept_dup_text (cairn_json_member (section, "code"));
  if (text != NULL)
    cairn_fact_builder_append (self, text, "\n");
  n = self->lines;
  cairn_json_foreach (section, "entry", add_entry, self);
  cairn_json_foreach (section, "emptyReason", add_entry, self);
  cairn_json_foreach (section, "author", add_entry, self);
  if (text != NULL || self->lines != n + 1)
    g_clear_pointer (&self->reference, g_free);
  if (self->text->len > 0)
    cairn_fact_builder_finish (self, title != NULL ? title : C_("fact", "Section"));
}

/* The sections of a document, depth first. */
void
cairn_fact_sections_add (CairnFactBuilder *self)
{
  CairnJsonIter stack[MAX_DEPTH];
  guint depth = 1, n = 0;
  CairnJson section;

  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_TEXT, _("Sections"));
  cairn_json_iter_init (&stack[0], cairn_json_member (self->resource, "section"));
  while (depth > 0 && n < MAX_SECTIONS)
    if (!cairn_json_iter_next (&stack[depth - 1], NULL, &section))
      depth--;
    else
      {
        add_section (self, section);
        n++;
        if (depth < MAX_DEPTH)
          cairn_json_iter_init (&stack[depth++], cairn_json_member (section, "section"));
      }
  cairn_fact_builder_use (self, cairn_json_member (self->resource, "section"));
}
