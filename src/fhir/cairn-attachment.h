/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CAIRN_ATTACHMENT_MAX_TEXT:
 *
 * Bytes of a text attachment that are read (256 KB); a larger one is only to be saved.
 */
#define CAIRN_ATTACHMENT_MAX_TEXT (256 * 1024)

char *cairn_attachment_dup_text (CairnJson attachment);

G_END_DECLS
