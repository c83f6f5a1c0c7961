/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sign-in and security: e-mail and telephone, password, second factor, where the account is signed in, apps that were let in, what was done. What
 * matters asks for the password once more.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "parts/cairn-states.h"
#include "security/cairn-activity-page.h"
#include "security/cairn-contact-page.h"
#include "security/cairn-factor-page.h"
#include "security/cairn-password-page.h"
#include "security/cairn-proof-window.h"
#include "security/cairn-security-page.h"
#include "security/cairn-security-words.h"

#define FEW_EVENTS 5

struct _CairnSecurityPage
{
  CairnFramePage parent_instance;

  AdwActionRow     *account_row;
  GtkListBox       *activity;
  GtkWidget        *activity_group;
  GtkListBox       *apps;
  AdwPreferencesGroup *apps_group;
  GtkListBox       *devices;
  AdwActionRow     *factor_row;
  GtkWidget        *factor_warning;
  GtkWidget        *others_button;
  CairnStates      *states;
  GtkLabel         *support;

  CairnSecurity    *security;
  GtkWidget        *proof;      /* the window that asks, owned by GTK */
};

G_DEFINE_FINAL_TYPE (CairnSecurityPage, cairn_security_page, CAIRN_TYPE_FRAME_PAGE)

static void
say (CairnSecurityPage *self,
     const char        *words)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (words));
}

static void
clear (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

/* A row about something that can be ended by a button of its own. */
static void
add_row (GtkListBox *list,
         const char *icon,
         const char *title,
         const char *subtitle,
         const char *button,
         const char *action,
         const char *id)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name = g_strdup_printf ("%s: %s", button != NULL ? button : "", title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  if (button != NULL)
    {
      GtkWidget *end = gtk_button_new_with_label (button);

      gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (end), "s", id);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (end), action);
      gtk_accessible_update_property (GTK_ACCESSIBLE (end), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), end);
    }
  gtk_list_box_append (list, row);
}

static void
show_devices (CairnSecurityPage *self)
{
  GPtrArray *devices = cairn_security_get_devices (self->security);
  guint n = devices != NULL ? devices->len : 0;

  clear (self->devices);
  /* This one first: what all others are compared with */
  for (guint current = 1; current <= 2; current++)
    for (guint i = 0; i < n; i++)
      {
        const CairnDevice *device = g_ptr_array_index (devices, i);
        g_autofree char *name = cairn_security_words_device (device);
        g_autofree char *used = cairn_security_words_used (device);

        if (device->current == (current == 1))
          add_row (self->devices, "computer-symbolic", name, used, device->current ? NULL : _("Sign Out"),
                   "security.end-device", device->id);
      }
  gtk_widget_set_visible (self->others_button, n > 1);
}

static void
show_apps (CairnSecurityPage *self)
{
  GPtrArray *apps = cairn_security_get_apps (self->security);
  guint n = apps != NULL ? apps->len : 0;

  clear (self->apps);
  for (guint i = 0; i < n; i++)
    {
      const CairnConnectedApp *app = g_ptr_array_index (apps, i);
      g_autofree char *words = cairn_security_words_app (app);

      add_row (self->apps, "application-x-addon-symbolic", app->name, words, _("Disconnect"), "security.end-app", app->id);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->apps), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->apps_group), apps != NULL);
  adw_preferences_group_set_description (self->apps_group, n > 0 ? _("What you let into your record outside of Cairn")
                                                           : _("Nothing outside of Cairn was let into your record."));
}

static void
show_activity (CairnSecurityPage *self)
{
  GPtrArray *activity = cairn_security_get_activity (self->security);
  guint n = activity != NULL ? activity->len : 0;

  clear (self->activity);
  for (guint i = 0; i < MIN (n, FEW_EVENTS); i++)
    gtk_list_box_append (self->activity, cairn_security_words_row (g_ptr_array_index (activity, i), TRUE));
  gtk_widget_set_visible (self->activity_group, n > 0);
}

static void
show_all (CairnSecurityPage *self)
{
  g_autofree char *factor = cairn_security_words_factor (self->security);
  g_autofree char *support = cairn_account_words_support (cairn_security_get_support (self->security));
  g_autofree char *who = cairn_security_words_contact (self->security);
  int left = cairn_security_get_codes_left (self->security);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->account_row), cairn_security_get_username (self->security));
  adw_action_row_set_subtitle (self->account_row, who);
  adw_action_row_set_subtitle (self->factor_row, factor);
  gtk_widget_set_visible (self->factor_warning, cairn_security_get_factor (self->security) && left >= 0 && left <= 3);
  gtk_label_set_text (self->support, support);
  show_devices (self);
  show_apps (self);
  show_activity (self);
  cairn_states_set_state (self->states, CAIRN_STATE_CONTENT);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnSecurityPage) self = data;
  g_autoptr(GError) error = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error == NULL)
    {
      show_all (self);
      return;
    }
  g_message ("Sign-in and security: %s", error->message);
  cairn_states_set_failure (self->states, _("The clinic's portal is needed for this"), error);
}

static void
load (CairnSecurityPage *self)
{
  cairn_security_load_async (self->security, cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), loaded_cb,
                             g_object_ref (self));
}

static void
retry_cb (CairnSecurityPage *self)
{
  load (self);
}

/* How a device or an app was ended. */
static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnSecurityPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->states == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      g_message ("Sign-in and security: %s", error->message);
      words = cairn_account_words_refusal (cairn_security_get_refusal (self->security), error);
    }
  say (self, words != NULL ? words : _("Signed out there"));
  load (self);
}

static void
end (GtkWidget  *widget,
     const char *action,
     GVariant   *parameter)
{
  CairnSecurityPage *self = CAIRN_SECURITY_PAGE (widget);
  GCancellable *cancellable = cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self));

  /* The button that was pressed is about to go. */
  cairn_frame_page_take_focus (CAIRN_FRAME_PAGE (self));
  if (g_str_equal (action, "security.end-others"))
    cairn_security_sign_out_others_async (self->security, cancellable, ended_cb, g_object_ref (self));
  else if (g_str_equal (action, "security.end-device"))
    cairn_security_sign_out_device_async (self->security, g_variant_get_string (parameter, NULL), cancellable, ended_cb,
                                          g_object_ref (self));
  else
    cairn_security_disconnect_app_async (self->security, g_variant_get_string (parameter, NULL), cancellable, ended_cb,
                                         g_object_ref (self));
}

/* A page on top has done what it is for. */
static void
sub_done_cb (CairnSecurityPage *self,
             const char        *words)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
  say (self, words);
  load (self);
}

static void
password_done_cb (CairnSecurityPage *self)
{
  sub_done_cb (self, _("Password changed. All other devices are signed out."));
}

static void
open_sub (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  CairnSecurityPage *self = CAIRN_SECURITY_PAGE (widget);
  CairnFramePage *page;

  if (cairn_states_get_state (self->states) != CAIRN_STATE_CONTENT)
    return;
  if (g_str_equal (action, "security.password"))
    {
      page = cairn_password_page_new (self->security);
      g_signal_connect_object (page, "done", G_CALLBACK (password_done_cb), self, G_CONNECT_SWAPPED);
    }
  else if (g_str_equal (action, "security.contact"))
    {
      page = cairn_contact_page_new (self->security);
      g_signal_connect_object (page, "done", G_CALLBACK (sub_done_cb), self, G_CONNECT_SWAPPED);
    }
  else if (g_str_equal (action, "security.factor"))
    {
      page = cairn_factor_page_new (self->security);
      g_signal_connect_object (page, "done", G_CALLBACK (sub_done_cb), self, G_CONNECT_SWAPPED);
    }
  else
    page = cairn_activity_page_new (self->security);
  cairn_frame_page_open (CAIRN_FRAME_PAGE (self), page);
  cairn_frame_page_take_focus (page);
}

static void
proving_cb (CairnSecurityPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (!cairn_security_get_proving (self->security) || self->proof != NULL)
    return;
  g_set_weak_pointer (&self->proof, cairn_proof_window_new (self->security));
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (self->proof), GTK_WINDOW (root));
  gtk_window_present (GTK_WINDOW (self->proof));
}

static void
cairn_security_page_focus (CairnFramePage *page)
{
  CairnSecurityPage *self = CAIRN_SECURITY_PAGE (page);

  if (cairn_states_get_state (self->states) == CAIRN_STATE_CONTENT)
    gtk_widget_grab_focus (GTK_WIDGET (self->factor_row));
}

static void
cairn_security_page_dispose (GObject *object)
{
  CairnSecurityPage *self = CAIRN_SECURITY_PAGE (object);
  GtkWidget *proof = self->proof;

  g_clear_weak_pointer (&self->proof);
  if (proof != NULL)
    gtk_window_destroy (GTK_WINDOW (proof));
  if (self->security != NULL)
    cairn_security_give_up (self->security);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_SECURITY_PAGE);
  g_clear_object (&self->security);

  G_OBJECT_CLASS (cairn_security_page_parent_class)->dispose (object);
}

static void
cairn_security_page_class_init (CairnSecurityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_security_page_dispose;
  CAIRN_FRAME_PAGE_CLASS (klass)->focus = cairn_security_page_focus;

  g_type_ensure (CAIRN_TYPE_STATES);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-security-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, account_row);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, activity);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, activity_group);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, apps);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, apps_group);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, devices);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, factor_row);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, factor_warning);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, others_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, states);
  gtk_widget_class_bind_template_child (widget_class, CairnSecurityPage, support);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_install_action (widget_class, "security.activity", NULL, open_sub);
  gtk_widget_class_install_action (widget_class, "security.contact", NULL, open_sub);
  gtk_widget_class_install_action (widget_class, "security.end-app", "s", end);
  gtk_widget_class_install_action (widget_class, "security.end-device", "s", end);
  gtk_widget_class_install_action (widget_class, "security.end-others", NULL, end);
  gtk_widget_class_install_action (widget_class, "security.factor", NULL, open_sub);
  gtk_widget_class_install_action (widget_class, "security.password", NULL, open_sub);
}

static void
cairn_security_page_init (CairnSecurityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), _("Sign-In and Security"));
}

CairnFramePage *
cairn_security_page_new (CairnSession *session)
{
  CairnSecurityPage *self = g_object_new (CAIRN_TYPE_SECURITY_PAGE, "session", session, NULL);

  self->security = cairn_security_new (session);
  g_signal_connect_object (self->security, "notify::proving", G_CALLBACK (proving_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return CAIRN_FRAME_PAGE (self);
}
