/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-threads.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_THREAD_CELL (cairn_thread_cell_get_type ())
G_DECLARE_FINAL_TYPE (CairnThreadCell, cairn_thread_cell, CAIRN, THREAD_CELL, GtkBox)

GtkWidget *cairn_thread_cell_new (CairnOutbox *outbox, CairnThreads *threads);
void       cairn_thread_cell_set_thread (CairnThreadCell *self, CairnThread *thread);

G_END_DECLS
