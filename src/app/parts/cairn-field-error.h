/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_FIELD_ERROR (cairn_field_error_get_type ())
G_DECLARE_FINAL_TYPE (CairnFieldError, cairn_field_error, CAIRN, FIELD_ERROR, AdwBin)

void cairn_field_error_show  (CairnFieldError *self, GtkWidget *field, const char *words);
void cairn_field_error_note  (CairnFieldError *self, GtkWidget *field, const char *words);
void cairn_field_error_clear (CairnFieldError *self);

G_END_DECLS
