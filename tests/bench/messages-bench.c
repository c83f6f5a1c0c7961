/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * messages-bench: the page of messages of the only account that is signed in, as a person uses it; the record is that of
 * message_record.py. Prints lines:
 *   threads MS    work for the frame after a turn of the wheel over the list of threads
 *   opened MS     from opening the longest thread until its newest message is drawn
 *   messages MS   work for the frame after a turn of the wheel over its messages, from the newest back
 *   labels MS     the same over a list view of as many wrapping labels with as many words, and nothing else: the yardstick
 */
#include "bench-page.h"

#include "messages/cairn-conversation-view.h"
#include "messages/cairn-message-cell.h"
#include "messages/cairn-messages-page.h"
#include "messages/cairn-thread-list.h"

#define STEPS 600
#define LONG "long-0"
#define N_LABELS 10000

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

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 46);
  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* Words as those of message_record.py. */
static GtkWidget *
create_labels (guint n)
{
  g_auto(GStrv) words = g_strsplit ("the tablets in the morning help but I feel tired after lunch and walk less than before", " ", 0);
  GtkStringList *list = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  g_autoptr(GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < n; i++)
    {
      GString *text = g_string_new (NULL);

      for (int left = g_rand_int_range (random, 6, 40); left > 0; left--)
        g_string_append_printf (text, "%s ", words[g_rand_int_range (random, 0, (gint32) g_strv_length (words))]);
      gtk_string_list_take (list, g_string_free (text, FALSE));
    }
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller),
                                 gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (list))), factory));
  return scroller;
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

  page = create_labels (N_LABELS);
  gtk_window_set_child (GTK_WINDOW (window), page);
  bench_run_for (800);
  bench_scroll ("labels", bench_find (page, GTK_TYPE_LIST_VIEW), BENCH_WHEEL, STEPS, &painted);

  gtk_window_destroy (GTK_WINDOW (window));
  cairn_session_close (session);
  g_object_unref (session);
  return 0;
}
