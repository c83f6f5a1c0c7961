/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "fhir/cairn-bundle.h"
#include "fhir/cairn-summary.h"

G_BEGIN_DECLS

typedef enum
{
  CAIRN_SYNC_PAGE_STORE,
  CAIRN_SYNC_PAGE_DELETE,
  CAIRN_SYNC_PAGE_QUARANTINE,
} CairnSyncPageAction;

/**
 * CairnSyncPageEntry:
 * @action: what is to be done with it
 * @reason: (nullable): why it goes into quarantine, a static name
 * @type: (nullable): resource type; never %NULL unless in quarantine
 * @id: (nullable): id; never %NULL unless in quarantine
 * @text: the resource as it came; in quarantine the whole entry
 * @summary: (nullable): index columns of a resource to store
 * @search_text: (nullable): its words
 * @initials: what they begin with, see cairn_script_initials()
 *
 * One entry of a page, ready to be written.
 */
typedef struct
{
  CairnSyncPageAction action;
  const char     *reason;
  char           *type;
  char           *id;
  CairnJson       text;
  CairnSummary   *summary;
  char           *search_text;
  guint64         initials;
} CairnSyncPageEntry;

/**
 * CairnSyncPage:
 * @entries: (element-type CairnSyncPageEntry): all but outcomes
 * @wanted: (element-type utf8): set of "Type/id": directory entries and medications that they refer to
 * @next: (nullable): address of the next page, as written
 * @server_time: the server's clock when it answered, ms since 1970; 0 unknown
 * @total: how many the search has in all; −1 unknown
 * @outcome: (nullable): what the server said about its answer (FHIR R4 §3.1.1.2.1, mode "outcome")
 *
 * A page from a server, checked by the gate and read once, on a worker thread.
 */
typedef struct
{
  CairnBundle *bundle;
  GPtrArray   *entries;
  GHashTable  *wanted;
  char        *next;
  gint64       server_time;
  gint64       total;
  char        *outcome;
} CairnSyncPage;

CairnSyncPage *cairn_sync_page_new  (GBytes *bytes, const char *base, const char *patient, gboolean ids_only,
                            gint64 answered, GError **error);
void       cairn_sync_page_free (CairnSyncPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSyncPage, cairn_sync_page_free)

G_END_DECLS
