/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_AGAIN (cairn_again_get_type ())
G_DECLARE_FINAL_TYPE (CairnAgain, cairn_again, CAIRN, AGAIN, AdwBin)

GtkWidget *cairn_again_new        (CairnSession *session);
void       cairn_again_take_focus (CairnAgain *self);

G_END_DECLS
