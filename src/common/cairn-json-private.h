/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "cairn-json.h"

/* How values are skipped in a text that passed the gate; cairn-json.c and cairn-json-walk.c share it. */

static inline const char *
skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

/* @at is at the opening quote; returns what follows the closing one. A quote closes the string when an
 * even number of backslashes stands before it. */
static inline const char *
skip_string (const char *at, const char *end)
{
  const char *start = ++at;

  while (at < end)
    {
      const char *quote = memchr (at, '"', end - at);
      const char *before = quote;

      if (quote == NULL)
        return end;
      while (before > start && before[-1] == '\\')
        before--;
      if ((quote - before) % 2 == 0)
        return quote + 1;
      at = start = quote + 1;
    }
  return end;
}
