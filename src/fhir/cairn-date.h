/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CAIRN_DATE_YEAR,
  CAIRN_DATE_MONTH,
  CAIRN_DATE_DAY,
  CAIRN_DATE_SECOND,
  CAIRN_DATE_FRACTION,
} CairnDatePrecision;

/**
 * CairnDate:
 * @precision: how much of it was written
 * @has_offset: whether an offset from UTC was written; a date without a time never has one
 * @offset: that offset in minutes east of UTC
 * @start: milliseconds since 1970-01-01T00:00Z of its first instant (an absent offset counts as UTC), never before
 *   year 1 nor after year 9999
 * @end: the same of the instant after its last one, so that "2014" is [2014-01-01, 2015-01-01)
 *
 * A FHIR date, dateTime or instant (FHIR R4 §2.24.0.1) at the precision in which it was written.
 */
typedef struct
{
  CairnDatePrecision precision;
  int                year, month, day, hour, minute, second, millisecond;
  gboolean           has_offset;
  int                offset;
  gint64             start;
  gint64             end;
} CairnDate;

gboolean cairn_date_parse      (const char *text, CairnDate *date);
char    *cairn_date_dup_words  (const CairnDate *date);
char    *cairn_date_dup_sort   (gint64 start);
char    *cairn_date_dup_instant (gint64 ms);
gint64   cairn_date_now        (void);

G_END_DECLS
