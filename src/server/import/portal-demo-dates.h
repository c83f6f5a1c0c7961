/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

char *portal_demo_shift (CairnJson value, GDateTime *today, gsize *length);

G_END_DECLS
