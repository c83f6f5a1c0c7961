/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void     portal_guard_watch        (SoupServer *server);
gboolean portal_guard_is_too_large (SoupServerMessage *message);
void     portal_guard_answering    (SoupServerMessage *message, gsize length);

G_END_DECLS
