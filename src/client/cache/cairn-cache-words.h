/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

char *cairn_cache_words_dup       (CairnJson resource);
char *cairn_cache_words_dup_topic (CairnJson resource);

G_END_DECLS
