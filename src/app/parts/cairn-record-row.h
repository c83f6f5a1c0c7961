/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-record.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_RECORD_ROW (cairn_record_row_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecordRow, cairn_record_row, CAIRN, RECORD_ROW, GtkBox)

GtkWidget   *cairn_record_row_new         (void);
CairnRecord *cairn_record_row_get_record  (CairnRecordRow *self);
void         cairn_record_row_set_record  (CairnRecordRow *self, CairnRecord *record);
void         cairn_record_row_set_place   (CairnRecordRow *self,
                                           const char     *heading,
                                           gboolean        top,
                                           gboolean        first,
                                           gboolean        last);
void         cairn_record_row_set_fold   (CairnRecordRow *self,
                                          gboolean        folds,
                                          gboolean        unfolded,
                                          gboolean        part);
void         cairn_record_row_set_more   (CairnRecordRow *self,
                                          guint           n);
void         cairn_record_row_hide_icon  (CairnRecordRow *self);
void         cairn_record_row_set_search  (CairnRecordRow *self, const char *search);
void         cairn_record_row_set_narrow  (CairnRecordRow *self, gboolean narrow);

G_END_DECLS
