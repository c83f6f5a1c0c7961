/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stands for true where a text would be */
extern const char cairn_body_true[];

char *cairn_body_new (const char *first_name, ...);

G_END_DECLS
