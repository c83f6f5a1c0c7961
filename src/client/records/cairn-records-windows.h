/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-record-private.h"
#include "cairn-records-load.h"

G_BEGIN_DECLS

/**
 * CairnRecordsWindows:
 *
 * The records of a long list that are in use: a few spans of it, the one that was asked for longest ago goes
 * first. Main thread.
 */
typedef struct _CairnRecordsWindows CairnRecordsWindows;

CairnRecordsWindows *cairn_records_windows_new     (void);
void                 cairn_records_windows_free    (CairnRecordsWindows *self);
CairnRecord         *cairn_records_windows_get     (CairnRecordsWindows *self, guint position);
CairnRecord         *cairn_records_windows_peek    (CairnRecordsWindows *self, guint position);
gboolean             cairn_records_windows_begin   (CairnRecordsWindows *self, guint index);
void                 cairn_records_windows_fill    (CairnRecordsWindows *self, const CairnRecordsSpan *span);
CairnRecordsWindows *cairn_records_windows_replace (CairnRecordsWindows *self, const CairnRecordsLoad *load);
void                 cairn_records_windows_add_to  (CairnRecordsWindows *self, CairnRecordsLoad *load);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRecordsWindows, cairn_records_windows_free)

G_END_DECLS
