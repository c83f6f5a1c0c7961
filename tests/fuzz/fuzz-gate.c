/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate on any bytes: what it calls sound must pass again alone, and be readable to its end. */
#include <stdint.h>
#include <string.h>

#include "common/cairn-gate.h"
#include "common/cairn-json-walk.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
assert_sound (CairnJson value)
{
  g_autoptr(GBytes) bytes = g_bytes_new (value.text, value.length);
  g_autoptr(GError) error = NULL;
  CairnJson again;

  if (!cairn_gate_check (bytes, value.length, &again, &error))
    g_error ("sound in a page, refused alone: %s", error->message);
  g_assert_cmpuint (again.length, ==, value.length);
}

/* Returns how many strings it holds, names left out. */
static guint
read_all (CairnJson value, guint depth)
{
  guint n = cairn_json_type (value) == CAIRN_JSON_STRING;
  CairnJsonIter iter;
  CairnJson name, member;
  double number;

  g_assert_cmpuint (depth, <=, CAIRN_GATE_MAX_DEPTH);
  g_free (cairn_json_dup_string (value));
  g_free (cairn_json_dup_number (value));
  cairn_json_double (value, &number);
  cairn_json_iter_init (&iter, value);
  while (cairn_json_iter_next (&iter, &name, &member))
    {
      g_free (cairn_json_dup_string (name));
      n += read_all (member, depth + 1);
    }
  return n;
}

static guint
walk_all (CairnJson value)
{
  CairnJsonWalk walk;
  guint n = 0;

  cairn_json_walk_init (&walk, value);
  for (; cairn_json_walk_next (&walk); n++)
    {
      g_assert_cmpint (cairn_json_type (walk.value), ==, CAIRN_JSON_STRING);
      g_free (cairn_json_dup_string (walk.name));
    }
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, size);
  g_autoptr(CairnGatePage) page = cairn_gate_page_new (bytes, 1 << 20, NULL);
  CairnJson value;

  if (cairn_gate_check (bytes, 1 << 20, &value, NULL))
    g_assert_cmpuint (read_all (value, 0), ==, walk_all (value));
  if (page == NULL)
    return 0;
  assert_sound (cairn_gate_page_get_head (page));
  for (guint i = 0; i < cairn_gate_page_n_entries (page); i++)
    {
      const CairnGateEntry *entry = cairn_gate_page_get_entry (page, i);

      g_assert_true (entry->fault == CAIRN_GATE_FAULT_NONE || entry->resource.text == NULL);
      if (entry->fault != CAIRN_GATE_FAULT_NONE)
        continue;
      assert_sound (entry->entry);
      if (entry->resource.text != NULL)
        assert_sound (entry->resource);
    }
  return 0;
}
