/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"
#include "cairn-types.h"

G_BEGIN_DECLS

/**
 * CairnFlags:
 * @CAIRN_FLAG_CORRECTED: status corrected, amended or appended
 * @CAIRN_FLAG_ENTERED_IN_ERROR: must never be read as a fact
 * @CAIRN_FLAG_INCOMPLETE: a required element is absent or has the wrong type, or a modifier is not understood
 * @CAIRN_FLAG_PRELIMINARY: status preliminary or registered
 * @CAIRN_FLAG_CANCELLED: status cancelled, not-done, stopped and the like
 * @CAIRN_FLAG_NEGATED: refuted, doNotPerform: it says that something is not so
 */
typedef enum
{
  CAIRN_FLAG_NONE = 0,
  CAIRN_FLAG_CORRECTED = 1 << 0,
  CAIRN_FLAG_ENTERED_IN_ERROR = 1 << 1,
  CAIRN_FLAG_INCOMPLETE = 1 << 2,
  CAIRN_FLAG_PRELIMINARY = 1 << 3,
  CAIRN_FLAG_CANCELLED = 1 << 4,
  CAIRN_FLAG_NEGATED = 1 << 5,
} CairnFlags;

/**
 * CairnKind:
 * @id: stable name, as in `cairnctl list` ("test-result", "vital-sign", …)
 * @title: untranslated plural for people ("Test results"), in the domain cairn with context "kind"
 * @icon: icon name
 * @in_timeline: whether it belongs to the patient's timeline (directory entries and the Patient don't)
 *
 * What a patient would call a record.
 */
typedef struct
{
  const char *id;
  const char *title;
  const char *icon;
  gboolean    in_timeline;
} CairnKind;

/**
 * CairnSummary:
 * @kind: its kind
 * @date: (nullable): the date that it is about, as written; %NULL when it has none that is a string
 * @has_start: whether @date is a legal date
 * @start: its first instant, ms since 1970 UTC
 * @title: what it is, in words; never empty
 * @term: (nullable): the clinical term when it differs from @title
 * @value: (nullable): text of the value as written
 * @interpretation: (nullable): what the source says of the value, in its code ("H", "L", "N", "A", "HH" …)
 *
 * One line about a resource, read in one pass over its text: what a list shows and sorts by. All
 * strings are UTF-8 and plain (no markup); title and term are at most 500 bytes, all others but type and
 * id at most 200.
 */
typedef struct
{
  char            *type;
  char            *id;
  char            *version;
  char            *updated;
  const CairnKind *kind;
  char            *date;
  gboolean         has_start;
  gint64           start;
  char            *title;
  char            *term;
  char            *value;
  char            *unit;
  char            *interpretation;
  char            *status;
  CairnFlags       flags;
} CairnSummary;

/* Bytes of the words by which a resource is found. */
#define CAIRN_SUMMARY_MAX_SEARCH_TEXT (256 * 1024)

/* Rises whenever summaries or the words by which a resource is found come out differently than before. */
#define CAIRN_SUMMARY_WORDING 1

const CairnKind *const *cairn_kind_list            (void);
const CairnKind        *cairn_kind_lookup          (const char *id);

CairnSummary           *cairn_summary_new          (CairnJson resource);
void                    cairn_summary_free         (CairnSummary *self);
char                   *cairn_summary_dup_search_text (CairnJson resource, gsize limit, CairnReferenceFunc func, gpointer data);
char                  **cairn_flags_to_strv        (CairnFlags flags);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnSummary, cairn_summary_free)

G_END_DECLS
