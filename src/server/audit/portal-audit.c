/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the audit log: each process start is a chain, whose every row holds the hash of the one before. Rows
 * are added on the caller's thread and committed on the database's. */
#include "portal-audit.h"

#include <string.h>

#include "common/cairn-crypto.h"
#include "common/cairn-json.h"
#include "fhir/cairn-date.h"

#define MOST_IN_A_GROUP 64
#define LONGEST_WAIT (5 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  char *data;
  char *patient;
} Line;

/* What one caller waits for: all of it or none goes into the file */
typedef struct
{
  GPtrArray       *lines;   /* Line */
  PortalAuditDone  done;
  gpointer         done_data;
} Waiting;

struct _PortalAudit
{
  CairnDatabase *database;
  GQueue         waiting;   /* Waiting */
  GPtrArray     *group;     /* Waiting, on its way */
  GSource       *gather;    /* sends what waits when the thread has nothing else to do */
  gint64         first;     /* when the first of those that wait came, monotonic */

  /* The database's thread's */
  char          *chain;
  gint64         seq;
  char          *last;      /* hash */
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->data);
  g_free (line->patient);
  g_free (line);
}

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_ptr_array_unref (waiting->lines);
  g_free (waiting);
}

static void
stop_gathering (PortalAudit *self)
{
  if (self->gather != NULL)
    g_source_destroy (self->gather);
  g_clear_pointer (&self->gather, g_source_unref);
}

/* The database must outlive it. */
PortalAudit *
portal_audit_new (CairnDatabase *database)
{
  PortalAudit *self = g_new0 (PortalAudit, 1);

  self->database = g_object_ref (database);
  self->chain = cairn_random_uuid ();
  g_queue_init (&self->waiting);
  return self;
}

/* When nothing is on its way any more. */
void
portal_audit_free (PortalAudit *self)
{
  g_assert (self->group == NULL);
  stop_gathering (self);
  g_queue_clear_full (&self->waiting, waiting_free);
  g_object_unref (self->database);
  g_free (self->chain);
  g_free (self->last);
  g_free (self);
}

static void
add_member (GString *text, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (text, ",\"%s\":", name);
  cairn_json_append_string (text, value);
}

static char *
to_json (const PortalEvent *event)
{
  g_autofree char *instant = cairn_date_dup_instant (event->time);
  GString *text = g_string_sized_new (256);

  g_string_append_printf (text, "{\"time\":\"%s\"", instant);
  add_member (text, "who", event->who);
  add_member (text, "role", event->role);
  add_member (text, "practitioner", event->practitioner);
  add_member (text, "patient", event->patient);
  add_member (text, "action", event->action);
  add_member (text, "type", event->type);
  add_member (text, "id", event->id);
  add_member (text, "entries", event->entries);
  add_member (text, "account", event->account);
  add_member (text, "operator", event->operator);
  add_member (text, "app", event->app);
  add_member (text, "query", event->query);
  g_string_append_printf (text, ",\"outcome\":%u", event->outcome);
  add_member (text, "address", event->address);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

char *
portal_audit_hash (const char *prev, const char *chain, gint64 seq, const char *data)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%" G_GINT64_FORMAT "\n%s", prev, chain, seq, data);

  return cairn_sha256_hex (text, -1);
}

typedef struct
{
  PortalAudit     *self;
  CairnConnection *db;
  gint64           n;
  gint64           seq;
  char            *last;
} Growth;

static gboolean
add_line (Growth *growth, const Line *line, GError **error)
{
  const char *chain = growth->self->chain;
  g_autofree char *hash = portal_audit_hash (growth->last, chain, ++growth->seq, line->data);
  PortalAuditRow row = { ++growth->n, chain, growth->seq, growth->last, hash, line->patient, line->data };

  if (!portal_store_audit_add (growth->db, &row, error))
    return FALSE;
  g_free (growth->last);
  growth->last = g_steal_pointer (&hash);
  return TRUE;
}

static gboolean
add_group (Growth *growth, GPtrArray *group, GError **error)
{
  g_autofree char *head = NULL;

  if (!cairn_connection_begin (growth->db, error) ||
      !portal_store_audit_head (growth->db, &growth->n, &head, error))
    return FALSE;
  if (growth->last == NULL)
    growth->last = g_strdup (head);
  for (guint i = 0; i < group->len; i++)
    {
      const Waiting *waiting = g_ptr_array_index (group, i);

      for (guint k = 0; k < waiting->lines->len; k++)
        if (!add_line (growth, g_ptr_array_index (waiting->lines, k), error))
          return FALSE;
    }
  return portal_store_audit_set_head (growth->db, growth->n, growth->last, error) &&
         cairn_connection_commit (growth->db, error);
}

typedef struct
{
  PortalAudit *self;
  GPtrArray   *group;
} Append;

static gpointer
append_on_database (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Append *append = data;
  PortalAudit *self = append->self;
  Growth growth = { self, db, 0, self->seq, g_strdup (self->last) };
  gboolean done = add_group (&growth, append->group, error);

  if (done)
    {
      self->seq = growth.seq;
      g_free (self->last);
      self->last = g_steal_pointer (&growth.last);
    }
  g_free (growth.last);
  return done ? self : NULL;
}

static void appended_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
send_group (PortalAudit *self)
{
  Append *append;

  stop_gathering (self);
  if (self->group != NULL || self->waiting.length == 0)
    return;
  self->group = g_ptr_array_new_with_free_func (waiting_free);
  while (self->group->len < MOST_IN_A_GROUP && self->waiting.length > 0)
    g_ptr_array_add (self->group, g_queue_pop_head (&self->waiting));
  append = g_new (Append, 1);
  *append = (Append) { self, self->group };
  cairn_database_run_async (self->database, append_on_database, append, g_free, NULL, NULL, appended_cb, self);
}

static gboolean
gathered_cb (gpointer data)
{
  send_group (data);
  return G_SOURCE_REMOVE;
}

/* A commit costs the same for one row as for many: first let in what other requests have ready by now. */
static void
gather (PortalAudit *self)
{
  if (self->group != NULL || self->waiting.length == 0)
    return;
  if (self->waiting.length >= MOST_IN_A_GROUP || g_get_monotonic_time () - self->first > LONGEST_WAIT)
    send_group (self);
  else if (self->gather == NULL)
    {
      self->gather = g_idle_source_new ();
      g_source_set_callback (self->gather, gathered_cb, self, NULL);
      g_source_attach (self->gather, g_main_context_get_thread_default ());
    }
}

static void
appended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PortalAudit *self = data;
  g_autoptr(GPtrArray) group = g_steal_pointer (&self->group);
  g_autoptr(GError) error = NULL;

  cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);
  gather (self);
  for (guint i = 0; i < group->len; i++)
    {
      Waiting *waiting = g_ptr_array_index (group, i);

      waiting->done (waiting->done_data, error);
    }
}

static Waiting *
waiting_new (const PortalEvent *events, guint n)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->lines = g_ptr_array_new_with_free_func (line_free);
  for (guint i = 0; i < n; i++)
    {
      Line *line = g_new (Line, 1);

      *line = (Line) { to_json (&events[i]), g_strdup (events[i].patient) };
      g_ptr_array_add (waiting->lines, line);
    }
  return waiting;
}

/* Calls back when they are in the file, or could not be written. */
void
portal_audit_append (PortalAudit *self, const PortalEvent *events, guint n, PortalAuditDone done, gpointer data)
{
  Waiting *waiting = waiting_new (events, n);

  waiting->done = done;
  waiting->done_data = data;
  if (self->waiting.length == 0)
    self->first = g_get_monotonic_time ();
  g_queue_push_tail (&self->waiting, waiting);
  gather (self);
}

/* The same for commands, which have nothing else to do. Blocks. */
gboolean
portal_audit_write (PortalAudit *self, const PortalEvent *events, guint n, GError **error)
{
  g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func (waiting_free);
  Append append = { self, group };

  g_assert (self->group == NULL);
  g_ptr_array_add (group, waiting_new (events, n));
  return cairn_database_run (self->database, append_on_database, &append, error) != NULL;
}
