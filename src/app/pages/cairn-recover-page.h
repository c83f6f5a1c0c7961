/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/cairn-door-page.h"

#include "client/cairn-sign-up.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RECOVER_PAGE (cairn_recover_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecoverPage, cairn_recover_page, CAIRN, RECOVER_PAGE, CairnDoorPage)

GtkWidget *cairn_recover_page_new        (void);
void       cairn_recover_page_open       (CairnRecoverPage *self, CairnSignUp *sign_up, gboolean password,
                                          const char *username);
void       cairn_recover_page_take_focus (CairnRecoverPage *self);

G_END_DECLS
