/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl send and outbox. */
#include "ctl.h"

#include "client/outbox/cairn-outbox-rows.h"
#include "common/cairn-error.h"
#include "fhir/cairn-date.h"

#include <stdio.h>

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

/* Waits while something is under way. */
void
ctl_send_waiting (CairnSession *session)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);

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
tell (Ctl *ctl, const Sent *sent, const CairnOutboxRow *row)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  const char *state = row != NULL ? row->state : "sent";

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "number");
  json_builder_add_int_value (builder, sent->number);
  ctl_add_string (builder, "state", state);
  ctl_add_string (builder, "reference", sent->reference != NULL && *sent->reference != '\0' ? sent->reference : NULL);
  ctl_add_string (builder, "error", row != NULL ? row->error : NULL);
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

/* Puts it into the outbox and tries once to send it: without a network it stays there, which is no failure. */
int
ctl_send (Ctl *ctl)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  CairnOutboxWrite write = { .type = ctl->arguments[0] };
  Sent sent = { 0, NULL };
  CairnSession *session;
  CairnOutbox *outbox;
  int code;

  if (ctl->file == NULL)
    return ctl_usage (ctl, "send needs --file");
  session = ctl_open (ctl, TRUE, &code);
  if (session == NULL)
    return code;
  bytes = read_file (ctl->file, &error);
  if (bytes == NULL)
    return ctl_fail (ctl, error);
  outbox = cairn_session_get_outbox (session);
  write.bytes = bytes;
  g_signal_connect (outbox, "sent", G_CALLBACK (sent_cb), &sent);
  cairn_outbox_add_async (outbox, &write, NULL, ctl_done_cb, &result);
  sent.number = cairn_outbox_add_finish (outbox, ctl_wait (&result), &error);
  if (sent.number == 0)
    return ctl_fail (ctl, error);
  ctl_send_waiting (session);
  g_signal_handlers_disconnect_by_data (outbox, &sent);
  rows = cairn_database_run (cairn_session_get_store (session)->outbox, list_outbox, NULL, &error);
  if (rows == NULL)
    return ctl_fail (ctl, error);
  code = tell (ctl, &sent, find_row (rows, sent.number));
  g_free (sent.reference);
  return code;
}
