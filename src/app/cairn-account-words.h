/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-refusal.h"

G_BEGIN_DECLS

char *cairn_account_words_refusal (const CairnRefusal *refusal, const GError *error);
char *cairn_account_words_support (const char *support);

G_END_DECLS
