/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "paper/cairn-paper.h"

G_BEGIN_DECLS

/**
 * CairnRecordDocuments:
 *
 * The documents of a record page: "Page" beside "Text" in the header, the rows, and the document's words under the
 * record's own.
 */
typedef struct _CairnRecordDocuments CairnRecordDocuments;

CairnRecordDocuments *cairn_record_documents_new       (CairnFramePage *page, AdwViewStack *views, AdwBin *place,
                                                        GtkBox *list, GtkBox *words);
void                  cairn_record_documents_free      (CairnRecordDocuments *self);
void                  cairn_record_documents_set_facts (CairnRecordDocuments *self, const char *reference,
                                                        const CairnFacts *facts);
void                  cairn_record_documents_open      (CairnRecordDocuments *self, guint number);
gboolean              cairn_record_documents_save      (CairnRecordDocuments *self);
CairnPaper           *cairn_record_documents_get_paper (CairnRecordDocuments *self);

G_END_DECLS
