/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-document.h"
#include "paper/cairn-paper.h"

G_BEGIN_DECLS

void  cairn_document_text_read_async  (const CairnDocument *document, CairnPaper *paper, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
char *cairn_document_text_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
