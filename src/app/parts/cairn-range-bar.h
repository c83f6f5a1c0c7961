/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RANGE_BAR (cairn_range_bar_get_type ())
G_DECLARE_FINAL_TYPE (CairnRangeBar, cairn_range_bar, CAIRN, RANGE_BAR, GtkWidget)

GtkWidget *cairn_range_bar_new (void);
gboolean   cairn_range_bar_set (CairnRangeBar    *self,
                                double            value,
                                const CairnRange *range,
                                CairnLevel        level);

G_END_DECLS
