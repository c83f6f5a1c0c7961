/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-discovery.h"
#include "client/cairn-credentials.h"

G_BEGIN_DECLS

/* The client id of Cairn's own programs at a portal of ours */
#define CAIRN_OAUTH_CLIENT_ID "cairn"

/**
 * CairnTokens:
 * @access_token: for the Authorization header
 * @refresh_token: (nullable): for the next access token
 * @patient: (nullable): id of the Patient whose record the grant opens
 * @scope: (nullable): what was granted
 * @expires_in: seconds that the access token lasts
 * @waiting: whether the clinic has yet to link the account to a record
 *
 * A token endpoint's answer (RFC 6749 §5.1, SMART App Launch 2.2).
 */
typedef struct
{
  char  *access_token;
  char  *refresh_token;
  char  *patient;
  char  *scope;
  gint64 expires_in;
  gboolean waiting;
} CairnTokens;

void         cairn_tokens_free  (CairnTokens *self);
CairnTokens *cairn_tokens_parse (GBytes *body, GError **error);

gboolean     cairn_oauth_is_recovery_code (const char *code);
void         cairn_oauth_sign_in_async   (CairnApi *api, const CairnServer *server, CairnCredentials *credentials,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
CairnTokens *cairn_oauth_sign_in_finish  (GAsyncResult *result, GError **error);
void         cairn_oauth_check_async     (CairnApi *api, const CairnServer *server, const char *username,
                                          const char *password, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
gboolean     cairn_oauth_check_finish    (GAsyncResult *result, GError **error);
void         cairn_oauth_refresh_async   (CairnApi *api, const CairnServer *server, const char *refresh_token,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
CairnTokens *cairn_oauth_refresh_finish  (GAsyncResult *result, GError **error);
void         cairn_oauth_revoke_async    (CairnApi *api, const char *endpoint, const char *token,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean     cairn_oauth_revoke_finish   (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnTokens, cairn_tokens_free)

G_END_DECLS
