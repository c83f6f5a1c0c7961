/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was written here reaches the portal once, in order, whatever happens on the way: against the real portal (cairn-outbox.c,
 * cairn-outbox-change.c, cairn-outbox-item.c, -rows.c, -send.c, -text.c). */
#include "client-test.h"

#include "client/cache/cairn-cache.h"
#include "client/outbox/cairn-outbox-private.h"
#include "client/outbox/cairn-outbox-text.h"
#include "common/cairn-error.h"

#include <string.h>

#define ME "{\"reference\":\"Patient/pat-1\"}"

typedef struct
{
  CairnOutbox *outbox;
  guint        n;
  CairnOutboxState state;
} Wanted;

static gboolean
has_items (gpointer data)
{
  Wanted *wanted = data;

  return g_list_model_get_n_items (G_LIST_MODEL (wanted->outbox)) == wanted->n && !cairn_outbox_get_sending (wanted->outbox);
}

static void
wait_for_items (CairnOutbox *outbox, guint n)
{
  Wanted wanted = { outbox, n, 0 };

  client_test_spin (has_items, &wanted);
}

static gboolean
first_is (gpointer data)
{
  Wanted *wanted = data;
  g_autoptr(CairnOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (wanted->outbox), 0);

  return item != NULL && cairn_outbox_item_get_state (item) == wanted->state && !cairn_outbox_get_sending (wanted->outbox);
}

static void
wait_for_state (CairnOutbox *outbox, CairnOutboxState state)
{
  Wanted wanted = { outbox, 0, state };

  client_test_spin (first_is, &wanted);
}

static char *
message (const char *words)
{
  return g_strdup_printf ("{\"resourceType\":\"Communication\",\"status\":\"completed\",\"subject\":" ME ",\"sender\":" ME ","
                          "\"payload\":[{\"contentString\":\"%s\"}]}", words);
}

static gint64
add (CairnOutbox *outbox, const char *type, const char *text, const char *thread, guint undo_seconds)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  CairnOutboxWrite write = { .type = type, .bytes = bytes, .thread = thread, .undo_seconds = undo_seconds };
  gint64 number;

  cairn_outbox_add_async (outbox, &write, NULL, client_test_done, &result);
  number = cairn_outbox_add_finish (outbox, client_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpint (number, >, 0);
  return number;
}

static char *
take (CairnOutbox *outbox, gint64 number, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  cairn_outbox_take_async (outbox, number, NULL, client_test_done, &result);
  return cairn_outbox_take_finish (outbox, client_test_wait (&result), error);
}

static void
note_sent (CairnOutbox *outbox, gint64 number, const char *reference, gpointer data)
{
  g_string_append_printf (data, "%" G_GINT64_FORMAT ":%s ", number, g_str_has_prefix (reference, "Communication/") ? "yes" : reference);
}

/* Written, sent, in the cache at once; after a sync still one. */
static void
test_sent (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autofree char *text = message ("Good morning");
  g_autoptr(GString) sent = g_string_new (NULL);
  g_autofree char *expected = NULL;
  gint64 number;

  g_signal_connect (outbox, "sent", G_CALLBACK (note_sent), sent);
  number = add (outbox, "Communication", text, NULL, 0);
  wait_for_items (outbox, 0);
  expected = g_strdup_printf ("%" G_GINT64_FORMAT ":yes ", number);
  g_assert_cmpstr (sent->str, ==, expected);
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  g_signal_handlers_disconnect_by_data (outbox, sent);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* Numbers of the messages as the portal got them: its ids' order is not, its versions' dates are. */
static gpointer
list_words (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  GString *words = data;
  CairnStatement *statement = cairn_connection_prepare (connection, "SELECT b.text FROM resource r JOIN body b ON b.number = r.body"
                                                        " WHERE r.type = 'Communication' ORDER BY r.updated", error);
  gboolean row;

  while (cairn_statement_step (statement, &row, error) && row)
    {
      g_autofree char *said = cairn_json_dup_text_at (cairn_json_from_string (cairn_statement_text (statement, 0, NULL)),
                                                      "payload.0.contentString");

      g_string_append_printf (words, "%s ", said);
    }
  return NULL;
}

static char *
dup_words (CairnSession *session)
{
  g_autoptr(GString) words = g_string_new (NULL);

  cairn_database_run (cairn_session_get_database (session, FALSE, NULL), list_words, words, NULL);
  return g_strdup (words->str);
}

/* Written offline, kept over a restart of the portal, sent in order when it is back. */
static void
test_offline (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  const char *const words[] = { "one", "two", "three" };
  gint64 first = 0;
  g_autofree char *arrived = NULL;

  clinic_stop (clinic);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *text = message (words[i]);
      gint64 number = add (outbox, "Communication", text, "thread-1", 0);

      first = first == 0 ? number : first;
    }
  wait_for_items (outbox, 3);
  wait_for_state (outbox, CAIRN_OUTBOX_WAITING);
  clinic_start (clinic);
  cairn_outbox_retry (outbox, first);
  wait_for_items (outbox, 0);
  arrived = dup_words (session);
  g_assert_cmpstr (arrived, ==, "one two three ");
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 3);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* What the portal refuses stays, says why, and holds back only what comes after it in its thread. */
static void
test_refused (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autofree char *after = message ("after"), *other = message ("other"), *taken = NULL, *arrived = NULL;
  g_autoptr(CairnOutboxItem) item = NULL;
  gint64 number = add (outbox, "Communication", "{\"resourceType\":\"Communication\",\"status\":\"completed\","
                       "\"subject\":{\"reference\":\"Patient/somebody-else\"},\"sender\":" ME "}", "thread-1", 0);

  add (outbox, "Communication", after, "thread-1", 0);
  add (outbox, "Communication", other, "thread-2", 0);
  wait_for_items (outbox, 2);
  wait_for_state (outbox, CAIRN_OUTBOX_REFUSED);
  item = g_list_model_get_item (G_LIST_MODEL (outbox), 0);
  g_assert_cmpint (cairn_outbox_item_get_number (item), ==, number);
  g_assert_nonnull (cairn_outbox_item_get_error (item));
  g_assert_cmpstr (cairn_outbox_item_get_thread (item), ==, "thread-1");
  g_assert_cmpint (cairn_outbox_item_get_not_before (item), ==, 0);
  cairn_outbox_retry (outbox, number);   /* and again */
  wait_for_state (outbox, CAIRN_OUTBOX_REFUSED);
  taken = take (outbox, number, NULL);
  g_assert_nonnull (strstr (taken, "somebody-else"));
  wait_for_items (outbox, 0);
  arrived = dup_words (session);
  g_assert_cmpstr (arrived, ==, "other after ");
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
test_undo (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autofree char *text = message ("hasty"), *taken = NULL;
  g_autoptr(GError) error = NULL;
  gint64 number = add (outbox, "Communication", text, NULL, 60);

  wait_for_items (outbox, 1);
  taken = take (outbox, number, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (taken, "hasty"));
  wait_for_items (outbox, 0);
  g_assert_null (take (outbox, number, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 0);
  clinic_sign_out (session);
  client_test_finalize (session);
}

static gpointer
add_sending (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnOutboxRow *row = data;

  g_assert_true (cairn_outbox_rows_add (connection, row, error));
  g_free (row->state);
  row->state = g_strdup ("sending");
  g_assert_true (cairn_outbox_rows_update (connection, row, error));
  return NULL;
}

/* A program that died after the portal had it: it is sent again, and is there once. */
static void
test_answer_lost (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  CairnSession *session = clinic_sign_in (clinic, FALSE);
  CairnOutbox *outbox = cairn_session_get_outbox (session);
  g_autoptr(CairnOutboxRow) row = g_new0 (CairnOutboxRow, 1);
  g_autofree char *text = message ("once"), *identifier = NULL, *whole = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;

  whole = cairn_outbox_text_new ("Communication", bytes, &identifier, &error);
  g_assert_no_error (error);
  row->type = g_strdup ("Communication");
  row->identifier = g_strdup (identifier);
  row->text = g_strdup (whole);
  add (outbox, "Communication", whole, NULL, 0);
  wait_for_items (outbox, 0);
  cairn_database_run (cairn_session_get_store (session)->outbox, add_sending, row, &error);
  g_assert_no_error (error);
  cairn_outbox_send_now (outbox);
  wait_for_items (outbox, 0);
  cairn_sync_report_free (clinic_sync (session));
  g_assert_cmpint (clinic_count (session, "Communication"), ==, 1);
  clinic_sign_out (session);
  client_test_finalize (session);
}

/* A change of what somebody else changed meanwhile is never written over. */
static void
test_conflict (void)
{
  g_autoptr(Clinic) clinic = clinic_new ();
  static const char visit[] = "{\"resourceType\":\"Appointment\",\"id\":\"visit\",\"status\":\"%s\",\"start\":\"2026-12-01T09:00:00Z\","
                              "\"end\":\"2026-12-01T09:20:00Z\",\"participant\":[{\"actor\":" ME ",\"status\":\"accepted\"}]}";
  g_autofree char *booked = g_strdup_printf (visit, "booked"), *arrived = g_strdup_printf (visit, "arrived");
  g_autofree char *cancelled = g_strdup_printf (visit, "cancelled");
  g_autofree char *one = g_strdup_printf ("{\"resource\":%s}", booked), *two = g_strdup_printf ("{\"resource\":%s}", arrived);
  g_autoptr(GBytes) bytes = g_bytes_new (cancelled, strlen (cancelled));
  CairnOutboxWrite write = { .type = "Appointment", .bytes = bytes, .target = "Appointment/visit", .version = "1" };
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *taken = NULL;
  CairnSession *session;
  CairnOutbox *outbox;
  gint64 number;

  clinic_load (clinic, one);
  clinic_load (clinic, two);
  session = clinic_sign_in (clinic, FALSE);
  outbox = cairn_session_get_outbox (session);
  cairn_outbox_add_async (outbox, &write, NULL, client_test_done, &result);
  number = cairn_outbox_add_finish (outbox, client_test_wait (&result), NULL);
  wait_for_state (outbox, CAIRN_OUTBOX_CONFLICT);
  taken = take (outbox, number, NULL);
  g_assert_nonnull (strstr (taken, "cancelled"));
  clinic_sign_out (session);
  client_test_finalize (session);
}

static void
test_text (void)
{
  static const struct
  {
    const char *type, *text, *identifier;
    int         code;   /* -1 for none */
  } cases[] = {
    { "Task", "{ \"resourceType\" : \"Task\", \"n\":1.10 }", NULL, -1 },
    { "Task", "{\"resourceType\":\"Task\",\"identifier\":[{\"use\":\"old\"},{\"system\":\"urn:a\",\"value\":\"1\"}]}", "urn:a|1", -1 },
    { "Task", "{\"resourceType\":\"Task\",\"identifier\":[{\"value\":\"1\"}]}", NULL, -1 },
    { "Task", "{\"resourceType\":\"Task\",\"identifier\":[]}", NULL, -1 },
    { "QuestionnaireResponse", "{\"resourceType\":\"QuestionnaireResponse\"}", NULL, -1 },
    { "Task", "{\"resourceType\":\"Patient\"}", NULL, CAIRN_ERROR_USAGE },
    { "Task", "[]", NULL, CAIRN_ERROR_USAGE },
    { "Task", "{\"resourceType\":\"Task\"", NULL, CAIRN_ERROR_BAD_DATA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autofree char *identifier = NULL, *again = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *text = cairn_outbox_text_new (cases[i].type, bytes, &identifier, &error), *twice = NULL;

      g_test_message ("%s", cases[i].text);
      if (cases[i].code >= 0)
        {
          g_assert_error (error, CAIRN_ERROR, cases[i].code);
          continue;
        }
      g_assert_no_error (error);
      if (cases[i].identifier != NULL)
        {
          g_assert_cmpstr (identifier, ==, cases[i].identifier);
          g_assert_cmpstr (text, ==, cases[i].text);
          continue;
        }
      g_assert_true (g_str_has_prefix (identifier, "urn:ietf:rfc:3986|urn:uuid:"));
      g_assert_true (i != 0 || g_str_has_prefix (text, "{ \"resourceType\" : \"Task\", \"n\":1.10"));
      g_bytes_unref (g_steal_pointer (&bytes));
      bytes = g_bytes_new (text, strlen (text));
      twice = cairn_outbox_text_new (cases[i].type, bytes, &again, &error);
      g_assert_cmpstr (twice, ==, text);
      g_assert_cmpstr (again, ==, identifier);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/client/outbox/text", test_text);
  g_test_add_func ("/client/outbox/sent", test_sent);
  g_test_add_func ("/client/outbox/offline", test_offline);
  g_test_add_func ("/client/outbox/refused", test_refused);
  g_test_add_func ("/client/outbox/undo", test_undo);
  g_test_add_func ("/client/outbox/answer-lost", test_answer_lost);
  g_test_add_func ("/client/outbox/conflict", test_conflict);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add_tests);
}
