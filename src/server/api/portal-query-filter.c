/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters that pick resources, each by its row in the table (FHIR R4 §3.1.1.4): modifiers,
 * prefixes, lists, escapes, and a chain of one link. Any thread. */
#include "portal-query.h"

#include <math.h>
#include <string.h>

#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "server/store/portal-values.h"

#define MOST_VALUES 100
#define MOST_FILTERS 20

static PortalRead
refuse (PortalCall *call, const char *code, const char *message)
{
  portal_query_refuse (call, code, message);
  return PORTAL_READ_REFUSED;
}

/* The next place of a character that no backslash stands before, or NULL. */
static const char *
find_bare (const char *text, char wanted)
{
  for (; *text != '\0'; text++)
    if (*text == '\\' && text[1] != '\0')
      text++;
    else if (*text == wanted)
      return text;
  return NULL;
}

static char *
unescape (const char *text, gssize length)
{
  GString *out = g_string_new (NULL);
  const char *end = length < 0 ? text + strlen (text) : text + length;

  for (; text < end; text++)
    {
      if (*text == '\\' && text + 1 < end)
        text++;
      g_string_append_c (out, *text);
    }
  return g_string_free (out, FALSE);
}

static PortalPrefix
take_prefix (const char **value)
{
  static const char *const prefixes[] = { "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (*value, prefixes[i]))
      {
        *value += 2;
        return (PortalPrefix) i;
      }
  return PORTAL_PREFIX_EQ;
}

static gboolean
read_token (PortalFilterValue *value, PortalKind kind, const char *text)
{
  const char *bar = find_bare (text, '|');

  if (bar == NULL)
    {
      value->text = unescape (text, -1);
      return TRUE;
    }
  if (bar[1] != '\0')
    value->text = unescape (bar + 1, -1);
  if (kind == PORTAL_KIND_TOKEN)
    value->system = unescape (text, bar - text);
  return value->text != NULL || value->system != NULL;
}

/* What LIKE takes: the characters that mean something to it escaped. */
static void
read_string (PortalFilterValue *value, PortalModifier modifier, const char *text)
{
  g_autofree char *plain = unescape (text, -1), *folded = NULL;
  g_autoptr(GString) pattern = g_string_new (modifier == PORTAL_MODIFIER_CONTAINS ? "%" : NULL);

  if (modifier == PORTAL_MODIFIER_EXACT)
    {
      value->text = g_steal_pointer (&plain);
      return;
    }
  folded = portal_fold (plain);
  for (const char *at = folded; *at != '\0'; at++)
    {
      if (strchr ("%_\\", *at) != NULL)
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *at);
    }
  g_string_append_c (pattern, '%');
  value->text = g_string_free (g_steal_pointer (&pattern), FALSE);
}

static gboolean
read_date (PortalFilterValue *value, const char *text)
{
  CairnDate date;

  value->prefix = take_prefix (&text);
  if (!cairn_date_parse (text, &date))
    return FALSE;
  value->start = date.start;
  value->end = date.end;
  return TRUE;
}

/* "id", "Type/id", an address of our own that ends so, or what isn't ours as it is written */
static void
read_reference (PortalCall *call, PortalFilterValue *value, const char *type, const char *text)
{
  g_autofree char *plain = unescape (text, -1);
  const char *reference = plain;

  if (g_str_has_prefix (reference, call->base) && reference[strlen (call->base)] == '/')
    reference += strlen (call->base) + 1;
  if (cairn_reference_split (reference, &value->type, &value->text))
    return;
  value->text = g_strdup (reference);
  value->type = cairn_id_is_legal (reference) ? g_strdup (type) : g_strdup ("");
}

/* [prefix]number[|system|code]; a number stands for what rounds to it */
static gboolean
read_quantity (PortalFilterValue *value, const char *text)
{
  const char *bar = find_bare (text, '|'), *second = bar != NULL ? find_bare (bar + 1, '|') : NULL;
  g_autofree char *number = bar != NULL ? g_strndup (text, bar - text) : g_strdup (text);
  const char *start = number, *dot;
  char *end;
  double middle, half = 0.5;

  value->prefix = take_prefix (&start);
  middle = g_ascii_strtod (start, &end);
  if (end == start || *end != '\0' || !isfinite (middle) || strpbrk (start, "xXnN") != NULL)
    return FALSE;
  dot = strchr (start, '.');
  for (const char *at = dot != NULL ? dot + 1 : ""; g_ascii_isdigit (*at); at++)
    half /= 10;
  if (strpbrk (start, "eE") != NULL)
    half *= pow (10, g_ascii_strtod (strpbrk (start, "eE") + 1, NULL));
  value->low = middle - half;
  value->high = middle + half;
  if (second != NULL && second > bar + 1)
    value->system = unescape (bar + 1, second - bar - 1);
  if (second != NULL && second[1] != '\0')
    value->text = unescape (second + 1, -1);
  return bar == NULL || second != NULL;
}

static gboolean
read_value (PortalCall *call, PortalFilter *filter, const char *type, const char *text)
{
  g_autoptr(PortalFilterValue) value = g_new0 (PortalFilterValue, 1);
  gboolean done = TRUE;

  switch (filter->param->kind)
    {
    case PORTAL_KIND_STRING:
      read_string (value, filter->modifier, text);
      break;
    case PORTAL_KIND_DATE:
      done = read_date (value, text);
      break;
    case PORTAL_KIND_REFERENCE:
      read_reference (call, value, type, text);
      break;
    case PORTAL_KIND_QUANTITY:
      done = read_quantity (value, text);
      break;
    case PORTAL_KIND_TOKEN:
    case PORTAL_KIND_CODE:
    default:
      done = read_token (value, filter->param->kind, text);
      break;
    }
  if (done)
    g_ptr_array_add (filter->values, g_steal_pointer (&value));
  return done;
}

static PortalRead
read_values (PortalCall *call, PortalFilter *filter, const char *type, const char *text)
{
  while (TRUE)
    {
      const char *comma = find_bare (text, ',');
      g_autofree char *one = comma != NULL ? g_strndup (text, comma - text) : g_strdup (text);

      if (filter->values->len >= MOST_VALUES)
        return refuse (call, "too-costly", "A parameter takes up to 100 values");
      if (*one != '\0' && !read_value (call, filter, type, one))
        return refuse (call, "value", "The value of a search parameter can't be read");
      if (comma == NULL)
        return PORTAL_READ_DONE;
      text = comma + 1;
    }
}

static PortalRead
read_missing (PortalCall *call, PortalFilter *filter, const char *value)
{
  filter->modifier = PORTAL_MODIFIER_MISSING;
  filter->missing = g_str_equal (value, "true");
  if (!filter->missing && !g_str_equal (value, "false"))
    return refuse (call, "value", ":missing is true or false");
  return PORTAL_READ_DONE;
}

/* A modifier that a parameter doesn't take is refused, as §3.1.1.4.6 wants it. */
static PortalRead
read_modified (PortalCall *call, PortalFilter *filter, const char *modifier, const char *value)
{
  PortalKind kind = filter->param->kind;
  gboolean token = kind == PORTAL_KIND_TOKEN || kind == PORTAL_KIND_CODE;
  const char *type = NULL;

  if (modifier != NULL && g_str_equal (modifier, "missing"))
    return read_missing (call, filter, value);
  if (modifier != NULL && token && g_str_equal (modifier, "not"))
    filter->modifier = PORTAL_MODIFIER_NOT;
  else if (modifier != NULL && kind == PORTAL_KIND_STRING && g_str_equal (modifier, "exact"))
    filter->modifier = PORTAL_MODIFIER_EXACT;
  else if (modifier != NULL && kind == PORTAL_KIND_STRING && g_str_equal (modifier, "contains"))
    filter->modifier = PORTAL_MODIFIER_CONTAINS;
  else if (modifier != NULL && kind == PORTAL_KIND_REFERENCE && cairn_type_is_known (modifier) &&
           portal_param_may_point_at (filter->param, modifier))
    type = modifier;
  else if (modifier != NULL)
    return refuse (call, "not-supported", "A search parameter's modifier is not supported");
  /* "patient" of an Appointment is its actor who is a patient */
  if (kind == PORTAL_KIND_REFERENCE && type == NULL && filter->param->targets != NULL &&
      strchr (filter->param->targets, '|') == NULL)
    type = filter->param->targets;
  return read_values (call, filter, type, value);
}

static PortalFilter *
filter_for (const char *type, const char *name, char **modifier)
{
  const char *colon = strchr (name, ':');
  g_autofree char *bare = colon != NULL ? g_strndup (name, colon - name) : g_strdup (name);
  const PortalSearchParam *param = portal_params_find (type, bare);

  *modifier = colon != NULL ? g_strdup (colon + 1) : NULL;
  return param != NULL ? portal_filter_new (param) : NULL;
}

/* reference[:Type].parameter; of the patient himself, it is asked once and not of every row */
static PortalRead
read_chain (PortalCall *call, PortalQuery *query, const PortalParam *param, const char *dot)
{
  g_autofree char *head = g_strndup (param->name, dot - param->name), *target = NULL, *modifier = NULL;
  g_autoptr(PortalFilter) filter = filter_for (query->type, head, &target);
  g_autoptr(PortalFilter) end = NULL;
  g_auto(GStrv) categories = NULL;
  PortalRead read;

  if (filter == NULL || filter->param->kind != PORTAL_KIND_REFERENCE)
    return PORTAL_READ_UNKNOWN;
  if (portal_param_is_compartment (filter->param))
    {
      g_free (target);
      target = g_strdup ("Patient");
    }
  if (target == NULL && filter->param->targets != NULL && strchr (filter->param->targets, '|') == NULL)
    target = g_strdup (filter->param->targets);
  if (target == NULL || !portal_param_may_point_at (filter->param, target))
    return refuse (call, "not-supported", "A chain needs to say which type it goes to");
  end = filter_for (target, dot + 1, &modifier);
  if (end == NULL || !portal_view_may (call->view, target, PORTAL_OPERATION_SEARCH))
    return PORTAL_READ_UNKNOWN;
  categories = portal_view_dup_categories (call->view, target, PORTAL_OPERATION_SEARCH);
  if (categories != NULL)   /* it would tell of what isn't seen */
    return PORTAL_READ_UNKNOWN;
  read = read_modified (call, end, modifier, param->value);
  if (read != PORTAL_READ_DONE)
    return read;
  if (!portal_param_is_compartment (filter->param))
    {
      filter->chain = g_steal_pointer (&end);
      g_ptr_array_add (query->filters, g_steal_pointer (&filter));
      return PORTAL_READ_DONE;
    }
  if (query->patient != NULL || (call->view->patient == NULL && call->view->role == NULL))
    return refuse (call, "not-supported", "One chain through the patient can be given");
  query->patient = g_steal_pointer (&end);
  query->named = TRUE;
  return PORTAL_READ_DONE;
}

PortalRead
portal_query_read_filter (PortalCall *call, PortalQuery *query, const PortalParam *param)
{
  g_autoptr(PortalFilter) filter = NULL;
  g_autofree char *modifier = NULL;
  const char *dot = strchr (param->name, '.');
  PortalRead read;

  if (query->filters->len >= MOST_FILTERS)
    return refuse (call, "too-costly", "A search takes up to 20 parameters");
  if (dot != NULL)
    return read_chain (call, query, param, dot);
  filter = filter_for (query->type, param->name, &modifier);
  if (filter == NULL || portal_param_is_compartment (filter->param))
    return PORTAL_READ_UNKNOWN;
  read = read_modified (call, filter, modifier, param->value);
  if (read == PORTAL_READ_DONE &&
      (filter->values->len > 0 || filter->modifier == PORTAL_MODIFIER_MISSING))
    g_ptr_array_add (query->filters, g_steal_pointer (&filter));
  return read;
}
