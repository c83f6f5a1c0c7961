/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-credentials.h"
#include "common/cairn-json.h"

G_BEGIN_DECLS

gboolean cairn_prompt_is_otp (const GError *error);
gboolean cairn_prompt_is_terms (const GError *error);
gboolean cairn_prompt_is_set_up (const GError *error);
gboolean cairn_prompt_take (CairnCredentials *credentials, const char *next, CairnJson json, GError **prompt);
void     cairn_prompt_take_codes (CairnCredentials *credentials, CairnJson json);

G_END_DECLS
