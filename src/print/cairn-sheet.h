/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnSheetHead:
 * @clinic: (nullable): whose portal it comes from
 * @patient: (nullable): whose record it is
 * @born: (nullable): birth date in words
 * @mark: (nullable): what must be known of the whole ("Entered by mistake"); stands on every page
 * @printed: the day of printing in words
 * @rtl: whether the page reads from right to left
 *
 * What stands at the top and the bottom of every page; all words translated.
 */
typedef struct
{
  const char *clinic;
  const char *patient;
  const char *born;
  const char *mark;
  const char *printed;
  gboolean    rtl;
} CairnSheetHead;

/**
 * CairnSheetPoint:
 * @time: milliseconds since 1970 UTC
 * @number: the value
 *
 * A point of a chart.
 */
typedef struct
{
  gint64 time;
  double number;
} CairnSheetPoint;

/**
 * CairnSheetChart:
 * @points: oldest first
 * @n_points: how many
 * @unit: (nullable): of the numbers
 * @from: (nullable): the time of the first point in words
 * @to: (nullable): the time of the last point in words
 * @has_low: whether the usual range has a lower end, @low
 * @has_high: whether it has an upper end, @high
 *
 * A line over time with the usual range behind it.
 */
typedef struct
{
  const CairnSheetPoint *points;
  guint                  n_points;
  const char            *unit;
  const char            *from;
  const char            *to;
  gboolean               has_low, has_high;
  double                 low, high;
} CairnSheetChart;

/**
 * CairnSheet:
 *
 * A text on paper: put together block by block, laid out for a size of paper, drawn page by page with cairo. Needs no
 * screen. Not thread-safe; any one thread. Lengths are in points.
 */
typedef struct _CairnSheet CairnSheet;

CairnSheet *cairn_sheet_new         (const CairnSheetHead *head);
void        cairn_sheet_free        (CairnSheet *self);
void        cairn_sheet_add_title   (CairnSheet *self, const char *title, const char *subtitle);
void        cairn_sheet_add_warning (CairnSheet *self, const char *words);
void        cairn_sheet_add_heading (CairnSheet *self, const char *words);
void        cairn_sheet_add_text    (CairnSheet *self, const char *words);
void        cairn_sheet_add_figure  (CairnSheet *self, const char *value, const char *words, gboolean struck);
void        cairn_sheet_add_row     (CairnSheet *self, const char *label, const char *words);
void        cairn_sheet_add_chart   (CairnSheet *self, const CairnSheetChart *chart);
void        cairn_sheet_set_limit   (CairnSheet *self, guint max_blocks);
guint       cairn_sheet_layout      (CairnSheet *self, double width, double height);
void        cairn_sheet_begin_layout (CairnSheet *self, double width, double height);
gboolean    cairn_sheet_continue_layout (CairnSheet *self, gint64 microseconds, guint *n_pages);
void        cairn_sheet_draw        (CairnSheet *self, cairo_t *cr, guint page);
GBytes     *cairn_sheet_dup_pdf     (CairnSheet *self, const char *title, double width, double height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSheet, cairn_sheet_free)

G_END_DECLS
