/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-bundle.h"
#include "portal-query.h"

G_BEGIN_DECLS

/**
 * PortalIncludes:
 *
 * What a page's matches bring with them.
 */
typedef struct _PortalIncludes PortalIncludes;

PortalIncludes *portal_includes_new   (PortalCall *call, const PortalQuery *query);
void            portal_includes_free  (PortalIncludes *self);
void            portal_includes_match (PortalIncludes *self, const PortalRow *row);
gboolean        portal_includes_add   (PortalIncludes *self, CairnConnection *db, PortalBundle *bundle, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalIncludes, portal_includes_free)

G_END_DECLS
