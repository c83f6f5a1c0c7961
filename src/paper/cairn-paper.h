/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnPaper:
 *
 * A document that is read page by page: a PDF, or a PNG or JPEG picture as one page. A process of its own, which has
 * no network, no files and none of the record, reads and draws it; when that process fails, one page fails, and it is
 * started again for the next. Used on one thread, which never waits.
 */
#define CAIRN_TYPE_PAPER (cairn_paper_get_type ())
G_DECLARE_FINAL_TYPE (CairnPaper, cairn_paper, CAIRN, PAPER, GObject)

/**
 * CairnPaperPicture:
 * @pixels: rows of @width pixels without gaps: premultiplied ARGB in the machine's byte order, on white
 * @width: in pixels
 * @height: in pixels
 *
 * A page as drawn. It may be smaller than was asked for: a page has 20 million pixels at most.
 */
typedef struct
{
  GBytes *pixels;
  guint   width;
  guint   height;
} CairnPaperPicture;

void cairn_paper_picture_free (CairnPaperPicture *self);

/**
 * CairnPaperPlace:
 *
 * A place on a page, as parts of its width and height, from its upper left corner.
 */
typedef struct
{
  float x;
  float y;
  float width;
  float height;
} CairnPaperPlace;

gboolean           cairn_paper_can_show         (const char          *type);
CairnPaper        *cairn_paper_new              (const char          *program,
                                                 const char          *type,
                                                 GBytes              *bytes);
void               cairn_paper_close            (CairnPaper          *self);
void               cairn_paper_open_async       (CairnPaper          *self,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean           cairn_paper_open_finish      (CairnPaper          *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
guint              cairn_paper_get_n_pages      (CairnPaper          *self);
gboolean           cairn_paper_get_size         (CairnPaper          *self,
                                                 guint                page,
                                                 double              *width,
                                                 double              *height);
void               cairn_paper_draw_async       (CairnPaper          *self,
                                                 guint                page,
                                                 guint                width,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
CairnPaperPicture *cairn_paper_draw_finish      (CairnPaper          *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
void               cairn_paper_read_text_async  (CairnPaper          *self,
                                                 guint                page,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
char              *cairn_paper_read_text_finish (CairnPaper          *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
void               cairn_paper_find_async       (CairnPaper          *self,
                                                 guint                page,
                                                 const char          *words,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
GArray            *cairn_paper_find_finish      (CairnPaper          *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnPaperPicture, cairn_paper_picture_free)

G_END_DECLS
