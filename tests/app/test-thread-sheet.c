/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation of 1,300 messages on paper (cairn-thread-sheet.c): all of them, in order, with who wrote them and when, and
 * the window is never held up. CAIRN_TEST_KEEP names a folder that keeps the PDF.
 */

#include "config.h"

#include <poppler.h>
#include <string.h>

#include "../server/portal-fixture.h"
#include "messages/cairn-thread-sheet.h"
#include "watchdog.h"
#include "widget-test.h"

#define WAIT 60000
#define N_MESSAGES 1300
/* Processor time of the main thread in one turn; other people's load and a sanitizer stretch it */
#define LIMIT_MS 50
#define A4_WIDTH 595
#define A4_HEIGHT 842

static Fixture *portal;
static CairnSession *session;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Six a day from 1 January 2026 on, in turns by the patient and a nurse. */
static char *
dup_bundle (void)
{
  GString *text = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                                "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"text\":\"Maren Lindqvist\"}],"
                                "\"birthDate\":\"1961-03-14\"}},{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"n1\","
                                "\"name\":[{\"text\":\"Tomás Herrera\"}]}}");
  g_autoptr(GDateTime) start = g_date_time_new_utc (2024, 1, 1, 0, 0, 0);

  for (int i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr(GDateTime) when = g_date_time_add_hours (start, 4 * i);
      g_autofree char *sent = g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ");
      g_autofree char *part = i > 0 ? g_strdup (",\"partOf\":[{\"reference\":\"Communication/m0\"}]") : NULL;

      g_string_append_printf (text, ",{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"m%d\",\"status\":\"completed\","
                              "\"subject\":{\"reference\":\"Patient/p1\"},\"topic\":{\"text\":\"Diary\"},\"sender\":{\"reference\":"
                              "\"%s\"},\"sent\":\"%s\",\"received\":\"%s\",\"payload\":[{\"contentString\":\"Message%dend\"}]%s}}",
                              i, i % 2 == 0 ? "Patient/p1" : "Practitioner/n1", sent, sent, i, part != NULL ? part : "");
    }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static void
sign_in (void)
{
  g_autoptr(GAsyncResult) result = NULL, synced = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_sign_in_async (portal_get_url (portal->portal), "maren", FIXTURE_PASSWORD, NULL, FALSE, NULL, done_cb, &result);
  WAIT_FOR (result != NULL, WAIT);
  session = cairn_session_sign_in_finish (result, &error);
  g_assert_no_error (error);
  cairn_sync_start_async (cairn_session_get_sync (session), NULL, done_cb, &synced);
  WAIT_FOR (synced != NULL, WAIT);
  report = cairn_sync_start_finish (cairn_session_get_sync (session), synced, &error);
  g_assert_no_error (error);
}

static CairnConversation *
open_conversation (void)
{
  CairnConversation *conversation = cairn_conversation_new (session, "m0");

  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (conversation)) == N_MESSAGES, WAIT);
  return conversation;
}

static char *
dup_text (GBytes *pdf,
          int    *n_pages)
{
  g_autoptr(GError) error = NULL;
  PopplerDocument *document = poppler_document_new_from_bytes (pdf, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  *n_pages = poppler_document_get_n_pages (document);
  for (int i = 0; i < *n_pages; i++)
    {
      PopplerPage *page = poppler_document_get_page (document, i);
      g_autofree char *words = poppler_page_get_text (page);
      g_autofree char *number = g_strdup_printf ("%d of %d", i + 1, *n_pages);

      g_assert_nonnull (strstr (words, number));
      g_string_append (text, words);
      g_object_unref (page);
    }
  g_object_unref (document);
  return g_string_free (text, FALSE);
}

static const char *
expect (const char *at,
        const char *words)
{
  const char *found = strstr (at, words);

  if (found == NULL)
    g_error ("“%s” does not follow: %.200s", words, at);
  return found + strlen (words);
}

static void
test_all (void)
{
  CairnConversation *conversation = open_conversation ();
  g_autoptr(GAsyncResult) gathered = NULL, made = NULL;
  g_autoptr(CairnThreadSheet) sheet = NULL;
  g_autoptr(GBytes) pdf = NULL;
  g_autofree char *text = NULL;
  const char *at;
  int n_pages;

  watchdog_reset ();
  cairn_thread_sheet_gather_async (conversation, "Diary", "Tomás Herrera", NULL, done_cb, &gathered);
  WAIT_FOR (gathered != NULL, WAIT);
  sheet = cairn_thread_sheet_gather_finish (gathered, NULL);
  g_assert_cmpuint (cairn_thread_sheet_get_n_messages (sheet), ==, N_MESSAGES);
  cairn_thread_sheet_make_pdf_async (sheet, A4_WIDTH, A4_HEIGHT, NULL, done_cb, &made);
  WAIT_FOR (made != NULL, WAIT);
  pdf = cairn_thread_sheet_make_pdf_finish (made, NULL);
  g_test_message ("the longest turn took %.1f ms", watchdog_worst ());
  g_assert_cmpfloat (watchdog_worst (), <, LIMIT_MS);

  if (g_getenv ("CAIRN_TEST_KEEP") != NULL)
    {
      g_autofree char *path = g_strdup_printf ("%s/thread.pdf", g_getenv ("CAIRN_TEST_KEEP"));

      g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf), NULL);
    }
  at = text = dup_text (pdf, &n_pages);
  at = expect (at, "Diary");
  at = expect (at, "1 January 2024");
  for (int i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *words = g_strdup_printf ("Message%dend", i);

      if (i == 6)
        at = expect (at, "2 January 2024");
      at = expect (at, i % 2 == 0 ? "Maren Lindqvist" : "Tomás Herrera");
      at = expect (at, words);
    }
  g_object_unref (conversation);
}

/* Laid out for the printer in slices, it has as many pages as at once. */
static void
test_slices (void)
{
  CairnConversation *conversation = open_conversation ();
  g_autoptr(GAsyncResult) gathered = NULL;
  g_autoptr(CairnThreadSheet) lines = NULL;
  g_autoptr(CairnSheet) sheet = NULL, other = NULL;
  guint n_pages = 0, n_slices = 1;

  cairn_thread_sheet_gather_async (conversation, "Diary", NULL, NULL, done_cb, &gathered);
  WAIT_FOR (gathered != NULL, WAIT);
  lines = cairn_thread_sheet_gather_finish (gathered, NULL);
  sheet = cairn_thread_sheet_create (lines);
  other = cairn_thread_sheet_create (lines);
  cairn_sheet_begin_layout (sheet, A4_WIDTH, A4_HEIGHT);
  while (!cairn_sheet_continue_layout (sheet, 5000, &n_pages))
    n_slices++;
  g_assert_cmpuint (n_slices, >, 3);
  g_assert_cmpuint (n_pages, ==, cairn_sheet_layout (other, A4_WIDTH, A4_HEIGHT));
  g_object_unref (conversation);
}

static void
test_cancelled (void)
{
  CairnConversation *conversation = open_conversation ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) before = NULL, during = NULL;
  g_autoptr(GError) error = NULL;

  cairn_thread_sheet_gather_async (conversation, "Diary", NULL, cancellable, done_cb, &during);
  for (guint i = 0; i < 4; i++)
    widget_test_iterate ();
  g_cancellable_cancel (cancellable);
  WAIT_FOR (during != NULL, WAIT);
  g_assert_null (cairn_thread_sheet_gather_finish (during, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  cairn_thread_sheet_gather_async (conversation, "Diary", NULL, cancellable, done_cb, &before);
  WAIT_FOR (before != NULL, WAIT);
  g_assert_null (cairn_thread_sheet_gather_finish (before, NULL));
  g_object_unref (conversation);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *bundle = dup_bundle ();
  int code;

  widget_test_init (&argc, &argv);
  portal = fixture_new ();
  json_object_unref (fixture_load (portal, bundle));
  fixture_add (portal, "maren", "p1");
  fixture_start (portal);
  sign_in ();
  watchdog_start (LIMIT_MS);

  g_test_add_func ("/thread-sheet/all", test_all);
  g_test_add_func ("/thread-sheet/slices", test_slices);
  g_test_add_func ("/thread-sheet/cancelled", test_cancelled);
  code = g_test_run ();

  cairn_session_close (session);
  g_clear_object (&session);
  fixture_free (portal);
  return code;
}
