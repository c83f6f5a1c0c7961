/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

char *portal_patch_apply (CairnJson document, CairnJson patch, GError **error);

G_END_DECLS
