/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session reads from its cache for the screen. Main thread; the work runs on the database's. */
#include "cairn-session-private.h"

#include <string.h>

#include "cairn-home-private.h"
#include "client/outbox/cairn-outbox-rows.h"
#include "client/cache/cairn-cache-series.h"
#include "common/cairn-error.h"

static char *
resolve (const char *reference, char **value, gpointer data)
{
  return cairn_cache_dup_title (data, reference, value);
}

/* The form that was filled in, when it is here: its canonical address ends with its type and id. */
static GBytes *
load_form (CairnConnection *connection, CairnJson response)
{
  g_autofree char *canonical = cairn_json_dup_text_at (response, "questionnaire"), *url = NULL;
  g_autoptr(GBytes) text = NULL;
  char *name = canonical != NULL ? strstr (canonical, "Questionnaire/") : NULL;

  if (name == NULL)
    return NULL;
  canonical[strcspn (canonical, "|")] = '\0';
  text = cairn_cache_load_text (connection, name, NULL);
  if (text == NULL)
    return NULL;
  url = cairn_json_dup_text_at (cairn_json_from_bytes (text), "url");
  return url == NULL || name == canonical || g_str_equal (url, canonical) ? g_steal_pointer (&text) : NULL;
}

static gpointer
load_facts (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  static const char *const held[] = { "ImagingStudy", "Media", "Observation", NULL };   /* what reports point at */
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, data, error);
  g_autoptr(GBytes) form = NULL;
  CairnPerson person;
  CairnFacts *facts;

  if (text == NULL)
    return NULL;
  form = load_form (connection, cairn_json_from_bytes (text));
  cairn_cache_read_person (connection, cairn_json_from_bytes (text), &person);
  facts = cairn_facts_new_for (cairn_json_from_bytes (text), form != NULL ? cairn_json_from_bytes (form) : CAIRN_JSON_NONE, &person,
                               resolve, connection);
  if (facts == NULL)
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "%s can't be read", (const char *) data);
  else if (g_strv_contains (held, facts->summary->type))
    cairn_cache_add_holders (connection, data, facts);
  return facts;
}

static gpointer
load_text (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_load_text (connection, data, error);
}

/* One call of the database for one call of ours: the same callback, source and result. */
typedef struct
{
  GDestroyNotify result_free;
} Forward;

static void
forward_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Forward *forward = g_task_get_task_data (task);
  GError *error = NULL;
  gpointer value = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, value, forward->result_free);
}

static void
run (CairnSession        *self,
     gpointer             tag,
     CairnDatabaseFunc    func,
     const char          *argument,
     GDestroyNotify       result_free,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  Forward *forward = g_new (Forward, 1);
  CairnDatabase *database;
  GError *error = NULL;

  g_task_set_source_tag (task, tag);
  forward->result_free = result_free;
  g_task_set_task_data (task, forward, g_free);
  database = cairn_session_get_database (self, TRUE, &error);
  if (database == NULL)
    g_task_return_error (task, error);
  else
    cairn_database_run_async (database, func, g_strdup (argument), g_free, result_free, cancellable, forward_cb,
                              g_object_ref (task));
}

/**
 * cairn_session_load_async:
 * @self: a session
 * @reference: "Type/id"
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads all that is said of one resource; what it refers to gets its name from the cache. Errors: %CAIRN_ERROR_NOT_FOUND,
 * %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_load_async (CairnSession        *self,
                          const char          *reference,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL);

  run (self, cairn_session_load_async, load_facts, reference, (GDestroyNotify) cairn_facts_free, cancellable, callback,
       user_data);
}

/**
 * cairn_session_load_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the facts
 */
CairnFacts *
cairn_session_load_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_load_text_async:
 * @self: a session
 * @reference: "Type/id"
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads the text of one resource. Errors as of cairn_session_load_async().
 */
void
cairn_session_load_text_async (CairnSession        *self,
                               const char          *reference,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));
  g_return_if_fail (reference != NULL);

  run (self, cairn_session_load_text_async, load_text, reference, (GDestroyNotify) g_bytes_unref, cancellable, callback,
       user_data);
}

/**
 * cairn_session_load_text_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the resource as it came, byte for byte
 */
GBytes *
cairn_session_load_text_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_load_home_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads what Home shows first. Errors: %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_load_home_async (CairnSession        *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));

  run (self, cairn_session_load_home_async, cairn_home_load, cairn_account_get_patient (cairn_session_get_account (self)),
       (GDestroyNotify) cairn_home_free, cancellable, callback, user_data);
}

/**
 * cairn_session_load_home_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what Home shows
 */
CairnHome *
cairn_session_load_home_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * cairn_session_load_home_more_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads what Home shows a moment later. Errors: %CAIRN_ERROR_LOCKED, %CAIRN_ERROR_DAMAGED.
 */
void
cairn_session_load_home_more_async (CairnSession        *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));

  run (self, cairn_session_load_home_more_async, cairn_home_more_load,
       cairn_account_get_patient (cairn_session_get_account (self)), (GDestroyNotify) cairn_home_more_free, cancellable, callback,
       user_data);
}

/**
 * cairn_session_load_home_more_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what Home shows
 */
CairnHomeMore *
cairn_session_load_home_more_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
count_unsent (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) rows = cairn_outbox_rows_list (connection, error);

  return rows != NULL ? GSIZE_TO_POINTER (rows->len + 1) : NULL;
}

/**
 * cairn_session_count_unsent_async:
 * @self: a session
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Counts what waits in the outbox.
 */
void
cairn_session_count_unsent_async (CairnSession        *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  CairnStore *store;

  g_return_if_fail (CAIRN_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, cairn_session_count_unsent_async);
  store = cairn_session_get_store (self);
  g_task_set_task_data (task, g_new0 (Forward, 1), g_free);
  if (store == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
  else
    cairn_database_run_async (store->outbox, count_unsent, NULL, NULL, NULL, cancellable, forward_cb, g_object_ref (task));
}

/**
 * cairn_session_count_unsent_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: how many there are, −1 when that can't be told
 */
gssize
cairn_session_count_unsent_finish (CairnSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  return (gssize) GPOINTER_TO_SIZE (g_task_propagate_pointer (G_TASK (result), error)) - 1;
}

typedef struct
{
  char *name;
  char *birth_date;
} Patient;

static void
patient_free (Patient *patient)
{
  g_free (patient->name);
  g_free (patient->birth_date);
  g_free (patient);
}

/* Name and birth date of the record's patient, as their row in the cache has them. On the database's thread. */
void
cairn_session_read_patient (CairnConnection *connection, const char *patient, char **name, char **birth_date)
{
  CairnStatement *statement;
  gboolean row;

  *name = NULL;
  *birth_date = NULL;
  statement = cairn_connection_prepare (connection, "SELECT title, date FROM resource WHERE type = 'Patient' AND id = :id", NULL);
  if (statement == NULL)
    return;
  cairn_statement_bind_text (statement, ":id", patient, -1);
  if (!cairn_statement_step (statement, &row, NULL) || !row)
    return;
  *name = g_strdup (cairn_statement_text (statement, 0, NULL));
  *birth_date = g_strdup (cairn_statement_text (statement, 1, NULL));
  cairn_statement_reset (statement);
}

static gpointer
load_patient (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Patient *patient = g_new0 (Patient, 1);

  cairn_session_read_patient (connection, data, &patient->name, &patient->birth_date);
  return patient;
}

static void
patient_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  Patient *patient = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);

  if (patient == NULL)
    return;
  cairn_session_take_patient (self, g_steal_pointer (&patient->name), g_steal_pointer (&patient->birth_date));
  patient_free (patient);
}

void
cairn_session_load_patient (CairnSession *self)
{
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  if (database != NULL)
    cairn_database_run_async (database, load_patient, g_strdup (cairn_account_get_patient (cairn_session_get_account (self))),
                              g_free, (GDestroyNotify) patient_free, NULL, patient_cb, g_object_ref (self));
}
