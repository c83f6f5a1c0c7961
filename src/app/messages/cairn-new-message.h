/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-recipients.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_NEW_MESSAGE (cairn_new_message_get_type ())
G_DECLARE_FINAL_TYPE (CairnNewMessage, cairn_new_message, CAIRN, NEW_MESSAGE, AdwBin)

void        cairn_new_message_set_recipients (CairnNewMessage *self, CairnRecipients *recipients);
void        cairn_new_message_fill           (CairnNewMessage *self, const char *topic, const char *reference,
                                                  const char *name);
const char *cairn_new_message_get_reference  (CairnNewMessage *self);
const char *cairn_new_message_get_name       (CairnNewMessage *self);
const char *cairn_new_message_get_topic      (CairnNewMessage *self);
void        cairn_new_message_take_focus     (CairnNewMessage *self);
gboolean    cairn_new_message_show_missing   (CairnNewMessage *self);

G_END_DECLS
