/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the portal says of itself: CapabilityStatement (FHIR R4 §5.2) and smart-configuration (SMART
 * App Launch 2.2). It declares what there is and nothing else. Any thread. */
#include "config.h"

#include "portal-metadata.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "fhir/cairn-types.h"
#include "portal-fhir.h"
#include "server/sign-in/portal-tokens.h"
#include "server/store/portal-access.h"
#include "server/store/portal-params.h"

#define STATEMENT_DATE "2026-11-24"
#define PATIENT_COMPARTMENT "http://hl7.org/fhir/CompartmentDefinition/patient"

static void
text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
texts (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

static void
add_param (JsonBuilder *builder, const char *name, const char *type, const char *documentation)
{
  json_builder_begin_object (builder);
  text (builder, "name", name);
  text (builder, "type", type);
  if (documentation != NULL)
    text (builder, "documentation", documentation);
  json_builder_end_object (builder);
}

static void
add_includes (JsonBuilder *builder, const char *type)
{
  guint n;
  const PortalSearchParam *params = portal_params_list (&n);

  json_builder_set_member_name (builder, "searchInclude");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (params[i].type, type) && params[i].kind == PORTAL_KIND_REFERENCE)
      {
        g_autofree char *name = g_strconcat (type, ":", params[i].name, NULL);

        json_builder_add_string_value (builder, name);
      }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "searchRevInclude");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    if (params[i].kind == PORTAL_KIND_REFERENCE && !portal_param_is_compartment (&params[i]) &&
        portal_param_may_point_at (&params[i], type))
      {
        g_autofree char *name = g_strconcat (params[i].type, ":", params[i].name, NULL);

        json_builder_add_string_value (builder, name);
      }
  json_builder_end_array (builder);
}

static void
add_search (JsonBuilder *builder, const char *type, CairnTypeClass type_class)
{
  guint n;
  const PortalSearchParam *params = portal_params_list (&n);

  json_builder_set_member_name (builder, "searchParam");
  json_builder_begin_array (builder);
  add_param (builder, "_id", "token", NULL);
  add_param (builder, "_lastUpdated", "date", NULL);
  if (type_class == CAIRN_TYPE_CLASS_COMPARTMENT)
    {
      add_param (builder, "patient", "reference",
                 "Everything of this type in the patient's compartment");
      add_param (builder, "subject", "reference",
                 "Everything of this type in the patient's compartment");
    }
  for (guint i = 0; i < n; i++)
    if (g_str_equal (params[i].type, type) && !portal_param_is_compartment (&params[i]))
      add_param (builder, params[i].name, portal_kind_get_name (params[i].kind), NULL);
  json_builder_end_array (builder);
}

static void
add_interactions (JsonBuilder *builder, const char *const *codes)
{
  json_builder_set_member_name (builder, "interaction");
  json_builder_begin_array (builder);
  for (guint i = 0; codes[i] != NULL; i++)
    {
      json_builder_begin_object (builder);
      text (builder, "code", codes[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* What patients write is what is declared: it is their portal. */
/* What the caller may do with a type; whose token it is decides. */
static void
add_interactions_of (JsonBuilder *builder, const char *type, const PortalView *view)
{
  gboolean create = portal_access_declares (view, type, PORTAL_OPERATION_CREATE);
  gboolean update = portal_access_declares (view, type, PORTAL_OPERATION_UPDATE);
  gboolean remove = portal_access_declares (view, type, PORTAL_OPERATION_DELETE);
  const char *codes[10] = { NULL };
  guint n = 0;

  if (portal_access_declares (view, type, PORTAL_OPERATION_READ))
    for (guint i = 0; i < 3; i++)
      codes[n++] = (const char *[]) { "read", "vread", "history-instance" }[i];
  if (portal_access_declares (view, type, PORTAL_OPERATION_HISTORY))
    codes[n++] = "history-type";
  if (portal_access_declares (view, type, PORTAL_OPERATION_SEARCH))
    codes[n++] = "search-type";
  if (create)
    codes[n++] = "create";
  if (update)
    codes[n++] = "update";
  if (update)
    codes[n++] = "patch";
  if (remove)
    codes[n++] = "delete";
  add_interactions (builder, codes);
  text (builder, "versioning", update ? "versioned-update" : "versioned");
  flag (builder, "readHistory", TRUE);
  if (create)
    flag (builder, "conditionalCreate", TRUE);
  if (update)
    flag (builder, "conditionalUpdate", TRUE);
  if (update)
    flag (builder, "updateCreate", g_str_equal (type, "Binary"));
  if (remove)
    text (builder, "conditionalDelete", "single");
}

static void
add_operation (JsonBuilder *builder, const char *name, const char *definition)
{
  json_builder_set_member_name (builder, "operation");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  text (builder, "name", name);
  text (builder, "definition", definition);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

static void
add_resource (JsonBuilder *builder, const char *type, CairnTypeClass type_class, const PortalView *view)
{
  json_builder_begin_object (builder);
  text (builder, "type", type);
  add_interactions_of (builder, type, view);
  if (g_str_equal (type, "Patient"))
    add_operation (builder, "everything",
                   "http://hl7.org/fhir/OperationDefinition/Patient-everything");
  add_includes (builder, type);
  add_search (builder, type, type_class);
  json_builder_end_object (builder);
}

static void
add_address (JsonBuilder *builder, const char *name, const char *root, const char *path)
{
  g_autofree char *url = g_strconcat (root, path, NULL);

  json_builder_begin_object (builder);
  text (builder, "url", name);
  text (builder, "valueUri", url);
  json_builder_end_object (builder);
}

/* What clients read that look here, not into smart-configuration (SMART App Launch 1.0) */
static void
add_oauth_uris (JsonBuilder *builder, const char *root)
{
  json_builder_set_member_name (builder, "extension");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  text (builder, "url", "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris");
  json_builder_set_member_name (builder, "extension");
  json_builder_begin_array (builder);
  add_address (builder, "authorize", root, "auth/authorize");
  add_address (builder, "token", root, "auth/token");
  add_address (builder, "register", root, "auth/register");
  add_address (builder, "revoke", root, "auth/revoke");
  add_address (builder, "introspect", root, "auth/introspect");
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

/* Where subscriptions ping (FHIR R4 §2.46.6.2) */
static void
add_websocket (JsonBuilder *builder, const char *root)
{
  gboolean secure = g_str_has_prefix (root, "https:");
  g_autofree char *url = g_strconcat (secure ? "wss:" : "ws:", strchr (root, '/'), "fhir/websocket", NULL);

  json_builder_set_member_name (builder, "extension");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  text (builder, "url", "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket");
  text (builder, "valueUri", url);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

static void
add_security (JsonBuilder *builder, const char *root)
{
  begin (builder, "security");
  add_oauth_uris (builder, root);
  json_builder_set_member_name (builder, "cors");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_set_member_name (builder, "service");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "coding");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  text (builder, "system", "http://terminology.hl7.org/CodeSystem/restful-security-service");
  text (builder, "code", "OAuth");
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_rest (JsonBuilder *builder, PortalCall *call, const PortalView *view)
{
  static const CairnTypeClass classes[] = { CAIRN_TYPE_CLASS_COMPARTMENT,
                                            CAIRN_TYPE_CLASS_DIRECTORY,
                                            CAIRN_TYPE_CLASS_BY_REFERENCE, CAIRN_TYPE_CLASS_OWN };
  static const char *const compartments[] = { PATIENT_COMPARTMENT, NULL };
  static const char *const system[] = { "transaction", "batch", "history-system", NULL };

  json_builder_set_member_name (builder, "rest");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  text (builder, "mode", "server");
  text (builder, "documentation", view != NULL ? "What the bearer of this token may do"
                                               : "What a patient's app may do; asked with a token, what its bearer may do");
  if (call->service->config->live_sockets > 0)
    add_websocket (builder, call->root);
  add_security (builder, call->root);
  json_builder_set_member_name (builder, "resource");
  json_builder_begin_array (builder);
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++)
    {
      const char *const *types = cairn_type_list (classes[c]);

      for (guint i = 0; types[i] != NULL; i++)
        if (portal_access_declares (view, types[i], PORTAL_OPERATION_READ))
          add_resource (builder, types[i], classes[c], view);
    }
  json_builder_end_array (builder);
  add_interactions (builder, system);
  add_operation (builder, "validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate");
  texts (builder, "compartment", compartments);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

static void
reply_json (PortalCall *call, const char *content_type, JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = json_builder_get_root (builder);

  portal_call_reply_take (call, 200, content_type, json_to_string (root, FALSE));
}

void
portal_metadata_get (PortalCall *call, CairnConnection *db)
{
  static const char *const formats[] = { "json", "application/fhir+json", NULL };
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(PortalView) view = NULL;

  if (!portal_fhir_takes_json (call))
    return;
  if (call->token != NULL)
    view = portal_tokens_check (db, call->token, NULL);
  json_builder_begin_object (builder);
  text (builder, "resourceType", "CapabilityStatement");
  text (builder, "status", "active");
  text (builder, "date", STATEMENT_DATE);
  text (builder, "kind", "instance");
  begin (builder, "software");
  text (builder, "name", "Cairn portal");
  text (builder, "version", CAIRN_VERSION);
  json_builder_end_object (builder);
  begin (builder, "implementation");
  text (builder, "description",
        call->service->config->name != NULL ? call->service->config->name : "Patient portal");
  text (builder, "url", call->base);
  json_builder_end_object (builder);
  text (builder, "fhirVersion", "4.0.1");
  texts (builder, "format", formats);
  add_rest (builder, call, view);
  json_builder_end_object (builder);
  reply_json (call, PORTAL_FHIR_JSON, builder);
}

static void
address (JsonBuilder *builder, PortalCall *call, const char *name, const char *path)
{
  g_autofree char *url = g_strconcat (call->root, path, NULL);

  text (builder, name, url);
}

/* The same for SMART App Launch, OpenID Connect Discovery and RFC 8414. */
void
portal_metadata_smart (PortalCall *call, CairnConnection *db)
{
  static const char *const grants[] = { "authorization_code", "refresh_token", NULL };
  static const char *const challenges[] = { "S256", NULL };
  static const char *const responses[] = { "code", NULL };
  static const char *const methods[] = { "none", "client_secret_basic", NULL }, *const modes[] = { "query", NULL };
  static const char *const claims[] = { "iss", "sub", "aud", "exp", "iat", "nonce", "fhirUser", NULL };
  static const char *const subjects[] = { "public", NULL }, *const algorithms[] = { "RS256", NULL };
  static const char *const capabilities[] = { "launch-standalone", "client-public", "client-confidential-symmetric",
                                              "context-standalone-patient", "sso-openid-connect", "permission-offline",
                                              "permission-patient", "permission-user", "permission-v1", "permission-v2", NULL };
  g_autofree char *all = g_strconcat (portal_access_get_patient_scopes (), " user/*.cruds", NULL);
  g_auto(GStrv) scopes = g_strsplit (all, " ", -1);
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  text (builder, "issuer", call->base);
  address (builder, call, "jwks_uri", "fhir/.well-known/jwks.json");
  address (builder, call, "authorization_endpoint", "auth/authorize");
  address (builder, call, "authorization_challenge_endpoint", "auth/challenge");
  address (builder, call, "cairn_account_endpoint", "account/");
  address (builder, call, "token_endpoint", "auth/token");
  address (builder, call, "revocation_endpoint", "auth/revoke");
  address (builder, call, "introspection_endpoint", "auth/introspect");
  if (!g_str_equal (call->service->config->app_registration, "closed"))
    address (builder, call, "registration_endpoint", "auth/register");
  texts (builder, "grant_types_supported", grants);
  texts (builder, "response_types_supported", responses);
  texts (builder, "code_challenge_methods_supported", challenges);
  texts (builder, "token_endpoint_auth_methods_supported", methods);
  texts (builder, "revocation_endpoint_auth_methods_supported", methods);
  texts (builder, "introspection_endpoint_auth_methods_supported", methods);
  texts (builder, "response_modes_supported", modes);
  flag (builder, "authorization_response_iss_parameter_supported", TRUE);
  texts (builder, "subject_types_supported", subjects);
  texts (builder, "claims_supported", claims);
  texts (builder, "id_token_signing_alg_values_supported", algorithms);
  texts (builder, "scopes_supported", (const char *const *) scopes);
  texts (builder, "capabilities", capabilities);
  json_builder_end_object (builder);
  reply_json (call, "application/json", builder);
}
