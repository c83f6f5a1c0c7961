/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no table named, so that nothing is lost: every element that hasn't been said, under its own name. Iterative, and
 * bounded by limits. Any thread. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-datatype.h"
#include "cairn-fact-rows.h"

#define MAX_MEMBERS 60      /* of the resource */
#define MAX_ELEMENTS 200    /* of one of them */
#define MAX_DEPTH 16
#define MAX_CONTAINED 20

static gboolean
is_named (CairnJson name, const char *const *names)
{
  for (; *names != NULL; names++)
    if (name.length - 2 == strlen (*names) && memcmp (name.text + 1, *names, name.length - 2) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
ends_with (CairnJson name, const char *end)
{
  gsize length = strlen (end);

  return name.length - 2 >= length && memcmp (name.text + name.length - 1 - length, end, length) == 0;
}

/* What says nothing to a person, wherever it stands. */
static gboolean
is_for_machines (CairnJson name)
{
  static const char *const names[] = {
    "id", "extension", "modifierExtension", "linkId", "sequence", "etag", "meta", "resourceType", "contained", "implicitRules", "div", "use", "rank",
    "header", "payloadMimeType", "uid", "format", NULL,
  };

  return name.length < 3 || name.text[1] == '_' || is_named (name, names) || ends_with (name, "Sequence");
}

/* What was said already as what the record is, or is the patient's own. */
static gboolean
is_known_here (CairnJson name)
{
  static const char *const names[] = { "text", "language", "subject", "patient", "beneficiary", "status", NULL };

  return is_named (name, names);
}

static void
add_known (CairnFactBuilder *self, CairnJson value, CairnJson name, gboolean labelled)
{
  g_autofree char *words = cairn_fact_builder_is_used (self, value) ? NULL : cairn_fact_builder_dup_words (self, value), *label = NULL, *line = NULL;

  if (words == NULL || *words == '\0' || cairn_fact_builder_was_said (self, words))
    return;
  if (!labelled)
    {
      cairn_fact_builder_add_text (self, words);
      return;
    }
  label = cairn_element_dup_label (name);
  line = g_strdup_printf ("%s: %s", label, words);
  cairn_fact_builder_add_text (self, line);
}

/* All that hasn't been said of an element that a resource defines, a line each. */
static void
add_element (CairnFactBuilder *self, CairnJson element)
{
  struct
  {
    CairnJsonIter iter;
    CairnJson     name;   /* of the array that is walked */
  } stack[MAX_DEPTH];
  guint depth = 1;
  CairnJson name, value;

  cairn_json_iter_init (&stack[0].iter, element);
  stack[0].name = CAIRN_JSON_NONE;
  while (depth > 0 && !self->left_out)
    {
      if (!cairn_json_iter_next (&stack[depth - 1].iter, &name, &value))
        {
          depth--;
          continue;
        }
      if (stack[depth - 1].name.text != NULL)
        name = stack[depth - 1].name;
      else if (is_for_machines (name))
        continue;
      if (cairn_datatype_is_known (value))
        add_known (self, value, name, TRUE);
      else if (depth < MAX_DEPTH && !cairn_fact_builder_is_used (self, value))
        {
          cairn_json_iter_init (&stack[depth].iter, value);
          stack[depth++].name = cairn_json_is_array (value) ? name : CAIRN_JSON_NONE;
        }
    }
}

static void
add_member_value (CairnFactBuilder *self, CairnJson name, CairnJson value, const char *label)
{
  guint before = self->lines;

  if (cairn_datatype_is_known (value))
    {
      add_known (self, value, name, FALSE);
      return;
    }
  if (cairn_json_is_array (value))
    return;
  if (before > 0)
    cairn_fact_builder_finish (self, label);
  add_element (self, value);
  cairn_fact_builder_finish (self, label);
}

static void
add_member (CairnFactBuilder *self, CairnJson name, CairnJson value)
{
  g_autofree char *label = cairn_element_dup_label (name);
  CairnJsonIter iter;
  CairnJson element;

  if (!cairn_json_is_array (value))
    add_member_value (self, name, value, label);
  else
    {
      guint n = 0, first = self->facts->facts->len;

      cairn_json_iter_init (&iter, value);
      while (n++ < MAX_ELEMENTS && self->facts->facts->len - first < MAX_MEMBERS && !self->left_out &&
             cairn_json_iter_next (&iter, NULL, &element))
        add_member_value (self, name, element, label);
      if (cairn_json_iter_next (&iter, NULL, &element))
        self->left_out = self->text->len > 0;
    }
  cairn_fact_builder_finish (self, label);
}

/* Everything that hasn't been said yet. */
void
cairn_fact_rest_add (CairnFactBuilder *self)
{
  CairnJsonIter iter;
  CairnJson name, value;
  guint n = 0;

  cairn_json_iter_init (&iter, self->resource);
  while (n < MAX_MEMBERS && cairn_json_iter_next (&iter, &name, &value))
    if (!is_for_machines (name) && !is_known_here (name))
      {
        add_member (self, name, value);
        n++;
      }
}

/* What is inside a record and says more than its name. */
static void
add_contained (CairnFactBuilder *self, CairnJson contained)
{
  g_autoptr(CairnFacts) facts = NULL;

  if (cairn_json_member (contained, "contained").text != NULL)
    return;   /* not allowed, and the end of the road */
  facts = cairn_facts_new (contained, self->resolver, self->resolver_data);
  for (guint i = 0; facts != NULL && i < facts->facts->len; i++)
    {
      const CairnFact *fact = g_ptr_array_index (facts->facts, i);
      g_autofree char *line = NULL;

      if (fact->role == CAIRN_FACT_ROLE_DATE && facts->summary->date == NULL)
        continue;
      line = g_strdup_printf ("%s: %s", fact->label, fact->text);
      g_strdelimit (line, "\n", ' ');
      cairn_fact_builder_add_text (self, line);
    }
  if (facts != NULL)
    cairn_fact_builder_finish (self, facts->summary->title);
}

void
cairn_fact_contained_add (CairnFactBuilder *self)
{
  CairnJsonIter iter;
  CairnJson contained;
  guint n = 0;

  cairn_json_iter_init (&iter, cairn_json_member (self->resource, "contained"));
  while (n++ < MAX_CONTAINED && cairn_json_iter_next (&iter, NULL, &contained))
    add_contained (self, contained);
}
