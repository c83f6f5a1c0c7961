/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of messages on their way out and in, against the real portal (src/client/files, cairn-clean-exif.c, cairn-clean-jpeg.c,
 * cairn-clean-png.c, cairn-clean-webp.c, cairn-piece-input.c, cairn-piece-output.c, cairn-pieces.c,
 * cairn-outbox-attach.c, cairn-outbox-files.c, cairn-outbox-upload.c, cairn-session-file.c). */
#include "client-test.h"

#include "client/cairn-conversation.h"
#include "client/cairn-draft.h"
#include "client/cairn-file.h"
#include "client/files/cairn-file-private.h"
#include "common/cairn-error.h"

#include <glib/gstdio.h>
#include <string.h>

#define PLACE "N 47 22 40, E 8 32 28"
#define LARGE (25 * 1024 * 1024)
#define MOST_MORE_KB 8192   /* of 25 MB: a piece here and there, and the portal's own */

/* A picture of one grey square, with a place in its Exif: what matters is around the pixels. */
static GBytes *
picture (void)
{
  static const guint8 head[] = { 0xff, 0xd8, 0xff, 0xe1, 0, 2 + 6 + 14 + 21, 'E', 'x', 'i', 'f', 0, 0,
                                 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 0, 0, 0, 0, 0 };
  static const guint8 rest[] = { 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0x7f, 0xff, 0xd9 };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) PLACE, 21);
  g_byte_array_append (bytes, rest, sizeof rest);
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
is_read (gpointer data)
{
  GListModel *files = data;
  guint n = g_list_model_get_n_items (files);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(CairnFile) file = g_list_model_get_item (files, i);

      if (cairn_file_get_state (file) == CAIRN_FILE_READING)
        return FALSE;
    }
  return n > 0;
}

static CairnFile *
get_file (GListModel *files, guint position)
{
  g_autoptr(CairnFile) file = g_list_model_get_item (files, position);

  g_assert_nonnull (file);
  return file;   /* the list holds it */
}

static void
assert_state (GListModel *files, guint position, CairnFileState state, CairnFileProblem problem)
{
  CairnFile *file = get_file (files, position);

  g_assert_cmpint (cairn_file_get_state (file), ==, state);
  g_assert_cmpint (cairn_file_get_problem (file), ==, problem);
}

static void
attach_text (CairnOutbox *outbox, const char *key, const char *text, const char *title)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  cairn_outbox_attach_bytes (outbox, key, bytes, title);
}

static gint64
send_message (CairnSession *session, const char *key, const char *words, guint undo_seconds, char **found, GError **error)
{
  CairnMessageWrite write = { .key = key, .topic = "Question", .words = words, .undo_seconds = undo_seconds };
  g_autoptr(GAsyncResult) result = NULL;

  cairn_session_send_message_async (session, &write, NULL, client_test_done, &result);
  return cairn_session_send_message_finish (session, client_test_wait (&result), found, error);
}

static gboolean
is_sent (gpointer data)
{
  return g_list_model_get_n_items (data) == 0 && !cairn_outbox_get_sending (data);
}

static gboolean
is_loaded (gpointer data)
{
  g_autoptr(CairnMessage) message = g_list_model_get_item (data, 0);

  return message != NULL && cairn_message_get_loaded (message);
}

static GBytes *
open_file (CairnSession *session, CairnFile *file, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnDocument) document = NULL;

  cairn_session_open_file_async (session, file, NULL, client_test_done, &result);
  document = cairn_session_open_file_finish (session, client_test_wait (&result), error);
  return document != NULL ? g_bytes_ref (document->bytes) : NULL;
}

static void
save_file (CairnSession *session, CairnFile *file, const char *path)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GFile) to = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;

  cairn_session_save_file_async (session, file, to, NULL, client_test_done, &result);
  g_assert_true (cairn_session_save_file_finish (session, client_test_wait (&result), &error));
  g_assert_no_error (error);
}

static void
note_sent (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  g_free (*(char **) data);
  *(char **) data = g_strdup (reference);
}

/* From a draft to the portal and back: in order, cleaned, kept nowhere any more when it is there. */
static void
test_sent (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GListModel) draft = cairn_outbox_get_draft_files (outbox, "");
  g_autoptr(GBytes) grey = picture (), kept = NULL, came = NULL, text = NULL;
  g_autoptr(CairnMessage) message = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL, *reference = NULL;
  CairnConversation *conversation;
  GListModel *files;

  g_signal_connect (outbox, "sent", G_CALLBACK (note_sent), &reference);
  cairn_outbox_attach_bytes (outbox, "", grey, "knee.jpg");
  attach_text (outbox, "", "It hurts since Monday.\n", "no/tes\n.txt");
  client_test_spin (is_read, draft);
  assert_state (draft, 0, CAIRN_FILE_HERE, CAIRN_FILE_FINE);
  g_assert_cmpstr (cairn_file_get_media_type (get_file (draft, 0)), ==, "image/jpeg");
  g_assert_cmpstr (cairn_file_get_title (get_file (draft, 1)), ==, "no tes .txt");
  kept = open_file (session, get_file (draft, 0), &error);
  g_assert_no_error (error);
  g_assert_null (memmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), PLACE, 21));
  g_assert_cmpuint (g_bytes_get_size (kept), ==, g_bytes_get_size (grey) - 45);
  g_assert_cmpint (send_message (session, NULL, "", 0, &key, &error), >, 0);
  g_assert_no_error (error);
  client_test_spin (is_sent, outbox);
  g_assert_cmpuint (g_list_model_get_n_items (draft), ==, 0);
  g_assert_cmpuint (outbox->files->len, ==, 0);

  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  conversation = cairn_conversation_new (session, strchr (reference, '/') + 1);
  client_test_spin (is_loaded, conversation);
  message = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  files = cairn_message_get_files (message);
  g_assert_cmpuint (g_list_model_get_n_items (files), ==, 2);
  g_assert_cmpstr (cairn_file_get_title (get_file (files, 0)), ==, "knee.jpg");
  came = open_file (session, get_file (files, 0), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (came, kept));
  assert_state (files, 0, CAIRN_FILE_KEPT, CAIRN_FILE_FINE);
  text = open_file (session, get_file (files, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text), "It hurts since Monday.\n", 23);
  g_clear_object (&message);
  g_object_unref (conversation);
  conversation = cairn_conversation_new (session, strchr (reference, '/') + 1);
  client_test_spin (is_loaded, conversation);
  message = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  assert_state (cairn_message_get_files (message), 0, CAIRN_FILE_KEPT, CAIRN_FILE_FINE);
  g_clear_object (&message);
  g_object_unref (conversation);
  g_signal_handlers_disconnect_by_data (outbox, &reference);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* What can't go says why before anything is sent; nothing of it is kept. */
static void
test_refused (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GListModel) draft = cairn_outbox_get_draft_files (outbox, "thread");
  g_autoptr(GBytes) program = g_bytes_new_static ("\177ELF\0\0", 6), broken = g_bytes_new_static ("\xff\xd8\xff\xe1", 4);
  g_autoptr(GBytes) large = g_bytes_new_take (g_strnfill (LARGE + 1, 'x'), LARGE + 1);
  g_autoptr(GFile) missing = g_file_new_for_path ("/nowhere/at-all.pdf");
  static const CairnFileProblem problems[] = { CAIRN_FILE_EMPTY, CAIRN_FILE_KIND, CAIRN_FILE_BROKEN, CAIRN_FILE_TOO_LARGE,
                                               CAIRN_FILE_UNREADABLE };
  g_autoptr(GError) error = NULL;

  attach_text (outbox, "thread", "", "empty.txt");
  cairn_outbox_attach_bytes (outbox, "thread", program, "photo.jpg");
  cairn_outbox_attach_bytes (outbox, "thread", broken, "photo.jpg");
  cairn_outbox_attach_bytes (outbox, "thread", large, "book.txt");
  cairn_outbox_attach (outbox, "thread", missing);
  client_test_spin (is_read, draft);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    assert_state (draft, i, CAIRN_FILE_REFUSED, problems[i]);
  for (guint i = 0; i < CAIRN_FILES_MAX + 1; i++)
    attach_text (outbox, "thread", "words", "words.txt");
  client_test_spin (is_read, draft);
  assert_state (draft, 5 + CAIRN_FILES_MAX - 1, CAIRN_FILE_HERE, CAIRN_FILE_FINE);
  assert_state (draft, 5 + CAIRN_FILES_MAX, CAIRN_FILE_REFUSED, CAIRN_FILE_TOO_MANY);
  while (g_list_model_get_n_items (draft) > 0)
    cairn_outbox_detach (outbox, get_file (draft, 0));
  g_assert_cmpint (send_message (session, "thread", " ", 0, NULL, &error), ==, 0);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* A draft's files outlive the program; taken back they are the draft's again, and goes only what is whole. */
static void
test_kept (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, TRUE);
  g_autoptr(CairnAccount) account = g_object_ref (cairn_session_get_account (session));
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GListModel) draft = cairn_outbox_get_draft_files (outbox, ""), again = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *key = NULL, *taken = NULL;
  g_autoptr(GError) error = NULL;
  gint64 number;

  attach_text (outbox, "", "one", "one.txt");
  attach_text (outbox, "", "two", "two.txt");
  g_assert_cmpint (send_message (session, NULL, "now", 0, NULL, &error), ==, 0);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_IN_USE);
  g_clear_error (&error);
  client_test_spin (is_read, draft);
  cairn_session_close (session);
  g_clear_object (&draft);
  client_test_finalize (session);

  session = clinic_open (account, &error);
  g_assert_no_error (error);
  outbox = cairn_session_get_outbox (session);
  again = cairn_outbox_get_draft_files (outbox, "");
  client_test_spin (is_read, again);
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 2);
  g_assert_cmpstr (cairn_file_get_title (get_file (again, 1)), ==, "two.txt");
  number = send_message (session, NULL, "later", 60, &key, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (key, "urn:"));
  while (g_list_model_get_n_items (again) > 0)
    g_main_context_iteration (NULL, TRUE);
  cairn_outbox_take_async (outbox, number, NULL, client_test_done, &result);
  taken = cairn_outbox_take_finish (outbox, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (taken, "\"title\":\"two.txt\""));
  client_test_spin (is_read, again);
  g_assert_cmpuint (g_list_model_get_n_items (again), ==, 2);
  assert_state (again, 1, CAIRN_FILE_HERE, CAIRN_FILE_FINE);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
note_progress (CairnFile *file, GParamSpec *pspec, gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (cairn_file_get_progress (file), >=, 0);
  *last = MAX (*last, cairn_file_get_progress (file));
}

static gsize
read_memory (const char *name)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, name);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (name) + 1, NULL, 10);
}

/* From a file to the portal and back into one. */
static void
round_trip (CairnSession *session, const char *from, const char *to, double *progress)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autofree char *compare = g_strdup_printf ("cmp %s %s", from, to), *url = NULL;
  g_autoptr(GListModel) draft = cairn_outbox_get_draft_files (outbox, "");
  g_autoptr(GFile) file = g_file_new_for_path (from);
  CairnAttachment attachment = { .title = (char *) "large.pdf", .type = (char *) "application/pdf", .size = LARGE };
  g_autoptr(CairnFile) received = NULL;
  int status;

  cairn_outbox_attach (outbox, "", file);
  client_test_spin (is_read, draft);
  assert_state (draft, 0, CAIRN_FILE_HERE, CAIRN_FILE_FINE);
  attachment.url = url = g_strconcat ("Binary/", get_file (draft, 0)->uuid, NULL);
  g_signal_connect (get_file (draft, 0), "notify::progress", G_CALLBACK (note_progress), progress);
  g_assert_cmpint (send_message (session, NULL, "A long one", 0, NULL, NULL), >, 0);
  client_test_spin (is_sent, outbox);
  received = cairn_file_new_received ("Communication/any", &attachment);
  save_file (session, received, to);
  g_assert_true (g_spawn_command_line_sync (compare, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* 25 MB: memory, that of the portal beside it included, does not follow; nor does the outbox on the disk. */
static void
test_large (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  g_autofree char *from = g_build_filename (clinic->folder, "large.pdf", NULL), *to = g_build_filename (clinic->folder, "back.pdf", NULL);
  g_autofree char *text = g_strnfill (LARGE, 'x');
  double progress = 0;
  gsize before, peak;
  GStatBuf info;

  memcpy (text, "%PDF-1.7\n", 9);
  g_assert_true (g_file_set_contents (from, text, LARGE, NULL));
  g_clear_pointer (&text, g_free);
  round_trip (session, from, to, &progress);   /* by then each has what it needs */
  g_assert_cmpfloat (progress, ==, 1);
  g_file_set_contents ("/proc/self/clear_refs", "5", 1, NULL);
  before = read_memory ("VmRSS:");
#ifndef __SANITIZE_ADDRESS__   /* its own memory is most of it, and it takes its time */
  round_trip (session, from, to, &progress);
#endif
  peak = read_memory ("VmHWM:");
  g_test_message ("25 MB out and in: %" G_GSIZE_FORMAT " kB more memory", peak - before);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (peak - before, <, MOST_MORE_KB);
#endif
  g_assert_cmpint (g_stat (session->store->outbox_path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 1024 * 1024);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
add_tests (void)
{
  g_test_add_func ("/client/files/sent", test_sent);
  g_test_add_func ("/client/files/refused", test_refused);
  g_test_add_func ("/client/files/kept", test_kept);
  g_test_add_func ("/client/files/large", test_large);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
