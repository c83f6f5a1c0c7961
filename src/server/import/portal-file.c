/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file to import: a resource, NDJSON, or a Bundle, past the gate and into a list of
 * items. Any thread; touches no store. */
#include "portal-file.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "fhir/cairn-types.h"

#define LIMIT (1024 * 1024 * 1024)

static gboolean
fail (GError **error, guint entry, const char *why)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Entry %u: %s", entry, why);
  return FALSE;
}

static void
item_free (gpointer data)
{
  PortalItem *item = data;

  g_free (item->type);
  g_free (item->id);
  g_free (item->full_url);
  g_free (item->if_none_exist);
  g_free (item);
}

void
portal_file_free (PortalFile *self)
{
  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->patients);
  g_free (self->entries);
  g_clear_error (&self->error);
  g_free (self);
}

/* Who and where: done before all else, because everything else points at them. */
gboolean
portal_type_is_place (const char *type)
{
  return g_str_equal (type, "Organization") || g_str_equal (type, "Practitioner") ||
         g_str_equal (type, "Location");
}

/* "Type/id", or an address that ends in it, without a query. */
static gboolean
split_url (const char *url, char **type, char **id)
{
  return url != NULL && strchr (url, '?') == NULL && cairn_reference_split (url, type, id);
}

static gboolean
add_deletion (PortalFile *self, guint entry, CairnJson request, GError **error)
{
  g_autofree char *url = cairn_json_dup_text_at (request, "url");
  g_autofree char *type = NULL, *id = NULL;
  PortalItem *item;

  if (!split_url (url, &type, &id))
    return fail (error, entry, "DELETE needs a request.url of the form Type/id");
  item = g_new0 (PortalItem, 1);
  item->entry = entry;
  item->remove = TRUE;
  item->type = g_steal_pointer (&type);
  item->id = g_steal_pointer (&id);
  g_ptr_array_add (self->items, item);
  return TRUE;
}

/* The id that the file means when resource.id has none: that of its urn:uuid, or of the PUT's
 * address. */
static char *
find_id (const PortalItem *item, CairnJson request)
{
  g_autofree char *url = cairn_json_dup_text_at (request, "url");
  g_autofree char *type = NULL, *id = NULL;

  if (cairn_json_equals (cairn_json_member (request, "method"), "PUT") &&
      split_url (url, &type, &id) && g_str_equal (type, item->type))
    return g_steal_pointer (&id);
  if (item->full_url != NULL && g_str_has_prefix (item->full_url, "urn:uuid:") &&
      cairn_id_is_legal (item->full_url + strlen ("urn:uuid:")))
    return g_strdup (item->full_url + strlen ("urn:uuid:"));
  return cairn_random_uuid ();
}

static gboolean
add_resource (PortalFile *self, guint entry, CairnJson resource, CairnJson whole, GError **error)
{
  CairnJson request = cairn_json_member (whole, "request"),
            meta = cairn_json_member (resource, "meta");
  g_autofree char *type = cairn_json_dup_text_at (resource, "resourceType");
  PortalItem *item;

  if (!cairn_json_is_object (resource))
    return fail (error, entry, "there is no resource");
  if (type == NULL || !cairn_type_is_known (type))
    return fail (error, entry, "resourceType is none of FHIR R4");
  if (g_str_equal (type, "Bundle") || g_str_equal (type, "Parameters") ||
      g_str_equal (type, "OperationOutcome"))
    return fail (error, entry, "this type of resource is not kept");
  if (meta.text != NULL && !cairn_json_is_object (meta))
    return fail (error, entry, "meta is no object");
  item = g_new0 (PortalItem, 1);
  item->entry = entry;
  item->resource = resource;
  item->type = g_steal_pointer (&type);
  item->full_url = cairn_json_dup_text_at (whole, "fullUrl");
  item->if_none_exist = cairn_json_dup_text_at (request, "ifNoneExist");
  item->id = cairn_json_dup_text_at (resource, "id");
  if (item->id == NULL || !cairn_id_is_legal (item->id))
    {
      g_free (item->id);
      item->id = find_id (item, request);
      item->id_made = TRUE;
    }
  g_ptr_array_add (self->items, item);
  return TRUE;
}

static gboolean
add_entry (PortalFile *self, guint index, CairnJson entry, GError **error)
{
  CairnJson request = cairn_json_member (entry, "request");
  CairnJson method = cairn_json_member (request, "method");

  if (cairn_json_equals (cairn_json_get (entry, "search.mode"), "outcome"))
    return TRUE;
  if (cairn_json_equals (method, "DELETE"))
    return add_deletion (self, index, request, error);
  if (method.text != NULL && !cairn_json_equals (method, "PUT") &&
      !cairn_json_equals (method, "POST"))
    return fail (error, index, "only POST, PUT and DELETE can be imported");
  return add_resource (self, index, cairn_json_member (entry, "resource"), entry, error);
}

static gboolean
add_bundle (PortalFile *self, CairnJson bundle, GError **error)
{
  static const char *const types[] = { "transaction", "batch", "collection", "searchset", "document", "history", NULL };
  g_autofree char *type = cairn_json_dup_text_at (bundle, "type");
  CairnJson entries = cairn_json_member (bundle, "entry");
  CairnJson name, entry;
  CairnJsonIter iter;
  guint index = 0;

  if (type == NULL || !g_strv_contains (types, type))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA,
                   "A Bundle of type \"%s\" can't be imported", type != NULL ? type : "");
      return FALSE;
    }
  if (entries.text != NULL && !cairn_json_is_array (entries))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Bundle.entry is no array");
      return FALSE;
    }
  cairn_json_iter_init (&iter, entries);
  while (cairn_json_iter_next (&iter, &name, &entry))
    if (!add_entry (self, index++, entry, error))
      return FALSE;
  /* A history tells the newest first */
  for (guint i = 0; g_str_equal (type, "history") && i < self->items->len / 2; i++)
    {
      gpointer *items = self->items->pdata, item = items[i];

      items[i] = items[self->items->len - 1 - i];
      items[self->items->len - 1 - i] = item;
    }
  return TRUE;
}

static gboolean
add_lines (PortalFile *self, GError **error)
{
  gsize length;
  const char *at = g_bytes_get_data (self->bytes, &length), *end = at + length, *start = at;

  for (guint line = 0; at < end; line++)
    {
      const char *newline = memchr (at, '\n', end - at);
      gsize n = (newline != NULL ? newline : end) - at;
      g_autoptr(GBytes) bytes = g_bytes_new_from_bytes (self->bytes, at - start, n);
      CairnJson value;

      while (n > 0 && g_ascii_isspace (at[n - 1]))
        n--;
      if (n > 0 && (!cairn_gate_check (bytes, LIMIT, &value, error) ||
                    !add_resource (self, line, value, CAIRN_JSON_NONE, error)))
        {
          g_prefix_error (error, "Line %u: ", line + 1);
          return FALSE;
        }
      at = newline != NULL ? newline + 1 : end;
    }
  return TRUE;
}

/* Several lines of which the first is a whole object: NDJSON, if the file as a whole is no JSON. */
static gboolean
looks_like_lines (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  const char *newline = data != NULL ? memchr (data, '\n', length) : NULL;
  g_autoptr(GBytes) first = NULL;
  CairnJson value;

  if (newline == NULL)
    return FALSE;
  first = g_bytes_new_from_bytes (bytes, 0, newline - data);
  return cairn_gate_check (first, LIMIT, &value, NULL) && cairn_json_is_object (value);
}

PortalFile *
portal_file_parse (const char *name, GBytes *bytes)
{
  PortalFile *self = g_new0 (PortalFile, 1);
  CairnJson value;

  self->name = g_strdup (name);
  self->bytes = g_bytes_ref (bytes);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!cairn_gate_check (bytes, LIMIT, &value, &self->error))
    {
      if (looks_like_lines (bytes))
        {
          g_clear_error (&self->error);
          add_lines (self, &self->error);
        }
    }
  else if (cairn_json_equals (cairn_json_member (value, "resourceType"), "Bundle"))
    add_bundle (self, value, &self->error);
  else
    add_resource (self, 0, value, CAIRN_JSON_NONE, &self->error);
  return self;
}

static GBytes *
read_stdin (GError **error)
{
  g_autoptr(GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* gzip and xz by their first bytes: the commonest reason why a file isn't JSON. */
static gboolean
is_compressed (GBytes *bytes, GError **error)
{
  static const guchar gzip[] = { 0x1f, 0x8b }, xz[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);

  if ((length < sizeof gzip || memcmp (data, gzip, sizeof gzip) != 0) && (length < sizeof xz || memcmp (data, xz, sizeof xz) != 0))
    return FALSE;
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA,
                       "The file is compressed; unpack it first: xz -dc FILE | cairn-portal import --data DIR -");
  return TRUE;
}

/* "-" is standard input. What goes wrong is in the result's error. */
PortalFile *
portal_file_read (const char *path)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  PortalFile *self;

  if (g_str_equal (path, "-"))
    bytes = read_stdin (&error);
  else
    {
      g_autoptr(GMappedFile) mapped = g_mapped_file_new (path, FALSE, &error);

      if (mapped != NULL)
        bytes = g_mapped_file_get_bytes (mapped);
    }
  if (bytes != NULL && !is_compressed (bytes, &error))
    return portal_file_parse (path, bytes);
  self = g_new0 (PortalFile, 1);
  self->name = g_strdup (path);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_set_error (&self->error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s", error->message);
  return self;
}
