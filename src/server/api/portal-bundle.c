/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles of type searchset and history by splicing (FHIR R4 §2.36). Any thread. */
#include "portal-bundle.h"

#include "common/cairn-json.h"
#include "fhir/cairn-date.h"
#include "portal-subset.h"

struct _PortalBundle
{
  GString *text;
  GString *links;
  GString *entry;   /* how each begins, up to its type */
  guint    count;
  gint64   total;
};

PortalBundle *
portal_bundle_new (const char *type, const char *base)
{
  PortalBundle *self = g_new0 (PortalBundle, 1);

  self->text = g_string_sized_new (64 * 1024);
  self->links = g_string_new (NULL);
  self->total = -1;
  g_string_append_printf (self->text, "{\"resourceType\":\"Bundle\",\"type\":\"%s\"", type);
  self->entry = g_string_new ("{\"fullUrl\":");
  cairn_json_append_string (self->entry, base);
  /* inside the string: types and ids need no escapes */
  self->entry->str[self->entry->len - 1] = '/';
  return self;
}

void
portal_bundle_free (PortalBundle *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_string_free (self->links, TRUE);
  g_string_free (self->entry, TRUE);
  g_free (self);
}

gsize
portal_bundle_get_size (PortalBundle *self)
{
  return self->text->len;
}

guint
portal_bundle_get_count (PortalBundle *self)
{
  return self->count;
}

static void
begin_entry (PortalBundle *self, const PortalRow *row)
{
  g_autofree char *tagged = NULL;
  gsize length;

  g_string_append (self->text, self->count++ == 0 ? ",\"entry\":[" : ",");
  g_string_append_len (self->text, self->entry->str, self->entry->len);
  g_string_append (self->text, row->type);
  g_string_append_c (self->text, '/');
  g_string_append (self->text, row->id);
  g_string_append_c (self->text, '"');
  if (row->text.text == NULL || row->state == PORTAL_STATE_GONE)
    return;
  g_string_append (self->text, ",\"resource\":");
  if (row->content == 0)
    {
      g_string_append_len (self->text, row->text.text, row->text.length);
      return;
    }
  tagged = portal_subset_dup_tagged (row->text, &length);
  g_string_append_len (self->text, tagged, length);
}

void
portal_bundle_add_match (PortalBundle *self, const PortalRow *row)
{
  begin_entry (self, row);
  g_string_append (self->text, ",\"search\":{\"mode\":\"match\"}}");
}

void
portal_bundle_add_include (PortalBundle *self, const PortalRow *row)
{
  begin_entry (self, row);
  g_string_append (self->text, ",\"search\":{\"mode\":\"include\"}}");
}

void
portal_bundle_add_version (PortalBundle *self, const PortalRow *row)
{
  g_autofree char *instant = cairn_date_dup_instant (row->updated);
  gboolean gone = row->deleted || row->state == PORTAL_STATE_GONE;

  begin_entry (self, row);
  g_string_append_printf (self->text,
                          ",\"request\":{\"method\":\"%s\",\"url\":\"%s/%s\"},\"response\":{\"status\":\"%s\","
                          "\"etag\":\"W/\\\"%" G_GINT64_FORMAT "\\\"\",\"lastModified\":\"%s\"}}",
                          gone ? "DELETE" : "PUT", row->type, row->id,
                          gone ? "204" : row->version == 1 ? "201" : "200", row->version, instant);
}

void
portal_bundle_add_link (PortalBundle *self, const char *relation, const char *url)
{
  g_string_append_printf (self->links,
                          "%s{\"relation\":\"%s\",\"url\":", self->links->len > 0 ? "," : "",
                          relation);
  cairn_json_append_string (self->links, url);
  g_string_append_c (self->links, '}');
}

void
portal_bundle_set_total (PortalBundle *self, gint64 total)
{
  self->total = total;
}

GBytes *
portal_bundle_end (PortalBundle *self)
{
  if (self->count > 0)
    g_string_append_c (self->text, ']');
  if (self->total >= 0)
    g_string_append_printf (self->text, ",\"total\":%" G_GINT64_FORMAT, self->total);
  if (self->links->len > 0)
    g_string_append_printf (self->text, ",\"link\":[%s]", self->links->str);
  g_string_append_c (self->text, '}');
  return g_string_free_to_bytes (g_steal_pointer (&self->text));
}
