/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words by which a resource is found: one flat pass over its strings. Any thread. */
#include "cairn-summary.h"

#include <string.h>

#include "cairn-attachment.h"
#include "cairn-types-private.h"
#include "cairn-value.h"
#include "common/cairn-json-walk.h"

/* Members whose strings people search for, wherever they stand; by length, so that most names are one look. */
static const char *const spoken[][6] = {
  [4] = { "text", "name", "note", "city", "code", "unit" },
  [5] = { "title", "given" },
  [6] = { "family" },
  [7] = { "display", "comment" },
  [9] = { "lotNumber" },
  [10] = { "conclusion" },
  [11] = { "description", "valueString" },
  [13] = { "contentString" },
  [15] = { "instructionText" },
  [18] = { "patientInstruction" },
};

static gboolean
is_spoken (CairnJson name)
{
  gsize length = name.length - 2;

  if (length >= G_N_ELEMENTS (spoken))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (spoken[0]) && spoken[length][i] != NULL; i++)
    if (memcmp (name.text + 1, spoken[length][i], length) == 0)
      return TRUE;
  return FALSE;
}

static void
append (GString *out, const char *text, gsize limit)
{
  if (text == NULL || out->len >= limit)
    return;
  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append_len (out, text, MIN (strlen (text), limit - out->len));
}

typedef struct
{
  GString *out;
  gsize    limit;
} Attachments;

static gboolean
append_attachment (CairnJson attachment, gpointer data)
{
  Attachments *self = data;
  g_autofree char *text = cairn_attachment_dup_text (attachment);

  append (self->out, text, self->limit);
  return TRUE;
}

static void
append_narrative (GString *out, CairnJson div, gsize limit)
{
  g_autofree char *xhtml = cairn_json_dup_string (div), *text = cairn_narrative_dup_text (xhtml);

  append (out, text, limit);
}

/* A string that stands where @limit cuts it is cut at a byte; the end result is cut at a character. */
static void
append_string (GString *out, CairnJson value, gsize limit)
{
  if (value.length <= 2)
    return;
  if (out->len > 0)
    g_string_append_c (out, '\n');
  cairn_json_append_text (out, value);
  if (out->len > limit)
    g_string_truncate (out, limit);
}

static void
walk_strings (GString *out, CairnJson resource, gsize limit, CairnReferenceFunc func, gpointer data)
{
  CairnJsonWalk walk;

  cairn_json_walk_init (&walk, resource);
  while ((func != NULL || out->len < limit) && cairn_json_walk_next (&walk))
    if (walk.name.text == NULL)
      continue;
    else if (is_spoken (walk.name))
      {
        if (out->len < limit)
          append_string (out, walk.value, limit);
      }
    else if (walk.in_array)
      continue;
    else if (func != NULL && cairn_json_equals (walk.name, "reference"))
      cairn_reference_report (walk.value, func, data);
    else if (cairn_json_equals (walk.name, "div"))
      append_narrative (out, walk.value, limit);
}

/**
 * cairn_summary_dup_search_text:
 * @resource: a resource
 * @limit: bytes at most
 * @func: (nullable) (scope call): called for each reference on the way, as cairn_reference_foreach() would
 * @data: for @func
 *
 * Returns: (transfer full): titles, displays, codes, names, narrative and text attachments of up to
 *   256 KB, a line each; valid UTF-8
 */
char *
cairn_summary_dup_search_text (CairnJson resource, gsize limit, CairnReferenceFunc func, gpointer data)
{
  static const char *const types[] = { "DocumentReference", "DiagnosticReport", "Communication", "Media", NULL };
  static const char *const paths[] = { "content.attachment", "content", "presentedForm", "payload.contentAttachment" };
  g_autofree char *type = cairn_json_dup_string (cairn_json_member (resource, "resourceType"));
  GString *out = g_string_new (NULL);
  Attachments attachments = { out, limit };
  const char *end;

  walk_strings (out, resource, limit, func, data);
  for (guint i = 0; i < G_N_ELEMENTS (paths) && type != NULL && g_strv_contains (types, type); i++)
    cairn_json_foreach (resource, paths[i], append_attachment, &attachments);
  if (!g_utf8_validate (out->str, out->len, &end))
    g_string_truncate (out, end - out->str);
  return g_string_free (out, FALSE);
}
