/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

#define PORTAL_AUDIT_FILE "audit.db"

extern const CairnMigration portal_audit_schema[];

/**
 * PortalAuditRow:
 * @n: its place in the log, from 1 without gaps
 * @chain: the process that wrote it
 * @seq: its place in that chain, from 1
 * @prev: the hash of the row before it in its chain; of a chain's first row, of the row before it in the log
 * @hash: of @prev, @chain, @seq and @data
 * @patient: (nullable): whose record it is about; @data says the same
 * @data: what happened, as JSON
 *
 * A row of the audit log as it is stored. The strings are borrowed from a statement: good until its next step.
 */
typedef struct
{
  gint64      n;
  const char *chain;
  gint64      seq;
  const char *prev;
  const char *hash;
  const char *patient;
  const char *data;
} PortalAuditRow;

typedef gboolean (*PortalAuditFunc) (const PortalAuditRow *row, gpointer data);

/* Verbs over the log; those that write run inside a transaction of the caller's */
gboolean portal_store_audit_head     (CairnConnection *db, gint64 *n, char **hash, GError **error);
gboolean portal_store_audit_add      (CairnConnection *db, const PortalAuditRow *row, GError **error);
gboolean portal_store_audit_set_head (CairnConnection *db, gint64 n, const char *hash, GError **error);
gboolean portal_store_audit_walk     (CairnConnection *db, PortalAuditFunc func, gpointer data, GError **error);
gboolean portal_store_audit_about    (CairnConnection *db, const char *patient, gint64 before, guint limit,
                                      PortalAuditFunc func, gpointer data, GError **error);
gboolean portal_store_audit_by      (CairnConnection *db, const char *who, gint64 before, PortalAuditFunc func, gpointer data,
                                      GError **error);
gboolean portal_store_audit_get      (CairnConnection *db, gint64 n, PortalAuditFunc func, gpointer data, GError **error);

G_END_DECLS
