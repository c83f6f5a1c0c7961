/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Binary in JSON as it comes over the wire: wherever its text is cut, the same comes of it; and what is
 * taken out of a text that the gate takes is what the text says. */
#include <stdint.h>
#include <string.h>

#include "common/cairn-gate.h"
#include "common/cairn-json.h"
#include "server/portal-unpack.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static gboolean
unpack (const uint8_t *data, size_t size, size_t step, GByteArray *decoded, GBytes **rest)
{
  g_autoptr(PortalUnpack) self = portal_unpack_new ();
  gboolean done = TRUE;

  for (size_t at = 0; done && at < size; at += step)
    done = portal_unpack_feed (self, data + at, MIN (step, size - at), decoded);
  *rest = portal_unpack_end (self);
  return done;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GByteArray) whole = g_byte_array_new (), parts = g_byte_array_new ();
  g_autoptr(GBytes) rest = NULL, other = NULL, text = g_bytes_new (data, size);
  gboolean done = unpack (data, size, MAX (size, 1), whole, &rest);
  g_autofree char *said = NULL;
  CairnJson resource;

  g_assert_cmpint (unpack (data, size, size > 1 ? 1 + data[0] % 7 : 1, parts, &other), ==, done);
  if (!done)
    return 0;
  g_assert_true (g_bytes_equal (rest, other));
  g_assert_cmpmem (whole->data, whole->len, parts->data, parts->len);
  if (!cairn_gate_check (text, 1024 * 1024, &resource, NULL))
    return 0;
  said = cairn_json_dup_text_at (resource, "data");
  if (said != NULL && whole->len > 0)
    {
      gsize length;
      g_autofree guchar *wanted = g_base64_decode (said, &length);

      g_assert_cmpmem (whole->data, whole->len, wanted, length);
    }
  return 0;
}
