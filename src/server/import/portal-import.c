/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing: one transaction a file, all of it or nothing, and a report of what came of it. Runs on
 * the writer's thread, a file at a time, so that a server beside it gets its turn between two. */
#include "portal-import.h"

#include <string.h>

#include "common/cairn-error.h"
#include "common/cairn-json-edit.h"
#include "fhir/cairn-types.h"
#include "portal-names.h"
#include "server/store/portal-index.h"
#include "server/store/portal-store-content.h"
#include "server/store/portal-store-index.h"
#include "server/store/portal-text.h"

typedef struct
{
  PortalFile  *file;
  PortalNames *names;
  gboolean     strict;

  GHashTable  *counts[4];    /* by PortalChange: type → number */
  GPtrArray   *unresolved;   /* Unresolved */
} Import;

typedef struct
{
  guint entry;
  char *reference;
} Unresolved;

typedef struct
{
  Import           *import;
  CairnConnection  *db;
  const PortalItem *item;
  CairnJsonEdit    *edit;
  GError           *error;
} Rewriting;

static void
unresolved_free (gpointer data)
{
  g_free (((Unresolved *) data)->reference);
  g_free (data);
}

static void
count (Import *self, PortalChange change, const char *type)
{
  gpointer n = g_hash_table_lookup (self->counts[change], type);

  g_hash_table_insert (self->counts[change], g_strdup (type),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
}

static CairnJsonEdit *
edit_of (Rewriting *rewriting)
{
  if (rewriting->edit == NULL)
    rewriting->edit = cairn_json_edit_new (rewriting->item->resource);
  return rewriting->edit;
}

static void
rewrite_reference (const char *type,
                   const char *id,
                   const char *reference,
                   CairnJson value,
                   gpointer data)
{
  Rewriting *rewriting = data;
  const char *target = NULL;

  if (rewriting->error != NULL)
    return;
  switch (portal_names_resolve (rewriting->import->names, rewriting->db, reference, &target,
                                &rewriting->error))
    {
    case PORTAL_RESOLVE_FOUND:
      if (!g_str_equal (target, reference))
        {
          g_autoptr(GString) raw = g_string_new (NULL);

          cairn_json_append_string (raw, target);
          cairn_json_edit_replace (edit_of (rewriting), value, raw->str);
        }
      break;
    case PORTAL_RESOLVE_NOT_FOUND:
      {
        Unresolved *unresolved = g_new (Unresolved, 1);

        *unresolved = (Unresolved) { rewriting->item->entry, g_strdup (reference) };
        g_ptr_array_add (rewriting->import->unresolved, unresolved);
        break;
      }
    case PORTAL_RESOLVE_SEVERAL:
      g_set_error (&rewriting->error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT,
                   "Entry %u: several resources match %s", rewriting->item->entry, reference);
      break;
    case PORTAL_RESOLVE_KEEP:
    case PORTAL_RESOLVE_FAILED:
    default:
      break;
    }
}

/* The text to store: references that point somewhere, the id, no white space between tokens. */
static char *
prepare_text (Import *self,
              CairnConnection *db,
              const PortalItem *item,
              gsize *length,
              GError **error)
{
  Rewriting rewriting = { self, db, item, NULL, NULL };
  g_autoptr(CairnJsonEdit) edit = NULL;
  g_autofree char *edited = NULL;
  CairnJson text = item->resource;

  cairn_reference_foreach (item->resource, rewrite_reference, &rewriting);
  if (rewriting.error == NULL && item->id_made)
    {
      g_autofree char *raw = g_strdup_printf ("\"%s\"", item->id);

      cairn_json_edit_set_member (edit_of (&rewriting), item->resource, "id", raw);
    }
  edit = rewriting.edit;
  if (rewriting.error != NULL)
    {
      g_propagate_error (error, rewriting.error);
      return NULL;
    }
  if (edit != NULL)
    {
      edited = cairn_json_edit_apply (edit, &text.length);
      text.text = edited;
    }
  return portal_text_compact (text, length);
}

/* Conditional creates first: what they find is what the file's references then mean. */
static gboolean
find_existing (Import *self, CairnConnection *db, GHashTable *existing, GError **error)
{
  for (guint i = 0; i < self->file->items->len; i++)
    {
      PortalItem *item = g_ptr_array_index (self->file->items, i);
      g_autofree char *id = NULL;

      if (item->if_none_exist != NULL)
        switch (portal_names_find_in_store (db, item->type, item->if_none_exist, &id, error))
          {
          case PORTAL_RESOLVE_FAILED:
            return FALSE;
          case PORTAL_RESOLVE_SEVERAL:
            g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_CONFLICT,
                         "Entry %u: several resources match its ifNoneExist", item->entry);
            return FALSE;
          case PORTAL_RESOLVE_FOUND:
            if (!g_str_equal (id, item->id))
              {
                g_free (item->id);
                item->id = g_steal_pointer (&id);
                g_hash_table_add (existing, item);
              }
            break;
          case PORTAL_RESOLVE_NOT_FOUND:
          case PORTAL_RESOLVE_KEEP:
          default:
            break;
          }
      portal_names_add (self->names, item);
    }
  return TRUE;
}

static void
note_patients (Import *self, const char *type, CairnJson resource)
{
  g_autoptr(GPtrArray) patients = cairn_compartment_list_patients (resource);

  for (guint i = 0; i < patients->len; i++)
    if (cairn_id_is_legal (g_ptr_array_index (patients, i)))
      g_hash_table_add (self->file->patients, g_strdup (g_ptr_array_index (patients, i)));
}

static gboolean
note_removed (Import *self, CairnConnection *db, const PortalItem *item, GError **error)
{
  PortalRow row;
  gboolean found;

  if (!portal_store_get_current (db, item->type, item->id, &row, &found, error))
    return FALSE;
  if (found && !row.deleted)
    note_patients (self, item->type, row.text);
  return TRUE;
}

static gboolean
write_item (Import *self,
            CairnConnection *db,
            PortalWrite *write,
            const PortalItem *item,
            GError **error)
{
  g_autofree char *text = NULL;
  PortalChange change;
  gint64 content = 0;
  gsize length;

  if (item->remove)
    {
      if (!note_removed (self, db, item, error) || !portal_write_delete (write, item->type, item->id, &change, error))
        return FALSE;
      if (change != PORTAL_CHANGE_NONE)
        count (self, change, item->type);
      return TRUE;
    }
  text = prepare_text (self, db, item, &length, error);
  if (text == NULL ||
      (g_str_equal (item->type, "Binary") && !portal_store_content_take (db, &text, &length, &content, error)) ||
      !portal_write_put (write, item->type, item->id, (CairnJson) { text, length }, content, &change, error))
    return FALSE;
  count (self, change, item->type);
  if (change != PORTAL_CHANGE_NONE)
    note_patients (self, item->type, (CairnJson) { text, length });
  return item->full_url == NULL || !g_str_has_prefix (item->full_url, "urn:") ||
         g_str_has_suffix (item->full_url, item->id) ||
         portal_store_add_alias (db, item->full_url, item->type, item->id, error);
}

/* The places and people of a file before the rest of it. */
static gboolean
write_items (Import *self,
             CairnConnection *db,
             PortalWrite *write,
             GHashTable *existing,
             GError **error)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < self->file->items->len; i++)
      {
        PortalItem *item = g_ptr_array_index (self->file->items, i);

        if (portal_type_is_place (item->type) != (pass == 0))
          continue;
        if (g_hash_table_contains (existing, item))
          count (self, PORTAL_CHANGE_NONE, item->type);
        else if (!write_item (self, db, write, item, error))
          return FALSE;
      }
  return TRUE;
}

static gpointer
import_on_writer (CairnConnection *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Import *self = data;
  g_autoptr(GHashTable) existing = g_hash_table_new (NULL, NULL);
  g_autoptr(PortalWrite) write = portal_write_begin (db, error);
  gboolean done;

  if (write == NULL)
    return NULL;
  cairn_connection_bulk (db, TRUE);
  done = find_existing (self, db, existing, error) &&
         write_items (self, db, write, existing, error);
  if (done && self->strict && self->unresolved->len > 0)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "%u references point nowhere",
                   self->unresolved->len);
      done = FALSE;
    }
  done = done && portal_write_commit (write, error);
  cairn_connection_bulk (db, FALSE);
  return GINT_TO_POINTER (done);
}

static void
build_counts (JsonBuilder *builder, const char *name, GHashTable *counts)
{
  g_autoptr(GList) types = g_list_sort (g_hash_table_get_keys (counts), (GCompareFunc) strcmp);

  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  for (GList *l = types; l != NULL; l = l->next)
    {
      json_builder_set_member_name (builder, l->data);
      json_builder_add_int_value (builder,
                                  GPOINTER_TO_UINT (g_hash_table_lookup (counts, l->data)));
    }
  json_builder_end_object (builder);
}

/* "created Observation 3, deleted Patient 1" */
static char *
dup_entries (Import *self)
{
  static const char *const words[] = { "unchanged", "created", "updated", "deleted" };
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr(GList) types = g_list_sort (g_hash_table_get_keys (self->counts[i]), (GCompareFunc) strcmp);

      for (GList *l = types; l != NULL; l = l->next)
        g_string_append_printf (out, "%s%s %s %u", out->len > 0 ? ", " : "", words[i], (const char *) l->data,
                                GPOINTER_TO_UINT (g_hash_table_lookup (self->counts[i], l->data)));
    }
  return g_string_free (out, FALSE);
}

static void
build_made (JsonBuilder *builder, PortalFile *file)
{
  gboolean any = FALSE;

  for (guint i = 0; i < file->items->len; i++)
    {
      PortalItem *item = g_ptr_array_index (file->items, i);
      g_autofree char *reference = NULL;

      if (!item->id_made)
        continue;
      if (!any)
        {
          json_builder_set_member_name (builder, "made");
          json_builder_begin_array (builder);
          any = TRUE;
        }
      reference = g_strconcat (item->type, "/", item->id, NULL);
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "entry");
      json_builder_add_int_value (builder, item->entry);
      json_builder_set_member_name (builder, "reference");
      json_builder_add_string_value (builder, reference);
      json_builder_end_object (builder);
    }
  if (any)
    json_builder_end_array (builder);
}

static void
build_report (JsonBuilder *builder, Import *self, const GError *error)
{
  static const char *const names[] = { "unchanged", "created", "updated", "deleted" };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "file");
  json_builder_add_string_value (builder, self->file->name);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, error == NULL);
  if (error != NULL)
    {
      json_builder_set_member_name (builder, "error");
      json_builder_add_string_value (builder, error->message);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (error != NULL)
        g_hash_table_remove_all (self->counts[i]);
      build_counts (builder, names[i], self->counts[i]);
    }
  json_builder_set_member_name (builder, "unresolved");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->unresolved->len; i++)
    {
      Unresolved *unresolved = g_ptr_array_index (self->unresolved, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "entry");
      json_builder_add_int_value (builder, unresolved->entry);
      json_builder_set_member_name (builder, "reference");
      json_builder_add_string_value (builder, unresolved->reference);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (error == NULL)
    build_made (builder, self->file);
  json_builder_end_object (builder);
}

static gboolean
import_file (CairnDatabase *writer,
             PortalFile *file,
             PortalNames *places,
             gboolean strict,
             JsonBuilder *builder)
{
  g_autoptr(PortalNames) names = portal_names_new (places);
  Import import = {
    file, names, strict, { NULL }, g_ptr_array_new_with_free_func (unresolved_free)
  };
  g_autoptr(GError) error = file->error != NULL ? g_error_copy (file->error) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (import.counts); i++)
    import.counts[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (error == NULL)
    cairn_database_run (writer, import_on_writer, &import, &error);
  if (error == NULL)
    file->entries = dup_entries (&import);
  else
    g_hash_table_remove_all (file->patients);
  build_report (builder, &import, error);
  for (guint i = 0; i < G_N_ELEMENTS (import.counts); i++)
    g_hash_table_unref (import.counts[i]);
  g_ptr_array_unref (import.unresolved);
  return error == NULL;
}

static gboolean
has_only_places (PortalFile *file)
{
  for (guint i = 0; i < file->items->len; i++)
    if (!portal_type_is_place (((PortalItem *) g_ptr_array_index (file->items, i))->type))
      return FALSE;
  return TRUE;
}

/* Imports files (element-type PortalFile): those of places and people first, else in their order;
 * the report keeps the order in which they were given. Blocks. */
JsonNode *
portal_import_files (CairnDatabase *writer, GPtrArray *files, gboolean strict, gboolean *ok)
{
  g_autoptr(PortalNames) places = portal_names_new (NULL);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree JsonNode **reports = g_new0 (JsonNode *, files->len);

  *ok = TRUE;
  for (guint i = 0; files->len > 1 && i < files->len; i++)
    {
      PortalFile *file = g_ptr_array_index (files, i);

      for (guint k = 0; file->error == NULL && k < file->items->len; k++)
        if (portal_type_is_place (((PortalItem *) g_ptr_array_index (file->items, k))->type))
          portal_names_add (places, g_ptr_array_index (file->items, k));
    }
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < files->len; i++)
      {
        PortalFile *file = g_ptr_array_index (files, i);
        g_autoptr(JsonBuilder) report = json_builder_new ();

        if (has_only_places (file) != (pass == 0))
          continue;
        if (!import_file (writer, file, places, strict, report))
          *ok = FALSE;
        reports[i] = json_builder_get_root (report);
      }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    json_builder_add_value (builder, reports[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static guint
sum (JsonObject *file, const char *name)
{
  JsonObjectIter iter;
  JsonNode *number;
  guint n = 0;

  json_object_iter_init (&iter, json_object_get_object_member (file, name));
  while (json_object_iter_next (&iter, NULL, &number))
    n += json_node_get_int (number);
  return n;
}

static void
append_made (GString *text, JsonArray *made)
{
  for (guint i = 0; i < json_array_get_length (made); i++)
    {
      JsonObject *one = json_array_get_object_element (made, i);

      g_string_append_printf (text, "  entry %" G_GINT64_FORMAT " is %s\n",
                              json_object_get_int_member (one, "entry"),
                              json_object_get_string_member (one, "reference"));
    }
}

/* The report in words, a line a file. */
char *
portal_import_to_text (JsonNode *report)
{
  JsonArray *files = json_object_get_array_member (json_node_get_object (report), "files");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      JsonArray *unresolved = json_object_get_array_member (file, "unresolved");

      g_string_append_printf (text, "%s: ", json_object_get_string_member (file, "file"));
      if (!json_object_get_boolean_member (file, "ok"))
        g_string_append_printf (text, "failed: %s\n",
                                json_object_get_string_member (file, "error"));
      else
        g_string_append_printf (text,
                                "%u created, %u updated, %u unchanged, %u deleted, %u references "
                                "unresolved\n",
                                sum (file, "created"), sum (file, "updated"),
                                sum (file, "unchanged"), sum (file, "deleted"),
                                json_array_get_length (unresolved));
      if (json_object_has_member (file, "made"))
        append_made (text, json_object_get_array_member (file, "made"));
    }
  return g_string_free (text, FALSE);
}
