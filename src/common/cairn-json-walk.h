/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-json.h"

G_BEGIN_DECLS

#define CAIRN_JSON_WALK_DEPTH 200   /* the gate lets no more pass */

/**
 * CairnJsonWalk:
 * @name: name of the member whose value the string is, or whose array holds it directly; absent for others
 * @value: the string
 * @in_array: whether an array holds it
 *
 * Walks all string values at any depth, in order, in one pass; the names of arrays are known down to
 * %CAIRN_JSON_WALK_DEPTH levels.
 */
typedef struct
{
  CairnJson   name, value;
  gboolean    in_array;

  /*< private >*/
  const char *at, *end;
  guint       depth;
  CairnJson   names[CAIRN_JSON_WALK_DEPTH];   /* of the open arrays; absent for objects */
} CairnJsonWalk;

void     cairn_json_walk_init (CairnJsonWalk *walk, CairnJson value);
gboolean cairn_json_walk_next (CairnJsonWalk *walk);

G_END_DECLS
