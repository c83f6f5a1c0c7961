/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_LOCK_PAGE (cairn_lock_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnLockPage, cairn_lock_page, CAIRN, LOCK_PAGE, AdwBin)

GtkWidget *cairn_lock_page_new        (CairnSession  *session);
void       cairn_lock_page_take_focus (CairnLockPage *self);

G_END_DECLS
