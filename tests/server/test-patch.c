/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Patch: the examples of RFC 6902's appendix A and what breaks, on texts (portal-patch). */
#include <glib.h>
#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "server/write/portal-patch.h"

typedef struct
{
  const char *document, *patch, *result;   /* without a result it is refused */
} Case;

static const Case cases[] = {
  { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}" },
  { "{}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]", "{\"a\":1}" },
  { "{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
    "{\"foo\":[\"bar\",\"qux\",\"baz\"]}" },
  { "{\"foo\":[]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":1},{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":2}]",
    "{\"foo\":[1,2]}" },
  { "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}" },
  { "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/foo\"}]", "{\"baz\":\"qux\"}" },
  { "{\"foo\" : [ 1 , 2 ]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]", "{\"foo\" : [ 1]}" },
  { "{\"foo\":[1]}", "[{\"op\":\"remove\",\"path\":\"/foo/0\"}]", "{\"foo\":[]}" },
  { "{\"baz\":\"qux\",\"n\":1.10}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":0.50}]", "{\"baz\":0.50,\"n\":1.10}" },
  { "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
    "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
    "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}" },
  { "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}", "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
    "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}" },
  { "{\"a\":{\"b\":1e2}}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"}]", "{\"a\":{\"b\":1e2},\"c\":{\"b\":1e2}}" },
  { "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
    "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2.0}]",
    "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}" },
  { "{\"a\":{\"x\":1,\"y\":[true,null]}}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"y\":[true,null],\"x\":1}}]",
    "{\"a\":{\"x\":1,\"y\":[true,null]}}" },
  { "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10},{\"op\":\"remove\",\"path\":\"/~1\"}]",
    "{\"~1\":10}" },
  { "{\"foo\":null}", "[{\"op\":\"replace\",\"path\":\"/foo\",\"value\":\"x\"}]", "{\"foo\":\"x\"}" },
  { "{\"foo\":1}", "[]", "{\"foo\":1}" },
  { "{\"q\\\"\":1}", "[{\"op\":\"replace\",\"path\":\"/q\\\"\",\"value\":2}]", "{\"q\\\"\":2}" },

  { "{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]", NULL },
  { "{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":\"1\"}]", NULL },
  { "{\"a\":{\"x\":1}}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"x\":1,\"y\":2}}]", NULL },
  { "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", NULL },
  { "{\"foo\":[1]}", "[{\"op\":\"add\",\"path\":\"/foo/2\",\"value\":2}]", NULL },
  { "{\"foo\":[1]}", "[{\"op\":\"add\",\"path\":\"/foo/01\",\"value\":2}]", NULL },
  { "{\"foo\":[1]}", "[{\"op\":\"remove\",\"path\":\"/foo/-\"}]", NULL },
  { "{\"foo\":1}", "[{\"op\":\"remove\",\"path\":\"/bar\"}]", NULL },
  { "{\"foo\":1}", "[{\"op\":\"replace\",\"path\":\"/bar\",\"value\":1}]", NULL },
  { "{\"foo\":1}", "[{\"op\":\"add\",\"path\":\"\",\"value\":{}}]", NULL },
  { "{\"foo\":1}", "[{\"op\":\"add\",\"path\":\"/bar\"}]", NULL },
  { "{\"foo\":1}", "[{\"op\":\"grow\",\"path\":\"/foo\",\"value\":1}]", NULL },
  { "{\"foo\":1}", "[{\"path\":\"/foo\",\"value\":1}]", NULL },
  { "{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/c\"}]", NULL },
  { "{\"a\":1}", "[{\"op\":\"copy\",\"path\":\"/b\"}]", NULL },
  { "{\"a\":1}", "{\"op\":\"remove\",\"path\":\"/a\"}", NULL },
  { "{\"a\":1}", "[1]", NULL },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *result = portal_patch_apply (cairn_json_from_string (cases[i].document),
                                                    cairn_json_from_string (cases[i].patch), &error);

      if (cases[i].result == NULL)
        g_assert_true (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA) ||
                       g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED));
      else
        g_assert_no_error (error);
      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

/* Copies of copies end at a limit, and soon. */
static void
test_growth (void)
{
  g_autoptr(GString) patch = g_string_new ("[");
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (patch, "%s{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/k%u\"}", i > 0 ? "," : "", i);
  g_string_append_c (patch, ']');
  g_assert_null (portal_patch_apply (cairn_json_from_string ("{\"a\":{\"x\":\"0123456789\"}}"),
                                     cairn_json_from_string (patch->str), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED);
}

/* Any patch of any small document leaves JSON, or is refused. */
static void
test_random (void)
{
  static const char *const ops[] = { "add", "remove", "replace", "move", "copy", "test" };
  static const char *const paths[] = { "/a", "/b", "/a/0", "/a/-", "/b/c", "/a/1/d", "/b/", "/~0" };
  static const char *const values[] = { "1.10", "\"s\"", "[ ]", "{\"c\":[1, 2]}", "null", "[1,{\"d\":{}}]" };

  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *text = g_strdup ("{ \"a\" : [1, {\"d\":2}] , \"b\":{\"c\":\"x\"} }");

      for (guint i = 0; i < 8; i++)
        {
          g_autofree char *patch = g_strdup_printf ("[{\"op\":\"%s\",\"path\":\"%s\",\"from\":\"%s\",\"value\":%s}]",
                                                    ops[g_test_rand_int_range (0, 6)], paths[g_test_rand_int_range (0, 8)],
                                                    paths[g_test_rand_int_range (0, 8)], values[g_test_rand_int_range (0, 6)]);
          char *next = portal_patch_apply (cairn_json_from_string (text), cairn_json_from_string (patch), NULL);
          g_autoptr(GBytes) bytes = NULL;
          CairnJson value;

          if (next == NULL)
            continue;
          bytes = g_bytes_new (next, strlen (next));
          if (!cairn_gate_check (bytes, 1024 * 1024, &value, NULL))
            g_error ("%s with %s is %s", text, patch, next);
          g_free (text);
          text = next;
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patch/cases", test_cases);
  g_test_add_func ("/patch/growth", test_growth);
  g_test_add_func ("/patch/random", test_random);
  return g_test_run ();
}
