/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an Attachment carries inside itself, as far as it is text. Never opened, never run. Any thread. */
#include "cairn-attachment.h"

#include "cairn-value.h"

/**
 * cairn_attachment_dup_text:
 * @attachment: an Attachment (FHIR R4 §2.24.0.5)
 *
 * Reads `data` of the types text/plain and text/html. What isn't UTF-8 is made so with replacement characters.
 *
 * Returns: (transfer full) (nullable): plain text; %NULL when it is of another type, elsewhere, larger than
 *   %CAIRN_ATTACHMENT_MAX_TEXT, or no base64
 */
char *
cairn_attachment_dup_text (CairnJson attachment)
{
  g_autofree char *type = cairn_json_dup_text_at (attachment, "contentType"), *text = NULL, *base64 = NULL;
  CairnJson encoded = cairn_json_member (attachment, "data");
  gboolean html = type != NULL && g_str_has_prefix (type, "text/html");
  g_autofree guchar *bytes = NULL;
  gsize length = 0;

  if ((!html && (type == NULL || !g_str_has_prefix (type, "text/plain"))) ||
      encoded.length > CAIRN_ATTACHMENT_MAX_TEXT / 3 * 4)
    return NULL;
  base64 = cairn_json_dup_string (encoded);
  if (base64 == NULL)
    return NULL;
  bytes = g_base64_decode (base64, &length);
  if (length == 0)
    return NULL;
  text = g_utf8_make_valid ((const char *) bytes, (gssize) length);
  return html ? cairn_narrative_dup_text (text) : g_steal_pointer (&text);
}
