/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-fact-builder.h"
#include "cairn-fact-table.h"

G_BEGIN_DECLS

/* What cairn-facts.c puts together; only it includes this. */
void  cairn_fact_rows_add       (CairnFactBuilder *self, const CairnFactRow *rows, guint n);
void  cairn_fact_rows_add_urgent (CairnFactBuilder *self, const CairnFactRow *rows, guint n);
void  cairn_fact_rows_add_more  (CairnFactBuilder *self, const CairnFactRow *rows, guint n);
void  cairn_fact_rest_add       (CairnFactBuilder *self);
void  cairn_fact_contained_add  (CairnFactBuilder *self);
void  cairn_fact_extensions_add (CairnFactBuilder *self);
void  cairn_fact_cut_add        (CairnFactBuilder *self, guint n);
void  cairn_fact_answers_add    (CairnFactBuilder *self);
void  cairn_fact_sections_add   (CairnFactBuilder *self);
char *cairn_element_dup_label   (CairnJson name);

G_END_DECLS
