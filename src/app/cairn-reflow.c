/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of a printed page for a narrow window: lines that the page broke are joined again, so that
 * they can break where the window ends.
 */

#include "config.h"

#include "cairn-reflow.h"

/* A line that is nearly as long as the page's longest was broken by the page, a shorter one by its author. */
#define FULL 0.8
#define SHORT_PAGE 40

static glong
longest (char **lines)
{
  glong most = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    most = MAX (most, g_utf8_strlen (lines[i], -1));
  return most;
}

static gboolean
begins_item (const char *line)
{
  gunichar first = g_utf8_get_char (line);

  return first == 0x2022 || first == '-' || first == '*' || first == 0x2013 || g_unichar_isdigit (first);
}

/* Returns a new text. */
char *
cairn_reflow (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);
  glong most = longest (lines);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *next = lines[i + 1];
      gboolean full;

      g_strchomp (lines[i]);
      full = most > SHORT_PAGE && g_utf8_strlen (lines[i], -1) >= (glong) (FULL * most);
      g_string_append (out, lines[i]);
      if (next == NULL)
        break;
      if (full && *g_strchug (lines[i + 1]) != '\0' && !begins_item (next))
        g_string_append_c (out, ' ');
      else
        g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}
