/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-record-private.h"

G_BEGIN_DECLS

/**
 * CairnRecordsPool:
 *
 * The records of a long list that somebody holds, by place, and some hundred that were asked for last. A record
 * that a row on screen shows is found again however far one scrolled meanwhile; what nobody holds goes. Main thread.
 */
typedef struct _CairnRecordsPool CairnRecordsPool;

CairnRecordsPool *cairn_records_pool_new    (void);
void              cairn_records_pool_free   (CairnRecordsPool *self);
CairnRecord      *cairn_records_pool_get    (CairnRecordsPool *self, gint64 place);
CairnRecord      *cairn_records_pool_peek   (CairnRecordsPool *self, gint64 place);
void              cairn_records_pool_fill   (CairnRecordsPool *self, const CairnCacheRow *row);
GArray           *cairn_records_pool_places (CairnRecordsPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnRecordsPool, cairn_records_pool_free)

G_END_DECLS
