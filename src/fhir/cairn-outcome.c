/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OperationOutcome, read and written in one place each. Any thread. */
#include "cairn-outcome.h"

#include <string.h>

#include "cairn-value.h"

#define MAX_ISSUES 8
#define MAX_WORDS 500   /* bytes of one issue */

/**
 * cairn_outcome_new:
 * @severity: "fatal", "error", "warning" or "information"
 * @code: an IssueType (FHIR R4 §4.4.1.343), as "not-found"
 * @diagnostics: (nullable): technical words without patients' data
 *
 * Returns: (transfer full): an OperationOutcome with that one issue, as JSON text
 */
char *
cairn_outcome_new (const char *severity, const char *code, const char *diagnostics)
{
  GString *out = g_string_new ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":");

  cairn_json_append_string (out, severity);
  g_string_append (out, ",\"code\":");
  cairn_json_append_string (out, code);
  if (diagnostics != NULL)
    {
      g_string_append (out, ",\"diagnostics\":");
      cairn_json_append_string (out, diagnostics);
    }
  g_string_append (out, "}]}");
  return g_string_free (out, FALSE);
}

/**
 * cairn_outcome_new_refusal:
 * @code: an IssueType (FHIR R4 §4.4.1.343), as "business-rule"
 * @detail: a code of %CAIRN_REFUSAL_SYSTEM, as "recipient"
 * @diagnostics: technical words without patients' data
 *
 * Returns: (transfer full): an OperationOutcome with that one error, as JSON text
 */
char *
cairn_outcome_new_refusal (const char *code, const char *detail, const char *diagnostics)
{
  GString *out = g_string_new ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":");

  cairn_json_append_string (out, code);
  g_string_append (out, ",\"details\":{\"coding\":[{\"system\":\"" CAIRN_REFUSAL_SYSTEM "\",\"code\":");
  cairn_json_append_string (out, detail);
  g_string_append (out, "}]},\"diagnostics\":");
  cairn_json_append_string (out, diagnostics);
  g_string_append (out, "}]}");
  return g_string_free (out, FALSE);
}

/**
 * cairn_outcome_dup_refusal:
 * @resource: an OperationOutcome
 *
 * Returns: (transfer full) (nullable): the first code of %CAIRN_REFUSAL_SYSTEM in it; %NULL when there is none
 */
char *
cairn_outcome_dup_refusal (CairnJson resource)
{
  CairnJson issue, coding;
  CairnJsonIter issues, codings;

  cairn_json_iter_init (&issues, cairn_json_member (resource, "issue"));
  while (cairn_json_iter_next (&issues, NULL, &issue))
    {
      cairn_json_iter_init (&codings, cairn_json_get (issue, "details.coding"));
      while (cairn_json_iter_next (&codings, NULL, &coding))
        if (cairn_json_equals (cairn_json_member (coding, "system"), CAIRN_REFUSAL_SYSTEM))
          return cairn_json_dup_text_at (coding, "code");
    }
  return NULL;
}

/**
 * cairn_outcome_dup_text:
 * @resource: an OperationOutcome
 *
 * Returns: (transfer full) (nullable): what its issues say, a line each, at most eight of 500 bytes; %NULL when
 *   it is no OperationOutcome
 */
char *
cairn_outcome_dup_text (CairnJson resource)
{
  g_autoptr(GString) text = g_string_new (NULL);
  CairnJsonIter iter;
  CairnJson issue;
  guint n = 0;

  if (!cairn_json_equals (cairn_json_member (resource, "resourceType"), "OperationOutcome"))
    return NULL;
  cairn_json_iter_init (&iter, cairn_json_member (resource, "issue"));
  while (n++ < MAX_ISSUES && cairn_json_iter_next (&iter, NULL, &issue))
    {
      g_autofree char *words = cairn_concept_dup_text (cairn_json_member (issue, "details"));

      if (words == NULL)
        words = cairn_json_dup_text_at (issue, "diagnostics");
      if (words == NULL)
        words = cairn_json_dup_text_at (issue, "code");
      if (words == NULL)
        continue;
      if (strlen (words) > MAX_WORDS)
        *g_utf8_find_prev_char (words, words + MAX_WORDS) = '\0';
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", words);
    }
  return g_strdup (text->str);
}
