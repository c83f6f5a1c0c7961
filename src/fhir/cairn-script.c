/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where words begin: in scripts that put no space between them, and with which letters. Any thread. */
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

/**
 * cairn_script_initial_bit:
 * @letter: a digit or letter of ASCII, in any case
 *
 * Returns: its bit in what cairn_script_initials() returns; 0 for all else
 */
guint64
cairn_script_initial_bit (char letter)
{
  if (g_ascii_isdigit (letter))
    return G_GUINT64_CONSTANT (1) << (letter - '0');
  if (g_ascii_isalpha (letter))
    return G_GUINT64_CONSTANT (1) << (10 + g_ascii_tolower (letter) - 'a');
  return 0;
}

/* "É" begins with an E, as it does for the full text. */
static guint64
get_wide_initial (gunichar c)
{
  gunichar base[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  g_unichar_fully_decompose (c, FALSE, base, G_N_ELEMENTS (base));
  return base[0] < 0x80 ? cairn_script_initial_bit ((char) base[0]) : 0;
}

/**
 * cairn_script_initials:
 * @text: (nullable): valid UTF-8
 *
 * Words are what the full text takes for them (SQLite's unicode61): letters and digits in a row, marks among them.
 *
 * Returns: a bit for each letter and digit of ASCII that any word begins with
 */
guint64
cairn_script_initials (const char *text)
{
  guint64 bits = 0;
  gboolean inside = FALSE;

  for (const char *c = text; c != NULL && *c != '\0';)
    if ((guchar) *c < 0x80)
      {
        gboolean letter = g_ascii_isalnum (*c);

        if (letter && !inside)
          bits |= cairn_script_initial_bit (*c);
        inside = letter;
        c++;
      }
    else
      {
        gunichar u = g_utf8_get_char (c);
        gboolean letter = g_unichar_isalnum (u) || g_unichar_type (u) == G_UNICODE_PRIVATE_USE;

        if (letter && !inside)
          bits |= get_wide_initial (u);
        inside = letter || (inside && g_unichar_ismark (u));
        c = g_utf8_next_char (c);
      }
  return bits;
}
