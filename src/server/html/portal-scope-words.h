/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean portal_scope_describe (const char *scope, char **what, char **how);

G_END_DECLS
