/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * records-bench: the page of records of the only account that is signed in, as a person uses it. Prints lines:
 *   scroll MS   work for the frame after a turn of the wheel
 *   found MS    from a key press in the search field until the list is the one that was asked for
 *   shown MS    the same until the frame that shows it is drawn
 */
#include "cairn-resources.h"

#include "client/cairn-accounts.h"
#include "client/cairn-records.h"
#include "pages/cairn-records-page.h"

#define STEPS 600
#define WHEEL 120

static const char *const words[] = { "blood pressure", "cholesterol", "4548-4", "visit knee", "metformin 500" };

typedef struct
{
  CairnSession *session;
  gboolean      painted;
} Bench;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  *(CairnSession **) data = cairn_session_open_finish (result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

static CairnSession *
open_session (void)
{
  g_autoptr(CairnAccounts) accounts = cairn_accounts_new ();
  g_autoptr(CairnAccount) account = NULL;
  CairnSession *session = NULL;

  if (!cairn_accounts_reload (accounts, NULL) || g_list_model_get_n_items (G_LIST_MODEL (accounts)) != 1)
    g_error ("Not one account");
  account = g_list_model_get_item (G_LIST_MODEL (accounts), 0);
  cairn_session_open_async (account, NULL, opened_cb, &session);
  while (session == NULL)
    g_main_context_iteration (NULL, TRUE);
  return session;
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
run_for (guint ms)
{
  gint64 end = g_get_monotonic_time () + 1000 * ms;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static gint64 frame_began;
static double frame_ms;

static void
before_paint_cb (GdkFrameClock *clock, gpointer painted)
{
  frame_began = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer painted)
{
  frame_ms = (g_get_monotonic_time () - frame_began) / 1e3;
  *(gboolean *) painted = TRUE;
}

/* Until the next frame is drawn. */
static void
run_frame (gboolean *painted)
{
  *painted = FALSE;
  while (!*painted)
    g_main_context_iteration (NULL, TRUE);
}

static void
scroll (GtkWidget *window, GtkWidget *list, gboolean *painted)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (gtk_widget_get_parent (list)));

  for (guint i = 0; i < STEPS; i++)
    {
      gint64 before = g_get_monotonic_time ();
      double ms;

      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + WHEEL);
      ms = (g_get_monotonic_time () - before) / 1e3;
      run_frame (painted);
      g_print ("scroll %.3f\n", ms + frame_ms);
    }
  gtk_adjustment_set_value (adjustment, 0);
  run_for (500);
}

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
      run_for (400);
      for (int i = 0; words[w][i] != '\0'; i++)
        {
          gint64 before;
          int position = i;

          run_for (120);   /* a quick typist */
          before = g_get_monotonic_time ();
          *painted = FALSE;
          gtk_editable_insert_text (GTK_EDITABLE (entry), words[w] + i, 1, &position);
          while (!is_found (records, gtk_editable_get_text (GTK_EDITABLE (entry))))
            g_main_context_iteration (NULL, TRUE);
          g_print ("found %.3f\n", (g_get_monotonic_time () - before) / 1e3);
          run_frame (painted);
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

  adw_init ();
  g_resources_register (cairn_get_resource ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  session = open_session ();
  window = gtk_window_new ();
  page = GTK_WIDGET (cairn_records_page_new (session));
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_present (GTK_WINDOW (window));
  run_for (1500);
  list = find (page, GTK_TYPE_LIST_VIEW);
  g_signal_connect (gtk_widget_get_frame_clock (window), "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), &painted);
  scroll (window, list, &painted);
  g_object_set (page, "search-mode", TRUE, NULL);
  run_for (300);
  type (find (page, GTK_TYPE_SEARCH_ENTRY), get_records (GTK_LIST_VIEW (list)), &painted);
  gtk_window_destroy (GTK_WINDOW (window));
  cairn_session_close (session);
  g_object_unref (session);
  return 0;
}
