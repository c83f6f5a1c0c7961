/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trend that the patient follows, as a row: what it is, the last result with how it stands to the usual and when, and
 * the line. It opens the last result.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "fhir/cairn-date.h"
#include "parts/cairn-level-label.h"
#include "parts/cairn-sparkline.h"
#include "parts/cairn-trend-row.h"

struct _CairnTrendRow
{
  AdwPreferencesRow parent_instance;

  CairnLevelLabel *level;
  GtkLabel        *title;
  GtkLabel        *value;
};

G_DEFINE_FINAL_TYPE (CairnTrendRow, cairn_trend_row, ADW_TYPE_PREFERENCES_ROW)

static void
cairn_trend_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_TREND_ROW);

  G_OBJECT_CLASS (cairn_trend_row_parent_class)->dispose (object);
}

static void
cairn_trend_row_class_init (CairnTrendRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_trend_row_dispose;

  g_type_ensure (CAIRN_TYPE_LEVEL_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-trend-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnTrendRow, level);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendRow, title);
  gtk_widget_class_bind_template_child (widget_class, CairnTrendRow, value);
}

static void
cairn_trend_row_init (CairnTrendRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* "128/79 mmHg, yesterday" */
static char *
dup_value_words (CairnTrend            *trend,
                 const CairnTrendPoint *last)
{
  const CairnTrendSeries *other = cairn_trend_get_pair (trend) ? cairn_trend_get_series (trend, 1) : NULL;
  const CairnTrendPoint *second = other != NULL ? &other->points[other->n_points - 1] : NULL;
  g_autofree char *date = cairn_words_day (last->date, cairn_date_now ());
  g_autofree char *value = NULL;

  if (second != NULL && g_strcmp0 (second->id, last->id) == 0)
    value = g_strdup_printf ("%s/%s", last->text, second->text);
  else
    value = g_strdup (last->text);
  /* Translators: the last result of a test: value, unit, day */
  return last->unit != NULL ? g_strdup_printf (_("%1$s %2$s, %3$s"), value, last->unit, date)
                            /* Translators: the last result of a test: value, day */
                            : g_strdup_printf (_("%1$s, %2$s"), value, date);
}

GtkWidget *
cairn_trend_row_new (CairnTrend *trend)
{
  CairnTrendRow *self = g_object_new (CAIRN_TYPE_TREND_ROW, NULL);
  const CairnTrendPoint *last = cairn_trend_get_newest (trend, NULL);
  g_autofree char *value = last != NULL ? dup_value_words (trend, last) : g_strdup (_("No results yet"));
  const char *level = last != NULL ? cairn_level_get_words (last->level) : NULL;
  g_autofree char *name = g_strdup_printf (level != NULL ? "%s, %s, %s" : "%s, %s", cairn_trend_get_title (trend), value, level);

  gtk_label_set_text (self->title, cairn_trend_get_title (trend));
  gtk_label_set_text (self->value, value);
  if (last != NULL)
    {
      g_autofree char *reference = g_strdup_printf ("Observation/%s", last->id);
      GtkWidget *line = cairn_sparkline_new (trend);

      cairn_level_label_set_level (self->level, last->level);
      gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (self))), line);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", reference);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "win.open-record");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}
