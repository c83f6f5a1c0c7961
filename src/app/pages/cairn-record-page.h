/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RECORD_PAGE (cairn_record_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecordPage, cairn_record_page, CAIRN, RECORD_PAGE, CairnFramePage)

CairnFramePage  *cairn_record_page_new           (CairnSession *session, const char *reference);
const char *cairn_record_page_get_reference (CairnRecordPage *self);

G_END_DECLS
