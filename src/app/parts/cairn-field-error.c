/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is wrong with a field, in words beside it, with the focus on it; screen readers learn it too.
 */

#include "config.h"

#include "parts/cairn-field-error.h"

struct _CairnFieldError
{
  AdwBin parent_instance;

  GtkWidget *icon;
  GtkLabel  *label;
  GtkWidget *field;
};

G_DEFINE_FINAL_TYPE (CairnFieldError, cairn_field_error, ADW_TYPE_BIN)

static void
cairn_field_error_dispose (GObject *object)
{
  g_clear_weak_pointer (&CAIRN_FIELD_ERROR (object)->field);

  G_OBJECT_CLASS (cairn_field_error_parent_class)->dispose (object);
}

static void
cairn_field_error_class_init (CairnFieldErrorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cairn_field_error_dispose;
}

static void
cairn_field_error_init (CairnFieldError *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (box, "status");
  gtk_widget_add_css_class (self->icon, "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "error");
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
cairn_field_error_clear (CairnFieldError *self)
{
  g_return_if_fail (CAIRN_IS_FIELD_ERROR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (self->field == NULL)
    return;
  gtk_widget_remove_css_class (self->field, "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_STATE_INVALID);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  g_clear_weak_pointer (&self->field);
}

void
cairn_field_error_show (CairnFieldError *self,
                        GtkWidget       *field,
                        const char      *words)
{
  g_return_if_fail (CAIRN_IS_FIELD_ERROR (self));

  cairn_field_error_clear (self);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "error");
  gtk_widget_set_visible (self->icon, TRUE);
  gtk_label_set_text (self->label, words);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (field == NULL)
    return;
  g_set_weak_pointer (&self->field, field);
  if (GTK_IS_EDITABLE (field))
    {
      gtk_widget_add_css_class (field, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_editable_select_region (GTK_EDITABLE (field), 0, -1);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_widget_grab_focus (field);
}

/* What a person should know there, though nothing is wrong. */
void
cairn_field_error_note (CairnFieldError *self,
                        GtkWidget       *field,
                        const char      *words)
{
  g_return_if_fail (CAIRN_IS_FIELD_ERROR (self));

  cairn_field_error_show (self, field, words);
  gtk_widget_remove_css_class (GTK_WIDGET (self->label), "error");
  gtk_widget_set_visible (self->icon, FALSE);
}
