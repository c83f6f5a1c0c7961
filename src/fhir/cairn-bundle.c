/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Bundle behind the gate: its head, and its entries with what each needs to be filed or quarantined. */
#include "cairn-bundle.h"

#include <string.h>

#include "cairn-types.h"
#include "common/cairn-error.h"

#define MAX_DELETION_URL 2048   /* each of its slashes is tried */

struct _CairnBundle
{
  CairnGatePage *page;
  char          *type;
};

/**
 * cairn_bundle_new:
 * @bytes: what came
 * @limit: bytes that it may have
 * @error: return location
 *
 * Errors: those of cairn_gate_page_new(); %CAIRN_ERROR_BAD_DATA when it is no Bundle, named by what it
 * is; %CAIRN_ERROR_REJECTED when it is an OperationOutcome.
 *
 * Returns: (transfer full) (nullable): the Bundle
 */
CairnBundle *
cairn_bundle_new (GBytes *bytes, gsize limit, GError **error)
{
  g_autoptr(CairnGatePage) page = cairn_gate_page_new (bytes, limit, error);
  g_autofree char *resource_type = NULL;
  CairnBundle *self;
  CairnJson head;

  if (page == NULL)
    return NULL;
  head = cairn_gate_page_get_head (page);
  resource_type = cairn_json_dup_string (cairn_json_member (head, "resourceType"));
  if (g_strcmp0 (resource_type, "Bundle") != 0)
    {
      g_set_error (error, CAIRN_ERROR,
                   g_strcmp0 (resource_type, "OperationOutcome") == 0 ? CAIRN_ERROR_REJECTED : CAIRN_ERROR_BAD_DATA,
                   "Not a Bundle: %s came", cairn_type_is_known (resource_type) ? resource_type : "some other object");
      return NULL;
    }
  self = g_new0 (CairnBundle, 1);
  self->type = cairn_json_dup_string (cairn_json_member (head, "type"));
  self->page = g_steal_pointer (&page);
  return self;
}

/**
 * cairn_bundle_free:
 * @self: (transfer full): a Bundle
 */
void
cairn_bundle_free (CairnBundle *self)
{
  cairn_gate_page_free (self->page);
  g_free (self->type);
  g_free (self);
}

/**
 * cairn_bundle_get_type:
 * @self: a Bundle
 *
 * Returns: (nullable): Bundle.type as written
 */
const char *
cairn_bundle_get_type (CairnBundle *self)
{
  return self->type;
}

/**
 * cairn_bundle_get_head:
 * @self: a Bundle
 *
 * Returns: the Bundle without its entries
 */
CairnJson
cairn_bundle_get_head (CairnBundle *self)
{
  return cairn_gate_page_get_head (self->page);
}

/**
 * cairn_bundle_dup_link:
 * @self: a Bundle
 * @relation: "next", "self", …
 *
 * Returns: (transfer full) (nullable): the first such link's url, verbatim (FHIR R4 §2.36.1)
 */
char *
cairn_bundle_dup_link (CairnBundle *self, const char *relation)
{
  CairnJsonIter iter;
  CairnJson link;

  cairn_json_iter_init (&iter, cairn_json_member (cairn_bundle_get_head (self), "link"));
  while (cairn_json_iter_next (&iter, NULL, &link))
    if (cairn_json_equals (cairn_json_member (link, "relation"), relation))
      return cairn_json_dup_text_at (link, "url");
  return NULL;
}

/**
 * cairn_bundle_n_entries:
 * @self: a Bundle
 *
 * Returns: how many entries it has
 */
guint
cairn_bundle_n_entries (CairnBundle *self)
{
  return cairn_gate_page_n_entries (self->page);
}

/* "Patient/1" and "http://host/fhir/Patient/1/_history/2" of a deletion's request.url. */
static void
read_deletion (CairnBundleEntry *entry)
{
  g_autofree char *url = cairn_json_dup_text_at (entry->entry, "request.url");
  const char *at = url != NULL && strlen (url) <= MAX_DELETION_URL ? url : NULL;

  while (at != NULL && !cairn_reference_split (at, &entry->type, &entry->id))
    {
      at = strchr (at, '/');
      if (at != NULL)
        at++;
    }
}

static const char *
find_fault (CairnBundleEntry *entry)
{
  if (entry->resource.text == NULL && g_strcmp0 (entry->method, "DELETE") == 0)
    read_deletion (entry);
  if (entry->type == NULL || !cairn_type_is_known (entry->type))
    return "no-type";
  if (g_strcmp0 (entry->mode, "outcome") == 0)
    return NULL;
  if (entry->id == NULL)
    return "no-id";
  return cairn_id_is_legal (entry->id) ? NULL : "illegal-id";
}

/* One pass over the entry's own members; the resource is skipped, its span is known. */
static void
read_members (CairnBundleEntry *entry)
{
  CairnJsonIter iter;
  CairnJson name, value;

  cairn_json_iter_init (&iter, entry->entry);
  iter.known = entry->resource;
  while (cairn_json_iter_next (&iter, &name, &value))
    if (cairn_json_equals (name, "search"))
      entry->mode = cairn_json_dup_text_at (value, "mode");
    else if (cairn_json_equals (name, "request"))
      entry->method = cairn_json_dup_text_at (value, "method");
    else if (cairn_json_equals (name, "fullUrl"))
      entry->full_url = cairn_json_dup_string (value);
}

/**
 * cairn_bundle_read_entry:
 * @self: a Bundle
 * @index: which
 * @entry: (out caller-allocates): what it says; clear it with cairn_bundle_entry_clear()
 *
 * Spans are borrowed from the Bundle.
 */
void
cairn_bundle_read_entry (CairnBundle *self, guint index, CairnBundleEntry *entry)
{
  const CairnGateEntry *gated = cairn_gate_page_get_entry (self->page, index);

  *entry = (CairnBundleEntry) { .entry = gated->entry };
  if (gated->fault != CAIRN_GATE_FAULT_NONE)
    {
      entry->fault = cairn_gate_fault_name (gated->fault);
      return;
    }
  entry->resource = gated->resource;
  if (!cairn_json_is_object (entry->resource))
    entry->resource = CAIRN_JSON_NONE;
  read_members (entry);
  entry->type = cairn_json_dup_text_at (entry->resource, "resourceType");
  entry->id = cairn_json_dup_text_at (entry->resource, "id");
  entry->fault = find_fault (entry);
}

/**
 * cairn_bundle_entry_clear:
 * @entry: an entry that was read
 */
void
cairn_bundle_entry_clear (CairnBundleEntry *entry)
{
  g_clear_pointer (&entry->type, g_free);
  g_clear_pointer (&entry->id, g_free);
  g_clear_pointer (&entry->mode, g_free);
  g_clear_pointer (&entry->method, g_free);
  g_clear_pointer (&entry->full_url, g_free);
}
