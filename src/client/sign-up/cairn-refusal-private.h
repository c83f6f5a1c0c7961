/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-refusal.h"
#include "client/net/cairn-api.h"

G_BEGIN_DECLS

CairnRefusal    *cairn_refusal_read         (const CairnApiAnswer *answer, GError **error);
CairnApiRequest *cairn_refusal_make_request (const char *method, const char *endpoint, const char *path, char *json);

G_END_DECLS
