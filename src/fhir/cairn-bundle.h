/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-gate.h"

G_BEGIN_DECLS

/**
 * CairnBundleEntry:
 * @entry: the whole entry
 * @resource: its resource; absent in a deletion or when it has none or a fault
 * @fault: (nullable): why it must be quarantined, a static name: a gate fault ("duplicate-key", "depth",
 *   "lone-surrogate", "nul", "not-utf8"), or "no-type", "no-id", "illegal-id"; %NULL when it is fine
 * @type: (nullable): resourceType; may be set beside a fault
 * @id: (nullable): resource.id, or of a deletion the id in request.url
 * @mode: (nullable): search.mode
 * @method: (nullable): request.method
 * @full_url: (nullable): fullUrl
 *
 * One entry of a Bundle. An entry with mode "outcome" needs no id.
 */
typedef struct
{
  CairnJson   entry;
  CairnJson   resource;
  const char *fault;
  char       *type;
  char       *id;
  char       *mode;
  char       *method;
  char       *full_url;
} CairnBundleEntry;

/**
 * CairnBundle:
 *
 * A FHIR Bundle whose text passed the gate (FHIR R4 §2.36). Reads entries one at a time.
 */
typedef struct _CairnBundle CairnBundle;

CairnBundle *cairn_bundle_new           (GBytes *bytes, gsize limit, GError **error);
void         cairn_bundle_free          (CairnBundle *self);
const char  *cairn_bundle_get_type      (CairnBundle *self);
char        *cairn_bundle_dup_link      (CairnBundle *self, const char *relation);
CairnJson    cairn_bundle_get_head      (CairnBundle *self);
guint        cairn_bundle_n_entries     (CairnBundle *self);
void         cairn_bundle_read_entry    (CairnBundle *self, guint index, CairnBundleEntry *entry);
void         cairn_bundle_entry_clear   (CairnBundleEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnBundle, cairn_bundle_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CairnBundleEntry, cairn_bundle_entry_clear)

G_END_DECLS
