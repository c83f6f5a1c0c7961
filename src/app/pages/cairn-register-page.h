/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/cairn-door-page.h"

#include "client/cairn-session.h"
#include "client/cairn-sign-up.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_REGISTER_PAGE (cairn_register_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnRegisterPage, cairn_register_page, CAIRN, REGISTER_PAGE, CairnDoorPage)

GtkWidget *cairn_register_page_new        (void);
void       cairn_register_page_open       (CairnRegisterPage *self, CairnSignUp *sign_up, const char *address);
void       cairn_register_page_take_focus (CairnRegisterPage *self);

G_END_DECLS
