/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "paper/cairn-paper.h"

G_BEGIN_DECLS

/**
 * CairnPaperView:
 *
 * The pages of a document, one below the other on white paper, below a header that moves with them. Stands in a
 * GtkScrolledWindow. Actions: "paper.zoom-in", "paper.zoom-out", "paper.zoom-fit", "paper.next", "paper.previous".
 *
 * Properties: "page" (the one that is looked at, from 0), "percent" (of its size on paper).
 */
#define CAIRN_TYPE_PAPER_VIEW (cairn_paper_view_get_type ())
G_DECLARE_FINAL_TYPE (CairnPaperView, cairn_paper_view, CAIRN, PAPER_VIEW, GtkWidget)

GtkWidget *cairn_paper_view_new         (void);
void       cairn_paper_view_set_paper   (CairnPaperView *self, CairnPaper *paper);
void       cairn_paper_view_set_header  (CairnPaperView *self, GtkWidget *header);
void       cairn_paper_view_set_name    (CairnPaperView *self, const char *name);
void       cairn_paper_view_show_page   (CairnPaperView *self, guint page);
void       cairn_paper_view_set_hits    (CairnPaperView *self, guint page, GArray *places, guint current);

G_END_DECLS
