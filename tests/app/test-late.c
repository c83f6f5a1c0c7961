/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No record holds up the window: each of the hostile set, and of a chart of 27 MB the largest and one of
 * each kind, opens in turns of the main loop that are short (watchdog.c). With it come long texts,
 * cairn-long-text.c.
 */

#include "config.h"

#include <string.h>
#include <time.h>

#include "../server/portal-fixture.h"
#include "client/cache/cairn-cache-write.h"
#include "client/session/cairn-session-private.h"
#include "pages/cairn-record-page.h"
#include "parts/cairn-long-text.h"
#include "parts/cairn-states.h"
#include "watchdog.h"
#include "widget-test.h"

#define LIMIT_MS 50
#define WAIT 60000

/* So many of the largest records of the chart. */
#define LARGEST "25"

/* What the work of calibrate() takes on the machine that the limit is meant for, and how much slower one may be. */
#define FIXED_WORK_MS 13.0
#define SLOWEST 6

static CairnSession *session;
static GtkWidget *window;
static guint n_opened, n_late;

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
sign_in (Fixture    *portal,
         const char *username)
{
  g_autoptr(GAsyncResult) result = NULL, synced = NULL;
  g_autoptr(CairnSyncReport) report = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_sign_in_async (portal_get_url (portal->portal), username, FIXTURE_PASSWORD, NULL, FALSE, NULL, done_cb,
                               &result);
  WAIT_FOR (result != NULL, WAIT);
  session = cairn_session_sign_in_finish (result, &error);
  g_assert_no_error (error);
  cairn_sync_start_async (cairn_session_get_sync (session), NULL, done_cb, &synced);
  WAIT_FOR (synced != NULL, 10 * WAIT);
  report = cairn_sync_start_finish (cairn_session_get_sync (session), synced, &error);
  g_assert_no_error (error);
}

static gboolean
idle_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until nothing is left to do: rows that follow later among it. */
static void
settle (void)
{
  for (guint i = 0; i < 4; i++)
    {
      gboolean idle = FALSE;

      g_timeout_add_full (G_PRIORITY_LOW + 100, 25, idle_cb, &idle, NULL);
      WAIT_FOR (idle, WAIT);
    }
}

static double
measure (const char *reference)
{
  GtkWidget *page, *states;

  gtk_window_set_child (GTK_WINDOW (window), NULL);   /* in the program, the page before stays below */
  settle ();
  watchdog_reset ();
  page = GTK_WIDGET (cairn_record_page_new (session, reference));
  gtk_window_set_child (GTK_WINDOW (window), page);
  states = widget_test_find_type (page, CAIRN_TYPE_STATES);
  WAIT_FOR (cairn_states_get_state (CAIRN_STATES (states)) != CAIRN_STATE_LOADING, WAIT);
  settle ();
  return watchdog_worst ();
}

static double
thread_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/*
 * How many times slower than the machine that the limit is meant for this one is just now: the same text is laid out,
 * none of whose work is the program's. Once when the limit is missed, as neighbours come and go.
 */
static double
calibrate (void)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autoptr(PangoLayout) layout = NULL;
      double began = thread_ms ();

      for (guint j = 0; j < 400; j++)
        g_string_append_printf (text, "word%u and %u others ", j, j * 7919 % 1000);
      layout = gtk_widget_create_pango_layout (window, text->str);
      for (int width = 200; width < 1000; width += 200)
        {
          int height;

          pango_layout_set_width (layout, width * PANGO_SCALE);
          pango_layout_get_pixel_size (layout, NULL, &height);
          g_assert_cmpint (height, >, 0);
        }
      best = MIN (best, thread_ms () - began);
    }
  g_test_message ("the fixed work took %.1f ms", best);
  return CLAMP (best / FIXED_WORK_MS, 1, SLOWEST);
}

static void
open_record (const char *reference)
{
  double worst = measure (reference), limit = LIMIT_MS;

  /* A neighbour that empties the caches makes one opening slow, hardly three. */
  for (guint i = 0; i < 2 && worst > limit; i++)
    {
      limit = LIMIT_MS * calibrate ();
      worst = MIN (worst, measure (reference));
    }
  n_opened++;
  if (worst > limit)
    {
      n_late++;
      g_test_message ("%s: the main loop worked %.0f ms in one turn, allowed were %.0f", reference, worst, limit);
    }
}

static gpointer
store (CairnConnection  *connection,
       gpointer          data,
       GCancellable     *cancellable,
       GError          **error)
{
  CairnSyncState state = { .type = (char *) "Observation" };
  CairnSyncCounts counts = { 0 };

  return GINT_TO_POINTER (cairn_cache_store_page (connection, data, &state, &counts, error));
}

/* The file as a page of a search, brought home for whomever it is about; NULL when nobody can read it. */
static CairnSyncPage *
read_page (const char *path)
{
  g_autofree char *text = fixture_read_visible (path), *page = NULL, *patient = NULL;
  g_autoptr(GRegex) collection = g_regex_new ("\"type\" ?: ?\"collection\"", 0, 0, NULL);
  g_autoptr(GRegex) named = g_regex_new ("\"Patient/([A-Za-z0-9.-]+)\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  g_regex_match (named, text, 0, &match);
  patient = g_match_info_fetch (match, 1);
  if (strstr (text, "\"Bundle\"") != NULL)
    page = g_regex_replace_literal (collection, text, -1, 0, "\"type\":\"searchset\"", 0, NULL);
  else
    page = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":%s}]}", text);
  bytes = g_bytes_new (page, strlen (page));
  return cairn_sync_page_new (bytes, "http://127.0.0.1/fhir", patient != NULL ? patient : "p", FALSE, 0, NULL);
}

static void
open_file (const char *path)
{
  g_autoptr(CairnSyncPage) page = read_page (path);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GAsyncResult) stored = NULL;
  g_autoptr(GError) error = NULL;
  CairnDatabase *database = cairn_session_get_database (session, TRUE, &error);

  if (page == NULL)
    return;
  g_assert_no_error (error);
  cairn_database_write_async (database, store, page, NULL, NULL, NULL, done_cb, &stored);
  WAIT_FOR (stored != NULL, WAIT);
  g_assert_nonnull (cairn_database_run_finish (database, stored, &error));
  for (guint i = 0; i < page->entries->len; i++)
    {
      const CairnSyncPageEntry *entry = g_ptr_array_index (page->entries, i);
      g_autofree char *reference = g_strdup_printf ("%s/%s", entry->type, entry->id);

      if (entry->action == CAIRN_SYNC_PAGE_STORE && g_hash_table_add (seen, g_strdup (reference)))
        open_record (reference);
    }
}

static void
test_hostile (void)
{
  static const char *const folders[] = { "hostile", "hostile-derived" };

  n_opened = n_late = 0;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = fixture_visible (folders[i]);
      g_autoptr(GDir) files = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
      const char *name;

      if (files == NULL)
        return;
      while ((name = g_dir_read_name (files)) != NULL)
        if (strstr (name, ".json") != NULL)
          {
            g_autofree char *path = g_build_filename (folders[i], name, NULL);

            open_file (path);
          }
    }
  g_test_message ("%u records, %u late", n_opened, n_late);
  g_assert_cmpuint (n_opened, >, 100);
  g_assert_cmpuint (n_late, ==, 0);
}

static gpointer
choose (CairnConnection  *connection,
        gpointer          data,
        GCancellable     *cancellable,
        GError          **error)
{
  g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func (g_free);
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection,
    "WITH sized AS (SELECT type, id, kind, length (text) AS size FROM resource JOIN body ON number = place & 8388607),"
    " ranked AS (SELECT *, row_number () OVER (PARTITION BY type, kind ORDER BY size DESC) AS nth,"
    "  row_number () OVER (ORDER BY size DESC) AS overall FROM sized)"
    "SELECT type || '/' || id FROM ranked WHERE nth = 1 OR overall <= " LARGEST, error);
  if (statement == NULL)
    return NULL;
  while (cairn_statement_step (statement, &row, error) && row)
    g_ptr_array_add (references, g_strdup (cairn_statement_text (statement, 0, NULL)));
  cairn_statement_reset (statement);
  return g_steal_pointer (&references);
}

static void
test_chart (void)
{
  g_autoptr(GAsyncResult) chosen = NULL;
  g_autoptr(GPtrArray) references = NULL;
  g_autoptr(GError) error = NULL;
  CairnDatabase *database = cairn_session_get_database (session, TRUE, &error);

  n_opened = n_late = 0;
  g_assert_no_error (error);
  cairn_database_run_async (database, choose, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, NULL, done_cb, &chosen);
  WAIT_FOR (chosen != NULL, WAIT);
  references = cairn_database_run_finish (database, chosen, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < references->len; i++)
    open_record (g_ptr_array_index (references, i));
  g_test_message ("%u records, %u late", n_opened, n_late);
  g_assert_cmpuint (n_opened, >, 30);
  g_assert_cmpuint (n_late, ==, 0);
}

/* The watchdog itself. */
static void
test_watchdog (void)
{
  g_autoptr(GTimer) timer = g_timer_new ();

  watchdog_reset ();
  g_usleep (200000);
  g_assert_cmpfloat (watchdog_worst (), <, LIMIT_MS);   /* others' time is not ours */
  while (watchdog_worst () < LIMIT_MS + 20)
    g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 60);
  widget_test_iterate ();
  g_assert_cmpfloat (watchdog_worst (), >, LIMIT_MS + 19);
}

/* A text that no label takes comes into a view, its headings bold there as they are in a label. */
static void
test_long_text (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *label = gtk_label_new (NULL), *view;
  g_autoptr(GString) text = g_string_new ("First words.\n\nA heading\n");
  GtkTextBuffer *buffer;
  GtkTextIter at;

  g_object_ref_sink (box);
  gtk_box_append (GTK_BOX (box), label);
  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "words ");
  cairn_long_text_set_headed (GTK_LABEL (label), text->str);
  view = widget_test_find_type (box, GTK_TYPE_TEXT_VIEW);
  g_assert_nonnull (view);
  g_assert_false (gtk_widget_get_visible (label));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  for (int line = 0; line < 4; line++)
    {
      g_autoptr(GSList) tags = NULL;

      gtk_text_buffer_get_iter_at_line (buffer, &at, line);
      tags = gtk_text_iter_get_tags (&at);
      g_assert_cmpint (tags != NULL, ==, line == 2);
    }
  g_assert_cmpint (gtk_text_buffer_get_line_count (buffer), >, 5);

  cairn_long_text_set_headed (GTK_LABEL (label), "First words.\n\nA heading\nmore");
  g_assert_null (widget_test_find_type (box, GTK_TYPE_TEXT_VIEW));
  g_assert_true (gtk_widget_get_visible (label));
  g_assert_nonnull (gtk_label_get_attributes (GTK_LABEL (label)));
  g_object_unref (box);
}

/* Id of the chart's patient. */
static char *
find_patient (const char *chart)
{
  g_autoptr(GRegex) regex = g_regex_new ("\"resourceType\":\\s*\"Patient\",\\s*\"id\":\\s*\"([^\"]+)\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_regex_match (regex, chart, 0, &match);
  return g_match_info_fetch (match, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *chart = NULL, *patient = NULL;
  Fixture *portal;
  int code;

  widget_test_init (&argc, &argv);
  chart = fixture_read_visible ("huge/one-patient-27mb.json.xz");
  if (chart == NULL)
    return 77;
  patient = find_patient (chart);
  portal = fixture_new ();
  json_object_unref (fixture_load (portal, chart));
  fixture_add (portal, "maren", patient);
  fixture_start (portal);
  sign_in (portal, "maren");
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 800);
  gtk_window_present (GTK_WINDOW (window));
  watchdog_start (LIMIT_MS);
  calibrate ();
  open_record ("Patient/none");   /* fonts, styles and templates are read once */

  g_test_add_func ("/late/watchdog", test_watchdog);
  g_test_add_func ("/late/long-text", test_long_text);
  g_test_add_func ("/late/chart", test_chart);
  g_test_add_func ("/late/hostile", test_hostile);
  code = g_test_run ();

  gtk_window_destroy (GTK_WINDOW (window));
  cairn_session_close (session);
  g_clear_object (&session);
  fixture_free (portal);
  return code;
}
