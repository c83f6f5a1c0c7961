/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text of any length in the place of a label. A label shapes and draws all of its text at once, which
 * takes seconds for a long one; a text view does the lines in sight.
 */

#include "config.h"

#include <string.h>

#include "parts/cairn-long-text.h"

/* Bytes: what a label takes, and a line of the view where the text has none of its own. */
#define PIECE 2000

#define HEIGHT 320
#define KEY "cairn-long-text"

/* Where the piece that starts here ends: behind a space when there is one, never inside a character. */
static gsize
measure_piece (const char *text)
{
  gsize length = strnlen (text, PIECE + 1);

  if (length <= PIECE)
    return length;
  for (gsize i = PIECE; i > PIECE / 2; i--)
    if (text[i - 1] == ' ' || text[i - 1] == '\n')
      return i;
  return (gsize) (g_utf8_find_prev_char (text, text + PIECE + 1) - text);
}

static char *
break_lines (const char *text)
{
  GString *lines = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize length = measure_piece (text);

      g_string_append_len (lines, text, (gssize) length);
      text += length;
      if (*text != '\0' && lines->str[lines->len - 1] != '\n')
        g_string_append_c (lines, '\n');
    }
  return g_string_free (lines, FALSE);
}

static GtkWidget *
create_view (const char *text)
{
  g_autofree char *lines = break_lines (text);
  GtkWidget *view = gtk_text_view_new (), *window = gtk_scrolled_window_new ();

  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), lines, -1);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (window), HEIGHT);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), view);
  return window;
}

/* For a label in a box: a text that is too long for it comes into a view right after it. */
void
cairn_long_text_set (GtkLabel   *label,
                     const char *text)
{
  gboolean fits = text[measure_piece (text)] == '\0';
  GtkWidget *box = gtk_widget_get_parent (GTK_WIDGET (label)), *view = g_object_steal_data (G_OBJECT (label), KEY);

  if (view != NULL)
    gtk_box_remove (GTK_BOX (box), view);
  gtk_label_set_text (label, fits ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), fits);
  if (fits)
    return;
  view = create_view (text);
  gtk_box_insert_child_after (GTK_BOX (box), view, GTK_WIDGET (label));
  g_object_set_data (G_OBJECT (label), KEY, view);
}
