/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SIDEBAR (cairn_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (CairnSidebar, cairn_sidebar, CAIRN, SIDEBAR, GtkBox)

void cairn_sidebar_set_session (CairnSidebar *self, CairnSession *session);
void cairn_sidebar_select      (CairnSidebar *self, const char *page);

G_END_DECLS
