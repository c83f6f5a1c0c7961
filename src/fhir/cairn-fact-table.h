/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnFactPart:
 * @words: (nullable): untranslated words around the value, with context "part" and one "%s"; of a path with "?" without it
 * @path: where its values stand in the element
 *
 * A path may name several elements, separated by spaces; one whose name ends in "[x]" is a choice element. "?name" says
 * @words when the boolean there is true, "?!name" when it is false; of "-name" the whole element is left out when it
 * points at a patient; "#name" is a number of pictures.
 */
typedef struct
{
  const char *words;
  const char *path;
} CairnFactPart;

/**
 * CairnFactRowKind:
 * @CAIRN_FACT_ROW_LINES: each value that the paths lead to is a line
 * @CAIRN_FACT_ROW_PARTS: each element is a line of its parts
 * @CAIRN_FACT_ROW_GROUP: each element is a fact of its own under a heading: its first part is the label, the others lines
 * @CAIRN_FACT_ROW_DETAILS: each dosage that has a text of its own is a line of its parts
 * @CAIRN_FACT_ROW_TARGETS: each reference is a fact of its own, with the value of what it points at
 */
typedef enum
{
  CAIRN_FACT_ROW_LINES,
  CAIRN_FACT_ROW_PARTS,
  CAIRN_FACT_ROW_GROUP,
  CAIRN_FACT_ROW_DETAILS,
  CAIRN_FACT_ROW_TARGETS,
} CairnFactRowKind;

/**
 * CairnFactRow:
 * @label: untranslated label or heading, with context "fact"
 * @paths: element paths, separated by spaces; the resource itself when empty
 * @more: whether it stands among what few people look for
 *
 * Where one fact of a resource type stands.
 */
typedef struct
{
  CairnFactRowKind     kind;
  CairnFactRole        role;
  const char          *label;
  const char          *paths;
  const CairnFactPart *parts;
  guint                n_parts;
  gboolean             more;
} CairnFactRow;

/**
 * CairnFactTable:
 * @type: a resource type; %NULL ends a list
 * @rows: its facts in reading order
 */
typedef struct
{
  const char         *type;
  const CairnFactRow *rows;
  guint               n;
} CairnFactTable;

/* How the tables are written. */
#define CAIRN_PARTS(...) \
  (const CairnFactPart[]) { __VA_ARGS__ }, G_N_ELEMENTS (((const CairnFactPart[]) { __VA_ARGS__ }))
#define F(label, paths) { CAIRN_FACT_ROW_LINES, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, NULL, 0 }
#define ROLE(role, label, paths) { CAIRN_FACT_ROW_LINES, CAIRN_FACT_ROLE_##role, NC_ ("fact", label), paths, NULL, 0 }
#define MORE(label, paths) { CAIRN_FACT_ROW_LINES, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, NULL, 0, TRUE }
#define NOTE(label, paths) { CAIRN_FACT_ROW_LINES, CAIRN_FACT_ROLE_NOTE, NC_ ("fact", label), paths, NULL, 0 }
#define TARGETS(label, paths) { CAIRN_FACT_ROW_TARGETS, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, NULL, 0 }
#define DETAILS(label, paths) { CAIRN_FACT_ROW_DETAILS, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, NULL, 0 }
#define PARTS(label, paths, ...) { CAIRN_FACT_ROW_PARTS, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, CAIRN_PARTS (__VA_ARGS__) }
#define GROUP(label, paths, ...) { CAIRN_FACT_ROW_GROUP, CAIRN_FACT_ROLE_PLAIN, NC_ ("fact", label), paths, CAIRN_PARTS (__VA_ARGS__) }
#define P(path) { NULL, path }
#define Q(words, path) { NC_ ("part", words), path }
#define TYPE(type, ...) { type, (const CairnFactRow[]) { __VA_ARGS__ }, G_N_ELEMENTS (((const CairnFactRow[]) { __VA_ARGS__ })) }

extern const CairnFactTable cairn_fact_table_care[];
extern const CairnFactTable cairn_fact_table_medicine[];
extern const CairnFactTable cairn_fact_table_money[];
extern const CairnFactTable cairn_fact_table_people[];
extern const CairnFactTable cairn_fact_table_plan[];

/**
 * cairn_fact_rows:
 * @type: a resource type
 * @n: (out): how many
 *
 * Returns: (transfer none) (nullable): the facts of that type in reading order; %NULL for a type without a table
 */
const CairnFactRow *cairn_fact_rows   (const char *type, guint *n);

/**
 * cairn_source_rows:
 * @n: (out): how many
 *
 * Returns: (transfer none): who made a record and when: the group "Where this comes from" of every type
 */
const CairnFactRow *cairn_source_rows (guint *n);

G_END_DECLS
