/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures the cache alone, with the calls that a sync and a list make.
 *   cache-bench fill DB PATIENT PAGE…  stores pages; prints seconds of CPU, all threads
 *   cache-bench open DB TIMES          opens and reads the newest 50; prints milliseconds, one a line
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "client/cache/cairn-cache-write.h"
#include "client/cache/cairn-cache.h"
#include "client/sync/cairn-sync-page.h"

static const guint8 key_bytes[32] = { 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5, 9, 0, 4, 5 };

/* As many types as a sync brings at once, each with one page on its way to the disk. */
#define PARALLEL 6

typedef struct
{
  CairnSyncPage   *page;
  CairnSyncCounts  counts;
} Work;

typedef struct
{
  CairnSyncCounts counts;
  guint           waiting;
  GError         *error;
} Filling;

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static gpointer
store (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnSyncState state = { .type = (char *) "Observation" };
  Work *work = data;

  work->counts = (CairnSyncCounts) { 0 };
  return cairn_cache_store_page (connection, work->page, &state, &work->counts, error)
         ? g_memdup2 (&work->counts, sizeof work->counts) : NULL;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  cairn_sync_page_free (work->page);
  g_free (work);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Filling *filling = data;
  g_autofree CairnSyncCounts *counts = NULL;

  counts = cairn_database_run_finish (CAIRN_DATABASE (source), result, filling->error == NULL ? &filling->error : NULL);
  filling->waiting--;
  if (counts == NULL)
    return;
  filling->counts.stored += counts->stored;
  filling->counts.quarantined += counts->quarantined;
}

static void
wait_until (Filling *filling, guint waiting)
{
  while (filling->waiting > waiting)
    g_main_context_iteration (NULL, TRUE);
}

static gpointer
newest (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  CairnCacheQuery query = { .timeline = TRUE, .limit = 50 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  return rows != NULL ? GUINT_TO_POINTER (rows->len) : NULL;
}

static int
fill (const char *path, GBytes *key, const char *patient, char **pages, GError **error)
{
  g_autoptr(CairnCache) cache = cairn_cache_open (path, key, error);
  Filling filling = { { 0 }, 0, NULL };
  g_autoptr(CairnDatabase) bulk = NULL;
  double before = cpu_seconds ();

  if (cache == NULL || (bulk = cairn_cache_open_bulk (cache, error)) == NULL)
    return 1;
  for (guint i = 0; pages[i] != NULL; i++)
    {
      char *text;
      gsize length;
      g_autoptr(GBytes) bytes = NULL;
      Work *work = g_new0 (Work, 1);

      if (!g_file_get_contents (pages[i], &text, &length, error))
        return 1;
      bytes = g_bytes_new_take (text, length);
      work->page = cairn_sync_page_new (bytes, "http://127.0.0.1/fhir", patient, FALSE, 0, error);
      if (work->page == NULL)
        return 1;
      wait_until (&filling, PARALLEL - 1);
      filling.waiting++;
      cairn_database_write_async (bulk, store, work, work_free, g_free, NULL, stored_cb, &filling);
    }
  wait_until (&filling, 0);
  if (filling.error != NULL)
    {
      g_propagate_error (error, filling.error);
      return 1;
    }
  cairn_cache_close (cache);
  g_print ("%.3f %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", cpu_seconds () - before, filling.counts.stored,
           filling.counts.quarantined);
  return 0;
}

static int
open_newest (const char *path, GBytes *key, int times, GError **error)
{
  for (int i = 0; i < times; i++)
    {
      gint64 before = g_get_monotonic_time ();
      g_autoptr(CairnCache) cache = cairn_cache_open (path, key, error);

      if (cache == NULL || cairn_database_run (cairn_cache_get_database (cache), newest, NULL, error) == NULL)
        return 1;
      g_print ("%.3f\n", (g_get_monotonic_time () - before) / 1e3);
      cairn_cache_close (cache);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr(GBytes) key = g_bytes_new_static (key_bytes, sizeof key_bytes);
  g_autoptr(GError) error = NULL;
  int code = 2;

  if (argc > 4 && strcmp (argv[1], "fill") == 0)
    code = fill (argv[2], key, argv[3], argv + 4, &error);
  else if (argc == 4 && strcmp (argv[1], "open") == 0)
    code = open_newest (argv[2], key, atoi (argv[3]), &error);
  else
    g_printerr ("usage: cache-bench fill DB PATIENT PAGE… | open DB TIMES\n");
  if (error != NULL)
    g_printerr ("cache-bench: %s\n", error->message);
  return code;
}
