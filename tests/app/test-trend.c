/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends on screen: what is computed (cairn-plot.c, cairn-trend-words.c), drawn (cairn-trend-draw.c, cairn-drawing.c),
 * walked by keyboard and told to a screen reader. */

#include "config.h"

#include <math.h>

#include "client/records/cairn-trend-private.h"
#include "parts/cairn-curve.h"
#include "parts/cairn-plot.h"
#include "parts/cairn-sparkline.h"
#include "parts/cairn-trend-card.h"
#include "parts/cairn-trend-chart.h"
#include "parts/cairn-trend-row.h"
#include "parts/cairn-trend-table.h"
#include "parts/cairn-trend-words.h"
#include "widget-test.h"

#define DAY G_GINT64_CONSTANT (86400000)

typedef struct
{
  const char *date;
  const char *value;   /* the members of a resource that say it */
  CairnFlags  flags;
} Result;

#define SUGAR(number, more) "\"valueQuantity\":{\"value\":" number ",\"unit\":\"%\",\"code\":\"%\"},\"referenceRange\":[{\"low\":" \
                      "{\"value\":4.0,\"unit\":\"%\"},\"high\":{\"value\":5.6,\"unit\":\"%\"}}]" more
#define PRESSURE(high, low) "\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}],\"text\":\"Upper\"}," \
  "\"valueQuantity\":{\"value\":" high ",\"unit\":\"mmHg\"}},{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8462-4\"}]," \
  "\"text\":\"Lower\"},\"valueQuantity\":{\"value\":" low ",\"unit\":\"mmHg\"}}]"

static const Result sugar[] = {   /* newest first */
  { "2026-11-19", SUGAR ("6.1", ""), CAIRN_FLAG_NONE },
  { "2026-05-21", SUGAR ("6.2", ""), CAIRN_FLAG_PRELIMINARY },
  { "2025-11-20", SUGAR ("5.5", ""), CAIRN_FLAG_NONE },
  { "2024-11-20", "\"valueQuantity\":{\"value\":31,\"unit\":\"mmol/mol\",\"code\":\"mmol/mol\"}", CAIRN_FLAG_NONE },
  { "2024-11-01", "\"valueQuantity\":{\"value\":5,\"unit\":\"%\",\"code\":\"%\",\"comparator\":\"<\"}", CAIRN_FLAG_NONE },
};

static void
assert_said (GtkWidget            *widget,
             GtkAccessibleProperty property,
             const char           *expected)
{
  g_autofree char *said = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, expected);

  g_assert_cmpstr (said, ==, NULL);
}

static CairnTrend *
create_trend (const Result *results,
              guint         n)
{
  CairnTrend *trend = cairn_trend_new ("http://loinc.org|4548-4", "Blood sugar (HbA1c)");
  CairnPerson person = { 0 };

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"4548-4\"}]},%s}", results[i].value);
      g_autofree char *id = g_strdup_printf ("r%u", n - i);
      CairnCacheSeriesRow row = { id, results[i].date, "Blood sugar (HbA1c)", 0, results[i].flags, cairn_json_from_string (text) };
      CairnDate date;

      g_assert_true (cairn_date_parse (results[i].date, &date));
      row.start = date.start;
      cairn_trend_add (trend, &row, &person);
    }
  cairn_trend_finish (trend);
  return trend;
}

static CairnTrend *
create_long (guint n)
{
  g_autofree Result *results = g_new0 (Result, n);
  g_autoptr(GStringChunk) strings = g_string_chunk_new (4096);
  CairnTrend *trend;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GDateTime) start = g_date_time_new_utc (2026, 1, 1, 0, 0, 0);
      g_autoptr(GDateTime) time = g_date_time_add_hours (start, -(int) (i * 6));
      g_autofree char *date = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
      g_autofree char *value = g_strdup_printf ("\"valueQuantity\":{\"value\":%u,\"unit\":\"/min\"}", i == n / 2 ? 180 : 60 + i * 7 % 20);

      results[i].date = g_string_chunk_insert (strings, date);
      results[i].value = g_string_chunk_insert (strings, value);
    }
  trend = create_trend (results, n);
  return trend;
}

static void
test_scale (void)
{
  static const struct
  {
    double low, high;
    guint  max;
    double from, to, step;
    int    digits;
  } cases[] = {
    { 5.5, 6.4, 5, 5.4, 6.4, 0.2, 1 }, { 5.5, 6.4, 2, 5.5, 6.5, 0.5, 1 }, { 0, 100, 5, 0, 100, 20, 0 }, { 71, 71, 5, 66, 76, 2, 0 },
    { 0, 0, 4, -1, 1, 0.5, 1 },       { -3, 7, 5, -4, 8, 2, 0 },         { 1e6, 3e6, 4, 1e6, 3e6, 5e5, 0 }, { 0.001, 0.004, 3, 0.001, 0.004, 0.001, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnPlotScale scale = cairn_plot_scale (cases[i].low, cases[i].high, cases[i].max);

      g_assert_cmpfloat (scale.low, <=, cases[i].low + 1e-9);
      g_assert_cmpfloat (scale.high, >=, cases[i].high - 1e-9);
      g_assert_cmpfloat ((scale.high - scale.low) / scale.step, <=, cases[i].max + 2.001);
      g_assert_cmpint (scale.digits, ==, cases[i].digits);
      g_assert_cmpfloat_with_epsilon (scale.step, cases[i].step, 1e-9 * cases[i].step);
    }
}

/* The nearer edge of the usual range is always in sight. */
static void
test_band (void)
{
  CairnRange range = { TRUE, TRUE, 4.0, 5.6, NULL }, below = { FALSE, TRUE, 0, 5.0, NULL };
  double low = 5.9, high = 6.4;

  cairn_plot_include_band (&range, &low, &high);
  g_assert_cmpfloat (low, ==, 5.6);
  g_assert_cmpfloat (high, ==, 6.4);
  low = 2;
  high = 3;
  cairn_plot_include_band (&range, &low, &high);
  g_assert_cmpfloat (low, ==, 2);
  g_assert_cmpfloat (high, ==, 4);
  cairn_plot_include_band (&below, &low, &high);
  g_assert_cmpfloat (high, ==, 5);
  cairn_plot_include_band (NULL, &low, &high);
  g_assert_cmpfloat (high, ==, 5);
}

static void
test_time_ticks (void)
{
  CairnPlotTick ticks[32];
  gint64 from = G_GINT64_CONSTANT (1672963200000);   /* 6 January 2023 */
  guint n = cairn_plot_time_ticks (from, from + 4 * 365 * DAY, 5, ticks, G_N_ELEMENTS (ticks));

  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (ticks[0].label, ==, "2024");
  g_assert_cmpstr (ticks[3].label, ==, "2027");
  n = cairn_plot_time_ticks (from, from + 100 * DAY, 5, ticks, G_N_ELEMENTS (ticks));
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (ticks[0].label, ==, "Feb 2023");
  g_assert_cmpstr (ticks[1].label, ==, "Mar");
  n = cairn_plot_time_ticks (from, from + DAY / 2, 4, ticks, G_N_ELEMENTS (ticks));
  g_assert_cmpuint (n, >, 1);
  g_assert_cmpstr (ticks[1].label, ==, "06:00");
  g_assert_cmpuint (cairn_plot_time_ticks (from, from + 400 * 365 * DAY, 5, ticks, G_N_ELEMENTS (ticks)), >, 0);
}

/* However many points, few are drawn, and none that stands out is lost. */
static void
test_thin (void)
{
  CairnTrend *trend = create_long (10000);
  const CairnTrendSeries *series = cairn_trend_get_series (trend, 0);
  gint64 from = series->points[0].time;
  double per_ms = 500.0 / (double) (series->points[series->n_points - 1].time - from);
  g_autoptr(GArray) dots = cairn_plot_thin (series->points, series->n_points, 0, per_ms, from);
  gboolean peak = FALSE, floor_seen = FALSE;

  g_assert_cmpuint (series->n_points, ==, 10000);
  g_assert_cmpuint (dots->len, <=, 4 * 501);
  g_assert_cmpuint (dots->len, >, 500);
  for (guint i = 0; i < dots->len; i++)
    {
      const CairnPlotDot *dot = &g_array_index (dots, CairnPlotDot, i);

      peak |= dot->y == 180;
      floor_seen |= dot->y == 60;
      g_assert_cmpfloat (dot->x, >=, i > 0 ? g_array_index (dots, CairnPlotDot, i - 1).x - 1 : 0);
    }
  g_assert_true (peak && floor_seen);
  g_object_unref (trend);
}

static void
test_words (void)
{
  CairnTrend *trend = create_trend (sugar, G_N_ELEMENTS (sugar));
  static const Result pressures[] = { { "2026-11-20", PRESSURE ("134", "78"), CAIRN_FLAG_NONE }, { "2026-11-17", PRESSURE ("137", "82"), CAIRN_FLAG_NONE } };
  CairnTrend *pressure = create_trend (pressures, 2);
  static const struct
  {
    const char *id, *words;
  } cases[] = {
    { "r5", "0.1 lower than in May" }, { "r4", "0.7 higher than in November" }, { "r3", "Was 31 mmol/mol in November 2024" },
    { "r2", "Was < 5 % on 1 Nov 2024" }, { "r1", NULL }, { "none", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = cairn_trend_words_change (trend, cases[i].id);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
  {
    g_autofree char *words = cairn_trend_words_change (pressure, "r2");

    g_assert_cmpstr (words, ==, "Was 137/82 on 17 Nov 2026");
  }
  g_object_unref (trend);
  g_object_unref (pressure);
}

static void
press (GtkWidget *widget,
       guint      key)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
    }
}

/* Every result can be reached by keyboard, and is told. */
static void
test_chart_keys (void)
{
  CairnTrend *trend = create_trend (sugar, G_N_ELEMENTS (sugar));
  GtkWidget *chart = cairn_trend_chart_new ();
  GtkWidget *window;
  gint64 from, to, all;

  cairn_trend_chart_set_trend (CAIRN_TREND_CHART (chart), trend, 0, 1);
  window = widget_test_show (chart, 400, 220);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_LABEL,
               "Blood sugar (HbA1c) over time, chart of 5 results");
  press (chart, GDK_KEY_End);
  g_assert_cmpint (cairn_trend_chart_get_focus (CAIRN_TREND_CHART (chart)), ==, 4);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "6.1\u202f%, High, 19 Nov 2026, 5 of 5");
  press (chart, GDK_KEY_Right);
  g_assert_cmpint (cairn_trend_chart_get_focus (CAIRN_TREND_CHART (chart)), ==, 4);
  press (chart, GDK_KEY_Left);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
               "6.2\u202f%, High, Preliminary, 21 May 2026, 4 of 5");
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
               "6.2\u202f%, High, Preliminary, 21 May 2026, 4 of 5");
  press (chart, GDK_KEY_Home);
  press (chart, GDK_KEY_Right);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "31\u202fmmol/mol, 20 Nov 2024, 2 of 5");

  /* zoomed in, walking takes the view along */
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  all = to - from;
  g_assert_cmpint (all, ==, cairn_trend_chart_get_length (CAIRN_TREND_CHART (chart)));
  press (chart, GDK_KEY_plus);
  press (chart, GDK_KEY_plus);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to - from, <, all / 2);
  press (chart, GDK_KEY_End);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to, ==, cairn_trend_get_newest (trend, NULL)->time);
  for (guint i = 0; i < 60; i++)
    press (chart, GDK_KEY_plus);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to - from, ==, 3600000);
  for (guint i = 0; i < 80; i++)
    press (chart, GDK_KEY_minus);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to - from, ==, all);
  cairn_trend_chart_set_span (CAIRN_TREND_CHART (chart), 92 * DAY);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to - from, ==, 92 * DAY);
  press (chart, GDK_KEY_0);
  cairn_trend_chart_get_view (CAIRN_TREND_CHART (chart), &from, &to);
  g_assert_cmpint (to - from, ==, all);
  widget_test_destroy (window);
  g_object_unref (trend);
}

/* The result whose record is open is marked, told, and where the keyboard begins. */
static void
test_chart_current (void)
{
  CairnTrend *trend = create_trend (sugar, G_N_ELEMENTS (sugar));
  GtkWidget *chart = cairn_trend_chart_new ();
  GtkCssProvider *colors = gtk_css_provider_new ();
  GtkWidget *window;
  guint newest, marked;

  gtk_css_provider_load_from_data (colors, "@define-color accent_color #ff0102; @define-color popover_bg_color #ffffff;", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors), GTK_STYLE_PROVIDER_PRIORITY_USER);
  cairn_trend_chart_set_trend (CAIRN_TREND_CHART (chart), trend, 0, 1);
  window = widget_test_show (chart, 400, 220);
  cairn_trend_chart_set_trend (CAIRN_TREND_CHART (chart), trend, 0, 1);   /* the keyboard came to it */
  newest = widget_test_count_color (chart, 255, 1, 2);
  cairn_trend_chart_set_current (CAIRN_TREND_CHART (chart), cairn_trend_get_series (trend, 0)->points[1].id);
  marked = widget_test_count_color (chart, 255, 1, 2);
  g_assert_cmpuint (marked, >, newest + 10);   /* a ring */
  cairn_trend_chart_set_current (CAIRN_TREND_CHART (chart), "another");
  g_assert_cmpuint (widget_test_count_color (chart, 255, 1, 2), ==, newest);

  cairn_trend_chart_set_current (CAIRN_TREND_CHART (chart), cairn_trend_get_series (trend, 0)->points[1].id);
  press (chart, GDK_KEY_Right);
  g_assert_cmpint (cairn_trend_chart_get_focus (CAIRN_TREND_CHART (chart)), ==, 1);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "31\u202fmmol/mol, 20 Nov 2024, 2 of 5, this result");
  press (chart, GDK_KEY_Right);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "5.5\u202f%, Usual, 20 Nov 2025, 3 of 5");
  widget_test_destroy (window);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors));
  g_object_unref (colors);
  g_object_unref (trend);
}

/* Line and points have the accent's colour, the band the one of the usual; the time axis is the same from right to left. */
static void
test_chart_drawn (void)
{
  CairnTrend *trend = create_trend (sugar, G_N_ELEMENTS (sugar));
  GtkWidget *chart = cairn_trend_chart_new ();
  GtkCssProvider *colors = gtk_css_provider_new ();
  GtkWidget *window;
  guint line;

  gtk_css_provider_load_from_data (colors, "@define-color accent_color #ff0102; @define-color popover_bg_color #ffffff;", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors), GTK_STYLE_PROVIDER_PRIORITY_USER);
  cairn_trend_chart_set_trend (CAIRN_TREND_CHART (chart), trend, 0, 1);
  window = widget_test_show (chart, 400, 220);
  line = widget_test_count_color (chart, 255, 1, 2);
  g_assert_cmpuint (line, >, 300);
  gtk_widget_set_direction (chart, GTK_TEXT_DIR_RTL);
  g_assert_cmpuint (widget_test_count_color (chart, 255, 1, 2), ==, line);
  widget_test_destroy (window);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors));
  g_object_unref (colors);
  g_object_unref (trend);
}

static guint
count_rows (GtkWidget *table)
{
  GtkWidget *list = widget_test_find_type (table, GTK_TYPE_LIST_BOX);
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

/* The table has what the chart has, newest first, a few at a time. */
static void
test_table (void)
{
  CairnTrend *few = create_trend (sugar, G_N_ELEMENTS (sugar)), *many = create_long (100);
  GtkWidget *table = cairn_trend_table_new ();
  GtkWidget *window = widget_test_show (table, 360, 400);
  GtkWidget *list = widget_test_find_type (table, GTK_TYPE_LIST_BOX);

  cairn_trend_table_set_trend (CAIRN_TREND_TABLE (table), few, 0, 1, "r5");
  g_assert_cmpuint (count_rows (table), ==, 5);
  assert_said (gtk_widget_get_first_child (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
               "19 Nov 2026, 6.1 %, High");
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (gtk_widget_get_first_child (list))));
  g_assert_nonnull (widget_test_find_label (table, "Preliminary"));
  g_assert_false (gtk_widget_get_visible (widget_test_find_button (table, "Show Earlier Results")));
  cairn_trend_table_set_trend (CAIRN_TREND_TABLE (table), many, 0, 1, "none");
  g_assert_cmpuint (count_rows (table), ==, 12);
  g_signal_emit_by_name (widget_test_find_button (table, "Show Earlier Results"), "clicked");
  g_assert_cmpuint (count_rows (table), ==, 62);
  g_signal_emit_by_name (widget_test_find_button (table, "Show Earlier Results"), "clicked");
  g_assert_cmpuint (count_rows (table), ==, 100);
  widget_test_destroy (window);
  g_object_unref (few);
  g_object_unref (many);
}

static void
follow_cb (CairnTrendCard *card,
           gboolean        follow,
           gpointer        data)
{
  *(int *) data = follow;
}

static void
test_card (void)
{
  static const Result mixed[] = {
    { "2026-01-01", SUGAR ("6.1", ""), CAIRN_FLAG_NONE }, { "2025-01-01", "\"valueQuantity\":{\"value\":3,\"unit\":\"{titer}\"}", CAIRN_FLAG_NONE },
    { "2024-01-01", SUGAR ("6.0", ""), CAIRN_FLAG_NONE },
  };
  CairnTrend *one = create_trend (sugar, 1), *few = create_trend (sugar, G_N_ELEMENTS (sugar)), *parts = create_trend (mixed, 3);
  CairnTrendCard *card = g_object_new (CAIRN_TYPE_TREND_CARD, NULL);
  GtkWidget *window = widget_test_show (GTK_WIDGET (card), 360, 500);
  GtkWidget *chart = widget_test_find_type (GTK_WIDGET (card), CAIRN_TYPE_TREND_CHART);
  GtkWidget *table = widget_test_find_type (GTK_WIDGET (card), CAIRN_TYPE_TREND_TABLE);
  GtkWidget *choice = widget_test_find_type (GTK_WIDGET (card), GTK_TYPE_DROP_DOWN);
  GtkToggleButton *pin;
  int followed = -1;

  cairn_trend_card_set_trend (card, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (card)));
  cairn_trend_card_set_trend (card, one, "r1");   /* nothing to compare */
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (card)));
  cairn_trend_card_set_trend (card, few, "r5");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (card)));
  g_assert_false (gtk_widget_get_visible (choice));
  g_assert_nonnull (widget_test_find_label (GTK_WIDGET (card), "Results that were reported in another unit are drawn in %; the table has them as reported."));

  /* what is shown stays as it is when the same comes again */
  press (chart, GDK_KEY_Home);
  cairn_trend_card_set_trend (card, few, "r5");
  g_assert_cmpint (cairn_trend_chart_get_focus (CAIRN_TREND_CHART (chart)), ==, 0);

  g_assert_false (gtk_widget_get_visible (table));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (widget_test_find_button (GTK_WIDGET (card), "Table")), TRUE);
  g_assert_true (gtk_widget_get_visible (table));
  g_assert_false (gtk_widget_get_mapped (chart));

  pin = GTK_TOGGLE_BUTTON (widget_test_find_type (GTK_WIDGET (card), GTK_TYPE_TOGGLE_BUTTON));
  g_signal_connect (card, "follow", G_CALLBACK (follow_cb), &followed);
  g_assert_false (gtk_toggle_button_get_active (pin));
  gtk_toggle_button_set_active (pin, TRUE);
  g_assert_cmpint (followed, ==, TRUE);
  followed = -1;
  cairn_trend_set_pinned (few, FALSE);
  cairn_trend_card_set_trend (card, few, "r5");
  g_assert_false (gtk_toggle_button_get_active (pin));
  g_assert_cmpint (followed, ==, -1);

  cairn_trend_card_set_trend (card, parts, "r3");
  g_assert_true (gtk_widget_get_visible (choice));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), 1);
  assert_said (chart, GTK_ACCESSIBLE_PROPERTY_LABEL,
               "Blood sugar (HbA1c) over time, chart of 1 result");
  widget_test_destroy (window);
  g_object_unref (one);
  g_object_unref (few);
  g_object_unref (parts);
}

static void
test_row (void)
{
  static const Result pressures[] = { { "2025-11-20", PRESSURE ("134", "78"), CAIRN_FLAG_NONE }, { "2025-11-17", PRESSURE ("137", "82"), CAIRN_FLAG_NONE } };
  CairnTrend *trend = create_trend (sugar + 2, 1), *pressure = create_trend (pressures, 2), *none = create_trend (NULL, 0);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = cairn_trend_row_new (trend), *pair = cairn_trend_row_new (pressure), *empty = cairn_trend_row_new (none);
  GtkWidget *window, *line;

  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_list_box_append (GTK_LIST_BOX (list), pair);
  gtk_list_box_append (GTK_LIST_BOX (list), empty);
  window = widget_test_show (list, 360, 300);
  assert_said (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Blood sugar (HbA1c), 5.5 %, 20 November 2025, Usual");
  assert_said (pair, GTK_ACCESSIBLE_PROPERTY_LABEL,
               "Blood sugar (HbA1c), 134/78 mmHg, 20 November 2025");
  assert_said (empty, GTK_ACCESSIBLE_PROPERTY_LABEL, "Blood sugar (HbA1c), No results yet");
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (empty)));
  line = widget_test_find_type (row, CAIRN_TYPE_SPARKLINE);
  g_assert_cmpint (gtk_widget_get_width (line), ==, 110);
  g_assert_cmpint (gtk_widget_get_height (line), ==, 40);
  widget_test_destroy (window);
  g_object_unref (trend);
  g_object_unref (pressure);
  g_object_unref (none);
}

/* A spike of one sample in many thousand is drawn, a failure is a gap, and a longer curve is no wider. */
static void
test_curve (void)
{
  g_autoptr(GString) data = g_string_new ("{\"origin\":{\"value\":0,\"unit\":\"mV\"},\"period\":4,\"dimensions\":2,\"data\":\"");
  g_autoptr(CairnSamples) samples = NULL, calm = NULL;
  CairnCurve *curve = g_object_new (CAIRN_TYPE_CURVE, NULL);
  GtkCssProvider *colors = gtk_css_provider_new ();
  GtkWidget *window;
  guint spiked, flat;

  for (guint i = 0; i < 20000; i++)
    g_string_append (data, i == 7001 ? "0 5 " : i == 9000 ? "E U " : "0 0 ");
  g_string_append (data, "\"}");
  samples = cairn_samples_new (cairn_json_from_string (data->str));
  memcpy (strstr (data->str, "0 5 "), "0 0 ", 4);
  memcpy (strstr (data->str, "0 0 "), "5 0 ", 4);   /* the same scale, without the spike in the middle */
  calm = cairn_samples_new (cairn_json_from_string (data->str));
  gtk_css_provider_load_from_data (colors, "@define-color accent_color #ff0102;", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors), GTK_STYLE_PROVIDER_PRIORITY_USER);
  window = widget_test_show (GTK_WIDGET (curve), 400, 220);
  cairn_curve_set_samples (curve, samples);
  assert_said (GTK_WIDGET (curve), GTK_ACCESSIBLE_PROPERTY_LABEL, "Measured curve, mV");
  assert_said (GTK_WIDGET (curve), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "80 seconds long\nBetween 0 and 5 mV\n"
               "The device failed at 1 point\nAt 1 point the value was beyond what the device measures");
  spiked = widget_test_count_color (GTK_WIDGET (curve), 255, 1, 2);
  press (GTK_WIDGET (curve), GDK_KEY_plus);
  press (GTK_WIDGET (curve), GDK_KEY_plus);
  WAIT_FOR (gtk_widget_get_width (GTK_WIDGET (curve)) > 900, 2000);
  press (GTK_WIDGET (curve), GDK_KEY_0);
  cairn_curve_set_samples (curve, calm);
  flat = widget_test_count_color (GTK_WIDGET (curve), 255, 1, 2);
  g_assert_cmpuint (spiked, >, flat + 30);
  widget_test_destroy (window);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (colors));
  g_object_unref (colors);
}

int
main (int   argc,
      char *argv[])
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/trend/scale", test_scale);
  g_test_add_func ("/trend/band", test_band);
  g_test_add_func ("/trend/time-ticks", test_time_ticks);
  g_test_add_func ("/trend/thin", test_thin);
  g_test_add_func ("/trend/words", test_words);
  g_test_add_func ("/trend/chart/keys", test_chart_keys);
  g_test_add_func ("/trend/chart/current", test_chart_current);
  g_test_add_func ("/trend/chart/drawn", test_chart_drawn);
  g_test_add_func ("/trend/table", test_table);
  g_test_add_func ("/trend/card", test_card);
  g_test_add_func ("/trend/row", test_row);
  g_test_add_func ("/trend/curve", test_curve);
  return g_test_run ();
}
