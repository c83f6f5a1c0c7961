/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf.h"

#include <string.h>

void
pdf_init (Pdf *self)
{
  self->text = g_string_new ("%PDF-1.5\n");
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
}

/* Returns its number. */
guint
pdf_object (Pdf *self, const char *format, ...)
{
  gsize offset = self->text->len;
  va_list arguments;

  g_array_append_val (self->offsets, offset);
  g_string_append_printf (self->text, "%u 0 obj\n", self->offsets->len);
  va_start (arguments, format);
  g_string_append_vprintf (self->text, format, arguments);
  va_end (arguments);
  g_string_append (self->text, "\nendobj\n");
  return self->offsets->len;
}

guint
pdf_stream (Pdf *self, const char *dictionary, const char *data, gsize length)
{
  gsize offset = self->text->len;

  g_array_append_val (self->offsets, offset);
  g_string_append_printf (self->text, "%u 0 obj\n<< %s /Length %" G_GSIZE_FORMAT " >>\nstream\n", self->offsets->len,
                          dictionary, length);
  g_string_append_len (self->text, data, (gssize) length);
  g_string_append (self->text, "\nendstream\nendobj\n");
  return self->offsets->len;
}

/* Object 1 is the catalogue. */
GBytes *
pdf_finish (Pdf *self, const char *trailer)
{
  gsize start = self->text->len;

  g_string_append_printf (self->text, "xref\n0 %u\n0000000000 65535 f \n", self->offsets->len + 1);
  for (guint i = 0; i < self->offsets->len; i++)
    g_string_append_printf (self->text, "%010" G_GSIZE_FORMAT " 00000 n \n", g_array_index (self->offsets, gsize, i));
  g_string_append_printf (self->text, "trailer\n<< /Size %u /Root 1 0 R %s >>\nstartxref\n%" G_GSIZE_FORMAT "\n%%%%EOF\n",
                          self->offsets->len + 1, trailer, start);
  g_array_unref (self->offsets);
  return g_string_free_to_bytes (self->text);
}

static void
start (Pdf *self, guint n)
{
  pdf_init (self);
  pdf_object (self, "<< /Type /Catalog /Pages 2 0 R >>");
  g_array_append_val (self->offsets, self->text->len);
  g_string_append_printf (self->text, "2 0 obj\n<< /Type /Pages /Count %u /Kids [", n);
}

/* Empty pages. */
GBytes *
pdf_new_pages (guint n, const char *media_box)
{
  Pdf pdf;

  start (&pdf, n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (pdf.text, "%u 0 R ", 3 + i);
  g_string_append (pdf.text, "] >>\nendobj\n");
  for (guint i = 0; i < n; i++)
    pdf_object (&pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [%s] >>", media_box);
  return pdf_finish (&pdf, "");
}

/* A page of A4 for each text, which has no parentheses. */
GBytes *
pdf_new_words (const char *const *pages)
{
  guint n = g_strv_length ((char **) pages);
  Pdf pdf;

  start (&pdf, n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (pdf.text, "%u 0 R ", 4 + 2 * i);
  g_string_append (pdf.text, "] >>\nendobj\n");
  pdf_object (&pdf, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *content = g_strdup_printf ("0 0 1 rg 72 700 100 50 re f 0 g BT /F1 24 Tf 72 600 Td (%s) Tj ET", pages[i]);

      pdf_object (&pdf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %u 0 R"
                  " /Resources << /Font << /F1 3 0 R >> >> >>", 5 + 2 * i);
      pdf_stream (&pdf, "", content, strlen (content));
    }
  return pdf_finish (&pdf, "");
}
