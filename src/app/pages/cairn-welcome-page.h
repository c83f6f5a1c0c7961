/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-accounts.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_WELCOME_PAGE (cairn_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnWelcomePage, cairn_welcome_page, CAIRN, WELCOME_PAGE, AdwBin)

void cairn_welcome_page_set_accounts (CairnWelcomePage *self, CairnAccounts *accounts);
void cairn_welcome_page_say          (CairnWelcomePage *self, const char *words);
void cairn_welcome_page_set_busy     (CairnWelcomePage *self, const char *words);
void cairn_welcome_page_take_focus   (CairnWelcomePage *self);

G_END_DECLS
