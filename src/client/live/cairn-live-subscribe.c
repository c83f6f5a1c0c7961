/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Subscription by which a portal tells of messages (FHIR R4 §2.46): the one that the patient has already, from this machine or
 * another, else a new one. Main thread; answers are read on a worker.
 */
#include "cairn-live-private.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define LIMIT (1024 * 1024)

typedef struct
{
  CairnGrant     *grant;
  char           *patient;
  CairnApiAnswer *answer;
  gboolean        listing;
} Subscribing;

static void
subscribing_free (gpointer data)
{
  Subscribing *self = data;

  g_object_unref (self->grant);
  g_free (self->patient);
  g_clear_pointer (&self->answer, cairn_api_answer_free);
  g_free (self);
}

static char *
dup_criteria (const Subscribing *self)
{
  return g_strconcat ("Communication?patient=", self->patient, NULL);
}

typedef struct
{
  const Subscribing *subscribing;
  char              *id;
} Search;

/* Takes the id of one that tells what is wanted. */
static gboolean
look_at (CairnJson entry, gpointer data)
{
  Search *search = data;
  CairnJson resource = cairn_json_member (entry, "resource");
  g_autofree char *criteria = cairn_json_dup_text_at (resource, "criteria");
  g_autofree char *wanted = dup_criteria (search->subscribing);

  if (!cairn_json_equals (cairn_json_member (resource, "resourceType"), "Subscription") || g_strcmp0 (criteria, wanted) != 0 ||
      !cairn_json_equals (cairn_json_member (resource, "status"), "active") ||
      !cairn_json_equals (cairn_json_get (resource, "channel.type"), "websocket"))
    return TRUE;
  search->id = cairn_json_dup_text_at (resource, "id");
  return search->id == NULL;
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Subscribing *self = data;
  Search search = { self, NULL };
  GError *error = NULL;
  CairnJson json;

  if (!cairn_gate_check (self->answer->body, LIMIT, &json, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->listing)
    cairn_json_foreach (json, "entry", look_at, &search);
  else if (cairn_json_equals (cairn_json_member (json, "resourceType"), "Subscription"))
    search.id = cairn_json_dup_text_at (json, "id");
  g_task_return_pointer (task, search.id, g_free);
}

static void ask (GTask *task);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Subscribing *self = g_task_get_task_data (task);
  GError *error = NULL;
  char *id = g_task_propagate_pointer (G_TASK (result), &error);

  g_clear_pointer (&self->answer, cairn_api_answer_free);
  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else if (error == NULL && self->listing)
    {
      self->listing = FALSE;
      ask (task);
    }
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal doesn't say what the subscription is called");
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GTask) reading = NULL;
  Subscribing *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);
  if (self->answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reading = g_task_new (NULL, NULL, read_cb, g_object_ref (task));
  g_task_set_source_tag (reading, answer_cb);
  g_task_set_task_data (reading, self, NULL);
  g_task_run_in_thread (reading, read_thread);
}

/* For the list of those that there are, or for a new one. */
static void
ask (GTask *task)
{
  Subscribing *self = g_task_get_task_data (task);
  g_autofree char *url = g_strconcat (cairn_grant_get_server (self->grant)->base, "/Subscription", NULL);
  g_autoptr(CairnApiRequest) request = cairn_api_request_new (self->listing ? "GET" : "POST", url);
  g_autofree char *criteria = dup_criteria (self);

  request->fhir = TRUE;
  request->limit = LIMIT;
  request->tries = 1;
  if (!self->listing)
    {
      request->prefer = "return=representation";
      request->json = g_strdup_printf ("{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"Messages\","
                                       "\"criteria\":\"%s\",\"channel\":{\"type\":\"websocket\"}}", criteria);
    }
  cairn_grant_send_async (self->grant, request, g_task_get_cancellable (task), answer_cb, g_object_ref (task));
}

/**
 * cairn_live_subscribe_async:
 * @grant: a grant that is connected
 * @anew: whether one that is there already is no good
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sees to it that there is a subscription. Errors: those of cairn_grant_send_async().
 */
void
cairn_live_subscribe_async (CairnGrant *grant, gboolean anew, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Subscribing *self = g_new0 (Subscribing, 1);

  g_task_set_source_tag (task, cairn_live_subscribe_async);
  self->grant = g_object_ref (grant);
  self->patient = g_strdup (cairn_account_get_patient (cairn_grant_get_account (grant)));
  self->listing = !anew;
  g_task_set_task_data (task, self, subscribing_free);
  ask (task);
}

/**
 * cairn_live_subscribe_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its id
 */
char *
cairn_live_subscribe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
