/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters that say what comes back and how (FHIR R4 §3.1.1.5): _count, _sort, _total,
 * _summary, _elements, _include, _revinclude. Any thread. */
#include "portal-query.h"

#include <string.h>

#include "fhir/cairn-types.h"

#define COUNT_WITH_INCLUDES 200   /* what is included comes beside the page's size */

static PortalRead
refuse (PortalCall *call, const char *code, const char *message)
{
  portal_query_refuse (call, code, message);
  return PORTAL_READ_REFUSED;
}

static PortalRead
read_count (PortalCall *call, PortalQuery *query, const char *value)
{
  guint64 count;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &count, NULL))
    return refuse (call, "value", "_count is a number");
  query->count_only = count == 0;
  query->count = CLAMP (count, 1, PORTAL_MOST_ENTRIES);
  return PORTAL_READ_DONE;
}

static PortalRead
read_sort (PortalCall *call, PortalQuery *query, const char *value)
{
  g_auto(GStrv) names = g_strsplit (value, ",", -1);

  if (g_strv_length (names) > PORTAL_MOST_SORTS)
    return refuse (call, "too-costly", "_sort takes up to three parameters");
  for (guint i = 0; names[i] != NULL; i++)
    {
      PortalSort sort = { NULL, FALSE, *names[i] == '-' };
      const char *name = names[i] + (sort.descending ? 1 : 0);

      sort.by_id = g_str_equal (name, "_id");
      sort.param = portal_params_find (query->type, name);
      if (sort.param != NULL ? portal_param_is_compartment (sort.param)
                             : !sort.by_id && !g_str_equal (name, "_lastUpdated"))
        {
          g_array_set_size (query->sorts, 0);
          return PORTAL_READ_UNKNOWN;
        }
      g_array_append_val (query->sorts, sort);
    }
  return PORTAL_READ_DONE;
}

static PortalRead
read_total (PortalCall *call, PortalQuery *query, const char *value)
{
  if (!g_str_equal (value, "none") && !g_str_equal (value, "estimate") &&
      !g_str_equal (value, "accurate"))
    return refuse (call, "value", "_total is none, estimate or accurate");
  query->total = !g_str_equal (value, "none");
  return PORTAL_READ_DONE;
}

static PortalRead
read_summary (PortalCall *call, PortalQuery *query, const char *value)
{
  static const char *const names[] = { "false", "true", "text", "data" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (value, names[i]))
      {
        query->summary = (PortalSummary) i;
        return PORTAL_READ_DONE;
      }
  if (!g_str_equal (value, "count"))
    return refuse (call, "value", "_summary is true, text, data, count or false");
  query->count_only = TRUE;
  return PORTAL_READ_DONE;
}

static PortalRead
read_elements (PortalCall *call, PortalQuery *query, const char *value)
{
  g_auto(GStrv) wanted = g_strsplit (value, ",", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      const char *dot = strrchr (wanted[i], '.');

      g_strv_builder_add (builder, dot != NULL ? dot + 1 : wanted[i]);
    }
  g_strfreev (query->elements);
  query->elements = g_strv_builder_end (builder);
  return PORTAL_READ_DONE;
}

/* Type:param[:Target]; the type is the searched one of _include, another of _revinclude, and any with
 * :iterate (R4; :recurse before). */
static PortalRead
read_include (PortalCall *call, PortalQuery *query, GArray *list, const char *modifier, const char *value)
{
  g_auto(GStrv) parts = g_strsplit (value, ":", 3);
  gboolean reverse = list == query->revincludes;
  PortalInclude include = { NULL, NULL, *modifier != '\0' };

  if (parts[0] == NULL || parts[1] == NULL)
    return refuse (call, "value", "_include and _revinclude are Type:parameter");
  include.param = portal_params_find (parts[0], parts[1]);
  if (include.param == NULL || include.param->kind != PORTAL_KIND_REFERENCE)
    return PORTAL_READ_UNKNOWN;
  if (include.iterate && !g_str_equal (modifier, ":iterate") && !g_str_equal (modifier, ":recurse"))
    return PORTAL_READ_UNKNOWN;
  if (reverse && (portal_param_is_compartment (include.param) ||
                  (!include.iterate && !portal_param_may_point_at (include.param, query->type))))
    return PORTAL_READ_UNKNOWN;
  if (!reverse && !include.iterate && !g_str_equal (parts[0], query->type))
    return PORTAL_READ_UNKNOWN;
  include.target = g_strdup (parts[2]);
  g_array_append_val (list, include);
  query->count = MIN (query->count, COUNT_WITH_INCLUDES);
  return PORTAL_READ_DONE;
}

PortalRead
portal_query_read_result (PortalCall *call, PortalQuery *query, const PortalParam *param)
{
  if (g_str_equal (param->name, "_count"))
    return read_count (call, query, param->value);
  if (query->history)
    return PORTAL_READ_UNKNOWN;
  if (g_str_equal (param->name, "_sort"))
    return read_sort (call, query, param->value);
  if (g_str_equal (param->name, "_total"))
    return read_total (call, query, param->value);
  if (g_str_equal (param->name, "_summary"))
    return read_summary (call, query, param->value);
  if (g_str_equal (param->name, "_elements"))
    return read_elements (call, query, param->value);
  if (g_str_has_prefix (param->name, "_include"))
    return read_include (call, query, query->includes, param->name + strlen ("_include"), param->value);
  if (g_str_has_prefix (param->name, "_revinclude"))
    return read_include (call, query, query->revincludes, param->name + strlen ("_revinclude"), param->value);
  return PORTAL_READ_UNKNOWN;
}
