/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

#include "cairn-sheet.h"

G_BEGIN_DECLS

typedef enum
{
  CAIRN_SHEET_TITLE,
  CAIRN_SHEET_SUBTITLE,
  CAIRN_SHEET_WARNING,
  CAIRN_SHEET_HEADING,
  CAIRN_SHEET_TEXT,
  CAIRN_SHEET_FIGURE,
  CAIRN_SHEET_ROW,
  CAIRN_SHEET_CHART,
} CairnSheetKind;

/* A block, measured when the sheet is laid out. */
typedef struct
{
  CairnSheetKind   kind;
  char            *label;     /* of a row; words beside a figure */
  char            *text;
  gboolean         struck;
  CairnSheetChart *chart;     /* with points and words of its own */
  PangoLayout     *label_layout;
  PangoLayout     *layout;
} CairnSheetBlock;

/* Lines of a block on a page. */
typedef struct
{
  guint    page;
  guint    block;
  int      first, last;       /* lines of its text; last isn't one of them */
  double   y;
  double   height;
  gboolean continued;
} CairnSheetPart;

struct _CairnSheet
{
  CairnSheetHead  head;       /* with words of its own */
  GPtrArray      *blocks;
  GArray         *parts;
  PangoContext   *context;
  double          width, height;
  guint           n_pages;
  guint           max_blocks;
  guint           n_measured;  /* blocks, of a layout that is not finished */
  guint           n_placed;
  double          y;           /* where the next one goes */
};

#define CAIRN_SHEET_MARGIN 54.0
#define CAIRN_SHEET_TOP 92.0       /* where the text begins, below the head */
#define CAIRN_SHEET_BOTTOM 62.0    /* what the foot takes */
#define CAIRN_SHEET_LABEL 130.0    /* width of a row's name */
#define CAIRN_SHEET_GAP 14.0
#define CAIRN_SHEET_CHART_HEIGHT 170.0

PangoLayout *cairn_sheet_create_layout (CairnSheet *self, const char *text, double size, gboolean bold, double width);
void         cairn_sheet_align         (CairnSheet *self, PangoLayout *layout, gboolean at_end);
void         cairn_sheet_draw_chart    (CairnSheet *self, cairo_t *cr, const CairnSheetChart *chart, double y);

G_END_DECLS
