/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks once more for the password, and a code when there is a second factor, for what waits for that. Closing it gives up.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "parts/cairn-caps-lock.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-proof-window.h"

struct _CairnProofWindow
{
  AdwWindow parent_instance;

  GtkEditable     *code;
  CairnFieldError *error;
  GtkButton       *go_button;
  GtkEditable     *password;
  GtkLabel        *support;

  CairnSecurity   *security;
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (CairnProofWindow, cairn_proof_window, ADW_TYPE_WINDOW)

static gboolean
needs_code (CairnProofWindow *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->code));
}

static void
update_actions (CairnProofWindow *self)
{
  gboolean busy = self->cancellable != NULL;
  gboolean filled = *gtk_editable_get_text (self->password) != '\0' &&
                    (!needs_code (self) || *gtk_editable_get_text (self->code) != '\0');

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "proof.go", !busy && filled);
  gtk_button_set_label (self->go_button, busy ? _("One Moment…") : _("Continue"));
}

static void
changed_cb (CairnProofWindow *self)
{
  cairn_field_error_clear (self->error);
  update_actions (self);
}

static void
go_on_cb (CairnProofWindow *self)
{
  if (needs_code (self) && *gtk_editable_get_text (self->code) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "proof.go", NULL);
}

static void
show_error (CairnProofWindow *self,
            const GError     *error)
{
  const CairnRefusal *refusal = cairn_security_get_refusal (self->security);
  g_autofree char *words = cairn_account_words_refusal (refusal, error);
  gboolean code = refusal != NULL && g_strcmp0 (refusal->field, "otp") == 0;

  g_message ("Proof: %s", error->message);
  if (code)
    gtk_widget_set_visible (GTK_WIDGET (self->code), TRUE);
  cairn_field_error_show (self->error, refusal == NULL ? GTK_WIDGET (self->go_button)
                                       : GTK_WIDGET (code ? self->code : self->password), words);
}

static void
proved_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnProofWindow) self = data;
  g_autoptr(GError) error = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->password == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  update_actions (self);
  if (error != NULL)
    show_error (self, error);
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
go (GtkWidget  *widget,
    const char *action,
    GVariant   *parameter)
{
  CairnProofWindow *self = CAIRN_PROOF_WINDOW (widget);

  if (self->cancellable != NULL)
    return;
  cairn_field_error_clear (self->error);
  self->cancellable = g_cancellable_new ();
  cairn_security_prove_async (self->security, gtk_editable_get_text (self->password),
                              needs_code (self) ? gtk_editable_get_text (self->code) : NULL, self->cancellable, proved_cb,
                              g_object_ref (self));
  update_actions (self);
}

static void
cairn_proof_window_dispose (GObject *object)
{
  CairnProofWindow *self = CAIRN_PROOF_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->security != NULL)
    cairn_security_give_up (self->security);
  g_clear_object (&self->security);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_PROOF_WINDOW);

  G_OBJECT_CLASS (cairn_proof_window_parent_class)->dispose (object);
}

static void
cairn_proof_window_class_init (CairnProofWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_proof_window_dispose;

  g_type_ensure (CAIRN_TYPE_CAPS_LOCK);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-proof-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnProofWindow, code);
  gtk_widget_class_bind_template_child (widget_class, CairnProofWindow, error);
  gtk_widget_class_bind_template_child (widget_class, CairnProofWindow, go_button);
  gtk_widget_class_bind_template_child (widget_class, CairnProofWindow, password);
  gtk_widget_class_bind_template_child (widget_class, CairnProofWindow, support);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_install_action (widget_class, "proof.go", NULL, go);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cairn_proof_window_init (CairnProofWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

GtkWidget *
cairn_proof_window_new (CairnSecurity *security)
{
  CairnProofWindow *self = g_object_new (CAIRN_TYPE_PROOF_WINDOW, NULL);
  g_autofree char *support = cairn_account_words_support (cairn_security_get_support (security));

  self->security = g_object_ref (security);
  gtk_widget_set_visible (GTK_WIDGET (self->code), cairn_security_get_factor (security));
  gtk_label_set_text (self->support, support);
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
  update_actions (self);
  return GTK_WIDGET (self);
}
