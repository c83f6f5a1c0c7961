/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-access.h"
#include "portal-params.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_PREFIX_EQ,
  PORTAL_PREFIX_NE,
  PORTAL_PREFIX_GT,
  PORTAL_PREFIX_LT,
  PORTAL_PREFIX_GE,
  PORTAL_PREFIX_LE,
  PORTAL_PREFIX_SA,
  PORTAL_PREFIX_EB,
} PortalPrefix;

typedef enum
{
  PORTAL_MODIFIER_NONE,
  PORTAL_MODIFIER_NOT,
  PORTAL_MODIFIER_MISSING,
  PORTAL_MODIFIER_EXACT,
  PORTAL_MODIFIER_CONTAINS,
} PortalModifier;

/**
 * PortalFilterValue:
 * @system: (nullable): of a token or quantity; %NULL takes any, "" none
 * @text: (nullable): a code, a LIKE pattern or a whole string, an id, a unit; %NULL takes any
 * @type: (nullable): of a reference's target; "" for what is no literal reference
 * @start: and @end: of a date, in ms
 * @low: and @high: of a number at the precision in which it was written
 */
typedef struct
{
  PortalPrefix prefix;
  char        *system;
  char        *text;
  char        *type;
  gint64       start, end;
  double       low, high;
} PortalFilterValue;

/**
 * PortalFilter:
 * @missing: with %PORTAL_MODIFIER_MISSING, whether nothing must be there
 * @chain: (nullable): holds for what the reference points at, if the caller sees that
 * @values: (element-type PortalFilterValue): any of them
 *
 * One search parameter of a request. A resource must fit all of them.
 */
typedef struct _PortalFilter PortalFilter;
struct _PortalFilter
{
  const PortalSearchParam *param;
  PortalModifier           modifier;
  gboolean                 missing;
  PortalFilter            *chain;
  GPtrArray               *values;
};

PortalFilter *portal_filter_new       (const PortalSearchParam *param);
void          portal_filter_free      (PortalFilter *self);
void          portal_filter_value_free (PortalFilterValue *value);
gboolean      portal_filter_fits      (const PortalFilter *self, CairnConnection *db, const PortalView *view, gint64 seq,
                                       gboolean *fits, GError **error);
gboolean      portal_filters_fit      (GPtrArray *filters, CairnConnection *db, const PortalView *view, gint64 seq,
                                       gboolean *fits, GError **error);
char         *portal_filter_dup_key   (const PortalSearchParam *param, gboolean last, CairnConnection *db, gint64 seq,
                                       GError **error);
char         *portal_filter_encode    (gint64 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalFilter, portal_filter_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalFilterValue, portal_filter_value_free)

G_END_DECLS
