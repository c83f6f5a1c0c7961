/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose record it is and whose portal, for what leaves the screen. Main thread; the work runs on the database's. */
#include "cairn-session-private.h"

#include "common/cairn-error.h"
#include "fhir/cairn-types.h"

/* The organization that the patient's record names, by its display or by what is known of it here. */
static gpointer
load_clinic (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *reference = g_strconcat ("Patient/", data, NULL), *target = NULL, *type = NULL, *id = NULL;
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, reference, error);
  CairnJson organization;
  char *name;

  if (text == NULL)
    return NULL;
  organization = cairn_json_get (cairn_json_from_bytes (text), "managingOrganization");
  name = cairn_json_dup_text_at (organization, "display");
  target = cairn_json_dup_text_at (organization, "reference");
  if (name == NULL && target != NULL && cairn_reference_split (target, &type, &id))
    {
      g_autofree char *plain = g_strdup_printf ("%s/%s", type, id);

      name = cairn_cache_dup_title (connection, plain, NULL);
    }
  if (name == NULL)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "The record names no clinic");
  return name;
}

static void
clinic_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  char *name = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (name != NULL)
    g_task_return_pointer (task, name, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * cairn_session_load_clinic_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads what the patient's clinic is called. Errors: %CAIRN_ERROR_NOT_FOUND, %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_load_clinic_async (CairnSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  CairnDatabase *database;
  GError *error = NULL;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  g_task_set_source_tag (task, cairn_session_load_clinic_async);
  database = cairn_session_get_database (self, TRUE, &error);
  if (database == NULL)
    g_task_return_error (task, error);
  else
    cairn_database_run_async (database, load_clinic, g_strdup (cairn_account_get_patient (self->account)), g_free, g_free,
                              cancellable, clinic_cb, g_object_ref (task));
}

/**
 * cairn_session_load_clinic_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the clinic's name
 */
char *
cairn_session_load_clinic_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
