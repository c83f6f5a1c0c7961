/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record said before it was corrected: the cache has the newest version only, so the portal is asked. Main thread;
 * what comes is read on a worker. */
#include "cairn-session-private.h"

#include "client/cairn-trend.h"
#include "client/net/cairn-discovery.h"
#include "common/cairn-error.h"
#include "fhir/cairn-bundle.h"
#include "fhir/cairn-types.h"

#define MAX_VERSIONS 20
#define MAX_BYTES (4 * 1024 * 1024)

typedef struct
{
  char           *reference;
  CairnApiAnswer *answer;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_free (asking->reference);
  g_clear_pointer (&asking->answer, cairn_api_answer_free);
  g_free (asking);
}

/* Entries of a history are newest first (FHIR R4 §3.1.0.14); the first is what is shown already. */
static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Asking *asking = data;
  g_autoptr(GPtrArray) versions = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_summary_free);
  g_autoptr(CairnBundle) bundle = NULL;
  GError *error = NULL;

  bundle = cairn_bundle_new (asking->answer->body, MAX_BYTES, &error);
  if (bundle == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < MIN (cairn_bundle_n_entries (bundle), MAX_VERSIONS); i++)
    {
      g_auto(CairnBundleEntry) entry = { .fault = NULL };
      g_autofree char *reference = NULL;
      CairnSummary *summary;

      cairn_bundle_read_entry (bundle, i, &entry);
      reference = g_strdup_printf ("%s/%s", entry.type, entry.id);
      if (entry.fault != NULL || g_strcmp0 (reference, asking->reference) != 0)
        continue;
      summary = cairn_summary_new (entry.resource);
      if (summary != NULL)
        g_ptr_array_add (versions, summary);
    }
  if (versions->len > 0)
    g_ptr_array_remove_index (versions, 0);
  g_task_return_pointer (task, g_steal_pointer (&versions), (GDestroyNotify) g_ptr_array_unref);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;

  asking->answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);
  if (asking->answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, read_thread);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Asking *asking = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = NULL;
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (CAIRN_GRANT (source), result, &error);

  if (server == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  url = g_strdup_printf ("%s/%s/_history?_count=%d", server->base, asking->reference, MAX_VERSIONS);
  request = cairn_api_request_new ("GET", url);
  request->fhir = TRUE;
  request->limit = MAX_BYTES;
  request->tries = 1;
  cairn_grant_send_async (CAIRN_GRANT (source), request, g_task_get_cancellable (task), answer_cb, g_object_ref (task));
}

/**
 * cairn_session_load_versions_async:
 * @self: a session
 * @reference: "Type/id"
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Asks the portal what a record said in its older versions (FHIR R4 §3.1.0.14). Errors: %CAIRN_ERROR_LOCKED and those of
 * cairn_api_send_async(); a portal that keeps no history answers with one of them.
 */
void
cairn_session_load_versions_async (CairnSession        *self,
                                   const char          *reference,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Asking *asking;

  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_load_versions_async);
  asking = g_new0 (Asking, 1);
  asking->reference = g_strdup (reference);
  g_task_set_task_data (task, asking, asking_free);
  if (cairn_session_get_database (self, TRUE, &error) == NULL || !cairn_reference_split (reference, NULL, NULL))
    g_task_return_error (task, error != NULL ? error : g_error_new (CAIRN_ERROR, CAIRN_ERROR_USAGE, "%s is no reference", reference));
  else
    cairn_grant_connect_async (self->grant, cancellable, connected_cb, g_object_ref (task));
}

/**
 * cairn_session_load_versions_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CairnSummary) (nullable): the older versions, the newest of them first; twenty at most
 */
GPtrArray *
cairn_session_load_versions_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_autoptr(GPtrArray) versions = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  versions = g_task_propagate_pointer (G_TASK (result), error);
  if (versions == NULL || cairn_session_get_database (self, TRUE, error) == NULL)   /* locked in the meantime */
    return NULL;
  return g_steal_pointer (&versions);
}
