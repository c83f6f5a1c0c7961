/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a resource says of its documents, and whether bytes are what was said. */
#include "common/cairn-error.h"
#include "fhir/cairn-attachment.h"

#include <string.h>

static CairnJson
json (const char *text)
{
  return cairn_json_from_string (text);
}

static void
test_list (void)
{
  static const char report[] =
    "{\"resourceType\":\"DiagnosticReport\",\"presentedForm\":[{\"contentType\":\"Application/PDF; version=1.7\","
    "\"language\":\"en\",\"url\":\"Binary/x1\",\"size\":70,\"hash\":\"qqq=\",\"title\":\"Chest\",\"creation\":\"2026-10-14\"},"
    "null,{\"contentType\":\"image/jpg\",\"data\":\"AAAA\"}]}";
  g_autoptr(GPtrArray) list = cairn_attachment_list (json (report));
  const CairnAttachment *first = g_ptr_array_index (list, 0), *second = g_ptr_array_index (list, 1);

  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (first->title, ==, "Chest");
  g_assert_cmpstr (first->type, ==, "application/pdf");
  g_assert_cmpstr (first->url, ==, "Binary/x1");
  g_assert_cmpstr (first->created, ==, "2026-10-14");
  g_assert_cmpint (first->size, ==, 70);
  g_assert_false (first->inside);
  g_assert_cmpuint (second->number, ==, 1);
  g_assert_cmpstr (second->type, ==, "image/jpeg");
  g_assert_cmpint (second->size, ==, -1);
  g_assert_true (second->inside);
}

static void
test_places (void)
{
  static const struct { const char *text; guint n; } cases[] = {
    { "{\"resourceType\":\"DocumentReference\",\"content\":[{\"attachment\":{\"url\":\"a\"}},{\"attachment\":{\"url\":\"b\"}}]}", 2 },
    { "{\"resourceType\":\"Media\",\"content\":{\"url\":\"a\"}}", 1 },
    { "{\"resourceType\":\"Communication\",\"payload\":[{\"contentString\":\"x\"},{\"contentAttachment\":{\"url\":\"a\"}}]}", 1 },
    { "{\"resourceType\":\"Patient\",\"photo\":[{\"data\":\"AAAA\"}]}", 1 },
    { "{\"resourceType\":\"Binary\",\"contentType\":\"image/png\",\"data\":\"AAAA\"}", 1 },
    { "{\"resourceType\":\"Observation\",\"presentedForm\":[{\"url\":\"a\"}]}", 0 },
    { "{\"resourceType\":\"DiagnosticReport\",\"presentedForm\":\"no list\"}", 0 },
    { "{}", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) list = cairn_attachment_list (json (cases[i].text));

      g_assert_cmpuint (list->len, ==, cases[i].n);
    }
}

/* A chart with a million attachments costs fifty; an endless address is none. */
static void
test_limits (void)
{
  g_autoptr(GString) text = g_string_new ("{\"resourceType\":\"DiagnosticReport\",\"presentedForm\":[{\"url\":\"");
  g_autoptr(GPtrArray) list = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_c (text, 'u');
  g_string_append (text, "\"}");
  for (guint i = 0; i < 500; i++)
    g_string_append (text, ",{}");
  g_string_append (text, "]}");
  list = cairn_attachment_list (json (text->str));
  g_assert_cmpuint (list->len, ==, 50);
  g_assert_null (((CairnAttachment *) g_ptr_array_index (list, 0))->url);
}

static void
test_data (void)
{
  static const char report[] =
    "{\"resourceType\":\"DiagnosticReport\",\"presentedForm\":[{\"url\":\"x\"},{\"data\":\"aGVs\\r\\n bG8=\"},{\"data\":\"<b>no</b>\"},"
    "{\"data\":\"\"}]}";
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = cairn_attachment_dup_data (json (report), 1, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "hello", 5);
  g_assert_null (cairn_attachment_dup_data (json (report), 0, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  for (guint i = 2; i < 4; i++)
    {
      g_assert_null (cairn_attachment_dup_data (json (report), i, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
      g_clear_error (&error);
    }
  g_assert_null (cairn_attachment_dup_data (json (report), 9, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
}

static void
test_data_too_large (void)
{
  gsize n = CAIRN_ATTACHMENT_MAX_BYTES / 3 * 4 + 4096;
  g_autoptr(GString) text = g_string_sized_new (n + 100);
  g_autoptr(GError) error = NULL;

  g_string_append (text, "{\"resourceType\":\"Binary\",\"data\":\"");
  g_string_set_size (text, text->len + n);
  memset (text->str + text->len - n, 'A', n);
  g_string_append (text, "\"}");
  g_assert_null (cairn_attachment_dup_data (json (text->str), 0, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE);
}

static void
test_media_type (void)
{
  static const char *const cases[][2] = {
    { "Text/Plain; charset=utf-8", "text/plain" }, { " image/jpg ", "image/jpeg" }, { "text/xml", "application/xml" },
    { "application/fhir+json", "application/fhir+json" }, { "pdf", NULL }, { "", NULL }, { NULL, NULL },
    { "application/pdf\r\nX-Evil: 1", NULL }, { "a/b c", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *type = cairn_media_type_dup (cases[i][0]);

      g_assert_cmpstr (type, ==, cases[i][1]);
    }
}

/* Hashes by: printf '%%PDF-1.4 x' | openssl sha1 -binary | base64 */
static void
test_check (void)
{
  static const struct { const char *type, *hash; gint64 size; const char *sent; const char *bytes; gboolean good; } cases[] = {
    { "application/pdf", "fDOMeCKgUYc343DV9XgLwWENLMs=", 10, "application/pdf", "%PDF-1.4 x", TRUE },
    { "application/pdf", NULL, -1, "application/octet-stream", "%PDF-1.4 x", TRUE },
    { "application/pdf", NULL, -1, NULL, "\n\n%PDF-1.4 x", TRUE },
    { NULL, NULL, -1, "application/pdf", "%PDF-1.4 x", TRUE },
    { "application/pdf", "bm90IGEgaGFzaA==", -1, NULL, "%PDF-1.4 x", TRUE },
    { "application/pdf", "gDOMeCKgUYc343DV9XgLwWENLMs=", 10, "application/pdf", "%PDF-1.4 x", FALSE },
    { "application/pdf", NULL, 11, "application/pdf", "%PDF-1.4 x", FALSE },
    { "application/pdf", NULL, -1, "text/html", "%PDF-1.4 x", FALSE },
    { "application/pdf", NULL, -1, "application/pdf", "<html>sign in</html>", FALSE },
    { NULL, NULL, -1, "image/png", "%PDF-1.4 x", FALSE },
    { "image/jpeg", NULL, -1, "image/jpg", "\xff\xd8\xff\xe0", TRUE },
    { "text/plain", NULL, -1, "text/plain; charset=utf-8", "words", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnAttachment attachment = { .type = (char *) cases[i].type, .hash = (char *) cases[i].hash, .size = cases[i].size };
      g_autoptr(GBytes) bytes = g_bytes_new_static (cases[i].bytes, strlen (cases[i].bytes));
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (cairn_attachment_check (&attachment, cases[i].sent, bytes, &error), ==, cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attachment/list", test_list);
  g_test_add_func ("/attachment/places", test_places);
  g_test_add_func ("/attachment/limits", test_limits);
  g_test_add_func ("/attachment/data", test_data);
  g_test_add_func ("/attachment/data-too-large", test_data_too_large);
  g_test_add_func ("/attachment/media-type", test_media_type);
  g_test_add_func ("/attachment/check", test_check);
  return g_test_run ();
}
