/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Writes PDFs object by object, good ones and such as no program would make. */
typedef struct
{
  GString *text;
  GArray  *offsets;
} Pdf;

void    pdf_init      (Pdf *self);
guint   pdf_object    (Pdf *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
guint   pdf_stream    (Pdf *self, const char *dictionary, const char *data, gsize length);
GBytes *pdf_finish    (Pdf *self, const char *trailer);
GBytes *pdf_new_pages (guint n, const char *media_box);
GBytes *pdf_new_words (const char *const *pages);
