/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *cairn_document_words_type  (const char *type);
const char *cairn_document_words_icon  (const char *type);
const char *cairn_document_words_error (const GError *error);
gboolean    cairn_document_is_words    (const char *type);

G_END_DECLS
