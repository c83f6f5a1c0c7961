/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All that comes before a session: the start, signing in at a clinic, making an account there or getting
 * back into one, opening a known account, the sample clinic. Leaving it ends whatever it was about to open.
 *
 * Signal "opened" with the session; a sample clinic that it needs is then taken by
 * cairn_door_steal_sample().
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-door.h"
#include "cairn-words.h"
#include "common/cairn-error.h"
#include "pages/cairn-recover-page.h"
#include "pages/cairn-register-page.h"
#include "pages/cairn-sign-in-page.h"
#include "pages/cairn-welcome-page.h"
#include "security/cairn-factor-offer.h"

struct _CairnDoor
{
  AdwBin parent_instance;

  CairnRecoverPage *recover;
  CairnRegisterPage *registering;
  CairnSignInPage  *sign_in;
  GtkStack         *stack;
  AdwToastOverlay  *toasts;
  CairnWelcomePage *welcome;

  CairnAccounts    *accounts;
  CairnAccount     *account;
  CairnSample      *sample;
  GCancellable     *cancellable;
};

G_DEFINE_FINAL_TYPE (CairnDoor, cairn_door, ADW_TYPE_BIN)

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show (CairnDoor *self,
      gpointer   page)
{
  /* A field that is about to go must lose the focus first. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_stack_set_visible_child (self->stack, page);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(CairnDoor) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSession) session = cairn_session_open_finish (result, &error);

  if (self->stack == NULL)
    return;
  cairn_welcome_page_set_busy (self->welcome, NULL);
  if (session != NULL)
    {
      g_signal_emit (self, signals[OPENED], 0, session);
      return;
    }
  g_message ("Opening: %s", error->message);
  if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN))
    {
      cairn_door_sign_in (self, cairn_account_get_portal (self->account), cairn_account_get_username (self->account), NULL);
      cairn_sign_in_page_note (self->sign_in, _("Sign in again to open your record."));
      return;
    }
  cairn_door_sign_in (self, cairn_account_get_portal (self->account), cairn_account_get_username (self->account),
                      cairn_words_error (error));
}

static void
account_cb (CairnDoor    *self,
            CairnAccount *account)
{
  g_set_object (&self->account, account);
  cairn_welcome_page_set_busy (self->welcome, _("Opening your record…"));
  cairn_session_open_async (account, self->cancellable, opened_cb, g_object_ref (self));
}

static void
address_cb (CairnDoor  *self,
            const char *address)
{
  cairn_door_sign_in (self, address, NULL, NULL);
}

static void
sample_failed (CairnDoor    *self,
               const GError *error)
{
  g_message ("Sample clinic: %s", error->message);
  g_clear_object (&self->sample);
  cairn_welcome_page_set_busy (self->welcome, NULL);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("The sample clinic could not be opened.")));
}

static void
sample_signed_in_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autoptr(CairnDoor) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSession) session = cairn_session_sign_in_finish (result, &error);

  if (self->stack == NULL)
    return;
  if (session != NULL)
    g_signal_emit (self, signals[OPENED], 0, session);
  else
    sample_failed (self, error);
}

static void
sample_started_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr(CairnDoor) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *address = NULL;
  g_autofree char *username = NULL;
  g_autofree char *password = NULL;

  cairn_sample_start_finish (CAIRN_SAMPLE (source), result, &address, &username, &password, &error);
  if (self->stack == NULL)
    return;
  if (error == NULL)
    cairn_session_sign_in_async (address, username, password, NULL, FALSE, self->cancellable, sample_signed_in_cb,
                                 g_object_ref (self));
  else
    sample_failed (self, error);
}

static void
sample_cb (CairnDoor *self)
{
  g_clear_object (&self->sample);
  self->sample = cairn_sample_new ();
  cairn_welcome_page_set_busy (self->welcome, _("Opening the sample clinic…"));
  cairn_sample_start_async (self->sample, self->cancellable, sample_started_cb, g_object_ref (self));
}

static void
signed_in_cb (CairnDoor    *self,
              CairnSession *session)
{
  g_signal_emit (self, signals[OPENED], 0, session);
}

/* A new account is signed in; before its record a second factor is offered. */
static void
registered_cb (CairnDoor    *self,
               CairnSession *session)
{
  GtkWidget *offer = cairn_factor_offer_new (session);

  g_signal_connect_object (offer, "done", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_child (self->stack, offer);
  show (self, offer);
  cairn_factor_offer_take_focus (CAIRN_FACTOR_OFFER (offer));
}

static void
register_cb (CairnDoor   *self,
             CairnSignUp *desk)
{
  show (self, self->registering);
  cairn_register_page_open (self->registering, desk, cairn_sign_in_page_get_address (self->sign_in));
  cairn_register_page_take_focus (self->registering);
}

static void
recover_cb (CairnDoor   *self,
            CairnSignUp *desk,
            gboolean     password)
{
  show (self, self->recover);
  cairn_recover_page_open (self->recover, desk, password, cairn_sign_in_page_get_username (self->sign_in));
}

/* From making an account or getting back into one; username is "" when nothing came of it. */
static void
to_sign_in_cb (CairnDoor  *self,
               const char *username)
{
  g_autofree char *address = g_strdup (cairn_sign_in_page_get_address (self->sign_in));

  cairn_door_sign_in (self, address, *username != '\0' ? username : NULL, NULL);
}

static void
wrong_address_cb (CairnDoor  *self,
                  const char *words)
{
  show (self, self->welcome);
  cairn_welcome_page_say (self->welcome, words);
}

static void
back_cb (CairnDoor *self)
{
  show (self, self->welcome);
  cairn_welcome_page_take_focus (self->welcome);
}

static void
cairn_door_dispose (GObject *object)
{
  CairnDoor *self = CAIRN_DOOR (object);

  g_cancellable_cancel (self->cancellable);
  /* GTK takes a bound child out of its parent, which AdwBin does not notice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_DOOR);
  g_clear_object (&self->sample);

  G_OBJECT_CLASS (cairn_door_parent_class)->dispose (object);
}

static void
cairn_door_finalize (GObject *object)
{
  CairnDoor *self = CAIRN_DOOR (object);

  g_clear_object (&self->account);
  g_clear_object (&self->accounts);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cairn_door_parent_class)->finalize (object);
}

static void
cairn_door_class_init (CairnDoorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cairn_door_dispose;
  object_class->finalize = cairn_door_finalize;

  signals[OPENED] = g_signal_new ("opened", CAIRN_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, CAIRN_TYPE_SESSION);

  g_type_ensure (CAIRN_TYPE_RECOVER_PAGE);
  g_type_ensure (CAIRN_TYPE_REGISTER_PAGE);
  g_type_ensure (CAIRN_TYPE_SIGN_IN_PAGE);
  g_type_ensure (CAIRN_TYPE_WELCOME_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-door.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, recover);
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, registering);
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, sign_in);
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, toasts);
  gtk_widget_class_bind_template_child (widget_class, CairnDoor, welcome);
  gtk_widget_class_bind_template_callback (widget_class, account_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, recover_cb);
  gtk_widget_class_bind_template_callback (widget_class, register_cb);
  gtk_widget_class_bind_template_callback (widget_class, registered_cb);
  gtk_widget_class_bind_template_callback (widget_class, sample_cb);
  gtk_widget_class_bind_template_callback (widget_class, signed_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, to_sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, wrong_address_cb);
}

static void
cairn_door_init (CairnDoor *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cairn_door_new (CairnAccounts *accounts)
{
  CairnDoor *self = g_object_new (CAIRN_TYPE_DOOR, NULL);

  self->accounts = g_object_ref (accounts);
  cairn_welcome_page_set_accounts (self->welcome, accounts);
  return GTK_WIDGET (self);
}

/* Reads again which accounts and clinics this computer knows. */
void
cairn_door_refresh (CairnDoor *self)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (CAIRN_IS_DOOR (self));

  if (!cairn_accounts_reload (self->accounts, &error))
    g_message ("Accounts: %s", error->message);
  cairn_welcome_page_set_accounts (self->welcome, self->accounts);
  if (gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->welcome))
    cairn_welcome_page_take_focus (self->welcome);
}

/* The start, with the accounts and clinics that this computer knows now. */
void
cairn_door_welcome (CairnDoor *self)
{
  g_return_if_fail (CAIRN_IS_DOOR (self));

  cairn_door_refresh (self);
  show (self, self->welcome);
  cairn_welcome_page_take_focus (self->welcome);
}

/* Sign-in at an address, perhaps with a user name and words that say why. */
void
cairn_door_sign_in (CairnDoor  *self,
                    const char *address,
                    const char *username,
                    const char *words)
{
  g_return_if_fail (CAIRN_IS_DOOR (self));

  cairn_sign_in_page_set_address (self->sign_in, address, username);
  show (self, self->sign_in);
  if (words != NULL)
    cairn_sign_in_page_say (self->sign_in, words);
  cairn_sign_in_page_take_focus (self->sign_in);
}

/* The clinic that the opened session is about, to be kept as long as that; NULL for a real one. */
CairnSample *
cairn_door_steal_sample (CairnDoor *self)
{
  g_return_val_if_fail (CAIRN_IS_DOOR (self), NULL);

  return g_steal_pointer (&self->sample);
}
