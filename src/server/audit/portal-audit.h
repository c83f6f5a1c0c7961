/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"
#include "server/store/portal-store-audit.h"

G_BEGIN_DECLS

/**
 * PortalEvent:
 * @time: ms
 * @who: (nullable): the account's id; NULL when nobody was known
 * @role: (nullable): of staff
 * @practitioner: (nullable): of staff
 * @patient: (nullable): whose record it is about
 * @action: one of FHIR's restful-interaction codes, or sign-in, token, revoke, or a command's name
 * @type: (nullable): of the resource
 * @id: (nullable): of the resource
 * @entries: (nullable): of what does several things, how many of which types
 * @account: (nullable): the account that it was done to
 * @operator: (nullable): who ran a command, as the machine knows them
 * @app: (nullable): the name of the app of others that it is about
 * @query: (nullable): names of the parameters, without what they were
 * @outcome: HTTP status
 * @address: (nullable): where the request came from
 *
 * Something that happened, for the log. It never holds text of a patient's record.
 */
typedef struct
{
  gint64      time;
  const char *who;
  const char *role;
  const char *practitioner;
  const char *patient;
  const char *action;
  const char *type;
  const char *id;
  const char *entries;
  const char *account;
  const char *operator;
  const char *app;
  const char *query;
  guint       outcome;
  const char *address;
} PortalEvent;

/**
 * PortalAudit:
 *
 * This process's chain in the log. Rows are committed in groups: those that come while one is on its way wait for
 * the next, of up to 64 callers. Used by one thread, whose main context gets the callbacks.
 */
typedef struct _PortalAudit PortalAudit;

typedef void (*PortalAuditDone) (gpointer data, const GError *error);

PortalAudit *portal_audit_new       (CairnDatabase *database);
void         portal_audit_free      (PortalAudit *self);
void         portal_audit_append    (PortalAudit *self, const PortalEvent *events, guint n, PortalAuditDone done,
                                     gpointer data);
gboolean     portal_audit_write     (PortalAudit *self, const PortalEvent *events, guint n, GError **error);

char        *portal_audit_hash      (const char *prev, const char *chain, gint64 seq, const char *data);
char        *portal_audit_verify    (CairnDatabase *database, gboolean *ok, GError **error);
gboolean     portal_audit_export    (CairnDatabase *database, gboolean (*write) (const char *line, gpointer data),
                                     gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalAudit, portal_audit_free)

G_END_DECLS
