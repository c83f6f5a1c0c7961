/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

#include "cairn-paper-wire.h"

G_BEGIN_DECLS

/* What is drawn: a PDF, or a picture as a document of one page. In the drawing process only. */
typedef struct _CairnPaperSource CairnPaperSource;

CairnPaperSource *cairn_paper_source_new     (const char *type, GBytes *bytes, CairnPaperFault *fault);
void              cairn_paper_source_free    (CairnPaperSource *self);
guint             cairn_paper_source_n_pages (CairnPaperSource *self);
void              cairn_paper_source_size    (CairnPaperSource *self, guint page, double *width, double *height);
gboolean          cairn_paper_source_draw    (CairnPaperSource *self, guint page, double scale, cairo_t *cr);
char             *cairn_paper_source_text    (CairnPaperSource *self, guint page);
GArray           *cairn_paper_source_find    (CairnPaperSource *self, guint page, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnPaperSource, cairn_paper_source_free)

G_END_DECLS
