/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void cairn_digits_only (GtkEntry *entry);

G_END_DECLS
