/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *cairn_outbox_text_new (const char *type, GBytes *bytes, char **identifier, GError **error);

G_END_DECLS
