/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Patch (RFC 6902) on a text: each operation cuts and pastes spans, so numbers keep their
 * digits and members their order. Both texts have passed the gate. Any thread. */
#include "portal-patch.h"

#include <string.h>

#include "common/cairn-error.h"

#define MOST_OPERATIONS 1000
#define MOST_BYTES (4 * 1024 * 1024)   /* copies of copies grow */

/* Where a JSON Pointer leads: to a value, or to the place where one could be added. */
typedef struct
{
  CairnJson parent;
  CairnJson name;     /* of the member, with its quotes; absent in an array */
  CairnJson value;    /* absent when there is none yet */
  char     *key;      /* what the pointer's last part says */
} Place;

static void
place_clear (Place *place)
{
  g_free (place->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static gboolean
fail (GError **error, CairnError code, const char *why)
{
  g_set_error_literal (error, CAIRN_ERROR, code, why);
  return FALSE;
}

static char *
unescape (const char *part)
{
  GString *out = g_string_new (part);

  g_string_replace (out, "~1", "/", 0);
  g_string_replace (out, "~0", "~", 0);
  return g_string_free (out, FALSE);
}

/* An index without a sign or leading zeros */
static gboolean
read_index (const char *text, guint64 *index)
{
  return (*text != '0' || text[1] == '\0') &&
         g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, index, NULL);
}

static void
find_child (Place *place)
{
  guint64 wanted = 0, at = 0;
  gboolean object = cairn_json_is_object (place->parent);
  gboolean indexed = read_index (place->key, &wanted);
  CairnJson name, value;
  CairnJsonIter iter;

  place->name = place->value = CAIRN_JSON_NONE;
  cairn_json_iter_init (&iter, place->parent);
  while (cairn_json_iter_next (&iter, &name, &value))
    if (object ? cairn_json_equals (name, place->key) : indexed && at++ == wanted)
      {
        place->name = name;
        place->value = value;
        return;
      }
}

/* A pointer of at least one part. */
static gboolean
find_place (CairnJson document, const char *pointer, Place *place, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (pointer, "/", -1);
  CairnJson at = document;

  if (*pointer != '/')
    return fail (error, CAIRN_ERROR_BAD_DATA, "A patch's path starts with \"/\"");
  for (guint i = 1; parts[i] != NULL; i++)
    {
      if (!cairn_json_is_object (at) && !cairn_json_is_array (at))
        return fail (error, CAIRN_ERROR_REJECTED, "A patch's path leads nowhere");
      g_free (place->key);
      place->parent = at;
      place->key = unescape (parts[i]);
      find_child (place);
      at = place->value;
    }
  return TRUE;
}

static char *
splice (CairnJson document, const char *from, const char *to, const char *middle)
{
  GString *out = g_string_sized_new (document.length + strlen (middle));

  g_string_append_len (out, document.text, from - document.text);
  g_string_append (out, middle);
  g_string_append_len (out, to, document.text + document.length - to);
  return g_string_free (out, FALSE);
}

/* Without the value, its name, and one comma. */
static char *
cut (CairnJson document, const Place *place)
{
  const char *from = place->name.text != NULL ? place->name.text : place->value.text;
  const char *to = place->value.text + place->value.length;
  const char *start = place->parent.text + 1, *end = place->parent.text + place->parent.length - 1;

  while (to < end && g_ascii_isspace (*to))
    to++;
  if (to < end && *to == ',')
    to++;
  else
    {
      while (from > start && (g_ascii_isspace (from[-1]) || from[-1] == ','))
        from--;
    }
  return splice (document, from, to, "");
}

static char *
add (CairnJson document, const Place *place, const char *raw, GError **error)
{
  const char *end = place->parent.text + place->parent.length - 1;
  const char *comma = cairn_json_count (place->parent) > 0 ? "," : "";
  g_autofree char *middle = NULL;
  guint64 index;

  if (cairn_json_is_object (place->parent))
    {
      g_autoptr(GString) member = g_string_new (comma);

      if (place->value.text != NULL)
        return splice (document, place->value.text, place->value.text + place->value.length, raw);
      cairn_json_append_string (member, place->key);
      g_string_append_printf (member, ":%s", raw);
      return splice (document, end, end, member->str);
    }
  if (place->value.text != NULL)
    {
      middle = g_strconcat (raw, ",", NULL);
      return splice (document, place->value.text, place->value.text, middle);
    }
  if (!g_str_equal (place->key, "-") &&
      (!read_index (place->key, &index) || index != cairn_json_count (place->parent)))
    {
      fail (error, CAIRN_ERROR_REJECTED, "A patch's path leads past the end of an array");
      return NULL;
    }
  middle = g_strconcat (comma, raw, NULL);
  return splice (document, end, end, middle);
}

static gboolean same (CairnJson a, CairnJson b);

static gboolean
same_members (CairnJson a, CairnJson b)
{
  CairnJson name, value;
  CairnJsonIter iter;

  cairn_json_iter_init (&iter, a);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name);

      if (!same (value, cairn_json_member (b, plain)))
        return FALSE;
    }
  return cairn_json_count (a) == cairn_json_count (b);
}

static gboolean
same_elements (CairnJson a, CairnJson b)
{
  CairnJsonIter one, two;
  CairnJson x, y;

  cairn_json_iter_init (&one, a);
  cairn_json_iter_init (&two, b);
  while (cairn_json_iter_next (&one, NULL, &x))
    if (!cairn_json_iter_next (&two, NULL, &y) || !same (x, y))
      return FALSE;
  return !cairn_json_iter_next (&two, NULL, &y);
}

/* Equal as RFC 6902 §4.6 means it; numbers are compared as they are written first. The gate bounds
 * the depth. */
static gboolean
same (CairnJson a, CairnJson b)
{
  CairnJsonType type = cairn_json_type (a);
  g_autofree char *one = NULL, *two = NULL;
  double x, y;

  if (type != cairn_json_type (b))
    return FALSE;
  switch (type)
    {
    case CAIRN_JSON_OBJECT:
      return same_members (a, b);
    case CAIRN_JSON_ARRAY:
      return same_elements (a, b);
    case CAIRN_JSON_STRING:
      one = cairn_json_dup_string (a);
      two = cairn_json_dup_string (b);
      return g_str_equal (one, two);
    case CAIRN_JSON_NUMBER:
      return (a.length == b.length && memcmp (a.text, b.text, a.length) == 0) ||
             (cairn_json_double (a, &x) && cairn_json_double (b, &y) && x == y);
    case CAIRN_JSON_BOOLEAN:
      return cairn_json_boolean (a, FALSE) == cairn_json_boolean (b, FALSE);
    case CAIRN_JSON_ABSENT:
    case CAIRN_JSON_NULL:
    default:
      return TRUE;
    }
}

static char *
take (CairnJson document, const char *from, char **raw, GError **error)
{
  g_auto(Place) place = { 0 };

  if (from == NULL || !find_place (document, from, &place, error))
    return from != NULL ? NULL : (fail (error, CAIRN_ERROR_BAD_DATA, "A patch's operation needs \"from\""), NULL);
  if (place.value.text == NULL)
    {
      fail (error, CAIRN_ERROR_REJECTED, "A patch's \"from\" leads nowhere");
      return NULL;
    }
  *raw = cairn_json_dup_raw (place.value);
  return cut (document, &place);
}

static char *
add_at (CairnJson document, const char *path, const char *raw, GError **error)
{
  g_auto(Place) place = { 0 };

  return find_place (document, path, &place, error) ? add (document, &place, raw, error) : NULL;
}

/* move and copy */
static char *
transfer (CairnJson document, gboolean move, const char *from, const char *path, GError **error)
{
  g_autofree char *raw = NULL, *without = take (document, from, &raw, error);
  gsize length = from != NULL ? strlen (from) : 0;

  if (without == NULL)
    return NULL;
  if (!move)
    return add_at (document, path, raw, error);
  if (g_str_has_prefix (path, from) && path[length] == '/')
    {
      fail (error, CAIRN_ERROR_BAD_DATA, "A patch can't move a value into itself");
      return NULL;
    }
  return add_at (cairn_json_from_string (without), path, raw, error);
}

/* remove, replace and test: there must be something */
static char *
change (CairnJson document, const char *op, const char *path, CairnJson value, GError **error)
{
  g_auto(Place) place = { 0 };
  g_autofree char *raw = cairn_json_dup_raw (value);

  if (!find_place (document, path, &place, error))
    return NULL;
  if (place.value.text == NULL)
    fail (error, CAIRN_ERROR_REJECTED, "A patch's path leads nowhere");
  else if (g_str_equal (op, "remove"))
    return cut (document, &place);
  else if (g_str_equal (op, "replace"))
    return splice (document, place.value.text, place.value.text + place.value.length, raw);
  else if (same (place.value, value))
    return cairn_json_dup_raw (document);
  else
    fail (error, CAIRN_ERROR_REJECTED, "A patch's test found something else");
  return NULL;
}

static char *
apply_one (CairnJson document, CairnJson operation, GError **error)
{
  static const char *const with_value[] = { "add", "replace", "test", NULL };
  g_autofree char *op = cairn_json_dup_string (cairn_json_member (operation, "op"));
  g_autofree char *path = cairn_json_dup_string (cairn_json_member (operation, "path"));
  g_autofree char *from = cairn_json_dup_string (cairn_json_member (operation, "from")), *raw = NULL;
  CairnJson value = cairn_json_member (operation, "value");

  if (op == NULL || path == NULL)
    fail (error, CAIRN_ERROR_BAD_DATA, "A patch's operation needs \"op\" and \"path\"");
  else if (g_strv_contains (with_value, op) && value.text == NULL)
    fail (error, CAIRN_ERROR_BAD_DATA, "A patch's operation needs \"value\"");
  else if (g_str_equal (op, "add"))
    {
      raw = cairn_json_dup_raw (value);
      return add_at (document, path, raw, error);
    }
  else if (g_str_equal (op, "move") || g_str_equal (op, "copy"))
    return transfer (document, g_str_equal (op, "move"), from, path, error);
  else if (g_str_equal (op, "remove") || g_strv_contains (with_value, op))
    return change (document, op, path, value, error);
  else
    fail (error, CAIRN_ERROR_BAD_DATA, "A patch's operation is none of RFC 6902");
  return NULL;
}

/* The patched text; NULL when the patch can't be read (BAD_DATA) or doesn't fit (REJECTED). */
char *
portal_patch_apply (CairnJson document, CairnJson patch, GError **error)
{
  g_autofree char *text = cairn_json_dup_raw (document);
  CairnJsonIter iter;
  CairnJson operation;

  if (!cairn_json_is_array (patch) || cairn_json_count (patch) > MOST_OPERATIONS)
    {
      fail (error, CAIRN_ERROR_BAD_DATA, "A patch is an array of up to 1000 operations");
      return NULL;
    }
  cairn_json_iter_init (&iter, patch);
  while (cairn_json_iter_next (&iter, NULL, &operation))
    {
      char *next = apply_one (cairn_json_from_string (text), operation, error);

      if (next != NULL && strlen (next) > MOST_BYTES)
        {
          fail (error, CAIRN_ERROR_REJECTED, "The patched resource is too large");
          g_clear_pointer (&next, g_free);
        }
      if (next == NULL)
        return NULL;
      g_free (text);
      text = next;
    }
  return g_steal_pointer (&text);
}
