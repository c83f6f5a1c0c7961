/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binaries: up and down in parts, in JSON and as they are, in ranges, for who may see them, in flat memory
 * (portal-binary, portal-upload, portal-unpack, portal-download, portal-store-content,
 * portal-binary-write). */
#include "portal-fixture.h"

#include <string.h>

#include "server/portal-unpack.h"
#include "server/store/portal-store-content.h"

#define FHIR "application/fhir+json"
#define BIG (25 * 1024 * 1024)
#define PATH "fhir/Binary/0e4fcd5e-6f2e-4b2c-9d8e-0c6d9a4f1b11"
#define ME "{\"reference\":\"Patient/mine\"}"

#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"mine\"}},{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"other\"}}," \
  "{\"resource\":{\"resourceType\":\"DocumentReference\",\"id\":\"doc\",\"status\":\"current\",\"subject\":" ME "," \
  "\"content\":[{\"attachment\":{\"url\":\"Binary/page\"}}]}}," \
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"page\",\"contentType\":\"text/html\",\"data\":\"PGI+aGk8L2I+\"}}," \
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"odd\",\"contentType\":\"a\\r\\nX-Evil: 1\",\"data\":\"aGk=\"," \
  "\"securityContext\":" ME "}}]}"

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  f->scope = "launch/patient%20patient/*.rs%20patient/Binary.cu";
  fixture_add (f, "me", "mine");
  fixture_add (f, "her", "other");
  fixture_start (f);
  return f;
}

static const char *
header (Fixture *f, const char *name)
{
  return soup_message_headers_get_one (f->headers, name);
}

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2"

/* What is too short for a picture is words */
static const char *
type_of (gsize length)
{
  return length >= sizeof PNG ? "image/png" : "text/plain";
}

/* As a picture begins, and then any bytes, zero among them */
static GBytes *
make_bytes (gsize length)
{
  guchar *data = g_malloc (length);
  guint32 state = 12345;

  for (gsize i = 0; i < length; i++)
    {
      state = state * 1664525 + 1013904223;
      data[i] = length >= sizeof PNG ? state >> 24 : 'a' + i;
    }
  if (length >= sizeof PNG)
    memcpy (data, PNG, sizeof PNG);
  return g_bytes_new_take (data, length);
}

static void
assert_body (Fixture *f, GBytes *wanted, gsize from, gsize length)
{
  g_assert_cmpuint (f->length, ==, length);
  g_assert_true (length == 0 || memcmp (f->body, (const char *) g_bytes_get_data (wanted, NULL) + from, length) == 0);
}

/* With two headers of which the second is the security context. */
static void
send_raw (Fixture *f, const char *method, const char *path, const char *token, const char *type, GBytes *body)
{
  g_autofree char *url = g_strconcat (portal_get_url (f->portal), path, NULL);
  g_autoptr(SoupMessage) message = soup_message_new (method, url);

  soup_message_set_request_body_from_bytes (message, type, body);
  soup_message_headers_replace (soup_message_get_request_headers (message), "X-Security-Context", "Patient/mine");
  fixture_send_message (f, message, token);
}

static char *
dup_made (Fixture *f)
{
  const char *location = header (f, "Location");

  g_assert_nonnull (location);
  return g_strndup (location, strstr (location, "/_history/") - location);
}

/* Small ones stay in the text, large ones don't: no difference from outside. */
static void
test_both_ways (void)
{
  static const gsize sizes[] = { 0, 1, 2, 3, 1000, PORTAL_CONTENT_PART - 1, PORTAL_CONTENT_PART, PORTAL_CONTENT_PART + 1,
                                 3 * PORTAL_CONTENT_PART, 1000 * 1000 };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *hers = fixture_token (f, "her");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GBytes) bytes = make_bytes (sizes[i]);
      g_autofree char *path = NULL, *again = NULL, *decoded = NULL, *sent = NULL;
      g_autoptr(JsonObject) json = NULL;
      gsize length;

      send_raw (f, "POST", "fhir/Binary", token, type_of (sizes[i]), bytes);
      assert_status (f, 201);
      path = dup_made (f);
      fixture_get (f, path, token);
      assert_status (f, 200);
      assert_body (f, bytes, 0, sizes[i]);
      g_assert_cmpstr (header (f, "Content-Type"), ==, type_of (sizes[i]));
      g_assert_cmpstr (header (f, "X-Content-Type-Options"), ==, "nosniff");
      g_assert_cmpstr (header (f, "ETag"), ==, "\"1\"");
      g_assert_null (header (f, "Content-Disposition"));
      fixture_send (f, "GET", path, token, "Accept", FHIR);
      assert_status (f, 200);
      json = fixture_json (f);
      if (sizes[i] > 0)
        decoded = (char *) g_base64_decode (fixture_text (json, "data"), &length);
      g_assert_true (sizes[i] == 0 || (length == sizes[i] && memcmp (decoded, g_bytes_get_data (bytes, NULL), length) == 0));
      fixture_get (f, path, hers);
      assert_status (f, 404);

      /* What came as JSON is the same as what came as bytes */
      sent = g_strdup (f->body);
      g_free (sent);
      fixture_send (f, "GET", path, token, "Accept", FHIR);
      sent = g_strndup (f->body, f->length);
      fixture_put (f, "POST", "fhir/Binary", token, FHIR, sent, NULL, NULL);
      assert_status (f, 201);
      again = dup_made (f);
      fixture_get (f, again, token);
      assert_body (f, bytes, 0, sizes[i]);
    }
}

static void
test_retry (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *hers = fixture_token (f, "her");
  g_autoptr(GBytes) bytes = make_bytes (500000), other = make_bytes (500001);

  send_raw (f, "PUT", PATH, token, "image/png", bytes);
  assert_status (f, 201);
  send_raw (f, "PUT", PATH, token, "image/png", bytes);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "ETag"), ==, "W/\"1\"");
  send_raw (f, "PUT", PATH, token, "image/png", other);
  assert_status (f, 403);
  send_raw (f, "PUT", PATH, hers, "image/png", bytes);
  assert_status (f, 404);
  send_raw (f, "PUT", "fhir/Binary/a-name", token, "image/png", bytes);
  assert_status (f, 404);
  fixture_get (f, PATH, token);
  assert_body (f, bytes, 0, 500000);
}

typedef struct
{
  const char *range;
  guint       status;
  gsize       from;
  gsize       length;
} Case;

static void
test_ranges (void)
{
  enum { SIZE = 300000 };
  static const Case cases[] = {
    { "bytes=0-0", 206, 0, 1 },
    { "bytes=0-99", 206, 0, 100 },
    { "bytes=98300-98310", 206, 98300, 11 },
    { "bytes=98304-196607", 206, 98304, 98304 },
    { "bytes=1-", 206, 1, SIZE - 1 },
    { "bytes=-5", 206, SIZE - 5, 5 },
    { "bytes=-999999", 206, 0, SIZE },
    { "bytes=299999-400000", 206, 299999, 1 },
    { "bytes=300000-", 416, 0, 0 },
    { "bytes=-0", 416, 0, 0 },
    { "bytes=5-2", 200, 0, SIZE },
    { "bytes=x-2", 200, 0, SIZE },
    { "bytes=0-1,5-6", 200, 0, SIZE },
    { "lines=0-1", 200, 0, SIZE },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me");
  g_autoptr(GBytes) bytes = make_bytes (SIZE);

  send_raw (f, "PUT", PATH, token, "image/png", bytes);
  assert_status (f, 201);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *wanted = g_strdup_printf ("bytes %zu-%zu/%d", cases[i].from, cases[i].from + cases[i].length - 1, SIZE);

      fixture_send (f, "GET", PATH, token, "Range", cases[i].range);
      if (f->status != cases[i].status)
        g_error ("%s: %u", cases[i].range, f->status);
      if (f->status == 416)
        g_assert_cmpstr (header (f, "Content-Range"), ==, "bytes */300000");
      else
        assert_body (f, bytes, cases[i].from, cases[i].length);
      g_assert_cmpstr (header (f, "Content-Range"), ==, f->status == 206 ? wanted : f->status == 416 ? "bytes */300000" : NULL);
    }
}

static void
send_if_range (Fixture *f, const char *method, const char *path, const char *token, const char *if_range)
{
  g_autofree char *url = g_strconcat (portal_get_url (f->portal), path, NULL);
  g_autoptr(SoupMessage) message = soup_message_new (method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Range", "bytes=1-2");
  if (if_range != NULL)
    soup_message_headers_replace (headers, "If-Range", if_range);
  fixture_send_message (f, message, token);
}

/* Of the small ones, too; and what HEAD and conditions say. */
static void
test_conditions (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *modified = NULL;

  fixture_get (f, "fhir/Binary/page", token);
  assert_status (f, 200);
  g_assert_cmpstr (f->body, ==, "<b>hi</b>");
  g_assert_cmpstr (header (f, "Content-Disposition"), ==, "attachment");
  g_assert_nonnull (strstr (header (f, "Content-Security-Policy"), "sandbox"));
  modified = g_strdup (header (f, "Last-Modified"));
  send_if_range (f, "GET", "fhir/Binary/page", token, NULL);
  assert_status (f, 206);
  g_assert_cmpstr (f->body, ==, "b>");
  send_if_range (f, "GET", "fhir/Binary/page", token, "\"1\"");
  assert_status (f, 206);
  send_if_range (f, "GET", "fhir/Binary/page", token, modified);
  assert_status (f, 206);
  send_if_range (f, "GET", "fhir/Binary/page", token, "\"2\"");
  assert_status (f, 200);
  g_assert_cmpuint (f->length, ==, 9);
  send_if_range (f, "GET", "fhir/Binary/page", token, "W/\"1\"");
  assert_status (f, 200);
  send_if_range (f, "HEAD", "fhir/Binary/page", token, NULL);
  assert_status (f, 200);
  g_assert_cmpuint (f->length, ==, 0);
  g_assert_cmpstr (header (f, "Content-Length"), ==, "9");
  g_assert_cmpstr (header (f, "Accept-Ranges"), ==, "bytes");
  fixture_send (f, "GET", "fhir/Binary/page", token, "If-None-Match", "\"1\"");
  assert_status (f, 304);
  fixture_get (f, "fhir/Binary/page/_history/1", token);
  g_assert_cmpstr (f->body, ==, "<b>hi</b>");
  fixture_send (f, "GET", "fhir/Binary/page", token, "Accept", "image/png");
  assert_status (f, 406);
  fixture_send (f, "GET", "fhir/Binary/page", token, "Accept", "text/*;q=0.5, image/png");
  assert_status (f, 200);
  fixture_get (f, "fhir/Binary/page?_format=json", token);
  g_assert_nonnull (strstr (f->body, "PGI+aGk8L2I+"));

  /* A type from a file that isn't one gets into no header */
  fixture_get (f, "fhir/Binary/odd", token);
  assert_status (f, 200);
  g_assert_cmpstr (header (f, "Content-Type"), ==, "application/octet-stream");
  g_assert_null (header (f, "X-Evil"));
}

static gint64
count (Fixture *f, const char *sql);

static void
test_refused (void)
{
  static const Case cases[] = {
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 201, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk\\/\\naGk\\/\",\"securityContext\":" ME "}", 201, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\"}", 403, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=aGk=\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":7,\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"plain\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"a/b\\r\\nX: y\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" ME, 400, 0, 0 },
    { "{\"resourceType\":\"Basic\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":" ME "}", 400, 0, 0 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"aGk=\",\"securityContext\":{\"reference\":\"Patient/other\"}}", 422, 0, 0 },
    { "[]", 400, 0, 0 },
    { "", 400, 0, 0 },
  };
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "me"), *big = g_strnfill (200000, 'A');
  g_autofree char *others = NULL, *reader = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_put (f, "POST", "fhir/Binary", token, FHIR, cases[i].range, NULL, NULL);
      if (f->status != cases[i].status)
        g_error ("%s: %u: %s", cases[i].range, f->status, f->body);
    }
  /* Refused when it is there already: nothing of it stays */
  others = g_strdup_printf ("{\"resourceType\":\"Binary\",\"contentType\":\"a/b\",\"securityContext\":"
                            "{\"reference\":\"Patient/other\"},\"data\":\"%s\"}", big);
  fixture_put (f, "POST", "fhir/Binary", token, FHIR, others, NULL, NULL);
  assert_status (f, 422);
  fixture_put (f, "POST", "fhir/Binary", "no-token", FHIR, others, NULL, NULL);
  assert_status (f, 401);
  f->scope = "launch/patient%20patient/*.rs";
  reader = fixture_token (f, "me");
  fixture_put (f, "POST", "fhir/Binary", reader, FHIR, others, NULL, NULL);
  assert_status (f, 403);
  fixture_put (f, "POST", "fhir/Binary", token, "text/", big, NULL, NULL);
  assert_status (f, 415);
  for (guint tries = 0; count (f, "SELECT count(*) FROM content_part") > 0 && tries < 100; tries++)
    g_usleep (20000);
  g_assert_cmpint (count (f, "SELECT count(*) FROM content_part"), ==, 0);
}

typedef struct
{
  const char *sql;
  gint64      n;
} Counting;

static gpointer
count_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Counting *counting = data;

  return GINT_TO_POINTER (cairn_connection_scalar (db, counting->sql, &counting->n, error));
}

static gint64
count (Fixture *f, const char *sql)
{
  Counting counting = { sql, 0 };
  g_autoptr(GError) error = NULL;

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), count_on_writer, &counting, &error);
  g_assert_no_error (error);
  return counting.n;
}

/* What a file brings is kept like what comes by HTTP, in Bundles without its data, which is said. */
static void
test_import (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(GBytes) bytes = make_bytes (300000);
  g_autofree char *data = g_base64_encode (g_bytes_get_data (bytes, NULL), 300000), *text = NULL, *token = NULL;
  g_autoptr(JsonObject) first = NULL, second = NULL;

  text = g_strdup_printf ("{\"resourceType\":\"Binary\",\"id\":\"scan\",\"contentType\":\"image/png\",\"data\":\"%s\","
                          "\"securityContext\":" ME "}", data);
  first = fixture_load (f, text);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (first, "created"), "Binary"), ==, 1);
  second = fixture_load (f, text);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (second, "unchanged"), "Binary"), ==, 1);
  g_assert_cmpint (count (f, "SELECT count(*) FROM content"), ==, 1);
  token = fixture_token (f, "me");
  fixture_get (f, "fhir/Binary/scan", token);
  assert_body (f, bytes, 0, 300000);
  fixture_get (f, "fhir/Binary/scan/_history", token);
  g_assert_nonnull (strstr (f->body, "SUBSETTED"));
  g_assert_null (strstr (f->body, "\"data\""));
}

/* What is left of uploads goes when the portal starts. */
static gpointer
leave_rubbish (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 content;

  return GINT_TO_POINTER (portal_store_content_new (db, &content, error) &&
                          portal_store_content_add (db, content, 0, "x", 1, error));
}

static void
test_sweep (void)
{
  g_autoptr(Fixture) f = start ();

  cairn_database_run (portal_store_get_writer (portal_get_store (f->portal)), leave_rubbish, NULL, NULL);
  g_assert_cmpint (count (f, "SELECT count(*) FROM content_part"), ==, 1);
  portal_stop (f->portal);
  fixture_start (f);
  g_assert_cmpint (count (f, "SELECT count(*) FROM content_part"), ==, 0);
}

/* Wherever its text is cut. */
static void
test_unpack (void)
{
  static const char text[] = "{ \"id\" : \"data\", \"x\":{\"data\":\"no\"}, \"data\" : \"aGVsbG8gd29y\\nbGQ=\" ,\"z\":\"\\\"data\\\":\" }";

  for (gsize cut = 0; cut < strlen (text); cut++)
    {
      g_autoptr(PortalUnpack) unpack = portal_unpack_new ();
      g_autoptr(GByteArray) decoded = g_byte_array_new ();
      g_autoptr(GBytes) rest = NULL;

      g_assert_true (portal_unpack_feed (unpack, (const guchar *) text, cut, decoded));
      g_assert_true (portal_unpack_feed (unpack, (const guchar *) text + cut, strlen (text) - cut, decoded));
      rest = portal_unpack_end (unpack);
      g_assert_cmpmem (decoded->data, decoded->len, "hello world", 11);
      g_assert_nonnull (g_strstr_len (g_bytes_get_data (rest, NULL), g_bytes_get_size (rest), "\"data\" : \"\" ,\"z\""));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/binary/both-ways", test_both_ways);
  g_test_add_func ("/binary/retry", test_retry);
  g_test_add_func ("/binary/ranges", test_ranges);
  g_test_add_func ("/binary/conditions", test_conditions);
  g_test_add_func ("/binary/refused", test_refused);
  g_test_add_func ("/binary/import", test_import);
  g_test_add_func ("/binary/sweep", test_sweep);
  g_test_add_func ("/binary/unpack", test_unpack);
  return g_test_run ();
}
