/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is being typed, one draft a thread: in memory at once, on the disk within a second, whatever becomes of the program.
 * Main thread; the rows are written on the database's thread.
 */
#include "cairn-outbox-private.h"

#include "client/cairn-draft.h"
#include "common/cairn-error.h"

#define KEEP_MS 800
#define MAX_LINE 160   /* characters */

/**
 * cairn_draft_free:
 * @self: (transfer full): a draft
 */
void
cairn_draft_free (CairnDraft *self)
{
  g_free (self->words);
  g_free (self->topic);
  g_free (self->recipient);
  g_free (self->recipient_name);
  g_free (self);
}

static CairnDraft *
copy_draft (const CairnDraft *draft)
{
  CairnDraft *copy = g_new0 (CairnDraft, 1);

  copy->words = g_strdup (draft->words);
  copy->topic = g_strdup (draft->topic);
  copy->recipient = g_strdup (draft->recipient);
  copy->recipient_name = g_strdup (draft->recipient_name);
  return copy;
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == '\0';
}

/* Nothing typed is no draft. */
static gboolean
write_draft (CairnConnection *connection, const char *key, const CairnDraft *draft, GError **error)
{
  gboolean none = is_empty (draft->words) && is_empty (draft->topic) && is_empty (draft->recipient);
  CairnStatement *statement;

  if (none)
    return cairn_outbox_rows_drop_draft (connection, key, error);
  statement = cairn_connection_prepare (connection, "INSERT OR REPLACE INTO draft (thread, words, topic, recipient, recipient_name)"
                                        " VALUES (:thread, :words, :topic, :recipient, :recipient_name)", error);
  if (statement == NULL)
    return FALSE;
  cairn_statement_bind_text (statement, ":thread", key, -1);
  cairn_statement_bind_text (statement, ":words", draft->words != NULL ? draft->words : "", -1);
  cairn_statement_bind_text (statement, ":topic", draft->topic, -1);
  cairn_statement_bind_text (statement, ":recipient", draft->recipient, -1);
  cairn_statement_bind_text (statement, ":recipient_name", draft->recipient_name, -1);
  return cairn_statement_run (statement, error);
}

/* Only what changes a list is told. */
static void
set_line (CairnOutbox *self, const char *key, char *line)
{
  const char *old = g_hash_table_lookup (self->draft_lines, key);

  if (g_strcmp0 (old, line) == 0)
    {
      g_free (line);
      return;
    }
  if (line != NULL)
    g_hash_table_insert (self->draft_lines, g_strdup (key), line);
  else
    g_hash_table_remove (self->draft_lines, key);
  g_signal_emit_by_name (self, "draft-changed", key);
}

/* The beginning of what is typed; %NULL when nothing is. */
static char *
dup_line (const CairnDraft *draft)
{
  const char *words = draft->words != NULL ? draft->words : "";
  const char *end = g_utf8_offset_to_pointer (words, MIN (g_utf8_strlen (words, MAX_LINE * 4), MAX_LINE));

  if (is_empty (words) && is_empty (draft->topic) && is_empty (draft->recipient))
    return NULL;
  return g_strndup (words, (gsize) (end - words));
}

/* It has gone with what was sent. */
void
cairn_outbox_forget_draft (CairnOutbox *self, const char *key)
{
  set_line (self, key, NULL);
}

static gpointer
list_lines (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT thread, substr(words, 1, :max) FROM draft", error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":max", MAX_LINE);
  while (cairn_statement_step (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&lines);
      g_hash_table_insert (lines, g_strdup (cairn_statement_text (statement, 0, NULL)),
                           g_strdup (cairn_statement_text (statement, 1, NULL)));
    }
  return NULL;
}

static void
lines_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnOutbox) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GHashTable) lines = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  GHashTableIter iter;
  gpointer key, line;

  if (lines == NULL)
    {
      g_message ("Drafts can't be listed: %s", error->message);
      return;
    }
  g_hash_table_iter_init (&iter, lines);
  while (g_hash_table_iter_next (&iter, &key, &line))
    if (!g_hash_table_contains (self->draft_lines, key))   /* typed meanwhile */
      set_line (self, key, g_strdup (line));
}

/* Reads which threads have a draft. */
void
cairn_outbox_list_drafts (CairnOutbox *self)
{
  cairn_database_run_async (self->database, list_lines, NULL, NULL, (GDestroyNotify) g_hash_table_unref, NULL, lines_cb,
                            g_object_ref (self));
}

/**
 * cairn_outbox_get_draft_line:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 *
 * Returns: (nullable): the beginning of what is typed there, "" when that is something else than words, %NULL when there is
 *   no draft; until the next "draft-changed"
 */
const char *
cairn_outbox_get_draft_line (CairnOutbox *self, const char *key)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  return g_hash_table_lookup (self->draft_lines, key);
}

/* Takes a table of drafts by key. */
static gpointer
write_drafts (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  GHashTableIter iter;
  gpointer key, draft;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, &draft))
    if (!write_draft (connection, key, draft, &local_error))
      {
        g_message ("A draft can't be written: %s", local_error->message);
        g_clear_error (&local_error);
      }
  return NULL;
}

GHashTable *
cairn_outbox_drafts_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cairn_draft_free);
}

/* Writes what isn't on the disk yet. */
void
cairn_outbox_write_drafts (CairnOutbox *self)
{
  g_clear_handle_id (&self->drafts_timer, g_source_remove);
  if (self->database == NULL || g_hash_table_size (self->drafts) == 0)
    return;
  cairn_database_run_async (self->database, write_drafts, g_steal_pointer (&self->drafts), (GDestroyNotify) g_hash_table_unref,
                            NULL, NULL, NULL, NULL);
  self->drafts = cairn_outbox_drafts_new ();
}

/* What is typed in a thread goes on under its other name. */
void
cairn_outbox_rename_draft (CairnOutbox *self, const char *old, const char *new)
{
  gpointer key, draft;

  set_line (self, new, g_strdup (g_hash_table_lookup (self->draft_lines, old)));
  set_line (self, old, NULL);
  if (!g_hash_table_steal_extended (self->drafts, old, &key, &draft))
    return;
  g_free (key);
  g_hash_table_insert (self->drafts, g_strdup (new), draft);
}

static gboolean
timer_cb (gpointer data)
{
  CairnOutbox *self = data;

  self->drafts_timer = 0;
  cairn_outbox_write_drafts (self);
  return G_SOURCE_REMOVE;
}

/**
 * cairn_outbox_keep_draft:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 * @draft: what is typed by now; with nothing in it there is no draft any more
 *
 * Keeps what is being typed; to be called on each keystroke. It is on the disk within a second.
 */
void
cairn_outbox_keep_draft (CairnOutbox *self, const char *key, const CairnDraft *draft)
{
  g_return_if_fail (CAIRN_IS_OUTBOX (self));
  g_return_if_fail (key != NULL && draft != NULL);

  if (self->store == NULL)
    return;
  g_hash_table_insert (self->drafts, g_strdup (key), copy_draft (draft));
  set_line (self, key, dup_line (draft));
  if (self->drafts_timer == 0)
    self->drafts_timer = g_timeout_add (KEEP_MS, timer_cb, self);
}

static gpointer
read_draft (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnDraft *draft = g_new0 (CairnDraft, 1);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT words, topic, recipient, recipient_name FROM draft WHERE thread = :thread",
                                        error);
  if (statement != NULL)
    cairn_statement_bind_text (statement, ":thread", data, -1);
  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    {
      cairn_draft_free (draft);
      return NULL;
    }
  draft->words = g_strdup (row ? cairn_statement_text (statement, 0, NULL) : "");
  if (row)
    {
      draft->topic = g_strdup (cairn_statement_text (statement, 1, NULL));
      draft->recipient = g_strdup (cairn_statement_text (statement, 2, NULL));
      draft->recipient_name = g_strdup (cairn_statement_text (statement, 3, NULL));
    }
  cairn_statement_reset (statement);
  return draft;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  CairnDraft *draft = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (draft != NULL)
    g_task_return_pointer (task, draft, (GDestroyNotify) cairn_draft_free);
  else
    g_task_return_error (task, error);
}

/**
 * cairn_outbox_load_draft_async:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads what was typed and not sent. Errors: %CAIRN_ERROR_FAILED, %CAIRN_ERROR_STORAGE.
 */
void
cairn_outbox_load_draft_async (CairnOutbox         *self,
                               const char          *key,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  const CairnDraft *typed;

  g_return_if_fail (CAIRN_IS_OUTBOX (self));
  g_return_if_fail (key != NULL);

  g_task_set_source_tag (task, cairn_outbox_load_draft_async);
  typed = g_hash_table_lookup (self->drafts, key);
  if (self->store == NULL)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_FAILED, "The account is closed");
  else if (typed != NULL)
    g_task_return_pointer (task, copy_draft (typed), (GDestroyNotify) cairn_draft_free);
  else
    cairn_database_run_async (self->database, read_draft, g_strdup (key), g_free, (GDestroyNotify) cairn_draft_free, cancellable,
                              read_cb, g_object_ref (task));
}

/**
 * cairn_outbox_load_draft_finish:
 * @self: an outbox
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the draft, with "" for words when there is none
 */
CairnDraft *
cairn_outbox_load_draft_finish (CairnOutbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
