/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-conversation.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_MESSAGE_CELL (cairn_message_cell_get_type ())
G_DECLARE_FINAL_TYPE (CairnMessageCell, cairn_message_cell, CAIRN, MESSAGE_CELL, GtkWidget)

GtkWidget    *cairn_message_cell_new         (CairnSession *session);
CairnMessage *cairn_message_cell_get_message (CairnMessageCell *self);
void          cairn_message_cell_set_message (CairnMessageCell *self, CairnMessage *message);
gboolean      cairn_message_cell_get_placed  (CairnMessageCell *self);
void          cairn_message_cell_update      (CairnMessageCell *self);
void          cairn_message_cell_set_place   (CairnMessageCell *self, const char *day, gboolean last);
void          cairn_message_cell_set_narrow  (CairnMessageCell *self, gboolean narrow);
void          cairn_message_cell_set_search  (CairnMessageCell *self, const char *search);
void          cairn_message_cell_set_width   (CairnMessageCell *self, int width);

G_END_DECLS
