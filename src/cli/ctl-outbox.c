/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl send, message and outbox. */
#include "ctl.h"

#include "client/cairn-conversation.h"
#include "client/cairn-file.h"
#include "client/outbox/cairn-outbox-rows.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES (1024 * 1024)

static gpointer
list_outbox (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_rows_list (connection, error);
}

int
ctl_outbox (Ctl *ctl)
{
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  int code;

  session = ctl_open (ctl, FALSE, &code);
  if (session == NULL)
    return code;
  if (cairn_session_get_state (session) == CAIRN_SESSION_LOCKED)
    error = g_error_new (CAIRN_ERROR, CAIRN_ERROR_LOCKED, "The account is locked; “cairnctl unlock” ends that");
  else
    rows = cairn_database_run (cairn_session_get_store (session)->outbox, list_outbox, NULL, &error);
  if (rows == NULL)
    return ctl_fail (ctl, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnOutboxRow *row = rows->pdata[i];
      g_autofree char *created = cairn_date_dup_instant (row->created);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "number");
      json_builder_add_int_value (builder, row->number);
      ctl_add_string (builder, "type", row->type);
      ctl_add_string (builder, "thread", row->thread);
      ctl_add_string (builder, "state", row->state);
      ctl_add_string (builder, "created", created);
      ctl_add_string (builder, "error", row->error);
      json_builder_end_object (builder);
      if (!ctl->json)
        ctl_print ("%" G_GINT64_FORMAT "  %s  %s  %s\n", row->number, created, row->type, row->state);
    }
  json_builder_end_array (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else if (rows->len == 0)
    puts ("Nothing waits to be sent");
  return CTL_DONE;
}

static gpointer
wake (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_outbox_rows_wake (connection, error) ? connection : NULL;
}

/* Sends what may go, with @all also what waits for a better time, and waits while something is under way. */
void
ctl_send_waiting (CairnSession *session, gboolean all)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);

  if (all)
    cairn_database_run (cairn_session_get_store (session)->outbox, wake, NULL, NULL);
  cairn_outbox_send_now (outbox);
  while (cairn_outbox_get_sending (outbox))
    g_main_context_iteration (NULL, TRUE);
}

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GFile) file = g_str_equal (path, "-") ? g_file_new_for_path ("/dev/stdin") : g_file_new_for_commandline_arg (path);

  stream = G_INPUT_STREAM (g_file_read (file, NULL, error));
  if (stream == NULL)
    return NULL;
  bytes = g_input_stream_read_bytes (stream, MAX_BYTES + 1, NULL, error);
  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) <= MAX_BYTES)
    return g_steal_pointer (&bytes);
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "One resource may have 1 MB");
  return NULL;
}

static const char *
problem_words (CairnFileProblem problem)
{
  static const char *const words[] = {
    [CAIRN_FILE_KIND] = "it is no JPEG, PNG or WebP picture, no PDF and no text in UTF-8, or the portal takes none of that kind",
    [CAIRN_FILE_EMPTY] = "there is nothing in it",
    [CAIRN_FILE_TOO_LARGE] = "it has more bytes than the portal takes, or than 25 MB",
    [CAIRN_FILE_TOO_MANY] = "a message has no more files, eight at most",
    [CAIRN_FILE_UNREADABLE] = "it can't be read",
    [CAIRN_FILE_BROKEN] = "the picture can't be understood, so what says where it was taken can't be taken out",
    [CAIRN_FILE_STORAGE] = "it can't be kept here",
  };

  return problem < G_N_ELEMENTS (words) && words[problem] != NULL ? words[problem] : "it can't be attached";
}

typedef struct
{
  gint64 number;
  char  *reference;
} Sent;

static void
sent_cb (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  Sent *sent = data;

  if (number == sent->number)
    sent->reference = g_strdup (reference);
}

static CairnOutboxRow *
find_row (GPtrArray *rows, gint64 number)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (((CairnOutboxRow *) rows->pdata[i])->number == number)
      return rows->pdata[i];
  return NULL;
}

static int
tell (Ctl *ctl, const Sent *sent, const CairnOutboxRow *row, const char *thread)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  const char *state = row != NULL ? row->state : "sent";

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "number");
  json_builder_add_int_value (builder, sent->number);
  ctl_add_string (builder, "state", state);
  ctl_add_string (builder, "reference", sent->reference != NULL && *sent->reference != '\0' ? sent->reference : NULL);
  ctl_add_string (builder, "error", row != NULL ? row->error : NULL);
  if (thread != NULL)
    ctl_add_string (builder, "thread", thread);
  json_builder_end_object (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else if (row == NULL)
    ctl_print ("%s\n", sent->reference != NULL ? sent->reference : "sent");
  else
    ctl_print ("%" G_GINT64_FORMAT "  %s%s%s\n", sent->number, state, row->error != NULL ? ": " : "",
               row->error != NULL ? row->error : "");
  return row == NULL || g_str_equal (state, "waiting") ? CTL_DONE : CTL_FAILED;
}

typedef gint64 (*Add) (Ctl *ctl, CairnSession *session, char **thread, GError **error);

/* Puts something into the outbox and tries once to send it: without a network it stays there, which is no failure. */
static int
add_and_send (Ctl *ctl, CairnSession *session, Add add)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autofree char *thread = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  Sent sent = { 0, NULL };
  int code;

  g_signal_connect (outbox, "sent", G_CALLBACK (sent_cb), &sent);
  sent.number = add (ctl, session, &thread, &error);
  if (sent.number != 0)
    ctl_send_waiting (session, FALSE);
  g_signal_handlers_disconnect_by_data (outbox, &sent);
  if (sent.number != 0)
    rows = cairn_database_run (cairn_session_get_store (session)->outbox, list_outbox, NULL, &error);
  if (rows == NULL)
    return ctl_fail (ctl, error);
  code = tell (ctl, &sent, find_row (rows, sent.number), thread);
  g_free (sent.reference);
  return code;
}

static gint64
add_resource (Ctl *ctl, CairnSession *session, char **thread, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GBytes) bytes = read_file (ctl->file, error);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  CairnOutboxWrite write = { .type = ctl->arguments[0], .bytes = bytes };

  if (bytes == NULL)
    return 0;
  cairn_outbox_add_async (outbox, &write, NULL, ctl_done_cb, &result);
  return cairn_outbox_add_finish (outbox, ctl_wait (&result), error);
}

int
ctl_send (Ctl *ctl)
{
  CairnSession *session;
  int code;

  if (ctl->file == NULL)
    return ctl_usage (ctl, "send needs --file");
  session = ctl_open (ctl, TRUE, &code);
  return session != NULL ? add_and_send (ctl, session, add_resource) : code;
}

/* Waits until a file is in the outbox. */
static gboolean
attach_file (CairnOutbox *outbox, const char *draft, const char *path, GError **error)
{
  g_autoptr(GFile) source = g_file_new_for_commandline_arg (path);
  g_autoptr(GListModel) files = cairn_outbox_get_draft_files (outbox, draft);
  g_autoptr(CairnFile) file = NULL;

  cairn_outbox_attach (outbox, draft, source);
  file = g_list_model_get_item (files, g_list_model_get_n_items (files) - 1);
  while (cairn_file_get_state (file) == CAIRN_FILE_READING)
    g_main_context_iteration (NULL, TRUE);
  if (cairn_file_get_state (file) == CAIRN_FILE_HERE)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, cairn_file_get_problem (file) == CAIRN_FILE_TOO_LARGE ? CAIRN_ERROR_TOO_LARGE : CAIRN_ERROR_BAD_DATA,
               "%s: %s", path, problem_words (cairn_file_get_problem (file)));
  cairn_outbox_detach (outbox, file);
  return FALSE;
}

static gint64
add_message (Ctl *ctl, CairnSession *session, char **thread, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GBytes) bytes = ctl->text_stdin ? read_file ("-", error) : g_bytes_new ("", 0);
  gsize length = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *text = length > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), length) : g_strdup ("");
  g_autofree char *draft = g_strdup_printf (CAIRN_OUTBOX_PASSING "%d", (int) getpid ());
  CairnMessageWrite write = { .key = ctl->thread, .topic = ctl->topic, .recipient = ctl->to, .words = text, .draft = draft };

  if (bytes == NULL)
    return 0;
  if (strlen (text) != length || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "The message is no UTF-8");
      return 0;
    }
  for (guint i = 0; ctl->attach != NULL && ctl->attach[i] != NULL; i++)
    if (!attach_file (cairn_session_get_outbox (session), draft, ctl->attach[i], error))
      return 0;
  cairn_session_send_message_async (session, &write, NULL, ctl_done_cb, &result);
  return cairn_session_send_message_finish (session, ctl_wait (&result), thread, error);
}

int
ctl_message (Ctl *ctl)
{
  CairnSession *session;
  int code;

  if (!ctl->text_stdin && ctl->attach == NULL)
    return ctl_usage (ctl, "message needs --text-stdin or --attach");
  session = ctl_open (ctl, TRUE, &code);
  return session != NULL ? add_and_send (ctl, session, add_message) : code;
}
