/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a portal tidies up when it starts and each hour: attachments that no message came for, subscriptions that are
 * over. The timer is its thread's, the work the writer's. */
#include "portal-upkeep.h"

#include "fhir/cairn-date.h"
#include "server/messages/portal-attachment.h"
#include "server/store/portal-index.h"

#define HOUR_SECONDS 3600
#define START_SECONDS 60     /* people come first */
#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static const char *const anybody[] = { PORTAL_ANYBODY, NULL };

struct _PortalUpkeep
{
  PortalStore *store;
  int          keep_days;
  GSource     *timer;
};

typedef struct
{
  gint64     now;
  GPtrArray *ids;
} Ended;

static gboolean
note_seq (gint64 seq, gpointer data)
{
  g_array_append_val ((GArray *) data, seq);
  return TRUE;
}

static gboolean
note_ended (const PortalRow *row, gpointer data)
{
  Ended *ended = data;
  g_autofree char *end = cairn_json_dup_text_at (row->text, "end");
  CairnDate date;

  if (!row->deleted && end != NULL && cairn_date_parse (end, &date) && date.start <= ended->now)
    g_ptr_array_add (ended->ids, g_strdup (row->id));
  return FALSE;
}

/* Deletes subscriptions whose end has come, in a transaction of its own. */
gboolean
portal_upkeep_end_subscriptions (CairnConnection *db, gint64 now, guint *n, GError **error)
{
  g_autoptr(GArray) seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(PortalWrite) write = NULL;
  PortalRange all = PORTAL_RANGE_ALL;
  Ended ended = { now, ids };
  PortalChange change;
  gboolean done;

  *n = 0;
  if (!portal_store_list_seqs (db, anybody, "Subscription", &all, 0, note_seq, seqs, error))
    return FALSE;
  for (guint i = 0; i < seqs->len; i++)
    if (!portal_store_get_seq (db, anybody, g_array_index (seqs, gint64, i), note_ended, &ended, error))
      return FALSE;
  if (ids->len == 0)
    return TRUE;
  write = portal_write_begin (db, error);
  done = write != NULL;
  for (guint i = 0; done && i < ids->len; i++)
    done = portal_write_delete (write, "Subscription", g_ptr_array_index (ids, i), &change, error);
  *n = ids->len;
  if (done && portal_write_commit (write, error))
    return TRUE;
  cairn_connection_rollback (db);
  return FALSE;
}

static gpointer
work_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 now = cairn_date_now (), before = now - *(int *) data * DAY_MS;
  g_autoptr(GError) fault = NULL;
  guint n;

  if (!portal_attachment_sweep (db, before, &n, &fault) || !portal_upkeep_end_subscriptions (db, now, &n, &fault))
    g_message ("Tidying up failed: %s", fault->message);
  return NULL;
}

static gboolean
work (gpointer data)
{
  PortalUpkeep *self = data;

  cairn_database_run_async (portal_store_get_writer (self->store), work_on_writer, g_memdup2 (&self->keep_days, sizeof (int)), g_free,
                            NULL, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

PortalUpkeep *
portal_upkeep_new (PortalStore *store, const PortalConfig *config)
{
  PortalUpkeep *self = g_new0 (PortalUpkeep, 1);

  self->store = store;
  self->keep_days = config->keep_days;
  self->timer = g_timeout_source_new_seconds (HOUR_SECONDS);
  g_source_set_callback (self->timer, work, self, NULL);
  g_source_set_ready_time (self->timer, g_get_monotonic_time () + START_SECONDS * G_USEC_PER_SEC);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  return self;
}

void
portal_upkeep_free (PortalUpkeep *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_free (self);
}
