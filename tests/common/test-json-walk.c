/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "common/cairn-json-walk.h"

static void
test_walk (void)
{
  static const char *const expected = "a=1 b=2+ b=3+ -=4+ b=6+ d\\u0065=7 -=8+ ";
  CairnJson value = cairn_json_from_string (
    "{\"a\":\"1\",\"n\":5, \"b\" : [ \"2\",\"3\",[\"4\"],{\"x\":{},\"y\":[]},\"6\"],\"d\\u0065\":\"7\",\"e\":true,\"f\":[[\"8\"]]}");
  g_autoptr(GString) found = g_string_new (NULL);
  CairnJsonWalk walk;

  cairn_json_walk_init (&walk, value);
  while (cairn_json_walk_next (&walk))
    g_string_append_printf (found, "%.*s=%.*s%s ", MAX (1, (int) walk.name.length - 2), walk.name.text != NULL ? walk.name.text + 1 : "-",
                            (int) walk.value.length - 2, walk.value.text + 1, walk.in_array ? "+" : "");
  g_assert_cmpstr (found->str, ==, expected);
  cairn_json_walk_init (&walk, CAIRN_JSON_NONE);
  g_assert_false (cairn_json_walk_next (&walk));
  cairn_json_walk_init (&walk, cairn_json_from_string ("\"alone\""));
  g_assert_true (cairn_json_walk_next (&walk));
  g_assert_null (walk.name.text);
  g_assert_false (cairn_json_walk_next (&walk));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/walk", test_walk);
  return g_test_run ();
}
