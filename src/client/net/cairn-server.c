/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says of itself: CapabilityStatement and smart-configuration. No state, any thread. */
#include "cairn-discovery.h"

#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define PATIENT_COMPARTMENT "http://hl7.org/fhir/CompartmentDefinition/patient"
#define WEBSOCKET "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket"

static void
type_free (gpointer data)
{
  CairnServerType *type = data;

  g_free (type->type);
  g_free (type);
}

/**
 * cairn_server_free:
 * @self: (transfer full): a server
 */
void
cairn_server_free (CairnServer *self)
{
  g_free (self->base);
  g_clear_pointer (&self->types, g_ptr_array_unref);
  g_free (self->token_endpoint);
  g_free (self->revocation_endpoint);
  g_free (self->challenge_endpoint);
  g_free (self->account_endpoint);
  g_free (self->websocket);
  g_free (self);
}

/**
 * cairn_server_lookup_type:
 * @self: a server
 * @type: resource type
 *
 * Returns: (nullable): what it declares of that type
 */
const CairnServerType *
cairn_server_lookup_type (const CairnServer *self, const char *type)
{
  for (guint i = 0; i < self->types->len; i++)
    {
      const CairnServerType *candidate = self->types->pdata[i];

      if (g_str_equal (candidate->type, type))
        return candidate;
    }
  return NULL;
}

static gboolean
find_interaction (CairnJson code, gpointer data)
{
  CairnServerType *type = data;

  type->search = type->search || cairn_json_equals (code, "search-type");
  type->history = type->history || cairn_json_equals (code, "history-type");
  return TRUE;
}

static gboolean
add_type (CairnJson resource, gpointer data)
{
  CairnServer *self = data;
  g_autofree char *name = cairn_json_dup_text_at (resource, "type");
  CairnServerType *type;

  if (name == NULL)
    return TRUE;
  type = g_new0 (CairnServerType, 1);
  type->type = g_steal_pointer (&name);
  cairn_json_foreach (resource, "interaction.code", find_interaction, type);
  g_ptr_array_add (self->types, type);
  return TRUE;
}

static gboolean
find_compartment (CairnJson url, gpointer data)
{
  CairnServer *self = data;

  self->compartment = self->compartment || cairn_json_equals (url, PATIENT_COMPARTMENT);
  return TRUE;
}

static gboolean
find_batch (CairnJson code, gpointer data)
{
  CairnServer *self = data;

  self->batch = self->batch || cairn_json_equals (code, "batch");
  return TRUE;
}

/* ws: and wss: are http: and https: that go on as something else (RFC 6455 §1.7). */
static gboolean
find_websocket (CairnJson extension, gpointer data)
{
  CairnServer *self = data;
  g_autofree char *url = NULL;

  if (!cairn_json_equals (cairn_json_member (extension, "url"), WEBSOCKET))
    return TRUE;
  url = cairn_json_dup_text_at (extension, "valueUri");
  if (url == NULL || !(g_str_has_prefix (url, "wss://") || g_str_has_prefix (url, "ws://")))
    return TRUE;
  g_free (self->websocket);
  self->websocket = g_strconcat ("http", url + 2, NULL);
  return FALSE;
}

static char *
read_endpoint (CairnJson smart, const char *base, const char *name)
{
  g_autofree char *text = cairn_json_dup_text_at (smart, name);
  g_autofree char *folder = g_strconcat (base, "/", NULL);

  return text != NULL && *text != '\0' ? g_uri_resolve_relative (folder, text, G_URI_FLAGS_NONE, NULL) : NULL;
}

static gboolean
not_portal (const char *base, const char *why, GError **error)
{
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_PORTAL, "%s: %s", base, why);
  return FALSE;
}

static gboolean
read_metadata (CairnServer *self, GBytes *metadata, GError **error)
{
  CairnJson json;

  if (!cairn_gate_check (metadata, CAIRN_GATE_MAX_PAGE, &json, NULL))
    return not_portal (self->base, "what came is no JSON", error);
  if (!cairn_json_equals (cairn_json_get (json, "resourceType"), "CapabilityStatement"))
    return not_portal (self->base, "what came is no CapabilityStatement", error);
  cairn_json_foreach (json, "rest.resource", add_type, self);
  cairn_json_foreach (json, "rest.extension", find_websocket, self);
  cairn_json_foreach (json, "rest.interaction.code", find_batch, self);
  cairn_json_foreach (json, "rest.compartment", find_compartment, self);
  if (self->types->len == 0)
    return not_portal (self->base, "it declares no resource types", error);
  return TRUE;
}

/**
 * cairn_server_parse:
 * @base: FHIR base without a slash at its end
 * @metadata: answer to `metadata`
 * @smart: (nullable): answer to `.well-known/smart-configuration`
 * @error: return location for a %CAIRN_ERROR_NOT_PORTAL
 *
 * Returns: (transfer full) (nullable): the server
 */
CairnServer *
cairn_server_parse (const char *base, GBytes *metadata, GBytes *smart, GError **error)
{
  g_autoptr(CairnServer) self = g_new0 (CairnServer, 1);
  CairnJson json;

  self->base = g_strdup (base);
  self->types = g_ptr_array_new_with_free_func (type_free);
  if (!read_metadata (self, metadata, error))
    return NULL;
  if (smart == NULL || !cairn_gate_check (smart, CAIRN_GATE_MAX_PAGE, &json, NULL))
    return g_steal_pointer (&self);
  self->token_endpoint = read_endpoint (json, base, "token_endpoint");
  self->revocation_endpoint = read_endpoint (json, base, "revocation_endpoint");
  self->challenge_endpoint = read_endpoint (json, base, "authorization_challenge_endpoint");
  self->account_endpoint = read_endpoint (json, base, "cairn_account_endpoint");
  return g_steal_pointer (&self);
}
