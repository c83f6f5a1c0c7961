/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threads that wait for somebody and the pools they work in. A part of portal-staff.c; on any connection's thread. */
#include "portal-staff-private.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "server/messages/portal-thread.h"

static const char *const anybody[] = { PORTAL_ANYBODY, NULL };

/* Ids of messages that carry a thread which is open */
typedef struct
{
  Desk       *desk;
  GHashTable *seen;
  GPtrArray  *ids;
} Heads;

static gboolean
note_head (const PortalRow *row, gpointer data)
{
  Heads *heads = data;

  if (!row->deleted && portal_thread_is_head (row->text) && !portal_thread_is_closed (row->text) &&
      portal_view_may (heads->desk->work->view, "Communication", PORTAL_OPERATION_SEARCH) &&
      g_hash_table_add (heads->seen, g_strdup (row->id)))
    g_ptr_array_add (heads->ids, g_strdup (row->id));
  return TRUE;
}

static gboolean
note_pool (const PortalRow *row, gpointer data)
{
  CairnJsonIter iter;
  CairnJson one;

  cairn_json_iter_init (&iter, cairn_json_member (row->text, "healthcareService"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      char *reference = cairn_json_dup_text_at (one, "reference");

      if (reference != NULL)
        g_ptr_array_add (data, reference);
    }
  return TRUE;
}

/* (element-type utf8): somebody and the pools they work in. */
GPtrArray *
portal_desk_list_hands (Desk *desk, GError **error)
{
  const char *everyone[] = { PORTAL_EVERYONE, NULL }, *me = desk->work->view->practitioner;
  g_autoptr(GPtrArray) hands = g_ptr_array_new_with_free_func (g_free);

  if (desk->id != NULL)
    g_ptr_array_add (hands, g_strconcat (desk->type, "/", desk->id, NULL));
  else if (me != NULL)
    {
      g_ptr_array_add (hands, g_strconcat ("Practitioner/", me, NULL));
      if (!portal_store_list_referring (desk->db, everyone, "PractitionerRole", "practitioner", "Practitioner", me, note_pool, hands,
                                        error))
        return NULL;
    }
  return g_steal_pointer (&hands);
}

static gboolean
note_seq (gint64 seq, gpointer data)
{
  g_array_append_val ((GArray *) data, seq);
  return TRUE;
}

static gboolean
collect_all (Desk *desk, Heads *heads, GError **error)
{
  g_autoptr(GArray) seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  PortalRange all = PORTAL_RANGE_ALL;

  if (!portal_store_list_seqs (desk->db, anybody, "Communication", &all, 0, note_seq, seqs, error))
    return FALSE;
  for (guint i = 0; i < seqs->len; i++)
    if (!portal_store_get_seq (desk->db, anybody, g_array_index (seqs, gint64, i), note_head, heads, error))
      return FALSE;
  return TRUE;
}

static gboolean
collect (Desk *desk, Heads *heads, GError **error)
{
  g_autoptr(GPtrArray) hands = NULL;

  if (g_strcmp0 (desk->type, "Communication") == 0)
    return collect_all (desk, heads, error);
  hands = portal_desk_list_hands (desk, error);
  for (guint i = 0; hands != NULL && i < hands->len; i++)
    {
      g_autofree char *type = NULL, *id = NULL;

      if (cairn_reference_split (g_ptr_array_index (hands, i), &type, &id) &&
          !portal_store_list_referring (desk->db, anybody, "Communication", "recipient", type, id, note_head, heads, error))
        return FALSE;
    }
  return hands != NULL;
}

/* A thread of a list, described */
typedef struct
{
  gboolean waiting;
  gint64   last;     /* ms */
  GString *text;
} Line;

static void
line_free (gpointer data)
{
  g_string_free (((Line *) data)->text, TRUE);
  g_free (data);
}

/* What waits comes first, what has waited longest before all; then what was answered, the last first. */
static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const Line *one = *(const Line *const *) a, *other = *(const Line *const *) b;
  int later = (one->last > other->last) - (one->last < other->last);

  if (one->waiting != other->waiting)
    return one->waiting ? -1 : 1;
  return one->waiting ? later : -later;
}

static gboolean
add_line (Desk *desk, GPtrArray *lines, const char *id, GError **error)
{
  g_auto(DeskThread) thread = { desk };
  const DeskMessage *last;
  GString *out = desk->out;
  Line *line;

  if (!desk_thread_load (&thread, id, error))
    return FALSE;
  if (thread.head == NULL)
    return TRUE;
  last = g_ptr_array_index (thread.messages, thread.messages->len - 1);
  line = g_new0 (Line, 1);
  line->waiting = last->patients;
  line->last = last->made;
  desk->out = line->text = g_string_new (NULL);
  desk_thread_describe (&thread);
  desk->out = out;
  g_ptr_array_add (lines, line);
  return TRUE;
}

/* Threads that are open: all of them, those that somebody or a pool has, or without either one's own. */
gboolean
portal_desk_list_threads (Desk *desk, GError **error)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free), lines = g_ptr_array_new_with_free_func (line_free);
  Heads heads = { desk, seen, ids };

  if (!collect (desk, &heads, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!add_line (desk, lines, g_ptr_array_index (ids, i), error))
      return FALSE;
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = g_ptr_array_index (lines, i);

      if (desk->work->json && desk->n++ > 0)
        g_string_append_c (desk->out, ',');
      g_string_append_len (desk->out, line->text->str, line->text->len);
      if (desk->work->json)
        g_string_append_c (desk->out, '}');
    }
  return TRUE;
}
