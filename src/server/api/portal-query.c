/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the parameters of a search or history, and sealing what is left of one into its
 * next-link. A next-link is opaque, can't be made by anybody else, and holds for the same patient
 * only. Any thread. */
#include "portal-query.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define MOST_IDS 1000
#define PAGE_FORMAT "(sssbbasxxxxxux)"

static PortalQuery *
query_new (const char *type, const char *id, gboolean history)
{
  PortalQuery *query = g_new0 (PortalQuery, 1);

  query->type = g_strdup (type);
  query->id = g_strdup (id);
  query->history = history;
  query->range = PORTAL_RANGE_ALL;
  query->since = G_MININT64;
  query->count = PORTAL_MOST_ENTRIES;
  query->position = history ? G_MAXINT64 : 0;
  query->self = g_string_new (NULL);
  return query;
}

void
portal_query_free (PortalQuery *query)
{
  g_free (query->type);
  g_free (query->id);
  g_clear_pointer (&query->ids, g_ptr_array_unref);
  g_string_free (query->self, TRUE);
  g_free (query);
}

static const char *
viewer_of (PortalCall *call)
{
  return call->view->patient != NULL ? call->view->patient : call->view->account;
}

/* The address of the page after this one. */
char *
portal_query_dup_next (const PortalQuery *query, PortalCall *call)
{
  GVariantBuilder ids;
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GBytes) sealed = NULL;
  g_autofree char *text = NULL;

  g_variant_builder_init (&ids, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; query->ids != NULL && i < query->ids->len; i++)
    g_variant_builder_add (&ids, "s", g_ptr_array_index (query->ids, i));
  variant = g_variant_ref_sink (
    g_variant_new (PAGE_FORMAT, viewer_of (call), query->type, query->id != NULL ? query->id : "",
                   query->history, query->ids != NULL, &ids, query->range.from, query->range.to,
                   query->range.not_from, query->range.not_to, query->since, query->count,
                   query->position));
  sealed = cairn_seal (call->service->page_key, g_variant_get_data (variant),
                       g_variant_get_size (variant));
  text = cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  return g_strdup_printf ("%s/%s%s%s%s?" PORTAL_PAGE_PARAM "=%s", call->base, query->type,
                          query->id != NULL ? "/" : "", query->id != NULL ? query->id : "",
                          query->history ? "/_history" : "", text);
}

static gboolean
refuse (PortalCall *call, const char *code, const char *message)
{
  portal_call_outcome (call, 400, code, message);
  return FALSE;
}

/* Goes on where the page before ended. */
static gboolean
read_page (PortalCall *call, PortalQuery *query, const char *text)
{
  g_autoptr(GBytes) box = cairn_base64url_decode (text);
  g_autoptr(GBytes) plain = NULL;
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GVariantIter) ids = NULL;
  const char *viewer, *type, *id, *one;
  gboolean history, has_ids;

  if (box != NULL)
    plain = cairn_unseal (call->service->page_key, g_bytes_get_data (box, NULL),
                          g_bytes_get_size (box));
  if (plain == NULL)
    return refuse (call, "value", "This link to a page is not one of the portal's");
  variant = g_variant_ref_sink (
    g_variant_new_from_bytes (G_VARIANT_TYPE (PAGE_FORMAT), plain, FALSE));
  g_variant_get (variant, "(&s&s&sbbasxxxxxux)", &viewer, &type, &id, &history, &has_ids, &ids,
                 &query->range.from, &query->range.to, &query->range.not_from, &query->range.not_to,
                 &query->since, &query->count, &query->position);
  if (!g_str_equal (viewer, viewer_of (call)) || !g_str_equal (type, query->type) ||
      history != query->history || !g_str_equal (id, query->id != NULL ? query->id : ""))
    return refuse (call, "value",
                   "This link to a page belongs to another search or another patient");
  if (has_ids)
    query->ids = g_ptr_array_new_with_free_func (g_free);
  while (g_variant_iter_next (ids, "&s", &one))
    g_ptr_array_add (query->ids, g_strdup (one));
  g_string_printf (query->self, PORTAL_PAGE_PARAM "=%s", text);
  return TRUE;
}

static void
understood (PortalQuery *query, const PortalParam *param)
{
  g_autofree char *value = g_uri_escape_string (param->value, "/,:", TRUE);

  g_string_append_printf (query->self, "%s%s=%s", query->self->len > 0 ? "&" : "", param->name,
                          value);
}

static gboolean
read_count (PortalCall *call, PortalQuery *query, const char *value)
{
  guint64 count;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &count, NULL))
    return refuse (call, "value", "_count is a number");
  query->count_only = count == 0;
  query->count = CLAMP (count, 1, PORTAL_MOST_ENTRIES);
  return TRUE;
}

static void
narrow (PortalRange *range, gint64 from, gint64 to)
{
  range->from = MAX (range->from, from);
  range->to = MIN (range->to, to);
}

static gboolean
read_last_updated (PortalCall *call, PortalQuery *query, const char *value)
{
  static const char *const prefixes[] = { "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb" };
  PortalRange *range = &query->range;
  guint prefix = 0;
  CairnDate date;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (value, prefixes[i]))
      {
        prefix = i;
        value += 2;
        break;
      }
  if (!cairn_date_parse (value, &date))
    return refuse (call, "value",
                   "_lastUpdated is a date with a prefix of eq, ne, gt, lt, ge, le, sa or eb");
  if (prefix == 0)
    narrow (range, date.start, date.end);
  else if (prefix == 1 && range->not_to == 0)
    {
      range->not_from = date.start;
      range->not_to = date.end;
    }
  else if (prefix == 1)
    return refuse (call, "not-supported", "_lastUpdated=ne can be given once");
  else if (prefix == 2 || prefix == 6)
    narrow (range, date.end, G_MAXINT64);
  else if (prefix == 3 || prefix == 7)
    narrow (range, G_MININT64, date.start);
  else if (prefix == 4)
    narrow (range, date.start, G_MAXINT64);
  else
    narrow (range, G_MININT64, date.end);
  return TRUE;
}

static gboolean
read_ids (PortalCall *call, PortalQuery *query, const char *value)
{
  g_auto(GStrv) ids = g_strsplit (value, ",", -1);
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  if (g_strv_length (ids) > MOST_IDS)
    return refuse (call, "too-costly", "_id takes up to 1000 ids");
  for (guint i = 0; ids[i] != NULL; i++)
    if (cairn_id_is_legal (ids[i]) && g_hash_table_add (seen, ids[i]) &&
        (query->ids == NULL ||
         g_ptr_array_find_with_equal_func (query->ids, ids[i], g_str_equal, NULL)))
      g_ptr_array_add (list, g_strdup (ids[i]));
  g_clear_pointer (&query->ids, g_ptr_array_unref);
  query->ids = g_steal_pointer (&list);
  return TRUE;
}

/* "id", "Patient/id", or an address of our own that ends so; a list means any of them. */
static void
read_patient (PortalCall *call, PortalQuery *query, const char *value)
{
  g_auto(GStrv) wanted = g_strsplit (value, ",", -1);
  gboolean mine = FALSE;

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      const char *id = wanted[i];

      if (g_str_has_prefix (id, call->base) && id[strlen (call->base)] == '/')
        id += strlen (call->base) + 1;
      if (g_str_has_prefix (id, "Patient/"))
        id += strlen ("Patient/");
      mine |= g_strcmp0 (id, call->view->patient) == 0;
    }
  query->nobody |= !mine;
}

static gboolean
is_patient_param (const char *name)
{
  return g_str_equal (name, "patient") || g_str_equal (name, "subject") ||
         g_str_equal (name, "patient:Patient") || g_str_equal (name, "subject:Patient");
}

/* Says in *known whether the parameter was one that is understood here. */
static gboolean
read_param (PortalCall *call,
            PortalQuery *query,
            const PortalParam *param,
            gboolean *named,
            gboolean *known)
{
  gboolean compartment = cairn_type_get_class (query->type) == CAIRN_TYPE_CLASS_COMPARTMENT;
  gboolean done = TRUE;

  *known = TRUE;
  if (g_str_equal (param->name, "_count"))
    done = read_count (call, query, param->value);
  else if (query->history)
    *known = FALSE;
  else if (g_str_equal (param->name, "_lastUpdated"))
    done = read_last_updated (call, query, param->value);
  else if (g_str_equal (param->name, "_id"))
    {
      done = read_ids (call, query, param->value);
      *named = TRUE;
    }
  else if (compartment && is_patient_param (param->name))
    {
      read_patient (call, query, param->value);
      *named = TRUE;
    }
  else
    *known = FALSE;
  if (*known && done)
    understood (query, param);
  return done;
}

static gboolean
is_common (const char *name)
{
  return g_str_equal (name, "_format") || g_str_equal (name, "_pretty");
}

static gboolean
read_params (PortalCall *call, PortalQuery *query, gboolean *named)
{
  for (guint i = 0; i < call->params->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (call->params, i);
      gboolean known;

      if (is_common (param->name))
        continue;
      if (!read_param (call, query, param, named, &known))
        return FALSE;
      if (!known && call->strict)
        return refuse (call, "not-supported",
                       "A search parameter is not known here, and handling is strict");
    }
  return TRUE;
}

/* A search of a type, or of it in a patient's compartment. NULL when the call has been answered. */
PortalQuery *
portal_query_new (PortalCall *call, const char *type, const char *compartment)
{
  g_autoptr(PortalQuery) query = query_new (type, NULL, FALSE);
  const char *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);
  gboolean named = compartment != NULL;

  if (page != NULL)
    return read_page (call, query, page) ? g_steal_pointer (&query) : NULL;
  query->nobody = compartment != NULL && g_strcmp0 (compartment, call->view->patient) != 0;
  if (!read_params (call, query, &named))
    return NULL;
  if (!named && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_COMPARTMENT)
    {
      refuse (call, "required", "A search of this type names patient, subject or _id");
      return NULL;
    }
  return g_steal_pointer (&query);
}

/* The history of a type, or of one resource. NULL when the call has been answered. */
PortalQuery *
portal_query_new_history (PortalCall *call, const char *type, const char *id)
{
  g_autoptr(PortalQuery) query = query_new (type, id, TRUE);
  const char *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);
  gboolean unknown = FALSE;

  if (page != NULL)
    return read_page (call, query, page) ? g_steal_pointer (&query) : NULL;
  for (guint i = 0; i < call->params->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (call->params, i);
      gboolean named, known = TRUE;
      CairnDate date;

      if (g_str_equal (param->name, "_since"))
        {
          if (!cairn_date_parse (param->value, &date))
            {
              refuse (call, "value", "_since is an instant");
              return NULL;
            }
          query->since = date.start;
          understood (query, param);
        }
      else if (!is_common (param->name) && !read_param (call, query, param, &named, &known))
        return NULL;
      unknown |= !known;
    }
  if (unknown && call->strict)
    {
      refuse (call, "not-supported", "A parameter is not known here, and handling is strict");
      return NULL;
    }
  return g_steal_pointer (&query);
}
