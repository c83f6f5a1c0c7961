/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Marks in a text the words that somebody searches for, as the full text finds them: without regard to case and accents,
 * each word from its beginning to its end, the last one as a beginning, and scripts without spaces anywhere. Attributes,
 * not markup: nothing in the text can pass for some.
 */

#include "config.h"

#include <string.h>

#include "fhir/cairn-script.h"
#include "parts/cairn-highlight.h"

/* A letter as it is compared, and where it stands. */
typedef struct
{
  gunichar letter;
  guint    start, end;
} Letter;

static gunichar
fold_letter (gunichar c)
{
  gunichar base[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  g_unichar_fully_decompose (c, FALSE, base, G_N_ELEMENTS (base));
  return g_unichar_tolower (base[0]);
}

/* The letters of a text; between words stands a 0. Marks belong to the letter before them. */
static GArray *
fold_text (const char *text)
{
  GArray *letters = g_array_new (FALSE, FALSE, sizeof (Letter));

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);
      Letter letter = { 0, (guint) (c - text), (guint) (g_utf8_next_char (c) - text) };

      if (g_unichar_ismark (u) && letters->len > 0)
        {
          g_array_index (letters, Letter, letters->len - 1).end = letter.end;
          continue;
        }
      if (g_unichar_isalnum (u) || g_unichar_type (u) == G_UNICODE_PRIVATE_USE)
        letter.letter = fold_letter (u);
      g_array_append_val (letters, letter);
    }
  return letters;
}

static gunichar
letter_at (const GArray *letters, guint i)
{
  return i < letters->len ? g_array_index (letters, Letter, i).letter : 0;
}

/* Where the phrase ends that begins at @at of the text; 0 when it doesn't. Words of the phrase may be apart by anything. */
static guint
match_at (const GArray *text, guint at, const GArray *phrase, gboolean open)
{
  guint i = at;

  for (guint j = 0; j < phrase->len; j++)
    if (letter_at (phrase, j) != 0)
      {
        if (letter_at (text, i) != letter_at (phrase, j))
          return 0;
        i++;
      }
    else
      {
        if (letter_at (text, i) != 0)
          return 0;
        while (i < text->len && letter_at (text, i) == 0)
          i++;
      }
  return open || letter_at (text, i) == 0 ? i : 0;
}

static void
trim (GArray *phrase)
{
  while (phrase->len > 0 && letter_at (phrase, phrase->len - 1) == 0)
    g_array_set_size (phrase, phrase->len - 1);
  while (phrase->len > 0 && letter_at (phrase, 0) == 0)
    g_array_remove_index (phrase, 0);
  for (guint i = phrase->len; i > 1; i--)   /* one gap is as good as several */
    if (letter_at (phrase, i - 1) == 0 && letter_at (phrase, i - 2) == 0)
      g_array_remove_index (phrase, i - 1);
}

static gboolean
has_no_spaces (const char *word)
{
  g_autofree char *split = cairn_script_split (g_strdup (word));

  return !g_str_equal (split, word) || g_unichar_iswide (g_utf8_get_char (word));
}

static void
mark (PangoAttrList *attributes, guint start, guint end)
{
  PangoAttribute *marks[] = {
    pango_attr_weight_new (PANGO_WEIGHT_HEAVY),
    pango_attr_background_new (0xf5f5, 0xc2c2, 0x1111),
    pango_attr_background_alpha_new (0x5000),
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      marks[i]->start_index = start;
      marks[i]->end_index = end;
      pango_attr_list_insert (attributes, marks[i]);
    }
}

static void
mark_word (PangoAttrList *attributes, const GArray *text, const char *word, gboolean open)
{
  g_autoptr(GArray) phrase = fold_text (word);
  gboolean anywhere = has_no_spaces (word);

  trim (phrase);
  for (guint i = 0; phrase->len > 0 && i < text->len;)
    {
      gboolean begins = anywhere || i == 0 || letter_at (text, i - 1) == 0;
      guint end = begins ? match_at (text, i, phrase, open || anywhere) : 0;

      if (end > i)
        mark (attributes, g_array_index (text, Letter, i).start, g_array_index (text, Letter, end - 1).end);
      i = MAX (i + 1, end);
    }
}

/* The caller's; NULL when nothing is searched for. */
PangoAttrList *
cairn_highlight_create (const char *text,
                        const char *search)
{
  g_autoptr(GArray) letters = NULL;
  g_auto(GStrv) words = NULL;
  PangoAttrList *attributes;
  guint n;

  if (search == NULL || *search == '\0')
    return NULL;
  attributes = pango_attr_list_new ();
  letters = fold_text (text);
  words = g_strsplit_set (search, " \t\n", -1);
  n = g_strv_length (words);
  for (guint i = 0; i < n; i++)
    if (*words[i] != '\0')
      mark_word (attributes, letters, words[i], i + 1 == n);
  return attributes;
}

/* Where the first mark begins, 0 when there is none. */
static guint
find_first (PangoAttrList *attributes)
{
  g_autoptr(GSList) all = pango_attr_list_get_attributes (attributes);
  guint first = G_MAXUINT;

  for (GSList *at = all; at != NULL; at = at->next)
    first = MIN (first, ((PangoAttribute *) at->data)->start_index);
  g_slist_free_full (g_steal_pointer (&all), (GDestroyNotify) pango_attribute_destroy);
  return first == G_MAXUINT ? 0 : first;
}

/* The caller's: the text from shortly before the first word found, so that it can be seen in one line. @before: bytes */
char *
cairn_highlight_dup_excerpt (const char *text,
                             const char *search,
                             gsize       before)
{
  g_autoptr(PangoAttrList) attributes = cairn_highlight_create (text, search);
  guint first = attributes != NULL ? find_first (attributes) : 0;
  const char *start = first > before ? text + (first - before) : text;

  while (start > text && start < text + first && start[-1] != ' ' && start[-1] != '\n')
    start++;
  return start > text ? g_strconcat ("…", start, NULL) : g_strdup (text);
}
