/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/mail/portal-language.h"

G_BEGIN_DECLS

char *portal_html_frame (const char *name, const PortalLanguage *language, const char *title, const char *clinic, const char *base,
                         const char *body);
void  portal_html_add   (GString *html, const char *before, const char *text, const char *after);

G_END_DECLS
