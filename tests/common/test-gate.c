/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate (cairn-gate.c over cairn-gate-scanner.c) against RFC 8259, its own rules, and the hostile files that nobody on this project wrote. */
#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define LIMIT (4 * 1024 * 1024)

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
assert_refused (const char *text)
{
  g_autoptr(GBytes) bytes = bytes_of (text);
  g_autoptr(GError) error = NULL;
  CairnJson value;

  if (cairn_gate_check (bytes, LIMIT, &value, &error))
    g_error ("taken: %s", text);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
}

static void
assert_taken (const char *text)
{
  g_autoptr(GBytes) bytes = bytes_of (text);
  g_autoptr(GError) error = NULL;
  CairnJson value;

  if (!cairn_gate_check (bytes, LIMIT, &value, &error))
    g_error ("refused: %s: %s", text, error->message);
}

static void
test_syntax (void)
{
  static const char *const good[] = {
    "{}", "[]", " [1, 2.0,-3e5 ,0,-0,1E+9,0.1e-2]\n", "\"\"", "null", "true", "false", "1.10",
    "{\"a\":{\"b\":[{},[],\"\\u00e9\\n\\\"\\\\\\/\"]}}", "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", "\xef\xbb\xbf{}",
    "{\"a\":1,\"A\":2}", "{\"\":1}",
  };
  static const char *const bad[] = {
    "", "   ", "{", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[,1]", "[1 2]", "{a:1}", "{'a':1}", "01", "+1", "1.", ".5",
    "1e", "1e+", "-", "--1", "0x10", "NaN", "Infinity", "-Infinity", "nul", "TRUE", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"a\tb\"", "{} {}", "{}x", "// c\n{}", "{/* c */}", "[1}", "{\"a\":1]", "]", "}", ":", "\"\\", "{\"a\" 1}", "\xff\xfe{\0}\0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    assert_taken (good[i]);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i]);
}

static void
test_faults (void)
{
  static const char *const bad[] = {
    "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
    "\"\xc3\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xe0\x80\x80\"",
  };
  g_autoptr(GBytes) nul = g_bytes_new_static ("\"a\0b\"", 5);
  g_autoptr(GError) error = NULL;
  CairnJson value;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i]);
  g_assert_false (cairn_gate_check (nul, LIMIT, &value, &error));
}

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *most = nested (CAIRN_GATE_MAX_DEPTH), *more = nested (CAIRN_GATE_MAX_DEPTH + 1), *far = nested (1000000);

  assert_taken (most);
  assert_refused (more);
  assert_refused (far);
}

static void
test_limit (void)
{
  g_autoptr(GBytes) bytes = bytes_of ("[1,2,3]");
  g_autoptr(GError) error = NULL;
  CairnJson value;

  g_assert_true (cairn_gate_check (bytes, 7, &value, NULL));
  g_assert_false (cairn_gate_check (bytes, 6, &value, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE);
}

/* Many names: the time must not grow with their square. */
static void
test_many_names (void)
{
  g_autoptr(GString) text = g_string_new ("{");
  g_autofree char *with_twin = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (text, "%s\"n%u\":%u", i > 0 ? "," : "", i, i);
  with_twin = g_strconcat (text->str, ",\"n77777\":0}", NULL);
  g_string_append_c (text, '}');
  assert_taken (text->str);
  assert_refused (with_twin);
}

static CairnGatePage *
page_of (const char *text, gsize length, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, length);

  return cairn_gate_page_new (bytes, LIMIT, error);
}

static void
test_page (void)
{
  static const char text[] =
    "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"id\":\"a\"},\"search\":{\"mode\":\"match\"}},"
    "{\"resource\":{\"id\":\"b\",\"x\":\"\\ud800\"}},{\"resource\":{\"id\":\"c\",\"id\":\"d\"}},7,{\"nothing\":[{\"resource\":{}}]}],"
    "\"type\":\"searchset\"}";
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnGatePage) page = page_of (text, strlen (text), &error);
  static const CairnGateFault faults[] = {
    CAIRN_GATE_FAULT_NONE, CAIRN_GATE_FAULT_SURROGATE, CAIRN_GATE_FAULT_DUPLICATE, CAIRN_GATE_FAULT_NONE, CAIRN_GATE_FAULT_NONE,
  };

  g_assert_no_error (error);
  g_assert_cmpuint (cairn_gate_page_n_entries (page), ==, G_N_ELEMENTS (faults));
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    g_assert_cmpint (cairn_gate_page_get_entry (page, i)->fault, ==, faults[i]);
  g_assert_true (cairn_json_equals (cairn_json_get (cairn_gate_page_get_entry (page, 0)->resource, "id"), "a"));
  g_assert_null (cairn_gate_page_get_entry (page, 1)->resource.text);
  g_assert_null (cairn_gate_page_get_entry (page, 4)->resource.text);
  g_assert_true (cairn_json_equals (cairn_json_get (cairn_gate_page_get_head (page), "type"), "searchset"));
  g_assert_cmpuint (cairn_json_count (cairn_json_get (cairn_gate_page_get_head (page), "entry")), ==, 0);
}

static void
test_page_refused (void)
{
  static const char *const bad[] = {
    "[]", "null", "5", "\"x\"", "{\"entry\":[{\"resource\":{}}],\"a\":1,\"a\":2}", "{\"link\":\"\\ud800\",\"entry\":[]}",
    "{\"entry\":[{]}", "{\"entry\":[{\"resource\":{\"a\":01}}]}", "{\"entry\":[{}]", "{\"entry\":[],\"entry\":[]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      if (page_of (bad[i], strlen (bad[i]), &error) != NULL)
        g_error ("taken: %s", bad[i]);
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
    }
}

/* Every byte of a text may be where it ends. */
static void
test_cut_off (void)
{
  static const char text[] = "{\"entry\":[{\"resource\":{\"a\":[1.5e3,true,null,\"\\u00e9x\"]}}],\"b\":{}}";
  g_autoptr(CairnGatePage) whole = page_of (text, strlen (text), NULL);

  g_assert_nonnull (whole);
  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (page_of (text, length, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
    }
}

/* What the gate must say of each hostile page: how many entries are sound, how many have a fault; -1 refuses. */
static const struct
{
  const char *file;
  int         sound, faulty;
} hostile[] = {
  { "hostile-derived/array.json", -1, 0 },          { "hostile-derived/bom.json", 2, 0 },        { "hostile-derived/deep.json", 1, 1 },
  { "hostile-derived/dup-keys.json", 1, 1 },        { "hostile-derived/empty.json", -1, 0 },     { "hostile-derived/html.json", -1, 0 },
  { "hostile-derived/latin1.json", -1, 0 },         { "hostile-derived/null.json", -1, 0 },      { "hostile-derived/number.json", -1, 0 },
  { "hostile-derived/trailing.json", -1, 0 },       { "hostile-derived/truncated.json", -1, 0 }, { "hostile-derived/utf16.json", -1, 0 },
  { "hostile-derived/unicode.json", 2, 1 },         { "hostile-derived/values.json", 16, 0 },    { "hostile-derived/markup-in-strings.json", 2, 1 },
  { "hostile/json-comments-2.json", -1, 0 },        { "hostile/bundle-bad-empty.json", 2, 0 },
};

static void
test_hostile_files (void)
{
  const char *folder = g_getenv ("CAIRN_VISIBLE");

  if (folder == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("UNAVAILABLE: no ../shared/data");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *path = g_build_filename (folder, hostile[i].file, NULL), *text = NULL;
      g_autoptr(CairnGatePage) page = NULL;
      g_autoptr(GError) error = NULL;
      int sound = -1, faulty = 0;
      gsize length;

      g_file_get_contents (path, &text, &length, &error);
      g_assert_no_error (error);
      page = page_of (text, length, NULL);
      if (page != NULL)
        {
          sound = 0;
          for (guint j = 0; j < cairn_gate_page_n_entries (page); j++)
            if (cairn_gate_page_get_entry (page, j)->fault == CAIRN_GATE_FAULT_NONE)
              sound++;
            else
              faulty++;
        }
      if (sound != hostile[i].sound || faulty != hostile[i].faulty)
        g_error ("%s: %d sound and %d faulty, not %d and %d", hostile[i].file, sound, faulty, hostile[i].sound, hostile[i].faulty);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate/syntax", test_syntax);
  g_test_add_func ("/gate/faults", test_faults);
  g_test_add_func ("/gate/depth", test_depth);
  g_test_add_func ("/gate/limit", test_limit);
  g_test_add_func ("/gate/many-names", test_many_names);
  g_test_add_func ("/gate/page", test_page);
  g_test_add_func ("/gate/page-refused", test_page_refused);
  g_test_add_func ("/gate/cut-off", test_cut_off);
  g_test_add_func ("/gate/hostile-files", test_hostile_files);
  return g_test_run ();
}
