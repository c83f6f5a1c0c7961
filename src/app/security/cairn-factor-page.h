/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FACTOR_PAGE (cairn_factor_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnFactorPage, cairn_factor_page, CAIRN, FACTOR_PAGE, CairnFramePage)

CairnFramePage *cairn_factor_page_new (CairnSecurity *security);

G_END_DECLS
