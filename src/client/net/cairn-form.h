/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "name=value&…" of names and values in turn up to a NULL name; a NULL value leaves the pair out. */
char *cairn_form_encode (const char *first_name, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
