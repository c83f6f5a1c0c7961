/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * cairn_log_redact:
 * @text: a technical message that may hold a token, a code, a query or an e-mail address
 *
 * The one redaction helper: bearer tokens, `token=`/`password=`/`code=`-like values (form, query and
 * JSON), everything after `?` in addresses, and e-mail addresses become "[…]", control characters a space;
 * what is beyond 16 KB is cut off.
 *
 * Returns: (transfer full): the text with those replaced
 */
char *cairn_log_redact (const char *text);

/**
 * cairn_log_install:
 * @program: a static name to stand before each line
 *
 * Makes GLib's log write one redacted line a message to stderr, with level and domain, and keeps
 * debug messages quiet unless G_MESSAGES_DEBUG names their domain.
 */
void  cairn_log_install (const char *program);

G_END_DECLS
