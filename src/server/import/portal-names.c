/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the references of an imported file point: urn:uuid:… and Type?identifier=system|value are
 * looked for in the file, then in the store, then among the places and people of the files to come.
 */
#include "portal-names.h"

#include <string.h>

#include "fhir/cairn-types.h"
#include "server/store/portal-store-index.h"

#define AMBIGUOUS ""   /* instead of a target: the name stands for several */

struct _PortalNames
{
  PortalNames *further;       /* borrowed: looked into last */
  GHashTable  *full_urls;     /* fullUrl → "Type/id" or AMBIGUOUS */
  GHashTable
    *identifiers; /* "Type|system|value" and "Type|value" → the same; made when first needed */
  GPtrArray   *items;         /* borrowed PortalItem, not in identifiers until one is asked for */
  GHashTable  *answers;       /* reference → Answer */
};

typedef struct
{
  PortalResolve resolve;
  char         *target;
} Answer;

static void
answer_free (gpointer data)
{
  g_free (((Answer *) data)->target);
  g_free (data);
}

PortalNames *
portal_names_new (PortalNames *further)
{
  PortalNames *self = g_new0 (PortalNames, 1);

  self->further = further;
  self->full_urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->identifiers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  self->items = g_ptr_array_new ();
  return self;
}

void
portal_names_free (PortalNames *self)
{
  g_hash_table_unref (self->full_urls);
  g_hash_table_unref (self->identifiers);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->items);
  g_free (self);
}

static void
add_name (GHashTable *names, char *name, const char *target)
{
  const char *old = g_hash_table_lookup (names, name);

  g_hash_table_replace (names, name,
                        g_strdup (old == NULL || g_str_equal (old, target) ? target : AMBIGUOUS));
}

void
portal_names_add (PortalNames *self, const PortalItem *item)
{
  g_autofree char *target = g_strconcat (item->type, "/", item->id, NULL);

  if (item->full_url != NULL)
    add_name (self->full_urls, g_strdup (item->full_url), target);
  if (!item->remove)
    g_ptr_array_add (self->items, (gpointer) item);
}

typedef struct
{
  PortalNames      *names;
  const PortalItem *item;
} Adding;

static gboolean
add_identifier (CairnJson identifier, gpointer data)
{
  Adding *adding = data;
  g_autofree char *system = cairn_json_dup_text_at (identifier, "system");
  g_autofree char *value = cairn_json_dup_text_at (identifier, "value");
  g_autofree char *target = g_strconcat (adding->item->type, "/", adding->item->id, NULL);

  if (value == NULL)
    return TRUE;
  add_name (adding->names->identifiers,
            g_strconcat (adding->item->type, "|", system != NULL ? system : "", "|", value, NULL),
            target);
  add_name (adding->names->identifiers, g_strconcat (adding->item->type, "?", value, NULL), target);
  return TRUE;
}

static const char *
find_identifier (PortalNames *self, const char *key)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Adding adding = { self, g_ptr_array_index (self->items, i) };

      cairn_json_foreach (adding.item->resource, "identifier", add_identifier, &adding);
    }
  g_ptr_array_set_size (self->items, 0);
  return g_hash_table_lookup (self->identifiers, key);
}

static PortalResolve
take_only (GPtrArray *found, char **target)
{
  if (found == NULL)
    return PORTAL_RESOLVE_FAILED;
  if (found->len == 0)
    return PORTAL_RESOLVE_NOT_FOUND;
  *target = g_strdup (g_ptr_array_index (found, 0));
  return found->len == 1 ? PORTAL_RESOLVE_FOUND : PORTAL_RESOLVE_SEVERAL;
}

static PortalResolve
take_name (const char *name, char **target)
{
  *target = g_strdup (name);
  return g_str_equal (name, AMBIGUOUS) ? PORTAL_RESOLVE_SEVERAL : PORTAL_RESOLVE_FOUND;
}

/* "identifier=system|value", the only condition that is understood. */
static gboolean
split_query (const char *query, char **system, char **value)
{
  g_autofree char *text = NULL;
  char *bar;

  if (!g_str_has_prefix (query, "identifier=") || strchr (query, '&') != NULL)
    return FALSE;
  text = g_uri_unescape_string (query + strlen ("identifier="), NULL);
  if (text == NULL || *text == '\0' || strchr (text, ',') != NULL)
    return FALSE;
  bar = strchr (text, '|');
  *system = bar != NULL ? g_strndup (text, bar - text) : NULL;
  *value = g_strdup (bar != NULL ? bar + 1 : text);
  return TRUE;
}

/* The one resource of a type in the store that a query such as "identifier=system|value" means. */
PortalResolve
portal_names_find_in_store (CairnConnection *db,
                            const char *type,
                            const char *query,
                            char **id,
                            GError **error)
{
  g_autofree char *system = NULL, *value = NULL;
  g_autoptr(GPtrArray) found = NULL;

  if (!split_query (query, &system, &value))
    return PORTAL_RESOLVE_NOT_FOUND;
  found = portal_store_find_identifier (db, type, system, value, error);
  return take_only (found, id);
}

static PortalResolve
resolve_query (PortalNames *self,
               CairnConnection *db,
               const char *reference,
               char **target,
               GError **error)
{
  const char *mark = strchr (reference, '?');
  g_autofree char *type = g_strndup (reference, mark - reference);
  g_autofree char *system = NULL, *value = NULL, *key = NULL, *id = NULL;
  PortalResolve resolve;
  const char *name;

  if (!cairn_type_is_known (type) || !split_query (mark + 1, &system, &value))
    return PORTAL_RESOLVE_NOT_FOUND;
  key = system != NULL ? g_strconcat (type, "|", system, "|", value, NULL)
                       : g_strconcat (type, "?", value, NULL);
  name = find_identifier (self, key);
  if (name != NULL)
    return take_name (name, target);
  resolve = portal_names_find_in_store (db, type, mark + 1, &id, error);
  if (resolve == PORTAL_RESOLVE_FOUND)
    *target = g_strconcat (type, "/", id, NULL);
  if (resolve != PORTAL_RESOLVE_NOT_FOUND || self->further == NULL)
    return resolve;
  name = find_identifier (self->further, key);
  return name != NULL ? take_name (name, target) : PORTAL_RESOLVE_NOT_FOUND;
}

static PortalResolve
resolve_url (PortalNames *self,
             CairnConnection *db,
             const char *reference,
             char **target,
             GError **error)
{
  g_autoptr(GPtrArray) found = NULL;
  PortalResolve resolve;
  const char *name = g_hash_table_lookup (self->full_urls, reference);

  if (name != NULL)
    return take_name (name, target);
  if (!g_str_has_prefix (reference, "urn:"))
    return PORTAL_RESOLVE_KEEP;
  found = portal_store_find_urn (db, reference, error);
  resolve = take_only (found, target);
  if (resolve != PORTAL_RESOLVE_NOT_FOUND || self->further == NULL)
    return resolve;
  name = g_hash_table_lookup (self->further->full_urls, reference);
  return name != NULL ? take_name (name, target) : PORTAL_RESOLVE_NOT_FOUND;
}

/* Looks one reference up; target is borrowed, and set when it is found. */
PortalResolve
portal_names_resolve (PortalNames      *self,
                      CairnConnection  *db,
                      const char       *reference,
                      const char      **target,
                      GError          **error)
{
  Answer *answer;

  if (*reference == '#')
    return PORTAL_RESOLVE_KEEP;
  answer = g_hash_table_lookup (self->answers, reference);
  if (answer == NULL)
    {
      gboolean query = reference[strspn (reference, G_CSET_A_2_Z G_CSET_a_2_z)] == '?';

      answer = g_new0 (Answer, 1);
      answer->resolve = query ? resolve_query (self, db, reference, &answer->target, error)
                              : resolve_url (self, db, reference, &answer->target, error);
      if (answer->resolve == PORTAL_RESOLVE_KEEP || answer->resolve == PORTAL_RESOLVE_FAILED)
        {
          PortalResolve resolve = answer->resolve;

          answer_free (answer);
          return resolve;
        }
      g_hash_table_insert (self->answers, g_strdup (reference), answer);
    }
  *target = answer->target;
  return answer->resolve;
}
