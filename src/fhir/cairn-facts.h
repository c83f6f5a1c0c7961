/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/cairn-range.h"
#include "fhir/cairn-samples.h"
#include "fhir/cairn-report.h"
#include "fhir/cairn-summary.h"

G_BEGIN_DECLS

/**
 * CairnFactSection:
 * @CAIRN_FACT_SECTION_MAIN: what matters first; without a heading
 * @CAIRN_FACT_SECTION_GROUP: things of one sort, as the items of a bill; the heading names them
 * @CAIRN_FACT_SECTION_TARGETS: records that belong to this one, with their values, as the results of a report
 * @CAIRN_FACT_SECTION_ANSWERS: questions of a form with their answers
 * @CAIRN_FACT_SECTION_TEXT: what a text inside the record says
 * @CAIRN_FACT_SECTION_MORE: what few people look for; may be folded
 * @CAIRN_FACT_SECTION_SOURCE: who made the record and when; may be folded
 *
 * The part of the page that a fact stands in. Facts come in the order of this enumeration, except that groups,
 * targets and answers may alternate.
 */
typedef enum
{
  CAIRN_FACT_SECTION_MAIN,
  CAIRN_FACT_SECTION_GROUP,
  CAIRN_FACT_SECTION_TARGETS,
  CAIRN_FACT_SECTION_ANSWERS,
  CAIRN_FACT_SECTION_TEXT,
  CAIRN_FACT_SECTION_MORE,
  CAIRN_FACT_SECTION_SOURCE,
} CairnFactSection;

/**
 * CairnFactRole:
 * @CAIRN_FACT_ROLE_PLAIN: a fact like any other
 * @CAIRN_FACT_ROLE_DATE: CairnSummary.date in words
 * @CAIRN_FACT_ROLE_TERM: CairnSummary.term
 * @CAIRN_FACT_ROLE_STATUS: CairnSummary.status in words
 * @CAIRN_FACT_ROLE_NOTE: what somebody wrote about the record
 * @CAIRN_FACT_ROLE_RANGE: what is usual, as CairnFacts.range
 * @CAIRN_FACT_ROLE_CONCLUSION: the conclusion of a report, as in CairnFacts.report
 * @CAIRN_FACT_ROLE_ATTACHMENT: the documents that belong to it, as in CairnFacts.report
 * @CAIRN_FACT_ROLE_WARNING: what must not be overlooked, as a dangerous allergy; comes before all others
 *
 * What a fact is, for pages that show some of them in a way of their own.
 */
typedef enum
{
  CAIRN_FACT_ROLE_PLAIN,
  CAIRN_FACT_ROLE_DATE,
  CAIRN_FACT_ROLE_TERM,
  CAIRN_FACT_ROLE_STATUS,
  CAIRN_FACT_ROLE_NOTE,
  CAIRN_FACT_ROLE_RANGE,
  CAIRN_FACT_ROLE_CONCLUSION,
  CAIRN_FACT_ROLE_ATTACHMENT,
  CAIRN_FACT_ROLE_WARNING,
} CairnFactRole;

/**
 * CairnNote:
 * @author: (nullable): who wrote it
 * @time: (nullable): when, as written
 * @text: what they wrote; plain text, may have line breaks
 *
 * A comment that somebody made on a record (FHIR R4 Annotation).
 */
typedef struct
{
  char *author;
  char *time;
  char *text;
} CairnNote;

/**
 * CairnFact:
 * @section: the part of the page that it stands in
 * @role: what it is
 * @heading: (nullable): translated heading of that part; %NULL for the main one. Parts of one section may have
 *   several headings
 * @label: translated name of the fact ("Usual range")
 * @text: what it says; plain text, may have line breaks
 * @reference: (nullable): "Type/id" of the resource that it points at
 * @note: (nullable): the parts of @text when it is a comment
 *
 * One thing that a record says.
 */
typedef struct
{
  CairnFactSection section;
  CairnFactRole    role;
  char            *heading;
  char            *label;
  char            *text;
  char            *reference;
  CairnNote       *note;
} CairnFact;

/**
 * CairnFactsResolver:
 * @reference: "Type/id"
 * @value: (out) (optional) (transfer full) (nullable): what its value is, in words ("6.1 %, High")
 * @data: the caller's
 *
 * Returns: (transfer full) (nullable): what to call the resource that a reference points at
 */
typedef char *(*CairnFactsResolver) (const char *reference, char **value, gpointer data);

/**
 * CairnFacts:
 * @summary: the record's one line
 * @value: an Observation's value, or that of its components as one ("120/80")
 * @level: how its value stands to the usual, from interpretation, else from the range, else from its components
 * @range: (nullable): its reference range
 * @samples: (nullable): the curve, when the value is one
 * @warning: (nullable): translated sentence to show first ("This record was entered by mistake. …")
 * @narrative: (nullable): plain text of its narrative
 * @facts: (element-type CairnFact): in reading order
 * @report: (nullable): its conclusion and documents, when it has any
 *
 * All that the screen and `cairnctl show` say about one resource, in words.
 */
typedef struct
{
  CairnSummary *summary;
  CairnValue    value;
  CairnLevel    level;
  CairnRange   *range;
  CairnSamples *samples;
  char         *warning;
  char         *narrative;
  GPtrArray    *facts;
  CairnReport  *report;
} CairnFacts;

CairnFacts *cairn_facts_new     (CairnJson resource, CairnFactsResolver resolver, gpointer data);
CairnFacts *cairn_facts_new_for (CairnJson resource, CairnJson form, const CairnPerson *person, CairnFactsResolver resolver, gpointer data);
void        cairn_facts_add_holder (CairnFacts *self, const char *title, const char *reference);
void        cairn_facts_free    (CairnFacts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnFacts, cairn_facts_free)

G_END_DECLS
