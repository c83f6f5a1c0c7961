/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stand-in for answers that the portal never gives. Runs on the test's main context. */
#include "fault-server.h"

#include <string.h>

void
fault_server_answer (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

/* A searchset. */
void
fault_server_bundle (SoupServerMessage *message, const char *entries, const char *next)
{
  g_autofree char *link = next != NULL ? g_strdup_printf (",\"link\":[{\"relation\":\"next\",\"url\":\"%s\"}]", next) : NULL;
  g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\"%s,\"entry\":[%s]}",
                                           link != NULL ? link : "", entries);

  fault_server_answer (message, 200, "application/fhir+json", body);
}

static void
answer_metadata (FaultServer *self, SoupServerMessage *message)
{
  static const char *const types[] = { "Patient", "Observation", "Condition", "Practitioner", "Medication" };
  g_autoptr(GString) text = g_string_new ("{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"mode\":\"server\"");

  if (!self->no_compartment)
    g_string_append (text, ",\"compartment\":[\"http://hl7.org/fhir/CompartmentDefinition/patient\"]");
  g_string_append (text, ",\"resource\":[");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_string_append_printf (text, "%s{\"type\":\"%s\",\"interaction\":[{\"code\":\"search-type\"}%s]}", i > 0 ? "," : "",
                            types[i], self->no_history ? "" : ",{\"code\":\"history-type\"}");
  g_string_append (text, "]}]}");
  fault_server_answer (message, 200, "application/fhir+json", text->str);
}

static void
answer_smart (FaultServer *self, SoupServerMessage *message)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"token_endpoint\":\"%sauth/token\",\"authorization_challenge_endpoint\":\"/auth/challenge\","
                          "\"revocation_endpoint\":\"%sauth/revoke\"}", self->root, self->root);
  fault_server_answer (message, 200, "application/json", text);
}

static void
answer_token (FaultServer *self, SoupServerMessage *message)
{
  const char *form = soup_server_message_get_request_body (message)->data;
  g_autofree char *text = NULL;

  if (self->refuse_refresh && strstr (form, "grant_type=refresh_token") != NULL)
    {
      fault_server_answer (message, 400, "application/json", "{\"error\":\"invalid_grant\"}");
      return;
    }
  self->n_tokens++;
  text = g_strdup_printf ("{\"access_token\":\"access-%u\",\"token_type\":\"Bearer\",\"expires_in\":%d,"
                          "\"refresh_token\":\"refresh-%u\",\"patient\":\"pat-1\",\"scope\":\"patient/*.rs\"}",
                          self->n_tokens, self->token_seconds, self->n_tokens);
  fault_server_answer (message, 200, "application/json", text);
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  FaultServer *self = data;

  if (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization") != NULL)
    self->n_with_token++;
  if (g_str_equal (path, "/fhir/metadata"))
    answer_metadata (self, message);
  else if (g_str_equal (path, "/fhir/.well-known/smart-configuration"))
    answer_smart (self, message);
  else if (g_str_equal (path, "/auth/challenge"))
    fault_server_answer (message, 200, "application/json", "{\"authorization_code\":\"code\"}");
  else if (g_str_equal (path, "/auth/token"))
    answer_token (self, message);
  else if (g_str_equal (path, "/auth/revoke"))
    fault_server_answer (message, 200, "application/json", "{}");
  else if (g_str_has_prefix (path, "/fhir/"))
    {
      self->n_requests++;
      self->func (self, message, path + strlen ("/fhir/"), query, self->data);
    }
  else
    fault_server_answer (message, 404, "text/html", "<html>nothing here</html>");
}

FaultServer *
fault_server_new (FaultServerFunc func, gpointer data)
{
  FaultServer *self = g_new0 (FaultServer, 1);
  GSList *uris;
  g_autoptr(GError) error = NULL;

  self->func = func;
  self->data = data;
  self->token_seconds = 900;
  self->server = g_object_new (SOUP_TYPE_SERVER, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->root = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  soup_server_add_handler (self->server, NULL, handle, self, NULL);
  return self;
}

void
fault_server_free (FaultServer *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self->root);
  g_free (self);
}
