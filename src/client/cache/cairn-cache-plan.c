/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of the cache share: a query's words, its span of time, a row. Any thread. */
#include "cairn-cache-plan.h"
#include "cairn-place.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-script.h"

#include <string.h>

/* A word must have something that the tokenizer of the full text takes for one. */
static gboolean
has_token (const char *word)
{
  for (const char *c = word; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);

      if (g_unichar_isalnum (u) || g_unichar_type (u) == G_UNICODE_PRIVATE_USE)
        return TRUE;
    }
  return FALSE;
}

static void
append_phrase (GString *match, const char *word)
{
  g_autofree char *split = cairn_script_split (g_strdup (word));

  if (match->len > 0)
    g_string_append_c (match, ' ');
  g_string_append_c (match, '"');
  for (const char *c = split; *c != '\0'; c++)
    if (*c == '"')
      g_string_append (match, "\"\"");
    else
      g_string_append_c (match, *c);
  g_string_append_c (match, '"');
}

/**
 * cairn_cache_dup_match:
 * @search: words as people type them; valid UTF-8
 *
 * Each word must occur, and what stands in it in that order: "4548-4", "X-ray", and words of scripts that put no
 * space between them. The last one may go on.
 *
 * Returns: (transfer full) (nullable): an FTS5 query; %NULL when there is no word
 */
char *
cairn_cache_dup_match (const char *search)
{
  g_autoptr(GString) match = g_string_new (NULL);
  const char *c = search;
  gboolean open = FALSE;

  while (*c != '\0')
    {
      const char *start;
      g_autofree char *word = NULL;

      while (*c != '\0' && g_unichar_isspace (g_utf8_get_char (c)))
        c = g_utf8_next_char (c);
      for (start = c; *c != '\0' && !g_unichar_isspace (g_utf8_get_char (c)); c = g_utf8_next_char (c))
        ;
      word = g_strndup (start, (gsize) (c - start));
      if (!has_token (word))
        continue;
      append_phrase (match, word);
      open = *c == '\0';
    }
  if (match->len == 0)
    return NULL;
  if (open)
    g_string_append_c (match, '*');
  return g_string_free (g_steal_pointer (&match), FALSE);
}

static gboolean
parse_date (const char *text, CairnDate *date, GError **error)
{
  if (cairn_date_parse (text, date))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "“%s” is no date (YYYY, YYYY-MM, YYYY-MM-DD)", text);
  return FALSE;
}

/**
 * cairn_cache_span_find:
 * @self: (out caller-allocates): a span
 * @query: a query
 * @error: return location for a %CAIRN_ERROR_USAGE
 *
 * Returns: whether the query's dates are dates
 */
gboolean
cairn_cache_span_find (CairnCacheSpan *self, const CairnCacheQuery *query, GError **error)
{
  CairnDate date;

  self->limited = query->since != NULL || query->until != NULL || query->from_ms != NULL;
  self->from = self->limited ? cairn_place_first_dated () : 0;
  self->to = G_MAXINT64;
  if (query->since != NULL)
    {
      if (!parse_date (query->since, &date, error))
        return FALSE;
      self->from = cairn_place_base (date.start);
    }
  if (query->from_ms != NULL)
    self->from = MAX (self->from, cairn_place_base (*query->from_ms));
  if (query->until != NULL)
    {
      if (!parse_date (query->until, &date, error))
        return FALSE;
      self->to = cairn_place_base (date.end);
    }
  return TRUE;
}

/**
 * cairn_cache_row_read:
 * @statement: a row of #CAIRN_CACHE_COLUMNS
 *
 * Returns: (transfer full): the row
 */
CairnCacheRow *
cairn_cache_row_read (CairnStatement *statement)
{
  CairnCacheRow *row = g_new0 (CairnCacheRow, 1);
  char **strings[] = { &row->type, &row->id, &row->version, &row->updated, &row->kind, &row->date };
  char **more[] = { &row->title, &row->term, &row->value, &row->unit, &row->interpretation, &row->status };

  row->rowid = cairn_statement_int64 (statement, 0);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    *strings[i] = g_strdup (cairn_statement_text (statement, 1 + i, NULL));
  row->has_start = !cairn_statement_is_null (statement, 7);
  row->start = cairn_statement_int64 (statement, 7);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    *more[i] = g_strdup (cairn_statement_text (statement, 8 + i, NULL));
  row->flags = (CairnFlags) cairn_statement_int64 (statement, 14);
  row->is_new = cairn_statement_int64 (statement, 15) != 0;
  row->is_part = cairn_statement_int64 (statement, 16) != 0;
  row->n_parts = (guint) cairn_statement_int64 (statement, 17);
  return row;
}
