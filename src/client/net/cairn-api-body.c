/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of an answer, read in pieces into memory or on into a stream, up to a limit. Main thread. */
#include "cairn-api-body.h"

#include "common/cairn-error.h"
#include "common/cairn-gate.h"

#define CHUNK (64 * 1024)

typedef struct
{
  const CairnApiRequest *request;   /* lives longer */
  GInputStream          *stream;
  GOutputStream         *sink;
  GByteArray            *body;
  GBytes                *bytes;     /* on their way into the sink */
  gsize                  length;
} Reading;

static void read_more (GTask *task);

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->stream);
  g_clear_object (&reading->sink);
  g_byte_array_unref (reading->body);
  g_clear_pointer (&reading->bytes, g_bytes_unref);
  g_free (reading);
}

/* The stream that it goes to failed, which is no fault of the line. Takes @error. */
static void
fail_sink (GTask *task, GError *error)
{
  if (error->domain == CAIRN_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "What came can't be written: %s", error->message);
  g_error_free (error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    read_more (task);
  else
    fail_sink (task, error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    fail_sink (task, error);
}

static void
take_bytes (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  gsize n;
  gconstpointer data = g_bytes_get_data (reading->bytes, &n);

  if (reading->request->progress != NULL)
    reading->request->progress (reading->length, reading->request->progress_data);
  if (reading->sink != NULL)
    {
      g_output_stream_write_all_async (reading->sink, data, n, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), written_cb,
                                       g_object_ref (task));
      return;
    }
  g_byte_array_append (reading->body, data, (guint) n);
  read_more (task);
}

static void
end (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  if (reading->sink == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_output_stream_close_async (reading->sink, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), closed_cb, g_object_ref (task));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Reading *reading = g_task_get_task_data (task);
  gsize limit = reading->request->limit > 0 ? reading->request->limit : CAIRN_GATE_MAX_PAGE;
  GError *error = NULL;

  g_clear_pointer (&reading->bytes, g_bytes_unref);
  reading->bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (reading->bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reading->length += g_bytes_get_size (reading->bytes);
  if (g_bytes_get_size (reading->bytes) == 0)
    end (task);
  else if (reading->length > limit)
    g_task_return_new_error (task, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "The answer is over %" G_GSIZE_FORMAT " bytes", limit);
  else
    take_bytes (task);
}

static void
read_more (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (reading->stream, CHUNK, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), read_cb,
                                   g_object_ref (task));
}

/**
 * cairn_api_body_read_async:
 * @stream: a body
 * @sink: (nullable): where it goes, closed at its end; into memory without it
 * @request: whose answer it is, for its limit and progress; must live until it is over
 * @cancellable: (nullable): ends it
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Reads a body. Errors: those of the stream, %CAIRN_ERROR_TOO_LARGE, and %CAIRN_ERROR_STORAGE or what @sink says in that domain.
 */
void
cairn_api_body_read_async (GInputStream          *stream,
                           GOutputStream         *sink,
                           const CairnApiRequest *request,
                           GCancellable          *cancellable,
                           GAsyncReadyCallback    callback,
                           gpointer               user_data)
{
  g_autoptr(GTask) task = g_task_new (stream, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  g_task_set_source_tag (task, cairn_api_body_read_async);
  reading->request = request;
  reading->stream = g_object_ref (stream);
  reading->sink = sink != NULL ? g_object_ref (sink) : NULL;
  reading->body = g_byte_array_new ();
  g_task_set_task_data (task, reading, reading_free);
  read_more (task);
}

/**
 * cairn_api_body_read_finish:
 * @result: what the callback got
 * @length: (out): bytes that came, also of what failed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the body; empty when it went into a stream
 */
GBytes *
cairn_api_body_read_finish (GAsyncResult *result, gsize *length, GError **error)
{
  Reading *reading = g_task_get_task_data (G_TASK (result));

  *length = reading->length;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_byte_array_free_to_bytes (g_byte_array_ref (reading->body));
}
