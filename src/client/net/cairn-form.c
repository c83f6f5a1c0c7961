/* SPDX-License-Identifier: GPL-3.0-or-later */
/* application/x-www-form-urlencoded, for what goes into a body and never into an address. */
#include "cairn-form.h"

#include "common/cairn-crypto.h"

#include <string.h>

/**
 * cairn_form_encode:
 * @first_name: a name
 * @...: its value, and further names and values in turn, %NULL in place of a name at the end
 *
 * Returns: (transfer full): the form; free with cairn_secret_clear() when it holds a secret
 */
char *
cairn_form_encode (const char *first_name, ...)
{
  GString *form = g_string_sized_new (1024);   /* no growth, so no stray copy, for what forms are */
  va_list arguments;

  va_start (arguments, first_name);
  for (const char *name = first_name; name != NULL; name = va_arg (arguments, const char *))
    {
      const char *value = va_arg (arguments, const char *);
      char *escaped;

      if (value == NULL)
        continue;
      escaped = g_uri_escape_string (value, NULL, FALSE);
      g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
      cairn_secret_clear (escaped);
    }
  va_end (arguments);
  return g_string_free (form, FALSE);
}
