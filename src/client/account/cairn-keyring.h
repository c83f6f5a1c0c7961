/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The only door to the system's keyring. Blocking: call these on a worker thread. Errors: CAIRN_ERROR_KEYRING
 * when there is none or it refuses, CAIRN_ERROR_IN_USE when libsecret's file backend is in another
 * process's hands.
 */

/* What is kept for an account */
#define CAIRN_KEYRING_KEYS "keys"          /* database keys */
#define CAIRN_KEYRING_TOKEN "token"        /* refresh token */
/* Under its own account name: tokens to revoke when the portal can be reached again */
#define CAIRN_KEYRING_REVOKE "revoke"

gboolean cairn_keyring_store  (const char *account, const char *item, const char *secret, GError **error);
char    *cairn_keyring_lookup (const char *account, const char *item, GError **error);
gboolean cairn_keyring_clear  (const char *account, const char *item, GError **error);

G_END_DECLS
