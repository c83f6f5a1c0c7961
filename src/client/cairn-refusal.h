/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnRefusal:
 * @code: the portal's short name for what is wrong, such as "username_taken"; "" when it gave none
 * @field: (nullable): the field that it is about, such as "username"
 * @detail: (nullable): the portal's own words, in its language
 * @support: (nullable): whom to ask, in the clinic's words
 * @tries_left: how many more codes may be tried, -1 when nothing was said
 *
 * Why a portal refused ("Accounts" in the profile, RFC 7807).
 */
typedef struct
{
  char *code;
  char *field;
  char *detail;
  char *support;
  int   tries_left;
} CairnRefusal;

void     cairn_refusal_free (CairnRefusal *self);
gboolean cairn_refusal_is   (const CairnRefusal *self, const char *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRefusal, cairn_refusal_free)

G_END_DECLS
