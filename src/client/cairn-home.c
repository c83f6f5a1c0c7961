/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Home shows, read from the cache in one go. On the database's thread. */
#include "cairn-home-private.h"

#include "cairn-record-private.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-facts.h"

#include <string.h>

#define N_RESULTS 3
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

static char *
resolve (const char *reference, gpointer data)
{
  return cairn_cache_dup_title (data, reference);
}

static CairnFacts *
load_facts (CairnConnection *connection, const CairnCacheRow *row, GError **error)
{
  g_autofree char *reference = g_strconcat (row->type, "/", row->id, NULL);
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, reference, error);

  return text != NULL ? cairn_facts_new (cairn_json_from_bytes (text), resolve, connection) : NULL;
}

/* Facts that point at one of some types, in words: "Dr. Amy Shaw, Physical therapy" */
static char *
join_facts (const CairnFacts *facts, const char *const *prefixes)
{
  g_autoptr(GString) words = g_string_new (NULL);

  for (guint i = 0; i < facts->facts->len; i++)
    {
      const CairnFact *fact = facts->facts->pdata[i];

      for (guint p = 0; fact->reference != NULL && prefixes[p] != NULL; p++)
        if (g_str_has_prefix (fact->reference, prefixes[p]) && strstr (words->str, fact->text) == NULL)
          g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", fact->text);
    }
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
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
  static const char *const places[] = { "Location/", "HealthcareService/", NULL };
  static const char *const people[] = { "Practitioner/", "PractitionerRole/", NULL };
  gint64 from = cairn_date_now () - UNDER_WAY_MS;
  CairnCacheQuery query = { .type = (char *) "Appointment", .from_ms = &from, .oldest_first = TRUE, .limit = 50 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(CairnFacts) facts = NULL;
      CairnDate date;

      if (!is_planned (row))
        continue;
      facts = load_facts (connection, row, error);
      if (facts == NULL)
        return FALSE;
      home->appointment = cairn_record_new (row);
      home->appointment_when = cairn_date_parse (row->date, &date) ? cairn_date_dup_words (&date) : NULL;
      home->appointment_where = join_facts (facts, places);
      home->appointment_with = join_facts (facts, people);
      return TRUE;
    }
  return TRUE;
}

/* A message to the patient without "received" has not been read. */
static gboolean
is_unread (CairnConnection *connection, const CairnCacheRow *row, const char *patient, gboolean *unread, GError **error)
{
  g_autofree char *reference = g_strconcat (row->type, "/", row->id, NULL);
  g_autofree char *own = g_strconcat ("Patient/", patient, NULL);
  g_autoptr(GBytes) text = cairn_cache_load_text (connection, reference, error);
  CairnJson json;

  if (text == NULL)
    return FALSE;
  json = cairn_json_from_bytes (text);
  *unread = cairn_json_type (cairn_json_get (json, "received")) == CAIRN_JSON_ABSENT &&
            !cairn_json_equals (cairn_json_get (json, "sender.reference"), own) &&
            (row->flags & (CAIRN_FLAG_ENTERED_IN_ERROR | CAIRN_FLAG_CANCELLED)) == 0;
  return TRUE;
}

static gboolean
read_messages (CairnConnection *connection, CairnHome *home, const char *patient, GError **error)
{
  static const char *const people[] = { "Practitioner/", "PractitionerRole/", "Organization/", "CareTeam/", "RelatedPerson/",
                                        "HealthcareService/", NULL };
  CairnCacheQuery query = { .type = (char *) "Communication", .limit = 1000 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(CairnFacts) facts = NULL;
      gboolean unread;

      if (!is_unread (connection, row, patient, &unread, error))
        return FALSE;
      if (!unread)
        continue;
      if (home->n_unread++ > 0)
        continue;
      facts = load_facts (connection, row, error);
      if (facts == NULL)
        return FALSE;
      home->message = cairn_record_new (row);
      home->message_sender = join_facts (facts, people);
    }
  return TRUE;
}

static gboolean
read_results (CairnConnection *connection, CairnHome *home, GError **error)
{
  char *kinds[] = { (char *) "test-result", NULL };
  CairnCacheQuery query = { .type = (char *) "Observation", .kinds = kinds, .limit = N_RESULTS };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      g_autoptr(CairnRecord) record = cairn_record_new (rows->pdata[i]);

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
