/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-conversation.h"

G_BEGIN_DECLS

void cairn_thread_print_start (CairnFramePage    *page,
                               AdwToastOverlay   *toasts,
                               CairnConversation *conversation,
                               const char        *topic,
                               const char        *name,
                               gboolean           prints);

G_END_DECLS
