/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-summary.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CairnRecord:
 *
 * One line of a list of records. All properties are read-only: "type", "id", "reference" ("Type/id"),
 * "kind" (the id of a #CairnKind), "title", "term", "value", "unit", "interpretation", "status" (strings, %NULL
 * when there is nothing), "flags" (a #CairnFlags as guint), "date" (as written), "has-start", "start" (milliseconds
 * since 1970 UTC) and "loaded". A record that isn't loaded yet is a placeholder: its strings are %NULL
 * and every property is notified when it fills in.
 */
#define CAIRN_TYPE_RECORD (cairn_record_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecord, cairn_record, CAIRN, RECORD, GObject)

const char      *cairn_record_get_resource_type  (CairnRecord *self);
const char      *cairn_record_get_id             (CairnRecord *self);
const char      *cairn_record_get_reference      (CairnRecord *self);
const char      *cairn_record_get_kind           (CairnRecord *self);
const char      *cairn_record_get_title          (CairnRecord *self);
const char      *cairn_record_get_term           (CairnRecord *self);
const char      *cairn_record_get_value          (CairnRecord *self);
const char      *cairn_record_get_unit           (CairnRecord *self);
const char      *cairn_record_get_interpretation (CairnRecord *self);
const char      *cairn_record_get_status         (CairnRecord *self);
CairnFlags       cairn_record_get_flags          (CairnRecord *self);
const char      *cairn_record_get_date           (CairnRecord *self);
gboolean         cairn_record_get_start          (CairnRecord *self, gint64 *start);
gboolean         cairn_record_get_is_new         (CairnRecord *self);
gboolean         cairn_record_get_is_part        (CairnRecord *self);
guint            cairn_record_get_n_messages     (CairnRecord *self);
guint            cairn_record_get_n_parts        (CairnRecord *self, guint *n_unusual);
gboolean         cairn_record_get_loaded         (CairnRecord *self);

G_END_DECLS
