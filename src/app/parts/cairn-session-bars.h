/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SESSION_BARS (cairn_session_bars_get_type ())
G_DECLARE_FINAL_TYPE (CairnSessionBars, cairn_session_bars, CAIRN, SESSION_BARS, GtkBox)

void cairn_session_bars_set_session (CairnSessionBars *self, CairnSession *session);
void cairn_session_bars_mark_sample (CairnSessionBars *self);

G_END_DECLS
