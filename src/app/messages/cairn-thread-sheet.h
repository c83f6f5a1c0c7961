/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-conversation.h"
#include "print/cairn-sheet.h"

G_BEGIN_DECLS

typedef struct _CairnThreadSheet CairnThreadSheet;

CairnThreadSheet *cairn_thread_sheet_ref             (CairnThreadSheet *self);
void              cairn_thread_sheet_unref           (CairnThreadSheet *self);
void              cairn_thread_sheet_gather_async    (CairnConversation *conversation, const char *topic, const char *name,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                                      gpointer user_data);
CairnThreadSheet *cairn_thread_sheet_gather_finish   (GAsyncResult *result, GError **error);
guint             cairn_thread_sheet_get_n_messages  (CairnThreadSheet *self);
CairnSheet       *cairn_thread_sheet_create          (CairnThreadSheet *self);
void              cairn_thread_sheet_make_pdf_async  (CairnThreadSheet *self, double width, double height,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                                      gpointer user_data);
GBytes           *cairn_thread_sheet_make_pdf_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnThreadSheet, cairn_thread_sheet_unref)

G_END_DECLS
