/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's verbs over apps of others: who may ask people to be let in, and who was. */
#include "portal-store-clients.h"

#define COLUMNS "id, name, site, redirects, scope, secret, registered, created, used"
/* Ends what a client was given, of one account (:account) or of all (NULL) */
#define OF_CLIENT " client = :client AND (:account IS NULL OR account = :account)"

void
portal_client_free (PortalClient *client)
{
  g_free (client->id);
  g_free (client->name);
  g_free (client->site);
  g_strfreev (client->redirects);
  g_free (client->scope);
  g_free (client->secret);
  g_free (client);
}

void
portal_app_free (PortalApp *app)
{
  g_free (app->id);
  g_free (app->name);
  g_free (app->site);
  g_free (app->scope);
  g_free (app->patient);
  g_free (app);
}

static char *
dup_text (CairnStatement *row, int column)
{
  return g_strdup (cairn_statement_text (row, column, NULL));
}

gboolean
portal_store_add_client (CairnConnection *db, const PortalClient *client, GError **error)
{
  g_autofree char *redirects = g_strjoinv ("\n", client->redirects);
  CairnStatement *statement;

  statement = cairn_connection_prepare (db, "INSERT INTO client (" COLUMNS ") VALUES (:id, :name, :site, :redirects,"
                                            " :scope, :secret, :registered, :created, 0)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", client->id, -1);
  cairn_statement_bind_text (statement, ":name", client->name, -1);
  cairn_statement_bind_text (statement, ":site", client->site, -1);
  cairn_statement_bind_text (statement, ":redirects", redirects, -1);
  cairn_statement_bind_text (statement, ":scope", client->scope, -1);
  cairn_statement_bind_text (statement, ":secret", client->secret, -1);
  cairn_statement_bind_int64 (statement, ":registered", client->registered);
  cairn_statement_bind_int64 (statement, ":created", client->created);
  return cairn_statement_run (statement, error);
}

static PortalClient *
read_client (CairnStatement *row)
{
  PortalClient *client = g_new0 (PortalClient, 1);

  client->id = dup_text (row, 0);
  client->name = dup_text (row, 1);
  client->site = dup_text (row, 2);
  client->redirects = g_strsplit (cairn_statement_text (row, 3, NULL), "\n", -1);
  client->scope = dup_text (row, 4);
  client->secret = dup_text (row, 5);
  client->registered = cairn_statement_int64 (row, 6) != 0;
  client->created = cairn_statement_int64 (row, 7);
  client->used = cairn_statement_int64 (row, 8);
  return client;
}

/* TRUE with NULL when there is none. */
gboolean
portal_store_load_client (CairnConnection *db, const char *id, PortalClient **client, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM client WHERE id = :id", error);
  gboolean row;

  *client = NULL;
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    *client = read_client (statement);
  cairn_statement_reset (statement);
  return TRUE;
}

/* (element-type PortalClient) */
GPtrArray *
portal_store_list_clients (CairnConnection *db, GError **error)
{
  g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_client_free);
  CairnStatement *statement = cairn_connection_prepare (db, "SELECT " COLUMNS " FROM client ORDER BY created, id", error);
  gboolean row;

  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&clients);
      g_ptr_array_add (clients, read_client (statement));
    }
  return NULL;
}

gboolean
portal_store_use_client (CairnConnection *db, const char *id, gint64 now, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, "UPDATE client SET used = :now WHERE id = :id", error);

  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

static gboolean
end (CairnConnection *db, const char *account, const char *client, GError **error)
{
  static const char *const steps[] = {
    "DELETE FROM code WHERE" OF_CLIENT,
    "DELETE FROM auth_session WHERE" OF_CLIENT,
    "DELETE FROM access_token WHERE grant_id IN (SELECT id FROM grants WHERE" OF_CLIENT ")",
    "UPDATE refresh_token SET successor = NULL WHERE successor IS NOT NULL AND grant_id IN (SELECT id FROM grants WHERE"
    OF_CLIENT ")",
    "UPDATE grants SET revoked = 1 WHERE revoked = 0 AND" OF_CLIENT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      CairnStatement *statement = cairn_connection_prepare (db, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cairn_statement_bind_text (statement, ":client", client, -1);
      cairn_statement_bind_text (statement, ":account", account, -1);
      if (!cairn_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/* With all that anybody has given it. */
gboolean
portal_store_remove_client (CairnConnection *db, const char *id, gboolean *had, GError **error)
{
  CairnStatement *statement;

  if (!end (db, NULL, id, error))
    return FALSE;
  statement = cairn_connection_prepare (db, "DELETE FROM client WHERE id = :id", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":id", id, -1);
  if (!cairn_statement_run (statement, error))
    return FALSE;
  *had = cairn_connection_changes (db) > 0;
  return TRUE;
}

gboolean
portal_store_count_registered (CairnConnection *db, gint64 *n, GError **error)
{
  return cairn_connection_scalar (db, "SELECT count (*) FROM client WHERE registered = 1", n, error);
}

/* Those that registered themselves, and that nobody let in for long, or lets in any more. */
gboolean
portal_store_forget_clients (CairnConnection *db, gint64 unused_before, gint64 left_before, gint64 now, GError **error)
{
  CairnStatement *statement;

  statement = cairn_connection_prepare (
    db,
    "DELETE FROM client WHERE registered = 1 AND ((used = 0 AND created < :unused) OR (used <> 0 AND used < :left"
    " AND NOT EXISTS (SELECT 1 FROM grants g JOIN refresh_token r ON r.grant_id = g.id WHERE g.client = client.id"
    " AND g.revoked = 0 AND r.replaced IS NULL AND r.expires > :now)))",
    error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_int64 (statement, ":unused", unused_before);
  cairn_statement_bind_int64 (statement, ":left", left_before);
  cairn_statement_bind_int64 (statement, ":now", now);
  return cairn_statement_run (statement, error);
}

/* One app, not one for each time that it was let in; the newest comes first. */
static void
merge (GPtrArray *apps, CairnStatement *row)
{
  const char *id = cairn_statement_text (row, 0, NULL);
  gint64 connected = cairn_statement_int64 (row, 5);
  gboolean stays = cairn_statement_int64 (row, 7) != 0;
  PortalApp *app;

  for (guint i = 0; i < apps->len; i++)
    {
      app = g_ptr_array_index (apps, i);
      if (!g_str_equal (app->id, id))
        continue;
      app->connected = MIN (app->connected, connected);
      app->stays |= stays;
      return;
    }
  app = g_new (PortalApp, 1);
  *app = (PortalApp) { g_strdup (id), dup_text (row, 1), dup_text (row, 2), dup_text (row, 3), dup_text (row, 4), connected,
                       cairn_statement_int64 (row, 6), stays, cairn_statement_int64 (row, 8) != 0 };
  g_ptr_array_add (apps, app);
}

/* The apps that can get at somebody's record, the last used first (element-type PortalApp). */
GPtrArray *
portal_store_list_apps (CairnConnection *db, const char *account, gint64 now, GError **error)
{
  g_autoptr(GPtrArray) apps = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_app_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (
    db,
    "SELECT c.id, c.name, c.site, g.scope, g.patient, g.created, CASE WHEN g.used > g.created THEN g.used ELSE g.created END"
    " AS last, EXISTS (SELECT 1 FROM refresh_token r WHERE r.grant_id = g.id AND r.replaced IS NULL AND r.expires > :now),"
    " c.registered FROM grants g JOIN client c ON c.id = g.client WHERE g.account = :account AND g.revoked = 0 AND"
    " (EXISTS (SELECT 1 FROM refresh_token r WHERE r.grant_id = g.id AND r.replaced IS NULL AND r.expires > :now) OR"
    " EXISTS (SELECT 1 FROM access_token t WHERE t.grant_id = g.id AND t.expires > :now)) ORDER BY last DESC, g.id",
    error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":account", account, -1);
  cairn_statement_bind_int64 (statement, ":now", now);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&apps);
      merge (apps, statement);
    }
  return NULL;
}

/* What one account has given a client. */
gboolean
portal_store_end_app (CairnConnection *db, const char *account, const char *client, GError **error)
{
  return end (db, account, client, error);
}
