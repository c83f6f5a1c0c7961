/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "cairn-frame-page.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FRAME (cairn_frame_get_type ())
G_DECLARE_FINAL_TYPE (CairnFrame, cairn_frame, CAIRN, FRAME, AdwBin)

GtkWidget *cairn_frame_new          (CairnSession *session);
void       cairn_frame_mark_sample   (CairnFrame *self);
void       cairn_frame_show_page    (CairnFrame *self, const char *name);
void       cairn_frame_show_kind    (CairnFrame *self, const char *kind);
void       cairn_frame_show_status  (CairnFrame *self, const char *status);
void       cairn_frame_open_record  (CairnFrame *self, const char *reference);
void       cairn_frame_write_message (CairnFrame *self);
void       cairn_frame_open_thread (CairnFrame *self, const char *key);
void       cairn_frame_open_security (CairnFrame *self);
void       cairn_frame_go_back      (CairnFrame *self);
const char *cairn_frame_get_unkept  (CairnFrame *self);
void       cairn_frame_toggle_search (CairnFrame *self);
char      *cairn_frame_dup_place    (CairnFrame *self);
void       cairn_frame_restore_place (CairnFrame *self, const char *place);

G_END_DECLS
