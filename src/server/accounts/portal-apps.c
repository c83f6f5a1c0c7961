/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The apps of others that somebody has let in, and showing them out. */
#include "portal-apps.h"

#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-owner.h"
#include "server/store/people/portal-store-clients.h"

static void
add_time (JsonBuilder *builder, const char *name, gint64 ms)
{
  g_autofree char *text = cairn_date_dup_instant (ms);

  portal_answer_text (builder, name, text);
}

static void
add_app (JsonBuilder *builder, const PortalApp *app)
{
  portal_answer_text (builder, "id", app->id);
  portal_answer_text (builder, "name", app->name);
  portal_answer_text (builder, "site", app->site);
  portal_answer_flag (builder, "known", !app->registered);
  portal_answer_text (builder, "scope", app->scope);
  portal_answer_text (builder, "patient", app->patient);
  add_time (builder, "connected", app->connected);
  add_time (builder, "last_used", app->used);
  portal_answer_flag (builder, "refresh", app->stays);
}

/* The owner's apps, or NULL with the call answered. */
static GPtrArray *
list (PortalCall *call, CairnConnection *db, PortalOwner *owner)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *apps;

  if (!portal_owner_load (call, db, owner))
    return NULL;
  apps = portal_store_list_apps (db, owner->account->id, cairn_date_now (), &error);
  if (apps == NULL)
    portal_account_fail (call, error);
  return apps;
}

/* GET ./apps */
void
portal_apps_list (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) apps = list (call, db, &owner);
  g_autoptr(JsonBuilder) builder = NULL;

  if (apps == NULL)
    return;
  builder = portal_answer_begin ();
  json_builder_set_member_name (builder, "apps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < apps->len; i++)
    {
      json_builder_begin_object (builder);
      add_app (builder, g_ptr_array_index (apps, i));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  portal_answer_send (call, 200, builder);
}

/* The one that the address names, or NULL with the call answered. */
static const PortalApp *
find (PortalCall *call, GPtrArray *apps)
{
  for (guint i = 0; i < apps->len; i++)
    {
      const PortalApp *app = g_ptr_array_index (apps, i);

      if (g_str_equal (app->id, call->args[0]))
        return app;
    }
  portal_account_problem (call, 404, "no_app", NULL, "There is no such app connected with this account");
  return NULL;
}

/* GET ./apps/{id} */
void
portal_apps_get (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) apps = list (call, db, &owner);
  const PortalApp *app = apps != NULL ? find (call, apps) : NULL;
  g_autoptr(JsonBuilder) builder = NULL;

  if (app == NULL)
    return;
  builder = portal_answer_begin ();
  add_app (builder, app);
  portal_answer_send (call, 200, builder);
}

/* DELETE ./apps/{id}: all that it was given is dead at once. */
void
portal_apps_end (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) apps = list (call, db, &owner);
  const PortalApp *app = apps != NULL ? find (call, apps) : NULL;
  g_autoptr(GError) error = NULL;

  if (app == NULL)
    return;
  call->app = g_strdup (app->name);
  if (cairn_connection_begin (db, &error) && portal_store_end_app (db, owner.account->id, app->id, &error) &&
      cairn_connection_commit (db, &error))
    portal_call_reply (call, 204, NULL, NULL);
  else
    portal_account_fail (call, error);
}
