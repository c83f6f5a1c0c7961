/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last step of making an account: a second factor for who wants one. The account is made and signed in already.
 *
 * Signal "done" with the session, with or without a second factor.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "cairn-account-words.h"
#include "parts/cairn-door-menu.h"
#include "parts/cairn-field-error.h"
#include "security/cairn-factor-offer.h"
#include "security/cairn-factor-setup.h"

struct _CairnFactorOffer
{
  CairnDoorPage parent_instance;

  GtkWidget        *begin_button;
  CairnFieldError  *error;
  GtkWidget        *later_button;
  CairnFactorSetup *setup;
  GtkStack         *stack;
  GtkLevelBar      *steps;

  CairnSession     *session;
  CairnSecurity    *security;
};

G_DEFINE_FINAL_TYPE (CairnFactorOffer, cairn_factor_offer, CAIRN_TYPE_DOOR_PAGE)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
done_cb (CairnFactorOffer *self)
{
  g_signal_emit (self, signals[DONE], 0, self->session);
}

static void
show_offer (CairnFactorOffer *self)
{
  cairn_door_page_show (CAIRN_DOOR_PAGE (self), self->stack, "offer");
  gtk_widget_set_visible (self->later_button, TRUE);
  gtk_widget_grab_focus (self->begin_button);
}

static void
failed_cb (CairnFactorOffer *self,
           const char       *words)
{
  show_offer (self);
  cairn_field_error_show (self->error, self->begin_button, words);
}

static void
codes_cb (CairnFactorOffer *self)
{
  gtk_widget_set_visible (self->later_button, !cairn_factor_setup_has_codes (self->setup));
}

static void
cairn_factor_offer_next (CairnDoorPage *page)
{
  CairnFactorOffer *self = CAIRN_FACTOR_OFFER (page);

  cairn_field_error_clear (self->error);
  cairn_door_page_show (page, self->stack, "setup");
  cairn_factor_setup_begin (self->setup, self->security);
}

/* Not now. Codes that are shown have to be kept first. */
static void
cairn_factor_offer_back (CairnDoorPage *page)
{
  CairnFactorOffer *self = CAIRN_FACTOR_OFFER (page);

  if (cairn_factor_setup_has_codes (self->setup))
    return;
  cairn_factor_setup_stop (self->setup);
  done_cb (self);
}

static void
cairn_factor_offer_update (CairnDoorPage *page)
{
  cairn_door_page_update (page, TRUE);
}

static void
cairn_factor_offer_dispose (GObject *object)
{
  CairnFactorOffer *self = CAIRN_FACTOR_OFFER (object);

  if (self->security != NULL)
    cairn_security_give_up (self->security);
  gtk_widget_dispose_template (GTK_WIDGET (self), CAIRN_TYPE_FACTOR_OFFER);
  g_clear_object (&self->security);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (cairn_factor_offer_parent_class)->dispose (object);
}

static void
cairn_factor_offer_class_init (CairnFactorOfferClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CairnDoorPageClass *door_class = CAIRN_DOOR_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cairn_factor_offer_dispose;
  door_class->back = cairn_factor_offer_back;
  door_class->next = cairn_factor_offer_next;
  door_class->update = cairn_factor_offer_update;

  signals[DONE] = g_signal_new ("done", CAIRN_TYPE_FACTOR_OFFER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, CAIRN_TYPE_SESSION);

  g_type_ensure (CAIRN_TYPE_DOOR_MENU);
  g_type_ensure (CAIRN_TYPE_FACTOR_SETUP);
  g_type_ensure (CAIRN_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/cairnhealth/Cairn/ui/cairn-factor-offer.ui");
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, begin_button);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, error);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, later_button);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, setup);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, stack);
  gtk_widget_class_bind_template_child (widget_class, CairnFactorOffer, steps);
  gtk_widget_class_bind_template_callback (widget_class, codes_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
  gtk_widget_class_bind_template_callback (widget_class, failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_offer);
}

static void
cairn_factor_offer_init (CairnFactorOffer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->steps, GTK_LEVEL_BAR_OFFSET_FULL);
}

GtkWidget *
cairn_factor_offer_new (CairnSession *session)
{
  CairnFactorOffer *self = g_object_new (CAIRN_TYPE_FACTOR_OFFER, NULL);

  self->session = g_object_ref (session);
  self->security = cairn_security_new (session);
  return GTK_WIDGET (self);
}

void
cairn_factor_offer_take_focus (CairnFactorOffer *self)
{
  g_return_if_fail (CAIRN_IS_FACTOR_OFFER (self));

  gtk_widget_grab_focus (self->begin_button);
}
