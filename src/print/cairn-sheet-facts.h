/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-sheet.h"
#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

const char *cairn_sheet_mark      (const CairnFacts *facts);
void        cairn_sheet_add_facts (CairnSheet *self, const CairnFacts *facts);
void        cairn_sheet_add_rest  (CairnSheet *self, const CairnFacts *facts);

G_END_DECLS
