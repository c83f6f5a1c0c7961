/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are attached: any bytes are looked through without harm, and what may go needs no second cleaning. */
#include "client/files/cairn-clean.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GInputStream) in = g_memory_input_stream_new_from_data (data, (gssize) size, NULL), kept = NULL;
  g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr(CairnClean) clean = NULL, again = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (cairn_clean_look (in, &clean, NULL) != CAIRN_FILE_FINE)
    return 0;
  if (cairn_clean_write (clean, in, out, NULL, NULL) != CAIRN_FILE_FINE)
    g_error ("What was looked through can't be written");
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  if ((gsize) clean->size != g_bytes_get_size (bytes))
    g_error ("It is of another size than was said");
  kept = g_memory_input_stream_new_from_bytes (bytes);
  if (cairn_clean_look (kept, &again, NULL) != CAIRN_FILE_FINE || again->drops || !g_str_equal (again->type, clean->type))
    g_error ("What was cleaned isn't clean");
  return 0;
}
