/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-file.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * PortalNames:
 *
 * What the resources of a file, or the Organizations, Practitioners and Locations of several, are
 * called: fullUrls and identifiers.
 */
typedef struct _PortalNames PortalNames;

typedef enum
{
  PORTAL_RESOLVE_KEEP,         /* says where it points already */
  PORTAL_RESOLVE_FOUND,
  PORTAL_RESOLVE_NOT_FOUND,
  PORTAL_RESOLVE_SEVERAL,
  PORTAL_RESOLVE_FAILED,
} PortalResolve;

PortalNames  *portal_names_new     (PortalNames *further);
void          portal_names_free    (PortalNames *self);
void          portal_names_add     (PortalNames *self, const PortalItem *item);
PortalResolve portal_names_resolve (PortalNames *self, CairnConnection *db, const char *reference, const char **target,
                                    GError **error);
PortalResolve portal_names_find_in_store (CairnConnection *db, const char *type, const char *query, char **id,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalNames, portal_names_free)

G_END_DECLS
