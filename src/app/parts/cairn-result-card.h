/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RESULT_CARD (cairn_result_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnResultCard, cairn_result_card, CAIRN, RESULT_CARD, GtkWidget)

gboolean cairn_result_card_has_result (const CairnFacts *facts);
void     cairn_result_card_set_facts  (CairnResultCard *self, const CairnFacts *facts);
void     cairn_result_card_set_change (CairnResultCard *self, const char *change);

G_END_DECLS
