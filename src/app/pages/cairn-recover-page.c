/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ways back in: the user name sent by mail, a new password by a code that is typed here. The portal says the same whether or
 * not there is such an account, and so does this page; whom to ask stands on each step.
 *
 * Signal "back" with the user name to sign in with, or "".
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "common/cairn-error.h"
#include "pages/cairn-door-page.h"
#include "pages/cairn-recover-page.h"
#include "parts/cairn-digits.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-password-field.h"

typedef enum
{
  STEP_ASK_NAME,
  STEP_NAME_SENT,
  STEP_ASK_PASSWORD,
  STEP_NEW_PASSWORD,
  STEP_DONE,
  N_STEPS
} Step;

static const char *const step_names[N_STEPS] = { "ask-name", "name-sent", "ask-password", "new-password", "done" };

struct _CairnRecoverPage
{
  CairnDoorPage parent_instance;

  GtkWidget          *back_button;
  GtkEntry           *code;
  CairnFieldError    *code_error;
  GtkEditable        *contact;
  CairnFieldError    *contact_error;
  GtkEditable        *name;
  CairnFieldError    *name_error;
  GtkButton          *next_button;
  CairnPasswordField *password;
  GtkStack           *stack;
  GtkLabel           *support;

  CairnSignUp        *sign_up;
  Step                step;
};

G_DEFINE_FINAL_TYPE (CairnRecoverPage, cairn_recover_page, CAIRN_TYPE_DOOR_PAGE)

enum
{
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_filled (CairnRecoverPage *self)
{
  switch (self->step)
    {
    case STEP_ASK_NAME:
      return *gtk_editable_get_text (self->contact) != '\0';
    case STEP_ASK_PASSWORD:
      return *gtk_editable_get_text (self->name) != '\0';
    case STEP_NEW_PASSWORD:
      return *gtk_editable_get_text (GTK_EDITABLE (self->code)) != '\0' &&
             *cairn_password_field_get_text (self->password) != '\0';
    default:
      return TRUE;
    }
}

static void
cairn_recover_page_update (CairnDoorPage *page)
{
  CairnRecoverPage *self = CAIRN_RECOVER_PAGE (page);
  gboolean busy = cairn_door_page_update (page, is_filled (self));
  const char *words[N_STEPS] = { _("Send User Name"), _("Go to Sign In"), _("Send Code"), _("Change Password"),
                                 _("Go to Sign In") };

  gtk_button_set_label (self->next_button, busy ? _("One Moment…") : words[self->step]);
}

static void
clear_errors (CairnRecoverPage *self)
{
  cairn_field_error_clear (self->contact_error);
  cairn_field_error_clear (self->name_error);
  cairn_field_error_clear (self->code_error);
}

static void
changed_cb (CairnRecoverPage *self)
{
  clear_errors (self);
  cairn_recover_page_update (CAIRN_DOOR_PAGE (self));
}

/* Enter after the digits leads to the password. */
static void
code_done_cb (CairnRecoverPage *self)
{
  if (*cairn_password_field_get_text (self->password) == '\0')
    cairn_password_field_take_focus (self->password);
  else
    cairn_door_page_go_on (CAIRN_DOOR_PAGE (self));
}

static void
show_step (CairnRecoverPage *self,
           Step              step)
{
  self->step = step;
  cairn_door_page_show (CAIRN_DOOR_PAGE (self), self->stack, step_names[step]);
  gtk_widget_set_visible (self->back_button, step == STEP_NAME_SENT || step == STEP_NEW_PASSWORD);
  clear_errors (self);
  cairn_recover_page_update (CAIRN_DOOR_PAGE (self));
  cairn_recover_page_take_focus (self);
}

static void
show_error (CairnRecoverPage *self,
            const GError     *error)
{
  const CairnRefusal *refusal = cairn_sign_up_get_refusal (self->sign_up);
  g_autofree char *words = cairn_account_words_refusal (refusal, error);
  GtkWidget *button = GTK_WIDGET (self->next_button);

  g_message ("Getting back in: %s", error->message);
  if (self->step == STEP_ASK_NAME)
    cairn_field_error_show (self->contact_error, refusal != NULL ? GTK_WIDGET (self->contact) : button, words);
  else if (self->step == STEP_ASK_PASSWORD)
    cairn_field_error_show (self->name_error, refusal != NULL ? GTK_WIDGET (self->name) : button, words);
  else if (refusal != NULL && g_strcmp0 (refusal->field, "password") == 0)
    cairn_password_field_say (self->password, words);
  else
    cairn_field_error_show (self->code_error, refusal != NULL ? GTK_WIDGET (self->code) : button, words);
}

static void
step_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnRecoverPage) self = data;
  g_autoptr(GError) error = NULL;

  cairn_sign_up_step_finish (CAIRN_SIGN_UP (source), result, &error);
  if (!cairn_door_page_end (CAIRN_DOOR_PAGE (self), error))
    return;
  if (error != NULL)
    {
      show_error (self, error);
      return;
    }
  if (self->step == STEP_NEW_PASSWORD)
    cairn_password_field_clear (self->password);
  if (self->step == STEP_ASK_PASSWORD)
    gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  show_step (self, self->step + 1);
}

static void
cairn_recover_page_next (CairnDoorPage *page)
{
  CairnRecoverPage *self = CAIRN_RECOVER_PAGE (page);
  GCancellable *cancellable;
  const char *wrong;

  if (!is_filled (self))
    return;
  clear_errors (self);
  if (self->step == STEP_NAME_SENT || self->step == STEP_DONE)
    {
      g_signal_emit (self, signals[BACK], 0, self->step == STEP_DONE ? gtk_editable_get_text (self->name) : "");
      return;
    }
  if (self->step == STEP_NEW_PASSWORD && !cairn_account_words_is_code (gtk_editable_get_text (GTK_EDITABLE (self->code))))
    {
      cairn_field_error_show (self->code_error, GTK_WIDGET (self->code), _("The code has eight digits."));
      return;
    }
  if (self->step == STEP_ASK_NAME &&
      (wrong = cairn_account_words_contact (gtk_editable_get_text (self->contact), CAIRN_CONTACT_UNREADABLE)) != NULL)
    {
      cairn_field_error_show (self->contact_error, GTK_WIDGET (self->contact), wrong);
      return;
    }
  cancellable = cairn_door_page_begin (page);
  if (self->step == STEP_ASK_NAME)
    cairn_sign_up_recover_name_async (self->sign_up, gtk_editable_get_text (self->contact), cancellable, step_cb,
                                      g_object_ref (self));
  else if (self->step == STEP_ASK_PASSWORD)
    cairn_sign_up_recover_password_async (self->sign_up, gtk_editable_get_text (self->name), cancellable, step_cb,
                                          g_object_ref (self));
  else
    cairn_sign_up_set_password_async (self->sign_up, gtk_editable_get_text (GTK_EDITABLE (self->code)),
                                      cairn_password_field_get_text (self->password), cancellable, step_cb,
                                      g_object_ref (self));
}

static void
cairn_recover_page_leave (CairnDoorPage *page)
{
  g_signal_emit (page, signals[BACK], 0, "");
}

static void
cairn_recover_page_back (CairnDoorPage *page)
{
  CairnRecoverPage *self = CAIRN_RECOVER_PAGE (page);

  if (self->step == STEP_NAME_SENT || self->step == STEP_NEW_PASSWORD)
    show_step (self, self->step - 1);
  else
    cairn_recover_page_leave (page);
}

static void
cairn_recover_page_dispose (GObject *object)
{
  CairnRecoverPage *self = CAIRN_RECOVER_PAGE (object);

  g_clear_object (&self->sign_up);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_RECOVER_PAGE);

  G_OBJECT_CLASS (cairn_recover_page_parent_class)->dispose (object);
}

static void
cairn_recover_page_class_init (CairnRecoverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CairnDoorPageClass *door_class = CAIRN_DOOR_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_recover_page_dispose;
  door_class->back = cairn_recover_page_back;
  door_class->leave = cairn_recover_page_leave;
  door_class->next = cairn_recover_page_next;
  door_class->update = cairn_recover_page_update;

  signals[BACK] = g_signal_new ("back", CAIRN_TYPE_RECOVER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_PASSWORD_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-recover-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, code);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, code_error);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, contact);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, contact_error);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, name);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, name_error);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, next_button);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, password);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnRecoverPage, support);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, cairn_door_page_go_on);
  gtk_widget_class_bind_template_callback (widget_class, code_done_cb);
}

static void
cairn_recover_page_init (CairnRecoverPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_digits_only (self->code);
  cairn_recover_page_update (CAIRN_DOOR_PAGE (self));
}

GtkWidget *
cairn_recover_page_new (void)
{
  return g_object_new (CAIRN_TYPE_RECOVER_PAGE, NULL);
}

/* Begins at a portal, with what was forgotten and perhaps with the user name that was typed. */
void
cairn_recover_page_open (CairnRecoverPage *self,
                         CairnSignUp      *sign_up,
                         gboolean          password,
                         const char       *username)
{
  const char *const words[] = { "cairn", cairn_sign_up_get_clinic (sign_up), NULL };
  g_autofree char *support = cairn_account_words_support (cairn_sign_up_get_support (sign_up));

  g_return_if_fail (CAIRN_IS_RECOVER_PAGE (self));

  g_set_object (&self->sign_up, sign_up);
  gtk_label_set_text (self->support, support);
  if (username != NULL && *username != '\0')
    gtk_editable_set_text (password ? self->name : self->contact, password || strchr (username, '@') != NULL ? username : "");
  cairn_password_field_clear (self->password);
  cairn_password_field_set_rules (self->password, cairn_sign_up_get_password_min (sign_up), words);
  show_step (self, password ? STEP_ASK_PASSWORD : STEP_ASK_NAME);
}

void
cairn_recover_page_take_focus (CairnRecoverPage *self)
{
  GtkWidget *const fields[N_STEPS] = { GTK_WIDGET (self->contact), GTK_WIDGET (self->next_button), GTK_WIDGET (self->name),
                                       GTK_WIDGET (self->code), GTK_WIDGET (self->next_button) };

  g_return_if_fail (CAIRN_IS_RECOVER_PAGE (self));

  gtk_widget_grab_focus (fields[self->step]);
}
