/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts that put no space between words. Any thread. */
#include "cairn-script.h"

#include <string.h>

/* The first byte of the first character of all these scripts, Thai */
#define FIRST_BYTE 0xe0

static gboolean
has_no_spaces (gunichar c)
{
  if (c < 0xe00)
    return FALSE;
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_TIBETAN:
    case G_UNICODE_SCRIPT_YI:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * cairn_script_split:
 * @text: (transfer full) (nullable): valid UTF-8
 *
 * Puts a space after each letter of the scripts that have none between words, and of Hangul, whose words carry endings, so
 * that any part of a sentence can be found as a phrase. What a person types is split in the same way.
 *
 * Returns: (transfer full) (nullable): the text
 */
char *
cairn_script_split (char *text)
{
  GString *split;
  gboolean before = FALSE;
  const char *c = text;

  while (c != NULL && *c != '\0' && (guchar) *c < FIRST_BYTE)
    c++;
  if (c == NULL || *c == '\0')
    return text;
  split = g_string_sized_new (strlen (text) * 4 / 3);
  for (c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);
      gboolean apart = has_no_spaces (u);

      if ((before || apart) && !g_unichar_ismark (u) && split->len > 0)
        g_string_append_c (split, ' ');
      g_string_append_unichar (split, u);
      before = apart || (before && g_unichar_ismark (u));
    }
  g_free (text);
  return g_string_free (split, FALSE);
}
