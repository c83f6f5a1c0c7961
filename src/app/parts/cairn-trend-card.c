/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result over time, as a chart or as a table. Where a test has several parts, or units that don't convert into each
 * other, one of them is chosen; the two of a blood pressure are one part.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-trend-card.h"
#include "parts/cairn-trend-chart.h"
#include "parts/cairn-trend-table.h"

#define DAY G_GINT64_CONSTANT (86400000)
#define MANY 12   /* results below which nobody zooms */

struct _CairnTrendCard
{
  GtkWidget parent_instance;

  CairnTrendChart *chart;
  GtkWidget       *chart_box;
  GtkToggleButton *chart_button;
  GtkLabel        *note;
  GtkDropDown     *parts;
  GtkToggleButton *pin;
  GtkBox          *spans;
  CairnTrendTable *table;
  GtkToggleButton *table_button;

  CairnTrend      *trend;
  char            *current;
  char            *said;       /* what is shown, to leave it alone when nothing changes */
  gboolean         filling;
};

G_DEFINE_FINAL_TYPE (CairnTrendCard, cairn_trend_card, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_FOLLOW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  gint64      span;
} spans[] = {
  { NC_("span", "3 months"), 92 * DAY }, { NC_("span", "1 year"), 366 * DAY }, { NC_("span", "5 years"), 1827 * DAY }, { NC_("span", "All"), 0 },
};

/* The first series of a part; a pair is one part. */
static guint
get_first (CairnTrendCard *self,
           guint           part)
{
  return part > 0 && cairn_trend_get_pair (self->trend) ? part + 1 : part;
}

static guint
count_parts (CairnTrend *trend)
{
  return cairn_trend_get_n_series (trend) - (cairn_trend_get_pair (trend) ? 1 : 0);
}

static void
span_cb (GtkToggleButton *button,
         gpointer         data)
{
  CairnTrendCard *self = data;
  guint at = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "span"));

  if (gtk_toggle_button_get_active (button) && !self->filling)
    cairn_trend_chart_set_span (self->chart, spans[at].span);
}

/* Zoomed by hand, the chart shows no span that has a name. */
static void
zoomed_cb (CairnTrendCard *self)
{
  gint64 from, to;
  GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self->spans));

  cairn_trend_chart_get_view (self->chart, &from, &to);
  self->filling = TRUE;
  if (child != NULL && to - from == cairn_trend_chart_get_length (self->chart))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), TRUE);
  else
    for (child = gtk_widget_get_first_child (GTK_WIDGET (self->spans)); child != NULL; child = gtk_widget_get_next_sibling (child))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), FALSE);
  self->filling = FALSE;
}

/* Only spans shorter than what there is. */
static void
show_spans (CairnTrendCard *self,
            guint           n_points)
{
  gint64 length = cairn_trend_chart_get_length (self->chart);
  GtkWidget *child, *group = NULL;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->spans))) != NULL)
    gtk_box_remove (self->spans, child);
  for (guint i = 0; i < G_N_ELEMENTS (spans) && n_points > MANY; i++)
    if (spans[i].span < length)
      {
        GtkWidget *button = gtk_toggle_button_new_with_label (g_dpgettext2 (NULL, "span", spans[i].name));

        /* four of them have to fit a telephone, in large text as well */
        gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), PANGO_ELLIPSIZE_END);
        gtk_widget_add_css_class (button, "caption");
        gtk_widget_set_hexpand (button, TRUE);
        if (group != NULL)
          gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (group));
        else
          group = button;
        g_object_set_data (G_OBJECT (button), "span", GUINT_TO_POINTER (i));
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), spans[i].span == 0);
        g_signal_connect (button, "toggled", G_CALLBACK (span_cb), self);
        gtk_box_append (self->spans, button);
        n++;
      }
  gtk_widget_set_visible (GTK_WIDGET (self->spans), n > 1);
}

/* What must be known of the numbers: units that were converted, results that are too many. */
static void
show_note (CairnTrendCard         *self,
           const CairnTrendSeries *series)
{
  g_autoptr(GString) note = g_string_new (NULL);
  gboolean converted = FALSE;

  for (guint i = 0; i < series->n_points && !converted; i++)
    converted = series->points[i].converted;
  if (converted && series->unit != NULL)
    /* Translators: %s is a unit such as "mg/dL" */
    g_string_append_printf (note, _("Results that were reported in another unit are drawn in %s; the table has them as reported."), series->unit);
  if (cairn_trend_get_cut (self->trend))
    g_string_append_printf (note, "%s%s", note->len > 0 ? " " : "", _("Only the newest results are shown here."));
  gtk_label_set_text (self->note, note->str);
  gtk_widget_set_visible (GTK_WIDGET (self->note), note->len > 0);
}

static void
show_part (CairnTrendCard *self)
{
  guint part = gtk_drop_down_get_selected (self->parts);
  guint n, first;

  if (self->filling || self->trend == NULL || part == GTK_INVALID_LIST_POSITION)
    return;
  first = get_first (self, part);
  n = part == 0 && cairn_trend_get_pair (self->trend) ? 2 : 1;
  cairn_trend_chart_set_trend (self->chart, self->trend, first, n);
  cairn_trend_chart_set_current (self->chart, self->current);
  cairn_trend_table_set_trend (self->table, self->trend, first, n, self->current);
  show_spans (self, cairn_trend_get_series (self->trend, first)->n_points);
  show_note (self, cairn_trend_get_series (self->trend, first));
}

static void
mode_cb (CairnTrendCard *self)
{
  gboolean table = gtk_toggle_button_get_active (self->table_button);

  gtk_widget_set_visible (self->chart_box, !table);
  gtk_widget_set_visible (GTK_WIDGET (self->table), table);
}

static void
pin_cb (CairnTrendCard *self)
{
  if (!self->filling)
    g_signal_emit (self, signals[SIGNAL_FOLLOW], 0, gtk_toggle_button_get_active (self->pin));
}

static char *
dup_part_name (CairnTrend *trend,
               guint       at)
{
  const CairnTrendSeries *series = cairn_trend_get_series (trend, at);

  if (at == 0 && cairn_trend_get_pair (trend))
    return g_strdup (_("Blood pressure"));
  if (series->label != NULL && series->unit != NULL)
    /* Translators: a part of a test, and its unit in brackets */
    return g_strdup_printf (_("%1$s (%2$s)"), series->label, series->unit);
  if (series->label != NULL)
    return g_strdup (series->label);
  /* Translators: results in a unit such as "mg/dL" */
  return series->unit != NULL ? g_strdup_printf (_("In %s"), series->unit) : g_strdup (_("Without a unit"));
}

static void
fill_parts (CairnTrendCard *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  guint n = count_parts (self->trend), before = gtk_drop_down_get_selected (self->parts);

  for (guint i = 0; i < n; i++)
    gtk_string_list_take (names, dup_part_name (self->trend, get_first (self, i)));
  self->filling = TRUE;
  gtk_drop_down_set_model (self->parts, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->parts, before < n ? before : 0);
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->parts), n > 1);
}

static void
cairn_trend_card_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_TREND_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_trend_card_parent_class)->dispose (object);
}

static void
cairn_trend_card_finalize (GObject *object)
{
  CairnTrendCard *self = CAIRN_TREND_CARD (object);

  g_clear_object (&self->trend);
  g_free (self->current);
  g_free (self->said);

  G_OBJECT_CLASS (cairn_trend_card_parent_class)->finalize (object);
}

static void
cairn_trend_card_class_init (CairnTrendCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_trend_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_trend_card_finalize;

  /* The patient wants to follow the trend on Home, or no longer */
  signals[SIGNAL_FOLLOW] = g_signal_new ("follow", CAIRN_TYPE_TREND_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_BOOLEAN);

  g_type_ensure (CAIRN_TYPE_TREND_CHART);
  g_type_ensure (CAIRN_TYPE_TREND_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-trend-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, chart);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, chart_box);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, chart_button);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, note);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, parts);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, pin);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, spans);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, table);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendCard, table_button);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, pin_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_part);
  gtk_widget_class_bind_template_callback (widget_class, zoomed_cb);
}

static void
cairn_trend_card_init (CairnTrendCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* All that the card shows: while it stays the same, zoom and focus stay. */
static char *
dup_said (CairnTrend *trend)
{
  GString *text = g_string_new (cairn_trend_get_title (trend));

  for (guint i = 0; i < cairn_trend_get_n_series (trend); i++)
    {
      const CairnTrendSeries *series = cairn_trend_get_series (trend, i);
      guint hash = 0;

      for (guint j = 0; j < series->n_points; j++)
        hash = hash * 31 + g_str_hash (series->points[j].id) + 7 * g_str_hash (series->points[j].text) +
               (guint) series->points[j].flags + (guint) series->points[j].time + (guint) series->points[j].level;
      g_string_append_printf (text, "\n%s %s %s %u %u", series->label, series->unit, series->range != NULL ? series->range->text : NULL,
                              series->n_points, hash);
    }
  return g_string_free (text, FALSE);
}

/* Hidden when there is nothing to compare; @current is the id of the record that is open. */
void
cairn_trend_card_set_trend (CairnTrendCard *self,
                            CairnTrend     *trend,
                            const char     *current)
{
  g_autofree char *said = NULL;
  gboolean useful = FALSE;

  g_return_if_fail (CAIRN_IS_TREND_CARD (self));

  for (guint i = 0; trend != NULL && i < cairn_trend_get_n_series (trend); i++)
    useful |= cairn_trend_get_series (trend, i)->n_points > 1;
  gtk_widget_set_visible (GTK_WIDGET (self), useful);
  if (!useful)
    return;
  self->filling = TRUE;
  gtk_toggle_button_set_active (self->pin, cairn_trend_get_pinned (trend));
  self->filling = FALSE;
  said = dup_said (trend);
  if (g_strcmp0 (said, self->said) == 0 && g_strcmp0 (current, self->current) == 0)
    return;
  g_free (self->said);
  self->said = g_steal_pointer (&said);
  g_set_object (&self->trend, trend);
  g_free (self->current);
  self->current = g_strdup (current);
  fill_parts (self);
  show_part (self);
}
