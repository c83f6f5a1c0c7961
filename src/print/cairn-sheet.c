/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is put on paper, and where it lies: a row stays whole, a heading stays with what follows it. */
#include "config.h"

#include "cairn-sheet-private.h"

#include <math.h>

#define MAX_BLOCKS 5000

static void
chart_free (CairnSheetChart *chart)
{
  g_free ((gpointer) chart->points);
  g_free ((char *) chart->unit);
  g_free ((char *) chart->from);
  g_free ((char *) chart->to);
  g_free (chart);
}

static void
block_free (gpointer data)
{
  CairnSheetBlock *block = data;

  g_free (block->label);
  g_free (block->text);
  g_clear_pointer (&block->chart, chart_free);
  g_clear_object (&block->label_layout);
  g_clear_object (&block->layout);
  g_free (block);
}

/**
 * cairn_sheet_new:
 * @head: what stands on every page; copied
 *
 * Returns: (transfer full): an empty sheet
 */
CairnSheet *
cairn_sheet_new (const CairnSheetHead *head)
{
  CairnSheet *self = g_new0 (CairnSheet, 1);

  self->head.clinic = g_strdup (head->clinic);
  self->head.patient = g_strdup (head->patient);
  self->head.born = g_strdup (head->born);
  self->head.mark = g_strdup (head->mark);
  self->head.printed = g_strdup (head->printed);
  self->head.rtl = head->rtl;
  self->blocks = g_ptr_array_new_with_free_func (block_free);
  self->parts = g_array_new (FALSE, FALSE, sizeof (CairnSheetPart));
  self->max_blocks = MAX_BLOCKS;
  self->context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  pango_cairo_context_set_resolution (self->context, 72);
  pango_context_set_base_dir (self->context, head->rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_context_set_round_glyph_positions (self->context, FALSE);
  return self;
}

/**
 * cairn_sheet_free:
 * @self: (transfer full): a sheet
 */
void
cairn_sheet_free (CairnSheet *self)
{
  g_free ((char *) self->head.clinic);
  g_free ((char *) self->head.patient);
  g_free ((char *) self->head.born);
  g_free ((char *) self->head.mark);
  g_free ((char *) self->head.printed);
  g_ptr_array_unref (self->blocks);
  g_array_unref (self->parts);
  g_object_unref (self->context);
  g_free (self);
}

static CairnSheetBlock *
add (CairnSheet *self, CairnSheetKind kind, const char *label, const char *text)
{
  CairnSheetBlock *block = g_new0 (CairnSheetBlock, 1);

  block->kind = kind;
  block->label = g_strdup (label);
  block->text = g_strdup (text != NULL ? text : "");
  if (self->blocks->len < self->max_blocks)
    g_ptr_array_add (self->blocks, block);
  else
    g_clear_pointer (&block, block_free);
  return block;
}

/**
 * cairn_sheet_add_title:
 * @self: a sheet
 * @title: what it is about
 * @subtitle: (nullable): the clinical term
 */
void
cairn_sheet_add_title (CairnSheet *self, const char *title, const char *subtitle)
{
  add (self, CAIRN_SHEET_TITLE, NULL, title);
  if (subtitle != NULL)
    add (self, CAIRN_SHEET_SUBTITLE, NULL, subtitle);
}

/**
 * cairn_sheet_add_warning:
 * @self: a sheet
 * @words: what must be known before the rest is read; in a frame
 */
void
cairn_sheet_add_warning (CairnSheet *self, const char *words)
{
  add (self, CAIRN_SHEET_WARNING, NULL, words);
}

/**
 * cairn_sheet_add_heading:
 * @self: a sheet
 * @words: the name of what follows
 */
void
cairn_sheet_add_heading (CairnSheet *self, const char *words)
{
  add (self, CAIRN_SHEET_HEADING, NULL, words);
}

/**
 * cairn_sheet_add_text:
 * @self: a sheet
 * @words: a text; may have line breaks
 */
void
cairn_sheet_add_text (CairnSheet *self, const char *words)
{
  add (self, CAIRN_SHEET_TEXT, NULL, words);
}

/**
 * cairn_sheet_add_figure:
 * @self: a sheet
 * @value: a value with its unit, in large letters
 * @words: (nullable): what is to be said of it
 * @struck: whether it isn't valid
 */
void
cairn_sheet_add_figure (CairnSheet *self, const char *value, const char *words, gboolean struck)
{
  CairnSheetBlock *block = add (self, CAIRN_SHEET_FIGURE, words, value);

  if (block != NULL)
    block->struck = struck;
}

/**
 * cairn_sheet_add_row:
 * @self: a sheet
 * @label: name of a fact
 * @words: what it says; may have line breaks
 */
void
cairn_sheet_add_row (CairnSheet *self, const char *label, const char *words)
{
  add (self, CAIRN_SHEET_ROW, label, words);
}

/**
 * cairn_sheet_add_chart:
 * @self: a sheet
 * @chart: what to draw; copied. One without two points draws nothing
 */
void
cairn_sheet_add_chart (CairnSheet *self, const CairnSheetChart *chart)
{
  CairnSheetBlock *block;

  if (chart->n_points < 2)
    return;
  block = add (self, CAIRN_SHEET_CHART, NULL, NULL);
  if (block == NULL)
    return;
  block->chart = g_memdup2 (chart, sizeof *chart);
  block->chart->points = g_memdup2 (chart->points, chart->n_points * sizeof *chart->points);
  block->chart->unit = g_strdup (chart->unit);
  block->chart->from = g_strdup (chart->from);
  block->chart->to = g_strdup (chart->to);
}

static gboolean
has_letter (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalpha (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* No hyphens where an endless word is broken: they would be read as a part of it. */
static void
set_attributes (PangoLayout *layout, gboolean struck)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  if (struck)
    pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
}

/* To the side where the page begins (or ends), whatever the direction of the words: pango means the other side by
 * "left" when that differs from the page's. */
void
cairn_sheet_align (CairnSheet *self, PangoLayout *layout, gboolean at_end)
{
  gboolean words_rtl = pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL;
  gboolean right = at_end != self->head.rtl;

  if (words_rtl != self->head.rtl)
    right = !right;
  pango_layout_set_alignment (layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
}

PangoLayout *
cairn_sheet_create_layout (CairnSheet *self, const char *text, double size, gboolean bold, double width)
{
  PangoLayout *layout = pango_layout_new (self->context);
  g_autofree char *isolated = NULL;
  g_autofree char *name = g_strdup_printf ("Cantarell, Sans %s %d", bold ? "Bold" : "", (int) size);
  PangoFontDescription *font = pango_font_description_from_string (name);

  pango_font_description_set_size (font, (int) (size * PANGO_SCALE));
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  /* Digits and signs alone ("6.1 %") keep their order where reading goes from right to left. */
  if (self->head.rtl && !has_letter (text))
    isolated = g_strconcat ("\u2066", text, "\u2069", NULL);
  pango_layout_set_text (layout, isolated != NULL ? isolated : text, -1);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  if (width > 0)
    pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  set_attributes (layout, FALSE);
  cairn_sheet_align (self, layout, FALSE);
  return layout;
}

static void
measure (CairnSheet *self, CairnSheetBlock *block)
{
  static const struct { double size; gboolean bold; } fonts[] = {
    [CAIRN_SHEET_TITLE] = { 19, TRUE }, [CAIRN_SHEET_SUBTITLE] = { 10, FALSE }, [CAIRN_SHEET_WARNING] = { 10.5, TRUE },
    [CAIRN_SHEET_HEADING] = { 12, TRUE }, [CAIRN_SHEET_TEXT] = { 10.5, FALSE }, [CAIRN_SHEET_FIGURE] = { 24, TRUE },
    [CAIRN_SHEET_ROW] = { 10.5, FALSE }, [CAIRN_SHEET_CHART] = { 9, FALSE },
  };
  double room = self->width - 2 * CAIRN_SHEET_MARGIN;

  g_clear_object (&block->layout);
  g_clear_object (&block->label_layout);
  if (block->kind == CAIRN_SHEET_ROW)
    room -= CAIRN_SHEET_LABEL + CAIRN_SHEET_GAP;
  if (block->kind == CAIRN_SHEET_WARNING)
    room -= 24;
  block->layout = cairn_sheet_create_layout (self, block->text, fonts[block->kind].size, fonts[block->kind].bold, room);
  if (block->struck)
    set_attributes (block->layout, TRUE);
  if (block->kind == CAIRN_SHEET_ROW)
    block->label_layout = cairn_sheet_create_layout (self, block->label, 9.5, FALSE, CAIRN_SHEET_LABEL);
  if (block->kind == CAIRN_SHEET_FIGURE && block->label != NULL)
    block->label_layout = cairn_sheet_create_layout (self, block->label, 10.5, TRUE, room);
}

static double
get_height (PangoLayout *layout)
{
  int height = 0;

  if (layout != NULL)
    pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

/* Room above a block, unless it is the first of its page. */
static double
get_space (CairnSheetKind kind)
{
  static const double spaces[] = {
    [CAIRN_SHEET_TITLE] = 0, [CAIRN_SHEET_SUBTITLE] = 2, [CAIRN_SHEET_WARNING] = 12, [CAIRN_SHEET_HEADING] = 20,
    [CAIRN_SHEET_TEXT] = 8, [CAIRN_SHEET_FIGURE] = 12, [CAIRN_SHEET_ROW] = 0, [CAIRN_SHEET_CHART] = 12,
  };

  return spaces[kind];
}

static double
get_block_height (const CairnSheetBlock *block)
{
  switch (block->kind)
    {
    case CAIRN_SHEET_ROW:
      return MAX (get_height (block->layout), get_height (block->label_layout)) + 10;
    case CAIRN_SHEET_WARNING:
      return get_height (block->layout) + 16;
    case CAIRN_SHEET_FIGURE:
      return get_height (block->layout) + get_height (block->label_layout) + 2;
    case CAIRN_SHEET_CHART:
      return CAIRN_SHEET_CHART_HEIGHT;
    case CAIRN_SHEET_HEADING:
      return get_height (block->layout) + 4;
    case CAIRN_SHEET_TITLE:
    case CAIRN_SHEET_SUBTITLE:
    case CAIRN_SHEET_TEXT:
    default:
      return get_height (block->layout);
    }
}

static double
get_line_height (PangoLayout *layout, int line)
{
  PangoLayoutLine *lines = pango_layout_get_line_readonly (layout, line);
  int height = 0;

  pango_layout_line_get_height (lines, &height);
  return (double) height / PANGO_SCALE;
}

static void
place (CairnSheet *self, guint block, int first, int last, double y, double height)
{
  CairnSheetPart part = { self->n_pages - 1, block, first, last, y, height, first > 0 };

  g_array_append_val (self->parts, part);
}

/* A block that is higher than a page, or a text, goes on where the page ends. Returns where it ends. */
static double
place_lines (CairnSheet *self, guint index, double y, double end)
{
  CairnSheetBlock *block = g_ptr_array_index (self->blocks, index);
  double extra = block->kind == CAIRN_SHEET_ROW ? 10 : block->kind == CAIRN_SHEET_WARNING ? 16 : 0;
  int n = pango_layout_get_line_count (block->layout), first = 0;

  while (first < n)
    {
      double height = extra;
      int last = first;

      while (last < n && y + height + get_line_height (block->layout, last) <= end)
        height += get_line_height (block->layout, last++);
      /* No line of a text stands alone at the end or the start of a page. */
      if (last < n && (last - first == 1 || n - last == 1) && last - first > 1 - (first > 0))
        height -= get_line_height (block->layout, --last);
      if (last == first && y <= CAIRN_SHEET_TOP)   /* a line higher than the page */
        height += get_line_height (block->layout, last++);
      if (last > first)
        place (self, index, first, last, y, height);
      y += last > first ? height : 0;
      first = last;
      if (first < n)
        {
          self->n_pages++;
          y = CAIRN_SHEET_TOP;
        }
    }
  return y;
}

/* What must stay on one page with the heading before it. */
static double
get_least (CairnSheet *self, guint index)
{
  const CairnSheetBlock *block = g_ptr_array_index (self->blocks, index);
  double height = get_block_height (block);

  if (block->kind == CAIRN_SHEET_HEADING && index + 1 < self->blocks->len)
    {
      const CairnSheetBlock *next = g_ptr_array_index (self->blocks, index + 1);

      return height + get_space (next->kind) + MIN (get_block_height (next), 48);
    }
  return block->kind == CAIRN_SHEET_TEXT ? MIN (height, 30) : height;
}

static void
place_block (CairnSheet *self, guint index)
{
  const CairnSheetBlock *block = g_ptr_array_index (self->blocks, index);
  double end = self->height - CAIRN_SHEET_BOTTOM, own = get_block_height (block);
  double space = self->y > CAIRN_SHEET_TOP ? get_space (block->kind) : 0;
  gboolean whole = own <= end - CAIRN_SHEET_TOP && block->kind != CAIRN_SHEET_TEXT;

  if (self->y + space + (own <= end - CAIRN_SHEET_TOP ? get_least (self, index) : 30) > end && self->y > CAIRN_SHEET_TOP)
    {
      self->n_pages++;
      self->y = CAIRN_SHEET_TOP;
      space = 0;
    }
  self->y += space;
  if (!whole)
    self->y = place_lines (self, index, self->y, end);
  else
    {
      place (self, index, 0, pango_layout_get_line_count (block->layout), self->y, own);
      self->y += own;
    }
}

/**
 * cairn_sheet_set_limit:
 * @self: a sheet
 * @max_blocks: how many blocks it takes at most, of those that are added from now on; 5,000 until then
 *
 * What is more is left out without a word.
 */
void
cairn_sheet_set_limit (CairnSheet *self, guint max_blocks)
{
  self->max_blocks = max_blocks;
}

/**
 * cairn_sheet_begin_layout:
 * @self: a sheet
 * @width: of the paper
 * @height: of the paper
 *
 * Begins to lay the blocks out, for cairn_sheet_continue_layout().
 */
void
cairn_sheet_begin_layout (CairnSheet *self, double width, double height)
{
  self->width = width;
  self->height = height;
  self->n_pages = 1;
  self->n_measured = self->n_placed = 0;
  self->y = CAIRN_SHEET_TOP;
  g_array_set_size (self->parts, 0);
}

/**
 * cairn_sheet_continue_layout:
 * @self: a sheet
 * @microseconds: after which to leave the rest for the next time
 * @n_pages: (out): how many pages there are, at least 1, once it is finished
 *
 * Returns: whether all blocks are laid out
 */
gboolean
cairn_sheet_continue_layout (CairnSheet *self, gint64 microseconds, guint *n_pages)
{
  gint64 began = g_get_monotonic_time ();

  while (self->n_measured < self->blocks->len || self->n_placed < self->blocks->len)
    {
      if (g_get_monotonic_time () - began > microseconds)
        return FALSE;
      if (self->n_measured < self->blocks->len)
        measure (self, g_ptr_array_index (self->blocks, self->n_measured++));
      else
        place_block (self, self->n_placed++);
    }
  *n_pages = self->n_pages;
  return TRUE;
}

/**
 * cairn_sheet_layout:
 * @self: a sheet
 * @width: of the paper
 * @height: of the paper
 *
 * Lays the blocks out.
 *
 * Returns: how many pages there are, at least 1
 */
guint
cairn_sheet_layout (CairnSheet *self, double width, double height)
{
  guint n_pages = 1;

  cairn_sheet_begin_layout (self, width, height);
  cairn_sheet_continue_layout (self, G_MAXINT64, &n_pages);
  return n_pages;
}
