/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-scopes.h"
#include "portal-store.h"

G_BEGIN_DECLS

/**
 * PortalView:
 * @account: the account
 * @patient: (nullable): the patient whose record the token is for
 * @role: (nullable): of staff, when the token is for no patient's record
 * @practitioner: (nullable): likewise
 * @scopes: what was granted, and the role still has
 * @focus: (nullable): whose records a search by staff is about
 * @touched: (element-type utf8) (nullable): the patients whose records staff got to see, for the audit log
 *
 * Through whose eyes a request looks: nothing is read from the store without one.
 */
typedef struct
{
  char        *account;
  char        *patient;
  char        *role;
  char        *practitioner;
  CairnScopes *scopes;
  char        *focus;
  char        *own;    /* the audience of what this account makes for itself */
  char        *held;   /* the same as an audience of what is held */
  GHashTable  *touched;
  GPtrArray   *hands;    /* at the desk: who may have the threads that are theirs to see; NULL for all */
  GHashTable  *threads;  /* of these, those that were seen */
} PortalView;

typedef enum
{
  PORTAL_OPERATION_READ,
  PORTAL_OPERATION_SEARCH,
  PORTAL_OPERATION_HISTORY,
  PORTAL_OPERATION_CREATE,
  PORTAL_OPERATION_UPDATE,
  PORTAL_OPERATION_DELETE,
} PortalOperation;

/* At most two, ended by NULL */
typedef const char *PortalAudiences[3];

PortalView *portal_view_new           (const char *account, const char *patient, const char *scope);
PortalView *portal_view_new_staff     (const char *account, const char *practitioner, const char *role,
                                       const char *scope);
void        portal_view_open_desk     (PortalView *view, GPtrArray *hands);
void        portal_view_free          (PortalView *view);
gboolean    portal_view_focus         (PortalView *view, const char *patient);
void        portal_view_end_focus     (PortalView *view);
gboolean    portal_view_needs_patient (const PortalView *view, const char *type);
gboolean    portal_view_sees_log      (const PortalView *view, const char *patient);
char       *portal_view_dup_name      (const PortalView *view);
gboolean    portal_view_resume        (PortalView *view, const char *name);
gboolean    portal_view_may           (const PortalView *view, const char *type, PortalOperation operation);
char      **portal_view_dup_categories (const PortalView *view, const char *type, PortalOperation operation);
void        portal_view_get_audiences (const PortalView *view, const char *type, PortalAudiences audiences);
void        portal_view_get_all_audiences (const PortalView *view, PortalAudiences audiences);
gboolean    portal_view_sees          (PortalView *view, const PortalRow *row, PortalOperation operation);

gboolean    portal_view_may_watch     (const PortalView *view, const char *type, const char *patient);
gboolean    portal_view_may_name      (const PortalView *view, const char *type, const char *id);
const char *portal_view_refuses       (const PortalView *view, PortalOperation operation, const char *type,
                                       CairnJson before, CairnJson after);
void        portal_view_note_write    (PortalView *view, const char *type, CairnJson resource);

const char *portal_access_get_patient_scopes (void);
gboolean    portal_access_declares    (const PortalView *view, const char *type, PortalOperation operation);
char       *portal_access_grant       (const char *requested, const char *patient, const char *role);
GPtrArray  *portal_access_audiences   (const char *type, CairnJson resource);
gboolean    portal_access_by_reference (const char *type);
void        portal_access_hold        (GPtrArray *audiences);
gboolean    portal_access_may_hold    (const PortalView *view, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalView, portal_view_free)

G_END_DECLS
