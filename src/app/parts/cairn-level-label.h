/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_LEVEL_LABEL (cairn_level_label_get_type ())
G_DECLARE_FINAL_TYPE (CairnLevelLabel, cairn_level_label, CAIRN, LEVEL_LABEL, GtkWidget)

void cairn_level_label_set_level (CairnLevelLabel *self, CairnLevel level);
void cairn_level_label_set_level_words (CairnLevelLabel *self, CairnLevel level, const char *words);
void cairn_level_label_set_notice (CairnLevelLabel *self, const char *words);

G_END_DECLS
