/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-account.h"
#include "cairn-oauth.h"

G_BEGIN_DECLS

/**
 * CairnGrant:
 *
 * What an account may do at its portal: sends requests with a fresh access token, refreshes under one
 * lock per account across processes with the keyring read again first, and knows when the grant is
 * dead. Main thread.
 *
 * Properties: "expired" (a new sign-in is needed) and "online" (the portal answered last time).
 */
#define CAIRN_TYPE_GRANT (cairn_grant_get_type ())
G_DECLARE_FINAL_TYPE (CairnGrant, cairn_grant, CAIRN, GRANT, GObject)

CairnGrant        *cairn_grant_new            (CairnAccount *account, gboolean remembered, GError **error);
CairnAccount      *cairn_grant_get_account    (CairnGrant *self);
CairnApi          *cairn_grant_get_api        (CairnGrant *self);
gboolean           cairn_grant_get_expired    (CairnGrant *self);
gboolean           cairn_grant_get_online     (CairnGrant *self);
const char        *cairn_grant_get_scope      (CairnGrant *self);
void               cairn_grant_set_expired    (CairnGrant *self, gboolean expired);
void               cairn_grant_take_tokens    (CairnGrant *self, CairnTokens *tokens);
char              *cairn_grant_dup_refresh_token (CairnGrant *self);
const CairnServer *cairn_grant_get_server     (CairnGrant *self);
gboolean           cairn_grant_get_remembered (CairnGrant *self);
void               cairn_grant_set_server     (CairnGrant *self, CairnServer *server);

void               cairn_grant_connect_async  (CairnGrant *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
const CairnServer *cairn_grant_connect_finish (CairnGrant *self, GAsyncResult *result, GError **error);
void               cairn_grant_send_async     (CairnGrant *self, const CairnApiRequest *request,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
CairnApiAnswer    *cairn_grant_send_finish    (CairnGrant *self, GAsyncResult *result, GError **error);

G_END_DECLS
