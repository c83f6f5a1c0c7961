/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only HTTP: cairn-api.c, cairn-api-body.c, cairn-api-message.c, cairn-api-request.c, cairn-api-error.c. */
#include "client-test.h"
#include "fault-server.h"

#include "client/net/cairn-api.h"
#include "client/net/cairn-discovery.h"
#include "client/net/cairn-form.h"
#include "client/net/cairn-oauth.h"
#include "common/cairn-error.h"

#include <string.h>

/* Answers of the server, picked by the path */
static void
answer (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  guint n = server->n_requests;

  if (g_str_equal (path, "busy-once") && n == 1)
    {
      soup_message_headers_replace (headers, "Retry-After", "1");
      fault_server_answer (message, 429, "text/plain", "later");
    }
  else if (g_str_equal (path, "busy-long"))
    {
      soup_message_headers_replace (headers, "Retry-After", "3600");
      fault_server_answer (message, 503, "text/plain", "much later");
    }
  else if (g_str_equal (path, "broken") || (g_str_equal (path, "broken-once") && n == 1))
    fault_server_answer (message, 500, "application/fhir+json", "{\"resourceType\":\"OperationOutcome\",\"issue\":[{"
                         "\"severity\":\"fatal\",\"code\":\"exception\",\"diagnostics\":\"the disk\"}]}");
  else if (g_str_equal (path, "gone"))
    fault_server_answer (message, 410, "text/plain", "");
  else if (g_str_equal (path, "html"))
    fault_server_answer (message, 200, "text/html", "<html>hello</html>");
  else if (g_str_equal (path, "redirect"))
    soup_server_message_set_redirect (message, 302, "http://127.0.0.1:9/steal");
  else if (g_str_equal (path, "large"))
    {
      g_autofree char *body = g_strnfill (2000, 'x');

      fault_server_answer (message, 200, "application/fhir+json", body);
    }
  else if (g_str_equal (path, "cut"))
    {
      soup_message_headers_set_content_length (headers, 1000);
      soup_server_message_set_status (message, 200, NULL);
      soup_message_headers_set_content_type (headers, "application/fhir+json", NULL);
      soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, "{\"half\":", 8);
      soup_message_body_complete (soup_server_message_get_response_body (message));
      g_signal_connect (message, "wrote-body-data", G_CALLBACK (soup_server_message_steal_connection), NULL);
    }
  else if (g_str_equal (path, "endless"))
    {
      soup_server_message_set_status (message, 200, NULL);
      soup_message_headers_set_content_type (headers, "application/fhir+json", NULL);
      soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
      soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, "{", 1);
    }
  else
    fault_server_answer (message, 200, "application/fhir+json; charset=utf-8", "{}");
}

typedef struct
{
  FaultServer *server;
  CairnApi    *api;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->server = fault_server_new (answer, NULL);
  self->api = cairn_api_new (self->server->root, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->api);
  fault_server_free (self->server);
}

static CairnApiRequest *
make_request (Fixture *self, const char *path)
{
  g_autofree char *url = g_strconcat (self->server->root, "fhir/", path, NULL);
  CairnApiRequest *request = cairn_api_request_new ("GET", url);

  request->fhir = TRUE;
  return request;
}

static CairnApiAnswer *
send (Fixture *self, CairnApiRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_api_send_async (self->api, request, cancellable, client_test_done, &result);
  return cairn_api_send_finish (self->api, client_test_wait (&result), error);
}

static void
assert_get (Fixture *self, const char *path, int code)
{
  g_autoptr(CairnApiRequest) request = make_request (self, path);
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnApiAnswer) got = NULL;

  request->tries = 2;
  request->deadline = 1;
  request->limit = 1500;
  got = send (self, request, NULL, &error);
  if (code < 0)
    {
      g_assert_no_error (error);
      g_assert_cmpuint (got->status, ==, 200);
    }
  else
    g_assert_error (error, CAIRN_ERROR, code);
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  guint64 requests, wire, body;

  assert_get (self, "fine", -1);
  cairn_api_get_totals (self->api, &requests, &wire, &body);
  g_assert_cmpuint (requests, ==, 1);
  g_assert_cmpuint (body, ==, 2);
  g_assert_cmpuint (wire, >, 2);
  assert_get (self, "gone", CAIRN_ERROR_GONE);
  assert_get (self, "html", CAIRN_ERROR_BAD_DATA);
  assert_get (self, "redirect", CAIRN_ERROR_REJECTED);
  assert_get (self, "large", CAIRN_ERROR_TOO_LARGE);
  g_assert_cmpuint (self->server->n_requests, ==, 5);   /* none of these was tried again */
}

static void
test_tried_again (Fixture *self, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();

  assert_get (self, "busy-once", -1);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, G_TIME_SPAN_SECOND);   /* Retry-After is obeyed */
  self->server->n_requests = 0;
  assert_get (self, "broken-once", -1);
  g_assert_cmpuint (self->server->n_requests, ==, 2);
}

static void
test_given_up (Fixture *self, gconstpointer data)
{
  g_autoptr(CairnApiRequest) request = make_request (self, "broken");
  g_autoptr(GError) error = NULL;

  assert_get (self, "busy-long", CAIRN_ERROR_BUSY);
  g_assert_cmpuint (self->server->n_requests, ==, 1);   /* too long to wait for */
  request->tries = 2;
  g_assert_null (send (self, request, NULL, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SERVER);
  g_assert_nonnull (strstr (error->message, "the disk"));
  g_assert_cmpuint (cairn_api_error_get_http (error), ==, 500);
  g_assert_cmpuint (self->server->n_requests, ==, 3);
}

static void
test_network (Fixture *self, gconstpointer data)
{
  assert_get (self, "cut", CAIRN_ERROR_NETWORK);
  g_assert_false (cairn_api_get_online (self->api));
  assert_get (self, "fine", -1);
  g_assert_true (cairn_api_get_online (self->api));
  assert_get (self, "endless", CAIRN_ERROR_NETWORK);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(CairnApiRequest) request = make_request (self, "endless");
  g_autoptr(CairnApiRequest) waiting = make_request (self, "broken");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (send (self, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (self->server->n_requests, ==, 0);

  for (guint i = 0; i < 2; i++)   /* while it reads, and while it waits to try again */
    {
      guint before = self->server->n_requests;

      g_cancellable_reset (cancellable);
      cairn_api_send_async (self->api, i == 0 ? request : waiting, cancellable, client_test_done, &result);
      while (self->server->n_requests == before)
        g_main_context_iteration (NULL, TRUE);
      for (guint n = 0; n < 20; n++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      g_assert_null (cairn_api_send_finish (self->api, client_test_wait (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_clear_object (&result);
    }
}

static void
test_origin (Fixture *self, gconstpointer data)
{
  static const char *const away[] = {
    "http://127.0.0.1:9/fhir", "https://127.0.0.1/", "file:///etc/passwd", "http://user@127.0.0.1/", "?_offset=0", "javascript:x",
    "http://127.0.0.1.evil.example/",
  };
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (away); i++)
    {
      g_autoptr(CairnApiRequest) request = cairn_api_request_new ("GET", away[i]);

      request->token = g_strdup ("secret");
      g_assert_null (send (self, request, NULL, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_REJECTED);
      g_clear_error (&error);
    }
  g_assert_null (cairn_api_new ("http://portal.example/fhir", &error));   /* plain HTTP only to this machine */
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (cairn_api_new ("ftp://portal.example/", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

static void
test_bases (void)
{
  g_auto(GStrv) bare = cairn_discovery_list_bases (" portal.example ", NULL);
  g_auto(GStrv) base = cairn_discovery_list_bases ("https://portal.example/base/?x=1", NULL);
  g_auto(GStrv) here = cairn_discovery_list_bases ("[::1]:8080", NULL), secure = cairn_discovery_list_bases ("https://localhost", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (bare[0], ==, "https://portal.example");
  g_assert_cmpstr (bare[1], ==, "https://portal.example/fhir");
  g_assert_cmpstr (bare[2], ==, "https://portal.example/fhir/R4");
  g_assert_cmpstr (bare[3], ==, "https://portal.example/api/FHIR/R4");
  g_assert_cmpstr (base[0], ==, "https://portal.example/base");
  g_assert_cmpuint (g_strv_length (here), ==, 8);
  g_assert_cmpstr (here[0], ==, "http://[::1]:8080");
  g_assert_cmpstr (here[4], ==, "https://[::1]:8080");
  g_assert_cmpuint (g_strv_length (secure), ==, 4);
  g_assert_null (cairn_discovery_list_bases ("", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (cairn_discovery_list_bases ("http://portal.example", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

static void
test_discovery (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnApi) api = NULL;
  g_autoptr(CairnServer) server = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *wanted = g_strconcat (self->server->root, "fhir", NULL);
  g_autofree char *endpoint = g_strconcat (self->server->root, "auth/challenge", NULL);
  g_autofree char *nothing = g_strconcat (self->server->root, "nothing", NULL);

  cairn_discovery_find_async (self->server->root, NULL, client_test_done, &result);
  server = cairn_discovery_find_finish (client_test_wait (&result), &api, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (server->base, ==, wanted);
  g_assert_cmpstr (server->challenge_endpoint, ==, endpoint);   /* relative ones resolve against the base */
  g_assert_true (server->compartment);
  g_assert_true (cairn_server_lookup_type (server, "Observation")->search);
  g_assert_true (cairn_server_lookup_type (server, "Observation")->history);
  g_assert_null (cairn_server_lookup_type (server, "Claim"));

  g_clear_object (&result);
  g_clear_object (&api);
  cairn_discovery_find_async (nothing, NULL, client_test_done, &result);
  g_assert_null (cairn_discovery_find_finish (client_test_wait (&result), &api, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL);
  g_assert_nonnull (strstr (error->message, "/nothing/api/FHIR/R4"));   /* says what was tried */
}

static void
test_servers_refused (void)
{
  static const char *const texts[] = {
    "", "<html>", "{}", "{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"CapabilityStatement\"}",
    "{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"resource\":[]}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr(GError) error = NULL;

      g_assert_null (cairn_server_parse ("http://127.0.0.1/fhir", bytes, NULL, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL);
    }
}

static void
test_tokens (void)
{
  static const struct
  {
    const char *text;
    const char *access;   /* NULL: refused */
    gint64      seconds;
  } cases[] = {
    { "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":60}", "a", 60 },
    { "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}", "a", 300 },
    { "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":-5}", "a", 300 },
    { "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":1e99}", "a", 300 },
    { "{\"access_token\":\"a\",\"token_type\":\"mac\"}", NULL, 0 },
    { "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", NULL, 0 },
    { "{\"access_token\":{},\"token_type\":\"Bearer\"}", NULL, 0 },
    { "{\"token_type\":\"Bearer\"}", NULL, 0 },
    { "[]", NULL, 0 },
    { "", NULL, 0 },
    { "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr(GError) error = NULL;
      g_autoptr(CairnTokens) tokens = cairn_tokens_parse (bytes, &error);

      if (cases[i].access == NULL)
        {
          g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (tokens->access_token, ==, cases[i].access);
      g_assert_cmpint (tokens->expires_in, ==, cases[i].seconds);
    }
}

static void
test_form (void)
{
  g_autofree char *form = cairn_form_encode ("a", "1 2&3", "left-out", NULL, "b", "\xc3\xa9+=", NULL);

  g_assert_cmpstr (form, ==, "a=1%202%263&b=%C3%A9%2B%3D");
}

#define add_test(name, func) g_test_add ("/client/api/" name, Fixture, NULL, set_up, func, tear_down)

static void
add (void)
{
  add_test ("answers", test_answers);
  add_test ("tried-again", test_tried_again);
  add_test ("given-up", test_given_up);
  add_test ("network", test_network);
  add_test ("cancelled", test_cancelled);
  add_test ("origin", test_origin);
  add_test ("discovery", test_discovery);
  g_test_add_func ("/client/discovery/bases", test_bases);
  g_test_add_func ("/client/discovery/refused", test_servers_refused);
  g_test_add_func ("/client/oauth/tokens", test_tokens);
  g_test_add_func ("/client/form", test_form);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
