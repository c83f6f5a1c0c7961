/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-socket.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

CairnSocket *cairn_socket_new (SoupWebsocketConnection *channel);

G_END_DECLS
