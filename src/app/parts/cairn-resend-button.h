/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_RESEND_BUTTON (cairn_resend_button_get_type ())
G_DECLARE_FINAL_TYPE (CairnResendButton, cairn_resend_button, CAIRN, RESEND_BUTTON, AdwBin)

void cairn_resend_button_wait (CairnResendButton *self, int seconds);

G_END_DECLS
