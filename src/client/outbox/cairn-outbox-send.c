/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row on its way: it is sent, and the portal's copy goes into the cache. Only then may the row go; a program that
 * dies in between sends it again and is told that the portal has it. Main thread.
 */
#include "cairn-outbox-private.h"

#include <string.h>

#include "client/cache/cairn-cache-write.h"
#include "client/sync/cairn-sync-page.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"

typedef struct
{
  CairnGrant     *grant;
  CairnDatabase  *cache;
  char           *type;
  char           *identifier;
  char           *target;
  char           *version;
  char           *text;
  char           *base;
  char           *patient;
  GBytes         *answer;
  char           *reference;   /* "Type/id" at the portal */
  CairnSyncPage  *page;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->grant);
  g_object_unref (sending->cache);
  g_free (sending->type);
  g_free (sending->identifier);
  g_free (sending->target);
  g_free (sending->version);
  g_free (sending->text);
  g_free (sending->base);
  g_free (sending->patient);
  g_free (sending->reference);
  g_clear_pointer (&sending->answer, g_bytes_unref);
  g_clear_pointer (&sending->page, cairn_sync_page_free);
  g_free (sending);
}

static gpointer
write_page (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Sending *sending = data;
  CairnSyncState state = { .type = sending->type, .step = CAIRN_SYNC_STEP_ALL };
  CairnSyncCounts counts = { 0 };

  if (!cairn_connection_begin (connection, error) ||
      !cairn_cache_store_page (connection, sending->page, &state, &counts, error) ||
      !cairn_connection_commit (connection, error))
    return NULL;
  return sending;
}

/* The portal has it whatever the cache says; a cache that failed gets it with the next sync. */
static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    g_message ("What was sent could not be put into the cache: %s", error->message);
  g_task_return_pointer (task, g_strdup (sending->reference), g_free);
}

/* The answer is read as a page of one entry, by the same checks as any other. */
static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static const char head[] = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":", tail[] = "}]}";
  Sending *sending = data;
  GByteArray *text = g_byte_array_new ();
  g_autoptr(GBytes) bytes = NULL;
  CairnJson resource;

  if (cairn_gate_check (sending->answer, CAIRN_GATE_MAX_PAGE, &resource, NULL))
    {
      g_byte_array_append (text, (const guint8 *) head, strlen (head));
      g_byte_array_append (text, (const guint8 *) resource.text, (guint) resource.length);
      g_byte_array_append (text, (const guint8 *) tail, strlen (tail));
    }
  bytes = g_byte_array_free_to_bytes (text);
  sending->page = cairn_sync_page_new (bytes, sending->base, sending->patient, FALSE, 0, NULL);
  if (sending->page != NULL && sending->page->entries->len == 1)
    {
      const CairnSyncPageEntry *entry = sending->page->entries->pdata[0];

      if (entry->action == CAIRN_SYNC_PAGE_STORE && g_str_equal (entry->type, sending->type))
        sending->reference = g_strconcat (entry->type, "/", entry->id, NULL);
    }
  g_task_return_boolean (task, sending->reference != NULL);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Sending *sending = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    cairn_database_run_async (sending->cache, write_page, sending, NULL, NULL, NULL, written_cb, g_object_ref (task));
  else
    g_task_return_pointer (task, g_strdup (sending->target != NULL ? sending->target : ""), g_free);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GTask) reading = NULL;
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  sending->answer = g_bytes_ref (answer->body);
  reading = g_task_new (NULL, NULL, read_cb, g_object_ref (task));
  g_task_set_task_data (reading, sending, NULL);
  g_task_run_in_thread (reading, read_thread);
}

/* FHIR R4 §3.1.0.5.3, If-None-Exist: a search by the identifier, escaped as in an address */
static char *
dup_condition (const char *identifier)
{
  g_autofree char *escaped = g_uri_escape_string (identifier, NULL, FALSE);

  return g_strconcat ("identifier=", escaped, NULL);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Sending *sending = g_task_get_task_data (task);
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = NULL;
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (sending->grant, result, &error);

  if (server == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  sending->base = g_strdup (server->base);
  url = g_strconcat (server->base, "/", sending->target != NULL ? sending->target : sending->type, NULL);
  request = cairn_api_request_new (sending->target != NULL ? "PUT" : "POST", url);
  request->json = g_strdup (sending->text);
  request->prefer = "return=representation";
  if (sending->target == NULL)
    request->if_none_exist = dup_condition (sending->identifier);
  else if (sending->version != NULL)
    request->if_match = g_strdup_printf ("W/\"%s\"", sending->version);
  /* What was lost on the way is sent again: the condition keeps it one. */
  request->repeat = TRUE;
  cairn_grant_send_async (sending->grant, request, g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

/**
 * cairn_outbox_send_row_async:
 * @grant: whom to send it to
 * @cache: where the portal's copy goes
 * @row: what to send
 * @cancellable: (nullable): ends it; the portal may have it then
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sends one thing.
 */
void
cairn_outbox_send_row_async (CairnGrant           *grant,
                             CairnDatabase        *cache,
                             const CairnOutboxRow *row,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Sending *sending = g_new0 (Sending, 1);

  g_task_set_source_tag (task, cairn_outbox_send_row_async);
  sending->grant = g_object_ref (grant);
  sending->cache = g_object_ref (cache);
  sending->type = g_strdup (row->type);
  sending->identifier = g_strdup (row->identifier);
  sending->target = g_strdup (row->target);
  sending->version = g_strdup (row->version);
  sending->text = g_strdup (row->text);
  sending->patient = g_strdup (cairn_account_get_patient (cairn_grant_get_account (grant)));
  g_task_set_task_data (task, sending, sending_free);
  cairn_grant_connect_async (grant, cancellable, connected_cb, g_object_ref (task));
}

/**
 * cairn_outbox_send_row_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): "Type/id" at the portal; "" when its answer did not say
 */
char *
cairn_outbox_send_row_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
