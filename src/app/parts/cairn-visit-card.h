/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-home.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_VISIT_CARD (cairn_visit_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnVisitCard, cairn_visit_card, CAIRN, VISIT_CARD, AdwBin)

void cairn_visit_card_set_home (CairnVisitCard *self, const CairnHome *home, gboolean known);

G_END_DECLS
