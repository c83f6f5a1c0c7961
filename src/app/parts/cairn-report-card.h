/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnReportCard:
 *
 * What a report says in one sentence, who says it and when; what must be known of it comes with it.
 */
#define CAIRN_TYPE_REPORT_CARD (cairn_report_card_get_type ())
G_DECLARE_FINAL_TYPE (CairnReportCard, cairn_report_card, CAIRN, REPORT_CARD, GtkWidget)

GtkWidget *cairn_report_card_new       (void);
gboolean   cairn_report_card_says_all  (const CairnFacts *facts);
void       cairn_report_card_set_facts (CairnReportCard *self, const CairnFacts *facts, gboolean warn);

G_END_DECLS
