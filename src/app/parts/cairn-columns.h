/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_COLUMNS (cairn_columns_get_type ())
G_DECLARE_FINAL_TYPE (CairnColumns, cairn_columns, CAIRN, COLUMNS, GtkWidget)

G_END_DECLS
