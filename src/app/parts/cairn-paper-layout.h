/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <graphene.h>

#include "paper/cairn-paper.h"

G_BEGIN_DECLS

/**
 * CairnPaperLayout:
 * @pages: where each page lies, in the content's pixels
 * @scale: pixels a point
 * @fit: the scale at which the widest page fits
 * @width: of the content, margins included
 * @height: of the content, what stands above the pages included
 *
 * Where the pages of a document lie, one below the other.
 */
typedef struct
{
  graphene_rect_t *pages;
  guint            n_pages;
  double           scale;
  double           fit;
  double           width;
  double           height;
} CairnPaperLayout;

/* Pixels a point at 100 %: CSS's inch has 96 pixels. */
#define CAIRN_PAPER_FULL (96.0 / 72.0)

void  cairn_paper_layout_clear   (CairnPaperLayout *self);
void  cairn_paper_layout_update  (CairnPaperLayout *self, CairnPaper *paper, double zoom, int width, int top);
guint cairn_paper_layout_page_at (const CairnPaperLayout *self, double y);
double cairn_paper_layout_margin (int width);

G_END_DECLS
