/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of any bytes, read as the client reads it: entries, summaries, words, facts, references. */
#include <stdint.h>
#include <string.h>

#include "fhir/cairn-bundle.h"
#include "fhir/cairn-facts.h"
#include "fhir/cairn-outcome.h"
#include "fhir/cairn-types.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
assert_text (const char *text, gsize limit)
{
  g_assert_true (text == NULL || (g_utf8_validate (text, -1, NULL) && strlen (text) <= limit));
}

static void
take_reference (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  g_assert_true (type == NULL || cairn_id_is_legal (id));
}

static void
read_resource (CairnJson resource)
{
  g_autoptr(CairnFacts) facts = cairn_facts_new (resource, NULL, NULL);
  g_autofree char *words = cairn_summary_dup_search_text (resource, 4096, take_reference, NULL);
  g_autofree char *outcome = cairn_outcome_dup_text (resource);

  assert_text (words, 4096);
  assert_text (outcome, 8 * 501);
  cairn_reference_foreach (resource, take_reference, NULL);
  cairn_compartment_is_of_other (resource, "me");
  if (facts == NULL)
    return;
  assert_text (facts->summary->title, 500);
  assert_text (facts->summary->value, 200);
  assert_text (facts->summary->date, 200);
  assert_text (facts->summary->status, 200);
  assert_text (facts->summary->interpretation, 200);
  g_assert_cmpuint (facts->facts->len, <, 400);
  g_assert_cmpuint (strlen (facts->summary->title), >, 0);
  for (guint i = 0; i < facts->facts->len; i++)
    assert_text (((CairnFact *) g_ptr_array_index (facts->facts, i))->text, 20100);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, size);
  g_autoptr(CairnBundle) bundle = cairn_bundle_new (bytes, 1 << 20, NULL);
  CairnJson value;

  if (cairn_gate_check (bytes, 1 << 20, &value, NULL))
    read_resource (value);
  for (guint i = 0; bundle != NULL && i < cairn_bundle_n_entries (bundle); i++)
    {
      g_auto(CairnBundleEntry) entry = { 0 };

      cairn_bundle_read_entry (bundle, i, &entry);
      if (entry.fault == NULL)
        read_resource (entry.resource);
    }
  return 0;
}
