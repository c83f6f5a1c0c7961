/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

char *portal_text_compact (CairnJson value, gsize *length);
char *portal_text_stamp   (CairnJson resource, gint64 version, gint64 updated, gsize *length);
