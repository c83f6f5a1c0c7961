/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole portal in one object: its folder, its store, its server. */
#include "portal.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"
#include "portal-server.h"
#include "server/accounts/portal-factor.h"
#include "server/accounts/portal-terms.h"
#include "server/import/portal-import.h"
#include "server/messages/portal-attachment.h"
#include "server/operation/portal-restore.h"
#include "server/sign-in/portal-accounts.h"
#include "server/store/portal-store-content.h"

#define READERS 3

struct _Portal
{
  GObject        parent_instance;
  PortalConfig  *config;
  PortalStore   *store;
  PortalService  service;
  PortalServer  *server;
  char          *fhir_url;
};

G_DEFINE_FINAL_TYPE (Portal, portal, G_TYPE_OBJECT)

static void
portal_finalize (GObject *object)
{
  Portal *self = PORTAL_PORTAL (object);

  portal_stop (self);
  g_clear_pointer (&self->store, portal_store_close);
  portal_config_free (self->config);
  G_OBJECT_CLASS (portal_parent_class)->finalize (object);
}

static void
portal_class_init (PortalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = portal_finalize;
}

static void
portal_init (Portal *self)
{
}

/* The config is copied. */
Portal *
portal_new (PortalConfig *config)
{
  Portal *self = g_object_new (PORTAL_TYPE_PORTAL, NULL);

  self->config = portal_config_copy (config);
  return self;
}

/* Opens or makes the store; harmless when it is open. */
gboolean
portal_open (Portal *self, GError **error)
{
  if (self->store == NULL && cairn_crypto_init (error))
    self->store = portal_store_open (self->config, error);
  if (self->store == NULL)
    return FALSE;
  if (portal_restore_finish (self->store, error))
    return TRUE;
  g_clear_pointer (&self->store, portal_store_close);
  return FALSE;
}

static gpointer
is_empty_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (portal_store_is_empty (db, data, error));
}

/* Whether the store has neither records nor accounts. */
gboolean
portal_is_empty (Portal *self, gboolean *empty, GError **error)
{
  return portal_open (self, error) && cairn_database_run (portal_store_get_writer (self->store),
                                                          is_empty_on_writer, empty, error) != NULL;
}

static gpointer
load_page_key (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return portal_store_load_secret (db, "page", error);
}

static gpointer
sweep_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (portal_store_content_sweep (db, error));
}

static void
clear_service (Portal *self)
{
  g_clear_pointer (&self->service.post, portal_post_free);
  g_clear_pointer (&self->service.magic, portal_magic_free);
  g_clear_pointer (&self->service.factor_key, g_bytes_unref);
  g_clear_pointer (&self->service.terms, g_free);
  g_clear_pointer (&self->service.terms_version, g_free);
  g_clear_pointer (&self->service.page_key, g_bytes_unref);
  g_clear_pointer (&self->service.dummy_hash, g_free);
  g_clear_pointer (&self->service.audit, portal_audit_free);
  g_clear_pointer (&self->fhir_url, g_free);
}

static gboolean
prepare_service (Portal *self, GError **error)
{
  g_autofree char *nobodys = cairn_random_token (32);

  self->service.config = self->config;
  self->service.store = self->store;
  self->service.audit = portal_audit_new (portal_store_get_audit (self->store));
  self->service.page_key = cairn_database_run (portal_store_get_writer (self->store), load_page_key,
                                               NULL, error);
  if (self->service.page_key == NULL)
    return FALSE;
  self->service.dummy_hash = cairn_password_hash (nobodys, error);
  if (self->service.dummy_hash == NULL ||
      !portal_terms_load (self->config, &self->service.terms, &self->service.terms_version, error))
    return FALSE;
  self->service.factor_key = portal_factor_dup_key (self->store);
  self->service.magic = portal_magic_new ();
  self->service.post = portal_post_new (self->store, self->config);
  return TRUE;
}

/* Opens the store if need be, and serves until portal_stop(). */
gboolean
portal_start (Portal *self, GError **error)
{
  g_return_val_if_fail (self->server == NULL, FALSE);

  if (!portal_config_check (self->config, error) || !portal_open (self, error) ||
      !portal_store_add_readers (self->store, READERS, error) ||
      cairn_database_run (portal_store_get_writer (self->store), sweep_on_writer, NULL, error) == NULL || !prepare_service (self, error))
    return FALSE;
  self->server = portal_server_start (&self->service, error);
  if (self->server == NULL)
    {
      clear_service (self);
      return FALSE;
    }
  self->fhir_url = g_strconcat (portal_server_get_url (self->server), "fhir", NULL);
  return TRUE;
}

void
portal_stop (Portal *self)
{
  g_clear_pointer (&self->server, portal_server_stop);
  clear_service (self);
}

/* "http://127.0.0.1:PORT/"; NULL when it isn't started. */
const char *
portal_get_url (Portal *self)
{
  return self->server != NULL ? portal_server_get_url (self->server) : NULL;
}

/* Where Prometheus reads; NULL when nothing is configured for it. */
const char *
portal_get_metrics_url (Portal *self)
{
  return self->server != NULL ? portal_server_get_metrics_url (self->server) : NULL;
}

/* The same with "fhir" at its end. */
const char *
portal_get_fhir_url (Portal *self)
{
  return self->fhir_url;
}

static char *
import_files (Portal *self, GPtrArray *files, gboolean strict, gboolean *ok, GError **error)
{
  g_autoptr(JsonNode) report = NULL;

  if (!portal_open (self, error))
    return NULL;
  report = portal_import_files (portal_store_get_writer (self->store), files, strict, ok);
  return json_to_string (report, FALSE);
}

/* Imports files as `cairn-portal import --json` does; *ok says whether all of them went in. */
char *
portal_import (Portal *self,
               const char *const *paths,
               gboolean strict,
               gboolean *ok,
               GError **error)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_file_free);

  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (files, portal_file_read (paths[i]));
  return import_files (self, files, strict, ok, error);
}

/* The same for a text in memory. */
char *
portal_import_text (Portal *self, const char *json, gboolean *ok, GError **error)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_file_free);
  g_autoptr(GBytes) bytes = g_bytes_new (json, strlen (json));

  g_ptr_array_add (files, portal_file_parse ("(text)", bytes));
  return import_files (self, files, FALSE, ok, error);
}

/* Makes a patient's account; returns {"username","account","patient"}. */
char *
portal_account_add_patient (Portal      *self,
                            const char  *username,
                            const char  *email,
                            const char  *patient,
                            const char  *password,
                            GError     **error)
{
  PortalNewAccount wanted = {
    .username = username, .email = email, .patient = patient, .password = password
  };
  g_autoptr(PortalAccount) account = NULL;

  if (!portal_open (self, error))
    return NULL;
  account = portal_account_add (portal_store_get_writer (self->store), &wanted, error);
  return account != NULL ? portal_account_to_json (account) : NULL;
}

/* The writer, for commands that have a file of their own. */
/* Whom to ask, when the configuration does not say; before it starts. */
void
portal_set_support (Portal *self, const char *support)
{
  g_return_if_fail (PORTAL_IS_PORTAL (self));

  if (self->config->support == NULL)
    self->config->support = g_strdup (support);
}

PortalStore *
portal_get_store (Portal *self)
{
  return self->store;
}
