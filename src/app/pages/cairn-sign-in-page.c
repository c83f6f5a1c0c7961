/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * User name, password and, when the portal asks for them, a one-time code, a second factor that is set up on the way, and an agreement to
 * changed terms. Also signs an ended session
 * in again, then with the user name fixed. Passwords stay in the entries and go nowhere but the portal.
 *
 * What else the portal offers stands below: a forgotten user name or password, a new account, whom to ask.
 *
 * Signals: "back"; "recover" with the portal's desk, and whether it is about the password; "register" with the desk;
 * "signed-in" with the session; "wrong-address" with the words to say there.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "cairn-words.h"
#include "client/cairn-sign-up.h"
#include "common/cairn-error.h"
#include "pages/cairn-sign-in-page.h"
#include "parts/cairn-caps-lock.h"
#include "parts/cairn-digits.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-qr-code.h"

struct _CairnSignInPage
{
  CairnDoorPage parent_instance;

  GtkCheckButton  *agree;
  GtkButton       *agree_button;
  GtkEntry        *code;
  GtkButton       *code_button;
  CairnFieldError *code_error;
  GtkWidget       *code_picture;
  GtkLabel        *code_title;
  GtkLabel        *code_words;
  GtkLabel        *codes;
  GtkWidget       *codes_button;
  CairnFieldError *error;
  GtkWidget       *help;
  GtkLabel        *host;
  GtkSwitch       *keep;
  GtkWidget       *keep_list;
  GtkLabel        *key;
  GtkWidget       *name_button;
  GtkButton       *other_code;
  GtkEditable     *password;
  CairnQrCode     *qr;
  GtkWidget       *register_button;
  GtkButton       *sign_in_button;
  GtkStack        *stack;
  GtkLabel        *support;
  GtkLabel        *terms;
  CairnFieldError *terms_error;
  GtkLabel        *title;
  GtkEditable     *username;

  char            *address;
  CairnCredentials *credentials;  /* of a sign-in that has begun */
  gboolean         recovery;    /* a recovery code is asked for */
  gboolean         set_up;      /* the first code of an authenticator app is */
  CairnSession    *done;        /* open, while its recovery codes are shown */
  CairnSession    *session;
  CairnSignUp     *desk;
  GCancellable    *asking;      /* for the desk */
};

G_DEFINE_FINAL_TYPE (CairnSignInPage, cairn_sign_in_page, CAIRN_TYPE_DOOR_PAGE)

enum
{
  BACK,
  RECOVER,
  REGISTER,
  SIGNED_IN,
  WRONG_ADDRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_step (CairnSignInPage *self,
         const char      *step)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), step) == 0;
}

static gboolean
is_filled (CairnSignInPage *self)
{
  if (is_step (self, "terms"))
    return gtk_check_button_get_active (self->agree);
  if (is_step (self, "codes"))
    return TRUE;
  if (is_step (self, "code"))
    return *gtk_editable_get_text (GTK_EDITABLE (self->code)) != '\0';
  return *gtk_editable_get_text (self->username) != '\0' && *gtk_editable_get_text (self->password) != '\0';
}

static void
cairn_sign_in_page_update (CairnDoorPage *page)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (page);
  gboolean busy = cairn_door_page_update (page, is_filled (self));

  gtk_button_set_label (self->sign_in_button, busy ? _("Signing In…") : _("Sign In"));
  gtk_button_set_label (self->code_button, busy ? _("Signing In…") : _("Continue"));
  gtk_button_set_label (self->agree_button, busy ? _("Signing In…") : _("Continue"));
}

static void
clear_errors (CairnSignInPage *self)
{
  cairn_field_error_clear (self->error);
  cairn_field_error_clear (self->code_error);
  cairn_field_error_clear (self->terms_error);
}

static void
changed_cb (CairnSignInPage *self)
{
  clear_errors (self);
  cairn_sign_in_page_update (CAIRN_DOOR_PAGE (self));
}

static void
go_on_cb (CairnSignInPage *self)
{
  if (*gtk_editable_get_text (self->password) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
  else
    cairn_door_page_go_on (CAIRN_DOOR_PAGE (self));
}

static void
show_step (CairnSignInPage *self,
           const char      *step)
{
  cairn_door_page_show (CAIRN_DOOR_PAGE (self), self->stack, step);
  cairn_sign_in_page_update (CAIRN_DOOR_PAGE (self));
}

/* Of an authenticator app that is to be set up: as a picture for its camera, and as text in groups; without, they are gone. */
static void
show_key (CairnSignInPage *self,
          const char      *key,
          const char      *uri)
{
  g_autoptr(GString) groups = g_string_new (NULL);

  for (guint i = 0; key != NULL && key[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (groups, ' ');
      g_string_append_c (groups, key[i]);
    }
  gtk_label_set_text (self->key, groups->str);
  cairn_qr_code_set_text (self->qr, uri);
  gtk_widget_set_visible (GTK_WIDGET (self->key), key != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->qr), key != NULL);
  gtk_widget_set_visible (self->code_picture, key == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->other_code), key == NULL);
  gtk_label_set_text (self->code_title, key != NULL ? _("A second step is needed") : _("Enter the code"));
}

/* A code of the authenticator app, or a recovery code when the telephone is not at hand. */
static void
ask_for (CairnSignInPage *self,
         gboolean         recovery)
{
  self->recovery = recovery;
  self->set_up = FALSE;
  show_key (self, NULL, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  gtk_entry_set_max_length (self->code, recovery ? 30 : 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->code), recovery ? 20 : 8);
  gtk_entry_set_input_purpose (self->code, recovery ? GTK_INPUT_PURPOSE_FREE_FORM : GTK_INPUT_PURPOSE_PIN);
  if (recovery)
    gtk_widget_remove_css_class (GTK_WIDGET (self->code), "code");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->code), "code");
  gtk_label_set_text (self->code_words, recovery ? _("Write one of the ten recovery codes that you have kept. Each is good once.")
                                        : _("The clinic asks for a one-time code from your authenticator app."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->code), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  recovery ? _("Recovery code") : _("One-time code"), -1);
  gtk_button_set_label (self->other_code, recovery ? _("Use the Authenticator App") : _("Use a Recovery Code"));
}

static void
other_code (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (widget);

  ask_for (self, !self->recovery);
  gtk_widget_grab_focus (GTK_WIDGET (self->code));
}

static void
show_code_step (CairnSignInPage *self)
{
  gboolean again = is_step (self, "code");

  show_step (self, "code");
  if (again)
    cairn_field_error_show (self->code_error, GTK_WIDGET (self->code), self->recovery ? _("This recovery code is wrong or was used before.")
                                               : _("This code is wrong or too old. Wait for the next one, and look whether the clock of your telephone is right."));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
}

/* The clinic wants a second factor, and there is none yet. */
static void
show_set_up_step (CairnSignInPage *self)
{
  gboolean again = is_step (self, "code") && self->set_up;

  ask_for (self, FALSE);
  self->set_up = TRUE;
  show_key (self, cairn_credentials_get_factor_secret (self->credentials), cairn_credentials_get_factor_uri (self->credentials));
  gtk_label_set_text (self->code_words, _("The clinic asks for a code from an authenticator app at each sign-in. Add your account to such an app on your telephone, with its camera or by this key. Then write the code that it shows."));
  show_step (self, "code");
  if (again)
    cairn_field_error_show (self->code_error, GTK_WIDGET (self->code), _("This is not the code that the app shows now. Wait for the next one, and look whether the clock of your telephone is right."));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
}

/* Nobody shows them again: they stay until somebody says that they are kept. */
static void
show_codes_step (CairnSignInPage   *self,
                 const char *const *codes)
{
  g_autofree char *lines = g_strjoinv ("\n", (char **) codes);

  gtk_label_set_text (self->codes, lines);
  show_step (self, "codes");
  gtk_widget_grab_focus (self->codes_button);
}

static void
copy_codes (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (CAIRN_SIGN_IN_PAGE (widget)->codes));
}

static void
leave (CairnSignInPage *self,
       CairnSession    *session)
{
  g_autoptr(CairnSession) kept = g_object_ref (session);

  g_clear_object (&self->done);
  g_clear_object (&self->credentials);
  gtk_label_set_text (self->codes, "");
  show_key (self, NULL, NULL);
  gtk_editable_set_text (self->password, "");
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  g_signal_emit (self, signals[SIGNED_IN], 0, kept);
}

static void
show_terms_step (CairnSignInPage *self)
{
  gtk_label_set_text (self->terms, cairn_credentials_get_terms (self->credentials));
  gtk_check_button_set_active (self->agree, FALSE);
  show_step (self, "terms");
  cairn_door_page_point_at (CAIRN_DOOR_PAGE (self), GTK_WIDGET (self->agree));
}

/* Beside what the step asks for; a field is named when it is at fault. */
static void
say (CairnSignInPage *self,
     gboolean         field,
     const char      *words)
{
  if (is_step (self, "terms"))
    cairn_field_error_show (self->terms_error, GTK_WIDGET (self->agree_button), words);
  else if (is_step (self, "code"))
    cairn_field_error_show (self->code_error, GTK_WIDGET (self->code_button), words);
  else
    cairn_field_error_show (self->error, field ? GTK_WIDGET (self->password) : GTK_WIDGET (self->sign_in_button), words);
}

static void
show_error (CairnSignInPage *self,
            const GError    *error)
{
  g_autofree char *words = NULL;

  g_message ("Signing in: %s", error->message);
  if (cairn_session_needs_otp (error))
    {
      show_code_step (self);
      return;
    }
  if (cairn_session_needs_set_up (error))
    {
      show_set_up_step (self);
      return;
    }
  if (cairn_session_needs_terms (error))
    {
      show_terms_step (self);
      return;
    }
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL) ||
      g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CERTIFICATE))
    {
      g_signal_emit (self, signals[WRONG_ADDRESS], 0, cairn_words_error (error));
      return;
    }
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_FORBIDDEN))
    {
      show_step (self, "password");
      cairn_field_error_note (self->error, GTK_WIDGET (self->sign_in_button), _("Your account is made, but the clinic has yet to join it to your record. You will be told when that is done; then sign in again."));
      return;
    }
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_CREDENTIALS))
    {
      show_step (self, "password");
      say (self, TRUE, cairn_words_error (error));
      return;
    }
  words = cairn_account_words_refusal (NULL, error);
  say (self, FALSE, words);
}

/* Takes the answer of either call; session is the new one, or the old one signed in again. */
static void
finish (CairnSignInPage *self,
        CairnSession    *session,
        GError          *error)
{
  const char *const *codes;

  if (!cairn_door_page_end (CAIRN_DOOR_PAGE (self), error))
    return;
  if (session == NULL)
    {
      show_error (self, error);
      return;
    }
  codes = cairn_credentials_get_recovery_codes (self->credentials);
  if (codes != NULL)
    {
      g_set_object (&self->done, session);
      show_codes_step (self, codes);
    }
  else
    leave (self, session);
}

static void
sign_in_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(CairnSignInPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSession) session = cairn_session_sign_in_finish (result, &error);

  finish (self, session, error);
}

static void
sign_in_again_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(CairnSignInPage) self = data;
  g_autoptr(GError) error = NULL;
  CairnSession *session = CAIRN_SESSION (source);
  gboolean done = cairn_session_sign_in_again_finish (session, result, &error);

  finish (self, done ? session : NULL, error);
}

/* What the step adds to what was given before; the password step begins anew. */
static void
fill_credentials (CairnSignInPage *self)
{
  const char *username = self->session != NULL ? cairn_account_get_username (cairn_session_get_account (self->session))
                                               : gtk_editable_get_text (self->username);

  if (is_step (self, "terms"))
    cairn_credentials_accept_terms (self->credentials);
  else if (is_step (self, "code"))
    cairn_credentials_set_code (self->credentials, gtk_editable_get_text (GTK_EDITABLE (self->code)));
  else
    {
      g_clear_object (&self->credentials);
      self->credentials = cairn_credentials_new (username, gtk_editable_get_text (self->password));
    }
}

static void
cairn_sign_in_page_next (CairnDoorPage *page)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (page);
  GCancellable *cancellable;

  if (!is_filled (self))
    return;
  if (self->done != NULL)
    {
      leave (self, self->done);
      return;
    }
  clear_errors (self);
  fill_credentials (self);
  cancellable = cairn_door_page_begin (page);
  if (self->session != NULL)
    cairn_session_sign_in_again_with_async (self->session, self->credentials, cancellable, sign_in_again_cb,
                                            g_object_ref (self));
  else
    cairn_session_sign_in_with_async (self->address, self->credentials, gtk_switch_get_active (self->keep), cancellable,
                                      sign_in_cb, g_object_ref (self));
}

/* What the portal offers to somebody who can not sign in. */
static void
desk_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(CairnSignInPage) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSignUp) desk = cairn_sign_up_open_finish (result, &error);
  g_autofree char *support = NULL;
  const char *clinic;

  if (desk == NULL || self->stack == NULL)
    return;
  g_clear_object (&self->asking);
  g_set_object (&self->desk, desk);
  clinic = cairn_sign_up_get_clinic (desk);
  support = cairn_account_words_support (cairn_sign_up_get_support (desk));
  if (clinic != NULL && *clinic != '\0')
    gtk_label_set_text (self->title, clinic);
  gtk_label_set_text (self->support, support);
  gtk_widget_set_visible (self->name_button, self->session == NULL);
  gtk_widget_set_visible (self->register_button,
                          self->session == NULL && cairn_sign_up_get_rule (desk) != CAIRN_SIGN_UP_CLOSED);
  gtk_widget_set_visible (self->help, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->support), TRUE);
}

static void
ask_desk (CairnSignInPage *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->asking = g_cancellable_new ();
  cairn_sign_up_open_async (self->address, self->asking, desk_cb, g_object_ref (self));
}

static void
go_to_desk (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (widget);

  if (self->desk == NULL || cairn_door_page_is_busy (CAIRN_DOOR_PAGE (self)))
    return;
  if (g_str_equal (action, "sign-in.register"))
    g_signal_emit (self, signals[REGISTER], 0, self->desk);
  else
    g_signal_emit (self, signals[RECOVER], 0, self->desk, g_str_equal (action, "sign-in.forgot-password"));
}

static void
cairn_sign_in_page_back (CairnDoorPage *page)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (page);

  if (self->done != NULL)   /* there is no way back from being signed in */
    return;
  g_clear_object (&self->credentials);
  if (!is_step (self, "password"))
    {
      show_step (self, "password");
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
    }
  else
    g_signal_emit (self, signals[BACK], 0);
}

static void
cairn_sign_in_page_dispose (GObject *object)
{
  CairnSignInPage *self = CAIRN_SIGN_IN_PAGE (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->credentials);
  g_clear_object (&self->desk);
  g_clear_object (&self->done);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_SIGN_IN_PAGE);

  G_OBJECT_CLASS (cairn_sign_in_page_parent_class)->dispose (object);
}

static void
cairn_sign_in_page_finalize (GObject *object)
{
  g_free (CAIRN_SIGN_IN_PAGE (object)->address);

  G_OBJECT_CLASS (cairn_sign_in_page_parent_class)->finalize (object);
}

static void
cairn_sign_in_page_class_init (CairnSignInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CairnDoorPageClass *door_class = CAIRN_DOOR_PAGE_CLASS (klass);

  object_class->dispose = cairn_sign_in_page_dispose;
  object_class->finalize = cairn_sign_in_page_finalize;
  door_class->back = cairn_sign_in_page_back;
  door_class->next = cairn_sign_in_page_next;
  door_class->update = cairn_sign_in_page_update;

  signals[BACK] = g_signal_new ("back", CAIRN_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[RECOVER] = g_signal_new ("recover", CAIRN_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, CAIRN_TYPE_SIGN_UP, G_TYPE_BOOLEAN);
  signals[REGISTER] = g_signal_new ("register", CAIRN_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, CAIRN_TYPE_SIGN_UP);
  signals[SIGNED_IN] = g_signal_new ("signed-in", CAIRN_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, CAIRN_TYPE_SESSION);
  signals[WRONG_ADDRESS] = g_signal_new ("wrong-address", CAIRN_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CAIRN_TYPE_CAPS_LOCK);
  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  g_type_ensure (CAIRN_TYPE_QR_CODE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/cairnhealth/Cairn/ui/cairn-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, agree);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, agree_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code_error);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code_words);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code_picture);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, code_title);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, codes);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, codes_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, error);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, help);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, host);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, keep);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, keep_list);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, key);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, name_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, other_code);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, password);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, qr);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, register_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, support);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, terms);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, terms_error);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, title);
  gtk_widget_class_bind_template_child (widget_class, CairnSignInPage, username);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.copy-codes", NULL, copy_codes);
  gtk_widget_class_install_action (widget_class, "sign-in.forgot-name", NULL, go_to_desk);
  gtk_widget_class_install_action (widget_class, "sign-in.forgot-password", NULL, go_to_desk);
  gtk_widget_class_install_action (widget_class, "sign-in.other-code", NULL, other_code);
  gtk_widget_class_install_action (widget_class, "sign-in.register", NULL, go_to_desk);
}

static void
cairn_sign_in_page_init (CairnSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cairn_digits_only (self->code);
  ask_for (self, FALSE);
  cairn_sign_in_page_update (CAIRN_DOOR_PAGE (self));
}

GtkWidget *
cairn_sign_in_page_new (void)
{
  return g_object_new (CAIRN_TYPE_SIGN_IN_PAGE, NULL);
}

/* Where to sign in; what was typed stays when the address is the same. */
void
cairn_sign_in_page_set_address (CairnSignInPage *self,
                                const char      *address,
                                const char      *username)
{
  g_autofree char *host = cairn_words_host (address);

  g_return_if_fail (CAIRN_IS_SIGN_IN_PAGE (self));

  if (g_strcmp0 (self->address, address) != 0)
    {
      gtk_editable_set_text (self->password, "");
      gtk_label_set_text (self->title, _("Sign In"));
      gtk_widget_set_visible (self->help, FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->support), FALSE);
      g_clear_object (&self->desk);
      g_free (self->address);
      self->address = g_strdup (address);
    }
  if (self->desk == NULL)
    ask_desk (self);
  gtk_label_set_text (self->host, host);
  if (username != NULL)
    gtk_editable_set_text (self->username, username);
  gtk_stack_set_visible_child_name (self->stack, "password");
  cairn_sign_in_page_update (CAIRN_DOOR_PAGE (self));
}

/* Signs this ended session in again. */
void
cairn_sign_in_page_set_session (CairnSignInPage *self,
                                CairnSession    *session)
{
  CairnAccount *account = cairn_session_get_account (session);

  g_return_if_fail (CAIRN_IS_SIGN_IN_PAGE (self));

  g_set_object (&self->session, session);
  cairn_sign_in_page_set_address (self, cairn_account_get_portal (account), cairn_account_get_username (account));
  gtk_widget_set_sensitive (GTK_WIDGET (self->username), FALSE);
  gtk_widget_set_visible (self->keep_list, FALSE);
}

/* Words beside the fields, such as why somebody has to sign in again. */
void
cairn_sign_in_page_say (CairnSignInPage *self,
                        const char      *words)
{
  g_return_if_fail (CAIRN_IS_SIGN_IN_PAGE (self));

  cairn_field_error_show (self->error, NULL, words);
}

/* The same, when nothing is wrong. */
void
cairn_sign_in_page_note (CairnSignInPage *self,
                         const char      *words)
{
  g_return_if_fail (CAIRN_IS_SIGN_IN_PAGE (self));

  cairn_field_error_note (self->error, NULL, words);
}

void
cairn_sign_in_page_take_focus (CairnSignInPage *self)
{
  g_return_if_fail (CAIRN_IS_SIGN_IN_PAGE (self));

  if (is_step (self, "code"))
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
  else if (*gtk_editable_get_text (self->username) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->username));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

const char *
cairn_sign_in_page_get_address (CairnSignInPage *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_IN_PAGE (self), NULL);

  return self->address;
}

/* What was typed, perhaps "". */
const char *
cairn_sign_in_page_get_username (CairnSignInPage *self)
{
  g_return_val_if_fail (CAIRN_IS_SIGN_IN_PAGE (self), NULL);

  return gtk_editable_get_text (self->username);
}
