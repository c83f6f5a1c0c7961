/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"

G_BEGIN_DECLS

/* Before the key of the thread that is open, in what the page says of where one is */
#define CAIRN_MESSAGES_PAGE_PLACE "thread:"

#define CAIRN_TYPE_MESSAGES_PAGE (cairn_messages_page_get_type ())
G_DECLARE_FINAL_TYPE (CairnMessagesPage, cairn_messages_page, CAIRN, MESSAGES_PAGE, CairnFramePage)

CairnFramePage *cairn_messages_page_new         (CairnSession *session);
void            cairn_messages_page_write_new   (CairnMessagesPage *self);
void            cairn_messages_page_open_thread (CairnMessagesPage *self, const char *key);

G_END_DECLS
