/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff do from the clinic's own machine, by the rules that they have over HTTP, too: look at results, hold
 * them back from patients, release them; threads are in portal-staff-thread.c. Blocks; the work is done on the writer's
 * thread, one transaction each. */
#include "portal-staff-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "server/sign-in/portal-accounts.h"
#include "server/store/portal-index.h"
#include "server/store/portal-store-hold.h"

#define MOST_LISTED 1000

void
desk_clear (Desk *desk)
{
  g_free (desk->type);
  g_free (desk->id);
  if (desk->out != NULL)
    g_string_free (desk->out, TRUE);
  g_clear_error (&desk->error);
}

void
portal_staff_clear (PortalStaffWork *work)
{
  g_clear_pointer (&work->view, portal_view_free);
}

/* Sets the error; always FALSE. */
gboolean
portal_desk_fail (GError **error, int code, const char *message)
{
  g_set_error_literal (error, CAIRN_ERROR, code, message);
  return FALSE;
}

static gboolean
find_view (Desk *desk, GError **error)
{
  g_autofree char *key = portal_account_key (desk->work->as);
  g_autoptr(PortalAccount) account = NULL;
  g_autoptr(GPtrArray) hands = NULL;

  if (!portal_store_find_account (desk->db, key, &account, error))
    return FALSE;
  if (account == NULL || account->role == NULL || account->disabled)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "%s is no active account of somebody who works here",
                   desk->work->as);
      return FALSE;
    }
  desk->work->view = portal_view_new_staff (account->id, account->practitioner, account->role, "user/*.cruds");
  hands = portal_desk_list_hands (desk, error);
  if (hands == NULL)
    return FALSE;
  portal_view_open_desk (desk->work->view, hands);
  return TRUE;
}

static char *
dup_title (CairnJson resource)
{
  char *title = cairn_json_dup_text_at (resource, "code.text");

  return title != NULL ? title : cairn_json_dup_text_at (resource, "code.coding.display");
}

/* ,"name":"value" or null */
void
portal_desk_add_text (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  if (value != NULL)
    cairn_json_append_string (out, value);
  else
    g_string_append (out, "null");
}

static gboolean
note_hold (const PortalHold *hold, gpointer data)
{
  GString *out = data;
  g_autofree char *since = cairn_date_dup_instant (hold->since);

  g_string_append (out, "{\"for\":");
  cairn_json_append_string (out, hold->root);
  portal_desk_add_text (out, "reason", hold->reason);
  portal_desk_add_text (out, "by", hold->account);
  portal_desk_add_text (out, "since", since);
  g_string_append_c (out, '}');
  return FALSE;
}

static gboolean
note_hold_plain (const PortalHold *hold, gpointer data)
{
  g_autofree char *since = cairn_date_dup_instant (hold->since);

  g_string_append_printf (data, "held by %s since %s%s%s", hold->account, since, hold->reason != NULL ? ": " : "",
                          hold->reason != NULL ? hold->reason : "");
  return FALSE;
}

/* What is known of a resource besides its content; an open object as JSON, a line otherwise. */
static gboolean
describe (Desk *desk, const PortalRow *row, GError **error)
{
  g_autofree char *title = dup_title (row->text), *updated = cairn_date_dup_instant (row->updated);
  const char *patient = row->audience;
  g_autoptr(GString) hold = g_string_new (NULL);

  if (!portal_store_walk_holds (desk->db, row->type, row->id, desk->work->json ? note_hold : note_hold_plain, hold,
                                error))
    return FALSE;
  if (patient != NULL && g_str_has_prefix (patient, PORTAL_HELD))
    patient += strlen (PORTAL_HELD);
  if (!desk->work->json)
    {
      g_string_append_printf (desk->out, "%s/%s\t%s\tPatient/%s\t%s\t%s\n", row->type, row->id, updated, patient,
                              hold->len > 0 ? hold->str : "open", title != NULL ? title : "");
      return TRUE;
    }
  g_string_append_printf (desk->out, "{\"type\":\"%s\",\"id\":\"%s\",\"version\":\"%" G_GINT64_FORMAT "\"", row->type,
                          row->id, row->version);
  portal_desk_add_text (desk->out, "updated", updated);
  portal_desk_add_text (desk->out, "patient", patient);
  portal_desk_add_text (desk->out, "title", title);
  g_string_append_printf (desk->out, ",\"held\":%s,\"hold\":%s", hold->len > 0 ? "true" : "false",
                          hold->len > 0 ? hold->str : "null");
  return TRUE;
}

static gboolean
list_row (const PortalRow *row, gpointer data)
{
  Desk *desk = data;

  if (!portal_view_sees (desk->work->view, row, PORTAL_OPERATION_SEARCH))
    return TRUE;
  if (desk->work->json && desk->n > 0)
    g_string_append_c (desk->out, ',');
  if (!describe (desk, row, &desk->error))
    return FALSE;
  if (desk->work->json)
    g_string_append_c (desk->out, '}');
  desk->n++;
  return TRUE;
}

static gboolean
find (Desk *desk, const char *type, const char *id, PortalRowFunc func, GError **error)
{
  PortalAudiences audiences;

  portal_view_get_audiences (desk->work->view, type, audiences);
  return portal_store_find_seen (desk->db, audiences, type, id, 0, func, desk, error);
}

static gboolean
collect_root (const PortalHold *hold, gpointer data)
{
  g_autofree char *reference = g_strconcat (hold->type, "/", hold->id, NULL);

  if (!g_ptr_array_find_with_equal_func (data, reference, g_str_equal, NULL))
    g_ptr_array_add (data, g_steal_pointer (&reference));
  return TRUE;
}

static gboolean
list_held (Desk *desk, GError **error)
{
  g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func (g_free);

  if (!portal_store_walk_holds (desk->db, NULL, NULL, collect_root, held, error))
    return FALSE;
  for (guint i = 0; i < held->len; i++)
    {
      g_autofree char *type = NULL, *id = NULL;

      if (cairn_reference_split (g_ptr_array_index (held, i), &type, &id) &&
          !find (desk, type, id, list_row, error))
        return FALSE;
    }
  return TRUE;
}

/* A patient's results, those that are held among them. */
static gboolean
list_patient (Desk *desk, GError **error)
{
  static const char *const types[] = { "DiagnosticReport", "Observation" };
  PortalRange all = PORTAL_RANGE_ALL;

  if (!portal_view_focus (desk->work->view, desk->id))
    return portal_desk_fail (error, CAIRN_ERROR_USAGE, "list takes nothing, Patient/ID, Communication, or who has the threads");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      PortalAudiences audiences;

      portal_view_get_audiences (desk->work->view, types[i], audiences);
      if (!portal_store_search (desk->db, audiences, types[i], &all, 0, MOST_LISTED, list_row, desk, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
list (Desk *desk, GError **error)
{
  if (desk->work->json)
    g_string_append_c (desk->out, '[');
  if (desk->type != NULL && !g_str_equal (desk->type, "Patient"))
    {
      if (!portal_desk_list_threads (desk, error))
        return FALSE;
    }
  else if (!(desk->type != NULL ? list_patient (desk, error) : list_held (desk, error) && portal_desk_list_threads (desk, error)))
    return FALSE;
  g_string_append (desk->out, desk->work->json ? "]\n" : "");
  return TRUE;
}

static gboolean
show_row (const PortalRow *row, gpointer data)
{
  Desk *desk = data;

  if (row->deleted || !portal_view_sees (desk->work->view, row, PORTAL_OPERATION_READ) ||
      !describe (desk, row, &desk->error))
    return FALSE;
  if (desk->work->json)
    g_string_append (desk->out, ",\"resource\":");
  g_string_append_len (desk->out, row->text.text, row->text.length);
  g_string_append (desk->out, desk->work->json ? "}\n" : "\n");
  desk->n++;
  return FALSE;
}

static gboolean
show (Desk *desk, GError **error)
{
  if (!find (desk, desk->type, desk->id, show_row, error))
    return FALSE;
  return desk->error != NULL || desk->n > 0 || portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "There is no such resource to see");
}

static gboolean
collect_result (CairnJson reference, gpointer data)
{
  g_autofree char *text = cairn_json_dup_string (reference), *type = NULL, *id = NULL;

  if (cairn_reference_split (text, &type, &id) && g_str_equal (type, "Observation"))
    g_ptr_array_add (data, g_strconcat (type, "/", id, NULL));
  return TRUE;
}

static gboolean
note_seen (const PortalRow *row, gpointer data)
{
  Desk *desk = data;

  desk->n += portal_view_sees (desk->work->view, row, PORTAL_OPERATION_READ) && !row->deleted;
  return FALSE;
}

/* A resource and, of a report, its results. */
static GPtrArray *
list_family (Desk *desk, GError **error)
{
  g_autoptr(GPtrArray) family = g_ptr_array_new_with_free_func (g_free);
  PortalRow row;
  gboolean found;

  g_ptr_array_add (family, g_strconcat (desk->type, "/", desk->id, NULL));
  if (!portal_store_get_current (desk->db, desk->type, desk->id, &row, &found, error))
    return NULL;
  if (found && !row.deleted && g_str_equal (desk->type, "DiagnosticReport"))
    cairn_json_foreach (row.text, "result.reference", collect_result, family);
  return g_steal_pointer (&family);
}

/* Gives each a new version, whose audience follows from whether it is held now. */
static gboolean
touch_all (Desk *desk, PortalWrite *write, GPtrArray *family, gboolean hide, GError **error)
{
  for (guint i = 0; i < family->len; i++)
    {
      g_autofree char *type = NULL, *id = NULL;
      PortalChange change;

      cairn_reference_split (g_ptr_array_index (family, i), &type, &id);
      if (!portal_write_touch (write, type, id, &change, error) ||
          (hide && !portal_store_hide_past (desk->db, type, id, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_holds (Desk *desk, GPtrArray *family, gint64 now, GError **error)
{
  for (guint i = 0; i < family->len; i++)
    {
      g_autofree char *type = NULL, *id = NULL;
      PortalHold hold = { .root = g_ptr_array_index (family, 0), .reason = desk->work->reason,
                          .account = desk->work->as, .since = now };

      cairn_reference_split (g_ptr_array_index (family, i), &type, &id);
      hold.type = type;
      hold.id = id;
      if (!portal_store_add_hold (desk->db, &hold, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
change (Desk *desk, GError **error)
{
  gboolean holding = g_str_equal (desk->work->verb, "hold");
  g_autoptr(PortalWrite) write = portal_write_begin (desk->db, error);
  g_autoptr(GPtrArray) family = NULL;
  g_autofree char *root = g_strconcat (desk->type, "/", desk->id, NULL);
  gboolean held;

  if (write == NULL || !portal_store_is_held (desk->db, desk->type, desk->id, &held, error))
    return FALSE;
  if (holding)
    family = list_family (desk, error);
  else
    family = portal_store_list_held (desk->db, root, error);
  if (family == NULL)
    return FALSE;
  if (!holding && family->len == 0)
    return portal_desk_fail (error, CAIRN_ERROR_CONFLICT, held ? "It is held with its report; release that"
                                                   : "It is not held");
  if (holding && held)
    return portal_desk_fail (error, CAIRN_ERROR_CONFLICT, "It is held already");
  return (holding ? set_holds (desk, family, cairn_date_now (), error)
                  : portal_store_drop_holds (desk->db, root, error)) &&
         touch_all (desk, write, family, holding, error) && portal_write_commit (write, error);
}

/* Holds or releases, and tells how it stands then. */
static gboolean
hold_or_release (Desk *desk, GError **error)
{
  if (!portal_access_may_hold (desk->work->view, desk->type))
    return portal_desk_fail (error, CAIRN_ERROR_USAGE, "This role or this type of resource has no holding and releasing");
  if (!find (desk, desk->type, desk->id, note_seen, error))
    return FALSE;
  if (desk->n == 0)
    return portal_desk_fail (error, CAIRN_ERROR_NOT_FOUND, "There is no such resource");
  desk->n = 0;
  if (!change (desk, error) || !find (desk, desk->type, desk->id, list_row, error))
    return FALSE;
  if (desk->work->json)
    g_string_append_c (desk->out, '\n');
  return TRUE;
}

static gboolean
read_reference (Desk *desk, GError **error)
{
  const char *reference = desk->work->reference;

  if (reference == NULL)
    return TRUE;
  if (g_str_equal (reference, "Communication") && g_str_equal (desk->work->verb, "list"))
    desk->type = g_strdup (reference);
  else if (!cairn_reference_split (reference, &desk->type, &desk->id) || !cairn_type_is_known (desk->type) ||
           !cairn_id_is_legal (desk->id))
    return portal_desk_fail (error, CAIRN_ERROR_USAGE, "A resource is named as Type/ID");
  return TRUE;
}

static gboolean
run_verb (Desk *desk, GError **error)
{
  const char *verb = desk->work->verb;

  if (g_str_equal (verb, "list"))
    return list (desk, error);
  if (desk->type == NULL)
    return portal_desk_fail (error, CAIRN_ERROR_USAGE, "All but list need a Type/ID");
  if (g_str_equal (verb, "hold") || g_str_equal (verb, "release"))
    return hold_or_release (desk, error);
  if (g_str_equal (desk->type, "Communication"))
    return portal_desk_work_thread (desk, error);
  return g_str_equal (verb, "show") ? show (desk, error)
                                    : portal_desk_fail (error, CAIRN_ERROR_USAGE, "reply, assign and close take a Communication/ID");
}

static gpointer
work_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  PortalStaffWork *work = data;
  g_auto(Desk) desk = { .work = work, .db = db, .out = g_string_new (NULL) };
  gboolean done;

  if (!find_view (&desk, error))
    return NULL;
  done = read_reference (&desk, error) && run_verb (&desk, error);
  if (done && desk.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&desk.error));
      done = FALSE;
    }
  return done ? g_string_free (g_steal_pointer (&desk.out), FALSE) : NULL;
}

/* What to print; NULL with an error. */
char *
portal_staff_work (CairnDatabase *writer, PortalStaffWork *work, GError **error)
{
  return cairn_database_run (writer, work_on_writer, work, error);
}

/* The same as `staff list` of threads, for staff over HTTP: ?of= is Communication for all that are open, or who has
 * them. The token's view is the desk's. */
void
portal_staff_threads (PortalCall *call, CairnConnection *db)
{
  PortalStaffWork work = { .verb = "list", .reference = portal_call_get_param (call, "of"), .json = TRUE, .view = call->view };
  g_auto(Desk) desk = { .work = &work, .db = db, .out = g_string_new ("[") };
  g_autoptr(GError) error = NULL;

  if (call->view->role == NULL || !portal_view_may (call->view, "Communication", PORTAL_OPERATION_SEARCH))
    portal_call_outcome (call, 403, "forbidden", "This is for staff who answer messages");
  else if (!read_reference (&desk, &error))
    portal_call_outcome (call, 400, "invalid_request", error->message);
  else if (!portal_desk_list_threads (&desk, &error))
    portal_call_fail (call, error);
  else
    {
      g_string_append_c (desk.out, ']');
      portal_call_reply_take (call, 200, "application/json", g_string_free (g_steal_pointer (&desk.out), FALSE));
    }
}
