/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

CairnDatabase *cairn_outbox_file_open       (const char *path, GBytes *key, char **kept_aside, GError **error);
char          *cairn_outbox_file_keep_aside (const char *path, GError **error);

G_END_DECLS
