/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-query.h"

G_BEGIN_DECLS

gboolean portal_subset_is_needed (const PortalQuery *query);
char    *portal_subset_dup       (const PortalQuery *query, const char *type, CairnJson resource, gsize *length);
char    *portal_subset_dup_tagged (CairnJson resource, gsize *length);

G_END_DECLS
