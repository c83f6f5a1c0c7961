/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PORTAL_KIND_TOKEN,
  PORTAL_KIND_CODE,        /* a token whose element is a bare code: its system goes without saying */
  PORTAL_KIND_STRING,
  PORTAL_KIND_DATE,
  PORTAL_KIND_REFERENCE,
  PORTAL_KIND_QUANTITY,
} PortalKind;

/**
 * PortalSearchParam:
 * @paths: where the values are: names joined by dots, several joined by "|"; an extension by its address
 * @targets: (nullable): of a reference, the types it may point at, joined by "|"
 *
 * One search parameter of one type (FHIR R4 §3.1.1, US Core 7 to 9). The index, the parser of
 * searches and the CapabilityStatement all read this table.
 */
typedef struct
{
  const char *type;
  const char *name;
  PortalKind  kind;
  const char *paths;
  const char *targets;
} PortalSearchParam;

/**
 * PortalPath:
 *
 * One path of a parameter, its first name apart.
 */
typedef struct
{
  const PortalSearchParam *param;
  char                    *first;
  const char              *rest;
} PortalPath;

const PortalSearchParam *portal_params_list          (guint *n);
const PortalSearchParam *portal_params_find          (const char *type, const char *name);
GArray                  *portal_params_get_paths     (const char *type);
const char              *portal_params_get_digest    (void);
const char              *portal_kind_get_name        (PortalKind kind);
gboolean                 portal_param_is_compartment (const PortalSearchParam *param);
gboolean                 portal_param_may_point_at   (const PortalSearchParam *param, const char *type);

G_END_DECLS
