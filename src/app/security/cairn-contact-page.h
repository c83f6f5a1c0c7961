/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_CONTACT_PAGE (cairn_contact_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnContactPage, cairn_contact_page, CAIRN, CONTACT_PAGE, CairnFramePage)

CairnFramePage *cairn_contact_page_new (CairnSecurity *security);

G_END_DECLS
