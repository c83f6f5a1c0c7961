/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "common/cairn-json-edit.h"

static void
test_get (void)
{
  CairnJson value = cairn_json_from_string (" { \"a\" : { \"b\" : [ 1.10 , \"x\\ny\", { \"c\" : true } ] } , \"\\u00e9\":null, \"n\":-0 } ");
  g_autofree char *number = cairn_json_dup_number (cairn_json_get (value, "a.b.0"));
  g_autofree char *string = cairn_json_dup_string (cairn_json_get (value, "a.b.1"));
  double d;
  gint64 i;

  g_assert_cmpstr (number, ==, "1.10");
  g_assert_cmpstr (string, ==, "x\ny");
  g_assert_true (cairn_json_boolean (cairn_json_get (value, "a.b.2.c"), FALSE));
  g_assert_cmpint (cairn_json_type (cairn_json_get (value, "a.b.3")), ==, CAIRN_JSON_ABSENT);
  g_assert_cmpint (cairn_json_type (cairn_json_get (value, "a.b.2.c.d")), ==, CAIRN_JSON_ABSENT);
  g_assert_cmpint (cairn_json_type (cairn_json_member (value, "é")), ==, CAIRN_JSON_NULL);
  g_assert_cmpuint (cairn_json_count (value), ==, 3);
  g_assert_cmpuint (cairn_json_count (cairn_json_get (value, "a.b")), ==, 3);
  g_assert_true (cairn_json_double (cairn_json_get (value, "a.b.0"), &d));
  g_assert_cmpfloat (d, ==, 1.1);
  g_assert_false (cairn_json_double (cairn_json_get (value, "a.b.1"), &d));
  g_assert_true (cairn_json_int64 (cairn_json_get (value, "n"), &i));
  g_assert_false (cairn_json_int64 (cairn_json_get (value, "a.b.0"), &i));
  g_assert_null (cairn_json_dup_string (CAIRN_JSON_NONE));
}

static void
test_numbers_beyond_a_double (void)
{
  double d;

  g_assert_false (cairn_json_double (cairn_json_from_string ("1e400"), &d));
  g_assert_true (cairn_json_double (cairn_json_from_string ("123456789012345678901234567890"), &d));
}

static void
test_strings (void)
{
  static const struct
  {
    const char *raw, *plain;
  } cases[] = {
    { "\"\"", "" },
    { "\"\\\\\"", "\\" },
    { "\"a\\\\\\\"b\"", "a\\\"b" },
    { "\"\\ud83d\\ude00!\"", "😀!" },
    { "\"\\b\\f\\r\\t\\/\"", "\b\f\r\t/" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("[%s,\"next\"]", cases[i].raw);
      g_autofree char *plain = cairn_json_dup_string (cairn_json_get (cairn_json_from_string (text), "0"));
      g_autoptr(GString) out = g_string_new (NULL);
      g_autofree char *again = NULL;

      g_assert_cmpstr (plain, ==, cases[i].plain);
      g_assert_true (cairn_json_equals (cairn_json_get (cairn_json_from_string (text), "1"), "next"));
      cairn_json_append_string (out, plain);
      again = cairn_json_dup_string (cairn_json_from_string (out->str));
      g_assert_cmpstr (again, ==, plain);
    }
}

static gboolean
count (CairnJson value, gpointer data)
{
  return ++*(guint *) data < 3;
}

static void
test_foreach (void)
{
  CairnJson value = cairn_json_from_string ("{\"a\":[{\"b\":[1,2]},{\"b\":3},{\"c\":0},{\"b\":[{\"x\":1}]}]}");
  guint n = 0;

  g_assert_false (cairn_json_foreach (value, "a.b", count, &n));
  g_assert_cmpuint (n, ==, 3);
  n = 0;
  g_assert_true (cairn_json_foreach (value, "a.b.x", count, &n));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_edit (void)
{
  CairnJson value = cairn_json_from_string ("{\"id\":\"x\", \"n\": 1.10,\"meta\":{ \"tag\":[] },\"e\":{}}");
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (value);
  g_autofree char *text = NULL;
  gsize length;

  cairn_json_edit_set_member (edit, cairn_json_get (value, "meta"), "versionId", "\"2\"");
  cairn_json_edit_set_member (edit, cairn_json_get (value, "e"), "a", "1");
  cairn_json_edit_set_member (edit, value, "id", "\"y\"");
  cairn_json_edit_set_member (edit, value, "last", "true");
  text = cairn_json_edit_apply (edit, &length);
  g_assert_cmpstr (text, ==, "{\"id\":\"y\", \"n\": 1.10,\"meta\":{ \"tag\":[] ,\"versionId\":\"2\"},\"e\":{\"a\":1},\"last\":true}");
  g_assert_cmpuint (length, ==, strlen (text));
}

/* Two members added to an empty object once stood without a comma. */
static void
test_edit_empty_object (void)
{
  CairnJson value = cairn_json_from_string ("{\"meta\":{}}");
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (value);
  g_autofree char *text = NULL;

  cairn_json_edit_set_member (edit, cairn_json_get (value, "meta"), "a", "1");
  cairn_json_edit_set_member (edit, value, "id", "3");
  cairn_json_edit_set_member (edit, cairn_json_get (value, "meta"), "b", "2");
  text = cairn_json_edit_apply (edit, NULL);
  g_assert_cmpstr (text, ==, "{\"meta\":{\"a\":1,\"b\":2},\"id\":3}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/numbers-beyond-a-double", test_numbers_beyond_a_double);
  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/foreach", test_foreach);
  g_test_add_func ("/json/edit", test_edit);
  g_test_add_func ("/json/edit-empty-object", test_edit_empty_object);
  return g_test_run ();
}
