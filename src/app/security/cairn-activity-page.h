/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_ACTIVITY_PAGE (cairn_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnActivityPage, cairn_activity_page, CAIRN, ACTIVITY_PAGE, CairnFramePage)

CairnFramePage *cairn_activity_page_new (CairnSecurity *security);

G_END_DECLS
