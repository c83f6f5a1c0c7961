/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screen says for each resource, a line of JSON for a line of JSON, in order: the eyes of test-screens.py.
 * Lines before the first empty one are known by name to those after it, and say nothing themselves. */
#include <stdio.h>
#include <string.h>

#include "common/cairn-gate.h"
#include "fhir/cairn-facts.h"

#define MAX_BYTES (64 * 1024 * 1024)

static char *
resolve (const char *reference, char **value, gpointer data)
{
  const CairnSummary *known = g_hash_table_lookup (data, reference);

  if (value != NULL)
    *value = known != NULL ? cairn_value_dup_full (&(CairnValue) { known->value, known->unit, FALSE, 0 }) : NULL;
  return known != NULL ? g_strdup (known->title) : NULL;
}

static void
add_string (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "%s\"%s\":", out->str[out->len - 1] == '{' ? "" : ",", name);
  if (text != NULL)
    cairn_json_append_string (out, text);
  else
    g_string_append (out, "null");
}

static void
add_fact (GString *out, const CairnFact *fact)
{
  g_string_append (out, out->str[out->len - 1] == '[' ? "{" : ",{");
  add_string (out, "heading", fact->heading);
  add_string (out, "label", fact->label);
  add_string (out, "text", fact->text);
  add_string (out, "reference", fact->reference);
  g_string_append_printf (out, ",\"section\":%d,\"role\":%d}", fact->section, fact->role);
}

/* The form that a resource answers; absent when it isn't among those known. */
static CairnJson
find_form (CairnJson resource, GHashTable *forms)
{
  g_autofree char *canonical = cairn_json_dup_text_at (resource, "questionnaire");
  GBytes *form;

  if (canonical == NULL)
    return CAIRN_JSON_NONE;
  canonical[strcspn (canonical, "|")] = '\0';
  form = g_hash_table_lookup (forms, canonical);
  return form != NULL ? cairn_json_from_bytes (form) : CAIRN_JSON_NONE;
}

static void
print_screen (CairnJson resource, GHashTable *names, GHashTable *forms)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new_for (resource, find_form (resource, forms), NULL, resolve, names);
  g_autoptr(GString) out = g_string_new ("{");
  g_autofree char *full = NULL;

  if (facts == NULL)
    {
      puts ("null");
      return;
    }
  full = cairn_value_dup_full (&facts->value);
  add_string (out, "type", facts->summary->type);
  add_string (out, "kind", facts->summary->kind->title);
  add_string (out, "title", facts->summary->title);
  add_string (out, "term", facts->summary->term);
  add_string (out, "date", facts->summary->date);
  add_string (out, "line", facts->summary->value);
  add_string (out, "unit", facts->summary->unit);
  add_string (out, "value", full);
  add_string (out, "level", cairn_level_get_words (facts->level));
  add_string (out, "warning", facts->warning);
  add_string (out, "narrative", facts->narrative);
  g_string_append_printf (out, ",\"flags\":%u,\"facts\":[", facts->summary->flags);
  for (guint i = 0; i < facts->facts->len; i++)
    add_fact (out, g_ptr_array_index (facts->facts, i));
  g_string_append (out, "]}");
  puts (out->str);
}

static void
take_name (GBytes *bytes, CairnJson resource, GHashTable *names, GHashTable *forms)
{
  CairnSummary *summary = cairn_summary_new (resource);
  char *url = cairn_json_dup_text_at (resource, "url");

  if (url != NULL && summary != NULL && g_str_equal (summary->type, "Questionnaire"))
    g_hash_table_insert (forms, url, g_bytes_ref (bytes));
  else
    g_free (url);

  if (summary != NULL && summary->id != NULL)
    g_hash_table_insert (names, g_strdup_printf ("%s/%s", summary->type, summary->id), summary);
  else
    g_clear_pointer (&summary, cairn_summary_free);
}

int
main (void)
{
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cairn_summary_free);
  g_autoptr(GHashTable) forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  gboolean naming = TRUE;
  char *line = NULL;
  size_t room = 0;
  ssize_t length;

  while ((length = getline (&line, &room, stdin)) > 0)
    {
      g_autoptr(GBytes) bytes = g_bytes_new (line, length - 1);
      CairnJson resource = CAIRN_JSON_NONE;

      if (length == 1)
        naming = FALSE;
      else if (!cairn_gate_check (bytes, MAX_BYTES, &resource, NULL))
        puts ("null");
      else if (naming)
        take_name (bytes, resource, names, forms);
      else
        print_screen (resource, names, forms);
    }
  free (line);
  return 0;
}
