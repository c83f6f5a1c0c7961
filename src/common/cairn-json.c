/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads values in place in a text that passed the gate: whatever isn't asked for is neither copied nor
 * converted. Any thread. */
#include "cairn-json.h"

#include "cairn-json-private.h"

/* The characters that matter between strings: 1 opens, 2 closes, 3 a quote. */
static const guint8 marks[256] = {
  ['{'] = 1, ['['] = 1, ['}'] = 2, [']'] = 2, ['"'] = 3,
};

/* @at is at an opening bracket; returns what follows its closing one. */
static const char *
skip_container (const char *at, const char *end)
{
  gsize depth = 0;

  while (at < end)
    {
      guint8 mark = marks[(guchar) *at];

      if (mark == 3)
        {
          at = skip_string (at, end);
          continue;
        }
      at++;
      if (mark == 1)
        depth++;
      else if (mark == 2 && --depth == 0)
        return at;
    }
  return end;
}

static const char *
skip_value (const char *at, const char *end)
{
  if (at >= end)
    return end;
  if (*at == '"')
    return skip_string (at, end);
  if (*at == '{' || *at == '[')
    return skip_container (at, end);
  while (at < end && *at != ',' && *at != '}' && *at != ']' && *at > ' ')
    at++;
  return at;
}

/**
 * cairn_json_from_string:
 * @text: a text that passed the gate before, as one read back from a database of ours
 *
 * Returns: its value
 */
CairnJson
cairn_json_from_string (const char *text)
{
  const char *end, *start;

  if (text == NULL)
    return CAIRN_JSON_NONE;
  end = text + strlen (text);
  start = skip_space (text, end);
  return (CairnJson) { start, skip_value (start, end) - start };
}

/**
 * cairn_json_from_bytes:
 * @bytes: (nullable): bytes that passed the gate before; the value borrows them
 *
 * Returns: their value
 */
CairnJson
cairn_json_from_bytes (GBytes *bytes)
{
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  const char *start;

  if (size == 0)
    return CAIRN_JSON_NONE;
  start = skip_space (text, text + size);
  return (CairnJson) { start, skip_value (start, text + size) - start };
}

/**
 * cairn_json_type:
 * @value: a value
 *
 * Returns: what kind of value it is
 */
CairnJsonType
cairn_json_type (CairnJson value)
{
  if (value.text == NULL || value.length == 0)
    return CAIRN_JSON_ABSENT;
  switch (value.text[0])
    {
    case '{': return CAIRN_JSON_OBJECT;
    case '[': return CAIRN_JSON_ARRAY;
    case '"': return CAIRN_JSON_STRING;
    case 't':
    case 'f': return CAIRN_JSON_BOOLEAN;
    case 'n': return CAIRN_JSON_NULL;
    default: return CAIRN_JSON_NUMBER;
    }
}

/**
 * cairn_json_is_object:
 * @value: a value
 *
 * Returns: whether it is an object
 */
gboolean
cairn_json_is_object (CairnJson value)
{
  return cairn_json_type (value) == CAIRN_JSON_OBJECT;
}

/**
 * cairn_json_is_array:
 * @value: a value
 *
 * Returns: whether it is an array
 */
gboolean
cairn_json_is_array (CairnJson value)
{
  return cairn_json_type (value) == CAIRN_JSON_ARRAY;
}

/**
 * cairn_json_iter_init:
 * @iter: (out): the iterator
 * @container: an object or an array; anything else has no members
 *
 * Starts before the first member.
 */
void
cairn_json_iter_init (CairnJsonIter *iter, CairnJson container)
{
  CairnJsonType type = cairn_json_type (container);

  *iter = (CairnJsonIter) { NULL, NULL, type == CAIRN_JSON_OBJECT, CAIRN_JSON_NONE };
  if (type == CAIRN_JSON_OBJECT || type == CAIRN_JSON_ARRAY)
    {
      iter->at = container.text + 1;
      iter->end = container.text + container.length - 1;
    }
}

/**
 * cairn_json_iter_next:
 * @iter: the iterator
 * @name: (out) (optional): the member's name as a string value; absent in an array
 * @value: (out): the member's value
 *
 * Returns: %FALSE after the last member
 */
gboolean
cairn_json_iter_next (CairnJsonIter *iter, CairnJson *name, CairnJson *value)
{
  const char *at = skip_space (iter->at, iter->end);

  if (at < iter->end && *at == ',')
    at = skip_space (at + 1, iter->end);
  if (name != NULL)
    *name = CAIRN_JSON_NONE;
  if (at >= iter->end)
    {
      iter->at = iter->end;
      return FALSE;
    }
  if (iter->object)
    {
      const char *start = at;

      at = skip_string (at, iter->end);
      if (name != NULL)
        *name = (CairnJson) { start, at - start };
      at = skip_space (at, iter->end);
      at = skip_space (at + 1, iter->end);   /* the colon */
    }
  value->text = at;
  iter->at = at == iter->known.text ? at + iter->known.length : skip_value (at, iter->end);
  value->length = iter->at - at;
  return TRUE;
}

/* The path's next segment is [segment, segment + length). */
static gboolean
name_is (CairnJson name, const char *segment, gsize length)
{
  if (name.length == length + 2 && memcmp (name.text + 1, segment, length) == 0)
    return memchr (segment, '\\', length) == NULL;
  /* An escape is longer than what it stands for. */
  if (name.length > length + 2 && memchr (name.text, '\\', name.length) != NULL)
    {
      g_autofree char *plain = cairn_json_dup_string (name);

      return strlen (plain) == length && memcmp (plain, segment, length) == 0;
    }
  return FALSE;
}

static CairnJson
member_n (CairnJson object, const char *name, gsize length)
{
  CairnJsonIter iter;
  CairnJson key, value;

  if (!cairn_json_is_object (object))
    return CAIRN_JSON_NONE;
  cairn_json_iter_init (&iter, object);
  while (cairn_json_iter_next (&iter, &key, &value))
    if (name_is (key, name, length))
      return value;
  return CAIRN_JSON_NONE;
}

static CairnJson
element_n (CairnJson array, guint index)
{
  CairnJsonIter iter;
  CairnJson value;

  if (!cairn_json_is_array (array))
    return CAIRN_JSON_NONE;
  cairn_json_iter_init (&iter, array);
  while (cairn_json_iter_next (&iter, NULL, &value))
    if (index-- == 0)
      return value;
  return CAIRN_JSON_NONE;
}

/**
 * cairn_json_member:
 * @object: a value
 * @name: a member's name
 *
 * Returns: the member's value; absent when there is none or @object is no object
 */
CairnJson
cairn_json_member (CairnJson object, const char *name)
{
  return member_n (object, name, strlen (name));
}

/**
 * cairn_json_get:
 * @value: a value
 * @path: names and array indexes joined by dots, as "code.coding.0.display"
 *
 * Returns: what the path leads to, or absent
 */
CairnJson
cairn_json_get (CairnJson value, const char *path)
{
  while (*path != '\0' && value.text != NULL)
    {
      gsize length = strcspn (path, ".");

      if (g_ascii_isdigit (*path))
        value = element_n (value, (guint) g_ascii_strtoull (path, NULL, 10));
      else
        value = member_n (value, path, length);
      path += length;
      if (*path == '.')
        path++;
    }
  return value;
}

/**
 * cairn_json_foreach:
 * @value: a value
 * @path: names joined by dots; arrays on the way are entered element by element
 * @func: (scope call): called for each value that the path leads to, an array's elements one by one
 * @data: for @func
 *
 * The path has at most a handful of segments, and the stack grows with them only.
 *
 * Returns: %FALSE when @func stopped the walk
 */
gboolean
cairn_json_foreach (CairnJson value, const char *path, CairnJsonFunc func, gpointer data)
{
  CairnJsonIter iter;
  CairnJson element;
  gsize length;

  if (cairn_json_is_array (value))
    {
      cairn_json_iter_init (&iter, value);
      while (cairn_json_iter_next (&iter, NULL, &element))
        if (!cairn_json_is_array (element) && !cairn_json_foreach (element, path, func, data))
          return FALSE;
      return TRUE;
    }
  if (value.text == NULL)
    return TRUE;
  if (*path == '\0')
    return func (value, data);
  length = strcspn (path, ".");
  value = member_n (value, path, length);
  path += length;
  return cairn_json_foreach (value, *path == '.' ? path + 1 : path, func, data);
}

/**
 * cairn_json_count:
 * @container: a value
 *
 * Returns: how many members or elements it has; 0 for anything but objects and arrays
 */
guint
cairn_json_count (CairnJson container)
{
  CairnJsonIter iter;
  CairnJson value;
  guint n = 0;

  cairn_json_iter_init (&iter, container);
  while (cairn_json_iter_next (&iter, NULL, &value))
    n++;
  return n;
}

static gunichar
hex4 (const char *at)
{
  gunichar c = 0;

  for (int i = 0; i < 4; i++)
    c = c << 4 | (gunichar) g_ascii_xdigit_value (at[i]);
  return c;
}

static const char *
append_escape (GString *out, const char *at)
{
  gunichar c;

  switch (*at)
    {
    case 'b': g_string_append_c (out, '\b'); return at + 1;
    case 'f': g_string_append_c (out, '\f'); return at + 1;
    case 'n': g_string_append_c (out, '\n'); return at + 1;
    case 'r': g_string_append_c (out, '\r'); return at + 1;
    case 't': g_string_append_c (out, '\t'); return at + 1;
    case 'u':
      c = hex4 (at + 1);
      at += 5;
      if (c >= 0xd800 && c < 0xdc00)
        {
          c = 0x10000 + ((c - 0xd800) << 10) + (hex4 (at + 2) - 0xdc00);
          at += 6;
        }
      g_string_append_unichar (out, c);
      return at;
    default: g_string_append_c (out, *at); return at + 1;
    }
}

/**
 * cairn_json_append_text:
 * @out: what to append to
 * @value: a value
 *
 * Appends the string without quotes and escapes, or nothing when it is no string.
 */
void
cairn_json_append_text (GString *out, CairnJson value)
{
  const char *at, *end;

  if (cairn_json_type (value) != CAIRN_JSON_STRING)
    return;
  at = value.text + 1;
  end = value.text + value.length - 1;
  while (at < end)
    {
      const char *backslash = memchr (at, '\\', end - at);

      g_string_append_len (out, at, (backslash != NULL ? backslash : end) - at);
      if (backslash == NULL)
        break;
      at = append_escape (out, backslash + 1);
    }
}

/**
 * cairn_json_dup_string:
 * @value: a value
 *
 * Returns: (transfer full) (nullable): the string without quotes and escapes, %NULL when it is no string
 */
char *
cairn_json_dup_string (CairnJson value)
{
  GString *out;

  if (cairn_json_type (value) != CAIRN_JSON_STRING)
    return NULL;
  if (memchr (value.text, '\\', value.length) == NULL)
    return g_strndup (value.text + 1, value.length - 2);
  out = g_string_sized_new (value.length);
  cairn_json_append_text (out, value);
  return g_string_free (out, FALSE);
}

/**
 * cairn_json_dup_text_at:
 * @value: a value
 * @path: as for cairn_json_get()
 *
 * Returns: (transfer full) (nullable): the string there; %NULL when there is none or it is empty
 */
char *
cairn_json_dup_text_at (CairnJson value, const char *path)
{
  CairnJson found = cairn_json_get (value, path);

  return found.length > 2 ? cairn_json_dup_string (found) : NULL;
}

/**
 * cairn_json_dup_number:
 * @value: a value
 *
 * Returns: (transfer full) (nullable): the number's text as written; %NULL when it is no number
 */
char *
cairn_json_dup_number (CairnJson value)
{
  return cairn_json_type (value) == CAIRN_JSON_NUMBER ? g_strndup (value.text, value.length) : NULL;
}

/**
 * cairn_json_dup_raw:
 * @value: a value
 *
 * Returns: (transfer full) (nullable): its JSON text as written; %NULL when absent
 */
char *
cairn_json_dup_raw (CairnJson value)
{
  return value.text != NULL ? g_strndup (value.text, value.length) : NULL;
}

/**
 * cairn_json_equals:
 * @value: a value
 * @string: a text
 *
 * Returns: whether @value is that string
 */
gboolean
cairn_json_equals (CairnJson value, const char *string)
{
  return cairn_json_type (value) == CAIRN_JSON_STRING && name_is (value, string, strlen (string));
}

/**
 * cairn_json_boolean:
 * @value: a value
 * @fallback: what to answer when it is no boolean
 *
 * Returns: the boolean
 */
gboolean
cairn_json_boolean (CairnJson value, gboolean fallback)
{
  return cairn_json_type (value) == CAIRN_JSON_BOOLEAN ? value.text[0] == 't' : fallback;
}

/**
 * cairn_json_double:
 * @value: a value
 * @number: (out): the number
 *
 * For charts and comparison only: a double doesn't hold what was written.
 *
 * Returns: %FALSE when it is no number, or one beyond the range of a double
 */
gboolean
cairn_json_double (CairnJson value, double *number)
{
  g_autofree char *text = cairn_json_dup_number (value);

  if (text == NULL)
    return FALSE;
  *number = g_ascii_strtod (text, NULL);
  return *number - *number == 0;   /* neither infinite nor NaN */
}

/**
 * cairn_json_int64:
 * @value: a value
 * @number: (out): the number
 *
 * Returns: %FALSE when it is no whole number in range
 */
gboolean
cairn_json_int64 (CairnJson value, gint64 *number)
{
  g_autofree char *text = cairn_json_dup_number (value);

  return text != NULL && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, number, NULL);
}

/**
 * cairn_json_append_string:
 * @out: what to append to
 * @string: (nullable): valid UTF-8
 *
 * Appends @string as a JSON string with its quotes, or `null`.
 */
void
cairn_json_append_string (GString *out, const char *string)
{
  if (string == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_c (out, '"');
  for (; *string != '\0'; string++)
    {
      guchar c = (guchar) *string;

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, (char) c);
    }
  g_string_append_c (out, '"');
}
