/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PortalLanguage:
 *
 * What is said in one language. It stays for the life of the process.
 */
typedef struct _PortalLanguage PortalLanguage;

char                 *portal_language_dup_best (const char *wishes);
const PortalLanguage *portal_language_get      (const char *tag);
const char           *portal_language_say      (const PortalLanguage *self, const char *words) G_GNUC_FORMAT (2);
const char           *portal_language_say_in   (const PortalLanguage *self, const char *context, const char *words);

G_END_DECLS
