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

/* Of a label's narrowest form, in letters: without it GTK breaks the text behind every letter to find that out. */
#define NARROWEST 10

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
      if (*text != '\0' && *text != '\n' && lines->str[lines->len - 1] != '\n')
        g_string_append_c (lines, '\n');
    }
  return g_string_free (lines, FALSE);
}

static GtkWidget *
create_view (const char *text)
{
  g_autofree char *lines = break_lines (text);
  GtkWidget *view = gtk_text_view_new (), *window = gtk_scrolled_window_new ();

  gtk_widget_add_css_class (view, "long-text");
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), lines, -1);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (window), HEIGHT);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), view);
  gtk_widget_set_hexpand (window, TRUE);
  return window;
}

/* A line after an empty one (cairn_narrative_dup_text); NULL after the last. */
static const char *
find_heading (const char *text,
              gsize      *length)
{
  const char *at = strstr (text, "\n\n");

  if (at == NULL)
    return NULL;
  at += strspn (at, "\n");
  *length = strcspn (at, "\n");
  return at;
}

static void
embolden_label (GtkLabel *label)
{
  const char *text = gtk_label_get_text (label), *at = text;
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();
  gsize length = 0;

  while ((at = find_heading (at + length, &length)) != NULL)
    {
      PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

      bold->start_index = (guint) (at - text);
      bold->end_index = bold->start_index + (guint) length;
      pango_attr_list_insert (attributes, bold);
    }
  gtk_label_set_attributes (label, attributes);
}

static void
embolden_buffer (GtkTextBuffer *buffer)
{
  GtkTextTag *bold = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, NULL);
  GtkTextIter start, end;

  gtk_text_buffer_get_start_iter (buffer, &end);
  while (gtk_text_iter_forward_search (&end, "\n\n", 0, NULL, &start, NULL))
    {
      while (gtk_text_iter_ends_line (&start) && gtk_text_iter_forward_line (&start))
        ;
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      gtk_text_buffer_apply_tag (buffer, bold, &start, &end);
    }
}

/* For a label in a box that wraps: a text that is too long for it comes into a view right after it. */
void
cairn_long_text_set (GtkLabel   *label,
                     const char *text)
{
  static const char *const margins[] = { "margin-top", "margin-bottom", "margin-start", "margin-end" };
  gboolean fits = text[measure_piece (text)] == '\0';
  GtkWidget *box = gtk_widget_get_parent (GTK_WIDGET (label)), *view = g_object_steal_data (G_OBJECT (label), KEY);

  if (view != NULL)
    gtk_box_remove (GTK_BOX (box), view);
  gtk_label_set_width_chars (label, NARROWEST);
  gtk_label_set_text (label, fits ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), fits);
  if (fits)
    return;
  view = create_view (text);
  for (guint i = 0; i < G_N_ELEMENTS (margins); i++)
    {
      int margin;

      g_object_get (label, margins[i], &margin, NULL);
      g_object_set (view, margins[i], margin, NULL);
    }
  gtk_box_insert_child_after (GTK_BOX (box), view, GTK_WIDGET (label));
  g_object_set_data (G_OBJECT (label), KEY, view);
}

/* As cairn_long_text_set(), for a text with headings: they are bold. */
void
cairn_long_text_set_headed (GtkLabel   *label,
                            const char *text)
{
  GtkWidget *window;

  cairn_long_text_set (label, text);
  window = g_object_get_data (G_OBJECT (label), KEY);
  if (window != NULL)
    embolden_buffer (gtk_text_view_get_buffer (GTK_TEXT_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (window)))));
  else
    embolden_label (label);
}
