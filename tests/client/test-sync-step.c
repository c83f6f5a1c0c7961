/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"

#include "client/sync/cairn-sync-round.h"
#include "client/sync/cairn-sync-step.h"
#include "client/sync/cairn-sync-url.h"
#include "common/cairn-crypto.h"

/* 2026-01-01T00:00:00Z */
#define NOW G_GINT64_CONSTANT (1767225600000)

static void
test_urls (void)
{
  static const struct
  {
    const char   *type;
    CairnSyncStep step;
    gboolean      compartment;
    const char   *ids;
    const char   *wanted;
  } cases[] = {
    { "Observation", CAIRN_SYNC_STEP_ALL, TRUE, NULL, "Patient/pat-1/Observation?_count=9" },
    { "Observation", CAIRN_SYNC_STEP_ALL, FALSE, NULL, "Observation?patient=pat-1&_count=9" },
    { "Observation", CAIRN_SYNC_STEP_UPDATES, TRUE, NULL,
      "Patient/pat-1/Observation?_lastUpdated=ge2025-12-31T23:55:00.000Z&_count=9" },
    { "Observation", CAIRN_SYNC_STEP_HISTORY, TRUE, NULL, "Observation/_history?_since=2025-12-31T23:55:00.000Z&_count=9" },
    { "Observation", CAIRN_SYNC_STEP_COMPARE, TRUE, NULL, "Patient/pat-1/Observation?_elements=id&_count=9" },
    { "Patient", CAIRN_SYNC_STEP_ALL, TRUE, NULL, "Patient?_id=pat-1&_count=9" },
    { "Device", CAIRN_SYNC_STEP_ALL, TRUE, NULL, "Device?patient=pat-1&_count=9" },   /* outside R4's compartment */
    { "Practitioner", CAIRN_SYNC_STEP_ALL, TRUE, "a,b", "Practitioner?_id=a,b&_count=9" },
  };
  CairnServer server = { .base = (char *) "http://127.0.0.1/fhir" };
  CairnSyncContext context = { .server = &server, .patient = "pat-1" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnSyncState state = { .type = (char *) cases[i].type, .step = cases[i].step, .since = NOW };
      g_autofree char *url = cairn_sync_url_new (&context, &state, cases[i].compartment, 9, cases[i].ids);
      g_autofree char *wanted = g_strconcat ("http://127.0.0.1/fhir/", cases[i].wanted, NULL);

      g_assert_cmpstr (url, ==, wanted);
    }
}

typedef struct
{
  char       *folder;
  CairnCache *cache;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr(GBytes) key = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autofree char *path = NULL;

  self->folder = g_dir_make_tmp ("step-XXXXXX", NULL);
  path = g_build_filename (self->folder, "cache.db", NULL);
  self->cache = cairn_cache_open (path, key, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  cairn_cache_close (self->cache);
  g_assert_finalize_object (self->cache);
  client_test_remove_all (self->folder);
  g_free (self->folder);
}

static gpointer
save (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (cairn_sync_state_save (connection, data, error));
  return NULL;
}

static CairnSyncStart *
begin (Fixture *self, CairnSyncJobKind kind, const CairnSyncState *saved)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  CairnSyncStart asked = { .type = saved->type, .kind = kind };
  g_autoptr(GError) error = NULL;
  CairnSyncStart *start;

  cairn_database_run (database, save, (gpointer) saved, &error);
  g_assert_no_error (error);
  start = cairn_database_run (database, cairn_sync_step_load, &asked, &error);
  g_assert_no_error (error);
  g_assert_false (start->had_rows);
  return start;
}

/* Where a run begins after whatever the last one left behind, a kill included. */
static void
test_begin (Fixture *self, gconstpointer data)
{
  static const struct
  {
    CairnSyncJobKind kind;
    CairnSyncState   saved;
    CairnSyncStep    step;
    gboolean         goes_on;   /* at the saved page */
    gint64           started;
    gint64           pass;
  } cases[] = {
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_DONE }, CAIRN_SYNC_STEP_ALL, FALSE, 0, 1 },
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_DONE, .since = NOW, .pass = 1 }, CAIRN_SYNC_STEP_UPDATES, FALSE, 0, 1 },
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_ALL, .next = (char *) "n", .started = 5, .pass = 1 },
      CAIRN_SYNC_STEP_ALL, TRUE, 5, 1 },
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_UPDATES, .next = (char *) "n", .started = 5, .since = NOW, .pass = 1 },
      CAIRN_SYNC_STEP_UPDATES, TRUE, 5, 1 },
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_HISTORY, .next = (char *) "n", .started = 5, .since = NOW, .pass = 1 },
      CAIRN_SYNC_STEP_HISTORY, FALSE, 5, 1 },
    { CAIRN_SYNC_JOB_RECORDS, { .step = CAIRN_SYNC_STEP_COMPARE, .next = (char *) "n", .started = 5, .since = NOW, .pass = 1 },
      CAIRN_SYNC_STEP_COMPARE, FALSE, 5, 1 },
    { CAIRN_SYNC_JOB_WANTED, { .step = CAIRN_SYNC_STEP_DONE, .since = NOW }, CAIRN_SYNC_STEP_ALL, FALSE, 0, 0 },
    { CAIRN_SYNC_JOB_WANTED, { .step = CAIRN_SYNC_STEP_ALL, .next = (char *) "n", .started = 5 }, CAIRN_SYNC_STEP_ALL, FALSE, 0, 0 },
    { CAIRN_SYNC_JOB_REFRESH, { .step = CAIRN_SYNC_STEP_COMPARE, .next = (char *) "n", .since = NOW }, CAIRN_SYNC_STEP_UPDATES,
      FALSE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CairnSyncState saved = cases[i].saved;
      g_autoptr(CairnSyncStart) start = NULL;

      saved.type = (char *) "Observation";
      start = begin (self, cases[i].kind, &saved);
      g_assert_cmpint (start->state->step, ==, cases[i].step);
      g_assert_cmpint (start->state->next != NULL, ==, cases[i].goes_on);
      g_assert_cmpint (start->state->started, ==, cases[i].started);
      g_assert_cmpint (start->state->since, ==, saved.since);
      g_assert_cmpint (start->state->pass, ==, cases[i].pass);
    }
}

static gpointer
note_asked (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  const char *const ids[] = { "a", NULL };

  cairn_connection_exec (connection, "INSERT INTO wanted (type, id) VALUES ('Practitioner', 'a'), ('Medication', 'b')", error);
  g_assert_no_error (*error);
  g_assert_true (cairn_sync_state_note_asked (connection, "Practitioner", ids, g_get_real_time () / 1000, error));
  return NULL;
}

/* What the server did not have isn't asked for every time. */
static void
test_wanted (Fixture *self, gconstpointer data)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  g_autoptr(GError) error = NULL;
  g_autoptr(CairnSyncRound) round = NULL;
  g_autoptr(CairnSyncRound) stored = NULL;

  cairn_database_run (database, note_asked, NULL, &error);
  g_assert_no_error (error);
  round = cairn_database_run (database, cairn_sync_round_list_wanted, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (round->wanted->len, ==, 1);
  g_assert_cmpstr (round->wanted->pdata[0], ==, "Medication/b");
  stored = cairn_database_run (database, cairn_sync_round_list_stored, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (stored->stored), ==, 0);
}

static void
add (void)
{
  g_test_add_func ("/client/sync/urls", test_urls);
  g_test_add ("/client/sync/begin", Fixture, NULL, set_up, test_begin, tear_down);
  g_test_add ("/client/sync/wanted", Fixture, NULL, set_up, test_wanted, tear_down);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
