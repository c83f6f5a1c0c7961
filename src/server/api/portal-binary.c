/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a Binary (FHIR R4 §2.13): what it holds, with its own type, or the resource in JSON for who asks
 * for FHIR. What it holds can be had in ranges (RFC 9110 §14), and goes out part by part. What a browser
 * would run is to be saved, not shown. On a reader. */
#include "portal-binary.h"

#include <string.h>

#include "portal-fhir.h"
#include "server/store/portal-store-content.h"

#define OCTETS "application/octet-stream"
#define LONGEST_TYPE 200

/* Of a document that stands open in a browser, nothing may run or be loaded */
#define NOTHING_RUNS "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/* type/subtype and parameters, in characters that a header takes (RFC 9110 §8.3.1). */
gboolean
portal_binary_is_media_type (const char *media_type)
{
  static const char token[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "!#$&-^_.+";
  gsize type, subtype, length = media_type != NULL ? strlen (media_type) : 0;

  if (length == 0 || length > LONGEST_TYPE)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint (media_type[i]))
      return FALSE;
  type = strspn (media_type, token);
  if (type == 0 || media_type[type] != '/')
    return FALSE;
  subtype = strspn (media_type + type + 1, token);
  return subtype > 0 && (media_type[type + 1 + subtype] == '\0' || strchr ("; ", media_type[type + 1 + subtype]) != NULL);
}

static char *
dup_essence (const char *media_type)
{
  g_autofree char *essence = g_strndup (media_type, strcspn (media_type, "; "));

  return g_ascii_strdown (essence, -1);
}

static gboolean
is_inert (const char *essence)
{
  static const char *const inert[] = { "application/pdf", "application/dicom", "image/gif", "image/jpeg", "image/png",
                                       "image/webp", "text/plain", NULL };

  return g_strv_contains (inert, essence) || g_str_has_prefix (essence, "audio/") || g_str_has_prefix (essence, "video/");
}

static gboolean
accepts (const char *accept, const char *media_type)
{
  g_auto(GStrv) ranges = g_strsplit (accept, ",", -1);

  for (guint i = 0; ranges[i] != NULL; i++)
    {
      g_autofree char *essence = dup_essence (g_strstrip (ranges[i]));

      if (g_str_equal (essence, media_type))
        return TRUE;
    }
  return FALSE;
}

static gboolean
wants_fhir (PortalCall *call, const char *essence)
{
  const char *format = portal_call_get_param (call, "_format");

  if (format != NULL)
    return strstr (format, "json") != NULL;
  if (call->accept == NULL)
    return FALSE;
  return accepts (call->accept, "application/fhir+json") ||
         (accepts (call->accept, "application/json") && !accepts (call->accept, essence));
}

static gboolean
takes (PortalCall *call, const char *essence)
{
  g_autofree char *any = g_strdup_printf ("%.*s/*", (int) strcspn (essence, "/"), essence);

  if (call->accept == NULL || portal_call_get_param (call, "_format") != NULL || accepts (call->accept, "*/*") ||
      accepts (call->accept, essence) || accepts (call->accept, any))
    return TRUE;
  portal_call_outcome (call, 406, "not-supported", "It is of another type");
  return FALSE;
}

static void
reply_fhir (PortalCall *call, const PortalRow *row, goffset length)
{
  PortalParts parts = { .content = row->content, .length = length, .base64 = TRUE };
  g_autoptr(GBytes) body = NULL;
  GString *before;

  if (row->content == 0)
    {
      body = g_bytes_new (row->text.text, row->text.length);
      portal_call_reply (call, 200, PORTAL_FHIR_JSON, body);
      return;
    }
  before = g_string_new_len (row->text.text, row->text.length - 1);
  g_string_append (before, ",\"data\":\"");
  parts.before = g_string_free_to_bytes (before);
  parts.after = g_bytes_new_static ("\"}", 2);
  portal_call_reply_parts (call, 200, PORTAL_FHIR_JSON, &parts);
}

/* What it holds stays the same for a version, byte by byte: a strong validator. */
static void
make_strong (PortalCall *call)
{
  for (guint i = 0; i < call->headers->len; i++)
    {
      PortalParam *header = g_ptr_array_index (call->headers, i);

      if (g_str_equal (header->name, "ETag") && g_str_has_prefix (header->value, "W/"))
        memmove (header->value, header->value + 2, strlen (header->value) - 1);
    }
}

static gboolean
is_same_still (PortalCall *call)
{
  for (guint i = 0; i < call->headers->len; i++)
    {
      const PortalParam *header = g_ptr_array_index (call->headers, i);

      if ((g_str_equal (header->name, "ETag") || g_str_equal (header->name, "Last-Modified")) &&
          g_str_equal (header->value, call->if_range))
        return TRUE;
    }
  return FALSE;
}

typedef enum
{
  RANGE_WHOLE,
  RANGE_PART,
  RANGE_OUTSIDE,
} Range;

/* One range; several, or what is none, may be answered with the whole. */
static Range
read_range (const char *range, goffset size, goffset *from, goffset *length)
{
  g_auto(GStrv) ends = NULL;
  guint64 first = 0, last = G_MAXINT64;

  if (range == NULL || !g_str_has_prefix (range, "bytes=") || strchr (range, ',') != NULL)
    return RANGE_WHOLE;
  ends = g_strsplit (range + strlen ("bytes="), "-", 2);
  if (ends[0] == NULL || ends[1] == NULL || (*ends[0] == '\0' && *ends[1] == '\0') ||
      (*ends[0] != '\0' && !g_ascii_string_to_unsigned (ends[0], 10, 0, G_MAXINT64, &first, NULL)) ||
      (*ends[1] != '\0' && !g_ascii_string_to_unsigned (ends[1], 10, 0, G_MAXINT64, &last, NULL)))
    return RANGE_WHOLE;
  if (*ends[0] == '\0')
    {
      first = last < (guint64) size ? size - last : 0;
      if (last == 0)
        return RANGE_OUTSIDE;
      last = G_MAXINT64;
    }
  if (last < first)
    return RANGE_WHOLE;
  if (first >= (guint64) size)
    return RANGE_OUTSIDE;
  *from = first;
  *length = MIN (last, (guint64) size - 1) - first + 1;
  return RANGE_PART;
}

/* Decoded from the text, or a place in the store. */
static PortalParts
find_parts (const PortalRow *row, goffset from, goffset length, GBytes *inside)
{
  PortalParts parts = { .content = row->content, .from = from, .length = length };

  if (row->content == 0)
    parts = (PortalParts) { .before = g_bytes_new_from_bytes (inside, from, length) };
  return parts;
}

static void
reply_content (PortalCall *call, const PortalRow *row, goffset size, GBytes *inside, const char *media_type)
{
  gboolean ranged = g_str_equal (call->method, "GET") && (call->if_range == NULL || is_same_still (call));
  goffset from = 0, length = size;
  Range range = ranged ? read_range (call->range, size, &from, &length) : RANGE_WHOLE;
  g_autofree char *content_range = NULL;
  PortalParts parts;

  portal_call_add_header (call, "Accept-Ranges", "bytes");
  if (range == RANGE_OUTSIDE)
    {
      content_range = g_strdup_printf ("bytes */%" G_GOFFSET_FORMAT, size);
      portal_call_add_header (call, "Content-Range", content_range);
      portal_call_outcome (call, 416, "value", "It doesn't reach that far");
      return;
    }
  if (range == RANGE_PART)
    {
      content_range = g_strdup_printf ("bytes %" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT "/%" G_GOFFSET_FORMAT, from,
                                       from + length - 1, size);
      portal_call_add_header (call, "Content-Range", content_range);
    }
  parts = find_parts (row, from, length, inside);
  portal_call_add_header (call, "Content-Type", media_type);
  portal_call_reply_parts (call, range == RANGE_PART ? 206 : 200, NULL, &parts);
}

static void
reply_row (PortalCall *call, CairnConnection *db, const PortalRow *row)
{
  g_autofree char *media_type = cairn_json_dup_text_at (row->text, "contentType"), *essence = NULL;
  g_autoptr(GBytes) inside = NULL;
  g_autoptr(GError) error = NULL;
  gint64 size = 0;

  if (!portal_binary_is_media_type (media_type))
    {
      g_free (media_type);
      media_type = g_strdup (OCTETS);
    }
  essence = dup_essence (media_type);
  if (row->content != 0 && !portal_store_content_length (db, row->content, &size, &error))
    {
      portal_call_fail (call, error);
      return;
    }
  portal_call_add_header (call, "Vary", "Accept");
  if (wants_fhir (call, essence))
    {
      reply_fhir (call, row, size);
      return;
    }
  if (!takes (call, essence))
    return;
  if (row->content == 0)
    {
      g_autofree char *data = cairn_json_dup_text_at (row->text, "data");
      gsize length = 0;
      guchar *bytes = data != NULL ? g_base64_decode (data, &length) : NULL;

      inside = g_bytes_new_take (bytes, length);
      size = length;
    }
  make_strong (call);
  if (!is_inert (essence))
    portal_call_add_header (call, "Content-Disposition", "attachment");
  portal_call_add_header (call, "Content-Security-Policy", NOTHING_RUNS);
  reply_content (call, row, size, inside, media_type);
}

void
portal_binary_read (PortalCall *call, CairnConnection *db)
{
  portal_fhir_answer (call, db, 0, reply_row);
}

void
portal_binary_vread (PortalCall *call, CairnConnection *db)
{
  portal_fhir_answer_version (call, db, reply_row);
}
