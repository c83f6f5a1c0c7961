/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-call.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_NEEDS_NOTHING,
  PORTAL_NEEDS_TOKEN,
} PortalNeeds;

typedef enum
{
  PORTAL_ON_READER,
  PORTAL_ON_WRITER,
  PORTAL_ON_WORKER,   /* a bounded pool, for what is slow by intent; no connection */
} PortalPlace;

typedef void (*PortalHandler) (PortalCall *call, CairnConnection *db);

/**
 * PortalRoute:
 * @pattern: path; "{type}", "{id}" and "{version}" stand for one segment each, "{Binary}" for itself as a type
 * @open_origin: whether pages of other origins may read the answer (CORS), if it is not FHIR: there they may
 * @body_limit: bytes that a request's body may have; 0 for the usual megabyte
 * @parts: whether a request's body is taken in parts (portal-upload.h)
 * @action: (nullable): what the audit log calls it; NULL only for what is public
 *
 * Every way into the portal is one row of the router's table, and says what it needs.
 */
struct _PortalRoute
{
  const char   *method;
  const char   *pattern;
  PortalNeeds   needs;
  PortalPlace   place;
  gboolean      open_origin;
  PortalHandler handler;
  const char   *action;
  goffset       body_limit;
  gboolean      parts;
};

const PortalRoute *portal_router_list  (guint *n);
gboolean           portal_router_find  (PortalCall *call);
goffset            portal_router_get_body_limit (const char *method, const char *path);
gboolean           portal_router_takes_parts (const char *method, const char *path);
void               portal_router_handle (PortalCall *call, CairnConnection *db);
void               portal_router_run   (PortalCall *call, CairnConnection *db);

G_END_DECLS
