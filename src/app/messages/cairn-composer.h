/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-conversation.h"
#include "client/cairn-recipients.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_COMPOSER (cairn_composer_get_type ())
G_DECLARE_FINAL_TYPE (CairnComposer, cairn_composer, CAIRN, COMPOSER, AdwBin)

void cairn_composer_set_session   (CairnComposer *self, CairnSession *session);
void cairn_composer_set_recipients (CairnComposer *self, CairnRecipients *recipients);
void cairn_composer_open          (CairnComposer *self, const char *key);
void cairn_composer_set_key       (CairnComposer *self, const char *key);
void cairn_composer_set_recipient (CairnComposer *self, const char *reference, const char *name);
void cairn_composer_set_topic     (CairnComposer *self, const char *topic);
void cairn_composer_set_answers   (CairnComposer *self, const char *reference);
void cairn_composer_add_words     (CairnComposer *self, const char *words);
void cairn_composer_set_tall      (CairnComposer *self, gboolean tall);
void cairn_composer_take_focus    (CairnComposer *self);

G_END_DECLS
