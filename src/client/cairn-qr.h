/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *cairn_qr_encode (const char *text, guint *size);

G_END_DECLS
