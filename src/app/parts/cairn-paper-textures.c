/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the drawn pages of what is seen and lets go of the others. A page that is to be drawn at another
 * size shows the old drawing until the new one has come.
 */

#include "config.h"

#include <math.h>

#include "parts/cairn-paper-textures.h"

typedef struct
{
  GdkTexture   *texture;
  GCancellable *drawing;
  guint         width;      /* of what is drawn or being drawn */
  gboolean      failed;
} Leaf;

struct _CairnPaperTextures
{
  GtkWidget  *widget;
  CairnPaper *paper;
  GHashTable *leaves;       /* page → Leaf */
};

typedef struct
{
  GtkWidget    *widget;
  Leaf         *leaf;       /* valid while the drawing isn't cancelled */
  GCancellable *drawing;
} Drawing;

static void
leaf_free (gpointer data)
{
  Leaf *leaf = data;

  g_cancellable_cancel (leaf->drawing);
  g_clear_object (&leaf->drawing);
  g_clear_object (&leaf->texture);
  g_free (leaf);
}

CairnPaperTextures *
cairn_paper_textures_new (GtkWidget *widget)
{
  CairnPaperTextures *self = g_new0 (CairnPaperTextures, 1);

  self->widget = widget;
  self->leaves = g_hash_table_new_full (NULL, NULL, NULL, leaf_free);
  return self;
}

void
cairn_paper_textures_free (CairnPaperTextures *self)
{
  g_hash_table_unref (self->leaves);
  g_clear_object (&self->paper);
  g_free (self);
}

void
cairn_paper_textures_set_paper (CairnPaperTextures *self,
                                CairnPaper         *paper)
{
  g_set_object (&self->paper, paper);
  g_hash_table_remove_all (self->leaves);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autofree Drawing *drawing = data;
  g_autoptr(GtkWidget) widget = drawing->widget;
  g_autoptr(GCancellable) cancellable = drawing->drawing;
  g_autoptr(CairnPaperPicture) picture = cairn_paper_draw_finish (CAIRN_PAPER (source), result, NULL);
  Leaf *leaf = drawing->leaf;

  if (g_cancellable_is_cancelled (cancellable))
    return;
  g_clear_object (&leaf->drawing);
  leaf->failed = picture == NULL;
  if (picture != NULL)
    {
      g_clear_object (&leaf->texture);
      leaf->texture = gdk_memory_texture_new ((int) picture->width, (int) picture->height, GDK_MEMORY_DEFAULT, picture->pixels,
                                              picture->width * 4);
    }
  gtk_widget_queue_draw (widget);
}

static void
want_page (CairnPaperTextures *self,
           guint               page,
           guint               width)
{
  Leaf *leaf = g_hash_table_lookup (self->leaves, GUINT_TO_POINTER (page));
  Drawing *drawing;

  if (leaf == NULL)
    {
      leaf = g_new0 (Leaf, 1);
      g_hash_table_insert (self->leaves, GUINT_TO_POINTER (page), leaf);
    }
  if (leaf->width == width)
    return;
  g_cancellable_cancel (leaf->drawing);
  g_clear_object (&leaf->drawing);
  leaf->width = width;
  leaf->drawing = g_cancellable_new ();
  drawing = g_new (Drawing, 1);
  *drawing = (Drawing) { g_object_ref (self->widget), leaf, g_object_ref (leaf->drawing) };
  cairn_paper_draw_async (self->paper, page, width, leaf->drawing, drawn_cb, drawing);
}

/* Sees to it that these pages are drawn for where they lie. */
void
cairn_paper_textures_want (CairnPaperTextures     *self,
                           const CairnPaperLayout *layout,
                           guint                   first,
                           guint                   last,
                           int                     scale_factor)
{
  GHashTableIter iter;
  gpointer page;

  if (self->paper == NULL)
    return;
  g_hash_table_iter_init (&iter, self->leaves);
  while (g_hash_table_iter_next (&iter, &page, NULL))
    if (GPOINTER_TO_UINT (page) < first || GPOINTER_TO_UINT (page) > last)
      g_hash_table_iter_remove (&iter);
  for (guint i = first; i <= last && i < layout->n_pages; i++)
    want_page (self, i, (guint) MAX (lroundf (layout->pages[i].size.width) * scale_factor, 1));
}

GdkTexture *
cairn_paper_textures_get (CairnPaperTextures *self,
                          guint               page)
{
  Leaf *leaf = g_hash_table_lookup (self->leaves, GUINT_TO_POINTER (page));

  return leaf != NULL ? leaf->texture : NULL;
}

gboolean
cairn_paper_textures_has_failed (CairnPaperTextures *self,
                                 guint               page)
{
  Leaf *leaf = g_hash_table_lookup (self->leaves, GUINT_TO_POINTER (page));

  return leaf != NULL && leaf->failed;
}
