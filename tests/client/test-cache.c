/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache by itself; cairn-cache-plan.c and cairn-script.c by what a search finds. */
#include "client-test.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/cache/cairn-cache-order.h"
#include "client/cache/cairn-cache-wording.h"
#include "client/cache/cairn-cache-write.h"
#include "client/cache/cairn-place.h"
#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#include <string.h>

typedef struct
{
  char           *folder;
  char           *path;
  GBytes         *key;
  CairnCache     *cache;
  CairnSyncState *state;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  self->folder = g_dir_make_tmp ("cache-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "cache.db", NULL);
  self->key = cairn_random_bytes (CAIRN_KEY_BYTES);
  self->cache = cairn_cache_open (self->path, self->key, &error);
  g_assert_no_error (error);
  self->state = g_new0 (CairnSyncState, 1);
  self->state->type = g_strdup ("Observation");
  self->state->step = CAIRN_SYNC_STEP_ALL;
  self->state->pass = 1;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  cairn_cache_close (self->cache);
  g_assert_finalize_object (self->cache);
  cairn_sync_state_free (self->state);
  client_test_remove_all (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_bytes_unref (self->key);
}

typedef struct
{
  Fixture        *fixture;
  CairnSyncPage  *page;
  CairnSyncCounts counts;
} Write;

static gpointer
write_page (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Write *write = data;

  g_assert_true (cairn_connection_begin (connection, error));
  g_assert_true (cairn_cache_store_page (connection, write->page, write->fixture->state, &write->counts, error));
  g_assert_true (cairn_connection_commit (connection, error));
  return NULL;
}

/* Entries of a page, as they would come from the server. */
static CairnSyncCounts
store (Fixture *self, const char *entries)
{
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}",
                                           self->state->step == CAIRN_SYNC_STEP_HISTORY ? "history" : "searchset", entries);
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;
  Write write = { .fixture = self };

  write.page = cairn_sync_page_new (bytes, "http://127.0.0.1/fhir", "pat-1", FALSE, 0, &error);
  g_assert_no_error (error);
  cairn_database_run (cairn_cache_get_database (self->cache), write_page, &write, &error);
  g_assert_no_error (error);
  cairn_sync_page_free (write.page);
  g_assert_cmpuint (write.counts.received, ==, write.counts.stored + write.counts.unchanged + write.counts.deleted +
                    write.counts.quarantined);
  return write.counts;
}

static char *
observation (const char *id, const char *version, const char *date, const char *text)
{
  return g_strdup_printf ("{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},"
                          "\"status\":\"final\",\"code\":{\"text\":\"%s\"},\"subject\":{\"reference\":\"Patient/pat-1\"}%s%s%s,"
                          "\"valueQuantity\":{\"value\":1.10,\"unit\":\"mg\"}}}", id, version, text,
                          date != NULL ? ",\"effectiveDateTime\":\"" : "", date != NULL ? date : "", date != NULL ? "\"" : "");
}

static gpointer
run_list (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_list (connection, data, error);
}

static gpointer
run_count (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 n = -1;

  cairn_cache_count (connection, data, &n, error);
  return GSIZE_TO_POINTER ((gsize) n);
}

/* Ids in order, joined by spaces; the count must agree. */
static char *
list_ids (Fixture *self, CairnCacheQuery query)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = cairn_database_run (database, run_list, &query, &error);
  GString *ids = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", ((CairnCacheRow *) rows->pdata[i])->id);
  if (query.limit == 0 && query.offset == 0)
    g_assert_cmpuint (GPOINTER_TO_SIZE (cairn_database_run (database, run_count, &query, &error)), ==, rows->len);
  g_assert_no_error (error);
  return g_string_free (ids, FALSE);
}

#define assert_list(self, wanted, ...) \
  G_STMT_START { g_autofree char *ids_ = list_ids (self, (CairnCacheQuery) { __VA_ARGS__ }); \
    g_assert_cmpstr (ids_, ==, wanted); } G_STMT_END

static gpointer
run_quarantine (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_quarantine (connection, error);
}

/* "Type/id reason" of all in quarantine, joined by commas */
static char *
list_quarantine (Fixture *self)
{
  g_autoptr(GPtrArray) rows = cairn_database_run (cairn_cache_get_database (self->cache), run_quarantine, NULL, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      CairnQuarantineRow *row = rows->pdata[i];

      g_string_append_printf (text, "%s%s/%s %s", i > 0 ? ", " : "", row->type != NULL ? row->type : "?",
                              row->id != NULL ? row->id : "?", row->reason);
    }
  return g_string_free (text, FALSE);
}

#define assert_quarantine(self, wanted) \
  G_STMT_START { g_autofree char *text_ = list_quarantine (self); g_assert_cmpstr (text_, ==, wanted); } G_STMT_END

static void
store_one (Fixture *self, const char *id, const char *version, const char *date, const char *text, const char *what)
{
  g_autofree char *entry = observation (id, version, date, text);
  CairnSyncCounts counts = store (self, entry);

  g_assert_cmpstr (counts.stored == 1 ? "stored" : counts.unchanged == 1 ? "unchanged" : "other", ==, what);
}

static void
test_versions (Fixture *self, gconstpointer data)
{
  store_one (self, "a", "1", "2020-01-01", "first", "stored");
  store_one (self, "a", "1", "2020-01-01", "first", "unchanged");
  store_one (self, "a", "2", "2020-01-01", "second", "stored");
  assert_list (self, "a", .search = (char *) "second");
  assert_list (self, "", .search = (char *) "first");

  /* Another date is another place; the words go along. */
  store_one (self, "b", "1", "2021-01-01", "other", "stored");
  assert_list (self, "b a", .type = (char *) "Observation");
  store_one (self, "a", "3", "2022-06", "third", "stored");
  assert_list (self, "a b", .type = (char *) "Observation");
  assert_list (self, "a", .search = (char *) "third");
  assert_list (self, "", .search = (char *) "second");

  /* Without a version the text decides. */
  g_assert_cmpuint (store (self, "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\"}}").stored, ==, 1);
  g_assert_cmpuint (store (self, "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\"}}").unchanged, ==, 1);
  g_assert_cmpuint (store (self, "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\",\"x\":1}}").stored, ==, 1);
}

/* An older version that comes late must not come back. */
static void
test_older_version (Fixture *self, gconstpointer data)
{
  static const char format[] = "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"%d\","
    "\"lastUpdated\":\"2020-01-0%dT00:00:00Z\"}}}";
  g_autofree char *newer = g_strdup_printf (format, 2, 2);
  g_autofree char *older = g_strdup_printf (format, 1, 1);

  g_assert_cmpuint (store (self, newer).stored, ==, 1);
  g_assert_cmpuint (store (self, older).unchanged, ==, 1);
}

static void
test_same_page_twice (Fixture *self, gconstpointer data)
{
  g_autofree char *one = observation ("a", "1", "2020-01-01", "word");
  g_autofree char *moved = observation ("a", "2", "2021-01-01", "word");
  g_autofree char *changed = observation ("a", "3", "2021-01-01", "changed");
  g_autofree char *page = g_strjoin (",", one, one, moved, changed, NULL);
  CairnSyncCounts counts = store (self, page);

  g_assert_cmpuint (counts.stored, ==, 3);
  g_assert_cmpuint (counts.unchanged, ==, 1);
  assert_list (self, "a", .search = (char *) "changed");
  assert_list (self, "", .search = (char *) "word");
}

static void
test_order (Fixture *self, gconstpointer data)
{
  store_one (self, "year", "1", "2020", "x", "stored");
  store_one (self, "never", "1", NULL, "x", "stored");
  store_one (self, "late", "1", "2020-12-31T23:30:00-05:00", "x", "stored");
  store_one (self, "old", "1", "0001-01-01", "x", "stored");
  store_one (self, "far", "1", "9999-12-31T23:59:59Z", "x", "stored");
  store_one (self, "bad", "1", "2020-02-30", "x", "stored");
  store_one (self, "day", "1", "2020-12-31", "x", "stored");
  assert_list (self, "far late day year old bad never", .type = (char *) "Observation");
  assert_list (self, "old year day late far", .from_ms = &(gint64) { G_MININT64 / 2 }, .oldest_first = TRUE);
  assert_list (self, "late day year", .since = (char *) "2020", .until = (char *) "2021-01");
  assert_list (self, "day year", .since = (char *) "2020", .until = (char *) "2020");
  assert_list (self, "day", .limit = 1, .offset = 2);
  assert_list (self, "far late", .limit = 2);
  assert_list (self, "late day", .search = (char *) "x", .limit = 2, .offset = 1);
}

static void
test_search (Fixture *self, gconstpointer data)
{
  store_one (self, "a", "1", "2020-01-01", "X-Ray of the knee, caf\xc3\xa9", "stored");
  store_one (self, "b", "1", "2021-01-01", "Blood pressure 50%", "stored");
  assert_list (self, "a", .search = (char *) "x-ray kne");
  assert_list (self, "a", .search = (char *) "CAFE");
  assert_list (self, "", .search = (char *) "kne ray");   /* only the last word is a beginning */
  assert_list (self, "", .search = (char *) "ray-x");     /* what stands in a word stands in that order */
  assert_list (self, "b", .search = (char *) "press", .type = (char *) "Observation");
  assert_list (self, "", .search = (char *) "press", .type = (char *) "Condition");
  assert_list (self, "b", .search = (char *) "50%");
  assert_list (self, "", .search = (char *) "\" OR * NEAR(");
  assert_list (self, "", .search = (char *) "!?");
  assert_list (self, "b a", .search = (char *) "");
  assert_list (self, "b", .search = (char *) "blood", .since = (char *) "2021");
  assert_list (self, "", .search = (char *) "blood", .until = (char *) "2020");

  /* Scripts that put no space between words: any part of a sentence. */
  store_one (self, "c", "1", "2019-01-01", "糖尿病の検査 HbA1c 4548-4", "stored");
  store_one (self, "d", "1", "2018-01-01", "혈당검사를 การตรวจเลือด", "stored");
  assert_list (self, "c", .search = (char *) "検査");
  assert_list (self, "c", .search = (char *) "尿");
  assert_list (self, "", .search = (char *) "尿糖");
  assert_list (self, "d", .search = (char *) "검사");
  assert_list (self, "d", .search = (char *) "เลือด");
  assert_list (self, "c", .search = (char *) "4548-4");
  assert_list (self, "c", .search = (char *) "hba1");
}

static gpointer
run_order (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_order (connection, data, cancellable, error);
}

static gpointer
forget_initials (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (connection, "UPDATE resource SET initials = NULL WHERE place % 2", error);

  g_assert_true (statement != NULL && cairn_statement_run (statement, error));
  return NULL;
}

static guint
assert_found (Fixture *self, CairnCacheQuery query)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = cairn_database_run (database, run_list, &query, &error);
  g_autoptr(GArray) places = cairn_database_run (database, run_order, &query, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (places->len, ==, rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpint (g_array_index (places, gint64, i), ==, ((CairnCacheRow *) rows->pdata[i])->rowid);
  return rows->len;
}

/* In the timeline, and among kinds that are all in it or not. */
static guint
assert_letter (Fixture *self, const char *search)
{
  char *results[] = { (char *) "test-result", NULL }, *visits[] = { (char *) "visit", NULL };
  char *some[] = { (char *) "test-result", (char *) "directory", NULL };
  guint n = assert_found (self, (CairnCacheQuery) { .timeline = TRUE, .search = (char *) search });

  g_assert_cmpuint (n, ==, assert_found (self, (CairnCacheQuery) { .kinds = results, .search = (char *) search }));
  assert_found (self, (CairnCacheQuery) { .kinds = some, .search = (char *) search });
  assert_found (self, (CairnCacheQuery) { .kinds = visits, .search = (char *) search });
  return n;
}

/* A first letter finds by the list's own index what the full text would find, in rows from before that index too. */
static void
test_first_letter (Fixture *self, gconstpointer data)
{
  static const char *const titles[] = {
    "Éclair naïve", "e\u0301clair", "ﬁne straße", "_under x·y", "1st 2nd", "١٢ kidney", "Ångström Ωmega", "İstanbul ıstanbul",
    "\u212Aelvin", "ⓐ 😀b", "don't co-op", "Ａ full width", "検査a", "ʼn", "9.81m", "Zürich-Ost", "a\u0301\u0327b c", "\u0301m", "…q",
  };
  guint found = 0;

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_autofree char *id = g_strdup_printf ("t%u", i), *date = g_strdup_printf ("2020-01-%02u", 1 + i);

      store_one (self, id, "1", date, titles[i], "stored");
    }
  for (guint round = 0; round < 2; round++)
    {
      for (char letter = '!'; letter < 0x7f; letter++)
        found += assert_letter (self, (char[]) { letter, '\0' });
      for (char letter = 'a'; letter <= 'z'; letter++)
        found += assert_letter (self, (char[]) { 'm', 'g', ' ', letter, '\0' });
      g_assert_cmpuint (assert_letter (self, "2nd 1"), ==, 1);
      g_assert_cmpuint (assert_letter (self, "2nd 3"), ==, 0);
      g_assert_cmpuint (assert_letter (self, "x·y u"), ==, 1);
      assert_letter (self, "co-o");
      assert_letter (self, "検査a");
      assert_letter (self, "検査 a");
      assert_letter (self, "\" o");
      assert_letter (self, "é");
      assert_letter (self, "m ");
      assert_letter (self, "  m");
      assert_letter (self, "mg");
      cairn_database_run (cairn_cache_get_database (self->cache), forget_initials, NULL, NULL);
    }
  g_assert_cmpuint (found, >, 2 * 2 * G_N_ELEMENTS (titles));   /* "mg", the unit of all, by both its cases */
}

static gpointer
run_rows (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  GArray *places = data;

  return cairn_cache_rows (connection, (const gint64 *) (gpointer) places->data, places->len, error);
}

/* "id count" of the messages in an order. */
static char *
list_messages (Fixture *self, CairnCacheQuery query)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) places = cairn_database_run (database, run_order, &query, &error);
  g_autoptr(GPtrArray) rows = cairn_database_run (database, run_rows, places, &error);
  GString *list = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (list, "%s%s %u", i > 0 ? ", " : "", ((CairnCacheRow *) rows->pdata[i])->id,
                            ((CairnCacheRow *) rows->pdata[i])->n_messages);
  return g_string_free (list, FALSE);
}

/* Of a thread only the newest message stands in the timeline, within a span of time the newest of that. */
static void
test_threads (Fixture *self, gconstpointer data)
{
  static const char *const messages[][3] = { { "a1", "2020-01-01", NULL }, { "a2", "2020-01-02", "a1" }, { "b1", "2020-01-03", NULL },
                                             { "a3", "2020-01-04", "a1" } };
  g_autofree char *all = NULL, *threads = NULL, *early = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *part = messages[i][2] != NULL ? g_strdup_printf (",\"partOf\":[{\"reference\":\"Communication/%s\"}]", messages[i][2])
                                                     : g_strdup ("");
      g_autofree char *entry = g_strdup_printf ("{\"resource\":{\"resourceType\":\"Communication\",\"id\":\"%s\",\"status\":\"completed\","
                                                "\"subject\":{\"reference\":\"Patient/pat-1\"},\"sent\":\"%s\"%s}}",
                                                messages[i][0], messages[i][1], part);

      store (self, entry);
    }
  store_one (self, "x", "1", "2020-01-05", "No message", "stored");
  all = list_messages (self, (CairnCacheQuery) { .timeline = TRUE });
  g_assert_cmpstr (all, ==, "x 0, a3 3, b1 1, a2 3, a1 3");
  threads = list_messages (self, (CairnCacheQuery) { .timeline = TRUE, .threads = TRUE });
  g_assert_cmpstr (threads, ==, "x 0, a3 3, b1 1");
  early = list_messages (self, (CairnCacheQuery) { .timeline = TRUE, .threads = TRUE, .until = (char *) "2020-01-02" });
  g_assert_cmpstr (early, ==, "a2 3");
}

static void
test_bad_date (Fixture *self, gconstpointer data)
{
  CairnCacheQuery query = { .since = (char *) "yesterday" };
  g_autoptr(GError) error = NULL;

  g_assert_null (cairn_database_run (cairn_cache_get_database (self->cache), run_list, &query, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

static void
test_quarantine (Fixture *self, gconstpointer data)
{
  static const char twice[] = "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\",\"id\":\"a\"}}";
  CairnSyncCounts counts = store (self, twice);

  g_assert_cmpuint (counts.quarantined, ==, 1);
  g_assert_cmpuint (store (self, twice).quarantined, ==, 1);
  assert_list (self, "");
  {
    g_autofree char *text = list_quarantine (self);

    g_assert_nonnull (strstr (text, "duplicate-key"));
    g_assert_null (strstr (text, ","));   /* once, however often it came */
  }
  g_assert_cmpuint (store (self, "{\"resource\":{\"resourceType\":\"Observation\"}}").quarantined, ==, 1);
  g_assert_cmpuint (store (self, "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"../etc\"}}").quarantined, ==, 1);
  g_assert_cmpuint (store (self, "{\"resource\":{\"id\":\"x\"}}").quarantined, ==, 1);
  g_assert_cmpuint (store (self, "{}").quarantined, ==, 1);
}

/* A good version clears what was kept of a bad one. */
static void
test_quarantine_cleared (Fixture *self, gconstpointer data)
{
  store (self, "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\",\"subject\":{\"reference\":\"Patient/pat-2\"}}}");
  assert_quarantine (self, "Observation/a other-patient");
  store_one (self, "a", "1", "2020", "mine", "stored");
  assert_quarantine (self, "");
}

static void
test_other_patient (Fixture *self, gconstpointer data)
{
  store_one (self, "a", "1", "2020", "mine", "stored");
  store (self, "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat-2\"}},"
         "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"pat-1\"}},"
         "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"2\"},"
         "\"subject\":{\"reference\":\"Patient/pat-2\"}}}");
  assert_list (self, "pat-1");   /* what turned out to be another's is no longer shown either */
  assert_quarantine (self, "Observation/a other-patient, Patient/pat-2 other-patient");
}

static void
test_outcome (Fixture *self, gconstpointer data)
{
  CairnSyncCounts counts;

  counts = store (self, "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"OperationOutcome\","
                  "\"issue\":[{\"severity\":\"warning\",\"code\":\"processing\",\"diagnostics\":\"slow\"}]}}");
  g_assert_cmpuint (counts.received, ==, 0);

  /* A record isn't lost because it is called an outcome. */
  counts = store (self, "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\"}}");
  g_assert_cmpuint (counts.stored, ==, 1);
}

/* Newest first: of each resource only the first entry counts. */
static void
test_history (Fixture *self, gconstpointer data)
{
  g_autofree char *b = observation ("b", "3", "2020", "again");
  g_autofree char *page = g_strconcat ("{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/a\"}},", b,
                                       ",{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/b\"}},"
                                       "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/unknown\"}},"
                                       "{\"request\":{\"method\":\"POST\",\"url\":\"Observation\"},"
                                       "\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\"}}", NULL);
  CairnSyncCounts counts;

  store_one (self, "a", "1", "2020", "gone", "stored");
  self->state->step = CAIRN_SYNC_STEP_HISTORY;
  counts = store (self, page);
  g_assert_cmpuint (counts.received, ==, 5);
  g_assert_cmpuint (counts.deleted, ==, 1);
  g_assert_cmpuint (counts.stored, ==, 1);
  g_assert_cmpuint (counts.unchanged, ==, 3);
  assert_list (self, "b");
  assert_list (self, "", .search = (char *) "gone");
}

static gpointer
load_text (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_load_text (connection, data, error);
}

static void
assert_text (Fixture *self, const char *reference, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = cairn_database_run (cairn_cache_get_database (self->cache), load_text, (gpointer) reference, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
test_text (Fixture *self, gconstpointer data)
{
  static const char text[] = "{ \"id\" : \"a\",\n\"resourceType\":\"Observation\", \"valueQuantity\":{\"value\":1.10e+2} }";
  g_autofree char *entry = g_strdup_printf ("{\"resource\":%s}", text);
  g_autoptr(GError) error = NULL;

  store (self, entry);
  assert_text (self, "Observation/a", text);
  g_assert_null (cairn_database_run (cairn_cache_get_database (self->cache), load_text, (gpointer) "Observation/b", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (cairn_database_run (cairn_cache_get_database (self->cache), load_text, (gpointer) "nonsense", &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE);
}

static void
test_pages_refused (void)
{
  static const char *const pages[] = {
    "", "null", "[]", "7", "<html></html>", "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{}",
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\"}", "{\"resourceType\":\"Patient\",\"id\":\"a\"}",
    "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"} x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (pages[i], strlen (pages[i]));
      g_autoptr(GError) error = NULL;

      g_assert_null (cairn_sync_page_new (bytes, "http://127.0.0.1/fhir", "pat-1", FALSE, 0, &error));
      g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA);
    }
}

/* What is brought along: directory entries and medications under our own base. */
static void
test_wanted (void)
{
  static const char text[] = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"meta\":{\"lastUpdated\":\"2026-01-01T00:00:00Z\"},"
    "\"total\":9,\"link\":[{\"relation\":\"next\",\"url\":\"http://127.0.0.1/fhir?page=2\"}],\"entry\":[{\"resource\":{"
    "\"resourceType\":\"MedicationRequest\",\"id\":\"m\",\"subject\":{\"reference\":\"Patient/pat-1\"},"
    "\"medicationReference\":{\"reference\":\"Medication/1\"},\"requester\":{\"reference\":\"http://127.0.0.1/fhir/Practitioner/2\"},"
    "\"performer\":{\"reference\":\"http://elsewhere.example/fhir/Practitioner/3\"},\"encounter\":{\"reference\":\"Encounter/4\"},"
    "\"recorder\":{\"reference\":\"#contained\"}}}]}";
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(CairnSyncPage) page = cairn_sync_page_new (bytes, "http://127.0.0.1/fhir", "pat-1", FALSE, 5, NULL);

  g_assert_nonnull (page);
  g_assert_cmpuint (g_hash_table_size (page->wanted), ==, 2);
  g_assert_true (g_hash_table_contains (page->wanted, "Medication/1"));
  g_assert_true (g_hash_table_contains (page->wanted, "Practitioner/2"));
  g_assert_cmpstr (page->next, ==, "http://127.0.0.1/fhir?page=2");
  g_assert_cmpint (page->server_time, ==, G_GINT64_CONSTANT (1767225600000));
  g_assert_cmpint (page->total, ==, 9);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr(GBytes) other = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autoptr(GError) error = NULL;

  store_one (self, "a", "1", "2020", "secret words", "stored");
  cairn_cache_close (self->cache);
  g_assert_null (cairn_cache_open (self->path, other, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
  g_clear_error (&error);
  {
    g_autofree char *bytes = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (self->path, &bytes, &length, NULL));
    g_assert_null (memmem (bytes, length, "secret", 6));
    g_assert_null (memmem (bytes, length, "SQLite", 6));
  }
  g_assert_true (g_file_set_contents (self->path, "rubbish", -1, NULL));
  g_assert_null (cairn_cache_open (self->path, self->key, &error));
  g_assert_error (error, CAIRN_ERROR, CAIRN_ERROR_DAMAGED);
}

/* A message that was here before threads were noted */
static gpointer
check_old_message (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *key = cairn_cache_messages_dup_key (connection, "Communication/answer", error);
  gint64 n = -1;

  g_assert_cmpstr (key, ==, "head");
  g_assert_true (cairn_cache_messages_n_unread (connection, &n, error));
  g_assert_cmpint (n, ==, 1);
  return NULL;
}

/* A cache of the first release: its texts are still there, and what comes later goes behind them. */
static void
test_first_schema (Fixture *self, gconstpointer data)
{
  static const CairnMigration first[] = {
    { "CREATE TABLE resource (place INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT,"
      " updated TEXT, kind TEXT NOT NULL, timeline INTEGER NOT NULL, date TEXT, start INTEGER, title TEXT NOT NULL,"
      " term TEXT, value TEXT, unit TEXT, interpretation TEXT, status TEXT, flags INTEGER NOT NULL, text TEXT NOT NULL);"
      "CREATE UNIQUE INDEX resource_id ON resource (type, id);"
      "CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1);"
      "CREATE TABLE quarantine (key TEXT PRIMARY KEY, type TEXT, id TEXT, reason TEXT NOT NULL, source TEXT NOT NULL,"
      " pass INTEGER NOT NULL, text BLOB NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE wanted (type TEXT NOT NULL, id TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,"
      " PRIMARY KEY (type, id)) WITHOUT ROWID;"
      "CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
      "INSERT INTO resource VALUES (8388608, 'Observation', 'old', '1', NULL, 'test-result', 1, NULL, NULL, 'Old', NULL,"
      " NULL, NULL, NULL, NULL, 0, '{\"resourceType\":\"Observation\",\"id\":\"old\"}');"
      "INSERT INTO resource VALUES (8388609, 'Communication', 'answer', '1', NULL, 'message', 1, NULL, NULL, 'Old', NULL,"
      " NULL, NULL, NULL, NULL, 0, '{\"resourceType\":\"Communication\",\"id\":\"answer\",\"partOf\":[{\"reference\":"
      "\"Communication/head\"}]}');" },
    { NULL },
  };
  g_autofree char *path = g_build_filename (self->folder, "first.db", NULL);
  g_autoptr(GError) error = NULL;
  CairnConnection *connection = cairn_connection_open (path, self->key, CAIRN_DATABASE_DEFAULT, first, NULL, &error);

  g_assert_no_error (error);
  cairn_connection_close (connection);
  cairn_cache_close (self->cache);
  g_assert_finalize_object (self->cache);
  self->cache = cairn_cache_open (path, self->key, &error);
  g_assert_no_error (error);
  store (self, "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"new\"}}");
  assert_text (self, "Observation/old", "{\"resourceType\":\"Observation\",\"id\":\"old\"}");
  assert_text (self, "Observation/new", "{\"resourceType\":\"Observation\",\"id\":\"new\"}");
  g_assert_null (cairn_database_run (cairn_cache_get_database (self->cache), check_old_message, NULL, &error));
  g_assert_no_error (error);
}

static gpointer
spoil_words (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (cairn_connection_exec (connection, "UPDATE resource SET title = 'Old title', initials = NULL; DELETE FROM words;"
                                        " UPDATE value SET value = '0 C' WHERE name = 'wording';", error));
  return NULL;
}

static gpointer
word_some (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  gpointer done;

  g_assert_true (cairn_connection_begin (connection, error));
  done = cairn_cache_wording_go_on (connection, data, cancellable, error);
  g_assert_true (cairn_connection_commit (connection, error));
  return done;
}

/* After an update of the program all rows are worded anew, some at a time; texts, places and dates stay. */
static void
test_wording (Fixture *self, gconstpointer data)
{
  CairnDatabase *database = cairn_cache_get_database (self->cache);
  g_autofree char *wording = cairn_cache_dup_wording (), *before = NULL;
  g_autoptr(GError) error = NULL;
  guint steps = 1;

  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, cairn_cache_wording_begin, wording, &error)), ==, 2);
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *id = g_strdup_printf ("o%u", i), *date = g_strdup_printf ("%u-05-05", 1800 + i), *title = g_strdup_printf ("Number%u", i);

      store_one (self, id, "1", i % 50 == 0 ? NULL : date, title, "stored");
    }
  before = list_ids (self, (CairnCacheQuery) { .timeline = TRUE });
  cairn_database_run (database, spoil_words, NULL, &error);
  assert_list (self, "", .search = (char *) "number77");

  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, cairn_cache_wording_begin, wording, &error)), ==, 1);
  while (GPOINTER_TO_INT (cairn_database_run (database, word_some, wording, &error)) == 1)
    steps++;
  g_assert_no_error (error);
  g_assert_cmpuint (steps, ==, 3);
  g_assert_cmpint (GPOINTER_TO_INT (cairn_database_run (database, cairn_cache_wording_begin, wording, &error)), ==, 2);
  assert_list (self, before, .timeline = TRUE);
  assert_list (self, "o77", .search = (char *) "number77");
  assert_list (self, "", .search = (char *) "old");
  g_assert_cmpuint (assert_letter (self, "n"), ==, 150);
  g_assert_nonnull (g_strstr_len (before, -1, "o77"));
}

static void
test_places (void)
{
  g_assert_cmpint (cairn_place_base (-62135596800000), ==, cairn_place_first_dated ());
  g_assert_cmpint (cairn_place_base (-1), ==, (CAIRN_PLACE_EPOCH - 1) << CAIRN_PLACE_BITS);
  g_assert_cmpint (cairn_place_base (0), ==, CAIRN_PLACE_EPOCH << CAIRN_PLACE_BITS);
  g_assert_cmpint (cairn_place_base (1999), ==, (CAIRN_PLACE_EPOCH + 1) << CAIRN_PLACE_BITS);
  g_assert_cmpint (cairn_place_base (253402300799999), >, 0);
}

#define add_test(name, func) g_test_add ("/client/cache/" name, Fixture, NULL, set_up, func, tear_down)

static void
add (void)
{
  add_test ("versions", test_versions);
  add_test ("older-version", test_older_version);
  add_test ("same-page-twice", test_same_page_twice);
  add_test ("order", test_order);
  add_test ("search", test_search);
  add_test ("first-letter", test_first_letter);
  add_test ("threads", test_threads);
  add_test ("bad-date", test_bad_date);
  add_test ("quarantine", test_quarantine);
  add_test ("quarantine-cleared", test_quarantine_cleared);
  add_test ("other-patient", test_other_patient);
  add_test ("outcome", test_outcome);
  add_test ("history", test_history);
  add_test ("text", test_text);
  add_test ("damaged", test_damaged);
  add_test ("first-schema", test_first_schema);
  add_test ("wording", test_wording);
  g_test_add_func ("/client/cache/pages-refused", test_pages_refused);
  g_test_add_func ("/client/cache/wanted", test_wanted);
  g_test_add_func ("/client/cache/places", test_places);
}

int
main (int argc, char **argv)
{
  return client_test_run (argc, argv, add);
}
