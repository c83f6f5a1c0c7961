/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Home shows first, read from the cache in one go. On the database's thread. */
#include "cairn-home-private.h"

#include "client/cache/cairn-cache-news.h"
#include "client/records/cairn-record-private.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"

#define N_RESULTS 2
/* So many are looked at for those that say something. */
#define N_RESULTS_READ 8
#define N_NEWS_READ 99
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
  copy->address = g_strdup (self->address);
  copy->position = g_strdup (self->position);
  copy->phone = g_strdup (self->phone);
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
  g_free (self->address);
  g_free (self->position);
  g_free (self->phone);
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

char *
cairn_home_dup_names (CairnConnection *connection, CairnJson resource, const char *const *types)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Naming naming = { connection, types, names };

  cairn_reference_foreach (resource, add_name, &naming);
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

GBytes *
cairn_home_load_text (CairnConnection *connection, const CairnCacheRow *row, GError **error)
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

/* Where to go and whom to call: what the first place of the visit says of itself. */
typedef struct
{
  CairnConnection *connection;
  CairnHome       *home;
} Place;

static char *
dup_address (CairnJson place)
{
  static const char *const parts[] = { "address.line.0", "address.line.1", "address.postalCode", "address.city" };
  g_autofree char *text = cairn_json_dup_text_at (place, "address.text");
  GString *address = g_string_new (NULL);

  if (text != NULL && *text != '\0')
    {
      g_string_free (address, TRUE);
      return g_strdelimit (g_steal_pointer (&text), "\n\r\t", ' ');
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *part = cairn_json_dup_text_at (place, parts[i]);

      if (part != NULL && *part != '\0')
        g_string_append_printf (address, "%s%s", address->len == 0 ? "" : i == 3 && address->str[address->len - 1] != ',' ? " " : ", ",
                                part);
    }
  return g_string_free (address, address->len == 0);
}

static gboolean
take_phone (CairnJson telecom, gpointer data)
{
  CairnHome *home = data;

  if (!cairn_json_equals (cairn_json_member (telecom, "system"), "phone"))
    return TRUE;
  home->phone = cairn_json_dup_string (cairn_json_member (telecom, "value"));
  return home->phone == NULL;
}

static void
read_place (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  Place *place = data;
  CairnHome *home = place->home;
  g_autofree char *plain = NULL;
  g_autoptr(GBytes) text = NULL;
  CairnJson resource;
  double latitude, longitude;

  if (g_strcmp0 (type, "Location") != 0 || home->address != NULL || home->phone != NULL || home->position != NULL)
    return;
  plain = g_strconcat (type, "/", id, NULL);
  text = cairn_cache_load_text (place->connection, plain, NULL);
  if (text == NULL)
    return;
  resource = cairn_json_from_bytes (text);
  home->address = dup_address (resource);
  cairn_json_foreach (resource, "telecom", take_phone, home);
  if (cairn_json_double (cairn_json_get (resource, "position.latitude"), &latitude) &&
      cairn_json_double (cairn_json_get (resource, "position.longitude"), &longitude))
    {
      char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];

      home->position = g_strconcat (g_ascii_formatd (north, sizeof north, "%.5f", latitude), ",",
                                    g_ascii_formatd (east, sizeof east, "%.5f", longitude), NULL);
    }
}

static gboolean
read_appointment (CairnConnection *connection, CairnHome *home, GError **error)
{
  static const char *const places[] = { "Location", "HealthcareService", NULL };
  static const char *const people[] = { "Practitioner", "PractitionerRole", NULL };
  gint64 from = cairn_date_now () - UNDER_WAY_MS;
  CairnCacheQuery query = { .type = (char *) "Appointment", .from_ms = &from, .oldest_first = TRUE, .limit = 50 };
  g_autoptr(GPtrArray) rows = cairn_cache_list (connection, &query, error);
  Place place = { connection, home };

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];
      g_autoptr(GBytes) text = NULL;
      CairnDate date;

      if (!is_planned (row))
        continue;
      text = cairn_home_load_text (connection, row, error);
      if (text == NULL)
        return FALSE;
      home->appointment = cairn_record_new (row);
      home->appointment_when = cairn_date_parse (row->date, &date) ? cairn_date_dup_words (&date) : NULL;
      home->appointment_where = cairn_home_dup_names (connection, cairn_json_from_bytes (text), places);
      home->appointment_with = cairn_home_dup_names (connection, cairn_json_from_bytes (text), people);
      cairn_reference_foreach (cairn_json_from_bytes (text), read_place, &place);
      return TRUE;
    }
  return TRUE;
}

static void
append_result (CairnHome *home, const CairnCacheRow *row)
{
  g_autoptr(CairnRecord) record = NULL;

  if (g_list_model_get_n_items (home->results) >= N_RESULTS)
    return;
  record = cairn_record_new (row);
  g_list_store_append (G_LIST_STORE (home->results), record);
}

static gboolean
is_result (const CairnCacheRow *row)
{
  static const char *const results[] = { "test-result", "report", "imaging", NULL };

  return g_strv_contains (results, row->kind);
}

/* Results before all else that is new. */
static gboolean
read_news (CairnConnection *connection, CairnHome *home, GError **error)
{
  g_autoptr(GPtrArray) rows = cairn_cache_news_list (connection, N_NEWS_READ, error);
  gint64 n;

  if (rows == NULL || !cairn_cache_news_count (connection, &n, error))
    return FALSE;
  home->n_new = (guint) n;
  home->only_results = n == rows->len;
  for (guint i = 0; i < rows->len; i++)
    if (is_result (rows->pdata[i]))
      append_result (home, rows->pdata[i]);
    else
      home->only_results = FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!is_result (rows->pdata[i]))
      append_result (home, rows->pdata[i]);
  return TRUE;
}

static gboolean
read_results (CairnConnection *connection, CairnHome *home, GError **error)
{
  char *kinds[] = { (char *) "test-result", NULL };
  CairnCacheQuery query = { .type = (char *) "Observation", .kinds = kinds, .limit = N_RESULTS_READ };
  g_autoptr(GPtrArray) rows = NULL;

  if (!read_news (connection, home, error))
    return FALSE;
  if (g_list_model_get_n_items (home->results) > 0)
    return TRUE;
  rows = cairn_cache_list (connection, &query, error);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const CairnCacheRow *row = rows->pdata[i];

      /* A test that was called off is no result, nor is one that was entered by mistake. */
      if ((row->flags & (CAIRN_FLAG_CANCELLED | CAIRN_FLAG_ENTERED_IN_ERROR)) == 0)
        append_result (home, row);
    }
  return rows != NULL;
}

gpointer
cairn_home_load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr(CairnHome) home = g_new0 (CairnHome, 1);

  home->results = G_LIST_MODEL (g_list_store_new (CAIRN_TYPE_RECORD));
  if (read_appointment (connection, home, error) && read_results (connection, home, error))
    return g_steal_pointer (&home);
  return NULL;
}
