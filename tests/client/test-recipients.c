/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom one may write to (cairn-recipient.c, cairn-recipients.c, cairn-directory.c), and what a message may have
 * (cairn-message-limits.c): by the portal's word, by its last word, by the care team. */
#include "client-test.h"

#include "client/cairn-conversation.h"
#include "client/cairn-file.h"
#include "client/people/cairn-directory.h"
#include "common/cairn-error.h"
#include "fhir/cairn-attachment.h"

#include <string.h>

#define SAID "{\"reply_hours\":48,\"emergency\":{\"text\":\"Call the\\nambulance\",\"number\":\"112\"},\"words\":20000,\"phone\":null," \
  "\"recipients\":[{\"reference\":\"HealthcareService/refills\",\"kind\":\"pool\",\"name\":\"Refills\",\"about\":null,\"reply_hours\":24}," \
  "{\"reference\":\"javascript:1\",\"kind\":\"pool\",\"name\":\"Nobody\"},{\"reference\":\"Practitioner/x\",\"kind\":\"person\",\"name\":\" \"}," \
  "{\"reference\":\"Practitioner/okafor\",\"kind\":\"person\",\"name\":\"Dr. Okafor\",\"about\":\"Family doctor\",\"reply_hours\":-1}]}"

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
assert_recipient (CairnRecipient *found, const char *reference, const char *name, const char *about, gboolean pool, guint hours)
{
  g_assert_cmpstr (cairn_recipient_get_reference (found), ==, reference);
  g_assert_cmpstr (cairn_recipient_get_name (found), ==, name);
  g_assert_cmpstr (cairn_recipient_get_about (found), ==, about);
  g_assert_cmpint (cairn_recipient_get_pool (found), ==, pool);
  g_assert_cmpuint (cairn_recipient_get_reply_hours (found), ==, hours);
}

static void
test_parse (void)
{
  static const char *const bad[] = { "", "[]", "{}", "{\"recipients\":{}}", "{\"recipients\":[", "{\"recipients\":[],\"recipients\":[]}" };
  g_autoptr(GBytes) said = bytes_of (SAID);
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnDirectory) directory = cairn_directory_parse (said, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (directory->recipients->len, ==, 2);
  assert_recipient (directory->recipients->pdata[0], "HealthcareService/refills", "Refills", NULL, TRUE, 24);
  assert_recipient (directory->recipients->pdata[1], "Practitioner/okafor", "Dr. Okafor", "Family doctor", FALSE, 0);
  g_assert_cmpuint (directory->reply_hours, ==, 48);
  g_assert_cmpuint (directory->limits.words, ==, 20000);
  g_assert_cmpstr (directory->emergency_text, ==, "Call the ambulance");
  g_assert_cmpstr (directory->emergency_number, ==, "112");
  g_assert_null (directory->phone);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GBytes) bytes = bytes_of (bad[i]);

      g_assert_null (cairn_directory_parse (bytes, NULL));
    }
}

static gpointer
store (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_directory_store (connection, data, error);
}

static gboolean
has_some (gpointer data)
{
  return g_list_model_get_n_items (data) > 0;
}

static void
note_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  (*(guint *) data)++;
}

/* Without a word of the portal it is the care team; with one it is that, also without a connection. */
static void
test_list (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autoptr(CairnDirectory) stored = NULL;
  g_autoptr(CairnRecipient) item = NULL;
  g_autoptr(GBytes) said = bytes_of (SAID);
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  CairnRecipients *recipients;
  guint n_changes = 0;

  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"okafor\",\"name\":[{\"text\":\"Dr. Ada Okafor\"}]}},"
               "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"team\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/"
               CLINIC_PATIENT "\"},\"participant\":[{\"role\":[{\"text\":\"Family doctor\"}],\"member\":"
               "{\"reference\":\"Practitioner/okafor\"}},{\"member\":{\"reference\":\"Practitioner/okafor\"}}]}}");
  session = clinic_sign_in (clinic, FALSE);
  cairn_sync_report_free (clinic_sync (session));
  clinic_stop (clinic);
  recipients = cairn_recipients_new (session);
  g_assert_true (cairn_recipients_get_loading (recipients));
  client_test_spin (has_some, recipients);
  g_assert_false (cairn_recipients_get_loading (recipients));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recipients)), ==, 1);
  item = g_list_model_get_item (G_LIST_MODEL (recipients), 0);
  assert_recipient (item, "Practitioner/okafor", "Dr. Ada Okafor", "Family doctor", FALSE, 0);
  g_assert_true (cairn_recipients_find (recipients, "Practitioner/okafor") == item);
  g_assert_null (cairn_recipients_find (recipients, "Practitioner/other"));
  g_assert_cmpuint (cairn_recipients_get_max_words (recipients), ==, CAIRN_MESSAGE_MAX_WORDS);
  g_object_unref (recipients);

  stored = cairn_database_run (cairn_session_get_database (session, FALSE, NULL), store, said, &error);
  g_assert_no_error (error);
  recipients = cairn_recipients_new (session);
  g_signal_connect (recipients, "items-changed", G_CALLBACK (note_changed), &n_changes);
  client_test_spin (has_some, recipients);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recipients)), ==, 2);
  g_assert_cmpstr (cairn_recipients_get_emergency_number (recipients), ==, "112");
  g_assert_cmpuint (cairn_recipients_get_reply_hours (recipients), ==, 48);
  g_assert_cmpuint (n_changes, ==, 1);
  g_object_unref (recipients);
  cairn_session_close (session);
  client_test_finalize (session);
}

static gboolean
has_word (gpointer data)
{
  return cairn_recipients_get_reply_hours (data) > 0;
}

static void
test_limits (void)
{
  static const struct { const char *said; gsize words; guint files; goffset bytes; const char *types; } cases[] = {
    { "", CAIRN_MESSAGE_MAX_WORDS, 8, CAIRN_ATTACHMENT_MAX_BYTES, "image/jpeg image/png image/webp application/pdf text/plain" },
    { ",\"words\":500,\"attachments\":{\"count\":2,\"bytes\":1000,\"types\":[\"text/plain\",\"image/heic\",\"image/png\"]}", 500, 2, 1000, "image/png text/plain" },
    { ",\"words\":9000000000,\"attachments\":{\"count\":900,\"bytes\":90000000000,\"types\":\"text/plain\"}", CAIRN_MESSAGE_MAX_WORDS, 8,
      CAIRN_ATTACHMENT_MAX_BYTES, "image/jpeg image/png image/webp application/pdf text/plain" },
    { ",\"words\":-1,\"attachments\":{\"count\":0,\"bytes\":0,\"types\":[]}", CAIRN_MESSAGE_MAX_WORDS, 0, CAIRN_ATTACHMENT_MAX_BYTES, "" },
    { ",\"words\":\"9\",\"attachments\":[{\"count\":1}]", CAIRN_MESSAGE_MAX_WORDS, 8, CAIRN_ATTACHMENT_MAX_BYTES,
      "image/jpeg image/png image/webp application/pdf text/plain" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"recipients\":[]%s}", cases[i].said), *types = NULL;
      g_autoptr(GBytes) bytes = bytes_of (text);
      g_autoptr(GError) error = NULL;
      g_autoptr(CairnDirectory) directory = cairn_directory_parse (bytes, &error);

      g_assert_no_error (error);
      types = g_strjoinv (" ", directory->limits.types);
      g_assert_cmpuint (directory->limits.words, ==, cases[i].words);
      g_assert_cmpuint (directory->limits.files, ==, cases[i].files);
      g_assert_cmpint (directory->limits.file_bytes, ==, cases[i].bytes);
      g_assert_cmpstr (types, ==, cases[i].types);
    }
}

static gboolean
is_read (gpointer data)
{
  return cairn_file_get_state (data) != CAIRN_FILE_READING;
}

static void
assert_attached (CairnSession *session, const char *text, gsize length, CairnFileProblem problem)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GListModel) files = cairn_outbox_get_draft_files (outbox, "");
  g_autoptr(GBytes) bytes = g_bytes_new (text, length);
  g_autoptr(CairnFile) file = NULL;

  cairn_outbox_attach_bytes (outbox, "", bytes, "file");
  file = g_list_model_get_item (files, g_list_model_get_n_items (files) - 1);
  client_test_spin (is_read, file);
  g_assert_cmpint (cairn_file_get_problem (file), ==, problem);
  if (problem != CAIRN_FILE_FINE)
    cairn_outbox_detach (outbox, file);
}

/* Said before anything is uploaded: what a portal takes less of than others. */
static void
test_little (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, 'x'), *words = g_strnfill (501, 'x');
  CairnMessageWrite write = { .topic = "Knee", .words = words };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnRecipients *recipients;
  CairnSession *session;

  clinic_stop (clinic);
  clinic->config->words = 500;
  clinic->config->attachments = 2;
  clinic->config->attachment_mb = 1;
  g_free (clinic->config->attachment_types);
  clinic->config->attachment_types = g_strdup ("text/plain");
  clinic_start (clinic);
  session = clinic_sign_in (clinic, FALSE);
  recipients = cairn_recipients_new (session);
  g_assert_cmpuint (cairn_recipients_get_max_files (recipients), ==, CAIRN_FILES_MAX);
  client_test_spin (has_word, recipients);
  g_assert_cmpuint (cairn_recipients_get_max_words (recipients), ==, 500);
  g_assert_cmpuint (cairn_recipients_get_max_files (recipients), ==, 2);
  g_assert_cmpint (cairn_recipients_get_max_file_bytes (recipients), ==, 1024 * 1024);
  g_assert_cmpstr (cairn_recipients_get_file_types (recipients)[0], ==, "text/plain");
  g_assert_null (cairn_recipients_get_file_types (recipients)[1]);
  assert_attached (session, "%PDF-1.4\n%%EOF\n", 15, CAIRN_FILE_KIND);
  assert_attached (session, large, 1024 * 1024 + 1, CAIRN_FILE_TOO_LARGE);
  assert_attached (session, large, 1024 * 1024, CAIRN_FILE_FINE);
  assert_attached (session, "two", 3, CAIRN_FILE_FINE);
  assert_attached (session, "three", 5, CAIRN_FILE_TOO_MANY);
  cairn_session_send_message_async (session, &write, NULL, client_test_done, &result);
  client_test_wait (&result);
  g_assert_cmpint (cairn_session_send_message_finish (session, result, NULL, &error), ==, 0);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE);
  g_clear_object (&result);
  client_test_finalize (recipients);
  cairn_session_close (session);
  client_test_finalize (session);
}

/* What the real portal says. */
static void
test_portal (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnRecipients *recipients;
  CairnRecipient *found;
  CairnSession *session;

  clinic_load (clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"okafor\",\"active\":true,\"name\":[{\"text\":\"Dr. Ada Okafor\"}]}},"
               "{\"resource\":{\"resourceType\":\"HealthcareService\",\"id\":\"refills\",\"active\":true,\"name\":\"Refills\","
               "\"category\":[{\"coding\":[{\"code\":\"messages\"}]}]}},"
               "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"team\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/"
               CLINIC_PATIENT "\"},\"participant\":[{\"role\":[{\"text\":\"Family doctor\"}],\"member\":"
               "{\"reference\":\"Practitioner/okafor\"}}]}}");
  session = clinic_sign_in (clinic, FALSE);
  recipients = cairn_recipients_new (session);
  client_test_spin (has_word, recipients);
  g_assert_null (cairn_recipients_get_error (recipients));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recipients)), ==, 2);
  found = cairn_recipients_find (recipients, "HealthcareService/refills");
  g_assert_nonnull (found);
  g_assert_true (cairn_recipient_get_pool (found));
  found = cairn_recipients_find (recipients, "Practitioner/okafor");
  g_assert_nonnull (found);
  g_assert_cmpstr (cairn_recipient_get_about (found), ==, "Family doctor");
  g_assert_cmpuint (cairn_recipients_get_max_words (recipients), <, CAIRN_MESSAGE_MAX_WORDS);
  client_test_finalize (recipients);
  cairn_session_close (session);
  client_test_finalize (session);
}

static void
add_tests (void)
{
  g_test_add_func ("/client/recipients/parse", test_parse);
  g_test_add_func ("/client/recipients/limits", test_limits);
  g_test_add_func ("/client/recipients/little", test_little);
  g_test_add_func ("/client/recipients/list", test_list);
  g_test_add_func ("/client/recipients/portal", test_portal);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
