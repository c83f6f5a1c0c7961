/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a value stands to the usual: an icon, words and a colour, never the colour alone.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-level-label.h"

struct _CairnLevelLabel
{
  GtkWidget parent_instance;

  GtkImage   *icon;
  GtkLabel   *label;
  const char *css_class;
};

G_DEFINE_FINAL_TYPE (CairnLevelLabel, cairn_level_label, GTK_TYPE_WIDGET)

static void
show (CairnLevelLabel *self,
      const char      *icon,
      const char      *css_class,
      const char      *words)
{
  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
  if (words == NULL)
    return;

  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_text (self->label, words);
  if (self->css_class != css_class)
    {
      if (self->css_class != NULL)
        {
          gtk_widget_remove_css_class (GTK_WIDGET (self->icon), self->css_class);
          gtk_widget_remove_css_class (GTK_WIDGET (self->label), self->css_class);
        }
      gtk_widget_add_css_class (GTK_WIDGET (self->icon), css_class);
      gtk_widget_add_css_class (GTK_WIDGET (self->label), css_class);
      self->css_class = css_class;
    }
}

static void
cairn_level_label_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cairn_level_label_parent_class)->dispose (object);
}

static void
cairn_level_label_class_init (CairnLevelLabelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_level_label_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
cairn_level_label_init (CairnLevelLabel *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 4);
  gtk_widget_add_css_class (GTK_WIDGET (self), "status");

  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  gtk_widget_set_parent (GTK_WIDGET (self->icon), GTK_WIDGET (self));

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_parent (GTK_WIDGET (self->label), GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* Hidden when nothing is known of the value. */
void
cairn_level_label_set_level (CairnLevelLabel *self,
                             CairnLevel       level)
{
  cairn_level_label_set_level_words (self, level, NULL);
}

/* The same with words of the caller's, or NULL for the usual short ones. */
void
cairn_level_label_set_level_words (CairnLevelLabel *self,
                                   CairnLevel       level,
                                   const char      *words)
{
  g_return_if_fail (CAIRN_IS_LEVEL_LABEL (self));

  if (level == CAIRN_LEVEL_UNKNOWN)
    words = NULL;
  else if (words == NULL)
    words = cairn_level_get_words (level);

  switch (level)
    {
    case CAIRN_LEVEL_USUAL:
      show (self, "cairn-usual-symbolic", "success", words);
      break;
    case CAIRN_LEVEL_LOW:
      show (self, "cairn-low-symbolic", "warning", words);
      break;
    case CAIRN_LEVEL_VERY_LOW:
      show (self, "cairn-low-symbolic", "error", words);
      break;
    case CAIRN_LEVEL_HIGH:
      show (self, "cairn-high-symbolic", "warning", words);
      break;
    case CAIRN_LEVEL_VERY_HIGH:
      show (self, "cairn-high-symbolic", "error", words);
      break;
    case CAIRN_LEVEL_UNUSUAL:
    case CAIRN_LEVEL_UNKNOWN:
    default:
      show (self, "dialog-warning-symbolic", "warning", words);
      break;
    }
}

/* What must be known about the record before its value is believed, in place of the level. */
void
cairn_level_label_set_notice (CairnLevelLabel *self,
                              const char      *words)
{
  g_return_if_fail (CAIRN_IS_LEVEL_LABEL (self));

  show (self, "dialog-warning-symbolic", "warning", words);
}
