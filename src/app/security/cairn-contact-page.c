/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The e-mail address and the telephone number of the account, and others in their place: each is proved by a code that is
 * sent there, and nothing changes before.
 *
 * Signal "done" with words when one was changed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "parts/cairn-digits.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-resend-button.h"
#include "security/cairn-contact-page.h"

typedef enum
{
  STEP_STATE,
  STEP_ADDRESS,
  STEP_CODE,
  N_STEPS
} Step;

static const char *const step_names[N_STEPS] = { "state", "address", "code" };

struct _CairnContactPage
{
  CairnFramePage parent_instance;

  AdwPreferencesRow *address;
  CairnFieldError   *address_error;
  GtkLabel          *address_title;
  GtkLabel          *address_words;
  GtkEntry          *code;
  CairnFieldError   *code_error;
  AdwActionRow      *email_row;
  GtkButton         *next_button;
  AdwActionRow      *phone_row;
  CairnResendButton *resend;
  GtkLabel          *sent_words;
  GtkStack          *stack;
  GtkLabel          *support;

  CairnSecurity     *security;
  char              *begun;    /* where the code went */
  Step               step;
  gboolean           phone;    /* a telephone number is being changed */
  gboolean           busy;
};

G_DEFINE_FINAL_TYPE (CairnContactPage, cairn_contact_page, CAIRN_TYPE_FRAME_PAGE)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
get_address (CairnContactPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->address));
}

static void
update_actions (CairnContactPage *self)
{
  const char *text = self->step == STEP_CODE ? gtk_editable_get_text (GTK_EDITABLE (self->code)) : get_address (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact.go", !self->busy && *text != '\0');
  gtk_button_set_label (self->next_button, self->busy ? _("One Moment…") : self->step == STEP_CODE ? _("Change") : _("Continue"));
}

static void
clear_errors (CairnContactPage *self)
{
  cairn_field_error_clear (self->address_error);
  cairn_field_error_clear (self->code_error);
}

static void
changed_cb (CairnContactPage *self)
{
  clear_errors (self);
  update_actions (self);
}

static void
go_on_cb (CairnContactPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "contact.go", NULL);
}

static void
show_state (CairnContactPage *self)
{
  const char *email = cairn_security_get_email (self->security), *phone = cairn_security_get_phone (self->security);

  adw_action_row_set_subtitle (self->email_row, email != NULL ? email : _("None. Add one for codes and notices."));
  adw_action_row_set_subtitle (self->phone_row, phone != NULL ? phone : _("None. Add one as another way back in."));
}

static void
show_step (CairnContactPage *self,
           Step              step)
{
  /* A field that is about to go must lose the focus first. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  self->step = step;
  gtk_stack_set_visible_child_name (self->stack, step_names[step]);
  gtk_widget_set_visible (GTK_WIDGET (self->next_button), step != STEP_STATE);
  clear_errors (self);
  update_actions (self);
  cairn_frame_page_take_focus (CAIRN_FRAME_PAGE (self));
}

static void
change (GtkWidget  *widget,
        const char *action,
        GVariant   *parameter)
{
  CairnContactPage *self = CAIRN_CONTACT_PAGE (widget);

  self->phone = g_str_equal (action, "contact.change-phone");
  gtk_editable_set_text (GTK_EDITABLE (self->address), "");
  adw_preferences_row_set_title (self->address, self->phone ? _("Mobile number, such as +1 555 010 0142") : _("E-mail address"));
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self->address), self->phone ? GTK_INPUT_PURPOSE_PHONE : GTK_INPUT_PURPOSE_EMAIL);
  gtk_label_set_text (self->address_title, self->phone ? _("New telephone number") : _("New e-mail address"));
  gtk_label_set_text (self->address_words, self->phone
                      ? _("A code goes there by text message, to be sure that it is yours. The number before is told of the change.")
                      : _("A code goes there, to be sure that it is yours. The address before is told of the change."));
  show_step (self, STEP_ADDRESS);
}

static void
code_sent (CairnContactPage *self)
{
  g_autofree char *words = cairn_account_words_sent (self->begun, !self->phone);

  gtk_label_set_text (self->sent_words, words);
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  cairn_resend_button_wait (self->resend, cairn_security_get_resend_after (self->security));
}

/* Beside the field at fault, else beside the button. */
static void
show_error (CairnContactPage *self,
            const GError     *error)
{
  const CairnRefusal *refusal = cairn_security_get_refusal (self->security);
  g_autofree char *words = cairn_account_words_refusal (refusal, error);
  gboolean at_field = refusal != NULL && refusal->field != NULL;

  g_message ("Changing the contact: %s", error->message);
  if (cairn_refusal_is (refusal, "registration_expired"))
    show_step (self, STEP_ADDRESS);
  if (self->step == STEP_CODE)
    cairn_field_error_show (self->code_error, GTK_WIDGET (at_field ? (gpointer) self->code : self->next_button), words);
  else
    cairn_field_error_show (self->address_error, GTK_WIDGET (at_field ? (gpointer) self->address : self->next_button), words);
}

/* Whether the step was done; else what is wrong is shown. */
static gboolean
end (CairnContactPage *self,
     GObject          *source,
     GAsyncResult     *result)
{
  g_autoptr(GError) error = NULL;

  cairn_security_step_finish (CAIRN_SECURITY (source), result, &error);
  if (self->stack == NULL)
    return FALSE;
  self->busy = FALSE;
  update_actions (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cairn_frame_page_take_focus (CAIRN_FRAME_PAGE (self));
  else if (error != NULL)
    show_error (self, error);
  return error == NULL;
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnContactPage) self = data;

  if (!end (self, source, result))
    return;
  code_sent (self);
  show_step (self, STEP_CODE);
}

static void
confirmed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(CairnContactPage) self = data;

  if (!end (self, source, result))
    return;
  self->step = STEP_STATE;   /* going back leads out */
  g_signal_emit (self, signals[DONE], 0, self->phone ? _("Telephone number changed") : _("E-mail address changed"));
}

static void
go (GtkWidget  *widget,
    const char *action,
    GVariant   *parameter)
{
  CairnContactPage *self = CAIRN_CONTACT_PAGE (widget);
  GCancellable *cancellable = cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self));
  const char *wrong = NULL;

  if (self->busy || self->step == STEP_STATE)
    return;
  clear_errors (self);
  if (self->step == STEP_ADDRESS)
    wrong = cairn_account_words_contact (get_address (self), self->phone ? CAIRN_CONTACT_PHONE : CAIRN_CONTACT_EMAIL);
  else if (!cairn_account_words_is_code (gtk_editable_get_text (GTK_EDITABLE (self->code))))
    wrong = _("The code has eight digits.");
  if (wrong != NULL)
    {
      cairn_field_error_show (self->step == STEP_CODE ? self->code_error : self->address_error,
                              GTK_WIDGET (self->step == STEP_CODE ? (gpointer) self->code : self->address), wrong);
      return;
    }
  self->busy = TRUE;
  if (self->step == STEP_ADDRESS)
    {
      g_free (self->begun);
      self->begun = g_strstrip (g_strdup (get_address (self)));
      cairn_security_begin_contact_async (self->security, self->begun, cancellable, sent_cb, g_object_ref (self));
    }
  else
    cairn_security_confirm_contact_async (self->security, gtk_editable_get_text (GTK_EDITABLE (self->code)), cancellable,
                                          confirmed_cb, g_object_ref (self));
  update_actions (self);
}

static void
resend_clicked_cb (CairnContactPage *self)
{
  if (self->busy)
    return;
  self->busy = TRUE;
  cairn_security_resend_contact_async (self->security, cairn_frame_page_get_cancellable (CAIRN_FRAME_PAGE (self)), sent_cb,
                                       g_object_ref (self));
  update_actions (self);
}

static void
cairn_contact_page_focus (CairnFramePage *page)
{
  CairnContactPage *self = CAIRN_CONTACT_PAGE (page);
  GtkWidget *const fields[N_STEPS] = { GTK_WIDGET (self->phone ? self->phone_row : self->email_row), GTK_WIDGET (self->address),
                                       GTK_WIDGET (self->code) };

  gtk_widget_grab_focus (fields[self->step]);
}

/* Step by step; what was typed stays. */
static gboolean
cairn_contact_page_go_back (CairnFramePage *page)
{
  CairnContactPage *self = CAIRN_CONTACT_PAGE (page);

  if (self->step == STEP_STATE)
    return FALSE;
  show_step (self, self->step - 1);
  return TRUE;
}

static void
cairn_contact_page_dispose (GObject *object)
{
  CairnContactPage *self = CAIRN_CONTACT_PAGE (object);

  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_CONTACT_PAGE);
  g_clear_object (&self->security);

  G_OBJECT_CLASS (cairn_contact_page_parent_class)->dispose (object);
}

static void
cairn_contact_page_finalize (GObject *object)
{
  g_free (CAIRN_CONTACT_PAGE (object)->begun);

  G_OBJECT_CLASS (cairn_contact_page_parent_class)->finalize (object);
}

static void
cairn_contact_page_class_init (CairnContactPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_contact_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = cairn_contact_page_finalize;
  CAIRN_FRAME_PAGE_CLASS (klass)->focus = cairn_contact_page_focus;
  CAIRN_FRAME_PAGE_CLASS (klass)->go_back = cairn_contact_page_go_back;

  signals[DONE] = g_signal_new ("done", CAIRN_TYPE_CONTACT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_RESEND_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-contact-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, address);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, address_error);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, address_title);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, address_words);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, code);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, code_error);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, email_row);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, next_button);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, phone_row);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, resend);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, sent_words);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnContactPage, support);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, resend_clicked_cb);
  gtk_widget_class_install_action (widget_class, "contact.change-email", NULL, change);
  gtk_widget_class_install_action (widget_class, "contact.change-phone", NULL, change);
  gtk_widget_class_install_action (widget_class, "contact.go", NULL, go);
}

static void
cairn_contact_page_init (CairnContactPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_digits_only (self->code);
  cairn_frame_page_set_title (CAIRN_FRAME_PAGE (self), _("E-Mail and Telephone"));
  update_actions (self);
}

CairnFramePage *
cairn_contact_page_new (CairnSecurity *security)
{
  CairnContactPage *self = g_object_new (CAIRN_TYPE_CONTACT_PAGE, "session", cairn_security_get_session (security), NULL);
  g_autofree char *support = cairn_account_words_support (cairn_security_get_support (security));

  self->security = g_object_ref (security);
  gtk_label_set_text (self->support, support);
  show_state (self);
  return CAIRN_FRAME_PAGE (self);
}
