/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnFactRow:
 * @label: untranslated label, with context "fact"
 * @paths: element paths, separated by spaces; each value that they lead to becomes a line
 *
 * Where one fact of a resource type stands. A path whose name ends in "[x]" is a choice element; one that
 * begins with "-" leaves references to patients out;
 * one that begins with "*" makes each reference a fact of its own, with the value of what it points at.
 */
typedef struct
{
  const char *label;
  const char *paths;
} CairnFactRow;

/**
 * cairn_fact_rows:
 * @type: a resource type
 * @n: (out): how many
 *
 * Returns: (transfer none) (nullable): the facts of that type in reading order; %NULL for a type without a table
 */
const CairnFactRow *cairn_fact_rows  (const char *type, guint *n);

/**
 * cairn_source_rows:
 * @n: (out): how many
 *
 * Returns: (transfer none): who made a record and when: the group "Where this comes from" of every type
 */
const CairnFactRow *cairn_source_rows (guint *n);

G_END_DECLS
