/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnSyncPhase:
 * @CAIRN_SYNC_IDLE: nothing runs
 * @CAIRN_SYNC_CONNECTING: asking the portal what it offers
 * @CAIRN_SYNC_RECORDS: bringing the patient's own records
 * @CAIRN_SYNC_DIRECTORY: bringing the people, places and medicines that they name
 */
typedef enum
{
  CAIRN_SYNC_IDLE,
  CAIRN_SYNC_CONNECTING,
  CAIRN_SYNC_RECORDS,
  CAIRN_SYNC_DIRECTORY,
} CairnSyncPhase;

typedef enum
{
  CAIRN_SYNC_COMPLETE,
  CAIRN_SYNC_PARTIAL,
  CAIRN_SYNC_FAILED,
} CairnSyncResult;

/**
 * CairnSyncCounts:
 * @received: entries that came, without outcomes; always the sum of the next four
 * @stored: new, or a new version
 * @unchanged: this version or a newer one was there already
 * @deleted: deletions that the server told of, or that a full compare found
 * @quarantined: kept raw, not shown among the records
 * @error: (nullable): why this type is not complete
 * @outcome: (nullable): what the server had to say about its answer
 *
 * What became of one resource type.
 */
typedef struct
{
  guint64  received;
  guint64  stored;
  guint64  unchanged;
  guint64  deleted;
  guint64  quarantined;
  GError  *error;
  char    *outcome;
} CairnSyncCounts;

/**
 * CairnSyncReport:
 * @result: complete when each type is, failed when none is
 * @types: (element-type utf8 CairnSyncCounts): by resource type
 * @requests: HTTP requests that were made, tries again included
 * @bytes_wire: bytes of answers as they came over the wire
 * @bytes_body: bytes of their bodies after decompression
 * @seconds: how long it took
 * @error: (nullable): the first error that the whole suffered from (no network, sign-in expired)
 */
typedef struct
{
  CairnSyncResult  result;
  GHashTable      *types;
  guint64          requests;
  guint64          bytes_wire;
  guint64          bytes_body;
  double           seconds;
  GError          *error;
} CairnSyncReport;

#define CAIRN_TYPE_SYNC_REPORT (cairn_sync_report_get_type ())
GType            cairn_sync_report_get_type (void);
CairnSyncReport *cairn_sync_report_new      (void);
CairnSyncReport *cairn_sync_report_copy     (CairnSyncReport *self);
void             cairn_sync_report_free     (CairnSyncReport *self);

/**
 * CairnSync:
 *
 * Brings the record home (FHIR R4 §3.1.1, §3.2): every type that the server declares with a patient
 * compartment, in parallel, then the directory entries and medications that those refer to. Each page
 * and the state after it are written in one transaction, so it goes on after a kill where it was.
 *
 * Properties, all read-only and notified on the main context: "running", "fraction" (0 to 1, −1 when
 * unknown), "phase" (a #CairnSyncPhase), "last-sync" (gint64, milliseconds since 1970 UTC of the last complete one,
 * 0 when there was none) and "error" (#GError of the last run, %NULL when it was complete).
 */
#define CAIRN_TYPE_SYNC (cairn_sync_get_type ())
G_DECLARE_FINAL_TYPE (CairnSync, cairn_sync, CAIRN, SYNC, GObject)

gboolean         cairn_sync_get_running   (CairnSync           *self);
double           cairn_sync_get_fraction  (CairnSync           *self);
CairnSyncPhase   cairn_sync_get_phase     (CairnSync           *self);
gint64           cairn_sync_get_last_sync (CairnSync           *self);
const GError    *cairn_sync_get_error     (CairnSync           *self);
void             cairn_sync_start_async   (CairnSync           *self,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
CairnSyncReport *cairn_sync_start_finish  (CairnSync           *self,
                                           GAsyncResult        *result,
                                           GError             **error);
void             cairn_sync_cancel        (CairnSync           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncReport, cairn_sync_report_free)

G_END_DECLS
