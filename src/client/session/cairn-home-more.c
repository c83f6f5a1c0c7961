/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Home shows a moment after its first picture: messages, medicines, things to do. On the database's thread. */
#include "cairn-home-private.h"

#include "client/cache/cairn-cache-messages.h"
#include "client/cache/cairn-cache-order.h"
#include "client/records/cairn-record-private.h"
#include "fhir/cairn-date.h"

#define N_MEDICINES 2
/* Who sees that there are more to do wants to see them. */
#define N_TO_DO 6
#define N_MEDICINES_READ 100
#define N_TASKS_READ 100
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))
/* A medicine that ran out longer ago was most likely stopped, or is got elsewhere. */
#define RAN_OUT_DAYS 30

#define MAX_MESSAGES 3

static void
line_free (gpointer data)
{
  CairnHomeLine *line = data;

  g_object_unref (line->record);
  g_free (line);
}

static void
message_free (gpointer data)
{
  CairnHomeMessage *message = data;

  g_object_unref (message->record);
  g_free (message->sender);
  g_free (message);
}

/**
 * cairn_home_more_free:
 * @self: (transfer full): what Home shows
 */
void
cairn_home_more_free (CairnHomeMore *self)
{
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->medicines);
  g_ptr_array_unref (self->to_do);
  g_free (self);
}

static gboolean
add_message (CairnConnection *connection, CairnHomeMore *home, const CairnCacheRow *row, GError **error)
{
  static const char *const people[] = { "Practitioner", "PractitionerRole", "Organization", "CareTeam", "RelatedPerson",
                                        "HealthcareService", NULL };
  g_autoptr(GBytes) text = cairn_home_load_text (connection, row, error);
  CairnHomeMessage *message;

  if (text == NULL)
    return FALSE;
  message = g_new0 (CairnHomeMessage, 1);
  message->record = cairn_record_new (row);
  message->sender = cairn_home_dup_names (connection, cairn_json_member (cairn_json_from_bytes (text), "sender"), people);
  g_ptr_array_add (home->messages, message);
  return TRUE;
}

static gboolean
read_messages (CairnConnection *connection, CairnHomeMore *home, GError **error)
{
  g_autoptr(GArray) places = cairn_cache_messages_newest_unread (connection, MAX_MESSAGES, error);
  gint64 n;

  if (places == NULL || !cairn_cache_messages_n_unread (connection, &n, error))
    return FALSE;
  home->n_unread = (guint) n;
  for (guint i = 0; i < places->len; i++)
    {
      g_autoptr(GPtrArray) rows = cairn_cache_rows (connection, &g_array_index (places, gint64, i), 1, error);

      if (rows == NULL || (rows->len > 0 && !add_message (connection, home, rows->pdata[0], error)))
        return FALSE;
    }
  return TRUE;
}

CairnHomeLine *
cairn_home_add_line (GPtrArray *lines, const CairnCacheRow *row)
{
  CairnHomeLine *line = g_new0 (CairnHomeLine, 1);

  line->record = cairn_record_new (row);
  line->refills = -1;
  g_ptr_array_add (lines, line);
  return line;
}

/* What somebody waits for comes first, then what has a day, the nearest before all; the rest stays newest first. */
static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const CairnHomeLine *first = *(CairnHomeLine *const *) a, *second = *(CairnHomeLine *const *) b;

  if ((first->kind == CAIRN_HOME_LINE_ANSWER) != (second->kind == CAIRN_HOME_LINE_ANSWER))
    return first->kind == CAIRN_HOME_LINE_ANSWER ? -1 : 1;
  if (first->has_day != second->has_day)
    return first->has_day ? -1 : 1;
  return !first->has_day || first->day == second->day ? 0 : first->day < second->day ? -1 : 1;
}

static void
keep_first (GPtrArray *lines, guint n)
{
  g_ptr_array_sort (lines, compare_lines);
  if (lines->len > n)
    g_ptr_array_set_size (lines, (int) n);
}

/* Until when what was handed over lasts, by the request that allowed it: "MedicationRequest/1" → ms. */
static GHashTable *
read_supplies (CairnConnection *connection, GError **error)
{
  CairnCacheQuery query = { .type = (char *) "MedicationDispense", .limit = N_MEDICINES_READ };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);
  g_autoptr(GHashTable) supplies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(GBytes) text = cairn_home_load_text (connection, row, error);
      g_autofree char *reference = NULL;
      g_autofree char *handed = NULL;
      CairnJson resource;
      CairnDate date;
      double days;

      if (text == NULL)
        return NULL;
      resource = cairn_json_from_bytes (text);
      reference = cairn_json_dup_text_at (resource, "authorizingPrescription.0.reference");
      handed = cairn_json_dup_text_at (resource, "whenHandedOver");
      if (reference == NULL || handed == NULL || g_strcmp0 (row->status, "completed") != 0 || !cairn_date_parse (handed, &date) ||
          !cairn_json_double (cairn_json_get (resource, "daysSupply.value"), &days) || !(days > 0 && days < 3660))
        continue;
      /* Rows come newest first: the last time counts. */
      if (!g_hash_table_contains (supplies, reference))
        {
          gint64 until = date.start + (gint64) (days * DAY_MS);

          g_hash_table_insert (supplies, g_steal_pointer (&reference), g_memdup2 (&until, sizeof until));
        }
    }
  return rows != NULL ? g_steal_pointer (&supplies) : NULL;
}

static gboolean
read_medicine (CairnConnection *connection, CairnHomeMore *home, const CairnCacheRow *row, GHashTable *supplies, GError **error)
{
  g_autofree char *reference = g_strconcat (row->type, "/", row->id, NULL);
  const gint64 *until = g_hash_table_lookup (supplies, reference);
  g_autoptr(GBytes) text = NULL;
  CairnHomeLine *line;
  double refills;

  if (until != NULL && *until < cairn_date_now () - RAN_OUT_DAYS * DAY_MS)
    return TRUE;
  text = cairn_home_load_text (connection, row, error);
  if (text == NULL)
    return FALSE;
  line = cairn_home_add_line (home->medicines, row);
  if (until != NULL)
    {
      line->has_day = TRUE;
      line->day = *until;
    }
  if (cairn_json_double (cairn_json_get (cairn_json_from_bytes (text), "dispenseRequest.numberOfRepeatsAllowed"), &refills) &&
      refills >= 0 && refills < 1000)
    line->refills = (int) refills;
  return TRUE;
}

static gboolean
read_medicines (CairnConnection *connection, CairnHomeMore *home, GError **error)
{
  CairnCacheQuery query = { .type = (char *) "MedicationRequest", .limit = N_MEDICINES_READ };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);
  g_autoptr(GHashTable) supplies = rows != NULL ? read_supplies (connection, error) : NULL;

  if (supplies == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];

      if (g_strcmp0 (row->status, "active") == 0 && !read_medicine (connection, home, row, supplies, error))
        return FALSE;
    }
  keep_first (home->medicines, N_MEDICINES);
  return TRUE;
}

/* A Task that nobody has done yet and that the patient is to do (FHIR R4 §13.6). */
static gboolean
is_to_do (const CairnCacheRow *row, CairnJson resource, const char *patient)
{
  static const char *const open[] = { "requested", "received", "accepted", "ready", "in-progress", NULL };
  g_autofree char *own = g_strconcat ("Patient/", patient, NULL);

  return row->status != NULL && g_strv_contains (open, row->status) && (row->flags & CAIRN_FLAG_ENTERED_IN_ERROR) == 0 &&
         cairn_json_equals (cairn_json_get (resource, "owner.reference"), own);
}

static gboolean
read_to_do (CairnConnection *connection, CairnHomeMore *home, const char *patient, GError **error)
{
  CairnCacheQuery query = { .type = (char *) "Task", .limit = N_TASKS_READ };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      CairnCacheRow *row = rows->pdata[i];
      g_autoptr(GBytes) text = cairn_home_load_text (connection, row, error);
      g_autofree char *what = NULL;
      g_autofree char *due = NULL;
      CairnHomeLine *line;
      CairnJson resource;
      CairnDate date;

      if (text == NULL)
        return FALSE;
      resource = cairn_json_from_bytes (text);
      if (!is_to_do (row, resource, patient))
        continue;
      /* What is asked for says more than what kind of task it is. */
      what = cairn_json_dup_text_at (resource, "description");
      if (what != NULL && *what != '\0')
        {
          g_free (row->title);
          row->title = g_steal_pointer (&what);
        }
      line = cairn_home_add_line (home->to_do, row);
      due = cairn_json_dup_text_at (resource, "restriction.period.end");
      line->has_day = due != NULL && cairn_date_parse (due, &date);
      line->day = line->has_day ? date.start : 0;
    }
  if (rows == NULL || !cairn_home_read_due (connection, home, patient, error))
    return FALSE;
  home->n_to_do = home->to_do->len;
  keep_first (home->to_do, N_TO_DO);
  return TRUE;
}

gpointer
cairn_home_more_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(CairnHomeMore) home = g_new0 (CairnHomeMore, 1);

  home->messages = g_ptr_array_new_with_free_func (message_free);
  home->medicines = g_ptr_array_new_with_free_func (line_free);
  home->to_do = g_ptr_array_new_with_free_func (line_free);
  if (read_messages (connection, home, error) && read_medicines (connection, home, error) &&
      read_to_do (connection, home, data, error))
    return g_steal_pointer (&home);
  return NULL;
}
