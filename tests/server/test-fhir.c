/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading, versions, history, and the manners of HTTP (portal-fhir, portal-call, portal-server,
 * portal-connection, portal-metadata). */
#include "portal-fixture.h"

#include <string.h>

static const char first[] = "{ \"resourceType\": \"Observation\", \"id\": \"o\",\n \"subject\": {\"reference\": \"Patient/pat\"},\n"
                            " \"valueQuantity\": {\"value\": 1.10, \"unit\": \"\\u00b5g \\\"x\\\"\"} }";

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) patient = fixture_load (f, "{\"resourceType\":\"Patient\",\"id\":\"pat\"}");
  g_autoptr(JsonObject) report = fixture_load (f, first);

  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static const char *
header (Fixture *f, const char *name)
{
  return soup_message_headers_get_one (f->headers, name);
}

static void
test_read (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(JsonObject) resource = NULL;
  JsonObject *meta;

  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"1\"");
  g_assert_nonnull (header (f, "Last-Modified"));
  g_assert_nonnull (header (f, "Date"));
  g_assert_cmpstr (header (f, "Cache-Control"), ==, "no-store");
  g_assert_true (g_str_has_prefix (header (f, "Content-Type"), "application/fhir+json"));
  /* as it came, without the white space, with the stamp at its end */
  g_assert_true (g_str_has_prefix (f->body, "{\"resourceType\":\"Observation\",\"id\":\"o\",\"subject\":{\"reference\":"
                                            "\"Patient/pat\"},\"valueQuantity\":{\"value\":1.10,\"unit\":"
                                            "\"\\u00b5g \\\"x\\\"\"},\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\""));
  resource = fixture_json (f);
  meta = json_object_get_object_member (resource, "meta");
  g_assert_cmpuint (strlen (fixture_text (meta, "lastUpdated")), ==,
                    strlen ("2026-01-01T00:00:00.000Z"));

  fixture_send (f, "GET", "fhir/Observation/o", token, "If-None-Match", "W/\"1\"");
  assert_status (f, 304);
  g_assert_cmpuint (f->length, ==, 0);
  fixture_send (f, "GET", "fhir/Observation/o", token, "If-None-Match", "W/\"2\"");
  assert_status (f, 200);
  fixture_send (f, "HEAD", "fhir/Observation/o", token, NULL, NULL);
  assert_status (f, 200);
  g_assert_cmpuint (f->length, ==, 0);
  fixture_get (f, "fhir/Observation/absent", token);
  assert_status (f, 404);
}

static void
test_versions (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(JsonObject) report = NULL, history = NULL;
  JsonArray *entries;

  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"o\",\"subject\":{\"reference\":\"Patient/pat\"}}");
  fixture_get (f, "fhir/Observation/o", token);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"2\"");
  fixture_get (f, "fhir/Observation/o/_history/1", token);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "1.10"));
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"1\"");
  fixture_get (f, "fhir/Observation/o/_history/2", token);
  assert_status (f, 200);
  fixture_get (f, "fhir/Observation/o/_history/3", token);
  assert_status (f, 404);
  fixture_get (f, "fhir/Observation/o/_history/x", token);
  assert_status (f, 404);

  json_object_unref (report);
  report = fixture_load (f, "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                            "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o\"}}]}");
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 410);
  fixture_get (f, "fhir/Observation/o/_history/3", token);
  assert_status (f, 410);
  fixture_get (f, "fhir/Observation/o/_history/2", token);
  assert_status (f, 200);
  history = fixture_get_json (f, "fhir/Observation/o/_history", token);
  entries = json_object_get_array_member (history, "entry");
  g_assert_cmpuint (json_array_get_length (entries), ==, 3);

  /* It comes back */
  json_object_unref (report);
  report = fixture_load (f, first);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (report, "created"),
                                               "Observation"),
                   ==, 1);
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"4\"");
}

static void
test_history (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *since = NULL, *path = NULL, *next = NULL;
  g_autoptr(JsonObject) report = NULL, more = NULL, history = NULL, page = NULL, rest = NULL,
                         resource = NULL;
  JsonObject *entry;

  report = fixture_load (f, "{\"resourceType\":\"Observation\",\"id\":\"p\",\"subject\":{\"reference\":\"Patient/pat\"}}");
  resource = fixture_get_json (f, "fhir/Observation/p", token);
  since = g_strdup (fixture_text (json_object_get_object_member (resource, "meta"), "lastUpdated"));
  more = fixture_load (f, "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                          "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o\"}}]}");

  history = fixture_get_json (f, "fhir/Observation/_history", token);
  g_assert_cmpstr (fixture_text (history, "type"), ==, "history");
  g_assert_cmpuint (fixture_n_entries (history), ==, 3);
  entry = json_array_get_object_element (json_object_get_array_member (history, "entry"), 0);
  g_assert_false (json_object_has_member (entry, "resource"));
  g_assert_cmpstr (fixture_text (json_object_get_object_member (entry, "request"), "method"), ==,
                   "DELETE");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (entry, "request"), "url"), ==,
                   "Observation/o");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (entry, "response"), "etag"), ==, "W/\"2\"");
  g_assert_cmpstr (fixture_text (json_object_get_object_member (entry, "response"), "lastModified"),
                   >, since);

  path = g_strconcat ("fhir/Observation/_history?_since=", since, NULL);
  json_object_unref (history);
  history = fixture_get_json (f, path, token);
  g_assert_cmpuint (fixture_n_entries (history), ==, 2);

  page = fixture_get_json (f, "fhir/Observation/_history?_count=2", token);
  g_assert_cmpuint (fixture_n_entries (page), ==, 2);
  next = fixture_next (f, page);
  rest = fixture_get_json (f, next, token);
  g_assert_cmpuint (fixture_n_entries (rest), ==, 1);
  g_assert_null (fixture_next (f, rest));
  fixture_get (f, "fhir/Observation/_history?_since=never", token);
  assert_status (f, 400);
}

/* lastUpdated grows with each import, however fast they follow. */
static void
test_clock (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *before = g_strdup ("");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Observation\",\"id\":\"c%u\","
                                               "\"subject\":{\"reference\":\"Patient/pat\"}}", i);
      g_autofree char *path = g_strdup_printf ("fhir/Observation/c%u", i);
      g_autoptr(JsonObject) report = fixture_load (f, text),
                             resource = fixture_get_json (f, path, token);
      const char *updated = fixture_text (json_object_get_object_member (resource, "meta"),
                                          "lastUpdated");

      g_assert_cmpstr (before, <, updated);
      g_free (before);
      before = g_strdup (updated);
    }
}

static void
test_gzip (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *plain = NULL;

  soup_session_remove_feature_by_type (f->session, SOUP_TYPE_CONTENT_DECODER);
  fixture_get (f, "fhir/metadata", NULL);
  assert_status (f, 200);
  g_assert_null (header (f, "Content-Encoding"));
  g_assert_cmpstr (header (f, "Vary"), ==, "Accept-Encoding");
  plain = g_strdup (f->body);
  fixture_send (f, "GET", "fhir/metadata", NULL, "Accept-Encoding", "gzip");
  g_assert_cmpstr (header (f, "Content-Encoding"), ==, "gzip");
  g_assert_cmpuint (f->length, <, strlen (plain) / 4);
  fixture_send (f, "GET", "fhir/metadata", NULL, "Accept-Encoding", "gzip;q=0");
  g_assert_null (header (f, "Content-Encoding"));

  soup_session_add_feature_by_type (f->session, SOUP_TYPE_CONTENT_DECODER);
  fixture_get (f, "fhir/metadata", NULL);
  g_assert_cmpstr (header (f, "Content-Encoding"), ==, "gzip");
  g_assert_cmpstr (f->body, ==, plain);
  fixture_send (f, "GET", "fhir/Observation/absent", token, "Accept-Encoding", "gzip");
  g_assert_null (header (f, "Content-Encoding"));
}

static void
test_metadata (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) statement = fixture_get_json (f, "fhir/metadata", NULL);
  g_autoptr(JsonObject) smart = NULL;
  JsonObject *rest = json_array_get_object_element (json_object_get_array_member (statement,
                                                                                  "rest"),
                                                    0);
  g_autofree char *token_endpoint = g_strconcat (portal_get_url (f->portal), "auth/token", NULL);
  gboolean observation = FALSE;
  JsonArray *resources = json_object_get_array_member (rest, "resource");

  g_assert_cmpstr (fixture_text (statement, "fhirVersion"), ==, "4.0.1");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (rest,
                                                                                "compartment"),
                                                  0),
                   ==, "http://hl7.org/fhir/CompartmentDefinition/patient");
  for (guint i = 0; i < json_array_get_length (resources); i++)
    {
      JsonObject *resource = json_array_get_object_element (resources, i);

      observation |= g_str_equal (fixture_text (resource, "type"), "Observation");
      g_assert_false (json_object_has_member (resource, "extension"));   /* no channel is told of */
    }
  g_assert_true (observation);
  g_assert_cmpstr (header (f, "Access-Control-Allow-Origin"), ==, "*");
  smart = fixture_get_json (f, "fhir/.well-known/smart-configuration", NULL);
  g_assert_cmpstr (fixture_text (smart, "token_endpoint"), ==, token_endpoint);
  g_assert_true (g_str_has_suffix (fixture_text (smart, "authorization_endpoint"), "/auth/authorize"));
  /* Links follow the name by which the portal was called */
  fixture_send (f, "GET", "fhir/.well-known/smart-configuration", NULL, "Host",
                "portal.example:8443");
  json_object_unref (smart);
  smart = fixture_json (f);
  g_assert_cmpstr (fixture_text (smart, "token_endpoint"), ==,
                   "http://portal.example:8443/auth/token");
  fixture_send (f, "GET", "fhir/.well-known/smart-configuration", NULL, "Host", "bad\"host");
  g_assert_null (strstr (f->body, "bad\\\"host"));
}

static void
test_manners (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader"), *large = g_strnfill (2 * 1024 * 1024, 'x');
  g_autoptr(JsonObject) outcome = NULL;

  fixture_get (f, "fhir/Observation/o", NULL);
  assert_status (f, 401);
  g_assert_true (g_str_has_prefix (header (f, "WWW-Authenticate"), "Bearer"));
  outcome = fixture_json (f);
  g_assert_cmpstr (fixture_text (outcome, "resourceType"), ==, "OperationOutcome");
  fixture_get (f, "fhir/Observation/o", "made-up");
  assert_status (f, 401);
  fixture_get (f, "elsewhere", NULL);
  assert_status (f, 404);
  fixture_send (f, "LOCK", "fhir/Observation/o", token, NULL, NULL);
  assert_status (f, 405);
  g_assert_cmpstr (header (f, "Allow"), ==, "GET, PUT, PATCH, DELETE");
  fixture_send (f, "OPTIONS", "auth/token", NULL, "Origin", "https://app.example");
  assert_status (f, 204);
  g_assert_cmpstr (header (f, "Access-Control-Allow-Origin"), ==, "*");
  fixture_post (f, "fhir/Observation/_search", token, large);
  assert_status (f, 413);
  g_assert_cmpstr (header (f, "Connection"), ==, "close");
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 200);
}

/* Many at once, on several threads, all answered. */
static gpointer
read_many (gpointer data)
{
  const char *const *what = data;
  g_autoptr(SoupSession) session = soup_session_new ();

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr(SoupMessage) message = soup_message_new ("GET", what[0]);
      g_autoptr(GBytes) body = NULL;
      g_autoptr(GError) error = NULL;

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    what[1]);
      body = soup_session_send_and_read (session, message, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (soup_message_get_status (message), ==, 200);
    }
  return NULL;
}

static void
test_many (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autofree char *url = g_strconcat (portal_get_fhir_url (f->portal), "/Observation?patient=pat",
                                      NULL);
  const char *what[] = { url, bearer };
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_many, what);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Observation\",\"id\":\"m%u\","
                                               "\"subject\":{\"reference\":\"Patient/pat\"}}", i);
      g_autoptr(JsonObject) report = fixture_load (f, text);

      g_assert_true (json_object_get_boolean_member (report, "ok"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_restart (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  g_autoptr(GError) error = NULL;

  portal_stop (f->portal);
  g_assert_null (portal_get_url (f->portal));
  g_assert_true (portal_start (f->portal, &error));
  fixture_get (f, "fhir/Observation/o", token);
  assert_status (f, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/read", test_read);
  g_test_add_func ("/fhir/versions", test_versions);
  g_test_add_func ("/fhir/history", test_history);
  g_test_add_func ("/fhir/clock", test_clock);
  g_test_add_func ("/fhir/gzip", test_gzip);
  g_test_add_func ("/fhir/metadata", test_metadata);
  g_test_add_func ("/fhir/manners", test_manners);
  g_test_add_func ("/fhir/many", test_many);
  g_test_add_func ("/fhir/restart", test_restart);
  return g_test_run ();
}
