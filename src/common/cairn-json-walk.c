/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All strings of a text that passed the gate, in one flat pass: nested containers are never read twice. Any thread. */
#include "cairn-json-walk.h"

/**
 * cairn_json_walk_init:
 * @walk: (out caller-allocates): the walk
 * @value: where to look
 *
 * Starts before the first string.
 */
void
cairn_json_walk_init (CairnJsonWalk *walk, CairnJson value)
{
  walk->at = value.text;
  walk->end = value.text != NULL ? value.text + value.length : NULL;
  walk->depth = 0;
  walk->name = CAIRN_JSON_NONE;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
walk_into (CairnJsonWalk *walk, CairnJson name)
{
  if (walk->depth < CAIRN_JSON_WALK_DEPTH)
    walk->names[walk->depth] = name;
  walk->depth++;
}

/**
 * cairn_json_walk_next:
 * @walk: the walk
 *
 * Returns: %FALSE after the last string
 */
gboolean
cairn_json_walk_next (CairnJsonWalk *walk)
{
  CairnJson name = CAIRN_JSON_NONE;   /* of the member whose value comes next */

  while (walk->at < walk->end)
    {
      const char *start = walk->at++;

      if (*start == '[')
        walk_into (walk, name);
      else if (*start == '{')
        walk_into (walk, CAIRN_JSON_NONE);
      else if ((*start == ']' || *start == '}') && walk->depth > 0)
        walk->depth--;
      else if (*start == '"')
        {
          CairnJsonIter string = { start, walk->end, FALSE };
          const char *after;

          cairn_json_iter_next (&string, NULL, &walk->value);
          walk->at = after = string.at;
          while (after < walk->end && is_space (*after))
            after++;
          walk->in_array = name.text == NULL && walk->depth > 0;
          if (after >= walk->end || *after != ':')
            {
              walk->name = !walk->in_array                            ? name
                           : walk->depth <= CAIRN_JSON_WALK_DEPTH ? walk->names[walk->depth - 1]
                                                                      : CAIRN_JSON_NONE;
              return TRUE;
            }
          name = walk->value;
          walk->at = after + 1;
          continue;
        }
      else if (is_space (*start))
        continue;
      name = CAIRN_JSON_NONE;
    }
  return FALSE;
}
