/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-contact.h"
#include "client/cairn-refusal.h"

G_BEGIN_DECLS

char       *cairn_account_words_refusal (const CairnRefusal *refusal, const GError *error);
char       *cairn_account_words_support (const char *support);
const char *cairn_account_words_contact (const char *text, CairnContactKind wanted);
char       *cairn_account_words_sent    (const char *to, gboolean mail);
gboolean    cairn_account_words_is_code (const char *text);
const char *cairn_account_words_whom    (gboolean closed, gboolean invited);

G_END_DECLS
