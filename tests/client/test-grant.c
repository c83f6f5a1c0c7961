/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "fault-server.h"

#include "client/account/cairn-keyring.h"
#include "client/account/cairn-mutex.h"
#include "client/net/cairn-grant.h"
#include "client/net/cairn-renewal.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

typedef struct
{
  FaultServer  *server;
  CairnAccount *account;
  CairnGrant   *grant;
  guint         n_refused;   /* how many requests are answered with 401 first */
} Fixture;

static void
answer (FaultServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Fixture *self = data;

  if (self->n_refused > 0)
    {
      self->n_refused--;
      fault_server_answer (message, 401, "text/plain", "");
    }
  else
    fault_server_bundle (message, "", NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *base = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  self->server = fault_server_new (answer, self);
  base = g_strconcat (self->server->root, "fhir", NULL);
  self->account = cairn_account_new (base, "anna", "pat-1", TRUE);
  self->grant = cairn_grant_new (self->account, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (cairn_keyring_store (cairn_account_get_name (self->account), CAIRN_KEYRING_TOKEN, "refresh-0", NULL));
  cairn_grant_connect_async (self->grant, NULL, client_test_done, &result);
  g_assert_nonnull (cairn_grant_connect_finish (self->grant, client_test_wait (&result), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  client_test_finalize (self->grant);
  g_assert_finalize_object (self->account);
  fault_server_free (self->server);
}

static void
send_async (Fixture *self, GCancellable *cancellable, GAsyncResult **result)
{
  g_autofree char *url = g_strconcat (self->server->root, "fhir/Observation", NULL);
  g_autoptr(CairnApiRequest) request = cairn_api_request_new ("GET", url);

  cairn_grant_send_async (self->grant, request, cancellable, client_test_done, result);
}

static gboolean
send_finish (Fixture *self, GAsyncResult **result, GError **error)
{
  CairnApiAnswer *got = cairn_grant_send_finish (self->grant, client_test_wait (result), error);
  gboolean ok = got != NULL;

  g_clear_pointer (&got, cairn_api_answer_free);
  g_clear_object (result);
  return ok;
}

/* Ten at once need one renewal, and what it gave is in the keyring. */
static void
test_one_renewal (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[10] = { NULL };
  char *token;

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    send_async (self, NULL, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_assert_true (send_finish (self, &results[i], NULL));
  g_assert_cmpuint (self->server->n_tokens, ==, 1);
  g_assert_cmpuint (self->server->n_with_token, ==, 10);
  token = cairn_keyring_lookup (cairn_account_get_name (self->account), CAIRN_KEYRING_TOKEN, NULL);
  g_assert_cmpstr (token, ==, "refresh-1");
  cairn_secret_clear (token);
}

static void
test_refused_token (Fixture *self, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  self->n_refused = 1;
  send_async (self, NULL, &result);
  g_assert_true (send_finish (self, &result, &error));
  g_assert_cmpuint (self->server->n_tokens, ==, 2);
  g_assert_false (cairn_grant_get_expired (self->grant));

  self->n_refused = 2;   /* the fresh one too */
  send_async (self, NULL, &result);
  g_assert_false (send_finish (self, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
  g_assert_true (cairn_grant_get_expired (self->grant));
}

static void
test_short_token (Fixture *self, gconstpointer data)
{
  GAsyncResult *result = NULL;

  self->server->token_seconds = 10;   /* would end on the way */
  for (guint i = 0; i < 2; i++)
    {
      send_async (self, NULL, &result);
      if (i == 0)
        self->server->token_seconds = 900;
      g_assert_true (send_finish (self, &result, NULL));
    }
  g_assert_cmpuint (self->server->n_tokens, >=, 1);
}

static void
test_dead (Fixture *self, gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  self->server->refuse_refresh = TRUE;
  send_async (self, NULL, &result);
  g_assert_false (send_finish (self, &result, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
  g_assert_true (cairn_grant_get_expired (self->grant));
  g_assert_cmpuint (self->server->n_requests, ==, 0);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  send_async (self, cancellable, &result);
  g_assert_false (send_finish (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_cancellable_reset (cancellable);
  send_async (self, cancellable, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (send_finish (self, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

typedef struct
{
  CairnMutex *mutex;
  char       *account;
} Other;

static gboolean
other_process_cb (gpointer data)
{
  Other *other = data;

  g_assert_true (cairn_keyring_store (other->account, CAIRN_KEYRING_TOKEN, "refresh-by-another", NULL));
  g_clear_pointer (&other->mutex, cairn_mutex_free);
  return G_SOURCE_REMOVE;
}

/* Another process is renewing: its lock is waited for, and the keyring is read after that. */
static void
test_other_process (Fixture *self, gconstpointer data)
{
  const char *account = cairn_account_get_name (self->account);
  g_autofree char *name = g_strconcat (account, ".refresh", NULL);
  Other other = { cairn_mutex_lock (name, 0, NULL, NULL), (char *) account };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnRenewal) renewal = NULL;

  g_timeout_add (100, other_process_cb, &other);
  cairn_renewal_begin_async (account, NULL, client_test_done, &result);
  renewal = cairn_renewal_begin_finish (client_test_wait (&result), NULL);
  g_assert_null (other.mutex);
  g_assert_cmpstr (cairn_renewal_get_token (renewal), ==, "refresh-by-another");
}

static void
test_nothing_to_renew (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) empty = NULL;
  g_autoptr(GError) error = NULL;

  cairn_renewal_begin_async ("nobody", NULL, client_test_done, &result);
  g_assert_null (cairn_renewal_begin_finish (client_test_wait (&result), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
  g_clear_error (&error);
  cairn_renewal_begin_async ("nobody", "", client_test_done, &empty);
  g_assert_null (cairn_renewal_begin_finish (client_test_wait (&empty), &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_SIGN_IN);
}

#define add_test(name, func) g_test_add ("/client/grant/" name, Fixture, NULL, set_up, func, tear_down)

static void
add (void)
{
  add_test ("one-renewal", test_one_renewal);
  add_test ("refused-token", test_refused_token);
  add_test ("short-token", test_short_token);
  add_test ("dead", test_dead);
  add_test ("cancelled", test_cancelled);
  add_test ("other-process", test_other_process);
  g_test_add_func ("/client/grant/nothing-to-renew", test_nothing_to_renew);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
