/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing: every shape of file, references, repeats, and what is refused whole (portal-import,
 * portal-file, portal-names). */
#include "portal-fixture.h"

#include <string.h>

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"pat\"}"
#define SUBJECT "\"subject\":{\"reference\":\"Patient/pat\"}"
#define BUNDLE(type, entries) "{\"resourceType\":\"Bundle\",\"type\":\"" type "\",\"entry\":[" entries "]}"
#define URN "urn:uuid:11111111-2222-4333-8444-555555555555"

static gint64
count (JsonObject *report, const char *what, const char *type)
{
  JsonObject *counts = json_object_get_object_member (report, what);

  return json_object_has_member (counts, type) ? json_object_get_int_member (counts, type) : 0;
}

static void
assert_ok (JsonObject *report)
{
  if (!json_object_get_boolean_member (report, "ok"))
    g_error ("%s", fixture_text (report, "error"));
}

static void
load (Fixture *f, const char *text)
{
  g_autoptr(JsonObject) report = fixture_load (f, text);

  assert_ok (report);
}

static void
refuse (Fixture *f, const char *text, const char *why)
{
  g_autoptr(JsonObject) report = fixture_load (f, text);

  g_assert_false (json_object_get_boolean_member (report, "ok"));
  if (strstr (fixture_text (report, "error"), why) == NULL)
    g_error ("\"%s\" does not say \"%s\"", fixture_text (report, "error"), why);
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (report, "created")), ==,
                    0);
}

static Fixture *
start (char **token)
{
  Fixture *f = fixture_new ();

  load (f, PATIENT);
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  *token = fixture_token (f, "reader");
  return f;
}

static void
assert_holds (Fixture *f, const char *token, const char *path, const char *words)
{
  g_autofree char *full = g_strconcat ("fhir/", path, NULL);

  fixture_get (f, full, token);
  assert_status (f, 200);
  if (strstr (f->body, words) == NULL)
    g_error ("%s does not hold %s: %s", path, words, f->body);
}

static void
test_shapes (void)
{
  static const char *const types[] = { "transaction", "batch", "collection", "searchset", "document", "history" };
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = g_strdup_printf (BUNDLE ("%s", "{\"resource\":{\"resourceType\":\"Observation\","
                                                       "\"id\":\"b%u\"," SUBJECT "}}"), types[i], i);
      g_autofree char *path = g_strdup_printf ("Observation/b%u", i);

      load (f, text);
      assert_holds (f, token, path, "b");
    }
  load (f, "\xef\xbb\xbf{\"resourceType\":\"Observation\",\"id\":\"single\"," SUBJECT "}");
  assert_holds (f, token, "Observation/single", "single");
  load (f, "{\"resourceType\":\"Observation\",\"id\":\"l1\"," SUBJECT "}\r\n"
           "{\"resourceType\":\"Observation\",\"id\":\"l2\"," SUBJECT "}\n\n"
           "{\"resourceType\":\"Observation\",\"id\":\"l3\"," SUBJECT "}");
  assert_holds (f, token, "Observation/l3", "l3");
  load (f, BUNDLE ("searchset", "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"OperationOutcome\"}}"));
  load (f, "{\"resourceType\":\"Bundle\",\"type\":\"collection\"}");
}

static void
test_refused (void)
{
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(GString) deep = g_string_new ("{\"resourceType\":\"Observation\",\"id\":\"x\",\"extension\":");

  for (guint i = 0; i < 300; i++)
    g_string_append_c (deep, '[');
  for (guint i = 0; i < 300; i++)
    g_string_append_c (deep, ']');
  g_string_append_c (deep, '}');
  refuse (f, deep->str, "");
  refuse (f, "", "");
  refuse (f, "[]", "");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\"", "");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\",\"id\":\"y\"}", "");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\",\"note\":\"\\u0000\"}", "");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\",\"note\":\"\\ud800\"}", "");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\",\"value\":01}", "");
  refuse (f, "{\"resourceType\":\"Bogus\",\"id\":\"x\"}", "resourceType");
  refuse (f, "{\"id\":\"x\"}", "resourceType");
  refuse (f, "{\"resourceType\":\"Observation\",\"id\":\"x\",\"meta\":[]}", "meta");
  refuse (f, "{\"resourceType\":\"Parameters\",\"id\":\"x\"}", "kept");
  refuse (f, BUNDLE ("message", ""), "message");
  refuse (f, BUNDLE ("transaction", "{\"resource\":" PATIENT ",\"request\":{\"method\":\"PATCH\"}}"), "only POST");
  refuse (f, BUNDLE ("transaction", "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?name=x\"}}"), "DELETE");
  refuse (f, BUNDLE ("transaction", "{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/x\"}}"), "no resource");
  /* The good entry before the bad one is not kept either */
  refuse (f, BUNDLE ("batch", "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"good\"," SUBJECT "}},"
                     "{\"resource\":{\"resourceType\":\"Bogus\"}}"), "Entry 1");
  fixture_get (f, "fhir/Observation/good", token);
  assert_status (f, 404);
}

static void
test_repeat (void)
{
  static const char text[] = "{\"resourceType\":\"Observation\",\"id\":\"o\",\"meta\":{\"tag\":[{\"code\":\"a\"}],"
                             "\"lastUpdated\":\"1999-01-01T00:00:00Z\"}," SUBJECT ",\"valueInteger\":1}";
  g_autofree char *token = NULL, *stored = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(JsonObject) again = NULL, spaced = NULL, own = NULL, changed = NULL, gone = NULL,
                         gone_again = NULL;

  load (f, text);
  again = fixture_load (f, text);
  g_assert_cmpint (count (again, "unchanged", "Observation"), ==, 1);
  spaced = fixture_load (f, "{ \"resourceType\":\"Observation\", \"id\":\"o\", \"meta\" : {\"tag\":[{\"code\":\"a\"}],\n"
                            "\"lastUpdated\":\"2001-01-01T00:00:00Z\"}," SUBJECT ",\"valueInteger\":1}");
  g_assert_cmpint (count (spaced, "unchanged", "Observation"), ==, 1);
  assert_holds (f, token, "Observation/o", "\"versionId\":\"1\"");
  stored = g_strdup (f->body);
  own = fixture_load (f, stored);
  g_assert_cmpint (count (own, "unchanged", "Observation"), ==, 1);
  changed = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o\"," SUBJECT ",\"valueInteger\":2}");
  g_assert_cmpint (count (changed, "updated", "Observation"), ==, 1);
  assert_holds (f, token, "Observation/o", "\"versionId\":\"2\"");
  gone = fixture_load (f, BUNDLE ("batch", "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o\"}}"));
  g_assert_cmpint (count (gone, "deleted", "Observation"), ==, 1);
  gone_again = fixture_load (f, BUNDLE ("batch", "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o\"}}"));
  g_assert_cmpint (count (gone_again, "deleted", "Observation"), ==, 0);
  assert_ok (gone_again);
}

static void
test_ids (void)
{
  g_autofree char *token = NULL, *path = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(JsonObject) report = NULL;
  JsonArray *made;
  const char *reference;

  report = fixture_load (f, BUNDLE ("collection", "{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Observation\","
                                    SUBJECT "}},{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a b\"," SUBJECT "}},"
                                    "{\"resource\":{\"resourceType\":\"Observation\"," SUBJECT "},"
                                    "\"request\":{\"method\":\"PUT\",\"url\":\"Observation/put\"}}"));
  assert_ok (report);
  made = json_object_get_array_member (report, "made");
  g_assert_cmpuint (json_array_get_length (made), ==, 3);
  assert_holds (f, token, "Observation/11111111-2222-4333-8444-555555555555", "\"id\":\"11111111");
  reference = fixture_text (json_array_get_object_element (made, 1), "reference");
  g_assert_true (g_str_has_prefix (reference, "Observation/"));
  path = g_strdup (reference);
  assert_holds (f, token, path, strchr (path, '/') + 1);
  g_assert_null (strstr (f->body, "a b"));
  assert_holds (f, token, "Observation/put", "\"id\":\"put\"");
}

static void
test_urns (void)
{
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(JsonObject) report = NULL;

  report = fixture_load (f, BUNDLE ("transaction",
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\"," SUBJECT ",\"encounter\":{\"reference\":\"" URN "\"},"
    "\"hasMember\":[{\"reference\":\"urn:uuid:99999999-2222-4333-8444-555555555555\"},{\"reference\":\"#in\"}],"
    "\"contained\":[{\"resourceType\":\"Observation\",\"id\":\"in\",\"encounter\":{\"reference\":\"" URN "\"}}],"
    "\"valueString\":\"" URN "\"}},"
    "{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"enc\"," SUBJECT "}},"
    "{\"fullUrl\":\"http://old.example/fhir/Encounter/7\",\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"seven\","
    SUBJECT ",\"partOf\":{\"reference\":\"http://old.example/fhir/Encounter/7\"}}}"));
  assert_ok (report);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (report, "unresolved")), ==,
                    1);
  assert_holds (f, token, "Observation/o", "\"encounter\":{\"reference\":\"Encounter/enc\"},\"hasMember\":[{\"reference\":"
                                           "\"urn:uuid:99999999-2222-4333-8444-555555555555\"}");
  assert_holds (f, token, "Observation/o", "\"id\":\"in\",\"encounter\":{\"reference\":\"Encounter/enc\"}");
  assert_holds (f, token, "Observation/o", "\"valueString\":\"" URN "\"");
  assert_holds (f, token, "Encounter/seven", "\"partOf\":{\"reference\":\"Encounter/seven\"}");

  /* A later file knows what the earlier one called it */
  json_object_unref (report);
  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"later\"," SUBJECT ","
                            "\"encounter\":{\"reference\":\"" URN "\"}}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (report, "unresolved")), ==,
                    0);
  assert_holds (f, token, "Observation/later", "Encounter/enc");
}

#define ORGANIZATION(id, value) "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"" id "\",\"identifier\":" \
                                "[{\"system\":\"http://sys.example/a\",\"value\":\"" value "\"}]}}"
#define BY(value) "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"by\"," SUBJECT ",\"performer\":[{\"reference\":" \
                  "\"Organization?identifier=" value "\"}]}}"

static void
test_conditional (void)
{
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(JsonObject) unknown = NULL;

  unknown = fixture_load (f, BUNDLE ("collection", BY ("http://sys.example/a|1")));
  assert_ok (unknown);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (unknown, "unresolved")),
                    ==, 1);
  assert_holds (f, token, "Observation/by", "Organization?identifier=http://sys.example/a|1");
  /* in the file */
  load (f, BUNDLE ("collection", BY ("http://sys.example/a|1") "," ORGANIZATION ("one", "1")));
  assert_holds (f, token, "Observation/by", "\"reference\":\"Organization/one\"");
  /* in the store, with and without a system, percent-encoded */
  load (f, BUNDLE ("collection", BY ("1")));
  assert_holds (f, token, "Observation/by", "\"reference\":\"Organization/one\"");
  load (f, BUNDLE ("collection", BY ("http%3A%2F%2Fsys.example%2Fa%7C1")));
  assert_holds (f, token, "Observation/by", "\"reference\":\"Organization/one\"");
  /* several, in the store and in a file */
  load (f, BUNDLE ("collection", ORGANIZATION ("two", "2") "," ORGANIZATION ("three", "2")));
  refuse (f, BUNDLE ("collection", BY ("http://sys.example/a|2")), "several");
  refuse (f,
          BUNDLE ("collection",
                  BY ("5") "," ORGANIZATION ("four", "5") "," ORGANIZATION ("five", "5")),
          "several");
  /* a deleted one counts no more */
  load (f, BUNDLE ("batch", "{\"request\":{\"method\":\"DELETE\",\"url\":\"Organization/three\"}}"));
  load (f, BUNDLE ("collection", BY ("http://sys.example/a|2")));
  assert_holds (f, token, "Observation/by", "\"reference\":\"Organization/two\"");
}

static void
test_if_none_exist (void)
{
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);
  g_autoptr(JsonObject) report = NULL;

  load (f, BUNDLE ("collection", ORGANIZATION ("one", "1")));
  report = fixture_load (f, BUNDLE ("transaction",
    "{\"fullUrl\":\"" URN "\",\"resource\":{\"resourceType\":\"Organization\",\"id\":\"copy\"},"
    "\"request\":{\"method\":\"POST\",\"url\":\"Organization\",\"ifNoneExist\":\"identifier=http://sys.example/a|1\"}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\"," SUBJECT ",\"performer\":[{\"reference\":\"" URN "\"}]}}"));
  assert_ok (report);
  g_assert_cmpint (count (report, "unchanged", "Organization"), ==, 1);
  assert_holds (f, token, "Observation/o", "Organization/one");
  fixture_get (f, "fhir/Organization/copy", token);
  assert_status (f, 404);
}

/* Newest first in the file, oldest first into the store. */
static void
test_history (void)
{
  g_autofree char *token = NULL;
  g_autoptr(Fixture) f = start (&token);

  load (f, BUNDLE ("history",
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\"," SUBJECT ",\"valueInteger\":2},"
    "\"request\":{\"method\":\"PUT\",\"url\":\"Observation/o\"}},"
    "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o\"}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\"," SUBJECT ",\"valueInteger\":1},"
    "\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}"));
  assert_holds (f, token, "Observation/o", "\"valueInteger\":2");
  assert_holds (f, token, "Observation/o", "\"versionId\":\"3\"");
  assert_holds (f, token, "Observation/o/_history/1", "\"valueInteger\":1");
}

static guint
count_all (JsonObject *report, const char *what)
{
  g_autoptr(GList) counts = json_object_get_values (json_object_get_object_member (report, what));
  guint n = 0;

  for (GList *l = counts; l != NULL; l = l->next)
    n += json_node_get_int (l->data);
  return n;
}

static void
test_real (void)
{
  static const struct { const char *file; guint n; } files[] = {
    { "patients/sample_complete_patient.json.xz", 314 },
    { "patients/hospitalInformation1559319163815.json.xz", 102 },
    { "patients/practitionerInformation1559319163815.json", 102 },
    { "patients/Fletcher_Hyatt_fe0562b5-f517-4951-8366-32fdab088930.json.xz", 1111 },
    { "patients/carin_bundle_patient_888.json", 10 },
    { "patients/uscore_bundle_patient_85.json.xz", 267 },
  };
  g_autoptr(Fixture) f = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = fixture_read_visible (files[i].file);
      g_autoptr(JsonObject) report = NULL, again = NULL;

      if (text == NULL)
        return;
      report = fixture_load (f, text);
      assert_ok (report);
      g_assert_cmpuint (count_all (report, "created") + count_all (report, "unchanged") +
                          count_all (report, "updated"),
                        ==, files[i].n);
      again = fixture_load (f, text);
      g_assert_cmpuint (count_all (again, "unchanged"), ==, files[i].n);
    }
}

/* Places and people of all files first: the order on the command line doesn't matter. */
static void
test_order (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *chart = NULL, *hospitals = NULL, *people = NULL, *report = NULL;
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  JsonArray *files;
  const char *paths[4] = { 0 };
  gboolean ok;

  hospitals = fixture_read_visible ("patients/hospitalInformation1559319163815.json.xz");
  if (hospitals == NULL)
    return;
  chart = fixture_read_visible ("patients/sample_complete_patient.json.xz");
  people = fixture_read_visible ("patients/practitionerInformation1559319163815.json");
  paths[0] = g_build_filename (f->folder, "chart.json", NULL);
  paths[1] = g_build_filename (f->folder, "hospitals.json", NULL);
  paths[2] = g_build_filename (f->folder, "people.json", NULL);
  g_assert_true (g_file_set_contents (paths[0], chart, -1, NULL) &&
                 g_file_set_contents (paths[1], hospitals, -1, NULL) &&
                 g_file_set_contents (paths[2], people, -1, NULL));
  f->portal = portal_new (f->config);
  report = portal_import (f->portal, paths, FALSE, &ok, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_true (json_parser_load_from_data (parser, report, -1, NULL));
  files = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                        "files");
  g_assert_cmpstr (fixture_text (json_array_get_object_element (files, 0), "file"), ==, paths[0]);
  g_assert_cmpuint (json_array_get_length (
                      json_object_get_array_member (json_array_get_object_element (files, 0),
                                                    "unresolved")),
                    ==, 418);
  for (guint i = 0; i < 3; i++)
    g_free ((char *) paths[i]);
}

static void
test_strict (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autofree char *path = g_build_filename (f->folder, "o.json", NULL), *report = NULL;
  const char *paths[] = { path, "/nowhere/at/all.json", NULL };
  gboolean ok;

  g_file_set_contents (path, BUNDLE ("collection", BY ("http://sys.example/a|1")), -1, NULL);
  f->portal = portal_new (f->config);
  report = portal_import (f->portal, paths, TRUE, &ok, NULL);
  g_assert_false (ok);
  g_assert_nonnull (strstr (report, "\"created\":{}"));
  g_assert_nonnull (strstr (report, "/nowhere/at/all.json"));
  g_assert_null (strstr (report, "\"ok\":true"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/shapes", test_shapes);
  g_test_add_func ("/import/refused", test_refused);
  g_test_add_func ("/import/repeat", test_repeat);
  g_test_add_func ("/import/ids", test_ids);
  g_test_add_func ("/import/urns", test_urns);
  g_test_add_func ("/import/conditional", test_conditional);
  g_test_add_func ("/import/if-none-exist", test_if_none_exist);
  g_test_add_func ("/import/history", test_history);
  g_test_add_func ("/import/real", test_real);
  g_test_add_func ("/import/order", test_order);
  g_test_add_func ("/import/strict", test_strict);
  return g_test_run ();
}
