/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts that a table names, put into words. Any thread. */
#include "config.h"

#include "cairn-fact-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-datatype.h"

#define MAX_ELEMENTS 60   /* facts of one group */

/* "onset[x]" and "collection.collected[x]": the choice that is there. */
static CairnJson
find_choice (CairnJson element, const char *path)
{
  g_autofree char *base = g_strndup (path, strlen (path) - 3);
  char *dot = strrchr (base, '.');
  CairnJsonIter iter;
  CairnJson name, value;
  gsize length;

  if (dot != NULL)
    {
      *dot++ = '\0';
      element = cairn_json_get (element, base);
    }
  else
    dot = base;
  length = strlen (dot);
  cairn_json_iter_init (&iter, element);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (name.length > length + 2 && memcmp (name.text + 1, dot, length) == 0 && g_ascii_isupper (name.text[length + 1]))
      return value;
  return CAIRN_JSON_NONE;
}

typedef struct
{
  CairnFactBuilder *builder;
  GString          *out;
  const char       *separator;
} Values;

/* Who made a record is left out where a fact has said what they did. */
static gboolean
is_said_elsewhere (CairnFactBuilder *self, CairnJson value)
{
  return self->section == CAIRN_FACT_SECTION_SOURCE && cairn_fact_builder_is_used (self, value);
}

static gboolean
add_value (CairnJson value, gpointer data)
{
  Values *self = data;
  g_autofree char *words = NULL;

  if (is_said_elsewhere (self->builder, value))
    return TRUE;
  words = cairn_fact_builder_dup_words (self->builder, value);
  if (words != NULL && *words != '\0' && self->out->len < CAIRN_FACT_MAX_TEXT)
    g_string_append_printf (self->out, "%s%s", self->out->len > 0 ? self->separator : "", words);
  return self->out->len < CAIRN_FACT_MAX_TEXT;
}

static void
add_path (Values *self, CairnJson element, const char *path)
{
  if (*path == '-')
    path++;
  if (g_str_has_suffix (path, "[x]"))
    {
      CairnJson choice = find_choice (element, path);

      if (choice.text != NULL)
        add_value (choice, self);
    }
  else
    cairn_json_foreach (element, path, add_value, self);
}

/* "after %s" with the value in it; @template is ours or a translator's. */
static char *
fill (const char *template, const char *value)
{
  const char *place = strstr (template, "%s");

  if (place == NULL)
    return g_strdup (template);
  return g_strdup_printf ("%.*s%s%s", (int) (place - template), template, value, place + 2);
}

static char *
dup_boolean_part (CairnFactBuilder *self, CairnJson element, const char *path, const char *words)
{
  gboolean wanted = *path != '!';
  CairnJson value = cairn_json_get (element, wanted ? path : path + 1);

  if (cairn_json_type (value) != CAIRN_JSON_BOOLEAN)
    return NULL;
  cairn_fact_builder_use (self, value);
  return cairn_json_boolean (value, !wanted) == wanted ? g_strdup (words) : NULL;
}

static char *
dup_pictures (CairnFactBuilder *self, CairnJson value)
{
  gint64 n;

  if (!cairn_json_int64 (value, &n) || n < 1 || n > G_MAXINT)
    return NULL;
  cairn_fact_builder_use (self, value);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d picture", "%d pictures", (gulong) n), (int) n);
}

static char *
dup_part (CairnFactBuilder *self, CairnJson element, const CairnFactPart *part, const char *separator)
{
  const char *words = part->words != NULL ? g_dpgettext2 (GETTEXT_PACKAGE, "part", part->words) : NULL;
  g_autoptr(GString) out = NULL;
  g_auto(GStrv) paths = NULL;
  Values values;

  if (*part->path == '?')
    return dup_boolean_part (self, element, part->path + 1, words);
  if (*part->path == '#')
    return dup_pictures (self, cairn_json_get (element, part->path + 1));
  out = g_string_new (NULL);
  values = (Values) { self, out, separator };
  paths = g_strsplit (part->path, " ", -1);
  for (guint i = 0; paths[i] != NULL; i++)
    add_path (&values, element, paths[i]);
  if (out->len == 0)
    return NULL;
  return words != NULL ? fill (words, out->str) : g_strdup (out->str);
}

/* Whether the element is about the patient themself, which needs no saying. */
static gboolean
is_patients_own (CairnJson element, const CairnFactRow *row)
{
  for (guint i = 0; i < row->n_parts; i++)
    if (*row->parts[i].path == '-')
      {
        g_autofree char *reference = cairn_json_dup_text_at (cairn_json_get (element, row->parts[i].path + 1), "reference");

        return reference != NULL && g_str_has_prefix (reference, "Patient/");
      }
  return FALSE;
}

typedef struct
{
  CairnFactBuilder   *builder;
  const CairnFactRow *row;
  guint               n;
} Elements;

/* One line of an element's parts. */
static gboolean
add_parts (CairnJson element, gpointer data)
{
  Elements *self = data;
  g_autoptr(GString) line = g_string_new (NULL);

  if (is_patients_own (element, self->row))
    cairn_fact_builder_use (self->builder, element);
  for (guint i = 0; i < self->row->n_parts && !is_patients_own (element, self->row); i++)
    {
      g_autofree char *words = dup_part (self->builder, element, &self->row->parts[i], ", ");

      if (words != NULL)
        g_string_append_printf (line, "%s%s", line->len > 0 ? ", " : "", words);
    }
  return cairn_fact_builder_add_text (self->builder, line->str);
}

/* A fact of its own. */
static gboolean
add_element (CairnJson element, gpointer data)
{
  Elements *self = data;
  g_autofree char *label = NULL;

  if (self->n++ >= MAX_ELEMENTS)
    return TRUE;
  label = dup_part (self->builder, element, &self->row->parts[0], ", ");
  for (guint i = 1; i < self->row->n_parts; i++)
    {
      g_autofree char *words = dup_part (self->builder, element, &self->row->parts[i],
                                          self->row->parts[i].words != NULL ? ", " : "\n");

      if (words != NULL)
        cairn_fact_builder_add_text (self->builder, words);
    }
  if (self->builder->lines == 0 && label != NULL)
    {
      cairn_fact_builder_add_text (self->builder, label);
      g_clear_pointer (&label, g_free);
    }
  self->builder->lines = 1;
  cairn_fact_builder_finish (self->builder, label != NULL ? label : g_dpgettext2 (GETTEXT_PACKAGE, "fact", self->row->label));
  return TRUE;
}

void
cairn_fact_cut_add (CairnFactBuilder *self, guint n)
{
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more is not shown here", "%u more are not shown here", n), n);

  cairn_fact_builder_append (self, words, "\n");
  cairn_fact_builder_finish (self, C_("fact", "And more"));
}

static void
add_group (CairnFactBuilder *self, const CairnFactRow *row)
{
  Elements elements = { self, row, 0 };

  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_GROUP, g_dpgettext2 (GETTEXT_PACKAGE, "fact", row->label));
  cairn_json_foreach (self->resource, row->paths, add_element, &elements);
  if (elements.n > MAX_ELEMENTS)
    cairn_fact_cut_add (self, elements.n - MAX_ELEMENTS);
}

static void
add_targets (CairnFactBuilder *self, const CairnFactRow *row)
{
  cairn_fact_builder_begin (self, CAIRN_FACT_SECTION_TARGETS, g_dpgettext2 (GETTEXT_PACKAGE, "fact", row->label));
  cairn_json_foreach (self->resource, row->paths, cairn_fact_builder_add_target, self);
  self->values = 0;
  if (self->missing > 0)
    {
      g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u record is not here", "%u records are not here", self->missing), self->missing);

      cairn_fact_builder_append (self, words, "\n");
      cairn_fact_builder_finish (self, C_("fact", "And more"));
    }
  self->missing = 0;
  if (self->left_out)
    {
      cairn_fact_builder_append (self, C_("fact", "Not all are shown here"), "\n");
      cairn_fact_builder_finish (self, C_("fact", "And more"));
    }
}

static gboolean
add_note (CairnJson value, gpointer data)
{
  Elements *self = data;

  return cairn_fact_builder_add_note (self->builder, value, g_dpgettext2 (GETTEXT_PACKAGE, "fact", self->row->label));
}

static gboolean
add_line (CairnJson value, gpointer data)
{
  return is_said_elsewhere (data, value) || cairn_fact_builder_add_line (value, data);
}

/* The parts of a dosage whose own words stand in another fact, and those words that don't. */
static gboolean
add_details (CairnJson dosage, gpointer data)
{
  g_autofree char *words = cairn_dosage_dup_words (dosage), *details = cairn_dosage_dup_details (dosage);
  g_autofree char *text = cairn_json_dup_text_at (dosage, "text");

  if (text != NULL && g_strcmp0 (text, words) != 0)
    cairn_fact_builder_add_text (data, text);
  return g_strcmp0 (details, words) == 0 || details == NULL || cairn_fact_builder_add_text (data, details);
}

static void
add_lines (CairnFactBuilder *self, const CairnFactRow *row)
{
  g_auto(GStrv) paths = g_strsplit (row->paths, " ", -1);
  Elements elements = { self, row, 0 };

  if (*row->paths == '\0')   /* the resource itself */
    add_parts (self->resource, &elements);
  for (guint i = 0; paths[i] != NULL; i++)
    if (row->kind == CAIRN_FACT_ROW_PARTS)
      cairn_json_foreach (self->resource, paths[i], add_parts, &elements);
    else if (row->kind == CAIRN_FACT_ROW_DETAILS)
      cairn_json_foreach (self->resource, paths[i], add_details, self);
    else if (row->role == CAIRN_FACT_ROLE_NOTE)
      cairn_json_foreach (self->resource, paths[i], add_note, &elements);
    else if (g_str_has_suffix (paths[i], "[x]"))
      {
        CairnJson choice = find_choice (self->resource, paths[i]);

        if (choice.text != NULL)
          add_line (choice, self);
      }
    else
      cairn_json_foreach (self->resource, paths[i], add_line, self);
  self->role = row->role;
  if (cairn_fact_builder_is_said (self))
    cairn_fact_builder_drop (self);
  else
    cairn_fact_builder_finish (self, g_dpgettext2 (GETTEXT_PACKAGE, "fact", row->label));
}

/* FHIR R4 request-priority: anything but the ordinary one. */
static gboolean
is_urgent (CairnFactBuilder *self, const CairnFactRow *row)
{
  CairnJson priority = cairn_json_member (self->resource, "priority");

  return g_str_equal (row->paths, "priority") &&
         (cairn_json_equals (priority, "urgent") || cairn_json_equals (priority, "asap") || cairn_json_equals (priority, "stat"));
}

/* Says before all else that something is urgent. */
void
cairn_fact_rows_add_urgent (CairnFactBuilder *self, const CairnFactRow *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    if (is_urgent (self, &rows[i]))
      add_lines (self, &rows[i]);
}

/* Says what the rows name: first what stands without a heading, then the groups and targets. */
void
cairn_fact_rows_add (CairnFactBuilder *self, const CairnFactRow *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!rows[i].more && !is_urgent (self, &rows[i]) && rows[i].kind != CAIRN_FACT_ROW_GROUP && rows[i].kind != CAIRN_FACT_ROW_TARGETS)
      add_lines (self, &rows[i]);
  for (guint i = 0; i < n; i++)
    if (rows[i].kind == CAIRN_FACT_ROW_GROUP)
      add_group (self, &rows[i]);
    else if (rows[i].kind == CAIRN_FACT_ROW_TARGETS)
      add_targets (self, &rows[i]);
}

/* Says those that few people look for. */
void
cairn_fact_rows_add_more (CairnFactBuilder *self, const CairnFactRow *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    if (rows[i].more && !is_urgent (self, &rows[i]))
      add_lines (self, &rows[i]);
}
