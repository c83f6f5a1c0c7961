/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-file.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FILE_PAGE (cairn_file_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnFilePage, cairn_file_page, CAIRN, FILE_PAGE, CairnFramePage)

CairnFramePage *cairn_file_page_new (CairnSession *session, CairnFile *file);

G_END_DECLS
