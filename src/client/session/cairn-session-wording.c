/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has the records worded anew after an update of the program, when nothing else is to do. Main thread. */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-wording.h"

/* Long after the first pictures; and between two steps lists can be read. */
#define LATER_MS 5000
#define PAUSE_MS 20

static gboolean pause_cb (gpointer data);

static void
step_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  g_autoptr(GError) error = NULL;
  int done = GPOINTER_TO_INT (cairn_database_run_finish (CAIRN_DATABASE (source), result, &error));

  if (error != NULL)
    g_message ("Records keep their old words: %s", error->message);
  else if (done == 1 && self->store != NULL && self->wording_timer == 0)
    self->wording_timer = g_timeout_add (PAUSE_MS, pause_cb, self);
  else if (done == 2)
    cairn_session_note_changed (self);
}

static gboolean
pause_cb (gpointer data)
{
  CairnSession *self = data;
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  self->wording_timer = 0;
  if (database != NULL)
    cairn_database_write_async (database, cairn_cache_wording_go_on, cairn_cache_dup_wording (), g_free, NULL, NULL, step_cb,
                                g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  int wanted = GPOINTER_TO_INT (cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL));

  if (wanted == 1 && self->store != NULL && self->wording_timer == 0)
    self->wording_timer = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static gboolean
later_cb (gpointer data)
{
  CairnSession *self = data;
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  self->wording_timer = 0;
  if (database != NULL)
    cairn_database_run_async (database, cairn_cache_wording_begin, cairn_cache_dup_wording (), g_free, NULL, NULL, begun_cb,
                              g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* Looks in a while whether the cache speaks as the program does. */
void
cairn_session_check_wording (CairnSession *self)
{
  if (self->wording_timer == 0)
    self->wording_timer = g_timeout_add (LATER_MS, later_cb, self);
}
