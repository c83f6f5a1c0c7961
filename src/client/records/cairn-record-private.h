/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/cairn-record.h"

G_BEGIN_DECLS

CairnRecord *cairn_record_new_placeholder (void);
CairnRecord *cairn_record_new             (const CairnCacheRow *row);
void         cairn_record_fill            (CairnRecord *self, const CairnCacheRow *row);
gboolean     cairn_record_matches         (CairnRecord *self, const CairnCacheRow *row);
gint64      *cairn_record_peek_rowid      (CairnRecord *self);

G_END_DECLS
