/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom one may write to, as the portal says, kept in the cache; without its word the people of the patient's care teams. On the
 * database's thread.
 */
#include "cairn-directory.h"

#include <string.h>

#include "client/cache/cairn-cache-people.h"
#include "client/cairn-conversation.h"
#include "common/cairn-error.h"
#include "common/cairn-gate.h"
#include "fhir/cairn-types.h"

#define LIMIT (256 * 1024)
#define MAX_RECIPIENTS 200
#define MAX_TEXT 500             /* characters of a name or what it is for */
#define MAX_HOURS (24 * 60)      /* two months */
#define VALUE "messages"         /* name in the cache */

/**
 * cairn_directory_free:
 * @self: (transfer full): a directory
 */
void
cairn_directory_free (CairnDirectory *self)
{
  g_ptr_array_unref (self->recipients);
  g_free (self->emergency_text);
  g_free (self->emergency_number);
  g_free (self->phone);
  cairn_message_limits_clear (&self->limits);
  g_free (self);
}

static CairnDirectory *
directory_new (void)
{
  CairnDirectory *self = g_new0 (CairnDirectory, 1);

  self->recipients = g_ptr_array_new_with_free_func (g_object_unref);
  cairn_message_limits_init (&self->limits);
  return self;
}

/* One line, not too long; %NULL for nothing. */
static char *
dup_line (CairnJson json, const char *path)
{
  g_autofree char *text = cairn_json_dup_text_at (json, path);

  if (text == NULL || *g_strstrip (g_strdelimit (text, "\n\r\t", ' ')) == '\0')
    return NULL;
  return g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_TEXT));
}

static guint
read_hours (CairnJson json)
{
  gint64 hours;

  return cairn_json_int64 (cairn_json_member (json, "reply_hours"), &hours) && hours > 0 ? (guint) MIN (hours, MAX_HOURS) : 0;
}

static gboolean
add_recipient (CairnJson json, gpointer data)
{
  CairnDirectory *self = data;
  g_autofree char *reference = cairn_json_dup_text_at (json, "reference");
  g_autofree char *name = dup_line (json, "name");
  g_autofree char *about = dup_line (json, "about");
  g_autofree char *type = NULL, *id = NULL;
  gboolean pool = cairn_json_equals (cairn_json_member (json, "kind"), "pool");

  if (reference != NULL && name != NULL && cairn_reference_split (reference, &type, &id))
    g_ptr_array_add (self->recipients, cairn_recipient_new (reference, name, about, pool, read_hours (json)));
  return self->recipients->len < MAX_RECIPIENTS;
}

/**
 * cairn_directory_parse:
 * @bytes: what the portal said
 * @error: return location for a %CAIRN_ERROR_BAD_DATA
 *
 * Returns: (transfer full) (nullable): what that means
 */
CairnDirectory *
cairn_directory_parse (GBytes *bytes, GError **error)
{
  CairnDirectory *self;
  CairnJson json;

  if (!cairn_gate_check (bytes, LIMIT, &json, error))
    return NULL;
  if (!cairn_json_is_array (cairn_json_member (json, "recipients")))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The portal doesn't say whom one may write to");
      return NULL;
    }
  self = directory_new ();
  cairn_json_foreach (json, "recipients", add_recipient, self);
  self->reply_hours = read_hours (json);
  self->emergency_text = dup_line (json, "emergency.text");
  self->emergency_number = dup_line (json, "emergency.number");
  self->phone = dup_line (json, "phone");
  cairn_message_limits_read (&self->limits, json);
  return self;
}

typedef struct
{
  CairnDirectory   *directory;
  CairnCachePeople *people;
  GHashTable       *known;      /* references */
} Gathering;

static gboolean
add_member (CairnJson participant, gpointer data)
{
  Gathering *gathering = data;
  CairnJson member = cairn_json_member (participant, "member");
  g_autofree char *plain = cairn_cache_people_dup_plain (member);
  g_autofree char *name = NULL;
  g_autofree char *role = NULL;

  if (plain == NULL || !g_str_has_prefix (plain, "Practitioner/") || g_hash_table_contains (gathering->known, plain))
    return TRUE;
  name = cairn_cache_people_dup_name (gathering->people, member);
  role = cairn_cache_people_dup_role (gathering->people, member);
  if (name == NULL)
    return TRUE;
  g_ptr_array_add (gathering->directory->recipients, cairn_recipient_new (plain, name, role, FALSE, 0));
  g_hash_table_add (gathering->known, g_steal_pointer (&plain));
  return gathering->directory->recipients->len < MAX_RECIPIENTS;
}

static gboolean
gather (CairnConnection *connection, Gathering *gathering, GError **error)
{
  CairnStatement *statement;
  gboolean row;

  statement = cairn_connection_prepare (connection, "SELECT b.text FROM resource r JOIN body b ON b.number = r.body"
                                        " WHERE r.type = 'CareTeam' AND coalesce(r.status, 'active') = 'active'"
                                        " ORDER BY r.place DESC LIMIT 20", error);
  while (statement != NULL && cairn_statement_step (statement, &row, error))
    {
      g_autofree char *text = row ? g_strdup (cairn_statement_text (statement, 0, NULL)) : NULL;

      if (text == NULL)
        return TRUE;
      cairn_json_foreach (cairn_json_from_string (text), "participant", add_member, gathering);
    }
  return FALSE;
}

static CairnDirectory *
list_care_team (CairnConnection *connection, GError **error)
{
  g_autoptr(CairnDirectory) directory = directory_new ();
  g_autoptr(CairnCachePeople) people = cairn_cache_people_new (connection);
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Gathering gathering = { directory, people, known };

  return gather (connection, &gathering, error) ? g_steal_pointer (&directory) : NULL;
}

/**
 * cairn_directory_load:
 * @connection: a connection to the cache
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the portal said last, else the care team
 */
CairnDirectory *
cairn_directory_load (CairnConnection *connection, GError **error)
{
  g_autofree char *text = cairn_cache_get_value (connection, VALUE, NULL);
  g_autoptr(GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  CairnDirectory *self = bytes != NULL ? cairn_directory_parse (bytes, NULL) : NULL;

  return self != NULL ? self : list_care_team (connection, error);
}

/**
 * cairn_directory_store:
 * @connection: a connection to the cache
 * @bytes: what the portal says now
 * @error: return location for a %CAIRN_ERROR_BAD_DATA
 *
 * Returns: (transfer full) (nullable): what that means; it is kept
 */
CairnDirectory *
cairn_directory_store (CairnConnection *connection, GBytes *bytes, GError **error)
{
  CairnDirectory *self = cairn_directory_parse (bytes, error);
  g_autofree char *text = NULL;
  g_autoptr(GError) local_error = NULL;

  if (self == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!cairn_cache_set_value (connection, VALUE, text, &local_error))
    g_message ("Whom one may write to can't be kept: %s", local_error->message);
  return self;
}

/**
 * cairn_directory_forget:
 * @connection: a connection to the cache
 *
 * The portal says nothing any more.
 */
void
cairn_directory_forget (CairnConnection *connection)
{
  cairn_cache_set_value (connection, VALUE, NULL, NULL);
}
