/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the parameters of a search or history, and sealing what was understood of them with the
 * place reached into a next-link: opaque, not to be made by anybody else, and good for the same
 * patient only. Any thread. */
#include "portal-query.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define MOST_IDS 1000
#define PAGE_FORMAT "(sssba(ss)xas)"

static void
include_clear (gpointer data)
{
  g_free (((PortalInclude *) data)->target);
}

static void
param_free (gpointer data)
{
  g_free (((PortalParam *) data)->name);
  g_free (((PortalParam *) data)->value);
  g_free (data);
}

static PortalQuery *
query_new (const char *type, const char *id, gboolean history)
{
  PortalQuery *query = g_new0 (PortalQuery, 1);

  query->type = g_strdup (type);
  query->id = g_strdup (id);
  query->history = history;
  query->range = PORTAL_RANGE_ALL;
  query->filters = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_filter_free);
  query->sorts = g_array_new (FALSE, FALSE, sizeof (PortalSort));
  query->includes = g_array_new (FALSE, FALSE, sizeof (PortalInclude));
  query->revincludes = g_array_new (FALSE, FALSE, sizeof (PortalInclude));
  g_array_set_clear_func (query->includes, include_clear);
  g_array_set_clear_func (query->revincludes, include_clear);
  query->since = G_MININT64;
  query->count = PORTAL_MOST_ENTRIES;
  query->position = history ? G_MAXINT64 : 0;
  query->understood = g_ptr_array_new_with_free_func (param_free);
  return query;
}

void
portal_query_free (PortalQuery *query)
{
  g_free (query->type);
  g_free (query->id);
  g_clear_pointer (&query->ids, g_ptr_array_unref);
  g_ptr_array_unref (query->filters);
  g_clear_pointer (&query->patient, portal_filter_free);
  g_array_unref (query->sorts);
  g_array_unref (query->includes);
  g_array_unref (query->revincludes);
  g_strfreev (query->elements);
  g_strfreev (query->types);
  g_strfreev (query->keys);
  g_ptr_array_unref (query->understood);
  g_free (query->page);
  g_free (query);
}

/* The address of the page after this one. */
char *
portal_query_dup_next (const PortalQuery *query, PortalCall *call)
{
  static const char *const no_keys[] = { NULL };
  GVariantBuilder params;
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GBytes) sealed = NULL;
  g_autofree char *text = NULL, *viewer = portal_view_dup_name (call->view);

  g_variant_builder_init (&params, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < query->understood->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (query->understood, i);

      g_variant_builder_add (&params, "(ss)", param->name, param->value);
    }
  variant = g_variant_ref_sink (
    g_variant_new ("(sssba(ss)x^as)", viewer, query->type, query->id != NULL ? query->id : "",
                   query->history, &params, query->position,
                   query->keys != NULL ? (const char *const *) query->keys : no_keys));
  sealed = cairn_seal (call->service->page_key, g_variant_get_data (variant),
                       g_variant_get_size (variant));
  text = cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  return g_strdup_printf ("%s%s%s%s%s%s?" PORTAL_PAGE_PARAM "=%s", call->base,
                          *query->type != '\0' ? "/" : "", query->type,
                          query->id != NULL ? "/" : "", query->id != NULL ? query->id : "",
                          query->history ? "/_history" : query->everything ? "/$everything" : "", text);
}

/* The query part of the self link: "?…", or "". */
char *
portal_query_dup_self (const PortalQuery *query)
{
  GString *self = g_string_new (NULL);

  if (query->page != NULL)
    g_string_append_printf (self, "?" PORTAL_PAGE_PARAM "=%s", query->page);
  for (guint i = 0; query->page == NULL && i < query->understood->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (query->understood, i);
      g_autofree char *value = g_uri_escape_string (param->value, "/,:", TRUE);

      g_string_append_printf (self, "%c%s=%s", i > 0 ? '&' : '?', param->name, value);
    }
  return g_string_free (self, FALSE);
}

gboolean
portal_query_refuse (PortalCall *call, const char *code, const char *message)
{
  portal_call_outcome (call, 400, code, message);
  return FALSE;
}

static PortalRead
refuse (PortalCall *call, const char *code, const char *message)
{
  portal_query_refuse (call, code, message);
  return PORTAL_READ_REFUSED;
}

static void
narrow (PortalRange *range, gint64 from, gint64 to)
{
  range->from = MAX (range->from, from);
  range->to = MIN (range->to, to);
}

static PortalRead
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
  return PORTAL_READ_DONE;
}

static PortalRead
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
  query->named = TRUE;
  return PORTAL_READ_DONE;
}

/* "id", "Patient/id", or an address of our own that ends so; a list means any of them. */
static PortalRead
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
      mine |= portal_view_focus (call->view, id);
    }
  query->nobody |= !mine;
  query->named = TRUE;
  return PORTAL_READ_DONE;
}

static PortalRead
read_since (PortalCall *call, PortalQuery *query, const char *value)
{
  CairnDate date;

  if (!cairn_date_parse (value, &date))
    return refuse (call, "value", "_since is an instant");
  query->since = date.start;
  return PORTAL_READ_DONE;
}

static PortalRead
read_everything (PortalCall *call, PortalQuery *query, const PortalParam *param)
{
  if (g_str_equal (param->name, "_count"))
    return portal_query_read_result (call, query, param);
  if (!g_str_equal (param->name, "_type"))
    return PORTAL_READ_UNKNOWN;
  g_strfreev (query->types);
  query->types = g_strsplit (param->value, ",", -1);
  return PORTAL_READ_DONE;
}

static gboolean
is_patient_param (const char *name)
{
  return g_str_equal (name, "patient") || g_str_equal (name, "subject") ||
         g_str_equal (name, "patient:Patient") || g_str_equal (name, "subject:Patient");
}

static PortalRead
read_param (PortalCall *call, PortalQuery *query, const PortalParam *param)
{
  PortalRead read;

  if ((query->history || query->everything) && g_str_equal (param->name, "_since"))
    return read_since (call, query, param->value);
  if (query->everything)
    return read_everything (call, query, param);
  read = portal_query_read_result (call, query, param);
  if (read != PORTAL_READ_UNKNOWN || query->history)
    return read;
  if (g_str_equal (param->name, "_lastUpdated"))
    return read_last_updated (call, query, param->value);
  if (g_str_equal (param->name, "_id"))
    return read_ids (call, query, param->value);
  if (cairn_type_get_class (query->type) == CAIRN_TYPE_CLASS_COMPARTMENT &&
      is_patient_param (param->name))
    return read_patient (call, query, param->value);
  return portal_query_read_filter (call, query, param);
}

static gboolean
read_params (PortalCall *call, PortalQuery *query, GPtrArray *params)
{
  for (guint i = 0; i < params->len; i++)
    {
      const PortalParam *param = g_ptr_array_index (params, i);
      PortalParam *copy;

      if (g_str_equal (param->name, "_format") || g_str_equal (param->name, "_pretty"))
        continue;
      switch (read_param (call, query, param))
        {
        case PORTAL_READ_REFUSED:
          return FALSE;
        case PORTAL_READ_UNKNOWN:
          query->unknown = TRUE;
          break;
        case PORTAL_READ_DONE:
        default:
          copy = g_new (PortalParam, 1);
          *copy = (PortalParam) { g_strdup (param->name), g_strdup (param->value) };
          g_ptr_array_add (query->understood, copy);
          break;
        }
    }
  if (query->unknown && call->strict)
    return portal_query_refuse (call, "not-supported",
                                "A parameter is not known here, and handling is strict");
  return TRUE;
}

/* Goes on where the page before ended. */
static gboolean
read_page (PortalCall *call, PortalQuery *query, const char *text)
{
  g_autoptr(GBytes) box = cairn_base64url_decode (text);
  g_autoptr(GPtrArray) params = g_ptr_array_new_with_free_func (param_free);
  g_autoptr(GBytes) plain = NULL;
  g_autoptr(GVariant) variant = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  const char *viewer, *type, *id, *name, *value;
  g_auto(GStrv) keys = NULL;
  gboolean history;
  gint64 position;

  if (box != NULL)
    plain = cairn_unseal (call->service->page_key, g_bytes_get_data (box, NULL),
                          g_bytes_get_size (box));
  if (plain == NULL)
    return portal_query_refuse (call, "value", "This link to a page is not one of the portal's");
  variant = g_variant_ref_sink (
    g_variant_new_from_bytes (G_VARIANT_TYPE (PAGE_FORMAT), plain, FALSE));
  g_variant_get (variant, "(&s&s&sba(ss)x^as)", &viewer, &type, &id, &history, &iter, &position,
                 &keys);
  if (!portal_view_resume (call->view, viewer) || !g_str_equal (type, query->type) ||
      history != query->history || !g_str_equal (id, query->id != NULL ? query->id : ""))
    return portal_query_refuse (call, "value",
                                "This link to a page belongs to another search or another patient");
  while (g_variant_iter_next (iter, "(&s&s)", &name, &value))
    {
      PortalParam *param = g_new (PortalParam, 1);

      *param = (PortalParam) { g_strdup (name), g_strdup (value) };
      g_ptr_array_add (params, param);
    }
  if (!read_params (call, query, params))
    return FALSE;
  query->page = g_strdup (text);
  query->position = position;
  query->keys = *keys != NULL ? g_steal_pointer (&keys) : NULL;
  query->total = FALSE;
  return TRUE;
}

/* A compartment type must be asked about somebody, or by something that is known. */
static gboolean
check_named (PortalCall *call, PortalQuery *query)
{
  if (query->named || cairn_type_get_class (query->type) != CAIRN_TYPE_CLASS_COMPARTMENT ||
      (query->filters->len > 0 && !query->unknown))
    return TRUE;
  return portal_query_refuse (call, "required",
                              "A search of this type names patient, subject or _id");
}

/* A search of a type, or of it in a patient's compartment. NULL when the call has been answered. */
PortalQuery *
portal_query_new (PortalCall *call, const char *type, const char *compartment)
{
  g_autoptr(PortalQuery) query = query_new (type, NULL, FALSE);
  const char *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);

  if (page != NULL)
    return read_page (call, query, page) ? g_steal_pointer (&query) : NULL;
  query->nobody = compartment != NULL && !portal_view_focus (call->view, compartment);
  query->named = compartment != NULL;
  if (!read_params (call, query, call->params) || !check_named (call, query))
    return NULL;
  return g_steal_pointer (&query);
}

/* A search that is part of something else, as of a conditional create; nothing in it may be unknown. */
PortalQuery *
portal_query_new_params (PortalCall *call, const char *type, GPtrArray *params)
{
  g_autoptr(PortalQuery) query = query_new (type, NULL, FALSE);

  if (!read_params (call, query, params))
    return NULL;
  if (!query->unknown && (query->named || query->filters->len > 0))
    return g_steal_pointer (&query);
  portal_query_refuse (call, "not-supported", "A condition must name search parameters that are known here");
  return NULL;
}

/* All of a patient's record. NULL when the call has been answered. */
PortalQuery *
portal_query_new_everything (PortalCall *call, const char *patient)
{
  g_autoptr(PortalQuery) query = query_new ("Patient", patient, FALSE);
  const char *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);

  query->everything = TRUE;
  if (page != NULL ? !read_page (call, query, page) : !read_params (call, query, call->params))
    return NULL;
  return g_steal_pointer (&query);
}

/* The history of a type, or of one resource. NULL when the call has been answered. */
PortalQuery *
portal_query_new_history (PortalCall *call, const char *type, const char *id)
{
  g_autoptr(PortalQuery) query = query_new (type, id, TRUE);
  const char *page = portal_call_get_param (call, PORTAL_PAGE_PARAM);

  if (page != NULL)
    return read_page (call, query, page) ? g_steal_pointer (&query) : NULL;
  return read_params (call, query, call->params) ? g_steal_pointer (&query) : NULL;
}
