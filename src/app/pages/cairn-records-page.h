/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RECORDS_PAGE (cairn_records_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecordsPage, cairn_records_page, CAIRN, RECORDS_PAGE, CairnFramePage)

CairnFramePage *cairn_records_page_new          (CairnSession     *session);
char           *cairn_records_page_dup_view     (CairnRecordsPage *self);
void            cairn_records_page_restore_view (CairnRecordsPage *self,
                                                 const char       *view);

G_END_DECLS
