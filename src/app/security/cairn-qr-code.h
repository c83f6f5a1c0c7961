/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_QR_CODE (cairn_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (CairnQrCode, cairn_qr_code, CAIRN, QR_CODE, GtkWidget)

void cairn_qr_code_set_text (CairnQrCode *self, const char *text);

G_END_DECLS
