/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What whoever runs the portal may watch, and who may not (portal-metrics, the metrics' own listener). */
#include "portal-fixture.h"

#include <string.h>

#include "common/cairn-error.h"

#define RECORD "{\"resourceType\":\"Patient\",\"id\":\"marmaduke\",\"name\":[{\"family\":\"Quince\"}]}"

static Fixture *
open_clinic (gboolean metrics)
{
  Fixture *f = fixture_new ();
  g_autoptr(JsonObject) report = fixture_load (f, RECORD);

  if (metrics)
    f->config->metrics = g_strdup ("127.0.0.1:0");
  g_clear_object (&f->portal);
  fixture_add (f, "ana", "marmaduke");
  fixture_start (f);
  return f;
}

static void
test_health (void)
{
  g_autoptr(Fixture) f = open_clinic (FALSE);
  g_autoptr(JsonObject) health = fixture_get_json (f, "healthz", NULL);

  g_assert_cmpstr (fixture_text (health, "status"), ==, "ok");
  fixture_post (f, "healthz", NULL, "");
  assert_status (f, 405);
}

static void
test_metrics (void)
{
  g_autoptr(Fixture) f = open_clinic (TRUE);
  g_autofree char *token = fixture_token (f, "ana"), *url = NULL;

  g_assert_nonnull (portal_get_metrics_url (f->portal));
  url = g_strconcat (portal_get_metrics_url (f->portal), "metrics", NULL);
  for (guint i = 0; i < 3; i++)
    fixture_get (f, "fhir/Patient/marmaduke", token);
  fixture_get (f, "fhir/Patient/nobody", token);
  fixture_get (f, "Quince", NULL);
  fixture_get (f, url, NULL);
  assert_status (f, 200);
  g_assert_nonnull (strstr (f->body, "cairn_requests_total{method=\"GET\",route=\"/fhir/{type}/{id}\",status=\"200\"} 3\n"));
  g_assert_nonnull (strstr (f->body, "cairn_requests_total{method=\"GET\",route=\"/fhir/{type}/{id}\",status=\"404\"} 1\n"));
  g_assert_nonnull (strstr (f->body, "route=\"none\",status=\"404\"} 1\n"));
  g_assert_nonnull (strstr (f->body, "cairn_request_duration_seconds_bucket{le=\"+Inf\"} 7\n"));
  g_assert_nonnull (strstr (f->body, "\ncairn_connections "));
  g_assert_nonnull (strstr (f->body, "\ncairn_live_sockets 0\n"));
  g_assert_null (strstr (f->body, "marmaduke"));
  g_assert_null (strstr (f->body, "Quince"));
  /* Each is where it belongs */
  fixture_get (f, "metrics", NULL);
  assert_status (f, 404);
  g_free (url);
  url = g_strconcat (portal_get_metrics_url (f->portal), "fhir/metadata", NULL);
  fixture_get (f, url, NULL);
  assert_status (f, 404);
}

static void
test_never_public (void)
{
  static const char *const refused[] = { "0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464", "9464" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(PortalConfig) config = portal_config_new ("/nowhere");
      g_autoptr(GError) error = NULL;

      config->metrics = g_strdup (refused[i]);
      g_assert_false (portal_config_check (config, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
    }
}

/* A body over its route's limit is refused at once, whether its length is told or not. */
static void
test_body_limit (void)
{
  g_autoptr(Fixture) f = open_clinic (FALSE);
  g_autofree char *big = g_strnfill (1024 * 1024 + 1, 'a'), *fits = g_strnfill (1024 * 1024 - 100, 'a');

  fixture_post (f, "auth/token", NULL, fits);
  assert_status (f, 400);
  fixture_post (f, "auth/token", NULL, big);
  assert_status (f, 413);
  g_assert_cmpstr (soup_message_headers_get_one (f->headers, "Connection"), ==, "close");
  fixture_get (f, "healthz", NULL);
  assert_status (f, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/health", test_health);
  g_test_add_func ("/metrics/metrics", test_metrics);
  g_test_add_func ("/metrics/never-public", test_never_public);
  g_test_add_func ("/metrics/body-limit", test_body_limit);
  return g_test_run ();
}
