/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a resource: version, audience, references and search values together, in one transaction on
 * the writer's thread. Resources that are visible only by reference get their audience at the end,
 * when all that points at them is known. */
#include "portal-index.h"

#include <string.h>

#include "common/cairn-error.h"
#include "fhir/cairn-types.h"
#include "portal-access.h"
#include "portal-store-content.h"
#include "portal-store-hold.h"
#include "portal-store-index.h"
#include "portal-text.h"
#include "portal-values.h"

/* A chain of references by which something becomes visible is followed this far. */
#define MAX_ROUNDS 16

#define POINTS "points"        /* a reference to a type that is visible by reference */
#define CONTEXT "context"      /* Binary.securityContext */

struct _PortalWrite
{
  CairnConnection *db;
  PortalStamp      stamp;
  char            *owner;   /* nullable */
  gint64           least;   /* of versions */
  GHashTable      *dirty;   /* set of "Type/id" whose audience hangs on others */
};

typedef struct
{
  PortalWrite *write;
  gint64       seq;
  GError      *error;
} Indexing;

PortalWrite *
portal_write_begin (CairnConnection *db, GError **error)
{
  g_autoptr(PortalWrite) self = g_new0 (PortalWrite, 1);

  self->db = db;
  self->dirty = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return portal_store_begin (db, &self->stamp, error) ? g_steal_pointer (&self) : NULL;
}

void
portal_write_free (PortalWrite *self)
{
  g_hash_table_unref (self->dirty);
  g_free (self->owner);
  g_free (self);
}

/* The audience of what is its maker's alone. */
void
portal_write_set_owner (PortalWrite *self, const char *owner)
{
  g_free (self->owner);
  self->owner = g_strdup (owner);
}

/* Its number and time will be above these. */
void
portal_write_raise (PortalWrite *self, gint64 seq, gint64 updated)
{
  self->stamp.seq = MAX (self->stamp.seq, seq);
  self->stamp.updated = MAX (self->stamp.updated, updated + 1);
}

/* What it writes from here on gets versions from this number up. */
void
portal_write_set_least (PortalWrite *self, gint64 version)
{
  self->least = version;
}

/* Tells somebody who may have seen a resource, and doesn't see its current version, that it is gone. */
gboolean
portal_write_tell_gone (PortalWrite *self, const char *type, const char *id, const char *audience, GError **error)
{
  PortalRow row;
  gboolean found;
  g_autoptr(GPtrArray) live = NULL;

  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  live = found ? portal_store_list_audiences (self->db, row.seq, error) : g_ptr_array_new ();
  if (live == NULL)
    return FALSE;
  if (!found || g_ptr_array_find_with_equal_func (live, audience, g_str_equal, NULL))
    return TRUE;
  return portal_store_add_audience (self->db, audience, type, row.seq, row.updated, PORTAL_STATE_GONE, error);
}

/* A deletion of what isn't there, or not any more: others may remember more of it than this store. */
gboolean
portal_write_bury (PortalWrite *self, const char *type, const char *id, GError **error)
{
  return portal_store_put (self->db, &self->stamp, type, id, self->least, "DELETE", NULL, 0, 0, error);
}

/* The lastUpdated of all that it writes, in ms. */
gint64
portal_write_get_updated (PortalWrite *self)
{
  return self->stamp.updated;
}

static void
soil_all (PortalWrite *self, GPtrArray *references)
{
  for (guint i = 0; references != NULL && i < references->len; i++)
    g_hash_table_add (self->dirty, g_strdup (g_ptr_array_index (references, i)));
}

static void
soil (PortalWrite *self, const char *type, const char *id)
{
  g_hash_table_add (self->dirty, g_strconcat (type, "/", id, NULL));
}

/* What hangs on this version: its by-reference targets, and Binaries whose security context it is.
 */
static gboolean
soil_around (PortalWrite *self, gint64 seq, const char *type, const char *id, GError **error)
{
  g_autoptr(GPtrArray) targets = portal_store_list_targets (self->db, seq, POINTS, error);
  g_autoptr(GPtrArray) guarded = NULL;

  if (targets == NULL)
    return FALSE;
  guarded = portal_store_list_pointing (self->db, CONTEXT, type, id, error);
  if (guarded == NULL)
    return FALSE;
  soil_all (self, targets);
  soil_all (self, guarded);
  return TRUE;
}

static void
add_reference (Indexing *indexing, const char *name, const char *type, const char *id)
{
  if (indexing->error != NULL)
    return;
  if (portal_store_add_reference (indexing->write->db, indexing->seq, name, type, id,
                                  &indexing->error) &&
      g_str_equal (name, POINTS))
    soil (indexing->write, type, id);
}

static void
note_reference (const char *type,
                const char *id,
                const char *reference,
                CairnJson value,
                gpointer data)
{
  if (type != NULL && id != NULL && portal_access_by_reference (type))
    g_ptr_array_add (data, g_strconcat (type, "/", id, NULL));
}

/* An attachment's url may name a Binary. */
static gboolean
note_attachment (CairnJson value, gpointer data)
{
  g_autofree char *url = cairn_json_dup_string (value);
  g_autofree char *type = NULL, *id = NULL;

  if (url != NULL && cairn_reference_split (url, &type, &id) && g_str_equal (type, "Binary"))
    g_ptr_array_add (data, g_strconcat (type, "/", id, NULL));
  return TRUE;
}

/* (element-type utf8): "Type/id" of what becomes visible to who sees this resource. */
GPtrArray *
portal_index_list_points (const char *type, CairnJson resource)
{
  static const char *const attachments[] = { "content.attachment.url", "presentedForm.url", "content.url",
                                             "payload.contentAttachment.url", "photo.url" };
  GPtrArray *points = g_ptr_array_new_with_free_func (g_free);

  if (g_str_equal (type, "Binary"))
    return points;
  cairn_reference_foreach (resource, note_reference, points);
  for (guint i = 0; i < G_N_ELEMENTS (attachments); i++)
    cairn_json_foreach (resource, attachments[i], note_attachment, points);
  return points;
}

static gboolean
index_content (PortalWrite *self, gint64 seq, const char *type, CairnJson resource, GError **error)
{
  Indexing indexing = { self, seq, NULL };
  g_autoptr(GPtrArray) points = portal_index_list_points (type, resource);

  if (g_str_equal (type, "Binary"))
    {
      g_autofree char *context = cairn_json_dup_text_at (resource, "securityContext.reference");
      g_autofree char *context_type = NULL, *context_id = NULL;

      if (context != NULL && cairn_reference_split (context, &context_type, &context_id))
        add_reference (&indexing, CONTEXT, context_type, context_id);
    }
  for (guint i = 0; i < points->len; i++)
    {
      g_autofree char *target_type = NULL, *target_id = NULL;

      cairn_reference_split (g_ptr_array_index (points, i), &target_type, &target_id);
      add_reference (&indexing, POINTS, target_type, target_id);
    }
  if (indexing.error == NULL)
    return portal_values_index (self->db, seq, type, resource, error);
  g_propagate_error (error, indexing.error);
  return FALSE;
}

static gboolean
add_audiences (PortalWrite *self,
               GPtrArray *audiences,
               const char *type,
               PortalState state,
               GError **error)
{
  for (guint i = 0; i < audiences->len; i++)
    if (!portal_store_add_audience (self->db, g_ptr_array_index (audiences, i), type,
                                    self->stamp.seq, self->stamp.updated, state, error))
      return FALSE;
  return TRUE;
}

/* Ends the version before: who saw it and no longer does gets told that it is gone. */
static gboolean
supersede (PortalWrite *self,
           gint64 old,
           const char *type,
           const char *id,
           GPtrArray *now,
           GError **error)
{
  g_autoptr(GPtrArray) before = portal_store_list_audiences (self->db, old, error);

  if (before == NULL || !soil_around (self, old, type, id, error))
    return FALSE;
  for (guint i = 0; i < before->len;)
    if (now != NULL &&
        g_ptr_array_find_with_equal_func (now, g_ptr_array_index (before, i), g_str_equal, NULL))
      g_ptr_array_remove_index (before, i);
    else
      i++;
  return portal_store_retire_audiences (self->db, old, error) &&
         portal_store_drop_index (self->db, old, error) &&
         add_audiences (self, before, type, PORTAL_STATE_GONE, error);
}

/* Who sees it because of what it says, and whether staff hold it back. */
static GPtrArray *
audiences_of (PortalWrite *self, const char *type, const char *id, CairnJson resource, GError **error)
{
  g_autoptr(GPtrArray) audiences = portal_access_audiences (type, resource);
  gboolean held;

  if (self->owner != NULL && cairn_type_get_class (type) == CAIRN_TYPE_CLASS_OWN)
    g_ptr_array_add (audiences, g_strdup (self->owner));
  if (!portal_store_is_held (self->db, type, id, &held, error))
    return NULL;
  if (held)
    portal_access_hold (audiences);
  return g_steal_pointer (&audiences);
}

static gboolean
write_version (PortalWrite   *self,
               const char    *type,
               const char    *id,
               CairnJson      resource,
               gint64         content,
               gboolean       even_same,
               PortalChange  *change,
               GError       **error)
{
  g_autoptr(GPtrArray) audiences = NULL;
  g_autofree char *text = NULL;
  PortalRow row;
  gboolean found, same;
  gint64 old = 0, version = self->stamp.first;
  gsize length;

  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  if (found)
    {
      old = row.seq;
      version = row.version + 1;
      text = portal_text_stamp (resource, row.version, row.updated, &length);
      *change = PORTAL_CHANGE_NONE;
      if (!even_same && !row.deleted && length == row.text.length && memcmp (text, row.text.text, length) == 0)
        {
          if (!portal_store_content_same (self->db, row.content, content, &same, error) ||
              (same && content != row.content && !portal_store_content_drop (self->db, content, error)))
            return FALSE;
          if (same)
            return TRUE;
        }
      g_free (text);
    }
  version = MAX (version, self->least);
  *change = found && !row.deleted ? PORTAL_CHANGE_UPDATED : PORTAL_CHANGE_CREATED;
  text = portal_text_stamp (resource, version, self->stamp.updated, &length);
  audiences = audiences_of (self, type, id, resource, error);
  if (audiences == NULL ||
      !portal_store_put (self->db, &self->stamp, type, id, version, "PUT", text, length, content, error) ||
      (content != 0 && !portal_store_content_keep (self->db, content, error)) ||
      (found && !supersede (self, old, type, id,
                            portal_access_by_reference (type) ? NULL : audiences, error)) ||
      !add_audiences (self, audiences, type, PORTAL_STATE_LIVE, error) ||
      !index_content (self, self->stamp.seq, type, resource, error) ||
      !soil_around (self, self->stamp.seq, type, id, error))
    return FALSE;
  if (portal_access_by_reference (type))
    soil (self, type, id);
  return TRUE;
}

/* Writes a resource whose text is compact and names this type and id; content is 0, or what it holds. */
gboolean
portal_write_put (PortalWrite   *self,
                  const char    *type,
                  const char    *id,
                  CairnJson      resource,
                  gint64         content,
                  PortalChange  *change,
                  GError       **error)
{
  return write_version (self, type, id, resource, content, FALSE, change, error);
}

/* Another version with the same content: who sees it has changed. */
gboolean
portal_write_touch (PortalWrite *self, const char *type, const char *id, PortalChange *change, GError **error)
{
  g_autofree char *text = NULL;
  PortalRow row;
  gboolean found;

  *change = PORTAL_CHANGE_NONE;
  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  if (!found || row.deleted)
    return TRUE;
  text = g_strndup (row.text.text, row.text.length);
  return write_version (self, type, id, (CairnJson) { text, row.text.length }, row.content, TRUE, change, error);
}

gboolean
portal_write_delete (PortalWrite *self,
                     const char *type,
                     const char *id,
                     PortalChange *change,
                     GError **error)
{
  PortalRow row;
  gboolean found;
  gint64 old;

  *change = PORTAL_CHANGE_NONE;
  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  if (!found || row.deleted)
    return TRUE;
  *change = PORTAL_CHANGE_DELETED;
  old = row.seq;
  return portal_store_put (self->db, &self->stamp, type, id, row.version + 1, "DELETE", NULL, 0, 0,
                           error) &&
         supersede (self, old, type, id, NULL, error);
}

static void
add_all (GHashTable *viewers, GPtrArray *audiences)
{
  for (guint i = 0; i < audiences->len; i++)
    g_hash_table_add (viewers, g_strdup (g_ptr_array_index (audiences, i)));
}

/* Who sees what a Binary's securityContext names. */
static gboolean
collect_context (PortalWrite *self, const char *reference, GHashTable *viewers, GError **error)
{
  g_autofree char *type = NULL, *id = NULL;
  g_autoptr(GPtrArray) audiences = NULL;
  PortalRow row;
  gboolean found;

  cairn_reference_split (reference, &type, &id);
  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  audiences = portal_store_list_audiences (self->db, row.seq, error);
  if (audiences == NULL)
    return FALSE;
  add_all (viewers, audiences);
  return TRUE;
}

/* Everybody who sees something that leads to this resource. It starts anew at what is visible by
 * itself, so that two Medications that point at each other don't keep each other visible. */
static gboolean
collect_viewers (PortalWrite  *self,
                 const char   *type,
                 const char   *id,
                 gint64        seq,
                 GHashTable   *visited,
                 GHashTable   *viewers,
                 GError      **error)
{
  g_autoptr(GPtrArray) contexts = portal_store_list_targets (self->db, seq, CONTEXT, error);
  g_autoptr(GPtrArray) audiences = NULL, sources = NULL;

  if (!g_hash_table_add (visited, g_strconcat (type, "/", id, NULL)))
    return TRUE;
  if (contexts == NULL)
    return FALSE;
  if (contexts->len > 0)
    return collect_context (self, g_ptr_array_index (contexts, 0), viewers, error);
  audiences = portal_store_list_viewers (self->db, type, id, portal_access_by_reference, error);
  if (audiences == NULL)
    return FALSE;
  add_all (viewers, audiences);
  sources = portal_store_list_pointing (self->db, POINTS, type, id, error);
  for (guint i = 0; sources != NULL && i < sources->len; i++)
    {
      g_autofree char *source_type = NULL, *source_id = NULL;
      PortalRow row;
      gboolean found;

      cairn_reference_split (g_ptr_array_index (sources, i), &source_type, &source_id);
      if (!portal_access_by_reference (source_type))
        continue;
      if (!portal_store_get_current (self->db, source_type, source_id, &row, &found, error) ||
          (found && !collect_viewers (self, source_type, source_id, row.seq, visited, viewers, error)))
        return FALSE;
    }
  return sources != NULL;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
viewers_of (PortalWrite *self, const char *type, const char *id, gint64 seq, GError **error)
{
  g_autoptr(GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) viewers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer viewer;

  if (!collect_viewers (self, type, id, seq, visited, viewers, error))
    return NULL;
  g_hash_table_iter_init (&iter, viewers);
  while (g_hash_table_iter_next (&iter, &viewer, NULL))
    g_ptr_array_add (list, g_strdup (viewer));
  if (list->len == 0)
    g_ptr_array_add (list, g_strdup (PORTAL_HELD));   /* nobody's yet: for staff, who may point at it */
  g_ptr_array_sort (list, compare);
  return g_steal_pointer (&list);
}

static gboolean
same (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    if (!g_str_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return a->len == b->len;
}

/* Gives a by-reference resource the audience of all that points at it now. */
static gboolean
refresh (PortalWrite *self, const char *reference, GError **error)
{
  g_autoptr(GPtrArray) now = NULL, before = NULL;
  g_autofree char *type = NULL, *id = NULL;
  PortalRow row;
  gboolean found;
  gint64 seq, updated;

  if (!cairn_reference_split (reference, &type, &id) || !portal_access_by_reference (type))
    return TRUE;
  if (!portal_store_get_current (self->db, type, id, &row, &found, error))
    return FALSE;
  if (!found || row.deleted)
    return TRUE;
  seq = row.seq;
  updated = row.updated;
  now = viewers_of (self, type, id, seq, error);
  if (now == NULL)
    return FALSE;
  before = portal_store_list_audiences (self->db, seq, error);
  if (before == NULL)
    return FALSE;
  if (same (now, before))
    return TRUE;
  if (!portal_store_clear_audiences (self->db, seq, error))
    return FALSE;
  for (guint i = 0; i < now->len; i++)
    if (!portal_store_add_audience (self->db, g_ptr_array_index (now, i), type, seq, updated,
                                    PORTAL_STATE_LIVE, error))
      return FALSE;
  return soil_around (self, seq, type, id, error);
}

gboolean
portal_write_commit (PortalWrite *self, GError **error)
{
  for (guint round = 0; round < MAX_ROUNDS && g_hash_table_size (self->dirty) > 0; round++)
    {
      g_autoptr(GHashTable) dirty = g_steal_pointer (&self->dirty);
      GHashTableIter iter;
      gpointer reference;

      self->dirty = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_iter_init (&iter, dirty);
      while (g_hash_table_iter_next (&iter, &reference, NULL))
        if (!refresh (self, reference, error))
          return FALSE;
    }
  return portal_store_commit (self->db, &self->stamp, error);
}
