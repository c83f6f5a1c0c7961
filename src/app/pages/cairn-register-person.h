/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-sign-up.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_REGISTER_PERSON (cairn_register_person_get_type ())
G_DECLARE_FINAL_TYPE (CairnRegisterPerson, cairn_register_person, CAIRN, REGISTER_PERSON, AdwBin)

void        cairn_register_person_open         (CairnRegisterPerson *self, gboolean closed);
gboolean    cairn_register_person_is_filled    (CairnRegisterPerson *self);
gboolean    cairn_register_person_check        (CairnRegisterPerson *self);
void        cairn_register_person_get          (CairnRegisterPerson *self, CairnNewcomer *person);
const char *cairn_register_person_get_contact  (CairnRegisterPerson *self);
char       *cairn_register_person_dup_all      (CairnRegisterPerson *self);
char       *cairn_register_person_dup_words    (CairnRegisterPerson *self);
void        cairn_register_person_say          (CairnRegisterPerson *self, const char *field, const char *words,
                                                GtkWidget *button);
void        cairn_register_person_clear_errors (CairnRegisterPerson *self);
void        cairn_register_person_take_focus   (CairnRegisterPerson *self);

G_END_DECLS
