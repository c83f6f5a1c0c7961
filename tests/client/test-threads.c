/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads of messages, unread ones and what is written in them, against the real portal: cairn-threads.c, cairn-thread.c,
 * cairn-conversation.c, cairn-message.c, cairn-lazy-list.c, cairn-lazy-load.c, cairn-session-message.c and what they read of
 * the cache: cairn-cache-messages.c, cairn-cache-threads.c, cairn-cache-conversation.c, cairn-cache-people.c. */
#include "client-test.h"

#include "client/cache/cairn-cache-write.h"
#include "client/cairn-conversation.h"
#include "client/cairn-threads.h"
#include "client/sync/cairn-sync-page.h"
#include "common/cairn-error.h"

#include <string.h>

#define ME "{\"reference\":\"Patient/pat-1\"}"

typedef struct
{
  Clinic       *clinic;
  CairnSession *session;
} Fixture;

/* One message; @more begins with a comma. */
static char *
entry (const char *id, const char *sender, const char *sent, const char *words, const char *more)
{
  return g_strdup_printf ("{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"completed\",\"subject\":" ME ","
                          "\"sender\":{\"reference\":\"%s\"},\"sent\":\"%s\",\"payload\":[{\"contentString\":\"%s\"}]%s}}", id, sender,
                          sent, words, more);
}

static void
load (Fixture *self, const char *id, const char *sender, const char *sent, const char *words, const char *more)
{
  g_autofree char *text = entry (id, sender, sent, words, more);

  clinic_load (self->clinic, text);
}

#define PART_OF(id) ",\"partOf\":[{\"reference\":\"Communication/" id "\"}]"
#define RECEIVED ",\"received\":\"2026-02-01T10:00:00Z\""

/* Two threads: "a" with an answer that is unread, "b" that came from the clinic. The answer of an answer names only that. */
static void
load_threads (Fixture *self)
{
  clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"okafor\",\"name\":[{\"text\":\"Dr. Ada Okafor\"}]}},"
               "{\"resource\":{\"resourceType\":\"CareTeam\",\"id\":\"team\",\"status\":\"active\",\"subject\":" ME ",\"participant\":"
               "[{\"role\":[{\"text\":\"Family doctor\"}],\"member\":{\"reference\":\"Practitioner/okafor\"}}]}}");
  load (self, "z-head", "Patient/pat-1", "2026-02-01T09:00:00Z", "My knee hurts",
        ",\"topic\":{\"text\":\"Knee\"},\"recipient\":[{\"reference\":\"Practitioner/okafor\"}]" RECEIVED);
  load (self, "a-answer", "Practitioner/okafor", "2026-02-02T09:00:00Z", "Since when?", PART_OF ("z-head") RECEIVED);
  load (self, "b-answer", "Practitioner/okafor", "2026-02-03T09:00:00Z", "Please come by",
        ",\"inResponseTo\":[{\"reference\":\"Communication/a-answer\"}]");
  load (self, "hours", "Organization/clinic", "2026-01-15T09:00:00Z", "Open at seven now",
        ",\"topic\":{\"text\":\"Opening hours\"},\"recipient\":[" ME "]");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clinic = clinic_new ();
  if (data == NULL)
    {
      clinic_load (self->clinic, "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"clinic\",\"name\":\"Northfield\"}}");
      load_threads (self);
    }
  self->session = clinic_sign_in (self->clinic, FALSE);
  cairn_sync_report_free (clinic_sync (self->session));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  clinic_sign_out (self->session);
  client_test_finalize (self->session);
  clinic_free (self->clinic);
}

typedef struct
{
  gpointer list;
  guint    n;
} Wanted;

static gboolean
is_read (gpointer data)
{
  Wanted *wanted = data;
  gboolean loading;
  g_autoptr(GError) error = NULL;

  g_object_get (wanted->list, "loading", &loading, "error", &error, NULL);
  g_assert_no_error (error);
  return !loading && g_list_model_get_n_items (wanted->list) == wanted->n;
}

static void
wait_for (gpointer list, guint n)
{
  Wanted wanted = { list, n };

  client_test_spin (is_read, &wanted);
}

static gssize
n_unread (CairnSession *session)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gssize n;

  cairn_session_count_unread_async (session, NULL, client_test_done, &result);
  n = cairn_session_count_unread_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  return n;
}

static void
assert_thread (CairnThreads *threads, guint position, const char *key, const char *topic, const char *name, const char *role,
               const char *words, guint unread)
{
  g_autoptr(CairnThread) thread = g_list_model_get_item (G_LIST_MODEL (threads), position);
  guint found;

  g_assert_true (cairn_thread_get_loaded (thread));
  g_assert_cmpstr (cairn_thread_get_key (thread), ==, key);
  g_assert_cmpstr (cairn_thread_get_topic (thread), ==, topic);
  g_assert_cmpstr (cairn_thread_get_name (thread), ==, name);
  g_assert_cmpstr (cairn_thread_get_role (thread), ==, role);
  g_assert_cmpstr (cairn_thread_get_words (thread), ==, words);
  g_assert_cmpuint (cairn_thread_get_n_unread (thread), ==, unread);
  g_assert_cmpint (cairn_thread_get_unsent (thread), ==, CAIRN_UNSENT_NOTHING);
  g_assert_true (cairn_threads_find (threads, thread, &found));
  g_assert_cmpuint (found, ==, position);
}

/* What a search found is that message of its conversation. */
static void
assert_found (Fixture *self, CairnThreads *threads, guint position, guint place)
{
  g_autoptr(CairnThread) thread = g_list_model_get_item (G_LIST_MODEL (threads), position);
  CairnConversation *conversation = cairn_conversation_new (self->session, cairn_thread_get_key (thread));
  guint at = G_MAXUINT;

  wait_for (conversation, 3);
  g_assert_true (cairn_conversation_find (conversation, cairn_thread_get_found (thread), &at));
  g_assert_cmpuint (at, ==, place);
  g_assert_false (cairn_conversation_find (conversation, 0, &at));
  client_test_finalize (conversation);
}

static void
test_list (Fixture *self, gconstpointer data)
{
  CairnThreads *threads = cairn_threads_new (self->session);
  g_autoptr(CairnThread) thread = NULL;

  wait_for (threads, 2);
  assert_thread (threads, 0, "z-head", "Knee", "Dr. Ada Okafor", "Family doctor", "Please come by", 1);
  assert_thread (threads, 1, "hours", "Opening hours", "Northfield", NULL, "Open at seven now", 1);
  g_assert_cmpint (n_unread (self->session), ==, 2);
  thread = g_list_model_get_item (G_LIST_MODEL (threads), 0);
  g_assert_cmpstr (cairn_thread_get_reference (thread), ==, "Practitioner/okafor");
  g_assert_cmpint (cairn_thread_get_sent (thread), ==, G_GINT64_CONSTANT (1770109200000));
  g_assert_false (cairn_thread_get_own (thread));

  /* Words of any message; all of them; the last one as a beginning */
  cairn_threads_set_search (threads, "knee hur");
  wait_for (threads, 1);
  assert_thread (threads, 0, "z-head", "Knee", "Dr. Ada Okafor", "Family doctor", "My knee hurts", 1);
  assert_found (self, threads, 0, 0);
  cairn_threads_set_search (threads, "come");
  wait_for (threads, 1);
  assert_thread (threads, 0, "z-head", "Knee", "Dr. Ada Okafor", "Family doctor", "Please come by", 1);
  assert_found (self, threads, 0, 2);
  cairn_threads_set_search (threads, "knee seven");
  wait_for (threads, 0);
  cairn_threads_set_search (threads, "");
  wait_for (threads, 2);

  /* Something newer in the other thread: it comes first, and nothing else changes */
  load (self, "later", "Organization/clinic", "2026-02-05T09:00:00Z", "And at eight on Sunday", PART_OF ("hours"));
  cairn_sync_report_free (clinic_sync (self->session));
  wait_for (threads, 2);
  client_test_finalize (threads);
  threads = cairn_threads_new (self->session);
  wait_for (threads, 2);
  assert_thread (threads, 0, "hours", "Opening hours", "Northfield", NULL, "And at eight on Sunday", 2);
  client_test_finalize (threads);
}

static void
assert_message (CairnConversation *conversation, guint position, const char *reference, const char *words, const char *sender,
                gboolean own)
{
  g_autoptr(CairnMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), position);

  g_assert_true (cairn_message_get_loaded (message));
  g_assert_cmpstr (cairn_message_get_words (message), ==, words);
  g_assert_cmpstr (cairn_message_get_sender (message), ==, sender);
  g_assert_cmpint (cairn_message_get_own (message), ==, own);
  g_assert_cmpint (cairn_message_get_flags (message), ==, 0);
  g_assert_cmpuint (cairn_message_get_attachments (message)->len, ==, 0);
  g_assert_cmpstr (cairn_message_get_reference (message), ==, reference);
  g_assert_null (cairn_message_get_item (message));
}

static void
test_conversation (Fixture *self, gconstpointer data)
{
  CairnConversation *conversation = cairn_conversation_new (self->session, "z-head");
  g_autoptr(CairnMessage) first = NULL;
  g_autoptr(GAsyncResult) result = NULL, none = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;

  wait_for (conversation, 3);
  first = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  g_assert_true (cairn_message_get_own (first));
  g_assert_cmpint (cairn_message_get_received (first), ==, G_GINT64_CONSTANT (1769940000000));
  g_assert_cmpint (cairn_message_get_sent (first), ==, G_GINT64_CONSTANT (1769936400000));
  g_assert_cmpstr (cairn_message_get_recipient (first), ==, "Dr. Ada Okafor");
  assert_message (conversation, 1, "Communication/a-answer", "Since when?", "Dr. Ada Okafor", FALSE);
  assert_message (conversation, 2, "Communication/b-answer", "Please come by", "Dr. Ada Okafor", FALSE);
  g_clear_object (&first);
  first = g_list_model_get_item (G_LIST_MODEL (conversation), 2);
  g_assert_cmpstr (cairn_message_get_role (first), ==, "Family doctor");
  g_assert_cmpint (cairn_message_get_received (first), ==, 0);
  client_test_finalize (conversation);

  cairn_session_find_thread_async (self->session, "Communication/b-answer", NULL, client_test_done, &result);
  key = cairn_session_find_thread_finish (self->session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, "z-head");
  cairn_session_find_thread_async (self->session, "Communication/nothing", NULL, client_test_done, &none);
  g_assert_null (cairn_session_find_thread_finish (self->session, client_test_wait (&none), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
}

static gpointer
count_outbox (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_scalar (connection, "SELECT count(*) FROM outbox", data, error);
  return NULL;
}

/* As if its time had come */
static gpointer
wake_outbox (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_connection_exec (connection, "UPDATE outbox SET not_before = 0", error);
  return NULL;
}

static gboolean
is_quiet (gpointer data)
{
  return !cairn_outbox_get_sending (data);
}

static gboolean
has_one_unread (gpointer data)
{
  return n_unread (data) == 1;
}

static gboolean
has_none_left (gpointer data)
{
  gint64 n = -1;
  g_autoptr(GError) error = NULL;

  cairn_database_run (cairn_session_get_store (data)->outbox, count_outbox, &n, &error);
  g_assert_no_error (error);
  return n == 0;
}

/* Read while the portal can't be reached: at once here, at the portal as soon as it is back, and in no list of what is unsent. */
static void
test_read (Fixture *self, gconstpointer data)
{
  CairnThreads *threads = cairn_threads_new (self->session);
  CairnConversation *conversation = cairn_conversation_new (self->session, "z-head");
  CairnOutbox *outbox = cairn_session_get_outbox (self->session);
  g_autoptr(GAsyncResult) result = NULL;

  wait_for (threads, 2);
  wait_for (conversation, 3);
  clinic_stop (self->clinic);
  cairn_conversation_mark_read (conversation);
  cairn_conversation_mark_read (conversation);   /* once is enough */
  client_test_spin (has_one_unread, self->session);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (outbox)), ==, 0);
  cairn_session_count_unsent_async (self->session, NULL, client_test_done, &result);
  g_assert_cmpint (cairn_session_count_unsent_finish (self->session, client_test_wait (&result), NULL), ==, 0);
  g_clear_object (&result);
  client_test_spin (is_quiet, outbox);
  g_assert_false (has_none_left (self->session));

  clinic_start (self->clinic);
  cairn_database_run (cairn_session_get_store (self->session)->outbox, wake_outbox, NULL, NULL);
  cairn_outbox_send_now (outbox);
  client_test_spin (has_none_left, self->session);
  client_test_spin (is_quiet, outbox);
  g_assert_cmpint (n_unread (self->session), ==, 1);
  client_test_finalize (conversation);
  client_test_finalize (threads);

  /* What the portal says to who signs in anew */
  clinic_sign_out (self->session);
  client_test_finalize (self->session);
  self->session = clinic_sign_in (self->clinic, FALSE);
  cairn_sync_report_free (clinic_sync (self->session));
  g_assert_cmpint (n_unread (self->session), ==, 1);
}

static guint
count_home (CairnSession *session)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnHomeMore) home = NULL;

  cairn_session_load_home_more_async (session, NULL, client_test_done, &result);
  home = cairn_session_load_home_more_finish (session, client_test_wait (&result), &error);
  g_assert_no_error (error);
  return home->n_unread;
}

static guint
count_list (GListModel *threads)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (threads); i++)
    {
      g_autoptr(CairnThread) thread = g_list_model_get_item (threads, i);

      n += cairn_thread_get_n_unread (thread);
    }
  return n;
}

typedef struct
{
  CairnSession *session;
  CairnThreads *threads;
  guint         n;
} Unread;

/* Badge, list and Home */
static gboolean
is_everywhere (gpointer data)
{
  Unread *unread = data;

  return cairn_session_get_n_unread (unread->session) == unread->n && count_list (G_LIST_MODEL (unread->threads)) == unread->n;
}

/* How many messages are unread is one number, wherever it stands, whatever changes it. */
static void
test_unread_everywhere (Fixture *self, gconstpointer data)
{
  CairnThreads *threads = cairn_threads_new (self->session);
  CairnConversation *conversation = cairn_conversation_new (self->session, "z-head");
  Unread unread = { self->session, threads, 2 };

  wait_for (threads, 2);
  wait_for (conversation, 3);
  client_test_spin (is_everywhere, &unread);
  g_assert_cmpuint (count_home (self->session), ==, 2);
  cairn_conversation_mark_read (conversation);
  unread.n = 1;
  client_test_spin (is_everywhere, &unread);
  g_assert_cmpuint (count_home (self->session), ==, 1);
  load (self, "c-answer", "Practitioner/okafor", "2026-02-04T09:00:00Z", "One more", PART_OF ("z-head"));
  load (self, "d-answer", "Practitioner/okafor", "2026-02-05T09:00:00Z", "And one", PART_OF ("hours"));
  cairn_sync_report_free (clinic_sync (self->session));
  unread.n = 3;
  client_test_spin (is_everywhere, &unread);
  g_assert_cmpuint (count_home (self->session), ==, 3);
  client_test_finalize (conversation);
  client_test_finalize (threads);
}

/* The clinic changed the message meanwhile: nobody is bothered, nothing is written over, and it is unread again. */
static void
test_amended (Fixture *self, gconstpointer data)
{
  CairnConversation *conversation = cairn_conversation_new (self->session, "hours");
  CairnOutbox *outbox = cairn_session_get_outbox (self->session);

  wait_for (conversation, 1);
  load (self, "hours", "Organization/clinic", "2026-01-15T09:00:00Z", "Open at eight now",
        ",\"topic\":{\"text\":\"Opening hours\"},\"recipient\":[" ME "]");
  cairn_conversation_mark_read (conversation);
  client_test_spin (has_one_unread, self->session);
  client_test_spin (has_none_left, self->session);
  client_test_spin (is_quiet, outbox);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (outbox)), ==, 0);
  cairn_sync_report_free (clinic_sync (self->session));
  g_assert_cmpint (n_unread (self->session), ==, 2);
  client_test_finalize (conversation);
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

/* A thread that is opened while the portal can't be reached, and gone on with: one thread, in order, under the portal's name. */
static void
test_new_thread (Fixture *self, gconstpointer data)
{
  CairnThreads *threads = cairn_threads_new (self->session);
  CairnConversation *conversation;
  CairnMessageWrite first = { .topic = "Sleep \"again\"", .recipient = "Practitioner/okafor", .recipient_name = "Dr. Ada Okafor",
                              .words = "  I sleep badly\nsince Monday " };
  CairnMessageWrite second = { .recipient = "Practitioner/okafor", .words = "Since Sunday, rather" };
  g_autoptr(CairnThread) thread = NULL;
  g_autoptr(CairnMessage) message = NULL;
  g_autofree char *key = NULL, *same = NULL;
  gint64 number;

  wait_for (threads, 2);
  clinic_stop (self->clinic);
  number = send_message (self->session, &first, &key);
  g_assert_true (g_str_has_prefix (key, "urn:uuid:"));
  second.key = key;
  send_message (self->session, &second, &same);
  g_assert_cmpstr (same, ==, key);
  conversation = cairn_conversation_new (self->session, key);
  wait_for (conversation, 2);
  wait_for (threads, 3);
  thread = g_list_model_get_item (G_LIST_MODEL (threads), 0);
  g_assert_cmpstr (cairn_thread_get_topic (thread), ==, "Sleep \"again\"");
  g_assert_cmpstr (cairn_thread_get_name (thread), ==, "Dr. Ada Okafor");
  g_assert_cmpstr (cairn_thread_get_words (thread), ==, "Since Sunday, rather");
  g_assert_cmpint (cairn_thread_get_unsent (thread), ==, CAIRN_UNSENT_WAITING);
  message = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  g_assert_cmpstr (cairn_message_get_words (message), ==, "I sleep badly\nsince Monday");
  g_assert_true (cairn_message_get_own (message));
  g_assert_cmpint (cairn_outbox_item_get_number (cairn_message_get_item (message)), ==, number);

  clinic_start (self->clinic);
  cairn_outbox_retry (cairn_session_get_outbox (self->session), number);
  client_test_spin (has_none_left, self->session);
  client_test_spin (is_quiet, cairn_session_get_outbox (self->session));
  wait_for (conversation, 2);
  g_assert_cmpstr (cairn_conversation_get_key (conversation), !=, key);
  client_test_finalize (g_steal_pointer (&conversation));
  cairn_sync_report_free (clinic_sync (self->session));
  wait_for (threads, 3);
  g_clear_object (&thread);
  thread = g_list_model_get_item (G_LIST_MODEL (threads), 0);
  g_assert_false (g_str_has_prefix (cairn_thread_get_key (thread), "urn:"));
  g_assert_cmpint (cairn_thread_get_unsent (thread), ==, CAIRN_UNSENT_NOTHING);
  conversation = cairn_conversation_new (self->session, cairn_thread_get_key (thread));
  wait_for (conversation, 2);
  g_clear_object (&message);
  message = g_list_model_get_item (G_LIST_MODEL (conversation), 1);
  g_assert_cmpstr (cairn_message_get_words (message), ==, "Since Sunday, rather");
  g_assert_null (cairn_message_get_item (message));
  g_clear_object (&message);
  g_clear_object (&thread);
  client_test_finalize (conversation);
  client_test_finalize (threads);
}

/* An answer goes to the end of its thread at once, and says where it stands. */
static void
test_answer (Fixture *self, gconstpointer data)
{
  CairnThreads *threads = cairn_threads_new (self->session);
  CairnConversation *conversation = cairn_conversation_new (self->session, "hours");
  CairnMessageWrite write = { .key = "hours", .answers = "Communication/hours", .recipient = "Organization/clinic",
                              .words = "Thank you", .undo_seconds = 60 };
  CairnMessageWrite empty = { .key = "hours", .words = " \n " };
  g_autoptr(GAsyncResult) result = NULL, taken = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnThread) thread = NULL;
  g_autofree char *text = NULL;
  gint64 number;

  wait_for (threads, 2);
  wait_for (conversation, 1);
  number = send_message (self->session, &write, NULL);
  wait_for (conversation, 2);
  wait_for (threads, 2);
  thread = g_list_model_get_item (G_LIST_MODEL (threads), 0);
  g_assert_cmpstr (cairn_thread_get_key (thread), ==, "hours");
  g_assert_cmpstr (cairn_thread_get_words (thread), ==, "Thank you");
  g_assert_true (cairn_thread_get_own (thread));
  g_assert_cmpint (cairn_thread_get_unsent (thread), ==, CAIRN_UNSENT_WAITING);
  cairn_outbox_take_async (cairn_session_get_outbox (self->session), number, NULL, client_test_done, &taken);
  text = cairn_outbox_take_finish (cairn_session_get_outbox (self->session), client_test_wait (&taken), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "\"inResponseTo\":[{\"reference\":\"Communication/hours\"}]"));
  wait_for (conversation, 1);
  cairn_session_send_message_async (self->session, &empty, NULL, client_test_done, &result);
  g_assert_cmpint (cairn_session_send_message_finish (self->session, client_test_wait (&result), NULL, &error), ==, 0);
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
  g_clear_object (&thread);
  client_test_finalize (conversation);
  client_test_finalize (threads);
}

/* 5,000 threads, and one of 10,000 messages */
static GBytes *
many (guint from, guint to)
{
  GString *text = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[");

  for (guint i = from; i < to; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i), *words = g_strdup_printf ("Number %u", i);
      g_autofree char *sent = g_strdup_printf ("2020-01-%02uT%02u:%02u:00Z", 1 + i / 1440, i / 60 % 24, i % 60);
      g_autofree char *one = entry (id, "Practitioner/okafor", sent, words, i >= 5000 ? PART_OF ("m0") : "");

      g_string_append_printf (text, "%s%s", i > from ? "," : "", one);
    }
  g_string_append (text, "]}");
  return g_string_free_to_bytes (text);
}

static gpointer
store_many (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnSyncState state = { .type = (char *) "Communication", .step = CAIRN_SYNC_STEP_ALL };
  CairnSyncCounts counts = { 0 };

  for (guint from = 0; from < 15000; from += 500)
    {
      g_autoptr(GBytes) bytes = many (from, from + 500);
      CairnSyncPage *page = cairn_sync_page_new (bytes, "https://example.org/fhir", CLINIC_PATIENT, FALSE, 0, error);

      g_assert_nonnull (page);
      g_assert_true (cairn_connection_begin (connection, error));
      g_assert_true (cairn_cache_store_page (connection, page, &state, &counts, error));
      g_assert_true (cairn_connection_commit (connection, error));
      cairn_sync_page_free (page);
    }
  g_assert_cmpint (counts.stored, ==, 15000);
  return NULL;
}

static gboolean
last_is_loaded (gpointer data)
{
  return cairn_message_get_loaded (data);
}

static void
test_many (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  CairnThreads *threads;
  CairnConversation *conversation;
  CairnMessage *first;
  gint64 before;

  cairn_database_run (cairn_session_get_database (self->session, FALSE, NULL), store_many, NULL, &error);
  g_assert_no_error (error);
  before = g_get_monotonic_time ();
  threads = cairn_threads_new (self->session);
  wait_for (threads, 5000);
  g_test_message ("5,000 threads: %.1f ms to the first of them", (g_get_monotonic_time () - before) / 1e3);
  g_assert_cmpint (n_unread (self->session), ==, 15000);
  before = g_get_monotonic_time ();
  conversation = cairn_conversation_new (self->session, "m0");
  wait_for (conversation, 10001);
  g_test_message ("10,001 messages: %.1f ms to the newest", (g_get_monotonic_time () - before) / 1e3);
  /* The end is there without asking, the beginning when it is asked for; who lets go of it, lets go of it. */
  assert_message (conversation, 10000, "Communication/m14999", "Number 14999", NULL, FALSE);
  first = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  g_assert_false (cairn_message_get_loaded (first));
  client_test_spin (last_is_loaded, first);
  g_assert_cmpstr (cairn_message_get_words (first), ==, "Number 0");
  g_object_add_weak_pointer (G_OBJECT (first), (gpointer *) &first);
  g_object_unref (first);
  for (guint i = 0; i < 2000; i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (conversation), 5000 + i));
  g_assert_null (first);
  client_test_finalize (conversation);
  client_test_finalize (threads);
}

#define add_test(name, func, data) g_test_add ("/client/threads/" name, Fixture, data, set_up, func, tear_down)

static void
add (void)
{
  add_test ("list", test_list, NULL);
  add_test ("conversation", test_conversation, NULL);
  add_test ("read", test_read, NULL);
  add_test ("unread-everywhere", test_unread_everywhere, NULL);
  add_test ("amended", test_amended, NULL);
  add_test ("new-thread", test_new_thread, NULL);
  add_test ("answer", test_answer, NULL);
  add_test ("many", test_many, "empty");
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
