/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small parsers of texts from outside: dates, references, scopes, HTML, and the log's redaction. */
#include <stdint.h>
#include <string.h>

#include "common/cairn-log.h"
#include "common/cairn-scopes.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "fhir/cairn-value.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *plain = cairn_narrative_dup_text (text), *clean = cairn_log_redact (text);
  g_autoptr(CairnScopes) scopes = cairn_scopes_parse (text), allowed = cairn_scopes_parse ("openid patient/*.rs user/Task.cu");
  g_autoptr(CairnScopes) both = cairn_scopes_intersect (scopes, allowed);
  CairnDate date;

  g_assert_true (plain == NULL || g_utf8_validate (plain, -1, NULL));
  g_assert_nonnull (clean);
  g_assert_false (cairn_scopes_allow (both, "patient", "Observation", CAIRN_SCOPE_CREATE));
  g_assert_false (cairn_scopes_allow (both, "system", "Patient", CAIRN_SCOPE_READ));
  cairn_reference_split (text, NULL, NULL);
  if (cairn_date_parse (text, &date))
    {
      g_autofree char *words = cairn_date_dup_words (&date), *sort = cairn_date_dup_sort (date.start);
      CairnDate again;

      g_assert_cmpuint (strlen (words), >, 0);
      g_assert_cmpint (date.start, <, date.end);
      g_assert_true (date.year < 2 || date.year > 9998 || cairn_date_parse (sort, &again));
    }
  return 0;
}
