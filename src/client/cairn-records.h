/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-record.h"
#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnRecords:
 *
 * A #GListModel of #CairnRecord over a session's cache, newest first, undated last. It holds a few
 * windows of rows, never the whole record. The count and the first window are read off the main thread;
 * an item of a window that is not there yet is a placeholder that fills in shortly after. When the cache
 * changes only the windows in use are read again, and an item whose row did not change stays the same object.
 *
 * Properties: "session" (construct-only), "kinds" (#GStrv of kind ids, or %NULL for the whole timeline), "search"
 * (words that all must occur, the last one as a beginning; %NULL or "" for everything), "since" and "until" (dates as
 * in FHIR, both inclusive at their precision, or %NULL), "n-items" and "loading" (read-only).
 */
#define CAIRN_TYPE_RECORDS (cairn_records_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecords, cairn_records, CAIRN, RECORDS, GObject)

CairnRecords *cairn_records_new         (CairnSession *session);
void          cairn_records_set_kinds   (CairnRecords *self, const char *const *kinds);
void          cairn_records_set_search  (CairnRecords *self, const char *search);
void          cairn_records_set_since   (CairnRecords *self, const char *since);
void          cairn_records_set_until   (CairnRecords *self, const char *until);
gboolean      cairn_records_get_loading (CairnRecords *self);
const GError *cairn_records_get_error   (CairnRecords *self);

G_END_DECLS
