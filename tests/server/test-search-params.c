/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each row of the table of search parameters, on each of its paths: one resource that matches and one
 * that doesn't, both seen by the patient; and that CapabilityStatement says what the table says
 * (portal-params, portal-values, portal-filter, portal-metadata). */
#include "portal-fixture.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "server/store/portal-params.h"

typedef struct
{
  const PortalSearchParam *param;
  guint                    row;
  gboolean                 right;
} Case;

/* What to ask for */
static char *
dup_wanted (const Case *c)
{
  switch (c->param->kind)
    {
    case PORTAL_KIND_DATE:
      return g_strdup_printf ("%u-05-05", (c->right ? 1500 : 2500) + c->row);
    case PORTAL_KIND_QUANTITY:
      return g_strdup_printf ("%u.25", (c->right ? 1500 : 2500) + c->row);
    case PORTAL_KIND_STRING:
      return g_strdup_printf ("%s%03u", c->right ? "right" : "wrong", c->row);
    case PORTAL_KIND_REFERENCE:
    case PORTAL_KIND_TOKEN:
    case PORTAL_KIND_CODE:
    default:
      if (g_str_equal (c->param->paths, "active"))
        return g_strdup (c->right ? "true" : "false");
      if (g_str_equal (c->param->type, "Slot") && c->param->kind == PORTAL_KIND_CODE)
        return g_strdup (c->right ? "free" : "busy");
      return g_strdup_printf ("%s-%03u", c->right ? "right" : "wrong", c->row);
    }
}

/* The same where it stands in a resource, in the shape of its kind */
static char *
dup_value (const Case *c)
{
  g_autofree char *wanted = dup_wanted (c);
  const char *target;

  switch (c->param->kind)
    {
    case PORTAL_KIND_QUANTITY:
      return g_strdup_printf ("{\"value\":%s,\"unit\":\"mg\"}", wanted);
    case PORTAL_KIND_STRING:
      if (g_str_equal (c->param->paths, "name") && c->row % 2 == 0)
        return g_strdup_printf ("[{\"use\":\"official\",\"given\":[\"%c%s\"]}]", *wanted - 32, wanted + 1);
      return g_strdup_printf ("\"%c%s and more\"", *wanted - 32, wanted + 1);
    case PORTAL_KIND_REFERENCE:
      target = c->param->targets == NULL ? "Practitioner" : strrchr (c->param->targets, '|');
      target = target == NULL ? c->param->targets : *target == '|' ? target + 1 : target;
      return g_strdup_printf ("{\"reference\":\"%s/%s\"}", target, wanted);
    case PORTAL_KIND_TOKEN:
      if (g_str_equal (wanted, "true") || g_str_equal (wanted, "false"))
        return g_steal_pointer (&wanted);
      if (strstr (c->param->paths, "dentifier") != NULL || g_str_equal (c->param->name, "requisition"))
        return g_strdup_printf ("{\"system\":\"urn:s\",\"value\":\"%s\"}", wanted);
      return g_strdup_printf ("{\"coding\":[{\"code\":\"other\"},{\"system\":\"urn:s\",\"code\":\"%s\"}]}",
                              wanted);
    case PORTAL_KIND_DATE:
    case PORTAL_KIND_CODE:
    default:
      return g_strdup_printf ("\"%s\"", wanted);
    }
}

/* What follows the first name of a path, around a value */
static char *
nest (const char *rest, const char *value)
{
  const char *dot;
  g_autofree char *inner = NULL;

  if (*rest == '\0')
    return g_strdup (value);
  dot = strchr (rest, '.');
  inner = nest (dot != NULL ? dot + 1 : "", value);
  return g_strdup_printf ("{\"%.*s\":%s}", (int) strcspn (rest, "."), rest, inner);
}

static void
add_member (GString *out, const char *path, const char *value, const char *beside)
{
  const char *dot = strchr (path, '.');
  g_autofree char *nested = nest (dot != NULL ? dot + 1 : "", value);
  gsize length = strcspn (path, ".");

  if (g_str_has_prefix (path, "http"))
    g_string_append_printf (out, ",\"extension\":[{\"url\":\"urn:x\",\"valueDateTime\":\"1999\"},"
                                 "{\"url\":\"%s\",\"valueDateTime\":%s}],"
                                 "\"subject\":{\"reference\":\"Patient/pat\"}", path, value);
  else if (beside != NULL && strncmp (path, beside, length) == 0 &&
           (beside[length] == '.' || beside[length] == '\0'))
    g_string_append_printf (out, ",\"%.*s\":[%s,%s]", (int) length, path, nested,
                            strchr (beside, '.') != NULL ? "{\"actor\":{\"reference\":\"Patient/pat\"}}"
                                                         : "{\"reference\":\"Patient/pat\"}");
  else
    {
      if (beside != NULL)
        {
          g_autofree char *mine = nest (strchr (beside, '.') != NULL ? strchr (beside, '.') + 1 : "",
                                        "{\"reference\":\"Patient/pat\"}");

          g_string_append_printf (out, ",\"%.*s\":%s", (int) strcspn (beside, "."), beside, mine);
        }
      g_string_append_printf (out, ",\"%.*s\":%s", (int) length, path, nested);
    }
}

static void
append_resource (GString *out, const Case *c, const char *path, guint n)
{
  const PortalSearchParam *param = c->param;
  gboolean compartment = cairn_type_get_class (param->type) == CAIRN_TYPE_CLASS_COMPARTMENT;
  const char *const *beside = compartment ? cairn_compartment_paths (param->type) : NULL;
  g_autofree char *id = g_strdup_printf ("%s-%u-%u", c->right ? "r" : "w", c->row, n);
  g_autofree char *value = dup_value (c);

  g_string_append_printf (out, ",{\"resource\":{\"resourceType\":\"%s\",\"id\":\"%s\"", param->type, id);
  if (g_str_equal (param->type, "Slot") && !g_str_equal (path, "status"))
    g_string_append (out, ",\"status\":\"free\"");
  add_member (out, path, value,
              beside == NULL ? NULL : g_str_equal (param->type, "Patient") ? "link.other" : beside[0]);
  g_string_append (out, "}}");
  if (g_str_equal (param->type, "Medication"))
    g_string_append_printf (out, ",{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"for-%s\","
                                 "\"subject\":{\"reference\":\"Patient/pat\"},"
                                 "\"medicationReference\":{\"reference\":\"Medication/%s\"}}}", id, id);
}

static Fixture *
start (void)
{
  Fixture *f = fixture_new ();
  g_autoptr(GString) bundle = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                                            "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat\"}}");
  g_autoptr(JsonObject) report = NULL;
  guint n;
  const PortalSearchParam *params = portal_params_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_auto(GStrv) paths = g_strsplit (params[i].paths, "|", -1);

      for (guint k = 0; !portal_param_is_compartment (&params[i]) && paths[k] != NULL; k++)
        for (guint right = 0; right < 2; right++)
          {
            Case c = { &params[i], i, right };

            append_resource (bundle, &c, paths[k], k);
          }
    }
  g_string_append (bundle, "]}");
  report = fixture_load (f, bundle->str);
  if (!json_object_get_boolean_member (report, "ok"))
    g_error ("%s", fixture_text (report, "error"));
  fixture_add (f, "reader", "pat");
  fixture_start (f);
  return f;
}

static void
check (Fixture *f, const char *token, const Case *c)
{
  gboolean compartment = cairn_type_get_class (c->param->type) == CAIRN_TYPE_CLASS_COMPARTMENT;
  g_auto(GStrv) paths = g_strsplit (c->param->paths, "|", -1);
  gboolean hidden = g_str_equal (c->param->type, "Slot") && !c->right && g_str_equal (c->param->name, "status");
  g_autofree char *wanted = dup_wanted (c), *query = NULL, *id = NULL;
  g_autoptr(JsonObject) bundle = NULL;
  guint n;

  query = g_strdup_printf ("fhir/%s?%s%s=%s", c->param->type, compartment ? "patient=pat&" : "",
                           c->param->name, wanted);
  bundle = fixture_get_json (f, query, token);
  n = fixture_n_entries (bundle);
  id = g_strdup_printf ("/%s/%s-%u-0\"", c->param->type, c->right ? "r" : "w", c->row);
  if (g_str_equal (c->param->type, "Slot") && g_str_equal (c->param->name, "status") && c->right)
    {
      g_assert_cmpuint (n, >, 1);
      return;
    }
  if (n != (hidden ? 0 : g_strv_length (paths)) || (!hidden && strstr (f->body, id) == NULL))
    g_error ("%s: %u entries, %.2000s", query, n, f->body);
}

static void
test_rows (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  guint n;
  const PortalSearchParam *params = portal_params_list (&n);

  g_assert_cmpuint (n, >, 200);
  for (guint i = 0; i < n; i++)
    for (guint right = 0; right < 2; right++)
      {
        Case c = { &params[i], i, right };

        if (!portal_param_is_compartment (&params[i]))
          check (f, token, &c);
      }
}

/* patient and subject of a compartment type: those of the patient, and none of another's. */
static void
test_compartments (void)
{
  g_autoptr(Fixture) f = start ();
  g_autofree char *token = fixture_token (f, "reader");
  guint n, rows = 0;
  const PortalSearchParam *params = portal_params_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *mine = g_strdup_printf ("fhir/%s?%s=Patient/pat&_count=1", params[i].type, params[i].name);
      g_autofree char *other = g_strdup_printf ("fhir/%s?%s=Patient/else", params[i].type, params[i].name);
      g_autoptr(JsonObject) some = NULL, none = NULL;

      if (!portal_param_is_compartment (&params[i]))
        continue;
      rows++;
      some = fixture_get_json (f, mine, token);
      g_assert_cmpuint (fixture_n_entries (some), ==, 1);
      none = fixture_get_json (f, other, token);
      g_assert_cmpuint (fixture_n_entries (none), ==, 0);
    }
  g_assert_cmpuint (rows, >, 30);
}

static JsonObject *
find_resource (JsonObject *statement, const char *type)
{
  JsonObject *rest = json_array_get_object_element (json_object_get_array_member (statement, "rest"), 0);
  JsonArray *resources = json_object_get_array_member (rest, "resource");

  for (guint i = 0; i < json_array_get_length (resources); i++)
    if (g_str_equal (fixture_text (json_array_get_object_element (resources, i), "type"), type))
      return json_array_get_object_element (resources, i);
  return NULL;
}

/* Declared are the table's parameters, each once, and what everything has. */
static void
test_declared (void)
{
  g_autoptr(Fixture) f = start ();
  g_autoptr(JsonObject) statement = fixture_get_json (f, "fhir/metadata", NULL);
  guint n;
  const PortalSearchParam *params = portal_params_list (&n);

  for (guint i = 0; i < n; i++)
    {
      JsonObject *resource = find_resource (statement, params[i].type);
      JsonArray *list;
      guint times = 0;

      g_assert_nonnull (resource);
      list = json_object_get_array_member (resource, "searchParam");
      for (guint k = 0; k < json_array_get_length (list); k++)
        if (g_str_equal (fixture_text (json_array_get_object_element (list, k), "name"), params[i].name))
          {
            times++;
            g_assert_cmpstr (fixture_text (json_array_get_object_element (list, k), "type"), ==,
                             portal_kind_get_name (params[i].kind));
          }
      g_assert_cmpuint (times, ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-params/rows", test_rows);
  g_test_add_func ("/search-params/compartments", test_compartments);
  g_test_add_func ("/search-params/declared", test_declared);
  return g_test_run ();
}
