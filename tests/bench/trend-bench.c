/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trend-bench empty|still|walk|zoom FRAMES: shows one widget and prints the median of its frames' times, from start to
 * end, in milliseconds. An empty one, or a chart of 10,000 results that is only shown again, at which another result is
 * looked at in each frame, or which shows another span in each.
 */
#include "config.h"

#include <adwaita.h>
#include <stdlib.h>

#include "client/records/cairn-trend-private.h"
#include "parts/cairn-trend-chart.h"

#define RESULTS 10000

typedef struct
{
  const char *what;
  GtkWidget  *widget;
  GArray     *times;
  gint64      started;
  guint       n_frames;
} Bench;

static CairnTrend *
create_trend (void)
{
  CairnTrend *trend = cairn_trend_new ("|pulse", "Pulse");
  CairnPerson person = { 0 };

  for (guint i = 0; i < RESULTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("r%u", i);
      g_autofree char *text = g_strdup_printf ("{\"code\":{\"text\":\"Pulse\"},\"valueQuantity\":{\"value\":%u,\"unit\":\"/min\"}}",
                                               55 + i * 7919 % 60);
      CairnCacheSeriesRow row = { id, "2026-01-01", "Pulse", G_GINT64_CONSTANT (1767225600000) - (gint64) i * 3600000, 0,
                                  cairn_json_from_string (text) };

      cairn_trend_add (trend, &row, &person);
    }
  cairn_trend_finish (trend);
  return trend;
}

static void
before_cb (GdkFrameClock *clock, gpointer data)
{
  ((Bench *) data)->started = g_get_monotonic_time ();
}

static void
after_cb (GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;
  double ms = (double) (g_get_monotonic_time () - bench->started) / 1000;

  g_array_append_val (bench->times, ms);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;

  if (bench->times->len >= bench->n_frames)
    return G_SOURCE_REMOVE;
  if (g_str_equal (bench->what, "walk"))
    cairn_trend_chart_look_at (CAIRN_TREND_CHART (bench->widget), (int) (bench->times->len * 37 % RESULTS));
  else if (g_str_equal (bench->what, "zoom"))
    cairn_trend_chart_set_span (CAIRN_TREND_CHART (bench->widget), (gint64) (RESULTS - bench->times->len) * 3600000);
  gtk_widget_queue_draw (bench->widget);
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

int
main (int argc, char **argv)
{
  Bench bench = { .what = argc > 1 ? argv[1] : "empty", .n_frames = argc > 2 ? (guint) atoi (argv[2]) : 120 };
  GtkWidget *window;
  GdkFrameClock *clock;

  adw_init ();
  bench.times = g_array_new (FALSE, FALSE, sizeof (double));
  window = gtk_window_new ();
  if (!g_str_equal (bench.what, "empty"))
    {
      g_autoptr(CairnTrend) trend = create_trend ();

      bench.widget = cairn_trend_chart_new ();
      cairn_trend_chart_set_trend (CAIRN_TREND_CHART (bench.widget), trend, 0, 1);
    }
  else
    bench.widget = gtk_drawing_area_new ();
  gtk_widget_set_size_request (bench.widget, 560, 210);
  gtk_window_set_child (GTK_WINDOW (window), bench.widget);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_realize (window);
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_cb), &bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_cb), &bench);
  gtk_widget_add_tick_callback (bench.widget, tick_cb, &bench, NULL);
  while (bench.times->len < bench.n_frames)
    g_main_context_iteration (NULL, TRUE);
  g_array_sort (bench.times, compare);
  g_print ("%.4f\n", g_array_index (bench.times, double, bench.times->len / 2));
  gtk_window_destroy (GTK_WINDOW (window));
  g_array_unref (bench.times);
  return 0;
}
