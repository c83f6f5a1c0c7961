/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parts/cairn-paper-view.h"

G_BEGIN_DECLS

/* Finds words in a document, page after page, and shows where they are. */
typedef struct _CairnPaperSearch CairnPaperSearch;

CairnPaperSearch *cairn_paper_search_new       (CairnPaperView *view, GtkLabel *found);
void              cairn_paper_search_free      (CairnPaperSearch *self);
void              cairn_paper_search_set_paper (CairnPaperSearch *self, CairnPaper *paper);
void              cairn_paper_search_set_words (CairnPaperSearch *self, const char *words);
void              cairn_paper_search_move      (CairnPaperSearch *self, int by);

G_END_DECLS
