/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signs an ended session in again, with a way out for who has forgotten the password.
 *
 * Signals: "back"; "signed-in".
 */

#include "config.h"

#include "cairn-again.h"
#include "pages/cairn-recover-page.h"
#include "pages/cairn-sign-in-page.h"

struct _CairnAgain
{
  AdwBin parent_instance;

  CairnRecoverPage *recover;
  CairnSignInPage  *sign_in;
  GtkStack         *stack;
};

G_DEFINE_FINAL_TYPE (CairnAgain, cairn_again, ADW_TYPE_BIN)

enum
{
  BACK,
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show (CairnAgain *self,
      gpointer    page)
{
  /* A field that is about to go must lose the focus first. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_stack_set_visible_child (self->stack, page);
}

static void
back_cb (CairnAgain *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
signed_in_cb (CairnAgain *self)
{
  g_signal_emit (self, signals[SIGNED_IN], 0);
}

static void
recover_cb (CairnAgain  *self,
            CairnSignUp *desk,
            gboolean     password)
{
  show (self, self->recover);
  cairn_recover_page_open (self->recover, desk, password, cairn_sign_in_page_get_username (self->sign_in));
}

static void
recovered_cb (CairnAgain *self)
{
  show (self, self->sign_in);
  cairn_sign_in_page_take_focus (self->sign_in);
}

static void
cairn_again_class_init (CairnAgainClass *klass)
{
  signals[BACK] = g_signal_new ("back", CAIRN_TYPE_AGAIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNED_IN] = g_signal_new ("signed-in", CAIRN_TYPE_AGAIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cairn_again_init (CairnAgain *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  self->sign_in = CAIRN_SIGN_IN_PAGE (cairn_sign_in_page_new ());
  self->recover = CAIRN_RECOVER_PAGE (cairn_recover_page_new ());
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->sign_in));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->recover));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
  g_signal_connect_object (self->sign_in, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "recover", G_CALLBACK (recover_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "signed-in", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "wrong-address", G_CALLBACK (cairn_sign_in_page_say), self->sign_in,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recover, "back", G_CALLBACK (recovered_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cairn_again_new (CairnSession *session)
{
  CairnAgain *self = g_object_new (CAIRN_TYPE_AGAIN, NULL);

  cairn_sign_in_page_set_session (self->sign_in, session);
  return GTK_WIDGET (self);
}

void
cairn_again_take_focus (CairnAgain *self)
{
  g_return_if_fail (CAIRN_IS_AGAIN (self));

  cairn_sign_in_page_take_focus (self->sign_in);
}
