/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over a text from outside: iterative, so that depth costs memory by the byte and never the stack.
 * Any thread; no state between texts. */
#include "cairn-gate-scanner.h"

#include <string.h>

#include "cairn-error.h"

#define LINEAR_NAMES 16   /* objects with more members than this get a hash table */

/* A seed of the process's own keeps anybody from preparing names that collide. */
static guint64
hash_name (const char *text, gsize length)
{
  static gsize once = 0;
  static guint64 seed;
  guint64 hash, word;

  if (g_once_init_enter (&once))
    {
      seed = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;
      g_once_init_leave (&once, 1);
    }
  hash = seed ^ length;
  for (; length > 0; length -= MIN (length, 8), text += 8)
    {
      word = 0;
      memcpy (&word, text, MIN (length, 8));
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      hash ^= hash >> 29;
      hash *= seed;
      hash ^= hash >> 32;
    }
  return hash;
}

static guint
name_hash (gconstpointer data)
{
  return (guint) ((const CairnGateName *) data)->hash;
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const CairnGateName *left = a, *right = b;

  return left->hash == right->hash && left->length == right->length &&
         memcmp (left->text, right->text, left->length) == 0;
}

void
cairn_gate_scanner_init (CairnGateScanner *self, const char *text, gsize length, gboolean page)
{
  memset (self, 0, sizeof *self);
  self->start = self->at = text;
  self->end = text + length;
  self->open = g_byte_array_new ();
  self->names = g_array_new (FALSE, FALSE, sizeof (CairnGateName));
  self->unescaped = g_ptr_array_new_with_free_func (g_free);
  if (page)
    self->entries = g_array_new (FALSE, TRUE, sizeof (CairnGateEntry));
}

void
cairn_gate_scanner_clear (CairnGateScanner *self)
{
  g_byte_array_unref (self->open);
  g_array_unref (self->names);
  for (guint i = 0; i < G_N_ELEMENTS (self->frames); i++)
    g_clear_pointer (&self->frames[i].many, g_hash_table_unref);
  g_ptr_array_unref (self->unescaped);
  g_clear_pointer (&self->entries, g_array_unref);
}

static gboolean
in_entries (CairnGateScanner *self)
{
  return self->array_start != NULL && self->array_end == NULL;
}

static void
note_fault (CairnGateScanner *self, CairnGateFault fault)
{
  if (in_entries (self) && self->open->len >= 2)
    {
      if (self->current.fault == CAIRN_GATE_FAULT_NONE)
        self->current.fault = fault;
    }
  else if (self->fault == CAIRN_GATE_FAULT_NONE)
    {
      self->fault = fault;
      self->fault_at = self->at - self->start;
    }
}

static gboolean
refuse (CairnGateScanner *self, const char *what, GError **error)
{
  if (self->at >= self->end)
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The JSON text is cut off after %" G_GSIZE_FORMAT " bytes",
                 (gsize) (self->end - self->start));
  else
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Not JSON: %s at byte %" G_GSIZE_FORMAT,
                 what, (gsize) (self->at - self->start));
  return FALSE;
}

static const char *
skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

/* The length of the well-formed UTF-8 sequence at @at (RFC 3629), 0 when it isn't one. */
static guint
utf8_length (const guchar *at, gsize left)
{
  guint n = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;

  if (at[0] < 0xc2 || at[0] > 0xf4 || left < n)
    return 0;
  for (guint i = 1; i < n; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
      (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
    return 0;
  return n;
}

/* Skips bytes of a string that need no look: eight at a time. */
static const char *
skip_plain (const char *at, const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101), high = ones << 7;
  guint64 word, quote, backslash;

  for (; end - at >= 8; at += 8)
    {
      memcpy (&word, at, 8);
      quote = word ^ (ones * '"');
      backslash = word ^ (ones * '\\');
      if (((word | (word - ones * 0x20) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & high) != 0)
        break;
    }
  while (at < end && (guchar) *at >= 0x20 && (guchar) *at < 0x80 && *at != '"' && *at != '\\')
    at++;
  return at;
}

static gboolean
read_hex4 (CairnGateScanner *self, gunichar *c)
{
  *c = 0;
  for (int i = 0; i < 4; i++, self->at++)
    {
      if (self->at >= self->end || !g_ascii_isxdigit (*self->at))
        return FALSE;
      *c = *c << 4 | (gunichar) g_ascii_xdigit_value (*self->at);
    }
  return TRUE;
}

/* After "\u". */
static gboolean
scan_unicode_escape (CairnGateScanner *self)
{
  gunichar c, low;

  if (!read_hex4 (self, &c))
    return FALSE;
  if (c == 0)
    note_fault (self, CAIRN_GATE_FAULT_NUL);
  if (c >= 0xdc00 && c < 0xe000)
    note_fault (self, CAIRN_GATE_FAULT_SURROGATE);
  if (c < 0xd800 || c >= 0xdc00)
    return TRUE;
  if (self->end - self->at >= 6 && self->at[0] == '\\' && self->at[1] == 'u')
    {
      const char *before = self->at;

      self->at += 2;
      if (!read_hex4 (self, &low))
        return FALSE;
      if (low >= 0xdc00 && low < 0xe000)
        return TRUE;
      self->at = before;
    }
  note_fault (self, CAIRN_GATE_FAULT_SURROGATE);
  return TRUE;
}

static gboolean
scan_escape (CairnGateScanner *self)
{
  self->at++;
  if (self->at >= self->end)
    return FALSE;
  if (*self->at == 'u')
    {
      self->at++;
      return scan_unicode_escape (self);
    }
  return *self->at != '\0' && strchr ("\"\\/bfnrt", *self->at++) != NULL;
}

/* At the opening quote. @escaped tells whether there are escapes in it. */
static gboolean
scan_string (CairnGateScanner *self, gboolean *escaped, GError **error)
{
  guint n;

  *escaped = FALSE;
  for (self->at++; ; )
    {
      self->at = skip_plain (self->at, self->end);
      if (self->at >= self->end)
        return refuse (self, "an open string", error);
      if (*self->at == '"')
        {
          self->at++;
          return TRUE;
        }
      if (*self->at == '\\')
        {
          *escaped = TRUE;
          if (!scan_escape (self))
            return refuse (self, "an illegal escape", error);
        }
      else if (*self->at == '\0')
        {
          note_fault (self, CAIRN_GATE_FAULT_NUL);
          self->at++;
        }
      else if ((guchar) *self->at < 0x20)
        return refuse (self, "a control character in a string", error);
      else
        {
          n = utf8_length ((const guchar *) self->at, self->end - self->at);
          if (n == 0)
            note_fault (self, CAIRN_GATE_FAULT_UTF8);
          self->at += MAX (n, 1);
        }
    }
}

static void
scan_digits (CairnGateScanner *self)
{
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
}

static gboolean
scan_number (CairnGateScanner *self)
{
  const char *digits;

  if (*self->at == '-')
    self->at++;
  digits = self->at;
  scan_digits (self);
  if (self->at == digits || (*digits == '0' && self->at > digits + 1))
    return FALSE;
  if (self->at < self->end && *self->at == '.')
    {
      digits = ++self->at;
      scan_digits (self);
      if (self->at == digits)
        return FALSE;
    }
  if (self->at < self->end && (*self->at == 'e' || *self->at == 'E'))
    {
      self->at++;
      if (self->at < self->end && (*self->at == '+' || *self->at == '-'))
        self->at++;
      digits = self->at;
      scan_digits (self);
      if (self->at == digits)
        return FALSE;
    }
  return TRUE;
}

static gboolean
scan_literal (CairnGateScanner *self)
{
  static const char *const literals[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (literals); i++)
    {
      gsize length = strlen (literals[i]);

      if ((gsize) (self->end - self->at) >= length && memcmp (self->at, literals[i], length) == 0)
        {
          self->at += length;
          return TRUE;
        }
    }
  return FALSE;
}

static void
push_name (CairnGateScanner *self, const CairnGateName *name)
{
  if (self->n_names < self->names->len)
    g_array_index (self->names, CairnGateName, self->n_names) = *name;
  else
    g_array_append_vals (self->names, name, 1);
  self->n_names++;
}

/* Whether the open object of @frame has the name already; remembers it if not. */
static gboolean
is_duplicate (CairnGateScanner *self, CairnGateFrame *frame, const CairnGateName *name)
{
  if (frame->many != NULL)
    return !g_hash_table_add (frame->many, g_memdup2 (name, sizeof *name));
  for (guint i = frame->first_name; i < self->n_names; i++)
    if (name_equal (&g_array_index (self->names, CairnGateName, i), name))
      return TRUE;
  push_name (self, name);
  if (self->n_names - frame->first_name > LINEAR_NAMES)
    {
      frame->many = g_hash_table_new_full (name_hash, name_equal, g_free, NULL);
      for (guint i = frame->first_name; i < self->n_names; i++)
        g_hash_table_add (frame->many, g_memdup2 (&g_array_index (self->names, CairnGateName, i), sizeof (CairnGateName)));
    }
  return FALSE;
}

static gboolean
scan_name (CairnGateScanner *self, GError **error)
{
  const char *start = self->at;
  gboolean escaped;

  if (self->at >= self->end || *self->at != '"')
    return refuse (self, "no member name", error);
  if (!scan_string (self, &escaped, error))
    return FALSE;
  self->name.text = start + 1;
  self->name.length = self->at - start - 2;
  if (escaped && self->current.fault == CAIRN_GATE_FAULT_NONE && self->fault == CAIRN_GATE_FAULT_NONE)
    {
      char *plain = cairn_json_dup_string ((CairnJson) { start, self->at - start });

      g_ptr_array_add (self->unescaped, plain);
      self->name.text = plain;
      self->name.length = strlen (plain);
    }
  if (self->open->len <= CAIRN_GATE_MAX_DEPTH)
    {
      self->name.hash = hash_name (self->name.text, self->name.length);
      if (is_duplicate (self, &self->frames[self->open->len - 1], &self->name))
        note_fault (self, CAIRN_GATE_FAULT_DUPLICATE);
    }
  self->at = skip_space (self->at, self->end);
  if (self->at >= self->end || *self->at != ':')
    return refuse (self, "no colon", error);
  self->at++;
  return TRUE;
}

static gboolean
last_name_is (CairnGateScanner *self, const char *name)
{
  return self->name.length == strlen (name) && memcmp (self->name.text, name, self->name.length) == 0;
}

/* Depth here is the number of containers open around the value. */
static void
value_starts (CairnGateScanner *self)
{
  guint depth = self->open->len;

  if (self->entries == NULL || depth > 3)
    return;
  if (depth == 1 && *self->at == '[' && self->array_start == NULL && last_name_is (self, "entry"))
    self->array_start = self->at;
  else if (depth == 2 && in_entries (self))
    self->current = (CairnGateEntry) { .entry = { self->at, 0 } };
  else if (depth == 3 && in_entries (self) && self->open->data[2] == '{' && last_name_is (self, "resource"))
    self->resource = self->at;
}

static void
value_ends (CairnGateScanner *self)
{
  guint depth = self->open->len;

  if (self->entries == NULL || depth > 3)
    return;
  if (depth == 1 && in_entries (self))
    self->array_end = self->at;
  else if (depth == 2 && in_entries (self))
    {
      self->current.entry.length = self->at - self->current.entry.text;
      if (self->current.fault != CAIRN_GATE_FAULT_NONE)
        self->current.resource = CAIRN_JSON_NONE;
      g_array_append_val (self->entries, self->current);
      self->current = (CairnGateEntry) { .fault = CAIRN_GATE_FAULT_NONE };
    }
  else if (depth == 3 && self->resource != NULL)
    {
      self->current.resource = (CairnJson) { self->resource, self->at - self->resource };
      self->resource = NULL;
    }
}

static void
open_container (CairnGateScanner *self)
{
  guint8 kind = (guint8) *self->at;

  g_byte_array_append (self->open, &kind, 1);
  if (self->open->len <= CAIRN_GATE_MAX_DEPTH)
    self->frames[self->open->len - 1].first_name = self->n_names;
  else
    note_fault (self, CAIRN_GATE_FAULT_DEPTH);
  self->state = kind == '{' ? CAIRN_GATE_STATE_NAME_OR_END : CAIRN_GATE_STATE_VALUE_OR_END;
  self->at++;
}

static void
close_container (CairnGateScanner *self)
{
  if (self->open->len <= CAIRN_GATE_MAX_DEPTH)
    {
      CairnGateFrame *frame = &self->frames[self->open->len - 1];

      g_clear_pointer (&frame->many, g_hash_table_unref);
      self->n_names = frame->first_name;
    }
  g_byte_array_set_size (self->open, self->open->len - 1);
  self->at++;
  self->state = CAIRN_GATE_STATE_NEXT_OR_END;
  value_ends (self);
}

static gboolean
scan_value (CairnGateScanner *self, GError **error)
{
  gboolean escaped;

  value_starts (self);
  switch (*self->at)
    {
    case '{':
    case '[':
      open_container (self);
      return TRUE;
    case '"':
      if (!scan_string (self, &escaped, error))
        return FALSE;
      break;
    case 't':
    case 'f':
    case 'n':
      if (!scan_literal (self))
        return refuse (self, "an unknown word", error);
      break;
    default:
      if (!scan_number (self))
        return refuse (self, "no value", error);
    }
  self->state = CAIRN_GATE_STATE_NEXT_OR_END;
  value_ends (self);
  return TRUE;
}

static gboolean
scan_next_or_end (CairnGateScanner *self, GError **error)
{
  guint8 kind = self->open->data[self->open->len - 1];

  if (*self->at == ',')
    {
      self->at++;
      self->state = kind == '{' ? CAIRN_GATE_STATE_NAME : CAIRN_GATE_STATE_VALUE;
      return TRUE;
    }
  if (*self->at != (kind == '{' ? '}' : ']'))
    return refuse (self, "neither a comma nor an end", error);
  close_container (self);
  return TRUE;
}

static gboolean
scan_step (CairnGateScanner *self, GError **error)
{
  char c = *self->at;

  switch (self->state)
    {
    case CAIRN_GATE_STATE_NAME_OR_END:
    case CAIRN_GATE_STATE_VALUE_OR_END:
      if (c == (self->state == CAIRN_GATE_STATE_NAME_OR_END ? '}' : ']'))
        {
          close_container (self);
          return TRUE;
        }
      if (self->state == CAIRN_GATE_STATE_VALUE_OR_END)
        return scan_value (self, error);
      G_GNUC_FALLTHROUGH;
    case CAIRN_GATE_STATE_NAME:
      self->state = CAIRN_GATE_STATE_VALUE;
      return scan_name (self, error);
    case CAIRN_GATE_STATE_NEXT_OR_END:
      return scan_next_or_end (self, error);
    case CAIRN_GATE_STATE_VALUE:
    default:
      return scan_value (self, error);
    }
}

/* The whole text; @value is the span of its one value. */
gboolean
cairn_gate_scanner_run (CairnGateScanner *self, CairnJson *value, GError **error)
{
  const char *first;

  self->at = first = skip_space (self->at, self->end);
  if (self->at >= self->end)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The answer is empty");
      return FALSE;
    }
  do
    {
      self->at = skip_space (self->at, self->end);
      if (self->at >= self->end)
        return refuse (self, "an open value", error);
      if (!scan_step (self, error))
        return FALSE;
    }
  while (self->open->len > 0);
  *value = (CairnJson) { first, self->at - first };
  self->at = skip_space (self->at, self->end);
  if (self->at < self->end)
    return refuse (self, "something after the end", error);
  if (self->fault != CAIRN_GATE_FAULT_NONE)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The JSON text has a fault: %s at byte %" G_GSIZE_FORMAT,
                   cairn_gate_fault_name (self->fault), self->fault_at);
      return FALSE;
    }
  return TRUE;
}
