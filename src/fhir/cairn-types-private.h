/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-types.h"

G_BEGIN_DECLS

/* What a walk over a resource does at a member "reference". */
void cairn_reference_report (CairnJson value, CairnReferenceFunc func, gpointer data);

G_END_DECLS
