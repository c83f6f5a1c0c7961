/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether messages have come that the patient doesn't know of yet: what is unread now and was not there before. Also while it is
 * locked: it is a number and nothing else. Main thread; the work runs on the database's.
 */
#include "cairn-session-private.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/cairn-recipients.h"

#include <string.h>

/* More than so many are as good as so many. */
#define MAX_UNREAD 2000

static gpointer
list_unread (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_messages_unread_places (connection, MAX_UNREAD, error);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a, *second = b;

  return (*first > *second) - (*first < *second);
}

/* How many of @now are not in @before; both are in order. */
static guint
count_new (GArray *before, GArray *now)
{
  guint n = 0;

  for (guint i = 0; i < now->len; i++)
    n += !g_array_binary_search (before, &g_array_index (now, gint64, i), compare, NULL);
  return n;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnSession) self = data;
  GArray *now = cairn_database_run_finish (CAIRN_DATABASE (source), result, NULL);
  guint n;

  if (now == NULL)
    return;
  /* What a first sync brings is not news, and neither is what was there when the program began. */
  n = self->unread != NULL && self->was_synced ? count_new (self->unread, now) : 0;
  self->was_synced = cairn_sync_get_last_sync (self->sync) != 0;
  g_clear_pointer (&self->unread, g_array_unref);
  self->unread = now;
  if (n > 0)
    cairn_session_note_arrived (self, n);
}

void
cairn_session_look_for_messages (CairnSession *self)
{
  CairnDatabase *database = cairn_session_get_database (self, FALSE, NULL);

  if (database != NULL)
    cairn_database_run_async (database, list_unread, NULL, NULL, (GDestroyNotify) g_array_unref, NULL, listed_cb, g_object_ref (self));
}

/**
 * cairn_session_start_live:
 * @self: a session
 *
 * From now on messages come home when they are written: the portal tells of them over a socket, or is asked each minute where it
 * can't. Until the session is closed; also while it is locked.
 */
void
cairn_session_start_live (CairnSession *self)
{
  g_return_if_fail (CAIRN_IS_SESSION (self));

  if (self->store == NULL)
    return;
  if (self->live == NULL)
    {
      self->live = cairn_live_new (self->grant, self->sync);
      cairn_recipients_keep (self);
    }
  cairn_live_start (self->live);
}
