/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-json.h"

G_BEGIN_DECLS

/**
 * CairnJsonEdit:
 *
 * A set of replacements to make in a text that passed the gate. Everything that isn't replaced stays
 * byte for byte, so numbers, white space and unknown members survive.
 */
typedef struct _CairnJsonEdit CairnJsonEdit;

CairnJsonEdit *cairn_json_edit_new        (CairnJson text);
void           cairn_json_edit_free       (CairnJsonEdit *edit);
void           cairn_json_edit_replace    (CairnJsonEdit *edit, CairnJson value, const char *raw);
void           cairn_json_edit_set_member (CairnJsonEdit *edit, CairnJson object, const char *name, const char *raw);
char          *cairn_json_edit_apply      (CairnJsonEdit *edit, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnJsonEdit, cairn_json_edit_free)

G_END_DECLS
