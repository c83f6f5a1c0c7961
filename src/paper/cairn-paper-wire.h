/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a window and the process that draws its document say to each other, over the child's standard input and
 * output: a request, then its answer, one after the other, in the machine's own byte order. The document itself is
 * on descriptor CAIRN_PAPER_FD. The window believes nothing of an answer that it has not checked.
 */
#define CAIRN_PAPER_FD 3

#define CAIRN_PAPER_MAX_PAGES 2000
#define CAIRN_PAPER_MAX_PIXELS (20 * 1000 * 1000)     /* of one page as drawn: 80 MB */
#define CAIRN_PAPER_MAX_SIDE 16384                    /* pixels */
#define CAIRN_PAPER_MAX_PICTURE (60 * 1000 * 1000)    /* pixels of a picture inside its file */
#define CAIRN_PAPER_MAX_POINTS 14400.0                /* side of a page: 200 inches, as of PDF 1.7 annex C */
#define CAIRN_PAPER_MAX_TEXT (256 * 1024)             /* bytes of one page */
#define CAIRN_PAPER_MAX_HITS 200                      /* of one page */

typedef enum
{
  CAIRN_PAPER_OPEN,     /* words: the media type → count: pages, data: a float width and height of each, in points */
  CAIRN_PAPER_DRAW,     /* page, width in pixels → width, height, data: pixels as CAIRO_FORMAT_ARGB32, rows without gaps */
  CAIRN_PAPER_TEXT,     /* page → data: UTF-8 */
  CAIRN_PAPER_FIND,     /* page, words → count: places, data: four floats each: x, y, width, height as parts of the page */
} CairnPaperAsk;

typedef struct
{
  guint32 ask;
  guint32 page;
  guint32 width;
  guint32 length;   /* of the words that follow */
} CairnPaperRequest;

typedef enum
{
  CAIRN_PAPER_GOOD,
  CAIRN_PAPER_BROKEN,       /* it, or this page, can't be read */
  CAIRN_PAPER_ENCRYPTED,    /* it wants a password */
  CAIRN_PAPER_TOO_LARGE,    /* more pages or pixels than are shown */
} CairnPaperFault;

typedef struct
{
  guint32 fault;
  guint32 count;
  guint32 width;
  guint32 height;
  guint32 length;   /* of the data that follows */
} CairnPaperReply;

G_END_DECLS
