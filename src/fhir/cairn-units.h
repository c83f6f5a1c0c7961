/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnUnitMap:
 * @scale: what to multiply by
 * @offset: what to add then
 *
 * How a number in one unit becomes a number in another.
 */
typedef struct
{
  double scale;
  double offset;
} CairnUnitMap;

gboolean           cairn_units_map   (const char *loinc, const char *from, const char *to, CairnUnitMap *map);
const char *const *cairn_units_codes (const char *loinc);

G_END_DECLS
