/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a resource that was written here the same one however often it is sent. Any thread. */
#include "cairn-outbox-text.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "common/cairn-json-edit.h"

#define LIMIT (1024 * 1024)   /* what a portal takes in one request */
#define SYSTEM "urn:ietf:rfc:3986"   /* FHIR R4 §2.24.0.2: the value is a URI */

/* R4 gives these one identifier, all others a list. */
static const char *const single[] = { "QuestionnaireResponse", "Bundle", "Composition", NULL };

static char *
dup_token (CairnJson identifier)
{
  g_autofree char *system = cairn_json_dup_text_at (identifier, "system");
  g_autofree char *value = cairn_json_dup_text_at (identifier, "value");

  return system != NULL && value != NULL ? g_strdup_printf ("%s|%s", system, value) : NULL;
}

static char *
find_token (CairnJson identifiers)
{
  CairnJsonIter iter;
  CairnJson identifier;

  if (cairn_json_is_object (identifiers))
    return dup_token (identifiers);
  cairn_json_iter_init (&iter, identifiers);
  while (cairn_json_iter_next (&iter, NULL, &identifier))
    {
      char *token = dup_token (identifier);

      if (token != NULL)
        return token;
    }
  return NULL;
}

/* The list with one more in it; anything but a list is replaced. */
static char *
dup_with_identifier (const char *type, CairnJson identifiers, const char *value)
{
  g_autofree char *added = g_strdup_printf ("{\"system\":\"" SYSTEM "\",\"value\":\"%s\"}", value);

  if (g_strv_contains (single, type))
    return g_steal_pointer (&added);
  if (cairn_json_count (identifiers) == 0 || !cairn_json_is_array (identifiers))
    return g_strdup_printf ("[%s]", added);
  return g_strdup_printf ("%.*s,%s]", (int) identifiers.length - 1, identifiers.text, added);
}

/**
 * cairn_outbox_text_new:
 * @type: resource type that it must be of
 * @bytes: a resource
 * @identifier: (out) (optional) (transfer full): "system|value" for a conditional create (FHIR R4 §3.1.0.5.3); without it
 *   nothing is added
 * @error: return location for a %CAIRN_ERROR_USAGE or %CAIRN_ERROR_BAD_DATA
 *
 * Checks a resource and sees to it that it has an identifier; all else stays byte for byte.
 *
 * Returns: (transfer full) (nullable): its text
 */
char *
cairn_outbox_text_new (const char *type, GBytes *bytes, char **identifier, GError **error)
{
  g_autoptr(CairnJsonEdit) edit = NULL;
  g_autofree char *token = NULL, *uuid = NULL, *value = NULL, *raw = NULL;
  CairnJson resource, identifiers;
  char *text;
  gsize length;

  if (!cairn_gate_check (bytes, LIMIT, &resource, error))
    return NULL;
  if (!cairn_json_is_object (resource) || !cairn_json_equals (cairn_json_member (resource, "resourceType"), type))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "This is no %s", type);
      return NULL;
    }
  if (identifier == NULL)
    return g_strndup (resource.text, resource.length);
  identifiers = cairn_json_member (resource, "identifier");
  token = find_token (identifiers);
  edit = cairn_json_edit_new (resource);
  if (token == NULL)
    {
      uuid = g_uuid_string_random ();
      value = g_strconcat ("urn:uuid:", uuid, NULL);
      raw = dup_with_identifier (type, identifiers, value);
      cairn_json_edit_set_member (edit, resource, "identifier", raw);
      token = g_strdup_printf (SYSTEM "|%s", value);
    }
  text = cairn_json_edit_apply (edit, &length);
  *identifier = g_steal_pointer (&token);
  return text;
}
