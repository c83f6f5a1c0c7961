/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the base64 out of {"resourceType":"Binary",…,"data":"…"} while the text comes in. It knows of JSON
 * only where strings, objects and arrays begin and end; what is left, with the string emptied, goes through
 * the gate like any other text, so nothing is trusted here. Any thread. */
#include "portal-unpack.h"

#include <string.h>

#define MOST_REST (64 * 1024)

typedef enum
{
  OUTSIDE,      /* of strings */
  IN_STRING,
  ESCAPED,      /* after a backslash in a string */
  IN_DATA,
  DATA_ESCAPED,
} Place;

struct _PortalUnpack
{
  GString *rest;
  Place    place;
  guint    depth;
  gsize    string;     /* where in the rest the last string of the resource itself began */
  gboolean named;      /* that string is "data", and nothing but a colon came since */
  gboolean taken;
  gint     state;      /* of GLib's decoder */
  guint    save;
  guint    n;          /* characters of base64, padding too */
  guint    padding;
};

PortalUnpack *
portal_unpack_new (void)
{
  PortalUnpack *self = g_new0 (PortalUnpack, 1);

  self->rest = g_string_new (NULL);
  return self;
}

void
portal_unpack_free (PortalUnpack *self)
{
  g_string_free (self->rest, TRUE);
  g_free (self);
}

static gboolean
is_space (guchar c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean
is_base64 (guchar c)
{
  return g_ascii_isalnum (c) || c == '+' || c == '/';
}

static void
decode (PortalUnpack *self, const guchar *from, gsize length, GByteArray *decoded)
{
  guint before = decoded->len;

  self->n += length;
  g_byte_array_set_size (decoded, before + length / 4 * 3 + 6);
  g_byte_array_set_size (decoded, before + g_base64_decode_step ((const char *) from, length, decoded->data + before,
                                                                 &self->state, &self->save));
}

static gboolean
decode_one (PortalUnpack *self, guchar c, GByteArray *decoded)
{
  if (c == '=')
    self->padding++;
  else if (self->padding > 0 || !is_base64 (c))
    return FALSE;
  if (self->padding > 2)
    return FALSE;
  decode (self, &c, 1, decoded);
  return TRUE;
}

/* As much as there is without anything between. */
static gsize
decode_run (PortalUnpack *self, const guchar *from, gsize length, GByteArray *decoded)
{
  gsize n = 0;

  while (n < length && is_base64 (from[n]))
    n++;
  if (n > 0)
    decode (self, from, n, decoded);
  return n;
}

/* The data: a JSON string may write "/" as "\/", and breaks of lines as "\n". */
static gboolean
take_data (PortalUnpack *self, guchar c, GByteArray *decoded)
{
  if (self->place == DATA_ESCAPED)
    {
      self->place = IN_DATA;
      return c == 'n' || c == 'r' || c == 't' || (c == '/' && decode_one (self, c, decoded));
    }
  if (c == '\\')
    self->place = DATA_ESCAPED;
  else if (c == '"')
    {
      self->place = OUTSIDE;
      g_string_append_c (self->rest, c);
      return self->n % 4 == 0;
    }
  else if (c == ' ')
    return TRUE;
  else
    return decode_one (self, c, decoded);
  return TRUE;
}

static void
take_string (PortalUnpack *self, guchar c)
{
  if (self->place == ESCAPED)
    self->place = IN_STRING;
  else if (c == '\\')
    self->place = ESCAPED;
  else if (c == '"')
    {
      self->place = OUTSIDE;
      self->named = self->depth == 1 && g_str_equal (self->rest->str + self->string, "\"data\"");
    }
}

/* FALSE when a string is data for the second time. */
static gboolean
take_structure (PortalUnpack *self, guchar c)
{
  if (is_space (c) || c == ':')
    return TRUE;
  if (c == '"')
    {
      gsize colon = self->rest->len - 1;

      while (colon > 0 && is_space (self->rest->str[colon - 1]))
        colon--;
      self->place = IN_STRING;
      self->string = self->rest->len - 1;
      if (self->named && colon > 0 && self->rest->str[colon - 1] == ':')
        {
          if (self->taken)
            return FALSE;
          self->taken = TRUE;
          self->place = IN_DATA;
        }
    }
  else if (c == '{' || c == '[')
    self->depth++;
  else if ((c == '}' || c == ']') && self->depth > 0)
    self->depth--;
  self->named = FALSE;
  return TRUE;
}

/* Takes bytes, and appends what they decode to; FALSE when they can't be a Binary. */
gboolean
portal_unpack_feed (PortalUnpack *self, const guchar *bytes, gsize length, GByteArray *decoded)
{
  for (gsize i = 0; i < length; i++)
    {
      if (self->place == IN_DATA && self->padding == 0)
        i += decode_run (self, bytes + i, length - i, decoded);
      if (i >= length)
        break;
      if (self->place == IN_DATA || self->place == DATA_ESCAPED)
        {
          if (!take_data (self, bytes[i], decoded))
            return FALSE;
          continue;
        }
      if (bytes[i] == '\0' || self->rest->len >= MOST_REST)
        return FALSE;
      g_string_append_c (self->rest, bytes[i]);
      if (self->place != OUTSIDE)
        take_string (self, bytes[i]);
      else if (!take_structure (self, bytes[i]))
        return FALSE;
    }
  return TRUE;
}

/* The text with its data emptied. */
GBytes *
portal_unpack_end (PortalUnpack *self)
{
  return g_bytes_new (self->rest->str, self->rest->len);
}
