/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making an account, step by step: who somebody is, the code from mail or telephone, user name, password, terms. Going back
 * keeps what was typed, and all of it is shown before the account is made. At the end the new account signs in; one that the clinic has no chart for is told what happens next.
 *
 * Signals: "back" with the user name of a new account or ""; "signed-in" with the session.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "common/cairn-error.h"
#include "pages/cairn-register-page.h"
#include "pages/cairn-register-person.h"
#include "parts/cairn-digits.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"
#include "parts/cairn-password-field.h"
#include "parts/cairn-resend-button.h"

typedef enum
{
  STEP_PERSON,
  STEP_CODE,
  STEP_NAME,
  STEP_PASSWORD,
  STEP_TERMS,
  STEP_DONE,
  N_STEPS
} Step;

static const char *const step_names[N_STEPS] = { "person", "code", "name", "password", "terms", "done" };

struct _CairnRegisterPage
{
  CairnDoorPage parent_instance;

  GtkCheckButton     *agree;
  CairnFieldError    *agree_error;
  GtkWidget          *back_button;
  GtkWidget          *cancel_button;
  AdwActionRow       *check_row;
  GtkEntry           *code;
  CairnFieldError    *code_error;
  GtkLabel           *done_words;
  GtkSwitch          *keep;
  GtkButton          *next_button;
  CairnPasswordField *password;
  CairnRegisterPerson *person;
  CairnResendButton  *resend;
  GtkLabel           *sent_words;
  GtkStack           *stack;
  GtkLabel           *step_label;
  GtkLevelBar        *steps;
  GtkLabel           *support;
  GtkLabel           *terms;
  GtkEditable        *username;
  CairnFieldError    *username_error;

  CairnSignUp        *sign_up;
  char               *address;
  char               *begun;        /* what the person step said when the code was sent */
  Step                step;
  gboolean            verified;
};

G_DEFINE_FINAL_TYPE (CairnRegisterPage, cairn_register_page, CAIRN_TYPE_DOOR_PAGE)

enum
{
  BACK,
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_filled (CairnRegisterPage *self)
{
  switch (self->step)
    {
    case STEP_PERSON:
      return cairn_register_person_is_filled (self->person);
    case STEP_CODE:
      return self->verified || *gtk_editable_get_text (GTK_EDITABLE (self->code)) != '\0';
    case STEP_NAME:
      return *gtk_editable_get_text (self->username) != '\0';
    case STEP_PASSWORD:
      return *cairn_password_field_get_text (self->password) != '\0';
    case STEP_TERMS:
      return gtk_check_button_get_active (self->agree);
    default:
      return TRUE;
    }
}

static void
cairn_register_page_update (CairnDoorPage *page)
{
  CairnRegisterPage *self = CAIRN_REGISTER_PAGE (page);
  gboolean busy = cairn_door_page_update (page, is_filled (self));

  gtk_button_set_label (self->next_button, busy ? _("One Moment…")
                                           : self->step == STEP_TERMS ? _("Create Account")
                                           : self->step == STEP_DONE ? _("Go to Sign In") : _("Continue"));
}

static void
clear_errors (CairnRegisterPage *self)
{
  cairn_register_person_clear_errors (self->person);
  cairn_field_error_clear (self->code_error);
  cairn_field_error_clear (self->username_error);
  cairn_field_error_clear (self->agree_error);
}

static void
changed_cb (CairnRegisterPage *self)
{
  clear_errors (self);
  cairn_register_page_update (CAIRN_DOOR_PAGE (self));
}

static void
show_step (CairnRegisterPage *self,
           Step               step)
{
  const char *titles[N_STEPS] = { C_("step", "About You"), C_("step", "Code"), C_("step", "User Name"),
                                  C_("step", "Password"), C_("step", "Terms"), C_("step", "Done") };
  g_autofree char *words = NULL;

  self->step = step;
  cairn_door_page_show (CAIRN_DOOR_PAGE (self), self->stack, step_names[step]);
  /* Translators: where somebody is in making an account, such as "Step 3 of 6: User Name" */
  words = g_strdup_printf (_("Step %1$d of %2$d: %3$s"), step + 1, N_STEPS, titles[step]);
  gtk_label_set_text (self->step_label, words);
  gtk_level_bar_set_value (self->steps, step + 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->steps), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words, -1);
  gtk_widget_set_visible (self->back_button, step != STEP_PERSON && step != STEP_DONE);
  gtk_widget_set_visible (self->cancel_button, step != STEP_DONE);
  clear_errors (self);
  cairn_register_page_update (CAIRN_DOOR_PAGE (self));
  cairn_register_page_take_focus (self);
}

static void
code_sent (CairnRegisterPage *self)
{
  g_autofree char *words = cairn_account_words_sent (cairn_register_person_get_contact (self->person),
                                                     cairn_sign_up_get_sent_by_mail (self->sign_up));

  gtk_label_set_text (self->sent_words, words);
  self->verified = FALSE;
  cairn_resend_button_wait (self->resend, cairn_sign_up_get_resend_after (self->sign_up));
}

/* The words beside the field that the portal means, else beside the button. */
static void
show_error (CairnRegisterPage *self,
            const GError      *error)
{
  const CairnRefusal *refusal = cairn_sign_up_get_refusal (self->sign_up);
  g_autofree char *words = cairn_account_words_refusal (refusal, error);
  const char *field = refusal != NULL ? refusal->field : NULL;

  g_message ("Making an account: %s", error->message);
  if (self->step == STEP_PERSON)
    cairn_register_person_say (self->person, field, words, GTK_WIDGET (self->next_button));
  else if (self->step == STEP_CODE)
    cairn_field_error_show (self->code_error, refusal != NULL ? GTK_WIDGET (self->code) : GTK_WIDGET (self->next_button), words);
  else if (self->step == STEP_NAME || g_strcmp0 (field, "username") == 0)
    {
      if (self->step != STEP_NAME)
        show_step (self, STEP_NAME);
      cairn_field_error_show (self->username_error, refusal != NULL ? GTK_WIDGET (self->username)
                                                    : GTK_WIDGET (self->next_button), words);
    }
  else if (self->step == STEP_PASSWORD || g_strcmp0 (field, "password") == 0)
    {
      if (self->step != STEP_PASSWORD)
        show_step (self, STEP_PASSWORD);
      cairn_password_field_say (self->password, words);
    }
  else
    cairn_field_error_show (self->agree_error, GTK_WIDGET (self->next_button), words);
}

/* Nothing of the person before stays in the form. */
static void
forget (CairnRegisterPage *self)
{
  cairn_register_person_open (self->person, cairn_sign_up_get_rule (self->sign_up) == CAIRN_SIGN_UP_INVITATION);
  gtk_editable_set_text (self->username, "");
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  cairn_password_field_clear (self->password);
  g_clear_pointer (&self->begun, g_free);
  self->verified = FALSE;
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(CairnRegisterPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSession) session = cairn_session_sign_in_finish (result, &error);

  if (!cairn_door_page_end (CAIRN_DOOR_PAGE (self), error))
    return;
  if (session != NULL)
    {
      self->step = STEP_DONE;   /* the next one begins with an empty form */
      forget (self);
      g_signal_emit (self, signals[SIGNED_IN], 0, session);
      return;
    }
  g_message ("Signing the new account in: %s", error->message);
  gtk_label_set_text (self->done_words, _("Signing in did not work at once. Go to the sign-in page and try again."));
  show_step (self, STEP_DONE);
}

static void
made (CairnRegisterPage *self)
{
  const char *username = cairn_sign_up_get_username (self->sign_up);
  g_autofree char *words = NULL;

  if (cairn_sign_up_get_linked (self->sign_up))
    {
      cairn_session_sign_in_async (self->address, username, cairn_password_field_get_text (self->password), NULL,
                                   gtk_switch_get_active (self->keep), cairn_door_page_begin (CAIRN_DOOR_PAGE (self)),
                                   signed_in_cb, g_object_ref (self));
      return;
    }
  cairn_password_field_clear (self->password);
  words = g_strdup_printf (_("Your user name is “%s”. The clinic's staff now look for your record and join it to your account, usually within one or two working days. You will be told; then sign in here and your record comes."),
                           username);
  gtk_label_set_text (self->done_words, words);
  show_step (self, STEP_DONE);
}

static void
use_rules (CairnRegisterPage *self)
{
  CairnNewcomer person;
  const char *words[6] = { "cairn", cairn_sign_up_get_username (self->sign_up) };
  guint n = 2;

  cairn_register_person_get (self->person, &person);
  if (person.given != NULL)
    {
      words[n++] = person.given;
      words[n++] = person.family;
    }
  words[n] = cairn_sign_up_get_clinic (self->sign_up);
  cairn_password_field_set_rules (self->password, cairn_sign_up_get_password_min (self->sign_up), words);
}

/* What the account is made of, to be seen once more before it is. */
static void
show_check (CairnRegisterPage *self)
{
  g_autofree char *who = cairn_register_person_dup_words (self->person), *how = NULL;

  /* Translators: 1 an e-mail address or a telephone number, 2 a user name */
  how = g_strdup_printf (_("%1$s, user name “%2$s”"), cairn_register_person_get_contact (self->person),
                         gtk_editable_get_text (self->username));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->check_row), who);
  adw_action_row_set_subtitle (self->check_row, how);
}

/* Back to who somebody is; another code goes out only when something is changed there. */
static void
mend (GtkWidget  *widget,
      const char *action,
      GVariant   *parameter)
{
  if (!cairn_door_page_is_busy (CAIRN_DOOR_PAGE (widget)))
    show_step (CAIRN_REGISTER_PAGE (widget), STEP_PERSON);
}

static void
step_done (CairnRegisterPage *self)
{
  switch (self->step)
    {
    case STEP_PERSON:
      gtk_editable_set_text (GTK_EDITABLE (self->code), "");
      code_sent (self);
      show_step (self, STEP_CODE);
      break;
    case STEP_CODE:
      self->verified = TRUE;
      show_step (self, STEP_NAME);
      break;
    case STEP_NAME:
      use_rules (self);
      show_step (self, STEP_PASSWORD);
      break;
    case STEP_PASSWORD:
      show_check (self);
      show_step (self, STEP_TERMS);
      break;
    case STEP_TERMS:
      made (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(CairnRegisterPage) self = data;

  if (!cairn_sign_up_step_finish (CAIRN_SIGN_UP (source), result, NULL) || self->stack == NULL)
    return;
  gtk_label_set_text (self->terms, cairn_sign_up_get_terms (self->sign_up));
  gtk_check_button_set_active (self->agree, FALSE);
  cairn_field_error_show (self->agree_error, GTK_WIDGET (self->agree),
                          _("The terms have changed in the meantime. Read them again, please."));
}

static void
step_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnRegisterPage) self = data;
  g_autoptr(GError) error = NULL;

  cairn_sign_up_step_finish (CAIRN_SIGN_UP (source), result, &error);
  if (!cairn_door_page_end (CAIRN_DOOR_PAGE (self), error))
    return;
  if (error == NULL)
    step_done (self);
  else if (cairn_refusal_is (cairn_sign_up_get_refusal (self->sign_up), "terms_needed"))
    cairn_sign_up_reload_async (self->sign_up, NULL, reloaded_cb, g_object_ref (self));
  else
    {
      if (cairn_refusal_is (cairn_sign_up_get_refusal (self->sign_up), "registration_expired"))
        g_clear_pointer (&self->begun, g_free);
      show_error (self, error);
    }
}

static void
begin (CairnRegisterPage *self,
       GCancellable      *cancellable)
{
  CairnNewcomer person;

  cairn_register_person_get (self->person, &person);
  g_free (self->begun);
  self->begun = cairn_register_person_dup_all (self->person);
  cairn_sign_up_begin_async (self->sign_up, &person, cancellable, step_cb, g_object_ref (self));
}

static void
cairn_register_page_next (CairnDoorPage *page)
{
  CairnRegisterPage *self = CAIRN_REGISTER_PAGE (page);
  GCancellable *cancellable;
  const char *username = gtk_editable_get_text (self->username), *password = cairn_password_field_get_text (self->password);
  g_autofree char *person = cairn_register_person_dup_all (self->person);

  if (!is_filled (self))
    return;
  clear_errors (self);
  if (self->step == STEP_PERSON && !cairn_register_person_check (self->person))
    return;
  if (self->step == STEP_DONE)
    {
      g_signal_emit (self, signals[BACK], 0, cairn_sign_up_get_username (self->sign_up));
      return;
    }
  if ((self->step == STEP_PERSON && g_strcmp0 (person, self->begun) == 0) || (self->step == STEP_CODE && self->verified))
    {
      show_step (self, self->step + 1);   /* somebody went back only to look */
      return;
    }
  if (self->step == STEP_CODE && !cairn_account_words_is_code (gtk_editable_get_text (GTK_EDITABLE (self->code))))
    {
      cairn_field_error_show (self->code_error, GTK_WIDGET (self->code), _("The code has eight digits."));
      return;
    }
  cancellable = cairn_door_page_begin (page);
  if (self->step == STEP_PERSON)
    begin (self, cancellable);
  else if (self->step == STEP_CODE)
    cairn_sign_up_verify_async (self->sign_up, gtk_editable_get_text (GTK_EDITABLE (self->code)), cancellable, step_cb,
                                g_object_ref (self));
  else if (self->step == STEP_TERMS)
    cairn_sign_up_make_async (self->sign_up, username, password, cancellable, step_cb, g_object_ref (self));
  else
    cairn_sign_up_check_async (self->sign_up, username, self->step == STEP_PASSWORD ? password : NULL, cancellable, step_cb,
                               g_object_ref (self));
}

static void
resent_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnRegisterPage) self = data;
  g_autoptr(GError) error = NULL;

  cairn_sign_up_step_finish (CAIRN_SIGN_UP (source), result, &error);
  if (!cairn_door_page_end (CAIRN_DOOR_PAGE (self), error))
    return;
  if (error == NULL)
    code_sent (self);
  else
    show_error (self, error);
}

static void
resend_clicked_cb (CairnRegisterPage *self)
{
  if (cairn_door_page_is_busy (CAIRN_DOOR_PAGE (self)))
    return;
  cairn_sign_up_resend_async (self->sign_up, cairn_door_page_begin (CAIRN_DOOR_PAGE (self)), resent_cb, g_object_ref (self));
}

static void
cairn_register_page_leave (CairnDoorPage *page)
{
  g_signal_emit (page, signals[BACK], 0, "");
}

static void
cairn_register_page_back (CairnDoorPage *page)
{
  CairnRegisterPage *self = CAIRN_REGISTER_PAGE (page);

  if (self->step == STEP_PERSON || self->step == STEP_DONE)
    cairn_register_page_leave (page);
  else
    show_step (self, self->step - 1);
}

static void
cairn_register_page_dispose (GObject *object)
{
  CairnRegisterPage *self = CAIRN_REGISTER_PAGE (object);

  g_clear_object (&self->sign_up);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_REGISTER_PAGE);

  G_OBJECT_CLASS (cairn_register_page_parent_class)->dispose (object);
}

static void
cairn_register_page_finalize (GObject *object)
{
  CairnRegisterPage *self = CAIRN_REGISTER_PAGE (object);

  g_free (self->address);
  g_free (self->begun);

  G_OBJECT_CLASS (cairn_register_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  static const struct { const char *name; gssize offset; } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (CairnRegisterPage, name) }
    CHILD (agree), CHILD (agree_error), CHILD (back_button), CHILD (cancel_button), CHILD (check_row), CHILD (code),
    CHILD (code_error), CHILD (done_words), CHILD (keep), CHILD (next_button), CHILD (password), CHILD (person),
    CHILD (resend), CHILD (sent_words), CHILD (stack), CHILD (step_label), CHILD (steps), CHILD (support), CHILD (terms), CHILD (username),
    CHILD (username_error),
#undef CHILD
  };

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (widget_class, children[i].name, FALSE, children[i].offset);
}

static void
cairn_register_page_class_init (CairnRegisterPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CairnDoorPageClass *door_class = CAIRN_DOOR_PAGE_CLASS (klass);

  object_class->dispose = cairn_register_page_dispose;
  object_class->finalize = cairn_register_page_finalize;
  door_class->back = cairn_register_page_back;
  door_class->leave = cairn_register_page_leave;
  door_class->next = cairn_register_page_next;
  door_class->update = cairn_register_page_update;

  signals[BACK] = g_signal_new ("back", CAIRN_TYPE_REGISTER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNED_IN] = g_signal_new ("signed-in", CAIRN_TYPE_REGISTER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, CAIRN_TYPE_SESSION);

  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_PASSWORD_FIELD);
  g_type_ensure (CAIRN_TYPE_REGISTER_PERSON);
  g_type_ensure (CAIRN_TYPE_RESEND_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-register-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, cairn_door_page_go_on);
  gtk_widget_class_bind_template_callback (widget_class, resend_clicked_cb);
  gtk_widget_class_install_action (widget_class, "register.mend", NULL, mend);
}

static void
cairn_register_page_init (CairnRegisterPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_digits_only (self->code);
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_FULL);
}

GtkWidget *
cairn_register_page_new (void)
{
  return g_object_new (CAIRN_TYPE_REGISTER_PAGE, NULL);
}

/* Begins at a portal; coming back to the same one goes on where it was left. */
void
cairn_register_page_open (CairnRegisterPage *self,
                          CairnSignUp       *sign_up,
                          const char        *address)
{
  g_autofree char *support = cairn_account_words_support (cairn_sign_up_get_support (sign_up));

  g_return_if_fail (CAIRN_IS_REGISTER_PAGE (self));

  if (self->sign_up == sign_up && self->step != STEP_DONE)
    return;
  g_set_object (&self->sign_up, sign_up);
  forget (self);
  g_free (self->address);
  self->address = g_strdup (address);
  gtk_label_set_text (self->support, support);
  gtk_label_set_text (self->terms, cairn_sign_up_get_terms (sign_up));
  gtk_check_button_set_active (self->agree, FALSE);
  show_step (self, STEP_PERSON);
}

void
cairn_register_page_take_focus (CairnRegisterPage *self)
{
  GtkWidget *fields[N_STEPS];

  g_return_if_fail (CAIRN_IS_REGISTER_PAGE (self));

  fields[STEP_CODE] = self->verified ? GTK_WIDGET (self->next_button) : GTK_WIDGET (self->code);
  fields[STEP_NAME] = GTK_WIDGET (self->username);
  fields[STEP_TERMS] = GTK_WIDGET (self->agree);
  fields[STEP_DONE] = GTK_WIDGET (self->next_button);
  if (self->step == STEP_PERSON)
    cairn_register_person_take_focus (self->person);
  else if (self->step == STEP_PASSWORD)
    cairn_password_field_take_focus (self->password);
  else
    cairn_door_page_point_at (CAIRN_DOOR_PAGE (self), fields[self->step]);
}
