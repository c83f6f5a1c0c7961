/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"
#include "paper/cairn-paper.h"

G_BEGIN_DECLS

/**
 * CairnDocumentView:
 *
 * One document of a record: fetched, shown page by page or as words, saved; and what is to be said when that can't
 * be. Actions: "document.open", "document.cancel", "document.save", "document.browse", and those of the pager.
 *
 * Properties: "text" (the document's words, as far as they were read; %NULL without), "searchable".
 */
#define CAIRN_TYPE_DOCUMENT_VIEW (cairn_document_view_get_type ())
G_DECLARE_FINAL_TYPE (CairnDocumentView, cairn_document_view, CAIRN, DOCUMENT_VIEW, AdwBin)

gboolean    cairn_document_view_can_show   (CairnSession *session, const CairnAttachment *attachment);
void        cairn_document_view_set_header (CairnDocumentView *self, GtkWidget *header);
void        cairn_document_view_show       (CairnDocumentView *self, CairnSession *session, const char *reference,
                                            const CairnAttachment *attachment, const char *title, const char *date);
void        cairn_document_view_show_document (CairnDocumentView *self, CairnDocument *document, const char *title);
void        cairn_document_view_save       (CairnDocumentView *self);
void        cairn_document_view_search     (CairnDocumentView *self, gboolean on);
const char *cairn_document_view_get_text   (CairnDocumentView *self);
CairnPaper *cairn_document_view_get_paper  (CairnDocumentView *self);

G_END_DECLS
