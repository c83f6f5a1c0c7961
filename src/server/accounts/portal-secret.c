/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes that people read and type: made, cleaned of what they add, and kept as hashes. */
#include "portal-secret.h"

#include <string.h>

#include "common/cairn-crypto.h"

#define DIGITS 8
#define GROUP 4

/* Without letters that look like others; 32 of them, so that 5 bits are one */
static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/* Eight digits, each number as likely as the next. */
char *
portal_secret_code (void)
{
  guint32 number;

  do
    {
      g_autoptr(GBytes) bytes = cairn_random_bytes (sizeof number);

      memcpy (&number, g_bytes_get_data (bytes, NULL), sizeof number);
    }
  while (number >= 4200000000u);   /* 42 times a hundred million */
  return g_strdup_printf ("%0*u", DIGITS, number % 100000000u);
}

/* Groups of four letters and digits, 20 bits each: "K7QD-M2HW-…" */
char *
portal_secret_words (guint groups)
{
  g_autoptr(GBytes) bytes = cairn_random_bytes (groups * GROUP);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < groups * GROUP; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (words, '-');
      g_string_append_c (words, alphabet[data[i] % 32]);
    }
  return g_string_free (words, FALSE);
}

/* What somebody typed, without blanks and dashes, in capitals. */
char *
portal_secret_clean (const char *text)
{
  GString *clean = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (clean, g_ascii_toupper (*at));
  return g_string_free (clean, FALSE);
}

/* Of a code alone all values could be tried; its handle is 256 bits. */
char *
portal_secret_hash (const char *handle, const char *code)
{
  g_autofree char *clean = portal_secret_clean (code), *both = g_strconcat (handle, ":", clean, NULL);

  return cairn_sha256_hex (both, -1);
}

/* @hash may be NULL: nothing matches, in the same time. */
gboolean
portal_secret_matches (const char *hash, const char *handle, const char *code)
{
  g_autofree char *got = portal_secret_hash (handle, code);

  return cairn_constant_time_equal (hash != NULL ? hash : "", got);
}
