/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void     portal_connection_watch        (GSocketConnection *stream, GSocketAddress *remote, GDestroyNotify ended,
                                         gpointer data);
void     portal_connection_watch_server (SoupServer *server);
gboolean portal_connection_is_too_large (SoupServerMessage *message);
void     portal_connection_answering    (SoupServerMessage *message, gsize length);

G_END_DECLS
