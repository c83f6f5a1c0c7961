/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

char     *portal_check_resource (CairnJson resource, const char *type);
gboolean  portal_check_requires (const char *type, const char *name);

G_END_DECLS
