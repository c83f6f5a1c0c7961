/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean portal_scope_is_whole  (const char *scope);
void     portal_scope_add_parts (GString *html);
char    *portal_scope_narrow    (const char *scope, const char *const *parts);

G_END_DECLS
