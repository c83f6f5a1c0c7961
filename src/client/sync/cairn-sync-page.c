/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes of a page's bytes what the cache writes: one check, one pass over each entry. Any thread. */
#include "cairn-sync-page.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-outcome.h"
#include "fhir/cairn-script.h"
#include "fhir/cairn-types.h"

#include <string.h>

/* Words of one record that can be searched: enough for a long letter, not for a book. */

typedef struct
{
  CairnSyncPage  *page;
  const char *base;
} Wanting;

static void
entry_free (gpointer data)
{
  CairnSyncPageEntry *entry = data;

  g_free (entry->type);
  g_free (entry->id);
  g_clear_pointer (&entry->summary, cairn_summary_free);
  g_free (entry->search_text);
  g_free (entry);
}

/* What a resource refers to, when that is brought along: not patient data, which is searched anyway. */
static void
want_reference (const char *type, const char *id, const char *reference, CairnJson value, gpointer data)
{
  Wanting *wanting = data;
  g_autofree char *own_type = NULL;
  g_autofree char *own_id = NULL;
  gsize length = strlen (wanting->base);

  /* An absolute reference is ours when it lies under our base. */
  if (type == NULL && reference != NULL && g_str_has_prefix (reference, wanting->base) && reference[length] == '/' &&
      cairn_reference_split (reference + length + 1, &own_type, &own_id))
    {
      type = own_type;
      id = own_id;
    }
  if (type != NULL && (cairn_type_get_class (type) == CAIRN_TYPE_CLASS_DIRECTORY || g_str_equal (type, "Medication")))
    g_hash_table_add (wanting->page->wanted, g_strconcat (type, "/", id, NULL));
}

/* A record of somebody else must never be shown as this patient's, whatever the server says. */
static gboolean
is_of_another (const char *type, const char *id, CairnJson resource, const char *patient)
{
  if (g_str_equal (type, "Patient"))
    return !g_str_equal (id, patient);
  return cairn_compartment_is_of_other (resource, patient);
}

static void
quarantine (CairnSyncPageEntry *item, const char *reason, CairnJson text)
{
  item->action = CAIRN_SYNC_PAGE_QUARANTINE;
  item->reason = reason;
  item->text = text;
}

static void
read_resource (CairnSyncPageEntry *item, const CairnBundleEntry *entry, Wanting *wanting, const char *patient)
{
  item->text = entry->resource;
  if (is_of_another (item->type, item->id, entry->resource, patient))
    {
      quarantine (item, "other-patient", entry->entry);
      return;
    }
  item->summary = cairn_summary_new (entry->resource);
  if (item->summary == NULL)
    {
      quarantine (item, "no-type", entry->entry);
      return;
    }
  item->action = CAIRN_SYNC_PAGE_STORE;
  item->search_text = cairn_script_split (cairn_summary_dup_search_text (entry->resource, CAIRN_SUMMARY_MAX_SEARCH_TEXT,
                                                                         want_reference, wanting));
  item->initials = cairn_script_initials (item->search_text);
}

static void
read_outcome (CairnSyncPage *page, CairnJson resource)
{
  g_autofree char *text = cairn_outcome_dup_text (resource);

  if (text == NULL)
    return;
  if (page->outcome == NULL)
    page->outcome = g_steal_pointer (&text);
  else
    {
      g_autofree char *before = g_steal_pointer (&page->outcome);

      page->outcome = g_strconcat (before, "\n", text, NULL);
    }
}

static void
read_entry (CairnSyncPage *page, guint index, Wanting *wanting, const char *patient, gboolean ids_only)
{
  g_auto(CairnBundleEntry) entry = { 0 };
  CairnSyncPageEntry *item;

  cairn_bundle_read_entry (page->bundle, index, &entry);
  if (g_strcmp0 (entry.mode, "outcome") == 0 && g_strcmp0 (entry.type, "OperationOutcome") == 0)
    {
      read_outcome (page, entry.resource);
      return;
    }
  item = g_new0 (CairnSyncPageEntry, 1);
  item->type = g_steal_pointer (&entry.type);
  item->id = g_steal_pointer (&entry.id);
  g_ptr_array_add (page->entries, item);
  if (entry.fault != NULL)
    quarantine (item, entry.fault, entry.entry);
  else if (item->type == NULL || item->id == NULL)
    quarantine (item, item->type == NULL ? "no-type" : "no-id", entry.entry);
  else if (g_strcmp0 (entry.method, "DELETE") == 0)
    item->action = CAIRN_SYNC_PAGE_DELETE;
  else if (!ids_only)
    read_resource (item, &entry, wanting, patient);
}

static gboolean
check_type (CairnSyncPage *page, GError **error)
{
  const char *type = cairn_bundle_get_type (page->bundle);

  if (g_strcmp0 (type, "searchset") == 0 || g_strcmp0 (type, "history") == 0)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "A searchset was asked for, a Bundle of type “%s” came",
               type != NULL ? type : "");
  return FALSE;
}

static void
read_head (CairnSyncPage *page, gint64 answered)
{
  CairnJson head = cairn_bundle_get_head (page->bundle);
  g_autofree char *updated = cairn_json_dup_text_at (head, "meta.lastUpdated");
  CairnDate date;

  page->server_time = answered;
  if (updated != NULL && cairn_date_parse (updated, &date) && date.has_offset)
    page->server_time = date.start;
  if (!cairn_json_int64 (cairn_json_get (head, "total"), &page->total) || page->total < 0)
    page->total = -1;
  page->next = cairn_bundle_dup_link (page->bundle, "next");
}

/**
 * cairn_sync_page_new:
 * @bytes: a page as it came
 * @base: the FHIR base that it came from
 * @patient: id of the Patient whose record it belongs to
 * @ids_only: whether only types and ids matter
 * @answered: the server's clock by its Date header, ms since 1970, or 0
 * @error: return location for a %CAIRN_ERROR_BAD_DATA or %CAIRN_ERROR_TOO_LARGE
 *
 * Reads a searchset or history Bundle (FHIR R4 §2.36, §3.1.1.5.1).
 *
 * Returns: (transfer full) (nullable): the page, or %NULL when nothing of it may be kept
 */
CairnSyncPage *
cairn_sync_page_new (GBytes      *bytes,
                const char  *base,
                const char  *patient,
                gboolean     ids_only,
                gint64       answered,
                GError     **error)
{
  g_autoptr(CairnSyncPage) page = g_new0 (CairnSyncPage, 1);
  Wanting wanting = { page, base };
  guint n;

  page->entries = g_ptr_array_new_with_free_func (entry_free);
  page->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  page->bundle = cairn_bundle_new (bytes, CAIRN_GATE_MAX_PAGE, error);
  if (page->bundle == NULL || !check_type (page, error))
    return NULL;
  read_head (page, answered);
  n = cairn_bundle_n_entries (page->bundle);
  for (guint i = 0; i < n; i++)
    read_entry (page, i, &wanting, patient, ids_only);
  return g_steal_pointer (&page);
}

/**
 * cairn_sync_page_free:
 * @self: (transfer full): a page
 */
void
cairn_sync_page_free (CairnSyncPage *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->bundle, cairn_bundle_free);
  g_free (self->next);
  g_free (self->outcome);
  g_free (self);
}
