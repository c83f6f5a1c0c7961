/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

PangoAttrList *cairn_highlight_create      (const char *text, const char *search);
char          *cairn_highlight_dup_excerpt (const char *text, const char *search, gsize before);

G_END_DECLS
