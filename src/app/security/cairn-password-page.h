/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_PASSWORD_PAGE (cairn_password_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnPasswordPage, cairn_password_page, CAIRN, PASSWORD_PAGE, CairnFramePage)

CairnFramePage *cairn_password_page_new (CairnSecurity *security);

G_END_DECLS
