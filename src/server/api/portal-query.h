/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"

G_BEGIN_DECLS

#define PORTAL_MOST_ENTRIES 1000
#define PORTAL_PAGE_PARAM "_page"

/**
 * PortalQuery:
 * @history: of a type or of one resource (@id), else a search
 * @nobody: whether it asks for another patient's records, of which there are none to see
 * @ids: (element-type utf8) (nullable): of _id, without doubles
 * @position: how far the pages before this one got: a seq, or a place in @ids
 * @self: what of the request was understood, for the self link
 *
 * What a search or history asks for; the next-link carries it sealed.
 */
typedef struct
{
  char        *type;
  char        *id;
  gboolean     history;
  gboolean     nobody;
  GPtrArray   *ids;
  PortalRange  range;
  gint64       since;
  guint        count;
  gboolean     count_only;
  gint64       position;
  GString     *self;
} PortalQuery;

PortalQuery *portal_query_new      (PortalCall *call, const char *type, const char *compartment);
PortalQuery *portal_query_new_history (PortalCall *call, const char *type, const char *id);
void         portal_query_free     (PortalQuery *query);
char        *portal_query_dup_next (const PortalQuery *query, PortalCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalQuery, portal_query_free)

G_END_DECLS
