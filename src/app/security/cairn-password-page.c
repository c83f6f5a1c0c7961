/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new password for the account.
 *
 * Signal "done" when it is set.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-password-field.h"
#include "security/cairn-password-page.h"

struct _CairnPasswordPage
{
  CairnFramePage parent_instance;

  CairnFieldError    *error;
  GtkButton          *go_button;
  CairnPasswordField *password;

  CairnSecurity      *security;
  gboolean            busy;
};

G_DEFINE_FINAL_TYPE (CairnPasswordPage, cairn_password_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update_actions (CairnPasswordPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "password.go",
                                 !self->busy && *cairn_password_field_get_text (self->password) != '\0');
  gtk_button_set_label (self->go_button, self->busy ? _("One Moment…") : _("Change Password"));
}

static void
changed_cb (CairnPasswordPage *self)
{
  cairn_field_error_clear (self->error);
  update_actions (self);
}

static void
go_on_cb (CairnPasswordPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "password.go", NULL);
}

static void
set_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr(CairnPasswordPage) self = data;
  g_autoptr(GError) error = NULL;
  const CairnRefusal *refusal;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->password == NULL)
    return;
  self->busy = FALSE;
  update_actions (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      cairn_password_field_take_focus (self->password);
      return;
    }
  if (error == NULL)
    {
      cairn_password_field_clear (self->password);
      g_signal_emit (self, signals[DONE], 0);
      return;
    }
  g_message ("Changing the password: %s", error->message);
  refusal = cairn_security_get_refusal (self->security);
  words = cairn_account_words_refusal (refusal, error);
  if (refusal != NULL && g_strcmp0 (refusal->field, "password") == 0)
    cairn_password_field_say (self->password, words);
  else
    cairn_field_error_show (self->error, GTK_WIDGET (self->go_button), words);
}

static void
go (GtkWidget  *widget,
    const char *action,
    GVariant   *parameter)
{
  CairnPasswordPage *self = CAIRN_PASSWORD_PAGE (widget);

  if (self->busy)
    return;
  cairn_field_error_clear (self->error);
  self->busy = TRUE;
  cairn_security_set_password_async (self->security, cairn_password_field_get_text (self->password),
                                     cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), set_cb, g_object_ref (self));
  update_actions (self);
}

static void
cairn_password_page_focus (CairnFramePage *page)
{
  cairn_password_field_take_focus (CAIRN_PASSWORD_PAGE (page)->password);
}

static void
cairn_password_page_dispose (GObject *object)
{
  CairnPasswordPage *self = CAIRN_PASSWORD_PAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_PASSWORD_PAGE);
  g_clear_object (&self->security);

  G_OBJECT_CLASS (cairn_password_page_parent_class)->dispose (object);
}

static void
cairn_password_page_class_init (CairnPasswordPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_password_page_dispose;
  CAIRN_FRAME_PAGE_CLASS (klass)->focus = cairn_password_page_focus;

  signals[DONE] = g_signal_new ("done", CAIRN_TYPE_PASSWORD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_PASSWORD_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-password-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordPage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordPage, go_button);
  gtk_widget_class_bind_template_child (widget_class, CairnPasswordPage, password);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_install_action (widget_class, "password.go", NULL, go);
}

static void
cairn_password_page_init (CairnPasswordPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), _("Change Password"));
  update_actions (self);
}

CairnFramePage *
cairn_password_page_new (CairnSecurity *security)
{
  CairnSession *session = cairn_security_get_session (security);
  CairnPasswordPage *self = g_object_new (CAIRN_TYPE_PASSWORD_PAGE, "session", session, NULL);
  const char *const words[] = { "cairn", cairn_security_get_username (security), cairn_session_get_patient_name (session),
                                NULL };
  const char *const unnamed[] = { "cairn", cairn_security_get_username (security), NULL };

  self->security = g_object_ref (security);
  cairn_password_field_set_rules (self->password, cairn_security_get_password_min (security),
                                  words[2] != NULL ? words : unnamed);
  return CAIRN_FRAME_PAGE (self);
}
