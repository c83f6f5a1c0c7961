/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the pages of a document lie. Only numbers.
 */

#include "config.h"

#include "parts/cairn-paper-layout.h"

#define NARROW 500
#define MARGIN 24.0
#define MARGIN_NARROW 12.0
#define GAP 18.0
/* The pager floats over the end. */
#define BOTTOM 84.0
#define LEAST 40.0

void
cairn_paper_layout_clear (CairnPaperLayout *self)
{
  g_clear_pointer (&self->pages, g_free);
  self->n_pages = 0;
}

double
cairn_paper_layout_margin (int width)
{
  return width < NARROW ? MARGIN_NARROW : MARGIN;
}

/* A zoom of 0 fits the widest page into the width, but makes it no larger than it is on paper. */
void
cairn_paper_layout_update (CairnPaperLayout *self,
                           CairnPaper       *paper,
                           double            zoom,
                           int               width,
                           int               top)
{
  double margin = cairn_paper_layout_margin (width);
  double widest = 1, page_width, page_height, y = top + margin;
  guint n = paper != NULL ? cairn_paper_get_n_pages (paper) : 0;

  if (n != self->n_pages)
    {
      cairn_paper_layout_clear (self);
      self->pages = g_new (graphene_rect_t, n);
      self->n_pages = n;
    }
  for (guint i = 0; i < n; i++)
    {
      cairn_paper_get_size (paper, i, &page_width, &page_height);
      widest = MAX (widest, page_width);
    }
  self->fit = MIN (MAX (width - 2 * margin, LEAST) / widest, CAIRN_PAPER_FULL);
  self->scale = zoom > 0 ? zoom * CAIRN_PAPER_FULL : self->fit;
  self->width = MAX (widest * self->scale + 2 * margin, width);
  for (guint i = 0; i < n; i++)
    {
      double x;

      cairn_paper_get_size (paper, i, &page_width, &page_height);
      x = (self->width - page_width * self->scale) / 2;
      graphene_rect_init (&self->pages[i], (float) x, (float) y, (float) (page_width * self->scale),
                          (float) (page_height * self->scale));
      y += page_height * self->scale + GAP;
    }
  self->height = n > 0 ? y - GAP + BOTTOM : y;
}

/* The page at or below a height; the last one when there is none. */
guint
cairn_paper_layout_page_at (const CairnPaperLayout *self,
                            double                  y)
{
  guint low = 0, high = self->n_pages;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if ((double) (self->pages[middle].origin.y + self->pages[middle].size.height) < y)
        low = middle + 1;
      else
        high = middle;
    }
  return self->n_pages == 0 ? 0 : MIN (low, self->n_pages - 1);
}
