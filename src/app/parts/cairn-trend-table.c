/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chart's twin: date, value and how it stood to the usual, newest first. Some rows at first, more when they are
 * asked for, so that thousands of results cost nothing. A row opens its record.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-words.h"
#include "parts/cairn-level-label.h"
#include "parts/cairn-trend-table.h"
#include "parts/cairn-trend-words.h"

#define FIRST 12
#define MORE 50

struct _CairnTrendTable
{
  GtkWidget parent_instance;

  GtkListBox   *list;
  GtkWidget    *more;
  GtkSizeGroup *levels;
  CairnTrend   *trend;
  guint         first, n_series;
  guint         n_shown;
  char         *current;
};

G_DEFINE_FINAL_TYPE (CairnTrendTable, cairn_trend_table, GTK_TYPE_WIDGET)

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (label, "numeric");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
create_row (CairnTrendTable       *self,
            const CairnTrendPoint *point)
{
  const CairnTrendPoint *other = self->n_series == 2
    ? cairn_trend_words_find_other (cairn_trend_get_series (self->trend, self->first + 1), point) : NULL;
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *figure, *level;
  g_autofree char *date = cairn_words_birth (point->date), *name = NULL, *reference = g_strdup_printf ("Observation/%s", point->id);
  g_autofree char *value = other != NULL ? g_strdup_printf ("%s/%s", point->text, other->text) : g_strdup (point->text);
  const char *flags = cairn_words_flags (point->flags), *words = cairn_level_get_words (cairn_trend_words_level (point, other));
  GtkWidget *label = create_label (date, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  figure = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_widget_set_direction (figure, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (figure), create_label (value, "heading"));
  if (point->unit != NULL)
    gtk_box_append (GTK_BOX (figure), create_label (point->unit, "unit-small"));
  gtk_box_append (GTK_BOX (box), figure);
  level = g_object_new (CAIRN_TYPE_LEVEL_LABEL, NULL);
  if (flags != NULL)
    cairn_level_label_set_notice (CAIRN_LEVEL_LABEL (level), flags);
  else
    cairn_level_label_set_level (CAIRN_LEVEL_LABEL (level), cairn_trend_words_level (point, other));
  gtk_widget_add_css_class (level, "caption-heading");
  gtk_size_group_add_widget (self->levels, level);
  gtk_box_append (GTK_BOX (box), level);
  gtk_widget_set_margin_top (box, 7);
  gtk_widget_set_margin_bottom (box, 7);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);

  name = g_strdup_printf ("%s, %s %s%s%s%s%s", date, value, point->unit != NULL ? point->unit : "", words != NULL ? ", " : "",
                          words != NULL ? words : "", flags != NULL ? ", " : "", flags != NULL ? flags : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (g_strcmp0 (point->id, self->current) == 0)
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  else
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", reference);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-record");
    }
  return row;
}

static void
show_more (CairnTrendTable *self,
           guint            n)
{
  const CairnTrendSeries *series = cairn_trend_get_series (self->trend, self->first);
  guint to = MIN (self->n_shown + n, series->n_points);

  for (; self->n_shown < to; self->n_shown++)
    gtk_list_box_append (self->list, create_row (self, &series->points[series->n_points - 1 - self->n_shown]));
  gtk_widget_set_visible (self->more, self->n_shown < series->n_points);
}

static void
more_cb (CairnTrendTable *self)
{
  guint before = self->n_shown;
  GtkListBoxRow *row;

  show_more (self, MORE);
  row = gtk_list_box_get_row_at_index (self->list, (int) before);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
cairn_trend_table_dispose (GObject *object)
{
  CairnTrendTable *self = CAIRN_TREND_TABLE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->levels);
  g_clear_object (&self->trend);
  g_clear_pointer (&self->current, g_free);

  G_OBJECT_CLASS (cairn_trend_table_parent_class)->dispose (object);
}

static void
cairn_trend_table_class_init (CairnTrendTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_trend_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
cairn_trend_table_init (CairnTrendTable *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->levels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_set_show_separators (self->list, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "trend-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Results, newest first"), -1);
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));
  self->more = gtk_button_new_with_label (_("Show Earlier Results"));
  gtk_widget_set_halign (self->more, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->more, "flat");
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (more_cb), self);
  gtk_widget_set_parent (self->more, GTK_WIDGET (self));
}

GtkWidget *
cairn_trend_table_new (void)
{
  return g_object_new (CAIRN_TYPE_TREND_TABLE, NULL);
}

/* Shows one series of a trend, or the two of a pair; @current is the id of the record that is open already. */
void
cairn_trend_table_set_trend (CairnTrendTable *self,
                             CairnTrend      *trend,
                             guint            first,
                             guint            n_series,
                             const char      *current)
{
  GtkWidget *child;

  g_return_if_fail (CAIRN_IS_TREND_TABLE (self));

  g_set_object (&self->trend, trend);
  g_free (self->current);
  self->current = g_strdup (current);
  self->first = first;
  self->n_series = n_series;
  self->n_shown = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  show_more (self, FIRST);
}
