/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_BAR (cairn_bar_get_type ())
G_DECLARE_FINAL_TYPE (CairnBar, cairn_bar, CAIRN, BAR, AdwBin)

void cairn_bar_show (CairnBar *self, const char *text);
void cairn_bar_hide (CairnBar *self);

G_END_DECLS
