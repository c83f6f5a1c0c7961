/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_HOME_PAGE (cairn_home_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnHomePage, cairn_home_page, CAIRN, HOME_PAGE, CairnFramePage)

CairnFramePage *cairn_home_page_new (CairnSession *session);

G_END_DECLS
