/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate that every JSON text from outside passes before anything else reads it. One pass, iterative,
 * so that depth costs memory by the byte and never the stack. Any thread; no state between calls. */
#include "cairn-gate.h"

#include <string.h>

#include "cairn-error.h"

#define LINEAR_NAMES 16   /* objects with more members than this get a hash table */

typedef enum
{
  STATE_VALUE,
  STATE_VALUE_OR_END,   /* after "[" */
  STATE_NAME_OR_END,    /* after "{" */
  STATE_NAME,           /* after "," in an object */
  STATE_NEXT_OR_END,    /* after a value */
} State;

typedef struct
{
  const char *text;   /* without escapes */
  gsize       length;
  guint64     hash;
} Name;

typedef struct
{
  guint       first_name;   /* in names */
  GHashTable *many;         /* of Name, once it has more than LINEAR_NAMES */
} Frame;

typedef struct
{
  const char    *start, *at, *end;
  State          state;
  GByteArray    *open;         /* '{' or '[' of each open container */
  GArray        *names;        /* Name, of all open objects */
  GArray        *frames;       /* Frame, of the open containers within the limit of depth */
  GPtrArray     *unescaped;    /* owned texts of names with escapes */
  CairnGateFault fault;        /* the first one outside an entry */
  gsize          fault_at;
  Name           name;         /* the last one read */

  /* A page's entries; entries is NULL when only checking */
  GArray        *entries;
  CairnGateEntry current;
  const char    *resource;     /* where the current entry's resource started */
  const char    *array_start, *array_end;
} Scanner;

struct _CairnGatePage
{
  GBytes *bytes;
  char   *head;
  gsize   head_length;
  GArray *entries;
};

static const char *const fault_names[] = {
  [CAIRN_GATE_FAULT_NONE] = "none",
  [CAIRN_GATE_FAULT_DEPTH] = "depth",
  [CAIRN_GATE_FAULT_NUL] = "nul",
  [CAIRN_GATE_FAULT_SURROGATE] = "lone-surrogate",
  [CAIRN_GATE_FAULT_DUPLICATE] = "duplicate-key",
  [CAIRN_GATE_FAULT_UTF8] = "not-utf8",
};

/* A seed of the process's own keeps anybody from preparing names that collide. */
static guint64
hash_name (const char *text, gsize length)
{
  static gsize seed = 0;
  guint64 hash, word;

  if (g_once_init_enter (&seed))
    g_once_init_leave (&seed, ((gsize) g_random_int () << 32 | g_random_int ()) | 1);
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
  return (guint) ((const Name *) data)->hash;
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const Name *left = a, *right = b;

  return left->hash == right->hash && left->length == right->length &&
         memcmp (left->text, right->text, left->length) == 0;
}

static void
frame_clear (gpointer data)
{
  g_clear_pointer (&((Frame *) data)->many, g_hash_table_unref);
}

static void
scanner_init (Scanner *self, const char *text, gsize length, gboolean page)
{
  memset (self, 0, sizeof *self);
  self->start = self->at = text;
  self->end = text + length;
  self->open = g_byte_array_new ();
  self->names = g_array_new (FALSE, FALSE, sizeof (Name));
  self->frames = g_array_new (FALSE, TRUE, sizeof (Frame));
  g_array_set_clear_func (self->frames, frame_clear);
  self->unescaped = g_ptr_array_new_with_free_func (g_free);
  if (page)
    self->entries = g_array_new (FALSE, TRUE, sizeof (CairnGateEntry));
}

static void
scanner_clear (Scanner *self)
{
  g_byte_array_unref (self->open);
  g_array_unref (self->names);
  g_array_unref (self->frames);
  g_ptr_array_unref (self->unescaped);
  g_clear_pointer (&self->entries, g_array_unref);
}

static gboolean
in_entries (Scanner *self)
{
  return self->array_start != NULL && self->array_end == NULL;
}

static void
note_fault (Scanner *self, CairnGateFault fault)
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
refuse (Scanner *self, const char *what, GError **error)
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
read_hex4 (Scanner *self, gunichar *c)
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
scan_unicode_escape (Scanner *self)
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
scan_escape (Scanner *self)
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
scan_string (Scanner *self, gboolean *escaped, GError **error)
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
scan_digits (Scanner *self)
{
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
}

static gboolean
scan_number (Scanner *self)
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
scan_literal (Scanner *self)
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

/* Whether the open object of @frame has the name already; remembers it if not. */
static gboolean
is_duplicate (Scanner *self, Frame *frame, const Name *name)
{
  guint n = self->names->len - frame->first_name;

  if (frame->many != NULL)
    return !g_hash_table_add (frame->many, g_memdup2 (name, sizeof *name));
  for (guint i = frame->first_name; i < self->names->len; i++)
    if (name_equal (&g_array_index (self->names, Name, i), name))
      return TRUE;
  g_array_append_vals (self->names, name, 1);
  if (n + 1 > LINEAR_NAMES)
    {
      frame->many = g_hash_table_new_full (name_hash, name_equal, g_free, NULL);
      for (guint i = frame->first_name; i < self->names->len; i++)
        g_hash_table_add (frame->many, g_memdup2 (&g_array_index (self->names, Name, i), sizeof (Name)));
    }
  return FALSE;
}

static gboolean
scan_name (Scanner *self, GError **error)
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
      Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

      self->name.hash = hash_name (self->name.text, self->name.length);
      if (is_duplicate (self, frame, &self->name))
        note_fault (self, CAIRN_GATE_FAULT_DUPLICATE);
    }
  self->at = skip_space (self->at, self->end);
  if (self->at >= self->end || *self->at != ':')
    return refuse (self, "no colon", error);
  self->at++;
  return TRUE;
}

static gboolean
last_name_is (Scanner *self, const char *name)
{
  return self->name.length == strlen (name) && memcmp (self->name.text, name, self->name.length) == 0;
}

/* Depth here is the number of containers open around the value. */
static void
value_starts (Scanner *self)
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
value_ends (Scanner *self)
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
open_container (Scanner *self)
{
  guint8 kind = (guint8) *self->at;

  g_byte_array_append (self->open, &kind, 1);
  if (self->open->len <= CAIRN_GATE_MAX_DEPTH)
    {
      Frame frame = { self->names->len, NULL };

      g_array_append_val (self->frames, frame);
    }
  else
    note_fault (self, CAIRN_GATE_FAULT_DEPTH);
  self->state = kind == '{' ? STATE_NAME_OR_END : STATE_VALUE_OR_END;
  self->at++;
}

static void
close_container (Scanner *self)
{
  if (self->open->len <= CAIRN_GATE_MAX_DEPTH)
    {
      Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

      g_array_set_size (self->names, frame->first_name);
      g_array_set_size (self->frames, self->frames->len - 1);
    }
  g_byte_array_set_size (self->open, self->open->len - 1);
  self->at++;
  self->state = STATE_NEXT_OR_END;
  value_ends (self);
}

static gboolean
scan_value (Scanner *self, GError **error)
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
  self->state = STATE_NEXT_OR_END;
  value_ends (self);
  return TRUE;
}

static gboolean
scan_next_or_end (Scanner *self, GError **error)
{
  guint8 kind = self->open->data[self->open->len - 1];

  if (*self->at == ',')
    {
      self->at++;
      self->state = kind == '{' ? STATE_NAME : STATE_VALUE;
      return TRUE;
    }
  if (*self->at != (kind == '{' ? '}' : ']'))
    return refuse (self, "neither a comma nor an end", error);
  close_container (self);
  return TRUE;
}

static gboolean
scan_step (Scanner *self, GError **error)
{
  char c = *self->at;

  switch (self->state)
    {
    case STATE_NAME_OR_END:
    case STATE_VALUE_OR_END:
      if (c == (self->state == STATE_NAME_OR_END ? '}' : ']'))
        {
          close_container (self);
          return TRUE;
        }
      if (self->state == STATE_VALUE_OR_END)
        return scan_value (self, error);
      G_GNUC_FALLTHROUGH;
    case STATE_NAME:
      self->state = STATE_VALUE;
      return scan_name (self, error);
    case STATE_NEXT_OR_END:
      return scan_next_or_end (self, error);
    case STATE_VALUE:
    default:
      return scan_value (self, error);
    }
}

/* The whole text; @value is the span of its one value. */
static gboolean
scan (Scanner *self, CairnJson *value, GError **error)
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
                   fault_names[self->fault], self->fault_at);
      return FALSE;
    }
  return TRUE;
}

/* Skips a byte order mark and refuses what is over the limit or plainly of another encoding. */
static gboolean
open_text (GBytes *bytes, gsize limit, const char **text, gsize *length, GError **error)
{
  *text = g_bytes_get_data (bytes, length);
  if (*text == NULL)   /* no bytes at all */
    *text = "";
  if (*length > limit)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "%" G_GSIZE_FORMAT " bytes are more than the %"
                   G_GSIZE_FORMAT " that are taken", *length, limit);
      return FALSE;
    }
  if (*length >= 2 && (memcmp (*text, "\xff\xfe", 2) == 0 || memcmp (*text, "\xfe\xff", 2) == 0))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The text is UTF-16; FHIR's JSON is UTF-8");
      return FALSE;
    }
  if (*length >= 3 && memcmp (*text, "\xef\xbb\xbf", 3) == 0)
    {
      *text += 3;
      *length -= 3;
    }
  return TRUE;
}

/**
 * cairn_gate_fault_name:
 * @fault: a fault
 *
 * Returns: its stable name, as `cairnctl quarantine` prints it
 */
const char *
cairn_gate_fault_name (CairnGateFault fault)
{
  return fault_names[fault];
}

/**
 * cairn_gate_check:
 * @bytes: a JSON text from outside
 * @limit: bytes that it may have
 * @value: (out): its one value, borrowed from @bytes
 * @error: return location
 *
 * Checks a text in which any fault refuses the whole (RFC 8259; duplicate names are refused as
 * RFC 7493 §2.3 asks). Errors: %CAIRN_ERROR_TOO_LARGE, %CAIRN_ERROR_BAD_DATA.
 *
 * Returns: whether it passed
 */
gboolean
cairn_gate_check (GBytes *bytes, gsize limit, CairnJson *value, GError **error)
{
  const char *text;
  gsize length;
  Scanner scanner;
  gboolean ok;

  if (!open_text (bytes, limit, &text, &length, error))
    return FALSE;
  scanner_init (&scanner, text, length, FALSE);
  ok = scan (&scanner, value, error);
  scanner_clear (&scanner);
  return ok;
}

static CairnGatePage *
page_from_scanner (Scanner *scanner, GBytes *bytes, CairnJson value)
{
  CairnGatePage *page = g_new0 (CairnGatePage, 1);
  const char *end = value.text + value.length;

  page->bytes = g_bytes_ref (bytes);
  page->entries = g_steal_pointer (&scanner->entries);
  if (scanner->array_start == NULL)
    page->head = g_strndup (value.text, value.length);
  else
    page->head = g_strdup_printf ("%.*s[]%.*s", (int) (scanner->array_start - value.text), value.text,
                                  (int) (end - scanner->array_end), scanner->array_end);
  page->head_length = strlen (page->head);
  return page;
}

/**
 * cairn_gate_page_new:
 * @bytes: a JSON text from outside
 * @limit: bytes that it may have, at most 1 GB
 * @error: return location
 *
 * Checks a page. Errors: %CAIRN_ERROR_TOO_LARGE; %CAIRN_ERROR_BAD_DATA for broken syntax, a cut-off
 * end, a fault outside an entry, or a text that is no object.
 *
 * Returns: (transfer full) (nullable): the page, or %NULL
 */
CairnGatePage *
cairn_gate_page_new (GBytes *bytes, gsize limit, GError **error)
{
  CairnGatePage *page = NULL;
  CairnJson value;
  const char *text;
  gsize length;
  Scanner scanner;

  if (!open_text (bytes, MIN (limit, 1 << 30), &text, &length, error))
    return NULL;
  scanner_init (&scanner, text, length, TRUE);
  if (scan (&scanner, &value, error))
    {
      static const char *const kinds[] = { "nothing", "an object", "an array", "a string", "a number", "a boolean", "null" };

      if (cairn_json_is_object (value))
        page = page_from_scanner (&scanner, bytes, value);
      else
        g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Not a Bundle: %s came", kinds[cairn_json_type (value)]);
    }
  scanner_clear (&scanner);
  return page;
}

/**
 * cairn_gate_page_free:
 * @page: (transfer full): a page
 */
void
cairn_gate_page_free (CairnGatePage *page)
{
  g_bytes_unref (page->bytes);
  g_array_unref (page->entries);
  g_free (page->head);
  g_free (page);
}

/**
 * cairn_gate_page_get_head:
 * @page: a page
 *
 * Returns: the page's object with an empty array for "entry", so that reading its other members
 *   doesn't pass over the entries; borrowed
 */
CairnJson
cairn_gate_page_get_head (CairnGatePage *page)
{
  return (CairnJson) { page->head, page->head_length };
}

/**
 * cairn_gate_page_n_entries:
 * @page: a page
 *
 * Returns: how many elements "entry" has
 */
guint
cairn_gate_page_n_entries (CairnGatePage *page)
{
  return page->entries->len;
}

/**
 * cairn_gate_page_get_entry:
 * @page: a page
 * @index: which
 *
 * Returns: the element; borrowed from the page
 */
const CairnGateEntry *
cairn_gate_page_get_entry (CairnGatePage *page, guint index)
{
  g_return_val_if_fail (index < page->entries->len, NULL);
  return &g_array_index (page->entries, CairnGateEntry, index);
}
