/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All strings of a text that passed the gate, in one flat pass: nested containers are never read twice. Any thread. */
#include "cairn-json-walk.h"

#include "cairn-json-private.h"

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

static void
walk_into (CairnJsonWalk *walk, CairnJson name)
{
  if (walk->depth < CAIRN_JSON_WALK_DEPTH)
    walk->names[walk->depth] = name;
  walk->depth++;
}

/* @name is of the member that has the string, absent for an array's. */
static void
end_string (CairnJsonWalk *walk, CairnJson name)
{
  walk->in_array = name.text == NULL && walk->depth > 0;
  if (!walk->in_array)
    walk->name = name;
  else if (walk->depth <= CAIRN_JSON_WALK_DEPTH)
    walk->name = walk->names[walk->depth - 1];
  else
    walk->name = CAIRN_JSON_NONE;
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
  const char *at = walk->at, *end = walk->end;

  while (at < end)
    switch (*at)
      {
      case '"':
        walk->value.text = at;
        at = skip_string (at, end);
        walk->value.length = at - walk->value.text;
        walk->at = at;
        at = skip_space (at, end);
        if (at >= end || *at != ':')
          {
            end_string (walk, name);
            return TRUE;
          }
        name = walk->value;
        at++;
        break;
      case '[':
        walk_into (walk, name);
        name = CAIRN_JSON_NONE;
        at++;
        break;
      case '{':
        walk_into (walk, CAIRN_JSON_NONE);
        name = CAIRN_JSON_NONE;
        at++;
        break;
      case ']':
      case '}':
        walk->depth -= walk->depth > 0;
        at++;
        break;
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        at++;
        break;
      default:   /* a comma, or a number or word that is somebody's value */
        name = CAIRN_JSON_NONE;
        at++;
      }
  walk->at = end;
  return FALSE;
}
