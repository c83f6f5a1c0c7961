/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small JSON objects that may hold a password. No state. */
#include "cairn-body.h"

#include "common/cairn-json.h"

#define ROOM (16 * 1024)   /* what an account endpoint takes: no growth, so no stray copy of a password */

const char cairn_body_true[] = "true";

/**
 * cairn_body_new:
 * @first_name: (nullable): a member's name
 * @...: its text, left out when it is %NULL or empty, and further names and texts (or cairn_body_true) in turn,
 *   %NULL in place of a name at the end
 *
 * Returns: (transfer full): a JSON object of texts; free with cairn_secret_clear() when it holds a secret
 */
char *
cairn_body_new (const char *first_name, ...)
{
  GString *body = g_string_sized_new (ROOM);
  va_list arguments;

  g_string_append_c (body, '{');
  va_start (arguments, first_name);
  for (const char *name = first_name; name != NULL; name = va_arg (arguments, const char *))
    {
      const char *text = va_arg (arguments, const char *);

      if (text == NULL || *text == '\0')
        continue;
      if (body->len > 1)
        g_string_append_c (body, ',');
      cairn_json_append_string (body, name);
      g_string_append_c (body, ':');
      if (text == cairn_body_true)
        g_string_append (body, text);
      else
        cairn_json_append_string (body, text);
    }
  va_end (arguments);
  g_string_append_c (body, '}');
  return g_string_free (body, FALSE);
}
