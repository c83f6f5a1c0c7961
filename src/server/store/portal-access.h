/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-scopes.h"
#include "portal-store.h"

G_BEGIN_DECLS

/**
 * PortalView:
 * @account: the account
 * @patient: (nullable): the patient whose record the token is for
 * @scopes: what was granted
 *
 * Through whose eyes a request looks: nothing is read from the store without one.
 */
typedef struct
{
  char        *account;
  char        *patient;
  CairnScopes *scopes;
} PortalView;

typedef enum
{
  PORTAL_OPERATION_READ,
  PORTAL_OPERATION_SEARCH,
  PORTAL_OPERATION_HISTORY,
} PortalOperation;

/* At most a patient and everyone, ended by NULL */
typedef const char *PortalAudiences[3];

PortalView *portal_view_new           (const char *account, const char *patient, const char *scope);
void        portal_view_free          (PortalView *view);
gboolean    portal_view_may           (const PortalView *view, const char *type, PortalOperation operation);
void        portal_view_get_audiences (const PortalView *view, const char *type, PortalAudiences audiences);
gboolean    portal_view_sees          (const PortalView *view, const PortalRow *row, PortalOperation operation);

char       *portal_access_grant       (const char *requested, const char *patient);
GPtrArray  *portal_access_audiences   (const char *type, CairnJson resource);
gboolean    portal_access_by_reference (const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalView, portal_view_free)

G_END_DECLS
