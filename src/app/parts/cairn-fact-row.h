/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FACT_ROW (cairn_fact_row_get_type ())
G_DECLARE_FINAL_TYPE (CairnFactRow, cairn_fact_row, CAIRN, FACT_ROW, AdwPreferencesRow)

GtkWidget *cairn_fact_row_new (const CairnFact *fact);

G_END_DECLS
