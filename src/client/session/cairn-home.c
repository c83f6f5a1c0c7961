/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Home shows, read from the cache in one go. On the database's thread. */
#include "cairn-home-private.h"

#include "client/records/cairn-record-private.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define N_RESULTS 3
/* So many are looked at for those that say something. */
#define N_RESULTS_READ 9
/* A visit that is under way is still the next one. */
#define UNDER_WAY_MS (2 * 3600 * G_GINT64_CONSTANT (1000))

G_DEFINE_BOXED_TYPE (CairnHome, cairn_home, cairn_home_copy, cairn_home_free)

/**
 * cairn_home_copy:
 * @self: what Home shows
 *
 * Returns: (transfer full): a copy
 */
CairnHome *
cairn_home_copy (const CairnHome *self)
{
  CairnHome *copy = g_memdup2 (self, sizeof *self);

  copy->appointment = self->appointment != NULL ? g_object_ref (self->appointment) : NULL;
  copy->appointment_when = g_strdup (self->appointment_when);
  copy->appointment_where = g_strdup (self->appointment_where);
  copy->appointment_with = g_strdup (self->appointment_with);
  copy->message = self->message != NULL ? g_object_ref (self->message) : NULL;
  copy->message_sender = g_strdup (self->message_sender);
  copy->results = g_object_ref (self->results);
  return copy;
}

/**
 * cairn_home_free:
 * @self: (transfer full): what Home shows
 */
void
cairn_home_free (CairnHome *self)
{
  g_clear_object (&self->appointment);
  g_free (self->appointment_when);
  g_free (self->appointment_where);
  g_free (self->appointment_with);
  g_clear_object (&self->message);
  g_free (self->message_sender);
  g_clear_object (&self->results);
  g_free (self);
}

/* What a resource of some types refers to, by name: "Dr. Amy Shaw, Physical therapy" */
typedef struct
{
  CairnConnection   *connection;
  const char *const *types;
  GPtrArray         *names;
} Naming;

static void
add_name (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  Naming *naming = data;
  g_autofree char *plain = NULL;
  g_autofree char *name = NULL;

  if (type == NULL || !g_strv_contains (naming->types, type))
    return;
  plain = g_strconcat (type, "/", id, NULL);
  name = cairn_cache_dup_title (naming->connection, plain, NULL);
  if (name != NULL && !g_ptr_array_find_with_equal_func (naming->names, name, g_str_equal, NULL))
    g_ptr_array_add (naming->names, g_steal_pointer (&name));
}

static char *
dup_names (CairnConnection *connection, CairnJson resource, const char *const *types)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Naming naming = { connection, types, names };

  cairn_reference_foreach (resource, add_name, &naming);
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static GBytes *
load_text (CairnConnection *connection, const CairnCacheRow *row, GError **error)
{
  g_autofree char *reference = g_strconcat (row->type, "/", row->id, NULL);

  return cairn_cache_load_text (connection, reference, error);
}

static gboolean
is_planned (const CairnCacheRow *row)
{
  static const char *const statuses[] = { "booked", "arrived", "checked-in", "pending", NULL };

  return row->status != NULL && g_strv_contains (statuses, row->status) &&
         (row->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED)) == 0;
}

static gboolean
read_appointment (CairnConnection *connection, CairnHome *home, GError **error)
{
  static const char *const places[] = { "Location", "HealthcareService", NULL };
  static const char *const people[] = { "Practitioner", "PractitionerRole", NULL };
  gint64 from = cairn_date_now () - UNDER_WAY_MS;
  CairnCacheQuery query = { .type = (char *) "Appointment", .from_ms = &from, .oldest_first = TRUE, .limit = 50 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(GBytes) text = NULL;
      CairnDate date;

      if (!is_planned (row))
        continue;
      text = load_text (connection, row, error);
      if (text == NULL)
        return FALSE;
      home->appointment = cairn_record_new (row);
      home->appointment_when = cairn_date_parse (row->date, &date) ? cairn_date_dup_words (&date) : NULL;
      home->appointment_where = dup_names (connection, cairn_json_from_bytes (text), places);
      home->appointment_with = dup_names (connection, cairn_json_from_bytes (text), people);
      return TRUE;
    }
  return TRUE;
}

/* A message from somebody else without "received" has not been read. */
static gboolean
is_unread (const CairnCacheRow *row, CairnJson resource, const char *patient)
{
  g_autofree char *own = g_strconcat ("Patient/", patient, NULL);

  return cairn_json_type (cairn_json_get (resource, "received")) == CAIRN_JSON_ABSENT &&
         !cairn_json_equals (cairn_json_get (resource, "sender.reference"), own) &&
         (row->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED)) == 0;
}

static gboolean
read_messages (CairnConnection *connection, CairnHome *home, const char *patient, GError **error)
{
  static const char *const people[] = { "Practitioner", "PractitionerRole", "Organization", "CareTeam", "RelatedPerson",
                                        "HealthcareService", NULL };
  CairnCacheQuery query = { .type = (char *) "Communication", .limit = 1000 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr(GBytes) text = load_text (connection, rows->pdata[i], error);
      CairnJson resource;

      if (text == NULL)
        return FALSE;
      resource = cairn_json_from_bytes (text);
      if (!is_unread (rows->pdata[i], resource, patient) || home->n_unread++ > 0)
        continue;
      home->message = cairn_record_new (rows->pdata[i]);
      home->message_sender = dup_names (connection, cairn_json_member (resource, "sender"), people);
    }
  return TRUE;
}

static gboolean
read_results (CairnConnection *connection, CairnHome *home, GError **error)
{
  char *kinds[] = { (char *) "test-result", NULL };
  CairnCacheQuery query = { .type = (char *) "Observation", .kinds = kinds, .limit = N_RESULTS_READ };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  for (guint i = 0; rows != NULL && i < rows->len && g_list_model_get_n_items (home->results) < N_RESULTS; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(CairnRecord) record = NULL;

      /* A test that was called off is no result. */
      if ((row->flags & CAIRN_FLAG_CANCELLED) != 0)
        continue;
      record = cairn_record_new (row);
      g_list_store_append (G_LIST_STORE (home->results), record);
    }
  return rows != NULL;
}

gpointer
cairn_home_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(CairnHome) home = g_new0 (CairnHome, 1);

  home->results = G_LIST_MODEL (g_list_store_new (CAIRN_TYPE_RECORD));
  if (read_appointment (connection, home, error) && read_messages (connection, home, data, error) &&
      read_results (connection, home, error))
    return g_steal_pointer (&home);
  return NULL;
}
