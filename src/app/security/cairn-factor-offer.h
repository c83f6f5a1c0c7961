/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-session.h"
#include "pages/cairn-door-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FACTOR_OFFER (cairn_factor_offer_get_type ())
G_DECLARE_FINAL_TYPE (CairnFactorOffer, cairn_factor_offer, CAIRN, FACTOR_OFFER, CairnDoorPage)

GtkWidget *cairn_factor_offer_new        (CairnSession *session);
void       cairn_factor_offer_take_focus (CairnFactorOffer *self);

G_END_DECLS
