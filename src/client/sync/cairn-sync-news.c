/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there anything new? One request for all types, instead of two for each. */
#include "cairn-sync-news.h"

#include "cairn-sync-url.h"
#include "common/cairn-gate.h"

#include <string.h>

/* A type with more of what records refer to than this is asked for on its own. */
#define MOST_IDS 200

/* One search of the batch, and what it answers when there is nothing new. */
typedef struct
{
  char    *type;
  char    *url;        /* relative to the base */
  gboolean history;    /* no entry means no news; else the total tells */
  gint64   total;
} Question;

struct _CairnSyncNews
{
  const CairnSyncContext *context;
  GPtrArray              *questions;
  GHashTable             *left_out;    /* types that need more than a question */
  GBytes                 *answer;
};

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->type);
  g_free (question->url);
  g_free (question);
}

/**
 * cairn_sync_news_new:
 * @context: what the run shares; must outlive it
 *
 * Returns: (transfer full): a batch without questions
 */
CairnSyncNews *
cairn_sync_news_new (const CairnSyncContext *context)
{
  CairnSyncNews *self = g_new0 (CairnSyncNews, 1);

  self->context = context;
  self->questions = g_ptr_array_new_with_free_func (question_free);
  self->left_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * cairn_sync_news_free:
 * @self: (transfer full): a batch
 */
void
cairn_sync_news_free (CairnSyncNews *self)
{
  g_ptr_array_unref (self->questions);
  g_hash_table_unref (self->left_out);
  g_clear_pointer (&self->answer, g_bytes_unref);
  g_free (self);
}

static void
add (CairnSyncNews *self, const CairnSyncRest *rest, CairnSyncStep step, const char *ids, gint64 total)
{
  CairnSyncState state = { .type = rest->type, .step = step, .since = rest->since };
  gboolean history = step == CAIRN_SYNC_STEP_HISTORY;
  g_autofree char *url = cairn_sync_url_new (self->context, &state, self->context->server->compartment, 1, ids);
  const char *relative = url + strlen (self->context->server->base) + 1;
  Question *question = g_new (Question, 1);

  question->type = g_strdup (rest->type);
  question->url = history ? g_strdup (relative) : g_strconcat (relative, "&_summary=count", NULL);
  question->history = history;
  question->total = total;
  g_ptr_array_add (self->questions, question);
}

/**
 * cairn_sync_news_ask:
 * @self: a batch
 * @rest: a type, and since when
 * @ids: (nullable) (array zero-terminated=1): ids of that type that are here; %NULL for the patient's records
 *
 * Asks whether anything of a type was written or deleted. A type that can't be asked about in a few words is left out.
 */
void
cairn_sync_news_ask (CairnSyncNews *self, const CairnSyncRest *rest, const char *const *ids)
{
  const CairnServerType *declared = cairn_server_lookup_type (self->context->server, rest->type);
  guint n_ids = ids != NULL ? g_strv_length ((char **) ids) : 0;

  if (n_ids > MOST_IDS || (ids == NULL && rest->had_rows && !declared->history))
    {
      g_hash_table_add (self->left_out, g_strdup (rest->type));
      return;
    }
  if (ids != NULL)
    {
      g_autofree char *joined = g_strjoinv (",", (char **) ids);

      add (self, rest, CAIRN_SYNC_STEP_UPDATES, joined, 0);
      add (self, rest, CAIRN_SYNC_STEP_ALL, joined, n_ids);
      return;
    }
  add (self, rest, CAIRN_SYNC_STEP_UPDATES, NULL, 0);
  if (rest->had_rows)
    add (self, rest, CAIRN_SYNC_STEP_HISTORY, NULL, 0);
}

/**
 * cairn_sync_news_is_empty:
 * @self: a batch
 *
 * Returns: whether it has no question
 */
gboolean
cairn_sync_news_is_empty (CairnSyncNews *self)
{
  return self->questions->len == 0;
}

static char *
dup_bundle (CairnSyncNews *self)
{
  GString *text = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[");

  for (guint i = 0; i < self->questions->len; i++)
    {
      const Question *question = self->questions->pdata[i];

      g_string_append (text, i > 0 ? ",{\"request\":{\"method\":\"GET\",\"url\":" : "{\"request\":{\"method\":\"GET\",\"url\":");
      cairn_json_append_string (text, question->url);
      g_string_append (text, "}}");
    }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static gboolean
is_quiet (const Question *question, CairnJson entry)
{
  g_autofree char *status = cairn_json_dup_text_at (entry, "response.status");
  CairnJson bundle = cairn_json_member (entry, "resource");
  gint64 total;

  if (status == NULL || !g_str_has_prefix (status, "200") ||
      !cairn_json_equals (cairn_json_member (bundle, "type"), question->history ? "history" : "searchset"))
    return FALSE;
  if (question->history)
    return cairn_json_count (cairn_json_member (bundle, "entry")) == 0 &&
           cairn_json_count (cairn_json_member (bundle, "link")) <= 1;
  return cairn_json_int64 (cairn_json_member (bundle, "total"), &total) && total == question->total;
}

/* The types of which every question says that nothing is new; NULL when the answer can't be trusted. */
static GHashTable *
list_quiet (CairnSyncNews *self)
{
  g_autoptr(GHashTable) quiet = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  CairnJson json, entries, entry;
  CairnJsonIter iter;

  if (!cairn_gate_check (self->answer, CAIRN_GATE_MAX_PAGE, &json, NULL))
    return NULL;
  entries = cairn_json_member (json, "entry");
  if (!cairn_json_equals (cairn_json_member (json, "type"), "batch-response") || cairn_json_count (entries) != self->questions->len)
    return NULL;
  for (guint i = 0; i < self->questions->len; i++)
    {
      const Question *question = self->questions->pdata[i];

      if (!g_hash_table_contains (self->left_out, question->type))
        g_hash_table_add (quiet, g_strdup (question->type));
    }
  cairn_json_iter_init (&iter, entries);
  for (guint i = 0; cairn_json_iter_next (&iter, NULL, &entry); i++)
    {
      const Question *question = self->questions->pdata[i];

      if (!is_quiet (question, entry))
        g_hash_table_remove (quiet, question->type);
    }
  return g_steal_pointer (&quiet);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, list_quiet (data), (GDestroyNotify) g_hash_table_unref);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnSyncNews *self = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);

  if (answer == NULL)
    {
      g_debug ("Asking for news in one request: %s", error->message);
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  self->answer = g_bytes_ref (answer->body);
  g_task_run_in_thread (task, read_thread);
}

/**
 * cairn_sync_news_send_async:
 * @self: (transfer full): a batch with questions
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sends the batch. It only reads, so it may be sent again when an answer was lost.
 */
void
cairn_sync_news_send_async (CairnSyncNews *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(CairnApiRequest) request = cairn_api_request_new ("POST", self->context->server->base);

  g_task_set_source_tag (task, cairn_sync_news_send_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) cairn_sync_news_free);
  request->json = dup_bundle (self);
  request->repeat = TRUE;
  request->fhir = TRUE;
  cairn_grant_send_async (self->context->grant, request, cancellable, sent_cb, g_object_ref (task));
}

/**
 * cairn_sync_news_send_finish:
 * @result: what the callback got
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the types of which nothing is new; %NULL when nobody could tell, and
 *   each has to be asked for on its own
 */
GHashTable *
cairn_sync_news_send_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
