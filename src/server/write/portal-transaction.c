/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles of type transaction and batch (FHIR R4 §3.1.0.11): a transaction's entries in the order of
 * DELETE, POST, PUT and PATCH, GET, all or none of them; a batch's each for itself, as they come. On
 * the writer. */
#include "portal-write.h"

#include <string.h>

#include "common/cairn-gate.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-outcome.h"
#include "fhir/cairn-types.h"
#include "server/api/portal-fhir.h"
#include "server/messages/portal-message.h"
#include "server/portal-router.h"

#define LIMIT (32 * 1024 * 1024)
#define MOST_ENTRIES 1000

/* One entry: an edit, or a request that reads */
typedef struct
{
  PortalEdit *edit;
  char       *full_url;
  char       *get;          /* the address */
  GBytes     *patch;        /* of the edit */
  guint       status;
  GBytes     *body;         /* of a reading answer */
  const char *code;
  char       *why;
} Entry;

typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  GPtrArray       *entries;
  GHashTable      *names;
  gboolean         batch;
} Transaction;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->edit, portal_edit_free);
  g_clear_pointer (&entry->body, g_bytes_unref);
  g_clear_pointer (&entry->patch, g_bytes_unref);
  g_free (entry->full_url);
  g_free (entry->get);
  g_free (entry->why);
  g_free (entry);
}

static void
refuse (Entry *entry, guint status, const char *code, const char *why)
{
  entry->status = status;
  entry->code = code;
  g_free (entry->why);
  entry->why = g_strdup (why);
}

/* Type, Type/id or Type?condition */
static PortalEdit *
edit_for (PortalEditKind kind, const char *url)
{
  g_autofree char *path = g_strndup (url, strcspn (url, "?")), *type = NULL, *id = NULL;
  const char *query = strchr (url, '?');
  PortalEdit *edit;

  if (!cairn_reference_split (path, &type, &id) || strchr (path, '/') != strrchr (path, '/'))
    {
      if (id != NULL || !cairn_type_is_known (path))
        return NULL;
      type = g_strdup (path);
    }
  if ((kind == PORTAL_EDIT_CREATE) != (id == NULL && query == NULL))
    return NULL;
  edit = portal_edit_new (kind, type, id);
  if (id == NULL && query != NULL)
    edit->condition = portal_edit_parse_condition (query + 1);
  return edit;
}

/* A patch stands in a Bundle as a Binary (FHIR R4 §3.1.0.8). */
static void
read_patch (Entry *entry)
{
  g_autofree char *type = cairn_json_dup_text_at (entry->edit->input, "contentType");
  g_autofree char *data = cairn_json_dup_text_at (entry->edit->input, "data");
  gsize length = 0;
  guchar *bytes = data != NULL ? g_base64_decode (data, &length) : NULL;

  entry->patch = g_bytes_new_take (bytes, length);
  if (!cairn_json_equals (cairn_json_member (entry->edit->input, "resourceType"), "Binary") ||
      g_strcmp0 (type, "application/json-patch+json") != 0 ||
      !cairn_gate_check (entry->patch, LIMIT, &entry->edit->input, NULL))
    refuse (entry, 400, "invalid", "A patch in a Bundle is a Binary of application/json-patch+json");
}

static void
read_request (Entry *entry, CairnJson whole)
{
  static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE" };   /* by PortalEditKind */
  CairnJson request = cairn_json_member (whole, "request");
  g_autofree char *method = cairn_json_dup_text_at (request, "method");
  g_autofree char *url = cairn_json_dup_text_at (request, "url");
  g_autofree char *if_none_exist = cairn_json_dup_text_at (request, "ifNoneExist");

  entry->full_url = cairn_json_dup_text_at (whole, "fullUrl");
  if (g_strcmp0 (method, "GET") == 0 && url != NULL)
    {
      entry->get = g_steal_pointer (&url);
      return;
    }
  for (guint kind = 0; url != NULL && kind < G_N_ELEMENTS (methods); kind++)
    if (g_strcmp0 (method, methods[kind]) == 0)
      entry->edit = edit_for ((PortalEditKind) kind, url);
  if (entry->edit == NULL)
    {
      refuse (entry, 400, "invalid", "An entry's request is none that is taken here");
      return;
    }
  entry->edit->input = cairn_json_member (whole, "resource");
  if (entry->edit->kind == PORTAL_EDIT_PATCH)
    read_patch (entry);
  entry->edit->if_match = cairn_json_dup_text_at (request, "ifMatch");
  if (entry->edit->kind == PORTAL_EDIT_CREATE && if_none_exist != NULL)
    entry->edit->condition = portal_edit_parse_condition (if_none_exist);
}

static gboolean
read_entries (Transaction *self, CairnJson bundle)
{
  CairnJson entries = cairn_json_member (bundle, "entry"), whole;
  CairnJsonIter iter;

  if (!cairn_json_equals (cairn_json_member (bundle, "resourceType"), "Bundle") ||
      (!cairn_json_equals (cairn_json_member (bundle, "type"), "transaction") &&
       !cairn_json_equals (cairn_json_member (bundle, "type"), "batch")))
    {
      portal_call_outcome (self->call, 400, "invalid", "Here goes a Bundle of type transaction or batch");
      return FALSE;
    }
  self->batch = cairn_json_equals (cairn_json_member (bundle, "type"), "batch");
  cairn_json_iter_init (&iter, entries);
  while (cairn_json_iter_next (&iter, NULL, &whole))
    {
      Entry *entry = g_new0 (Entry, 1);

      g_ptr_array_add (self->entries, entry);
      read_request (entry, whole);
      if (self->entries->len > MOST_ENTRIES)
        {
          portal_call_outcome (self->call, 413, "too-costly", "A Bundle takes up to 1000 entries");
          return FALSE;
        }
    }
  return TRUE;
}

/* A reading request of the router's own, on this connection and through the same eyes. */
static void
run_get (Transaction *self, Entry *entry, gboolean inside)
{
  g_autofree char *path = g_strdup_printf ("/fhir/%.*s", (int) strcspn (entry->get, "?"), entry->get);
  const char *query = strchr (entry->get, '?');
  PortalCall *call = portal_call_new (self->call->service, "GET", path);

  call->root = g_strdup (self->call->root);
  call->base = g_strdup (self->call->base);
  call->strict = self->call->strict;
  call->inside = inside;
  call->view = self->call->view;
  portal_call_add_params (call, query != NULL ? query + 1 : NULL);
  if (!portal_router_find (call) || call->route->needs != PORTAL_NEEDS_TOKEN ||
      call->route->place != PORTAL_ON_READER)
    refuse (entry, 404, "not-found", "There is nothing at this address");
  else
    {
      portal_router_handle (call, self->db);
      entry->status = call->status;
      entry->body = call->body != NULL ? g_bytes_ref (call->body) : NULL;
    }
  portal_view_end_focus (call->view);
  call->view = NULL;
  portal_call_free (call);
}

static void
take_status (Entry *entry)
{
  entry->status = entry->edit->status;
  if (entry->status >= 400)
    refuse (entry, entry->status, entry->edit->code, entry->edit->why);
}

static gboolean
run_alone (Transaction *self, Entry *entry, GError **error)
{
  g_autoptr(GHashTable) made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(PortalWrite) write = portal_write_begin (self->db, error);
  PortalEditing editing = { self->call, self->db, write, NULL, made };
  gboolean done;

  if (write != NULL)
    portal_write_set_owner (write, self->call->view->own);
  done = write != NULL && portal_edit_run (entry->edit, &editing, error);

  if (done && entry->edit->status < 400)
    done = portal_write_commit (write, error);
  else
    cairn_connection_rollback (self->db);
  if (done)
    take_status (entry);
  return done;
}

static gboolean
run_batch (Transaction *self, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->status >= 400)
        continue;
      if (entry->get != NULL)
        run_get (self, entry, FALSE);
      else if (!run_alone (self, entry, error))
        return FALSE;
    }
  return TRUE;
}

static guint
turn_of (const Entry *entry)
{
  static const guint turns[] = { [PORTAL_EDIT_DELETE] = 0, [PORTAL_EDIT_CREATE] = 1, [PORTAL_EDIT_UPDATE] = 2,
                                 [PORTAL_EDIT_PATCH] = 2 };

  return entry->get != NULL ? 3 : turns[entry->edit->kind];
}

/* What each entry that makes something will be called, before any of them is written. */
static gboolean
aim_all (Transaction *self, PortalEditing *editing, GError **error)
{
  g_autoptr(GHashTable) targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *name = NULL;

      if (entry->edit == NULL || entry->status >= 400)
        continue;
      if (!portal_edit_aim (entry->edit, editing, error))
        return FALSE;
      take_status (entry);
      if (entry->status >= 400 || entry->edit->id == NULL)
        continue;
      name = g_strconcat (entry->edit->type, "/", entry->edit->id, NULL);
      if (entry->full_url != NULL)
        g_hash_table_insert (self->names, g_strdup (entry->full_url), g_strdup (name));
      if (!g_hash_table_add (targets, g_steal_pointer (&name)) && !entry->edit->exists)
        refuse (entry, 400, "invalid", "Two entries of a transaction write the same resource");
    }
  return TRUE;
}

static Entry *
find_refused (Transaction *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->status >= 400)
        return entry;
    }
  return NULL;
}

/* Entries may point at each other, whichever comes first. */
static gboolean
check_all_points (Transaction *self, PortalEditing *editing, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->edit == NULL || entry->edit->text == NULL ||
          (entry->edit->kind == PORTAL_EDIT_CREATE && entry->edit->exists))
        continue;
      if (!portal_edit_check_points (entry->edit, editing, cairn_json_from_bytes (entry->edit->text), error))
        return FALSE;
      if (entry->edit->status < 400 && g_str_equal (entry->edit->type, "Communication") &&
          !portal_message_settle (entry->edit, editing, cairn_json_from_bytes (entry->edit->text), error))
        return FALSE;
      take_status (entry);
      if (entry->status >= 400)
        return FALSE;
    }
  return TRUE;
}

/* FALSE with an error, or with an entry that was refused. */
static gboolean
run_together (Transaction *self, PortalEditing *editing, GError **error)
{
  if (!aim_all (self, editing, error) || find_refused (self) != NULL)
    return FALSE;
  for (guint turn = 0; turn < 4; turn++)
    for (guint i = 0; i < self->entries->len; i++)
      {
        Entry *entry = g_ptr_array_index (self->entries, i);

        if (turn_of (entry) != turn)
          continue;
        if (entry->get != NULL)
          run_get (self, entry, TRUE);
        else if (!portal_edit_run (entry->edit, editing, error))
          return FALSE;
        else
          take_status (entry);
        if (entry->status >= 400)
          return FALSE;
      }
  return check_all_points (self, editing, error);
}

static gboolean
run_transaction (Transaction *self, GError **error)
{
  g_autoptr(GHashTable) made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(PortalWrite) write = portal_write_begin (self->db, error);
  PortalEditing editing = { self->call, self->db, write, self->names, made, TRUE };

  if (write != NULL)
    portal_write_set_owner (write, self->call->view->own);
  if (write != NULL && run_together (self, &editing, error) && portal_write_commit (write, error))
    return TRUE;
  cairn_connection_rollback (self->db);
  return FALSE;
}

static const char *
status_words (guint status)
{
  switch (status)
    {
    case 200: return "200 OK";
    case 201: return "201 Created";
    case 204: return "204 No Content";
    case 400: return "400 Bad Request";
    case 403: return "403 Forbidden";
    case 404: return "404 Not Found";
    case 410: return "410 Gone";
    case 412: return "412 Precondition Failed";
    case 422: return "422 Unprocessable Entity";
    default: return NULL;
    }
}

static void
append_response (GString *out, const Entry *entry)
{
  const PortalEdit *edit = entry->edit;
  const char *words = status_words (entry->status);
  g_autofree char *number = g_strdup_printf ("%u", entry->status), *outcome = NULL;

  g_string_append_printf (out, "\"response\":{\"status\":\"%s\"", words != NULL ? words : number);
  if (edit != NULL && entry->status < 400 && entry->status != 204)
    {
      g_autofree char *instant = cairn_date_dup_instant (edit->updated);

      g_string_append_printf (out,
                              ",\"location\":\"%s/%s/_history/%" G_GINT64_FORMAT "\",\"etag\":\"W/\\\"%"
                              G_GINT64_FORMAT "\\\"\",\"lastModified\":\"%s\"",
                              edit->type, edit->id, edit->version, edit->version, instant);
    }
  if (entry->why != NULL)
    {
      outcome = edit != NULL && edit->detail != NULL ? cairn_outcome_new_refusal (entry->code, edit->detail, entry->why)
                                                     : cairn_outcome_new ("error", entry->code, entry->why);
      g_string_append_printf (out, ",\"outcome\":%s", outcome);
    }
  g_string_append_c (out, '}');
}

static void
append_entry (GString *out, const Entry *entry, gboolean with_resource)
{
  GBytes *text = entry->edit != NULL ? (with_resource ? entry->edit->text : NULL) : entry->body;

  g_string_append_c (out, '{');
  if (text != NULL && entry->why == NULL)
    {
      g_string_append (out, "\"resource\":");
      g_string_append_len (out, g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      g_string_append_c (out, ',');
    }
  append_response (out, entry);
  g_string_append_c (out, '}');
}

static void
reply (Transaction *self)
{
  gboolean with_resource = portal_write_get_return (self->call, PORTAL_RETURN_MINIMAL) ==
                           PORTAL_RETURN_REPRESENTATION;
  GString *out = g_string_new (NULL);
  g_autoptr(GBytes) body = NULL;

  g_string_append_printf (out, "{\"resourceType\":\"Bundle\",\"type\":\"%s-response\"",
                          self->batch ? "batch" : "transaction");
  for (guint i = 0; i < self->entries->len; i++)
    {
      g_string_append (out, i == 0 ? ",\"entry\":[" : ",");
      append_entry (out, g_ptr_array_index (self->entries, i), with_resource);
    }
  g_string_append (out, self->entries->len > 0 ? "]}" : "}");
  body = g_string_free_to_bytes (out);
  portal_call_reply (self->call, 200, PORTAL_FHIR_JSON, body);
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "GET Patient 1, POST Communication 2": for the log, so nothing but methods and types that FHIR knows. */
static char *
dup_entries (Transaction *self)
{
  static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE" };   /* by PortalEditKind */
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *type = NULL;

      if (entry->get != NULL)
        type = g_strndup (entry->get, strcspn (entry->get, "/?"));
      if (entry->edit != NULL)
        g_ptr_array_add (names, g_strdup_printf ("%s %s", methods[entry->edit->kind], entry->edit->type));
      else
        g_ptr_array_add (names, g_strdup_printf ("%s %s", entry->get != NULL ? "GET" : "other",
                                                 cairn_type_is_known (type) ? type : "other"));
    }
  g_ptr_array_sort (names, compare_text);
  for (guint i = 0; i < names->len; i++)
    {
      n++;
      if (i + 1 < names->len && g_str_equal (names->pdata[i], names->pdata[i + 1]))
        continue;
      g_string_append_printf (out, "%s%s %u", out->len > 0 ? ", " : "", (char *) names->pdata[i], n);
      n = 0;
    }
  return g_string_free (out, FALSE);
}

static void
run (Transaction *self)
{
  g_autoptr(GError) error = NULL;
  gboolean done = self->batch ? run_batch (self, &error) : run_transaction (self, &error);
  Entry *refused = done ? NULL : find_refused (self);

  if (done)
    reply (self);
  else if (error != NULL || refused == NULL)
    portal_call_fail (self->call, error);
  else
    portal_call_refuse (self->call, refused->status, refused->code != NULL ? refused->code : "processing",
                        refused->edit != NULL ? refused->edit->detail : NULL,
                         refused->why != NULL ? refused->why : "An entry could not be done");
}

void
portal_write_bundle (PortalCall *call, CairnConnection *db)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Transaction self = { call, db, entries, names, FALSE };
  g_autoptr(GError) error = NULL;
  CairnJson bundle;

  if (!portal_fhir_takes_json (call))
    return;
  if (call->input == NULL || !cairn_gate_check (call->input, LIMIT, &bundle, &error))
    portal_call_outcome (call, 400, "structure", error != NULL ? error->message : "There is no body");
  else if (read_entries (&self, bundle))
    {
      call->entries = dup_entries (&self);
      run (&self);
    }
}
