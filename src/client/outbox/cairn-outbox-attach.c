/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of messages on their way out: lists of them, and how one comes in. It is looked through, copied into the encrypted
 * outbox without what gives a place away, and looked through again there, all on a worker. Main thread.
 */
#include "cairn-outbox-private.h"

#include "client/files/cairn-clean.h"
#include "client/files/cairn-file-private.h"
#include "client/files/cairn-piece-streams.h"
#include "common/cairn-error.h"
#include "fhir/cairn-attachment.h"
#include "fhir/cairn-date.h"

#include <string.h>

#define MAX_TITLE 200   /* bytes of a name */

/* One file that is being read. The worker has the stream and the row, the main thread the rest. */
typedef struct
{
  CairnFile          *file;
  GFile              *source;     /* NULL when its bytes are here */
  GBytes             *bytes;
  CairnDatabase      *database;
  CairnOutboxFileRow *row;
  CairnMessageLimits  limits;
  CairnFileProblem    problem;
  GError             *error;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->file);
  g_clear_object (&reading->source);
  g_clear_pointer (&reading->bytes, g_bytes_unref);
  g_object_unref (reading->database);
  cairn_outbox_file_row_free (reading->row);
  cairn_message_limits_clear (&reading->limits);
  g_clear_error (&reading->error);
  g_free (reading);
}

static gboolean
belongs_to (const CairnFile *file, const char *name)
{
  const char *key = strchr (name, ':') + 1;

  if (g_str_has_prefix (name, "draft:"))
    return g_strcmp0 (file->draft, key) == 0;
  return file->message != 0 && file->message == g_ascii_strtoll (key, NULL, 10);
}

/* Leaves alone what is the same at both ends. */
static void
update_list (GListStore *store, GPtrArray *wanted)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store)), first = 0, last = 0;

  while (first < n && first < wanted->len)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (G_LIST_MODEL (store), first);

      if (file != wanted->pdata[first])
        break;
      first++;
    }
  while (first + last < n && first + last < wanted->len)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (G_LIST_MODEL (store), n - last - 1);

      if (file != wanted->pdata[wanted->len - last - 1])
        break;
      last++;
    }
  if (first + last < n || first + last < wanted->len)
    g_list_store_splice (store, first, n - first - last, wanted->pdata + first, wanted->len - first - last);
}

static void
fill_list (CairnOutbox *self, const char *name, GListStore *store)
{
  g_autoptr(GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; i < self->files->len; i++)
    if (belongs_to (self->files->pdata[i], name))
      g_ptr_array_add (wanted, self->files->pdata[i]);
  update_list (store, wanted);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const CairnFile *first = *(CairnFile *const *) a, *second = *(CairnFile *const *) b;

  if (first->position != second->position)
    return first->position < second->position ? -1 : 1;
  return first->number < second->number ? -1 : first->number > second->number;
}

static void
fill_lists (CairnOutbox *self)
{
  GHashTableIter iter;
  gpointer name, store;

  g_ptr_array_sort (self->files, compare_places);
  g_hash_table_iter_init (&iter, self->file_lists);
  while (g_hash_table_iter_next (&iter, &name, &store))
    fill_list (self, name, store);
}

static GListModel *
get_list (CairnOutbox *self, char *name)
{
  GListStore *store = g_hash_table_lookup (self->file_lists, name);

  if (store != NULL)
    g_free (name);
  else
    {
      store = g_list_store_new (CAIRN_TYPE_FILE);
      g_hash_table_insert (self->file_lists, name, store);
      fill_list (self, name, store);
    }
  return g_object_ref (G_LIST_MODEL (store));
}

/**
 * cairn_outbox_get_draft_files:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 *
 * Returns: (transfer full): a #GListModel of #CairnFile: what goes with the message that is being written, in order, kept as the
 *   draft is; also what can't go, until it is taken out
 */
GListModel *
cairn_outbox_get_draft_files (CairnOutbox *self, const char *key)
{
  g_return_val_if_fail (CAIRN_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  return get_list (self, g_strconcat ("draft:", key, NULL));
}

/* (transfer full): files of a message that waits. */
GListModel *
cairn_outbox_get_message_files (CairnOutbox *self, gint64 number)
{
  return get_list (self, g_strdup_printf ("message:%" G_GINT64_FORMAT, number));
}

static CairnFile *
find_file (CairnOutbox *self, gint64 number)
{
  for (guint i = 0; i < self->files->len; i++)
    if (((CairnFile *) self->files->pdata[i])->number == number)
      return self->files->pdata[i];
  return NULL;
}

/* By the portal's code for it */
static CairnFileProblem
find_problem (const char *error)
{
  g_autofree char *refusal = cairn_api_error_dup_refusal (error);

  if (g_strcmp0 (refusal, "type") == 0 || g_strcmp0 (refusal, "content") == 0)
    return CAIRN_FILE_KIND;
  return g_strcmp0 (refusal, "size") == 0 ? CAIRN_FILE_TOO_LARGE : CAIRN_FILE_UNWANTED;
}

static void
show_state (CairnFile *file, const CairnOutboxFileRow *row)
{
  if (g_str_equal (row->state, "refused"))
    {
      cairn_file_set_problem (file, find_problem (row->error), row->error);
      cairn_file_set_state (file, CAIRN_FILE_REFUSED);
    }
  else if (g_str_equal (row->state, "sent"))
    cairn_file_set_state (file, CAIRN_FILE_SENT);
  else if (file->state != CAIRN_FILE_SENDING)
    {
      cairn_file_set_problem (file, CAIRN_FILE_FINE, NULL);
      cairn_file_set_state (file, CAIRN_FILE_HERE);
    }
}

static CairnFile *
take_row (CairnOutbox *self, const CairnOutboxFileRow *row)
{
  CairnFile *file = find_file (self, row->number);

  if (file == NULL)
    {
      file = cairn_file_new (row->title);
      file->number = row->number;
      file->uuid = g_strdup (row->uuid);
      g_ptr_array_add (self->files, file);
    }
  file->position = row->position;
  file->message = row->message;
  g_free (file->draft);
  file->draft = g_strdup (row->draft);
  cairn_file_set_content (file, row->type, row->size);
  show_state (file, row);
  return file;
}

/* The lists show what the outbox has, beside what is being read or could not be. */
void
cairn_outbox_show_files (CairnOutbox *self, GPtrArray *rows)
{
  g_autoptr(GHashTable) there = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (there, take_row (self, rows->pdata[i]));
  for (guint i = self->files->len; i > 0; i--)
    {
      CairnFile *file = self->files->pdata[i - 1];

      if (file->number != 0 && !g_hash_table_contains (there, file))
        g_ptr_array_remove_index (self->files, i - 1);
    }
  fill_lists (self);
}

/* What is attached in a thread goes on under its other name. */
void
cairn_outbox_rename_files (CairnOutbox *self, const char *old, const char *new)
{
  g_autofree char *from = g_strconcat ("draft:", old, NULL);
  gpointer name, store;

  for (guint i = 0; i < self->files->len; i++)
    {
      CairnFile *file = self->files->pdata[i];

      if (g_strcmp0 (file->draft, old) != 0)
        continue;
      g_free (file->draft);
      file->draft = g_strdup (new);
    }
  if (g_hash_table_steal_extended (self->file_lists, from, &name, &store))
    {
      g_free (name);
      g_hash_table_replace (self->file_lists, g_strconcat ("draft:", new, NULL), store);
    }
  fill_lists (self);
}

static gpointer
add_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_files_add (connection, data, error) ? data : NULL;
}

/* What is kept must be what may go: by the same rules there is nothing left to take out. */
static CairnFileProblem
look_again (Reading *reading, GError **error)
{
  g_autoptr(GInputStream) kept = cairn_piece_input_new (reading->database, reading->row->number, reading->row->size);
  g_autoptr(CairnClean) clean = NULL;
  CairnFileProblem problem = cairn_clean_look (kept, &clean, error);

  if (problem != CAIRN_FILE_FINE)
    return problem;
  return !clean->drops && clean->size == reading->row->size && g_str_equal (clean->type, reading->row->type) ? CAIRN_FILE_FINE
                                                                                                             : CAIRN_FILE_BROKEN;
}

static CairnFileProblem
copy (Reading *reading, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr(CairnClean) clean = NULL;
  g_autoptr(GOutputStream) out = NULL;
  CairnFileProblem problem = cairn_clean_look (stream, &clean, error);

  if (problem == CAIRN_FILE_FINE)
    problem = cairn_message_limits_judge (&reading->limits, clean->type, clean->size);
  if (problem != CAIRN_FILE_FINE)
    return problem;
  reading->row->type = g_strdup (clean->type);
  reading->row->size = clean->size;
  if (cairn_database_run (reading->database, add_row, reading->row, error) == NULL)
    return CAIRN_FILE_STORAGE;
  out = cairn_piece_output_new (reading->database, reading->row->number, CAIRN_ATTACHMENT_MAX_BYTES);
  problem = cairn_clean_write (clean, stream, out, cancellable, error);
  return problem == CAIRN_FILE_FINE ? look_again (reading, error) : problem;
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reading *reading = data;
  g_autoptr(GInputStream) stream = NULL;

  if (reading->bytes != NULL)
    stream = g_memory_input_stream_new_from_bytes (reading->bytes);
  else
    stream = G_INPUT_STREAM (g_file_read (reading->source, cancellable, &reading->error));
  reading->problem = stream == NULL ? CAIRN_FILE_UNREADABLE : copy (reading, stream, cancellable, &reading->error);
  g_task_return_boolean (task, TRUE);
}

static gpointer
finish_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_files_finish (connection, data, error) ? data : NULL;
}

static gpointer
remove_row (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_files_remove (connection, *(gint64 *) data, error) ? data : NULL;
}

static void
drop_row (CairnOutbox *self, gint64 number)
{
  if (self->store != NULL && number != 0)
    cairn_database_run_async (self->database, remove_row, g_memdup2 (&number, sizeof number), g_free, NULL, NULL, NULL, NULL);
}

static void
refuse (CairnFile *file, CairnFileProblem problem, const GError *error)
{
  if (error != NULL)
    g_message ("A file can't be attached: %s", error->message);
  cairn_file_set_problem (file, problem, error != NULL ? error->message : NULL);
  cairn_file_set_state (file, CAIRN_FILE_REFUSED);
}

static void
finished_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  CairnOutbox *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error) == NULL)
    refuse (reading->file, CAIRN_FILE_STORAGE, error);
  else if (reading->file->detached)
    drop_row (self, reading->row->number);
  else
    {
      reading->file->number = reading->row->number;
      reading->file->uuid = g_strdup (reading->row->uuid);
      cairn_file_set_content (reading->file, reading->row->type, reading->row->size);
      cairn_file_set_state (reading->file, CAIRN_FILE_HERE);
      cairn_outbox_refresh (self);
    }
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = G_TASK (result);
  CairnOutbox *self = CAIRN_OUTBOX (source);
  Reading *reading = g_task_get_task_data (task);

  if (self->store == NULL)
    return;
  if (reading->problem != CAIRN_FILE_FINE || reading->file->detached)
    {
      drop_row (self, reading->row->number);
      refuse (reading->file, reading->problem, reading->error);
      return;
    }
  reading->row->draft = g_strdup (reading->file->draft);
  cairn_database_run_async (self->database, finish_row, reading->row, NULL, NULL, NULL, finished_cb, g_object_ref (task));
}

static guint
count_draft (CairnOutbox *self, const char *key)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      const CairnFile *file = self->files->pdata[i];

      n += g_strcmp0 (file->draft, key) == 0 && file->state != CAIRN_FILE_REFUSED;
    }
  return n;
}

static gint64
next_position (CairnOutbox *self)
{
  gint64 position = 0;

  for (guint i = 0; i < self->files->len; i++)
    position = MAX (position, ((CairnFile *) self->files->pdata[i])->position + 1);
  return position;
}

/* Names are other people's words for a while: one line, no path, and not too long. */
static char *
dup_title (const char *name)
{
  g_autofree char *title = g_utf8_make_valid (name, -1);

  for (char *at = title; *at != '\0'; at = g_utf8_next_char (at))
    if ((guchar) *at < 0x20 || *at == 0x7f || *at == '/' || *at == '\\')
      *at = ' ';
  if (strlen (title) > MAX_TITLE)
    *g_utf8_find_prev_char (title, title + MAX_TITLE + 1) = '\0';
  return g_steal_pointer (&title);
}

static void
attach (CairnOutbox *self, const char *key, GFile *source, GBytes *bytes, const char *name)
{
  g_autofree char *title = dup_title (name);
  CairnFile *file = cairn_file_new (title);
  g_autoptr(GTask) task = NULL;
  Reading *reading;

  file->draft = g_strdup (key);
  file->position = next_position (self);
  if (count_draft (self, key) >= self->limits.files)
    refuse (file, CAIRN_FILE_TOO_MANY, NULL);
  g_ptr_array_add (self->files, file);
  fill_lists (self);
  if (file->state == CAIRN_FILE_REFUSED || self->store == NULL)
    return;
  reading = g_new0 (Reading, 1);
  reading->file = g_object_ref (file);
  reading->source = source != NULL ? g_object_ref (source) : NULL;
  reading->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  reading->database = g_object_ref (self->database);
  cairn_message_limits_copy (&self->limits, &reading->limits);
  reading->row = g_new0 (CairnOutboxFileRow, 1);
  reading->row->uuid = g_uuid_string_random ();
  reading->row->position = file->position;
  reading->row->title = g_strdup (title);
  reading->row->created = cairn_date_now ();
  task = g_task_new (self, self->cancellable, read_cb, NULL);
  g_task_set_source_tag (task, attach);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_thread);
}

/**
 * cairn_outbox_attach:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 * @file: a file that goes with the message that is being written
 *
 * Puts a file into a draft. It is in the list at once; it is kept, without what says where a picture was taken, when its state is
 * %CAIRN_FILE_HERE, and not kept when that is %CAIRN_FILE_REFUSED. What becomes of @file after that doesn't matter.
 */
void
cairn_outbox_attach (CairnOutbox *self, const char *key, GFile *file)
{
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;

  g_return_if_fail (CAIRN_IS_OUTBOX (self));
  g_return_if_fail (key != NULL && G_IS_FILE (file));

  name = g_file_get_basename (file);
  shown = name != NULL ? g_filename_display_name (name) : g_strdup ("");
  attach (self, key, file, NULL, shown);
}

/**
 * cairn_outbox_attach_bytes:
 * @self: an outbox
 * @key: of a thread, "" for one that is not there yet
 * @bytes: a file as it would be on a disk, a picture that was pasted for example
 * @title: what it is called
 *
 * As cairn_outbox_attach(), of what is in memory.
 */
void
cairn_outbox_attach_bytes (CairnOutbox *self, const char *key, GBytes *bytes, const char *title)
{
  g_return_if_fail (CAIRN_IS_OUTBOX (self));
  g_return_if_fail (key != NULL && bytes != NULL && title != NULL);

  attach (self, key, NULL, bytes, title);
}

/**
 * cairn_outbox_detach:
 * @self: an outbox
 * @file: of a draft
 *
 * Takes a file out of a draft.
 */
void
cairn_outbox_detach (CairnOutbox *self, CairnFile *file)
{
  g_autoptr(CairnFile) alive = NULL;

  g_return_if_fail (CAIRN_IS_OUTBOX (self));
  g_return_if_fail (CAIRN_IS_FILE (file));

  if (file->draft == NULL)
    return;
  alive = g_object_ref (file);
  file->detached = TRUE;
  drop_row (self, file->number);
  g_ptr_array_remove (self->files, file);
  fill_lists (self);
}
