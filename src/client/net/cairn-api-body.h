/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-api.h"

G_BEGIN_DECLS

void    cairn_api_body_read_async  (GInputStream *stream, GOutputStream *sink, const CairnApiRequest *request, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
GBytes *cairn_api_body_read_finish (GAsyncResult *result, gsize *length, GError **error);

G_END_DECLS
