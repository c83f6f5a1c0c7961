/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of a record (cairn-session-document.c): inside it, at the portal, kept for reading again, and elsewhere. */
#include "client-test.h"
#include "fault-server.h"

#include "client/cache/cairn-cache-document.h"
#include "common/cairn-error.h"

#include <string.h>

/* printf '%%PDF-1.4 sample' | openssl sha1 -binary | base64, and the text itself in base64 */
#define PDF "%PDF-1.4 sample"
#define PDF_HASH "DRDWWjy8pqJS2vBRDwfieNvob9I="
#define PDF_BASE64 "JVBERi0xLjQgc2FtcGxl"

#define REPORT(form) "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"rep-1\",\"status\":\"final\"," \
  "\"code\":{\"text\":\"Chest X-ray\"},\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"}," \
  "\"effectiveDateTime\":\"2026-10-14\",\"presentedForm\":[" form "]}}"
#define BINARY "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"bin-1\",\"contentType\":\"application/pdf\"," \
  "\"securityContext\":{\"reference\":\"DiagnosticReport/rep-1\"},\"data\":\"" PDF_BASE64 "\"}}"
#define TEXT(text) ((char *) (text))
#define OWNER "DiagnosticReport/rep-1"

static CairnDocument *
open_document (CairnSession *session, const CairnAttachment *attachment, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_open_document_async (session, OWNER, attachment, NULL, NULL, NULL, client_test_done, &result);
  return cairn_session_open_document_finish (session, client_test_wait (&result), error);
}

static void
assert_opens (CairnSession *session, const CairnAttachment *attachment)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnDocument) document = open_document (session, attachment, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (document->type, ==, "application/pdf");
  g_assert_cmpmem (g_bytes_get_data (document->bytes, NULL), g_bytes_get_size (document->bytes), PDF, strlen (PDF));
}

static void
assert_fails (CairnSession *session, const CairnAttachment *attachment, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (open_document (session, attachment, &error));
  g_assert_error (error, CAIRN_ERROR, code);
}

static gboolean
holds (const char *path, const char *words)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return FALSE;
  return memmem (text, length, words, strlen (words)) != NULL;
}

static void
test_inside (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnAttachment first = { .number = 0, .type = TEXT ("application/pdf"), .size = -1, .inside = TRUE };
  CairnAttachment second = { .number = 1, .type = TEXT ("application/pdf"), .size = -1, .inside = TRUE };
  CairnAttachment missing = { .number = 7, .type = TEXT ("application/pdf"), .size = -1, .inside = TRUE };
  CairnSession *session;

  clinic_load (clinic, REPORT ("{\"contentType\":\"application/pdf\",\"data\":\"" PDF_BASE64 "\"},"
                               "{\"contentType\":\"application/pdf\",\"data\":\"bm90aGluZw==\"}"));
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));
  assert_opens (session, &first);
  assert_fails (session, &second, CAIRN_ERROR_BAD_DATA);
  assert_fails (session, &missing, CAIRN_ERROR_NOT_FOUND);
  cairn_session_lock (session);
  assert_fails (session, &first, CAIRN_ERROR_LOCKED);
  cairn_session_close (session);
  client_test_finalize (session);
}

/* Fetched once, kept encrypted, read again without a connection, and gone with the record's next version. */
static void
test_portal (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnAttachment attachment = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/bin-1"), .size = -1 };
  CairnAttachment named = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/bin-1"), .size = 15, .hash = TEXT (PDF_HASH) };
  CairnAttachment other = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/bin-1"), .size = 15,
                            .hash = TEXT ("ERDWWjy8pqJS2vBRDwfieNvob9I=") };
  CairnAttachment missing = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/bin-9"), .size = -1 };
  g_autoptr(CairnAccount) account = NULL;
  g_autofree char *path = NULL;
  g_autofree char *wal = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  clinic_load (clinic, REPORT ("{\"contentType\":\"application/pdf\",\"url\":\"Binary/bin-1\"}") "," BINARY);
  session = clinic_sign_in (clinic, TRUE);
  account = g_object_ref (cairn_session_get_account (session));
  cairn_sync_report_free (clinic_sync (session));
  assert_fails (session, &other, CAIRN_ERROR_BAD_DATA);
  assert_fails (session, &missing, CAIRN_ERROR_NOT_FOUND);
  assert_opens (session, &attachment);
  path = g_strdup (cairn_cache_get_path (session->store->cache));
  wal = g_strconcat (path, "-wal", NULL);
  cairn_session_close (session);
  client_test_finalize (session);
  clinic_stop (clinic);
  g_assert_false (holds (path, PDF) || holds (wal, PDF));

  session = clinic_open (account, &error);
  g_assert_no_error (error);
  assert_opens (session, &attachment);
  assert_opens (session, &named);
  assert_fails (session, &other, CAIRN_ERROR_NETWORK);
  assert_fails (session, &missing, CAIRN_ERROR_NETWORK);

  clinic_start (clinic);
  clinic_load (clinic, REPORT ("{\"contentType\":\"application/pdf\",\"url\":\"Binary/bin-1\",\"title\":\"Corrected\"}"));
  cairn_sync_report_free (clinic_sync (session));
  clinic_stop (clinic);
  assert_opens (session, &named);
  assert_fails (session, &attachment, CAIRN_ERROR_NETWORK);
  clinic_sign_out (session);
  client_test_finalize (session);
}

typedef struct
{
  const char *type;
  GBytes     *body;
  guint       status;
  guint       n;
  gboolean    cut;
  gboolean    hang;
} Answer;

static void
cut_cb (SoupServerMessage *message)
{
  g_autoptr(GIOStream) stream = soup_server_message_steal_connection (message);

  g_io_stream_close (stream, NULL, NULL);
}

static void
answer_cb (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Answer *answer = data;
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  answer->n++;
  if (answer->hang)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, answer->status, NULL);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message), answer->type, NULL);
  if (g_bytes_get_size (answer->body) > 0)
    soup_message_body_append_bytes (body, answer->body);
  if (answer->cut)   /* a length that never comes */
    {
      soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                               (goffset) g_bytes_get_size (answer->body) + 10);
      g_signal_connect (message, "wrote-body-data", G_CALLBACK (cut_cb), NULL);
    }
}

static CairnSession *
sign_in (FaultServer *server)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;

  cairn_session_sign_in_async (server->root, "anna", "whatever", NULL, FALSE, NULL, client_test_done, &result);
  session = cairn_session_sign_in_finish (client_test_wait (&result), &error);
  g_assert_no_error (error);
  return session;
}

static void
set_answer (Answer *answer, const char *type, const char *text)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  answer->type = type;
  answer->body = g_bytes_new (text, strlen (text));
}

static void
set_large (Answer *answer, gsize size)
{
  g_autofree char *large = g_malloc0 (size);

  memcpy (large, PDF, strlen (PDF));
  g_clear_pointer (&answer->body, g_bytes_unref);
  answer->body = g_bytes_new_take (g_steal_pointer (&large), size);
  answer->type = "application/pdf";
}

/* What a portal may send, and what it may not. */
static void
test_answers (void)
{
  Answer answer = { .status = 200 };
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &answer);
  CairnSession *session = sign_in (server);
  CairnAttachment attachment = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/1"), .size = -1 };
  CairnAttachment second = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/2"), .size = -1 };
  CairnAttachment untyped = { .url = TEXT ("Binary/3"), .size = -1 };

  set_answer (&answer, "text/html", "<html>Please sign in</html>");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  set_answer (&answer, "application/pdf", "<html>Please sign in</html>");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  set_answer (&answer, "application/pdf", "");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  set_answer (&answer, "application/fhir+json", "{\"resourceType\":\"Patient\",\"id\":\"pat-1\"}");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  set_answer (&answer, "application/fhir+json", "{\"resourceType\":\"Binary\",\"data\":\"<>\"}");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  set_answer (&answer, "application/fhir+json", "{\"resourceType\":\"Binary\",\"data\":");
  assert_fails (session, &attachment, CAIRN_ERROR_BAD_DATA);
  answer.status = 403;
  assert_fails (session, &attachment, CAIRN_ERROR_FORBIDDEN);
  answer.status = 200;
  set_large (&answer, CAIRN_ATTACHMENT_MAX_BYTES + 1);
  assert_fails (session, &attachment, CAIRN_ERROR_TOO_LARGE);
  set_large (&answer, CAIRN_ATTACHMENT_MAX_BYTES * 2);
  assert_fails (session, &attachment, CAIRN_ERROR_TOO_LARGE);

  set_answer (&answer, "application/pdf; charset=binary", PDF);
  assert_opens (session, &attachment);
  set_answer (&answer, "application/fhir+json",
              "{\"resourceType\":\"Binary\",\"contentType\":\"application/pdf\",\"data\":\"" PDF_BASE64 "\"}");
  assert_opens (session, &second);
  assert_opens (session, &untyped);
  answer.status = 500;   /* not asked again */
  answer.n = 0;
  assert_opens (session, &attachment);
  assert_opens (session, &untyped);
  g_assert_cmpuint (answer.n, ==, 0);
  cairn_session_close (session);
  client_test_finalize (session);
  g_bytes_unref (answer.body);
}

static gboolean
has_come (gpointer data)
{
  return ((Answer *) data)->n > 0;
}

/* Half a document is none; giving up ends it, before and while it comes. */
static void
test_cut (void)
{
  Answer answer = { .status = 200, .cut = TRUE };
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &answer);
  CairnSession *session = sign_in (server);
  CairnAttachment attachment = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/1"), .size = -1 };
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  set_answer (&answer, "application/pdf", PDF);
  assert_fails (session, &attachment, CAIRN_ERROR_NETWORK);
  answer.hang = TRUE;
  for (guint before = 0; before < 2; before++)
    {
      g_autoptr(GAsyncResult) result = NULL;

      answer.n = 0;
      g_cancellable_reset (cancellable);
      if (before)
        g_cancellable_cancel (cancellable);
      cairn_session_open_document_async (session, OWNER, &attachment, NULL, NULL, cancellable, client_test_done, &result);
      if (!before)
        client_test_spin (has_come, &answer);
      g_cancellable_cancel (cancellable);
      g_assert_null (cairn_session_open_document_finish (session, client_test_wait (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
  cairn_session_close (session);
  client_test_finalize (session);
  g_bytes_unref (answer.body);
}

static void
note_progress (gsize done, gpointer data)
{
  *(gsize *) data = MAX (*(gsize *) data, done);
}

static void
test_progress (void)
{
  Answer answer = { .status = 200 };
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &answer);
  CairnSession *session = sign_in (server);
  CairnAttachment attachment = { .type = TEXT ("application/pdf"), .url = TEXT ("Binary/1"), .size = 1000000 };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnDocument) document = NULL;
  gsize done = 0;

  set_large (&answer, 1000000);
  cairn_session_open_document_async (session, OWNER, &attachment, note_progress, &done, NULL, client_test_done, &result);
  document = cairn_session_open_document_finish (session, client_test_wait (&result), NULL);
  g_assert_nonnull (document);
  g_assert_cmpuint (done, ==, 1000000);
  g_clear_object (&result);
  cairn_session_close (session);
  client_test_finalize (session);
  g_bytes_unref (answer.body);
}

/* Another origin is never asked, with or without a token. */
static void
test_elsewhere (void)
{
  Answer answer = { .status = 200 }, foreign = { .status = 200 };
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &answer);
  g_autoptr(FaultServer) stranger = fault_server_new (answer_cb, &foreign);
  CairnSession *session = sign_in (server);
  g_autofree char *there = g_strconcat (stranger->root, "fhir/Binary/1", NULL);
  g_autofree char *here = g_strconcat (server->root, "fhir/Binary/1", NULL);
  g_autofree char *authority = g_strconcat ("//", there + strlen ("http://"), NULL);
  g_autofree char *user = g_strconcat ("http://anna@", here + strlen ("http://"), NULL);
  const struct { const char *url; CairnDocumentPlace place; } cases[] = {
    { "Binary/1", CAIRN_DOCUMENT_PORTAL }, { "/elsewhere/file.pdf", CAIRN_DOCUMENT_PORTAL }, { here, CAIRN_DOCUMENT_PORTAL },
    { there, CAIRN_DOCUMENT_ELSEWHERE }, { authority, CAIRN_DOCUMENT_ELSEWHERE }, { user, CAIRN_DOCUMENT_ELSEWHERE },
    { "https://files.example/1", CAIRN_DOCUMENT_ELSEWHERE }, { "file:///etc/passwd", CAIRN_DOCUMENT_NOWHERE },
    { "urn:uuid:1", CAIRN_DOCUMENT_NOWHERE }, { "javascript:alert(1)", CAIRN_DOCUMENT_NOWHERE }, { NULL, CAIRN_DOCUMENT_NOWHERE },
  };

  set_answer (&foreign, "application/pdf", PDF);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnAttachment attachment = { .type = TEXT ("application/pdf"), .url = (char *) cases[i].url, .size = -1 };
      g_autofree char *address = NULL;

      g_assert_cmpint (cairn_session_locate_document (session, &attachment, &address), ==, cases[i].place);
      g_assert_cmpint (address != NULL, ==, cases[i].place != CAIRN_DOCUMENT_NOWHERE);
      if (cases[i].place != CAIRN_DOCUMENT_PORTAL)
        assert_fails (session, &attachment, CAIRN_ERROR_REJECTED);
    }
  g_assert_cmpuint (foreign.n, ==, 0);
  cairn_session_close (session);
  client_test_finalize (session);
  g_bytes_unref (foreign.body);
}

/* What was opened longest ago makes room. */
static gpointer
fill (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnAttachment any = { .size = -1, .hash = TEXT ("bm8=") };   /* no SHA-1: taken as it is */
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr(GBytes) bytes = g_bytes_new (text, 1000);
  g_autoptr(CairnDocument) document = cairn_document_new ("text/plain", bytes);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *url = g_strdup_printf ("https://a/%u", i);

      cairn_cache_document_free (cairn_cache_store_document (connection, url, OWNER, document, 3000, error));
    }
  cairn_cache_document_free (cairn_cache_find_document (connection, "https://a/0", OWNER, &any, error));
  cairn_cache_document_free (cairn_cache_store_document (connection, "https://a/3", OWNER, document, 3000, error));
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *url = g_strdup_printf ("https://a/%u", i);
      g_autoptr(CairnCacheDocument) found = cairn_cache_find_document (connection, url, OWNER, &any, NULL);

      g_assert_cmpint (found != NULL, ==, i != 1);
    }
  cairn_cache_document_free (cairn_cache_store_document (connection, "https://a/4", OWNER, document, 999, error));
  g_assert_null (cairn_cache_find_document (connection, "https://a/4", OWNER, &any, NULL));
  return NULL;
}

static void
test_limit (void)
{
  Answer answer = { .status = 200 };
  g_autoptr(FaultServer) server = fault_server_new (answer_cb, &answer);
  CairnSession *session = sign_in (server);
  g_autoptr(GError) error = NULL;

  cairn_database_run (cairn_session_get_database (session, FALSE, NULL), fill, NULL, &error);
  g_assert_no_error (error);
  cairn_session_close (session);
  client_test_finalize (session);
}

/* What stands on paper (cairn-session-clinic.c). */
static void
test_clinic (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(GAsyncResult) result = NULL, again = NULL;
  g_autofree char *name = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session = clinic_sign_in (clinic, FALSE);

  cairn_sync_report_free (clinic_sync (session));
  cairn_session_load_clinic_async (session, NULL, client_test_done, &result);
  g_assert_null (cairn_session_load_clinic_finish (session, client_test_wait (&result), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"org-1\",\"name\":\"Northfield Clinic\"}},"
               "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" CLINIC_PATIENT "\",\"birthDate\":\"1961-04-12\","
               "\"name\":[{\"family\":\"Berg\"}],\"managingOrganization\":{\"reference\":\"Organization/org-1\"}}}");
  cairn_sync_report_free (clinic_sync (session));
  cairn_session_load_clinic_async (session, NULL, client_test_done, &again);
  name = cairn_session_load_clinic_finish (session, client_test_wait (&again), NULL);
  g_assert_cmpstr (name, ==, "Northfield Clinic");
  g_clear_object (&result);
  g_clear_object (&again);
  cairn_session_close (session);
  client_test_finalize (session);
}

static gboolean
leads_to (CairnSession *session, const char *from, const char *to)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnFacts) facts = NULL;
  gboolean found = FALSE;

  cairn_session_load_async (session, from, NULL, client_test_done, &result);
  facts = cairn_session_load_finish (session, client_test_wait (&result), NULL);
  for (guint i = 0; facts != NULL && i < facts->facts->len; i++)
    found = found || g_strcmp0 (((CairnFact *) g_ptr_array_index (facts->facts, i))->reference, to) == 0;
  return found;
}

/* From a report to its pictures and back. */
static void
test_study (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session;

  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"ImagingStudy\",\"id\":\"study-1\",\"status\":\"available\",\"subject\":"
               "{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"started\":\"2026-10-14T09:00:00Z\",\"description\":\"Chest\"}},"
               "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"rep-1\",\"status\":\"final\",\"code\":{\"text\":\"Chest\"},"
               "\"subject\":{\"reference\":\"Patient/" CLINIC_PATIENT "\"},\"effectiveDateTime\":\"2026-10-14T10:00:00Z\","
               "\"imagingStudy\":[{\"reference\":\"ImagingStudy/study-1\"}]}}");
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_true (leads_to (session, OWNER, "ImagingStudy/study-1"));
  g_assert_true (leads_to (session, "ImagingStudy/study-1", OWNER));
  g_assert_false (leads_to (session, "ImagingStudy/study-1", "DiagnosticReport/rep-2"));
  cairn_session_close (session);
  client_test_finalize (session);
}

static void
add (void)
{
  g_test_add_func ("/client/document/inside", test_inside);
  g_test_add_func ("/client/document/portal", test_portal);
  g_test_add_func ("/client/document/answers", test_answers);
  g_test_add_func ("/client/document/cut", test_cut);
  g_test_add_func ("/client/document/progress", test_progress);
  g_test_add_func ("/client/document/elsewhere", test_elsewhere);
  g_test_add_func ("/client/document/limit", test_limit);
  g_test_add_func ("/client/document/clinic", test_clinic);
  g_test_add_func ("/client/document/study", test_study);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
