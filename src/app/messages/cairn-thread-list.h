/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-threads.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_THREAD_LIST (cairn_thread_list_get_type ())
G_DECLARE_FINAL_TYPE (CairnThreadList, cairn_thread_list, CAIRN, THREAD_LIST, AdwBin)

void cairn_thread_list_set_session (CairnThreadList *self, CairnSession *session);
void cairn_thread_list_set_key     (CairnThreadList *self, const char *key);
void cairn_thread_list_focus       (CairnThreadList *self);

G_END_DECLS
