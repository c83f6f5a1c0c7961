/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * messages-bench: the page of messages of the only account that is signed in, as a person uses it; the record is that of
 * message_record.py. Prints lines:
 *   threads MS    work for the frame after a turn of the wheel over the list of threads
 *   opened MS     from opening the longest thread until its newest message is drawn
 *   messages MS   work for the frame after a turn of the wheel over its messages, from the newest back
 */
#include "bench-page.h"

#include "messages/cairn-conversation-view.h"
#include "messages/cairn-message-cell.h"
#include "messages/cairn-messages-page.h"
#include "messages/cairn-thread-list.h"

#define STEPS 600
#define LONG "long-0"

static GtkAdjustment *
get_adjustment (GtkWidget *list)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (list, GTK_TYPE_SCROLLED_WINDOW)));
}

/* The newest message stands at the end, and the view stands there. */
static gboolean
is_at_newest (GtkWidget *list)
{
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (list));
  guint n = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
  g_autoptr(CairnMessage) newest = n > 0 ? g_list_model_get_item (G_LIST_MODEL (model), n - 1) : NULL;
  GtkAdjustment *adjustment = get_adjustment (list);
  GtkWidget *last = gtk_widget_get_last_child (list);
  GtkWidget *cell = last != NULL ? bench_find (last, CAIRN_TYPE_MESSAGE_CELL) : NULL;

  return newest != NULL && cairn_message_get_loaded (newest) && cell != NULL &&
         cairn_message_cell_get_message (CAIRN_MESSAGE_CELL (cell)) == newest &&
         gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) > gtk_adjustment_get_upper (adjustment) - 2;
}

int
main (int argc, char **argv)
{
  gboolean painted = FALSE;
  CairnSession *session;
  GtkWidget *window, *page, *threads, *messages;
  gint64 before;

  bench_init ();
  session = bench_open_session ();
  page = GTK_WIDGET (cairn_messages_page_new (session));
  window = bench_show (page, &painted);
  threads = bench_find (bench_find (page, CAIRN_TYPE_THREAD_LIST), GTK_TYPE_LIST_VIEW);
  bench_scroll ("threads", threads, BENCH_WHEEL, STEPS, &painted);

  messages = bench_find (bench_find (page, CAIRN_TYPE_CONVERSATION_VIEW), GTK_TYPE_LIST_VIEW);
  before = g_get_monotonic_time ();
  cairn_messages_page_open_thread (CAIRN_MESSAGES_PAGE (page), LONG);
  while (!is_at_newest (messages))
    bench_run_frame (&painted);
  g_print ("opened %.3f\n", (g_get_monotonic_time () - before) / 1e3);
  bench_run_for (800);
  if (!is_at_newest (messages))
    g_error ("It does not stay at the newest message");
  bench_scroll ("messages", messages, -BENCH_WHEEL, STEPS, &painted);

  gtk_window_destroy (GTK_WINDOW (window));
  cairn_session_close (session);
  g_object_unref (session);
  return 0;
}
