/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-conversation.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_CONVERSATION_VIEW (cairn_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (CairnConversationView, cairn_conversation_view, CAIRN, CONVERSATION_VIEW, AdwBin)

void cairn_conversation_view_set_conversation (CairnConversationView *self, CairnConversation *conversation);
void cairn_conversation_view_set_narrow       (CairnConversationView *self, gboolean narrow);
void cairn_conversation_view_go_to            (CairnConversationView *self, gint64 found, const char *search);
void cairn_conversation_view_go_to_end        (CairnConversationView *self);

G_END_DECLS
