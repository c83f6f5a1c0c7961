/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/* Codes that come without words of their own, in words for people; what only src/fhir needs. All tables are ours and
 * immutable: no dictionary of others is copied. */

/**
 * cairn_code_get_words:
 * @code: a code of an element that has nothing but a code, as "male" or "order"
 *
 * Returns: (transfer none) (nullable): translated words
 */
const char *cairn_code_get_words         (const char *code);

/**
 * cairn_coding_dup_words:
 * @coding: a Coding without a display
 *
 * Returns: (transfer full) (nullable): translated words for what its code says in its system
 */
char       *cairn_coding_dup_words       (CairnJson coding);

/**
 * cairn_coding_has_better_words:
 * @coding: a Coding
 *
 * Returns: whether words of ours come before its display
 */
gboolean    cairn_coding_has_better_words (CairnJson coding);

/**
 * cairn_plain_name_dup:
 * @concept: the code of a test or a measurement
 *
 * Returns: (transfer full) (nullable): what a person calls one of the commonest ones, with the term that a doctor uses in
 *   brackets where people know that, by its LOINC code
 */
char       *cairn_plain_name_dup         (CairnJson concept);

/**
 * cairn_plain_name_dup_over_text:
 * @concept: the code of a test or a measurement
 *
 * Returns: (transfer full) (nullable): the same, when the source itself has no other words than a dictionary's
 */
char       *cairn_plain_name_dup_over_text (CairnJson concept);

/**
 * cairn_test_dup_name:
 * @concept: the code of a test or a measurement
 *
 * Returns: (transfer full) (nullable): what to call it: the source's own words, else a plain name, else a dictionary's words
 */
char       *cairn_test_dup_name          (CairnJson concept);

/**
 * cairn_type_dup_words:
 * @type: a resource type
 *
 * Returns: (transfer full): what to call one of them ("Visit")
 */
char       *cairn_type_dup_words         (const char *type);

char       *cairn_contact_use_dup_words  (const char *use);
char       *cairn_content_type_dup_words (const char *type);

G_END_DECLS
