/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A record's place is its rowid: (seconds since 0001-01-01T00:00Z of its start) << 23 | number. An
 * undated one has just a number, so that it comes last when the newest is first. A number starts at 1.
 */
#define CAIRN_PLACE_BITS 23
#define CAIRN_PLACE_MAX_NUMBER ((G_GINT64_CONSTANT (1) << CAIRN_PLACE_BITS) - 1)
#define CAIRN_PLACE_EPOCH G_GINT64_CONSTANT (62135596800)

/* The first place of the second in which @start (ms since 1970) lies; dates before year 1 count as its first second. */
static inline gint64
cairn_place_base (gint64 start)
{
  gint64 seconds = start / 1000 - (start % 1000 < 0 ? 1 : 0) + CAIRN_PLACE_EPOCH;

  return MAX (seconds, 1) << CAIRN_PLACE_BITS;
}

static inline gint64
cairn_place_first_dated (void)
{
  return G_GINT64_CONSTANT (1) << CAIRN_PLACE_BITS;
}

G_END_DECLS
