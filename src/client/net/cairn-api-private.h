/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-api.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* For cairn-socket.c: a message that is to go by the api's session, with its trust and its origin. */
SoupSession *cairn_api_get_session (CairnApi *self);
void         cairn_api_guard       (CairnApi *self, SoupMessage *message);
void         cairn_api_note_online (CairnApi *self, gboolean online);

G_END_DECLS
