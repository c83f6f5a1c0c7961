/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-records.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_TIMELINE (cairn_timeline_get_type ())
G_DECLARE_FINAL_TYPE (CairnTimeline, cairn_timeline, CAIRN, TIMELINE, AdwBin)

void   cairn_timeline_set_records (CairnTimeline *self, CairnRecords *records);
void   cairn_timeline_set_narrow  (CairnTimeline *self, gboolean narrow);
void   cairn_timeline_set_terse  (CairnTimeline *self, gboolean terse);
void   cairn_timeline_renew       (CairnTimeline *self);
void   cairn_timeline_focus       (CairnTimeline *self);
double cairn_timeline_get_scroll  (CairnTimeline *self);
void   cairn_timeline_set_scroll  (CairnTimeline *self, double scroll);

G_END_DECLS
