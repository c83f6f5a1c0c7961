/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/cairn-door-page.h"

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SIGN_IN_PAGE (cairn_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnSignInPage, cairn_sign_in_page, CAIRN, SIGN_IN_PAGE, CairnDoorPage)

GtkWidget  *cairn_sign_in_page_new          (void);
void        cairn_sign_in_page_set_address  (CairnSignInPage *self, const char *address, const char *username);
void        cairn_sign_in_page_set_session  (CairnSignInPage *self, CairnSession *session);
void        cairn_sign_in_page_say          (CairnSignInPage *self, const char *words);
void        cairn_sign_in_page_note         (CairnSignInPage *self, const char *words);
const char *cairn_sign_in_page_get_address  (CairnSignInPage *self);
const char *cairn_sign_in_page_get_username (CairnSignInPage *self);
void        cairn_sign_in_page_take_focus   (CairnSignInPage *self);

G_END_DECLS
