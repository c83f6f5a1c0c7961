/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnSocket:
 *
 * A WebSocket that is open (RFC 6455), for short texts. Main thread.
 *
 * Signals: "text" (const char *): something was said; "closed" (guint): it is over, with the other side's code, or 1006 when
 * nothing was said; nothing comes after that.
 */
#define CAIRN_TYPE_SOCKET (cairn_socket_get_type ())
G_DECLARE_FINAL_TYPE (CairnSocket, cairn_socket, CAIRN, SOCKET, GObject)

void   cairn_socket_say       (CairnSocket *self, const char *text);
gint64 cairn_socket_get_heard (CairnSocket *self);
void   cairn_socket_close     (CairnSocket *self);

G_END_DECLS
