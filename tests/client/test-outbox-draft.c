/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed is not lost: cairn-outbox-draft.c, against the real portal. */
#include "client-test.h"

#include "client/cairn-conversation.h"
#include "client/cairn-draft.h"

typedef struct
{
  Clinic       *clinic;
  CairnSession *session;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clinic = clinic_new ();
  clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"okafor\",\"name\":[{\"text\":\"Dr. Ada Okafor\"}]}},"
               "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"team\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/pat-1\"},"
               "\"participant\":[{\"member\":{\"reference\":\"Practitioner/okafor\"}}]}}");
  clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"hours\",\"status\":\"completed\",\"subject\":"
               "{\"reference\":\"Patient/pat-1\"},\"sender\":{\"reference\":\"Organization/clinic\"},\"sent\":\"2026-01-15T09:00:00Z\","
               "\"payload\":[{\"contentString\":\"Open at seven now\"}]}}");
  self->session = clinic_sign_in (self->clinic, TRUE);
  cairn_sync_report_free (clinic_sync (self->session));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  clinic_sign_out (self->session);
  client_test_finalize (self->session);
  clinic_free (self->clinic);
}

static gpointer
count_outbox (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_scalar (connection, "SELECT count(*) FROM outbox", data, error);
  return NULL;
}

static gboolean
is_sent (gpointer data)
{
  gint64 n = -1;

  cairn_database_run (cairn_session_get_store (data)->outbox, count_outbox, &n, NULL);
  return n == 0 && !cairn_outbox_get_sending (cairn_session_get_outbox (data));
}

static gint64
send_message (CairnSession *session, const CairnMessageWrite *write, char **key)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gint64 number;

  cairn_session_send_message_async (session, write, NULL, client_test_done, &result);
  number = cairn_session_send_message_finish (session, client_test_wait (&result), key, &error);
  g_assert_no_error (error);
  return number;
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (data) == 1;
}

static CairnDraft *
load_draft (CairnSession *session, const char *key)
{
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  CairnDraft *draft;

  cairn_outbox_load_draft_async (outbox, key, NULL, client_test_done, &result);
  draft = cairn_outbox_load_draft_finish (outbox, client_test_wait (&result), &error);
  g_assert_no_error (error);
  return draft;
}

static void
assert_draft (CairnSession *session, const char *key, const char *words)
{
  g_autoptr(CairnDraft) draft = load_draft (session, key);

  g_assert_cmpstr (draft->words, ==, words);
}

static gpointer
count_drafts (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_scalar (connection, "SELECT count(*) FROM draft", data, error);
  return NULL;
}

static gint64
n_drafts (CairnSession *session)
{
  gint64 n = -1;

  cairn_database_run (cairn_session_get_store (session)->outbox, count_drafts, &n, NULL);
  return n;
}

static gboolean
has_two_drafts (gpointer data)
{
  return n_drafts (data) == 2;
}

/* One draft a thread: there at once, on the disk within a second, gone when it is sent, and kept under the portal's name. */
static void
test_drafts (Fixture *self, gconstpointer data)
{
  CairnOutbox *outbox = cairn_session_get_outbox (self->session);
  CairnDraft typed = { .words = (char *) "Tha" }, empty = { .words = (char *) "" };
  CairnDraft new = { .words = (char *) "Hello", .topic = (char *) "Sleep", .recipient = (char *) "Practitioner/okafor",
                     .recipient_name = (char *) "Dr. Ada Okafor" };
  CairnMessageWrite answer = { .key = "hours", .recipient = "Organization/clinic", .words = "Thank you" };
  CairnMessageWrite first = { .recipient = "Practitioner/okafor", .words = "Hello" };
  g_autoptr(CairnDraft) draft = NULL;
  g_autofree char *key = NULL;
  CairnConversation *conversation;
  gint64 start, number;

  assert_draft (self->session, "hours", "");
  cairn_outbox_keep_draft (outbox, "hours", &typed);
  cairn_outbox_keep_draft (outbox, "", &new);
  typed.words = (char *) "Thank you";
  cairn_outbox_keep_draft (outbox, "hours", &typed);
  assert_draft (self->session, "hours", "Thank you");
  g_assert_cmpstr (cairn_outbox_get_draft_line (outbox, "hours"), ==, "Thank you");
  g_assert_cmpstr (cairn_outbox_get_draft_line (outbox, ""), ==, "Hello");
  g_assert_null (cairn_outbox_get_draft_line (outbox, "other"));
  g_assert_cmpint (n_drafts (self->session), ==, 0);
  start = g_get_monotonic_time ();
  client_test_spin (has_two_drafts, self->session);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  draft = load_draft (self->session, "");
  g_assert_cmpstr (draft->words, ==, "Hello");
  g_assert_cmpstr (draft->topic, ==, "Sleep");
  g_assert_cmpstr (draft->recipient, ==, "Practitioner/okafor");
  g_assert_cmpstr (draft->recipient_name, ==, "Dr. Ada Okafor");

  /* What was typed a moment before it was sent doesn't come back */
  cairn_outbox_keep_draft (outbox, "hours", &typed);
  send_message (self->session, &answer, NULL);
  assert_draft (self->session, "hours", "");
  g_assert_null (cairn_outbox_get_draft_line (outbox, "hours"));
  client_test_spin (is_sent, self->session);

  clinic_stop (self->clinic);
  number = send_message (self->session, &first, &key);
  g_assert_cmpint (n_drafts (self->session), ==, 0);
  conversation = cairn_conversation_new (self->session, key);
  client_test_spin (has_one, conversation);
  typed.words = (char *) "And";
  cairn_outbox_keep_draft (outbox, key, &typed);
  clinic_start (self->clinic);
  cairn_outbox_retry (outbox, number);
  client_test_spin (is_sent, self->session);
  g_assert_cmpstr (cairn_conversation_get_key (conversation), !=, key);
  assert_draft (self->session, cairn_conversation_get_key (conversation), "And");
  assert_draft (self->session, key, "");
  g_assert_cmpstr (cairn_outbox_get_draft_line (outbox, cairn_conversation_get_key (conversation)), ==, "And");
  g_assert_null (cairn_outbox_get_draft_line (outbox, key));
  cairn_outbox_keep_draft (outbox, cairn_conversation_get_key (conversation), &empty);
  cairn_outbox_write_drafts (outbox);
  g_assert_cmpint (n_drafts (self->session), ==, 0);
  client_test_finalize (conversation);
}

/* The program ends while somebody types */
static void
test_draft_kept (Fixture *self, gconstpointer data)
{
  CairnDraft typed = { .words = (char *) "Half a sen" };
  CairnSession *session = self->session;
  CairnAccount *account = g_object_ref (cairn_session_get_account (session));
  g_autoptr(GError) error = NULL;

  cairn_outbox_keep_draft (cairn_session_get_outbox (session), "hours", &typed);
  cairn_session_close (session);
  client_test_finalize (session);
  self->session = clinic_open (account, &error);
  g_assert_no_error (error);
  g_object_unref (account);
  assert_draft (self->session, "hours", "Half a sen");
}

#define add_test(name, func) g_test_add ("/client/outbox-draft/" name, Fixture, NULL, set_up, func, tear_down)

static void
add (void)
{
  add_test ("typed", test_drafts);
  add_test ("closed", test_draft_kept);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
