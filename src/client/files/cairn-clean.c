/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What kind a file is by what is in it, and which parts of it may leave this machine. Hostile bytes: nothing is decoded, only
 * the outer structure is followed. Any thread; it blocks.
 */
#include "cairn-clean-private.h"

#include <string.h>

#include "fhir/cairn-attachment.h"

#define PDF_WITHIN 1024

static void
span_clear (gpointer data)
{
  g_clear_pointer (&((CairnCleanSpan *) data)->bytes, g_bytes_unref);
}

guint
cairn_clean_read_be (const guint8 *bytes, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 8 | bytes[i];
  return value;
}

guint
cairn_clean_read_le (const guint8 *bytes, guint n)
{
  guint value = 0;

  while (n-- > 0)
    value = value << 8 | bytes[n];
  return value;
}

/* What is at a place, at least a byte and at most a window; %NULL behind the end and when it can't be read. */
const guint8 *
cairn_clean_reader_peek (CairnCleanReader *self, goffset offset, gsize *length)
{
  if (offset < 0 || offset >= self->size || self->error != NULL)
    return NULL;
  if (offset < self->at || offset >= self->at + (goffset) self->length)
    {
      self->length = 0;
      self->at = offset;
      if (!g_seekable_seek (G_SEEKABLE (self->stream), offset, G_SEEK_SET, NULL, &self->error) ||
          !g_input_stream_read_all (self->stream, self->window, sizeof self->window, &self->length, NULL, &self->error) ||
          self->length == 0)
        return NULL;
    }
  *length = (gsize) (self->at + (goffset) self->length - offset);
  return self->window + (offset - self->at);
}

gboolean
cairn_clean_reader_read (CairnCleanReader *self, goffset offset, gpointer buffer, gsize length)
{
  guint8 *to = buffer;

  while (length > 0)
    {
      gsize n;
      const guint8 *bytes = cairn_clean_reader_peek (self, offset, &n);

      if (bytes == NULL)
        return FALSE;
      n = MIN (n, length);
      memcpy (to, bytes, n);
      to += n;
      offset += (goffset) n;
      length -= n;
    }
  return TRUE;
}

void
cairn_clean_keep (CairnClean *self, goffset offset, goffset length)
{
  CairnCleanSpan *last = self->spans->len > 0 ? &g_array_index (self->spans, CairnCleanSpan, self->spans->len - 1) : NULL;
  CairnCleanSpan span = { offset, length, NULL };

  self->size += length;
  if (last != NULL && last->bytes == NULL && last->offset + last->length == offset)
    last->length += length;
  else if (length > 0)
    g_array_append_val (self->spans, span);
}

void
cairn_clean_put (CairnClean *self, gconstpointer data, gsize length)
{
  CairnCleanSpan span = { 0, (goffset) length, g_bytes_new (data, length) };

  self->size += (goffset) length;
  g_array_append_val (self->spans, span);
}

/* Plain text is UTF-8 without control characters but those of lines and pages. */
static gboolean
is_text (const guint8 *bytes, gsize length, gsize *rest)
{
  const char *end;

  *rest = 0;
  for (gsize i = 0; i < length; i++)
    if ((bytes[i] < 0x20 && strchr ("\t\n\f\r", bytes[i]) == NULL) || bytes[i] == 0 || bytes[i] == 0x7f)
      return FALSE;
  if (g_utf8_validate ((const char *) bytes, (gssize) length, &end))
    return TRUE;
  *rest = length - (gsize) (end - (const char *) bytes);
  return *rest < 4 && g_utf8_get_char_validated (end, (gssize) *rest) == (gunichar) -2;
}

gboolean
cairn_clean_look_text (CairnClean *self, CairnCleanReader *reader)
{
  goffset offset = 0;

  while (offset < reader->size)
    {
      gsize length, rest;
      const guint8 *bytes = cairn_clean_reader_peek (reader, offset, &length);

      if (bytes == NULL || !is_text (bytes, length, &rest) || rest == length)
        return FALSE;
      if (rest > 0 && offset + (goffset) length == reader->size)   /* it ends within a character */
        return FALSE;
      offset += (goffset) (length - rest);
      if (rest > 0)   /* a character on the border of two windows is looked at as a whole */
        reader->length = 0;
    }
  cairn_clean_keep (self, 0, reader->size);
  return TRUE;
}

static gboolean
look_pdf (CairnClean *self, CairnCleanReader *reader)
{
  cairn_clean_keep (self, 0, reader->size);
  return TRUE;
}

static const struct
{
  const char *type;
  gboolean  (*look) (CairnClean *self, CairnCleanReader *reader);
} kinds[] = {
  { "image/jpeg", cairn_clean_look_jpeg },
  { "image/png", cairn_clean_look_png },
  { "image/webp", cairn_clean_look_webp },
  { "application/pdf", look_pdf },
  { "text/plain", cairn_clean_look_text },
};

static guint
find_kind (CairnCleanReader *reader)
{
  guint8 head[PDF_WITHIN + 5];
  gsize length = (gsize) MIN ((goffset) sizeof head, reader->size);

  if (!cairn_clean_reader_read (reader, 0, head, length))
    return G_N_ELEMENTS (kinds);
  if (length >= 3 && memcmp (head, "\xff\xd8\xff", 3) == 0)
    return 0;
  if (length >= 8 && memcmp (head, "\x89PNG\r\n\x1a\n", 8) == 0)
    return 1;
  if (length >= 12 && memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBP", 4) == 0)
    return 2;
  return memmem (head, length, "%PDF-", 5) != NULL ? 3 : 4;
}

static CairnFileProblem
look (CairnCleanReader *reader, CairnClean *clean)
{
  guint kind;

  if (reader->size == 0)
    return CAIRN_FILE_EMPTY;
  if (reader->size > CAIRN_ATTACHMENT_MAX_BYTES)
    return CAIRN_FILE_TOO_LARGE;
  kind = find_kind (reader);
  if (kind == G_N_ELEMENTS (kinds))
    return CAIRN_FILE_UNREADABLE;
  clean->type = kinds[kind].type;
  if (kinds[kind].look (clean, reader))
    return CAIRN_FILE_FINE;
  if (reader->error != NULL)
    return CAIRN_FILE_UNREADABLE;
  return g_str_equal (clean->type, "text/plain") ? CAIRN_FILE_KIND : CAIRN_FILE_BROKEN;
}

/**
 * cairn_clean_look:
 * @stream: a file, a #GSeekable
 * @clean: (out) (transfer full) (nullable): how it looks without what should not leave, when there is no problem
 * @error: return location for the technical reason of %CAIRN_FILE_UNREADABLE
 *
 * Looks through a file; its name counts for nothing.
 *
 * Returns: what speaks against sending it
 */
CairnFileProblem
cairn_clean_look (GInputStream *stream, CairnClean **clean, GError **error)
{
  g_autofree CairnCleanReader *reader = g_new0 (CairnCleanReader, 1);
  g_autoptr(CairnClean) self = g_new0 (CairnClean, 1);
  CairnFileProblem problem;

  *clean = NULL;
  self->spans = g_array_new (FALSE, FALSE, sizeof (CairnCleanSpan));
  g_array_set_clear_func (self->spans, span_clear);
  reader->stream = stream;
  if (!G_IS_SEEKABLE (stream) || !g_seekable_can_seek (G_SEEKABLE (stream)) ||
      !g_seekable_seek (G_SEEKABLE (stream), 0, G_SEEK_END, NULL, error))
    return CAIRN_FILE_UNREADABLE;
  reader->size = g_seekable_tell (G_SEEKABLE (stream));
  problem = look (reader, self);
  if (reader->error != NULL)
    g_propagate_error (error, g_steal_pointer (&reader->error));
  if (problem == CAIRN_FILE_FINE)
    *clean = g_steal_pointer (&self);
  return problem;
}

static gboolean
copy_span (const CairnCleanSpan *span, GInputStream *stream, GOutputStream *out, GCancellable *cancellable,
           CairnFileProblem *problem, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CAIRN_CLEAN_WINDOW);
  goffset left = span->length;

  *problem = CAIRN_FILE_UNREADABLE;
  if (span->bytes == NULL && !g_seekable_seek (G_SEEKABLE (stream), span->offset, G_SEEK_SET, cancellable, error))
    return FALSE;
  while (left > 0)
    {
      gconstpointer data = span->bytes != NULL ? g_bytes_get_data (span->bytes, NULL) : buffer;
      gsize n = span->bytes != NULL ? (gsize) left : (gsize) MIN (left, CAIRN_CLEAN_WINDOW), got = n;

      *problem = CAIRN_FILE_UNREADABLE;
      if (span->bytes == NULL && (!g_input_stream_read_all (stream, buffer, n, &got, cancellable, error) || got == 0))
        return FALSE;
      *problem = CAIRN_FILE_STORAGE;
      if (!g_output_stream_write_all (out, data, got, NULL, cancellable, error))
        return FALSE;
      left -= (goffset) got;
    }
  return TRUE;
}

/**
 * cairn_clean_write:
 * @self: how a file looks
 * @stream: the same file
 * @out: where to write it; closed at the end
 * @cancellable: (nullable): ends it
 * @error: return location for the technical reason
 *
 * Returns: what failed: %CAIRN_FILE_UNREADABLE (shorter than before, too) or %CAIRN_FILE_STORAGE
 */
CairnFileProblem
cairn_clean_write (const CairnClean *self, GInputStream *stream, GOutputStream *out, GCancellable *cancellable, GError **error)
{
  CairnFileProblem problem;

  for (guint i = 0; i < self->spans->len; i++)
    if (!copy_span (&g_array_index (self->spans, CairnCleanSpan, i), stream, out, cancellable, &problem, error))
      return problem;
  return g_output_stream_close (out, cancellable, error) ? CAIRN_FILE_FINE : CAIRN_FILE_STORAGE;
}

/**
 * cairn_clean_free:
 * @self: (transfer full): how a file looks
 */
void
cairn_clean_free (CairnClean *self)
{
  g_array_unref (self->spans);
  g_free (self);
}
