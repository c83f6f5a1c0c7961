/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-api.h"

G_BEGIN_DECLS

/**
 * CairnServerType:
 * @type: resource type
 * @search: whether it can be searched
 * @history: whether it has a type history
 *
 * What a server declares of one type.
 */
typedef struct
{
  char    *type;
  gboolean search;
  gboolean history;
} CairnServerType;

/**
 * CairnServer:
 * @base: FHIR base without a slash at its end
 * @types: (element-type CairnServerType): what it declares (FHIR R4 §5.1, CapabilityStatement)
 * @batch: whether it takes Bundles of type batch (FHIR R4 §3.1.0.11)
 * @compartment: whether it searches the patient compartment (`Patient/{id}/{Type}`)
 * @token_endpoint: (nullable): SMART App Launch 2.2, ".well-known/smart-configuration"
 * @revocation_endpoint: (nullable): the same
 * @challenge_endpoint: (nullable): authorization_challenge_endpoint, for first-party sign-in
 * @account_endpoint: (nullable): cairn_account_endpoint, for accounts ("Accounts" in the profile)
 * @websocket: (nullable): where it tells of news over WebSocket (FHIR R4 §2.46.6.2), as an https or http address
 *
 * What is known of a FHIR server.
 */
typedef struct
{
  char      *base;
  GPtrArray *types;
  gboolean   batch;
  gboolean   compartment;
  char      *token_endpoint;
  char      *revocation_endpoint;
  char      *challenge_endpoint;
  char      *account_endpoint;
  char      *websocket;
} CairnServer;

void                   cairn_server_free        (CairnServer *self);
const CairnServerType *cairn_server_lookup_type (const CairnServer *self, const char *type);
CairnServer           *cairn_server_parse       (const char *base, GBytes *metadata, GBytes *smart, GError **error);

char       **cairn_discovery_list_bases (const char *address, GError **error);
void         cairn_discovery_find_async (const char *address, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
CairnServer *cairn_discovery_find_finish (GAsyncResult *result, CairnApi **api, GError **error);
void         cairn_discovery_read_async (CairnApi *api, const char *base, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
CairnServer *cairn_discovery_read_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnServer, cairn_server_free)

G_END_DECLS
