/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets (cairn-sheet.c, cairn-sheet-facts.c, cairn-sheet-chart.c) as PDFs (cairn-sheet-draw.c), read back by poppler. CAIRN_TEST_KEEP names a folder that keeps them. */
#include "print/cairn-sheet-facts.h"

#include <math.h>
#include <poppler.h>
#include <string.h>

#define A4 595, 842
#define LETTER 612, 792

static const CairnSheetHead head = {
  .clinic = "Northfield Clinic", .patient = "Maren Lindqvist", .born = "14 March 1961", .printed = "24 November 2026",
};

static PopplerDocument *
read_back (CairnSheet *sheet, const char *name, double width, double height)
{
  g_autoptr(GBytes) pdf = cairn_sheet_dup_pdf (sheet, name, width, height);
  g_autoptr(GError) error = NULL;
  PopplerDocument *document = poppler_document_new_from_bytes (pdf, NULL, &error);

  g_assert_no_error (error);
  if (g_getenv ("CAIRN_TEST_KEEP") != NULL)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s.pdf", g_getenv ("CAIRN_TEST_KEEP"), name);

      g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize) g_bytes_get_size (pdf), NULL);
    }
  return document;
}

static char *
page_text (PopplerDocument *document, int number)
{
  PopplerPage *page = poppler_document_get_page (document, number);
  char *text = poppler_page_get_text (page);

  g_object_unref (page);
  return text;
}

static void
assert_on_page (PopplerDocument *document, int number, const char *words)
{
  g_autofree char *text = page_text (document, number);

  if (strstr (text, words) == NULL)
    g_error ("page %d lacks “%s”: %s", number + 1, words, text);
}

static void
test_record (void)
{
  static const char text[] =
    "{\"resourceType\":\"Observation\",\"id\":\"a\",\"status\":\"corrected\",\"code\":{\"text\":\"Blood sugar (HbA1c)\"},"
    "\"effectiveDateTime\":\"2026-11-19\",\"valueQuantity\":{\"value\":6.10,\"unit\":\"%\"},\"interpretation\":[{\"coding\":"
    "[{\"code\":\"H\"}]}],\"referenceRange\":[{\"low\":{\"value\":4.0,\"unit\":\"%\"},\"high\":{\"value\":5.6,\"unit\":\"%\"}}],"
    "\"note\":[{\"text\":\"Looks better\"}],\"performer\":[{\"display\":\"The laboratory\"}]}";
  g_autoptr(CairnFacts) facts = cairn_facts_new (cairn_json_from_string (text), NULL, NULL);
  CairnSheetPoint points[] = { { 0, 5.1 }, { 86400000, 6.4 }, { 3 * 86400000, 6.1 } };
  CairnSheetChart chart = { points, 3, "%", "1 Jan 1970", "4 Jan 1970", TRUE, TRUE, 4.0, 5.6 };
  CairnSheetHead marked = head;
  g_autoptr(CairnSheet) sheet = NULL;
  g_autoptr(GObject) document = NULL;

  marked.mark = cairn_sheet_mark (facts);
  sheet = cairn_sheet_new (&marked);
  cairn_sheet_add_facts (sheet, facts);
  cairn_sheet_add_heading (sheet, "Over time");
  cairn_sheet_add_chart (sheet, &chart);
  cairn_sheet_add_rest (sheet, facts);
  document = G_OBJECT (read_back (sheet, "record", A4));
  g_assert_cmpint (poppler_document_get_n_pages (POPPLER_DOCUMENT (document)), ==, 1);
  for (guint i = 0; i < 12; i++)
    {
      static const char *const words[] = {
        "Maren Lindqvist, born 14 March 1961", "Northfield Clinic", "Blood sugar (HbA1c)", "Corrected", "6.1", "High", "Looks better",
        "The laboratory", "Over time", "Page 1 of 1", "24 November 2026", "1 Jan 1970",
      };

      assert_on_page (POPPLER_DOCUMENT (document), 0, words[i]);
    }
}

/* Rows stay whole, nothing is lost or said twice, and each page says whose it is and which. */
static void
test_long (gdouble width, gdouble height, const char *name)
{
  CairnSheetHead marked = head;
  g_autoptr(CairnSheet) sheet = NULL;
  g_autoptr(GObject) document = NULL;
  g_autoptr(GString) all = g_string_new (NULL);
  int n;

  marked.mark = "Entered by mistake";
  sheet = cairn_sheet_new (&marked);
  cairn_sheet_add_title (sheet, "A long record", "with many rows");
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *label = g_strdup_printf ("Label-%u", i), *words = g_strdup_printf ("Begin-%u\nmiddle\nEnd-%u.", i, i);

      if (i % 17 == 0)
        cairn_sheet_add_heading (sheet, "A heading");
      cairn_sheet_add_row (sheet, label, words);
    }
  document = G_OBJECT (read_back (sheet, name, width, height));
  n = poppler_document_get_n_pages (POPPLER_DOCUMENT (document));
  g_assert_cmpint (n, >, 5);
  for (int page = 0; page < n; page++)
    {
      g_autofree char *text = page_text (POPPLER_DOCUMENT (document), page);
      g_autofree char *number = g_strdup_printf ("Page %d of %d", page + 1, n);
      g_autofree char *trimmed = NULL;

      g_assert_nonnull (strstr (text, "Maren Lindqvist"));
      g_assert_nonnull (strstr (text, "Entered by mistake"));
      g_assert_nonnull (strstr (text, number));
      for (guint i = 0; i < 120; i++)
        {
          g_autofree char *begin = g_strdup_printf ("Begin-%u\n", i), *end = g_strdup_printf ("End-%u.", i);

          g_assert_cmpint (strstr (text, begin) != NULL, ==, strstr (text, end) != NULL);
        }
      g_string_append (all, text);
      /* A heading is never the last thing of a page. */
      trimmed = g_strndup (text, (gsize) (strstr (text, "Printed ") - text));
      g_assert_false (g_str_has_suffix (g_strchomp (trimmed), "A heading"));
    }
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *end = g_strdup_printf ("End-%u.", i);
      const char *first = strstr (all->str, end);

      g_assert_nonnull (first);
      g_assert_null (strstr (first + 1, end));
    }
}

static void
test_rows (void)
{
  test_long (A4, "rows-a4");
  test_long (LETTER, "rows-letter");
}

/* A text that is longer than a page goes on; every line of it is there once. */
static void
test_text (void)
{
  g_autoptr(CairnSheet) sheet = cairn_sheet_new (&head);
  g_autoptr(GString) words = g_string_new (NULL), all = g_string_new (NULL);
  g_autoptr(GObject) document = NULL;
  int n;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (words, "Line-%u.\n", i);
  cairn_sheet_add_title (sheet, "A letter", NULL);
  cairn_sheet_add_text (sheet, words->str);
  cairn_sheet_add_row (sheet, "Label", words->str);
  document = G_OBJECT (read_back (sheet, "text", A4));
  n = poppler_document_get_n_pages (POPPLER_DOCUMENT (document));
  for (int page = 0; page < n; page++)
    {
      g_autofree char *text = page_text (POPPLER_DOCUMENT (document), page);

      g_string_append (all, text);
    }
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *line = g_strdup_printf ("Line-%u.", i);
      g_auto(GStrv) parts = g_strsplit (all->str, line, -1);

      g_assert_cmpuint (g_strv_length (parts), ==, 3);   /* once in the text, once in the row */
    }
}

/* Right to left, wide letters, and words without a place to break. */
static void
test_scripts (void)
{
  CairnSheetHead right = head;
  g_autoptr(CairnSheet) sheet = NULL;
  g_autofree char *endless = g_strnfill (400, 'W');
  g_autoptr(GObject) document = NULL;

  right.rtl = TRUE;
  right.patient = "مريم ليندكفيست";
  sheet = cairn_sheet_new (&right);
  cairn_sheet_add_title (sheet, "سكر الدم", "HbA1c");
  cairn_sheet_add_warning (sheet, "صُححت هذه النتيجة بعد إبلاغها أول مرة.");
  cairn_sheet_add_row (sheet, "القيمة", "6.1 %");
  cairn_sheet_add_row (sheet, "ملاحظة", "血糖値は少し高いです。 Ελληνικά, кириллица, עברית");
  cairn_sheet_add_row (sheet, "Endless", endless);
  document = G_OBJECT (read_back (sheet, "scripts", A4));
  g_assert_cmpint (poppler_document_get_n_pages (POPPLER_DOCUMENT (document)), ==, 1);
  assert_on_page (POPPLER_DOCUMENT (document), 0, "6.1 %");
  assert_on_page (POPPLER_DOCUMENT (document), 0, "кириллица");
}

/* Charts of anything: nothing may go wrong, whatever is drawn. */
static void
test_charts (void)
{
  static const double values[][3] = { { 1, 1, 1 }, { 0, 0, 0 }, { -5, 1e-9, 7 }, { 1e11, 2, 3 }, { 1e300, -1e300, 0 }, { NAN, 1, 2 }, { INFINITY, 1, 2 } };
  g_autoptr(CairnSheet) sheet = cairn_sheet_new (&head);
  g_autoptr(GObject) document = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      CairnSheetPoint points[] = { { 0, values[i][0] }, { 0, values[i][1] }, { G_MAXINT64 / 4, values[i][2] } };
      CairnSheetChart chart = { points, 3, "mmol/L", NULL, NULL, i % 2 == 0, i % 3 == 0, 2, 4 };

      cairn_sheet_add_chart (sheet, &chart);
    }
  document = G_OBJECT (read_back (sheet, "charts", LETTER));
  g_assert_cmpint (poppler_document_get_n_pages (POPPLER_DOCUMENT (document)), >=, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/record", test_record);
  g_test_add_func ("/sheet/rows", test_rows);
  g_test_add_func ("/sheet/text", test_text);
  g_test_add_func ("/sheet/scripts", test_scripts);
  g_test_add_func ("/sheet/charts", test_charts);
  return g_test_run ();
}
