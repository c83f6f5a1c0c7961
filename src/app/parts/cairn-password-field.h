/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_PASSWORD_FIELD (cairn_password_field_get_type ())
G_DECLARE_FINAL_TYPE (CairnPasswordField, cairn_password_field, CAIRN, PASSWORD_FIELD, AdwBin)

void        cairn_password_field_set_rules  (CairnPasswordField *self, guint least, const char *const *words);
const char *cairn_password_field_get_text   (CairnPasswordField *self);
void        cairn_password_field_clear      (CairnPasswordField *self);
void        cairn_password_field_say        (CairnPasswordField *self, const char *words);
void        cairn_password_field_take_focus (CairnPasswordField *self);

G_END_DECLS
