/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The router's table against what each role may do: no route without a rule, and route × method × role against an
 * oracle of a few lines (portal-router, portal-access). */
#include "portal-fixture.h"

#include <string.h>

#include "server/portal-router.h"

#define MARK "Marmaduke"
#define RECORD \
  "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" \
  "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"dr\"}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"text\":\"" MARK "\"}]}}," \
  "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}," \
  "{\"resource\":{\"resourceType\":\"Appointment\",\"id\":\"a\",\"description\":\"" MARK "\"," \
  "\"participant\":[{\"actor\":{\"reference\":\"Patient/p\"}}]}}," \
  "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\",\"valueString\":\"" MARK "\"," \
  "\"subject\":{\"reference\":\"Patient/p\"}}}," \
  "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b\",\"contentType\":\"text/plain;name=" MARK "\"," \
  "\"data\":\"TWFybWFkdWtl\",\"securityContext\":{\"reference\":\"Patient/p\"}}}]}"

enum { NOBODY, OTHER, FRONT_DESK, NURSE, CLINICIAN, ADMINISTRATOR, OWN, ROLES };

static const char *const names[ROLES] = { NULL, "other", "front-desk", "nurse", "clinician", "administrator", "own" };
static const char *const things[][2] = { { "Patient", "p" }, { "Appointment", "a" }, { "Observation", "o" },
                                         { "Binary", "b" } };

static gboolean
has_scope (int role, const char *type)
{
  return role != NOBODY && role != ADMINISTRATOR && (role != FRONT_DESK || g_str_equal (type, "Patient") || g_str_equal (type, "Appointment"));
}

static gboolean
may_see (int role, const char *type)
{
  return role != OTHER && has_scope (role, type);
}

static gboolean
is_read (const char *method, const char *pattern)
{
  return g_str_equal (method, "GET") || g_str_equal (method, "HEAD") ||
         (g_str_equal (method, "POST") && g_str_has_suffix (pattern, "/_search"));
}

static void
test_rules (void)
{
  static const char *const public[] = { "/healthz", "/fhir/metadata", "/fhir/.well-known/smart-configuration",
                                        "/auth/challenge", "/auth/token", "/auth/revoke", "/auth/introspect",
                                        "/fhir/.well-known/jwks.json", "/fhir/.well-known/openid-configuration",
                                        "/.well-known/oauth-authorization-server/fhir", "/auth/register", "/auth/authorize",
                                        "/auth/sign-in", "/auth/consent", "/auth/refuse", "/account",
                                        "/account/register", "/account/verify", "/account/recover/username",
                                        "/account/recover/password", "/account/password", "/account/page.css",
                                        "/account/reset", "/account/reset/{id}", "/account/forgot", NULL };
  guint n;
  const PortalRoute *routes = portal_router_list (&n);

  for (guint i = 0; i < n; i++)
    {
      gboolean open = routes[i].needs == PORTAL_NEEDS_NOTHING;

      g_assert_nonnull (routes[i].handler);
      if (open != g_strv_contains (public, routes[i].pattern))
        g_error ("%s %s: no rule says that it is %s", routes[i].method, routes[i].pattern, open ? "public" : "closed");
      if (routes[i].action == NULL && (!open || g_str_has_prefix (routes[i].pattern, "/auth/")))
        g_error ("%s %s: the audit log has no word for it", routes[i].method, routes[i].pattern);
      for (guint k = 0; k < i; k++)
        if (g_str_equal (routes[i].method, routes[k].method) && g_str_equal (routes[i].pattern, routes[k].pattern))
          g_error ("%s %s stands there twice", routes[i].method, routes[i].pattern);
    }
}

static char *
put (const char *pattern, const char *type, const char *id)
{
  g_autoptr(GString) path = g_string_new (pattern + 1);

  g_string_replace (path, "Patient/{id}", "Patient/p", 1);
  g_string_replace (path, "{Binary}", "Binary", 1);
  g_string_replace (path, "{type}", type, 1);
  g_string_replace (path, "{id}", id, 1);
  g_string_replace (path, "{version}", "1", 1);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
try (Fixture *f, const PortalRoute *route, const char *method, int role, const char *token, guint thing)
{
  gboolean binary = strstr (route->pattern, "{Binary}") != NULL;
  gboolean typed = binary || strstr (route->pattern, "{type}") != NULL, shown;
  const char *type = binary ? "Binary" : typed ? things[thing][0] : "Patient";   /* of what spans types, something is seen */
  g_autofree char *path = put (route->pattern, type, things[thing][1]);

  if (g_str_has_suffix (path, "_search"))
    fixture_post (f, path, token, "patient=p");
  else
    fixture_send (f, method, path, token, NULL, NULL);
  shown = f->body != NULL && strstr (f->body, MARK) != NULL;
  if (shown && !may_see (role, type))
    g_error ("%s %s shows %s what is not theirs", method, path, role == NOBODY ? "strangers" : names[role]);
  if (route->needs == PORTAL_NEEDS_NOTHING || !is_read (method, route->pattern))
    return;
  if (f->status == 405 && !g_str_equal (route->method, method))   /* there is only something to write */
    return;
  if (role == NOBODY && f->status != 401)
    g_error ("%s %s: %u without a token", method, path, f->status);
  if (typed && role != NOBODY && !has_scope (role, type) && f->status != 403)
    g_error ("%s %s: %u as %s", method, path, f->status, names[role]);
  if (g_str_equal (route->pattern, "/fhir/{type}/{id}") && g_str_equal (method, "GET") &&
      may_see (role, type) != (f->status == 200 && shown))
    g_error ("%s %s: %u as %s", method, path, f->status, role == NOBODY ? "strangers" : names[role]);
}

static void
test_matrix (void)
{
  static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE" };
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);
  guint n, tried = 0;
  const PortalRoute *routes = portal_router_list (&n);

  fixture_add (f, "own", "p");
  fixture_add (f, "other", "q");
  for (int role = FRONT_DESK; role <= ADMINISTRATOR; role++)
    fixture_add_staff (f, names[role], "dr", names[role]);
  fixture_start (f);
  for (int role = 0; role < ROLES; role++)
    {
      g_autofree char *token = names[role] != NULL ? fixture_token (f, names[role]) : NULL;

      for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
        for (guint r = 0; r < n; r++)
          for (guint t = 0; t < G_N_ELEMENTS (things); t++)
            {
              if (g_str_has_prefix (routes[r].pattern, "/auth/") || g_str_has_prefix (routes[r].pattern, "/account"))
                continue;
              try (f, &routes[r], methods[m], role, token, t);
              tried++;
            }
    }
  g_assert_cmpuint (tried, >, 1000);
}

/* "POST [base]/" is how many write it. */
static void
test_slash (void)
{
  g_autoptr(Fixture) f = fixture_new ();
  g_autoptr(JsonObject) loaded = fixture_load (f, RECORD);
  g_autofree char *token = NULL;

  fixture_add (f, "own", "p");
  fixture_start (f);
  token = fixture_token (f, "own");
  fixture_put (f, "POST", "fhir/", token, "application/fhir+json",
               "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[]}", NULL, NULL);
  assert_status (f, 200);
  fixture_get (f, "fhir/Observation/o/", token);
  assert_status (f, 200);
  fixture_get (f, "fhir/Observation/o//", token);
  assert_status (f, 404);
  fixture_get (f, "fhir//Observation/o", token);
  assert_status (f, 404);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/routes/rules", test_rules);
  g_test_add_func ("/routes/matrix", test_matrix);
  g_test_add_func ("/routes/slash", test_slash);
  return g_test_run ();
}
