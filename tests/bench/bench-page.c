/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What benches of pages have in common: the only account that is signed in, a window, and the work for a frame.
 */
#include "bench-page.h"

#include "cairn-resources.h"

#include "client/cairn-accounts.h"

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  *(CairnSession **) data = cairn_session_open_finish (result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

CairnSession *
bench_open_session (void)
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

GtkWidget *
bench_find (GtkWidget *root, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = bench_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
bench_run_for (guint ms)
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

/* Until the next frame is drawn: the work for it. */
double
bench_run_frame (gboolean *painted)
{
  *painted = FALSE;
  while (!*painted)
    g_main_context_iteration (NULL, TRUE);
  return frame_ms;
}

/* A window that shows a page of its session, and tells when it has painted. */
GtkWidget *
bench_show (GtkWidget *page, gboolean *painted)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_present (GTK_WINDOW (window));
  bench_run_for (1500);
  g_signal_connect (gtk_widget_get_frame_clock (window), "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), painted);
  return window;
}

/* Turns of the wheel, and the work for the frame after each. */
void
bench_scroll (const char *name, GtkWidget *list, double step, guint steps, gboolean *painted)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (list, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  for (guint i = 0; i < steps; i++)
    {
      gint64 before = g_get_monotonic_time ();
      double ms;

      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + step);
      ms = (g_get_monotonic_time () - before) / 1e3;
      g_print ("%s %.3f\n", name, ms + bench_run_frame (painted));
    }
}

/* Everything that a page needs before it is made. */
void
bench_init (void)
{
  adw_init ();
  g_resources_register (cairn_get_resource ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}
