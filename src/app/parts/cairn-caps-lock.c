/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "Caps Lock is on", under a password field, for as long as it is.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "parts/cairn-caps-lock.h"

struct _CairnCapsLock
{
  AdwBin parent_instance;

  GdkDevice *keyboard;
};

G_DEFINE_FINAL_TYPE (CairnCapsLock, cairn_caps_lock, ADW_TYPE_BIN)

static void
update (CairnCapsLock *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          self->keyboard != NULL && gdk_device_get_caps_lock_state (self->keyboard));
}

static void
cairn_caps_lock_root (GtkWidget *widget)
{
  CairnCapsLock *self = CAIRN_CAPS_LOCK (widget);
  GdkSeat *seat;

  GTK_WIDGET_CLASS (cairn_caps_lock_parent_class)->root (widget);

  seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));
  g_clear_object (&self->keyboard);
  if (seat != NULL)
    self->keyboard = g_object_ref (gdk_seat_get_keyboard (seat));
  if (self->keyboard != NULL)
    g_signal_connect_object (self->keyboard, "notify::caps-lock-state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
cairn_caps_lock_unroot (GtkWidget *widget)
{
  CairnCapsLock *self = CAIRN_CAPS_LOCK (widget);

  if (self->keyboard != NULL)
    g_signal_handlers_disconnect_by_func (self->keyboard, update, self);
  g_clear_object (&self->keyboard);

  GTK_WIDGET_CLASS (cairn_caps_lock_parent_class)->unroot (widget);
}

static void
cairn_caps_lock_class_init (CairnCapsLockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->root = cairn_caps_lock_root;
  widget_class->unroot = cairn_caps_lock_unroot;
}

static void
cairn_caps_lock_init (CairnCapsLock *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (_("Caps Lock is on"));

  gtk_widget_add_css_class (box, "status");
  gtk_widget_add_css_class (box, "caption-heading");
  gtk_widget_add_css_class (icon, "warning");
  gtk_widget_add_css_class (label, "warning");
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
