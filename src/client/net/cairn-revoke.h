/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-oauth.h"

G_BEGIN_DECLS

gboolean cairn_revoke_later         (const char *portal, const char *token, GError **error);
void     cairn_revoke_pending_async (CairnApi *api, const CairnServer *server, GAsyncReadyCallback callback, gpointer user_data);
void     cairn_revoke_pending_finish (GAsyncResult *result);

G_END_DECLS
