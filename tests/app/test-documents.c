/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports with documents, as a reader meets them: over the real portal, drawn by the real process. With
 * the pages come cairn-record-documents.c, cairn-document-list.c, cairn-document-text.c, cairn-paper-keys.c,
 * cairn-paper-search.c and cairn-paper-textures.c.
 */

#include "config.h"

#include "../paper/pdf.h"
#include "../server/portal-fixture.h"
#include "cairn-print.h"
#include "cairn-reflow.h"
#include "cairn-save.h"
#include "client/cairn-session.h"
#include "pages/cairn-record-page.h"
#include "pages/cairn-record-print.h"
#include "parts/cairn-document-view.h"
#include "parts/cairn-document-words.h"
#include "parts/cairn-paper-layout.h"
#include "parts/cairn-paper-view.h"
#include "parts/cairn-report-card.h"
#include "widget-test.h"

#define WAIT 20000

static Fixture *portal;
static CairnSession *session;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
append_report (GString    *bundle,
               const char *id,
               const char *members)
{
  g_string_append_printf (bundle, ",{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"id\":\"%s\",\"status\":\"final\","
                          "\"code\":{\"text\":\"Chest X-ray\"},\"subject\":{\"reference\":\"Patient/p1\"},"
                          "\"effectiveDateTime\":\"2026-10-14\",%s}}", id, members);
}

static void
append_binary (GString    *bundle,
               const char *id,
               const char *type,
               GBytes     *bytes)
{
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_base64_encode (data, length);

  g_string_append_printf (bundle, ",{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"%s\",\"contentType\":\"%s\","
                          "\"securityContext\":{\"reference\":\"DiagnosticReport/chest\"},\"data\":\"%s\"}}", id, type, text);
}

static char *
create_bundle (void)
{
  static const char *const pages[] = { "Chest X-ray, front and side", "Nothing that explains the cough", "Third and last", NULL };
  g_autoptr(GBytes) pdf = pdf_new_words (pages);
  g_autoptr(GBytes) garbage = g_bytes_new_static ("%PDF-1.4 nothing", 16);
  g_autoptr(GBytes) text = g_bytes_new_static ("Plain <b>words</b>", 18);
  GString *bundle = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                                  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1961-03-14\","
                                  "\"name\":[{\"text\":\"Maren Lindqvist\"}]}}");

  append_report (bundle, "chest", "\"conclusion\":\"Nothing unusual.\",\"performer\":[{\"display\":\"Dr. Helen Okafor\"}],"
                 "\"presentedForm\":[{\"contentType\":\"application/pdf\",\"url\":\"Binary/pdf\",\"title\":\"The pages\"},"
                 "{\"contentType\":\"application/rtf\",\"url\":\"Binary/rtf\",\"title\":\"For other programs\"}]");
  append_report (bundle, "broken", "\"presentedForm\":[{\"contentType\":\"application/pdf\",\"url\":\"Binary/garbage\"}]");
  append_report (bundle, "elsewhere", "\"presentedForm\":[{\"contentType\":\"application/pdf\",\"url\":\"https://files.example/x.pdf\"}]");
  append_report (bundle, "large", "\"presentedForm\":[{\"contentType\":\"application/pdf\",\"url\":\"Binary/none\",\"size\":12000000}]");
  append_report (bundle, "missing", "\"presentedForm\":[{\"contentType\":\"application/pdf\",\"url\":\"Binary/none\"}]");
  append_report (bundle, "words", "\"presentedForm\":[{\"contentType\":\"text/plain\",\"url\":\"Binary/text\"}]");
  append_report (bundle, "plain", "\"conclusion\":\"Only words\"");
  append_binary (bundle, "pdf", "application/pdf", pdf);
  append_binary (bundle, "garbage", "application/pdf", garbage);
  append_binary (bundle, "text", "text/plain", text);
  append_binary (bundle, "rtf", "application/rtf", text);
  g_string_append (bundle, "]}");
  return g_string_free (bundle, FALSE);
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

static GtkWidget *
open_page (const char *reference,
           gboolean    narrow)
{
  GtkWidget *page = GTK_WIDGET (cairn_record_page_new (session, reference));

  cairn_frame_page_set_narrow (CAIRN_FRAME_PAGE (page), narrow);
  return page;
}

static const char *
get_view (GtkWidget *page)
{
  AdwViewStack *views = cairn_frame_page_get_views (CAIRN_FRAME_PAGE (page));

  return views != NULL ? adw_view_stack_get_visible_child_name (views) : NULL;
}

static gboolean
is_shown (GtkWidget  *page,
          const char *text)
{
  GtkWidget *label = widget_test_find_label (page, text);

  return label != NULL && gtk_widget_get_mapped (label);
}

/* The first page's blue box is on the screen. */
static gboolean
is_drawn (GtkWidget *page)
{
  GtkWidget *view = widget_test_find_type (page, CAIRN_TYPE_PAPER_VIEW);

  if (view == NULL || !gtk_widget_get_mapped (view))
    return FALSE;
  gtk_test_widget_wait_for_draw (view);
  return widget_test_count_color (view, 0, 0, 255) > 1000;
}

static void
test_report (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/chest", FALSE);
  GtkWidget *window = widget_test_show (page, 900, 700);

  WAIT_FOR (is_drawn (page), WAIT);
  g_assert_cmpstr (get_view (page), ==, "page");
  g_assert_true (is_shown (page, "1 of 3"));
  g_assert_true (is_shown (page, "Nothing unusual."));
  g_assert_true (is_shown (page, "100 %"));
  widget_test_destroy (window);
}

static void
test_turning (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/chest", FALSE);
  GtkWidget *window = widget_test_show (page, 900, 700), *view;

  WAIT_FOR (is_drawn (page), WAIT);
  view = widget_test_find_type (page, CAIRN_TYPE_DOCUMENT_VIEW);
  gtk_widget_activate_action (view, "document.next", NULL);
  WAIT_FOR (is_shown (page, "2 of 3"), WAIT);
  gtk_widget_activate_action (view, "document.next", NULL);
  gtk_widget_activate_action (view, "document.next", NULL);
  WAIT_FOR (is_shown (page, "3 of 3"), WAIT);
  gtk_widget_activate_action (view, "document.previous", NULL);
  WAIT_FOR (is_shown (page, "2 of 3"), WAIT);
  gtk_widget_activate_action (view, "document.zoom-in", NULL);
  WAIT_FOR (is_shown (page, "120 %"), WAIT);
  g_assert_true (is_shown (page, "2 of 3"));
  for (guint i = 0; i < 40; i++)
    {
      gtk_widget_activate_action (view, "document.zoom-in", NULL);
      widget_test_iterate ();
      WAIT_FOR (TRUE, 1);
    }
  WAIT_FOR (is_shown (page, "400 %"), WAIT);
  gtk_widget_activate_action (view, "document.zoom-fit", NULL);
  WAIT_FOR (is_shown (page, "100 %"), WAIT);
  widget_test_destroy (window);
}

/* On a phone the words come first. */
static void
test_narrow (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/chest", TRUE);
  GtkWidget *window = widget_test_show (page, 360, 700);

  WAIT_FOR (is_shown (page, "Chest X-ray, front and side\n\nNothing that explains the cough\n\nThird and last"), WAIT);
  g_assert_cmpstr (get_view (page), ==, "text");
  g_assert_true (is_shown (page, "Nothing unusual."));
  g_assert_true (is_shown (page, "The pages"));
  gtk_widget_activate_action (widget_test_find_type (page, CAIRN_TYPE_DOCUMENT_VIEW), "record.document", "u", 1);
  WAIT_FOR (is_shown (page, "Cairn has no view for this kind: RTF text. You can save it."), WAIT);
  g_assert_cmpstr (get_view (page), ==, "page");
  widget_test_destroy (window);
}

static void
test_search (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/chest", FALSE);
  GtkWidget *window = widget_test_show (page, 900, 700), *entry;
  gboolean searchable;

  WAIT_FOR (is_drawn (page), WAIT);
  g_object_get (page, "searchable", &searchable, NULL);
  g_assert_true (searchable);
  g_object_set (page, "search-mode", TRUE, NULL);
  entry = widget_test_find_type (page, GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), "EXPLAINS");
  WAIT_FOR (is_shown (page, "1 of 1"), WAIT);
  WAIT_FOR (is_shown (page, "2 of 3"), WAIT);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nowhere");
  WAIT_FOR (is_shown (page, "Not found"), WAIT);
  widget_test_destroy (window);
}

static void
test_messages (void)
{
  static const struct { const char *id, *words, *button; } cases[] = {
    { "broken", "This document is damaged, or is not what the clinic says it is.", "Save…" },
    { "elsewhere", "This document is not at your clinic's portal but at https://files.example/x.pdf. It opens in the browser.",
      "Open in Browser" },
    { "large", "This document has 12.0\u00a0MB.", "Open" },
    { "missing", "The clinic's portal does not have this document any more.", "Try Again" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reference = g_strconcat ("DiagnosticReport/", cases[i].id, NULL);
      GtkWidget *page = open_page (reference, FALSE);
      GtkWidget *window = widget_test_show (page, 900, 700), *button;

      WAIT_FOR (cairn_frame_page_get_views (CAIRN_FRAME_PAGE (page)) != NULL, WAIT);
      adw_view_stack_set_visible_child_name (cairn_frame_page_get_views (CAIRN_FRAME_PAGE (page)), "page");
      WAIT_FOR (is_shown (page, cases[i].words), WAIT);
      button = widget_test_find_button (page, cases[i].button);
      g_assert_true (button != NULL && gtk_widget_get_mapped (button));
      widget_test_destroy (window);
    }
}

static void
test_words (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/words", FALSE);
  GtkWidget *window = widget_test_show (page, 900, 700), *view;
  g_autofree char *text = NULL;

  WAIT_FOR ((view = widget_test_find_type (page, GTK_TYPE_TEXT_VIEW)) != NULL && gtk_widget_get_mapped (view), WAIT);
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "text", &text, NULL);
  g_assert_cmpstr (text, ==, "Plain <b>words</b>");
  widget_test_destroy (window);
}

static void
test_plain (void)
{
  GtkWidget *page = open_page ("DiagnosticReport/plain", FALSE);
  GtkWidget *window = widget_test_show (page, 900, 700);

  WAIT_FOR (is_shown (page, "Only words"), WAIT);
  g_assert_null (cairn_frame_page_get_views (CAIRN_FRAME_PAGE (page)));
  g_assert_null (widget_test_find_type (page, CAIRN_TYPE_DOCUMENT_VIEW));
  widget_test_destroy (window);
}

/* Once opened, a document is there without the portal; one that was not says so. */
static void
test_offline (void)
{
  GtkWidget *page, *window;

  portal_stop (portal->portal);
  page = open_page ("DiagnosticReport/chest", FALSE);
  window = widget_test_show (page, 900, 700);
  WAIT_FOR (is_drawn (page), WAIT);
  widget_test_destroy (window);
  page = open_page ("DiagnosticReport/missing", FALSE);
  window = widget_test_show (page, 900, 700);
  WAIT_FOR (is_shown (page, "There is no connection, and this document was not opened on this computer before."), WAIT);
  widget_test_destroy (window);
}

/* A record as a PDF: what cairn-record-print.c puts together, on the paper that cairn-print.c names. */
static void
test_sheet (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnFacts) facts = NULL;
  g_autoptr(CairnSheet) sheet = NULL;
  g_autoptr(GBytes) pdf = NULL;
  double width, height;

  cairn_session_load_async (session, "DiagnosticReport/chest", NULL, done_cb, &result);
  WAIT_FOR (result != NULL, WAIT);
  facts = cairn_session_load_finish (session, result, NULL);
  sheet = cairn_record_print_create (session, facts, NULL, "Northfield Clinic");
  cairn_print_get_paper_size (&width, &height);
  g_assert_cmpfloat (width, >, 500);
  pdf = cairn_sheet_dup_pdf (sheet, "Chest X-ray", width, height);
  g_assert_cmpmem (g_bytes_get_data (pdf, NULL), 5, "%PDF-", 5);
  g_assert_cmpuint (cairn_sheet_layout (sheet, width, height), ==, 1);
}

static void
test_save_name (void)
{
  static const struct { const char *title, *date, *type, *name; } cases[] = {
    { "Chest X-ray", "2026-10-14T09:00:00Z", "application/pdf", "2026-10-14 Chest X-ray.pdf" },
    { "../../etc/passwd", NULL, "text/plain", " .. etc passwd.txt" },
    { "a\nb\u202ec", "2026", NULL, "2026 a b c" },
    { "", NULL, "image/jpeg", "Document.jpg" },
    { "...", NULL, "image/png", "Document.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = cairn_save_dup_name (cases[i].title, cases[i].date, cases[i].type);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_reflow (void)
{
  static const char *const cases[][2] = {
    { "The lungs are clear and there is no consolidation in\neither of them.\nConclusion\nNothing.",
      "The lungs are clear and there is no consolidation in either of them.\nConclusion\nNothing." },
    { "Short\nlines\nstay", "Short\nlines\nstay" },
    { "A first line that is long enough to reach the margin\n\nAfter a gap", "A first line that is long enough to reach the margin\n\nAfter a gap" },
    { "A first line that is long enough to reach the margin\n\u2022 an item", "A first line that is long enough to reach the margin\n\u2022 an item" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cairn_reflow (cases[i][0]);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *bundle = create_bundle ();
  int code;

  widget_test_init (&argc, &argv);
  portal = fixture_new ();
  json_object_unref (fixture_load (portal, bundle));
  fixture_add (portal, "maren", "p1");
  fixture_start (portal);
  sign_in ();

  g_test_add_func ("/documents/report", test_report);
  g_test_add_func ("/documents/turning", test_turning);
  g_test_add_func ("/documents/narrow", test_narrow);
  g_test_add_func ("/documents/search", test_search);
  g_test_add_func ("/documents/messages", test_messages);
  g_test_add_func ("/documents/words", test_words);
  g_test_add_func ("/documents/plain", test_plain);
  g_test_add_func ("/documents/sheet", test_sheet);
  g_test_add_func ("/documents/save-name", test_save_name);
  g_test_add_func ("/documents/reflow", test_reflow);
  g_test_add_func ("/documents/offline", test_offline);
  code = g_test_run ();

  cairn_session_close (session);
  g_clear_object (&session);
  fixture_free (portal);
  return code;
}
