/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thing that a record says: its name small above what it says. A fact that points at another record
 * opens it.
 */

#include "config.h"

#include "cairn-words.h"
#include "parts/cairn-fact-row.h"
#include "parts/cairn-long-text.h"

struct _CairnFactRow
{
  AdwPreferencesRow parent_instance;

  GtkWidget *chevron;
  GtkLabel  *label;
  GtkLabel  *text;
};

G_DEFINE_FINAL_TYPE (CairnFactRow, cairn_fact_row, ADW_TYPE_PREFERENCES_ROW)

static void
cairn_fact_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CAIRN_TYPE_FACT_ROW);

  G_OBJECT_CLASS (cairn_fact_row_parent_class)->dispose (object);
}

static void
cairn_fact_row_class_init (CairnFactRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_fact_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-fact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFactRow, chevron);
  gtk_widget_class_bind_template_child (widget_class, CairnFactRow, label);
  gtk_widget_class_bind_template_child (widget_class, CairnFactRow, text);
}

static void
cairn_fact_row_init (CairnFactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_fact_row_new (const CairnFact *fact)
{
  CairnFactRow *self = g_object_new (CAIRN_TYPE_FACT_ROW, NULL);
  g_autofree char *text = cairn_words_isolate (fact->text);
  g_autofree char *name = g_strdup_printf ("%s: %s", fact->label, fact->text);

  cairn_long_text_set (self->label, fact->label);
  cairn_long_text_set (self->text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (fact->reference != NULL)
    {
      gtk_widget_set_visible (self->chevron, TRUE);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", fact->reference);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "win.open-record");
    }
  return GTK_WIDGET (self);
}
