/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turning the second factor on: the key as a code for the telephone's camera and as text, a code of the authenticator app
 * to see that it works, and then ten recovery codes to be kept. Key and codes are shown once and wiped.
 *
 * Signals: "shown" when something else is shown; "done" when the recovery codes are kept; "failed" with words when it could
 * not begin; "stopped" when the proof was given up.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-print.h"
#include "cairn-save.h"
#include "parts/cairn-columns.h"
#include "parts/cairn-digits.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-factor-setup.h"
#include "security/cairn-qr-code.h"

struct _CairnFactorSetup
{
  AdwBin parent_instance;

  GtkEntry        *code;
  CairnFieldError *code_error;
  GtkWidget       *codes;
  GtkLabel        *key;
  GtkButton       *next_button;
  GtkWidget       *print_button;
  CairnQrCode     *qr;
  GtkStack        *stack;

  CairnSecurity   *security;
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (CairnFactorSetup, cairn_factor_setup, ADW_TYPE_BIN)

enum
{
  DONE,
  FAILED,
  SHOWN,
  STOPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update_actions (CairnFactorSetup *self)
{
  gboolean busy = self->cancellable != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "setup.confirm",
                                 !busy && *gtk_editable_get_text (GTK_EDITABLE (self->code)) != '\0');
  gtk_button_set_label (self->next_button, busy ? _("One Moment…") : _("Turn On"));
}

static void
changed_cb (CairnFactorSetup *self)
{
  cairn_field_error_clear (self->code_error);
  update_actions (self);
}

static void
go_on_cb (CairnFactorSetup *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "setup.confirm", NULL);
}

/* "JBSW Y3DP …": in fours, as it is easiest to type. */
static char *
dup_groups (const char *key)
{
  GString *groups = g_string_new (NULL);

  for (guint i = 0; key[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (groups, ' ');
      g_string_append_c (groups, key[i]);
    }
  return g_string_free (groups, FALSE);
}

static void
forget (CairnFactorSetup *self)
{
  GtkWidget *child;

  if (self->stack == NULL)
    return;
  gtk_label_set_text (self->key, "");
  cairn_qr_code_set_text (self->qr, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  while ((child = gtk_widget_get_first_child (self->codes)) != NULL)
    gtk_widget_unparent (child);
  if (self->security != NULL)
    cairn_security_forget_secrets (self->security);
}

static void
show (CairnFactorSetup *self,
      const char       *name)
{
  /* A field that is about to go must lose the focus first. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_stack_set_visible_child_name (self->stack, name);
  update_actions (self);
  g_signal_emit (self, signals[SHOWN], 0);
  cairn_factor_setup_take_focus (self);
}

static void
show_key (CairnFactorSetup *self)
{
  g_autofree char *groups = dup_groups (cairn_security_get_factor_key (self->security));

  gtk_label_set_text (self->key, groups);
  cairn_qr_code_set_text (self->qr, cairn_security_get_factor_uri (self->security));
  show (self, "key");
}

static void
show_codes (CairnFactorSetup *self)
{
  const char *const *codes = cairn_security_get_new_codes (self->security);

  for (guint i = 0; codes[i] != NULL; i++)
    {
      GtkWidget *label = gtk_label_new (codes[i]);

      gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
      gtk_widget_add_css_class (label, "monospace");
      gtk_widget_set_parent (label, self->codes);
    }
  show (self, "codes");
}

static gboolean
is_over (CairnFactorSetup *self,
         const GError     *error)
{
  if (self->stack == NULL || self->cancellable == NULL)
    return TRUE;
  g_clear_object (&self->cancellable);
  update_actions (self);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_signal_emit (self, signals[STOPPED], 0);
  return TRUE;
}

/* The answer to a first step: the key, or new recovery codes. */
static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(CairnFactorSetup) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (is_over (self, error))
    return;
  if (error != NULL)
    {
      words = cairn_account_words_refusal (cairn_security_get_refusal (self->security), error);
      g_message ("Second factor: %s", error->message);
      g_signal_emit (self, signals[FAILED], 0, words);
    }
  else if (cairn_security_get_new_codes (self->security) != NULL)
    show_codes (self);
  else
    show_key (self);
}

static void
confirmed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(CairnFactorSetup) self = data;
  g_autoptr(GError) error = NULL;
  const CairnRefusal *refusal;
  g_autofree char *words = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (is_over (self, error))
    return;
  if (error == NULL)
    {
      gtk_label_set_text (self->key, "");
      cairn_qr_code_set_text (self->qr, NULL);
      show_codes (self);
      return;
    }
  refusal = cairn_security_get_refusal (self->security);
  words = cairn_account_words_refusal (refusal, error);
  g_message ("Second factor: %s", error->message);
  if (cairn_refusal_is (refusal, "nothing_to_confirm"))
    g_signal_emit (self, signals[FAILED], 0, words);
  else
    cairn_field_error_show (self->code_error, refusal != NULL ? GTK_WIDGET (self->code) : GTK_WIDGET (self->next_button),
                            words);
}

static void
confirm (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  CairnFactorSetup *self = CAIRN_FACTOR_SETUP (widget);

  if (self->cancellable != NULL)
    return;
  cairn_field_error_clear (self->code_error);
  self->cancellable = g_cancellable_new ();
  cairn_security_confirm_factor_async (self->security, gtk_editable_get_text (GTK_EDITABLE (self->code)), self->cancellable,
                                       confirmed_cb, g_object_ref (self));
  update_actions (self);
}

static AdwToastOverlay *
get_toasts (CairnFactorSetup *self)
{
  return ADW_TOAST_OVERLAY (gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY));
}

static void
copy (CairnFactorSetup *self,
      const char       *text)
{
  AdwToast *toast = adw_toast_new (_("Copied"));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_set_timeout (toast, 2);
  adw_toast_overlay_add_toast (get_toasts (self), toast);
}

static void
copy_key (GtkWidget  *widget,
          const char *action,
          GVariant   *parameter)
{
  CairnFactorSetup *self = CAIRN_FACTOR_SETUP (widget);

  if (self->security != NULL && cairn_security_get_factor_key (self->security) != NULL)
    copy (self, cairn_security_get_factor_key (self->security));
}

/* What is kept says what it is for and whose it is. */
static char *
dup_list (CairnFactorSetup *self)
{
  g_autofree char *codes = g_strjoinv ("\n", (char **) cairn_security_get_new_codes (self->security));
  const char *clinic = cairn_security_get_clinic (self->security);
  const char *username = cairn_security_get_username (self->security);
  /* Translators: 1 a user name, 2 a clinic or ""; then the codes, one a line */
  g_autofree char *head = g_strdup_printf (_("Recovery codes of %1$s %2$s"), username != NULL ? username : "",
                                           clinic != NULL ? clinic : "");

  return g_strconcat (g_strchomp (head), "\n", _("Each is good once, in place of a code of the authenticator app."), "\n\n",
                      codes, "\n", NULL);
}

static void
print_list (CairnFactorSetup *self)
{
  const char *const *codes = cairn_security_get_new_codes (self->security);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *printed = g_date_time_format (now, C_("date", "%-e %B %Y"));
  CairnSheetHead head = {
    .clinic = cairn_security_get_clinic (self->security), .patient = cairn_security_get_username (self->security),
    .printed = printed, .rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL,
  };
  CairnSheet *sheet = cairn_sheet_new (&head);

  cairn_sheet_add_title (sheet, _("Recovery codes"), _("Keep them where only you find them."));
  cairn_sheet_add_text (sheet, _("Each is good once, in place of a code of the authenticator app."));
  for (guint i = 0; codes[i] != NULL; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i + 1);

      cairn_sheet_add_row (sheet, number, codes[i]);
    }
  cairn_print_sheet (get_toasts (self), _("Recovery codes"), sheet);
}

static void
keep (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnFactorSetup *self = CAIRN_FACTOR_SETUP (widget);
  g_autofree char *list = NULL, *name = NULL;

  if (self->security == NULL || cairn_security_get_new_codes (self->security) == NULL)
    return;
  list = dup_list (self);
  if (g_str_equal (action, "setup.copy"))
    copy (self, list);
  else if (g_str_equal (action, "setup.print"))
    print_list (self);
  else
    {
      g_autoptr(GBytes) bytes = g_bytes_new (list, strlen (list));

      name = cairn_save_dup_name (_("Recovery codes"), NULL, "text/plain");
      cairn_save_bytes (get_toasts (self), name, bytes);
    }
}

static void
kept (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  CairnFactorSetup *self = CAIRN_FACTOR_SETUP (widget);

  forget (self);
  g_signal_emit (self, signals[DONE], 0);
}

static void
cairn_factor_setup_dispose (GObject *object)
{
  CairnFactorSetup *self = CAIRN_FACTOR_SETUP (object);

  if (self->stack != NULL)
    cairn_factor_setup_stop (self);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FACTOR_SETUP);
  g_clear_object (&self->security);

  G_OBJECT_CLASS (cairn_factor_setup_parent_class)->dispose (object);
}

static void
cairn_factor_setup_class_init (CairnFactorSetupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_factor_setup_dispose;

  signals[DONE] = g_signal_new ("done", CAIRN_TYPE_FACTOR_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CAIRN_TYPE_FACTOR_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOWN] = g_signal_new ("shown", CAIRN_TYPE_FACTOR_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STOPPED] = g_signal_new ("stopped", CAIRN_TYPE_FACTOR_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  g_type_ensure (CAIRN_TYPE_COLUMNS);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_QR_CODE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-factor-setup.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, code);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, code_error);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, codes);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, key);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, next_button);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, print_button);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, qr);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorSetup, stack);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_install_action (widget_class, "setup.confirm", NULL, confirm);
  gtk_widget_class_install_action (widget_class, "setup.copy", NULL, keep);
  gtk_widget_class_install_action (widget_class, "setup.copy-key", NULL, copy_key);
  gtk_widget_class_install_action (widget_class, "setup.kept", NULL, kept);
  gtk_widget_class_install_action (widget_class, "setup.print", NULL, keep);
  gtk_widget_class_install_action (widget_class, "setup.save", NULL, keep);
}

static void
cairn_factor_setup_init (CairnFactorSetup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_digits_only (self->code);
  update_actions (self);
}

static void
start (CairnFactorSetup *self,
       CairnSecurity    *security)
{
  cairn_factor_setup_stop (self);
  g_set_object (&self->security, security);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  self->cancellable = g_cancellable_new ();
}

/* Has a key made; what the page shows until it comes is empty. */
void
cairn_factor_setup_begin (CairnFactorSetup *self,
                          CairnSecurity    *security)
{
  g_return_if_fail (CAIRN_IS_FACTOR_SETUP (self));

  start (self, security);
  cairn_security_begin_factor_async (security, self->cancellable, begun_cb, g_object_ref (self));
}

/* Has ten new recovery codes made and shows them. */
void
cairn_factor_setup_renew (CairnFactorSetup *self,
                          CairnSecurity    *security)
{
  g_return_if_fail (CAIRN_IS_FACTOR_SETUP (self));

  start (self, security);
  cairn_security_renew_codes_async (security, self->cancellable, begun_cb, g_object_ref (self));
}

/* Ends what runs, and wipes what is shown. */
void
cairn_factor_setup_stop (CairnFactorSetup *self)
{
  g_return_if_fail (CAIRN_IS_FACTOR_SETUP (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget (self);
}

void
cairn_factor_setup_take_focus (CairnFactorSetup *self)
{
  const char *shown;

  g_return_if_fail (CAIRN_IS_FACTOR_SETUP (self));

  shown = gtk_stack_get_visible_child_name (self->stack);
  if (g_strcmp0 (shown, "key") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
  else if (g_strcmp0 (shown, "codes") == 0)
    gtk_widget_grab_focus (self->print_button);
}

/* Whether recovery codes are shown, which then are not to be lost by going back. */
gboolean
cairn_factor_setup_has_codes (CairnFactorSetup *self)
{
  g_return_val_if_fail (CAIRN_IS_FACTOR_SETUP (self), FALSE);

  return self->security != NULL && cairn_security_get_new_codes (self->security) != NULL;
}
