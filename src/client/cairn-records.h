/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-record.h"
#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnRecordsFilter:
 * @CAIRN_RECORDS_ALL: everything
 * @CAIRN_RECORDS_NEW: what is new since the last look
 * @CAIRN_RECORDS_UNUSUAL: results of which the source says that they are outside the usual
 * @CAIRN_RECORDS_PRELIMINARY: what is not final
 * @CAIRN_RECORDS_CORRECTED: what was corrected or amended
 * @CAIRN_RECORDS_CANCELLED: what was cancelled, stopped or not done
 * @CAIRN_RECORDS_IN_ERROR: what was entered by mistake
 *
 * What a list is narrowed down to.
 */
typedef enum
{
  CAIRN_RECORDS_ALL,
  CAIRN_RECORDS_NEW,
  CAIRN_RECORDS_UNUSUAL,
  CAIRN_RECORDS_PRELIMINARY,
  CAIRN_RECORDS_CORRECTED,
  CAIRN_RECORDS_CANCELLED,
  CAIRN_RECORDS_IN_ERROR,
  CAIRN_RECORDS_N_FILTERS,
} CairnRecordsFilter;

/**
 * CairnRecords:
 *
 * A #GListModel of #CairnRecord over a session's cache, newest first, undated last; what is yet to come stands before
 * all, the nearest first. In the whole timeline results stand under the report that they are part of, once it is unfolded.
 * The list knows its order, 8 bytes a row; it holds the records that somebody holds and some hundred
 * more. Order and rows are read off the main thread; an item that was not read yet is a placeholder that fills in
 * shortly after. When the cache changes only what is in use is read again, views are told just what came and went,
 * and the item of a row stays the same object while anybody holds it.
 *
 * Properties: "session" (construct-only), "kinds" (#GStrv of kind ids, or %NULL for the whole timeline), "search"
 * (words that all must occur, the last one as a beginning; %NULL or "" for everything), "since" and "until" (dates as
 * in FHIR, both inclusive at their precision, or %NULL), "filter" (a #CairnRecordsFilter), "n-items", "n-later" (how many
 * rows of what is yet to come are folded away) and "loading" (read-only).
 */
#define CAIRN_TYPE_RECORDS (cairn_records_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecords, cairn_records, CAIRN, RECORDS, GObject)

CairnRecords *cairn_records_new         (CairnSession *session);
void          cairn_records_set_kinds   (CairnRecords *self, const char *const *kinds);
void          cairn_records_set_search  (CairnRecords *self, const char *search);
void          cairn_records_set_since   (CairnRecords *self, const char *since);
void          cairn_records_set_until   (CairnRecords *self, const char *until);
void          cairn_records_set_filter  (CairnRecords *self, CairnRecordsFilter filter);
gboolean      cairn_records_get_folds   (CairnRecords *self);
gboolean      cairn_records_get_unfolded (CairnRecords *self, CairnRecord *record);
void          cairn_records_set_unfolded (CairnRecords *self, CairnRecord *record, gboolean unfolded);
void          cairn_records_set_n_soon  (CairnRecords *self, guint n_soon);
guint         cairn_records_get_n_later (CairnRecords *self);
gboolean      cairn_records_get_missing    (CairnRecords *self);
gboolean      cairn_records_get_not_shared (CairnRecords *self);
gboolean      cairn_records_get_loading (CairnRecords *self);
const GError *cairn_records_get_error   (CairnRecords *self);

G_END_DECLS
