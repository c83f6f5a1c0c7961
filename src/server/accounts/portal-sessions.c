/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where somebody is signed in, signing out there, and what was done with the account. */
#include "portal-sessions.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-account-call.h"
#include "portal-owner.h"
#include "server/store/people/portal-store-factor.h"
#include "server/store/portal-store-audit.h"

#define MOST_EVENTS 100
#define PLACE "activity:"

static void
add_time (JsonBuilder *builder, const char *name, gint64 ms)
{
  g_autofree char *text = cairn_date_dup_instant (ms);

  portal_answer_text (builder, name, text);
}

static void
add_device (JsonBuilder *builder, const PortalDevice *device, const char *current)
{
  portal_answer_text (builder, "id", device->id);
  portal_answer_text (builder, "device", device->name);
  portal_answer_text (builder, "client", device->client);
  portal_answer_text (builder, "patient", device->patient);
  add_time (builder, "created", device->created);
  add_time (builder, "last_used", device->used);
  portal_answer_flag (builder, "current", g_str_equal (device->id, current));
}

static GPtrArray *
list (PortalCall *call, CairnConnection *db, const PortalOwner *owner)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *devices = portal_store_list_devices (db, owner->account->id, cairn_date_now (), &error);

  if (devices == NULL)
    portal_account_fail (call, error);
  return devices;
}

/* GET ./sessions */
void
portal_sessions_list (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) devices = NULL;
  g_autoptr(JsonBuilder) builder = NULL;

  if (!portal_owner_load (call, db, &owner))
    return;
  devices = list (call, db, &owner);
  if (devices == NULL)
    return;
  builder = portal_answer_begin ();
  json_builder_set_member_name (builder, "sessions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++)
    {
      json_builder_begin_object (builder);
      add_device (builder, g_ptr_array_index (devices, i), owner.grant->id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  portal_answer_send (call, 200, builder);
}

static PortalDevice *
find (GPtrArray *devices, const char *id)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PortalDevice *device = g_ptr_array_index (devices, i);

      if (g_str_equal (device->id, id))
        return device;
    }
  return NULL;
}

static void
no_such (PortalCall *call)
{
  portal_account_problem (call, 404, "no_session", NULL, "You are not signed in there");
}

/* GET ./sessions/{id} */
void
portal_sessions_get (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) devices = NULL;
  g_autoptr(JsonBuilder) builder = NULL;
  PortalDevice *device;

  if (!portal_owner_load (call, db, &owner))
    return;
  devices = list (call, db, &owner);
  if (devices == NULL)
    return;
  device = find (devices, call->args[0]);
  if (device == NULL)
    {
      no_such (call);
      return;
    }
  builder = portal_answer_begin ();
  add_device (builder, device, owner.grant->id);
  portal_answer_send (call, 200, builder);
}

/* DELETE ./sessions/{id}: nobody else's can be named. */
void
portal_sessions_end (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(GPtrArray) devices = NULL;
  g_autoptr(GError) error = NULL;

  if (!portal_owner_load (call, db, &owner))
    return;
  devices = list (call, db, &owner);
  if (devices == NULL)
    return;
  if (find (devices, call->args[0]) == NULL)
    no_such (call);
  else if (cairn_connection_begin (db, &error) && portal_store_revoke_grant (db, call->args[0], &error) &&
           cairn_connection_commit (db, &error))
    portal_call_reply (call, 204, NULL, NULL);
  else
    portal_account_fail (call, error);
}

/* DELETE ./sessions: everywhere but here. */
void
portal_sessions_end_others (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  g_autoptr(JsonBuilder) builder = NULL;
  g_autoptr(GError) error = NULL;
  gint64 n;

  if (!portal_owner_load (call, db, &owner))
    return;
  if (!cairn_connection_begin (db, &error) ||
      !portal_store_revoke_others (db, owner.account->id, owner.grant->id, &n, &error) || !cairn_connection_commit (db, &error))
    {
      portal_account_fail (call, error);
      return;
    }
  builder = portal_answer_begin ();
  portal_answer_int (builder, "ended", n);
  portal_answer_send (call, 200, builder);
}

typedef struct
{
  const char  *who;
  JsonBuilder *builder;
  gint64       before;   /* the last one's place in the log */
  guint        n;
  gboolean     more;
} Activity;

/* Reads of records are in the record's own log. */
static gboolean
add_event (const PortalAuditRow *row, gpointer data)
{
  static const char *const actions[] = { "sign-in", "revoke", "register", "password-set", "step-up", "terms-accept",
                                         "second-factor-set", "second-factor-delete", "session-end", "sessions-end",
                                         "password-reset", "app-consent", "app-end", "contact-set", "recovery-codes-set", NULL };
  Activity *activity = data;
  CairnJson event = cairn_json_from_string (row->data);
  g_autofree char *action = cairn_json_dup_text_at (event, "action"), *time = cairn_json_dup_text_at (event, "time");
  g_autofree char *address = cairn_json_dup_text_at (event, "address"), *app = cairn_json_dup_text_at (event, "app");
  gint64 status = 0;

  if (action == NULL || !g_strv_contains (actions, action))
    return TRUE;
  activity->more = activity->n == MOST_EVENTS;
  if (activity->more)
    return FALSE;
  cairn_json_int64 (cairn_json_member (event, "outcome"), &status);
  json_builder_begin_object (activity->builder);
  portal_answer_text (activity->builder, "time", time);
  portal_answer_text (activity->builder, "action", action);
  portal_answer_flag (activity->builder, "done", status < 400);
  portal_answer_text (activity->builder, "app", app);
  portal_answer_text (activity->builder, "address", address);
  json_builder_end_object (activity->builder);
  activity->before = row->n;
  activity->n++;
  return TRUE;
}

static gpointer
read_log (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Activity *activity = data;

  return GINT_TO_POINTER (portal_store_audit_by (db, activity->who, activity->before, add_event, activity, error));
}

/* A place in the log says how much is in it, so that it is sealed. */
static char *
seal_place (PortalCall *call, gint64 place)
{
  g_autofree char *text = g_strdup_printf (PLACE "%" G_GINT64_FORMAT, place);
  g_autoptr(GBytes) sealed = cairn_seal (call->service->page_key, text, strlen (text));

  return cairn_base64url_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
}

static gboolean
unseal_place (PortalCall *call, const char *before, gint64 *place)
{
  g_autoptr(GBytes) box = cairn_base64url_decode (before), plain = NULL;
  g_autofree char *text = NULL;

  plain = box != NULL ? cairn_unseal (call->service->page_key, g_bytes_get_data (box, NULL), g_bytes_get_size (box)) : NULL;
  text = plain != NULL ? g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain)) : NULL;
  return text != NULL && g_str_has_prefix (text, PLACE) &&
         g_ascii_string_to_signed (text + strlen (PLACE), 10, 1, G_MAXINT64, place, NULL);
}

/* GET ./activity: what was done with the account, newest first, a page at a time. */
void
portal_sessions_activity (PortalCall *call, CairnConnection *db)
{
  g_auto(PortalOwner) owner = { 0 };
  Activity activity = { .before = G_MAXINT64 };
  const char *before = portal_call_get_param (call, "before");
  g_autoptr(JsonBuilder) builder = NULL;
  g_autoptr(GError) error = NULL;

  if (!portal_owner_load (call, db, &owner))
    return;
  if (before != NULL && !unseal_place (call, before, &activity.before))
    {
      portal_account_problem (call, 400, "bad_request", "before", "This is no “next” of an answer before");
      return;
    }
  activity.who = owner.account->id;
  activity.builder = builder = portal_answer_begin ();
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  if (cairn_database_run (portal_store_get_audit_reader (call->service->store), read_log, &activity, &error) == NULL)
    {
      portal_account_fail (call, error);
      return;
    }
  json_builder_end_array (builder);
  if (activity.more)
    {
      g_autofree char *next = seal_place (call, activity.before);

      portal_answer_text (builder, "next", next);
    }
  portal_answer_send (call, 200, builder);
}
