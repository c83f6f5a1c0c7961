/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal does to the text of a resource: drop the white space between its tokens, and
 * stamp meta.versionId and meta.lastUpdated. Numbers, member order and strings stay as they came.
 */
#include "portal-text.h"

#include <string.h>

#include "common/cairn-json-edit.h"
#include "fhir/cairn-date.h"

/* Without white space between tokens; strings are left alone. */
char *
portal_text_compact (CairnJson value, gsize *length)
{
  const char *at = value.text, *end = value.text + value.length;
  char *out = g_malloc (value.length + 1), *to = out;

  while (at < end)
    {
      const char *from = at;

      if (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        {
          at++;
          continue;
        }
      if (*at != '"')
        {
          *to++ = *at++;
          continue;
        }
      do
        {
          at++;
          while (at < end && *at != '"' && *at != '\\')
            at++;
          if (at < end && *at == '\\')
            at++;
          else
            break;
        }
      while (at < end);
      at++;
      memcpy (to, from, at - from);
      to += at - from;
    }
  *to = '\0';
  *length = to - out;
  return out;
}

/* The same text with the two members of meta that the portal rules; equal input gives equal output,
 * so that a re-import is recognised by comparing texts. */
char *
portal_text_stamp (CairnJson resource, gint64 version, gint64 updated, gsize *length)
{
  g_autoptr(CairnJsonEdit) edit = cairn_json_edit_new (resource);
  g_autofree char *instant = cairn_date_dup_instant (updated);
  g_autofree char *id_raw = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);
  g_autofree char *instant_raw = g_strdup_printf ("\"%s\"", instant);
  CairnJson meta = cairn_json_member (resource, "meta");

  if (cairn_json_is_object (meta) && cairn_json_count (meta) > 0)
    {
      cairn_json_edit_set_member (edit, meta, "versionId", id_raw);
      cairn_json_edit_set_member (edit, meta, "lastUpdated", instant_raw);
    }
  else
    {
      g_autofree char *raw = g_strdup_printf ("{\"versionId\":%s,\"lastUpdated\":%s}", id_raw,
                                              instant_raw);

      cairn_json_edit_set_member (edit, resource, "meta", raw);
    }
  return cairn_json_edit_apply (edit, length);
}
