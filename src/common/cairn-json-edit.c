/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits a text that passed the gate without a DOM: what isn't replaced stays byte for byte. Any thread. */
#include "cairn-json-edit.h"

#include <string.h>

struct _CairnJsonEdit
{
  CairnJson text;
  GArray   *replacements;   /* Replacement, kept sorted by place */
};

typedef struct
{
  gsize at;
  gsize length;
  char *raw;
} Replacement;

static void
replacement_clear (gpointer data)
{
  g_free (((Replacement *) data)->raw);
}

/**
 * cairn_json_edit_new:
 * @text: a value that passed the gate; it must outlive the edit
 *
 * Returns: (transfer full): an edit that changes nothing yet
 */
CairnJsonEdit *
cairn_json_edit_new (CairnJson text)
{
  CairnJsonEdit *edit = g_new (CairnJsonEdit, 1);

  edit->text = text;
  edit->replacements = g_array_new (FALSE, FALSE, sizeof (Replacement));
  g_array_set_clear_func (edit->replacements, replacement_clear);
  return edit;
}

/**
 * cairn_json_edit_free:
 * @edit: (transfer full): an edit
 */
void
cairn_json_edit_free (CairnJsonEdit *edit)
{
  g_array_unref (edit->replacements);
  g_free (edit);
}

static void
add (CairnJsonEdit *edit, gsize at, gsize length, char *raw)
{
  Replacement replacement = { at, length, raw };
  guint place = edit->replacements->len;

  while (place > 0 && g_array_index (edit->replacements, Replacement, place - 1).at > at)
    place--;
  g_array_insert_val (edit->replacements, place, replacement);
}

/* Whether a member was added before the closing bracket at @at. */
static gboolean
has_addition (CairnJsonEdit *edit, gsize at)
{
  for (guint i = edit->replacements->len; i > 0; i--)
    {
      const Replacement *replacement = &g_array_index (edit->replacements, Replacement, i - 1);

      if (replacement->at <= at)
        return replacement->at == at && replacement->length == 0;
    }
  return FALSE;
}

/**
 * cairn_json_edit_replace:
 * @edit: an edit
 * @value: a value inside the edit's text; each place may be replaced once
 * @raw: the JSON text to stand there instead
 */
void
cairn_json_edit_replace (CairnJsonEdit *edit, CairnJson value, const char *raw)
{
  g_return_if_fail (value.text >= edit->text.text &&
                    value.text + value.length <= edit->text.text + edit->text.length);
  add (edit, value.text - edit->text.text, value.length, g_strdup (raw));
}

/**
 * cairn_json_edit_set_member:
 * @edit: an edit
 * @object: an object inside the edit's text
 * @name: a member's name that needs no escapes
 * @raw: the JSON text of its value
 *
 * Replaces the member's value, or adds the member as the object's last. Each name may be set once.
 */
void
cairn_json_edit_set_member (CairnJsonEdit *edit, CairnJson object, const char *name, const char *raw)
{
  CairnJson old = cairn_json_member (object, name);
  gsize end = object.text - edit->text.text + object.length - 1;

  g_return_if_fail (cairn_json_is_object (object));
  if (old.text != NULL)
    cairn_json_edit_replace (edit, old, raw);
  else
    add (edit, end, 0,
         g_strdup_printf ("%s\"%s\":%s", cairn_json_count (object) > 0 || has_addition (edit, end) ? "," : "", name, raw));
}

/**
 * cairn_json_edit_apply:
 * @edit: an edit
 * @length: (out) (optional): the new text's length in bytes
 *
 * Returns: (transfer full): the new text
 */
char *
cairn_json_edit_apply (CairnJsonEdit *edit, gsize *length)
{
  GString *out = g_string_sized_new (edit->text.length + 64);
  gsize at = 0;

  for (guint i = 0; i < edit->replacements->len; i++)
    {
      const Replacement *replacement = &g_array_index (edit->replacements, Replacement, i);

      g_assert (replacement->at >= at);
      g_string_append_len (out, edit->text.text + at, replacement->at - at);
      g_string_append (out, replacement->raw);
      at = replacement->at + replacement->length;
    }
  g_string_append_len (out, edit->text.text + at, edit->text.length - at);
  if (length != NULL)
    *length = out->len;
  return g_string_free (out, FALSE);
}
