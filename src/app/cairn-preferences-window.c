/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preferences: appearance, when Cairn locks, and a certificate authority of one's own.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-compat.h"
#include "cairn-preferences-window.h"

struct _CairnPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  AdwActionRow  *ca_file;
  GtkWidget     *ca_clear;
  AdwComboRow   *color_scheme;
  GtkSpinButton *lock_minutes;

  GSettings     *settings;
};

G_DEFINE_FINAL_TYPE (CairnPreferencesWindow, cairn_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
update_ca_file (CairnPreferencesWindow *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, "ca-file");

  adw_action_row_set_subtitle (self->ca_file, *path != '\0' ? path : _("None. The usual ones of this computer are used."));
  gtk_widget_set_visible (self->ca_clear, *path != '\0');
}

static void
chosen (gpointer    object,
        const char *path)
{
  g_settings_set_string (CAIRN_PREFERENCES_WINDOW (object)->settings, "ca-file", path);
}

static void
choose_ca (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  cairn_compat_choose_file (GTK_WINDOW (widget), _("Choose a Certificate"), chosen, G_OBJECT (widget));
}

static void
clear_ca (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  g_settings_reset (CAIRN_PREFERENCES_WINDOW (widget)->settings, "ca-file");
}

static void
scheme_cb (CairnPreferencesWindow *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "color-scheme", adw_combo_row_get_selected (self->color_scheme));
}

static void
cairn_preferences_window_dispose (GObject *object)
{
  CairnPreferencesWindow *self = CAIRN_PREFERENCES_WINDOW (object);

  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_PREFERENCES_WINDOW);

  G_OBJECT_CLASS (cairn_preferences_window_parent_class)->dispose (object);
}

static void
cairn_preferences_window_class_init (CairnPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnPreferencesWindow, ca_clear);
  gtk_widget_class_bind_template_child (widget_class, CairnPreferencesWindow, ca_file);
  gtk_widget_class_bind_template_child (widget_class, CairnPreferencesWindow, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, CairnPreferencesWindow, lock_minutes);
  gtk_widget_class_bind_template_callback (widget_class, scheme_cb);
  gtk_widget_class_install_action (widget_class, "preferences.choose-ca", NULL, choose_ca);
  gtk_widget_class_install_action (widget_class, "preferences.clear-ca", NULL, clear_ca);
}

static void
cairn_preferences_window_init (CairnPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_preferences_window_new (GSettings *settings)
{
  CairnPreferencesWindow *self = g_object_new (CAIRN_TYPE_PREFERENCES_WINDOW, NULL);

  adw_combo_row_set_selected (self->color_scheme, g_settings_get_enum (settings, "color-scheme"));
  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "lock-minutes", gtk_spin_button_get_adjustment (self->lock_minutes), "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::ca-file", G_CALLBACK (update_ca_file), self, G_CONNECT_SWAPPED);
  update_ca_file (self);
  return GTK_WIDGET (self);
}
