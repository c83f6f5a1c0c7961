/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORTAL_CODE_TRIES 5
#define PORTAL_CODE_MS (15 * 60 * G_GINT64_CONSTANT (1000))
#define PORTAL_LINK_MS (60 * 60 * G_GINT64_CONSTANT (1000))
#define PORTAL_MOST_ALIVE 3

char    *portal_secret_code      (void);
char    *portal_secret_words     (guint groups);
char    *portal_secret_clean     (const char *text);
char    *portal_secret_hash      (const char *handle, const char *code);
gboolean portal_secret_matches   (const char *hash, const char *handle, const char *code);

G_END_DECLS
