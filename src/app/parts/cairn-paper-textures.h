/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "parts/cairn-paper-layout.h"

G_BEGIN_DECLS

/* The drawn pages of a document that are seen or near; redraws its widget when one has come. */
typedef struct _CairnPaperTextures CairnPaperTextures;

CairnPaperTextures *cairn_paper_textures_new        (GtkWidget *widget);
void                cairn_paper_textures_free       (CairnPaperTextures *self);
void                cairn_paper_textures_set_paper  (CairnPaperTextures *self, CairnPaper *paper);
void                cairn_paper_textures_want       (CairnPaperTextures *self, const CairnPaperLayout *layout, guint first,
                                                     guint last, int scale_factor);
GdkTexture         *cairn_paper_textures_get        (CairnPaperTextures *self, guint page);
gboolean            cairn_paper_textures_has_failed (CairnPaperTextures *self, guint page);

G_END_DECLS
