/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and jobs of the people that messages come from and go to. On the database's thread. */
#include "cairn-cache-people.h"

#include "fhir/cairn-types.h"
#include "fhir/cairn-value.h"

/* A record refers to a few dozen people; more roles than these are not read. */
#define MAX_ROLES 1000

struct _CairnCachePeople
{
  CairnConnection *connection;
  GHashTable      *roles;   /* "Type/id" → what they do; made when it is first asked for */
};

CairnCachePeople *
cairn_cache_people_new (CairnConnection *connection)
{
  CairnCachePeople *self = g_new0 (CairnCachePeople, 1);

  self->connection = connection;
  return self;
}

void
cairn_cache_people_free (CairnCachePeople *self)
{
  g_clear_pointer (&self->roles, g_hash_table_unref);
  g_free (self);
}

/**
 * cairn_cache_people_dup_plain:
 * @reference: a Reference
 *
 * Returns: (transfer full) (nullable): "Type/id" of it, without base and version
 */
char *
cairn_cache_people_dup_plain (CairnJson reference)
{
  g_autofree char *text = cairn_json_dup_text_at (reference, "reference");
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;

  return text != NULL && cairn_reference_split (text, &type, &id) ? g_strconcat (type, "/", id, NULL) : NULL;
}

/**
 * cairn_cache_people_dup_name:
 * @self: people
 * @reference: a Reference
 *
 * Returns: (transfer full) (nullable): its display, else what it is called here
 */
char *
cairn_cache_people_dup_name (CairnCachePeople *self, CairnJson reference)
{
  char *name = cairn_json_dup_text_at (reference, "display");
  g_autofree char *plain = NULL;

  if (name != NULL && *name != '\0')
    return name;
  g_free (name);
  plain = cairn_cache_people_dup_plain (reference);
  return plain != NULL ? cairn_cache_dup_title (self->connection, plain, NULL) : NULL;
}

/* What was said first counts: a PractitionerRole before a CareTeam. */
static void
add_role (CairnCachePeople *self, CairnJson who, CairnJson concept)
{
  g_autofree char *plain = cairn_cache_people_dup_plain (who);
  g_autofree char *role = cairn_concept_dup_text (concept);

  if (plain != NULL && role != NULL && *role != '\0' && !g_hash_table_contains (self->roles, plain))
    g_hash_table_insert (self->roles, g_steal_pointer (&plain), g_steal_pointer (&role));
}

static gboolean
add_member (CairnJson participant, gpointer data)
{
  add_role (data, cairn_json_member (participant, "member"), cairn_json_get (participant, "role.0"));
  return TRUE;
}

static void
add_roles (CairnCachePeople *self, const char *type, CairnJson resource)
{
  if (g_str_equal (type, "CareTeam"))
    cairn_json_foreach (resource, "participant", add_member, self);
  else
    add_role (self, cairn_json_member (resource, "practitioner"), cairn_json_get (resource, "code.0"));
}

static void
read_roles (CairnCachePeople *self)
{
  static const char *const types[] = { "PractitionerRole", "CareTeam" };
  CairnStatement *statement;
  gboolean row;

  self->roles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      statement = cairn_connection_prepare (self->connection, "SELECT b.text FROM resource r JOIN body b ON b.number = r.body"
                                            " WHERE r.type = :type ORDER BY r.place DESC LIMIT :limit", NULL);
      if (statement == NULL)
        return;
      cairn_statement_bind_text (statement, ":type", types[i], -1);
      cairn_statement_bind_int64 (statement, ":limit", MAX_ROLES);
      while (cairn_statement_step (statement, &row, NULL) && row)
        add_roles (self, types[i], cairn_json_from_string (cairn_statement_text (statement, 0, NULL)));
      cairn_statement_reset (statement);
    }
}

/**
 * cairn_cache_people_dup_role:
 * @self: people
 * @reference: a Reference
 *
 * Returns: (transfer full) (nullable): what that person does, by their PractitionerRole.code, else by CareTeam.participant.role
 */
char *
cairn_cache_people_dup_role (CairnCachePeople *self, CairnJson reference)
{
  g_autofree char *plain = cairn_cache_people_dup_plain (reference);

  if (plain == NULL)
    return NULL;
  if (self->roles == NULL)
    read_roles (self);
  return g_strdup (g_hash_table_lookup (self->roles, plain));
}
