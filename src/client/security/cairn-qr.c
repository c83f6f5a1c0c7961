/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QR codes (ISO/IEC 18004). The only file that includes libqrencode. No state. */
#include "client/cairn-qr.h"

#include "common/cairn-crypto.h"

#include <qrencode.h>
#include <string.h>

static void
free_cells (gpointer data)
{
  GByteArray *cells = data;

  memset (cells->data, 0, cells->len);   /* it says what its text says */
  g_byte_array_unref (cells);
}

/**
 * cairn_qr_encode:
 * @text: what a telephone is to read, at most some 2,000 bytes
 * @size: (out): modules along an edge, without the quiet zone of four that must stand around it
 *
 * Returns: (transfer full) (nullable): @size × @size bytes, row by row, 1 where it is dark; %NULL when @text is too long
 */
GBytes *
cairn_qr_encode (const char *text, guint *size)
{
  /* The least correction: a screen has no stains, and larger modules are read from further away. */
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_L);
  GByteArray *cells;
  gsize n;

  if (code == NULL)
    return NULL;
  *size = (guint) code->width;
  n = (gsize) code->width * (gsize) code->width;
  cells = g_byte_array_sized_new ((guint) n);
  for (gsize i = 0; i < n; i++)
    {
      guint8 dark = code->data[i] & 1;

      g_byte_array_append (cells, &dark, 1);
    }
  memset (code->data, 0, n);
  QRcode_free (code);
  return g_bytes_new_with_free_func (cells->data, n, free_cells, cells);
}
