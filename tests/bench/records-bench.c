/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * records-bench: the page of records of the only account that is signed in, as a person uses it. Prints lines:
 *   scroll MS   work for the frame after a turn of the wheel
 *   found MS    from a key press in the search field until the list is the one that was asked for
 *   shown MS    the same until the frame that shows it is drawn
 */
#include "bench-page.h"

#include "client/cairn-records.h"
#include "pages/cairn-records-page.h"

#define STEPS 600

static const char *const words[] = { "blood pressure", "cholesterol", "4548-4", "visit knee", "metformin 500", "sodium", "egfr",
                                     "aspirin", "thyroid", "potassium" };

/* The list under the view's selection and slice */
static CairnRecords *
get_records (GtkListView *list)
{
  GListModel *slice = gtk_no_selection_get_model (GTK_NO_SELECTION (gtk_list_view_get_model (list)));

  return CAIRN_RECORDS (gtk_slice_list_model_get_model (GTK_SLICE_LIST_MODEL (slice)));
}

static gboolean
is_found (CairnRecords *records, const char *typed)
{
  g_autofree char *search = NULL;

  g_object_get (records, "search", &search, NULL);
  return g_strcmp0 (search, typed) == 0 && !cairn_records_get_loading (records);
}

static void
type (GtkWidget *entry, CairnRecords *records, gboolean *painted)
{
  for (guint w = 0; w < G_N_ELEMENTS (words); w++)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), "");
      bench_run_for (400);
      for (int i = 0; words[w][i] != '\0'; i++)
        {
          gint64 before;
          int position = i;

          bench_run_for (120);   /* a quick typist */
          before = g_get_monotonic_time ();
          *painted = FALSE;
          gtk_editable_insert_text (GTK_EDITABLE (entry), words[w] + i, 1, &position);
          while (!is_found (records, gtk_editable_get_text (GTK_EDITABLE (entry))))
            g_main_context_iteration (NULL, TRUE);
          g_print ("found %.3f\n", (g_get_monotonic_time () - before) / 1e3);
          bench_run_frame (painted);
          g_print ("shown %.3f\n", (g_get_monotonic_time () - before) / 1e3);
        }
    }
}

int
main (int argc, char **argv)
{
  gboolean painted = FALSE;
  CairnSession *session;
  GtkWidget *window, *page, *list;

  bench_init ();
  session = bench_open_session ();
  page = GTK_WIDGET (cairn_records_page_new (session));
  window = bench_show (page, &painted);
  list = bench_find (page, GTK_TYPE_LIST_VIEW);
  bench_scroll ("scroll", list, BENCH_WHEEL, STEPS, &painted);
  bench_scroll ("back", list, -G_MAXINT, 1, &painted);
  bench_run_for (500);
  g_object_set (page, "search-mode", TRUE, NULL);
  bench_run_for (300);
  type (bench_find (page, GTK_TYPE_SEARCH_ENTRY), get_records (GTK_LIST_VIEW (list)), &painted);
  gtk_window_destroy (GTK_WINDOW (window));
  cairn_session_close (session);
  g_object_unref (session);
  return 0;
}
