/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a resource can be searched by: one pass over its members, each held against the table of
 * search parameters, each value read by its shape (FHIR R4 §3.1.1.4). On the writer's thread. */
#include "portal-values.h"

#include <float.h>
#include <string.h>

#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "portal-params.h"
#include "portal-store-index.h"

typedef struct
{
  CairnConnection *db;
  gint64           seq;
  const char      *type;
  const char      *name;
  PortalKind       kind;
  GError          *error;
} Indexing;

/* Without case and accents, as strings are compared; long texts are cut. */
char *
portal_fold (const char *text)
{
  g_autofree char *normal = NULL, *folded = NULL;
  g_autoptr(GString) bare = NULL;

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  if (normal == NULL)
    return g_strdup (text);
  folded = g_utf8_casefold (normal, -1);
  bare = g_string_new (NULL);
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_type (g_utf8_get_char (at)) != G_UNICODE_NON_SPACING_MARK)
      g_string_append_unichar (bare, g_utf8_get_char (at));
  return g_string_free (g_steal_pointer (&bare), FALSE);
}

static gboolean
add_token (Indexing *self, CairnJson system, CairnJson code)
{
  g_autofree char *system_text = cairn_json_dup_string (system);
  g_autofree char *code_text = cairn_json_type (code) == CAIRN_JSON_BOOLEAN
                                 ? cairn_json_dup_raw (code)
                                 : cairn_json_dup_string (code);

  if (code_text == NULL || *code_text == '\0')
    return TRUE;
  return portal_store_add_token (self->db, self->seq, self->type, self->name, system_text,
                                 code_text, &self->error);
}

/* A code, boolean, Coding, CodeableConcept, Identifier or ContactPoint */
static gboolean
index_token (CairnJson value, gpointer data)
{
  CairnJson system = CAIRN_JSON_NONE, code = CAIRN_JSON_NONE;
  CairnJson name, member;
  CairnJsonIter iter;

  if (!cairn_json_is_object (value))
    return add_token (data, CAIRN_JSON_NONE, value);
  cairn_json_iter_init (&iter, value);
  while (cairn_json_iter_next (&iter, &name, &member))
    if (cairn_json_equals (name, "coding"))
      return cairn_json_foreach (member, "", index_token, data);
    else if (cairn_json_equals (name, "system"))
      system = member;
    else if (cairn_json_equals (name, "code") || cairn_json_equals (name, "value"))
      code = member;
  return add_token (data, system, code);
}

/* A string, or each text of a HumanName or Address */
static gboolean
index_string (CairnJson value, gpointer data)
{
  static const char *const no_text[] = { "use", "type", "period", "extension", NULL };
  Indexing *self = data;
  g_autofree char *text = NULL, *folded = NULL;
  CairnJson name, member;
  CairnJsonIter iter;

  if (cairn_json_is_object (value))
    {
      cairn_json_iter_init (&iter, value);
      while (cairn_json_iter_next (&iter, &name, &member))
        {
          g_autofree char *plain = cairn_json_dup_string (name);

          if (*plain != '_' && !g_strv_contains (no_text, plain) &&
              !cairn_json_foreach (member, "", index_string, self))
            return FALSE;
        }
      return TRUE;
    }
  text = cairn_json_dup_string (value);
  if (text == NULL || *text == '\0')
    return TRUE;
  folded = portal_fold (text);
  return portal_store_add_string (self->db, self->seq, self->name, text, folded, &self->error);
}

static gboolean
add_dates (Indexing *self, CairnJson start, CairnJson end)
{
  g_autofree char *first = cairn_json_dup_string (start), *last = cairn_json_dup_string (end);
  CairnDate from, to;
  gboolean has_from = first != NULL && cairn_date_parse (first, &from);
  gboolean has_to = last != NULL && cairn_date_parse (last, &to);

  if (!has_from && !has_to)
    return TRUE;
  return portal_store_add_date (self->db, self->seq, self->name, has_from ? from.start : G_MININT64,
                                has_to ? to.end : G_MAXINT64, &self->error);
}

/* A date of any precision, a Period (open where it says nothing), or a Timing */
static gboolean
index_date (CairnJson value, gpointer data)
{
  CairnJson event;

  if (!cairn_json_is_object (value))
    return add_dates (data, value, value);
  event = cairn_json_member (value, "event");
  if (event.text != NULL)
    return cairn_json_foreach (event, "", index_date, data);
  if (cairn_json_member (value, "repeat").text != NULL)
    value = cairn_json_get (value, "repeat.boundsPeriod");
  return add_dates (data, cairn_json_member (value, "start"), cairn_json_member (value, "end"));
}

/* A Reference or a canonical; what is no "Type/id" is kept as it is written, without a type */
static gboolean
index_reference (CairnJson value, gpointer data)
{
  Indexing *self = data;
  gboolean object = cairn_json_is_object (value);
  g_autofree char *text = cairn_json_dup_string (object ? cairn_json_member (value, "reference") : value);
  g_autofree char *type = NULL, *id = NULL;
  gboolean local = cairn_reference_split (text, &type, &id);

  if (!object && text == NULL)
    return TRUE;
  return portal_store_add_reference (self->db, self->seq, self->name, local ? type : "",
                                     local ? id : text != NULL ? text : "", &self->error);
}

static gboolean
index_quantity (CairnJson value, gpointer data)
{
  Indexing *self = data;
  g_autofree char *system = cairn_json_dup_text_at (value, "system");
  g_autofree char *code = cairn_json_dup_text_at (value, "code");
  g_autofree char *unit = cairn_json_dup_text_at (value, "unit");
  g_autofree char *comparator = cairn_json_dup_text_at (value, "comparator");
  double number;

  if (!cairn_json_double (cairn_json_member (value, "value"), &number))
    return TRUE;
  return portal_store_add_number (self->db, self->seq, self->name,
                                  comparator != NULL && *comparator == '<' ? -DBL_MAX : number,
                                  comparator != NULL && *comparator == '>' ? DBL_MAX : number,
                                  system, code, unit, &self->error);
}

static const CairnJsonFunc readers[] = { index_token, index_token, index_string, index_date, index_reference, index_quantity };

/* The value[x] of the extensions that have this address */
static gboolean
index_extensions (CairnJson extensions, const char *url, Indexing *self)
{
  CairnJsonIter iter, members;
  CairnJson extension, name, value;

  cairn_json_iter_init (&iter, extensions);
  while (cairn_json_iter_next (&iter, NULL, &extension))
    {
      if (!cairn_json_equals (cairn_json_member (extension, "url"), url))
        continue;
      cairn_json_iter_init (&members, extension);
      while (cairn_json_iter_next (&members, &name, &value))
        if (name.length > 7 && memcmp (name.text, "\"value", 6) == 0 &&
            !readers[self->kind] (value, self))
          return FALSE;
    }
  return TRUE;
}

static gboolean
index_member (Indexing *self, GArray *paths, CairnJson name, CairnJson value)
{
  for (guint i = 0; i < paths->len; i++)
    {
      const PortalPath *path = &g_array_index (paths, PortalPath, i);
      gboolean done;

      if (!cairn_json_equals (name, path->first))
        continue;
      self->name = path->param->name;
      self->kind = path->param->kind;
      done = g_str_has_prefix (path->rest, "http")
               ? index_extensions (value, path->rest, self)
               : cairn_json_foreach (value, path->rest, readers[self->kind], self);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

/* Adds the rows of a version that has none. */
gboolean
portal_values_index (CairnConnection  *db,
                     gint64            seq,
                     const char       *type,
                     CairnJson         resource,
                     GError          **error)
{
  Indexing indexing = { db, seq, type, "identifier", PORTAL_KIND_TOKEN, NULL };
  GArray *paths = portal_params_get_paths (type);
  CairnJson name, value;
  CairnJsonIter iter;

  /* Everything can be found by its identifiers: an import needs that */
  if (paths == NULL)
    cairn_json_foreach (resource, "identifier", index_token, &indexing);
  cairn_json_iter_init (&iter, resource);
  while (paths != NULL && cairn_json_iter_next (&iter, &name, &value))
    if (!index_member (&indexing, paths, name, value))
      break;
  if (indexing.error == NULL)
    return TRUE;
  g_propagate_error (error, indexing.error);
  return FALSE;
}

typedef struct
{
  CairnConnection *db;
  gint64           seq;
  GError         **error;
  gboolean         done;
} Refreshing;

static gboolean
refresh_row (const PortalRow *row, gpointer data)
{
  Refreshing *self = data;

  self->seq = row->seq;
  self->done = portal_values_index (self->db, row->seq, row->type, row->text, self->error);
  return self->done;
}

/* Indexes everything anew when the table has changed since, as after an upgrade. */
gboolean
portal_values_refresh (CairnConnection *db, GError **error)
{
  Refreshing refreshing = { db, 0, error, TRUE };
  const char *digest = portal_params_get_digest ();
  gboolean same;
  gint64 last = -1;

  if (!portal_store_is_indexed (db, digest, &same, error) || same)
    return same;
  if (!cairn_connection_begin (db, error))
    return FALSE;
  cairn_connection_bulk (db, TRUE);
  refreshing.done = portal_store_clear_values (db, error);
  while (refreshing.done && last != refreshing.seq)
    {
      last = refreshing.seq;
      if (!portal_store_next_current (db, last, refresh_row, &refreshing, error))
        refreshing.done = FALSE;
    }
  refreshing.done = refreshing.done && portal_store_set_indexed (db, digest, error) &&
                    cairn_connection_commit (db, error);
  cairn_connection_bulk (db, FALSE);
  return refreshing.done;
}
