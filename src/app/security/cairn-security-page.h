/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SECURITY_PAGE (cairn_security_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnSecurityPage, cairn_security_page, CAIRN, SECURITY_PAGE, CairnFramePage)

CairnFramePage *cairn_security_page_new (CairnSession *session);

G_END_DECLS
