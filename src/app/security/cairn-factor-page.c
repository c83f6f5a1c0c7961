/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The second factor: what it is good for and turning it on; new recovery codes and turning it off when it is on.
 *
 * Signal "done" with words when something was changed and there is nothing more to do here.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-compat.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-factor-page.h"
#include "security/cairn-factor-setup.h"
#include "security/cairn-security-words.h"

struct _CairnFactorPage
{
  CairnFramePage parent_instance;

  GtkWidget        *begin_button;
  CairnFieldError  *error;
  AdwActionRow     *factor_row;
  GtkWidget        *off;
  GtkWidget        *on;
  CairnFactorSetup *setup;
  GtkStack         *stack;

  CairnSecurity    *security;
  gboolean          renews;
};

G_DEFINE_FINAL_TYPE (CairnFactorPage, cairn_factor_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_state (CairnFactorPage *self)
{
  gboolean on = cairn_security_get_factor (self->security);
  g_autofree char *words = cairn_security_words_factor (self->security);

  gtk_widget_set_visible (self->on, on);
  gtk_widget_set_visible (self->off, !on);
  adw_action_row_set_subtitle (self->factor_row, words);
  gtk_stack_set_visible_child_name (self->stack, "state");
}

static void
finish (CairnFactorPage *self,
        const char      *words)
{
  g_signal_emit (self, signals[DONE], 0, words);
}

static void
begin (GtkWidget  *widget,
       const char *action,
       GVariant   *parameter)
{
  CairnFactorPage *self = CAIRN_FACTOR_PAGE (widget);

  cairn_field_error_clear (self->error);
  self->renews = g_str_equal (action, "factor.renew");
  gtk_stack_set_visible_child_name (self->stack, "setup");
  if (self->renews)
    cairn_factor_setup_renew (self->setup, self->security);
  else
    cairn_factor_setup_begin (self->setup, self->security);
}

static void
setup_done_cb (CairnFactorPage *self)
{
  finish (self, self->renews ? _("The old recovery codes are dead") : _("Two-step sign-in turned on"));
}

static void
setup_failed_cb (CairnFactorPage *self,
                 const char      *words)
{
  show_state (self);
  cairn_field_error_show (self->error, self->begin_button, words);
}

static void
setup_stopped_cb (CairnFactorPage *self)
{
  show_state (self);
  cairn_frame_page_take_focus (CAIRN_FRAME_PAGE (self));
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(CairnFactorPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->stack == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error == NULL)
    {
      finish (self, _("Two-step sign-in turned off"));
      return;
    }
  g_message ("Second factor: %s", error->message);
  words = cairn_account_words_refusal (cairn_security_get_refusal (self->security), error);
  cairn_field_error_show (self->error, NULL, words);
}

static void
remove_now (gpointer object)
{
  CairnFactorPage *self = object;

  if (self->stack != NULL)
    cairn_security_remove_factor_async (self->security, cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), removed_cb,
                                        g_object_ref (self));
}

static void
remove_factor (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  cairn_compat_confirm (GTK_WINDOW (gtk_widget_get_root (widget)), _("Turn two-step sign-in off?"),
                        _("Only your password guards your record then. The recovery codes are dead."), _("_Turn Off"),
                        remove_now, G_OBJECT (widget));
}

static void
cairn_factor_page_focus (CairnFramePage *page)
{
  CairnFactorPage *self = CAIRN_FACTOR_PAGE (page);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "setup") == 0)
    cairn_factor_setup_take_focus (self->setup);
  else if (gtk_widget_get_visible (self->off))
    gtk_widget_grab_focus (self->begin_button);
  else
    gtk_widget_child_focus (self->on, GTK_DIR_TAB_FORWARD);
}

/* Going back would lose codes that are shown only once. */
static gboolean
cairn_factor_page_go_back (CairnFramePage *page)
{
  CairnFactorPage *self = CAIRN_FACTOR_PAGE (page);
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (!cairn_factor_setup_has_codes (self->setup))
    return FALSE;
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (_("Keep the recovery codes first.")));
  cairn_factor_setup_take_focus (self->setup);
  return TRUE;
}

static const char *
cairn_factor_page_get_unkept (CairnFramePage *page)
{
  return cairn_factor_setup_has_codes (CAIRN_FACTOR_PAGE (page)->setup)
         ? _("The new recovery codes are not kept yet and will never be shown again.") : NULL;
}

static void
cairn_factor_page_dispose (GObject *object)
{
  CairnFactorPage *self = CAIRN_FACTOR_PAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FACTOR_PAGE);
  g_clear_object (&self->security);

  G_OBJECT_CLASS (cairn_factor_page_parent_class)->dispose (object);
}

static void
cairn_factor_page_class_init (CairnFactorPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_factor_page_dispose;
  CAIRN_FRAME_PAGE_CLASS (klass)->focus = cairn_factor_page_focus;
  CAIRN_FRAME_PAGE_CLASS (klass)->go_back = cairn_factor_page_go_back;
  CAIRN_FRAME_PAGE_CLASS (klass)->get_unkept = cairn_factor_page_get_unkept;

  signals[DONE] = g_signal_new ("done", CAIRN_TYPE_FACTOR_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CAIRN_TYPE_FACTOR_SETUP);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-factor-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, begin_button);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, factor_row);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, off);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, on);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, setup);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorPage, stack);
  gtk_widget_class_bind_template_callback (widget_class, setup_done_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_stopped_cb);
  gtk_widget_class_install_action (widget_class, "factor.begin", NULL, begin);
  gtk_widget_class_install_action (widget_class, "factor.remove", NULL, remove_factor);
  gtk_widget_class_install_action (widget_class, "factor.renew", NULL, begin);
}

static void
cairn_factor_page_init (CairnFactorPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), _("Two-Step Sign-In"));
}

CairnFramePage *
cairn_factor_page_new (CairnSecurity *security)
{
  CairnFactorPage *self = g_object_new (CAIRN_TYPE_FACTOR_PAGE, "session", cairn_security_get_session (security), NULL);

  self->security = g_object_ref (security);
  show_state (self);
  return CAIRN_FRAME_PAGE (self);
}
