/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-record.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CairnHome:
 * @appointment: (nullable): the next visit, %NULL when none is planned
 * @appointment_when: (nullable): its start, milliseconds since 1970 UTC, is in @appointment; this is its date in words
 * @appointment_where: (nullable): place
 * @appointment_with: (nullable): people
 * @address: (nullable): where that place is, one line
 * @position: (nullable): the same as "latitude,longitude"
 * @phone: (nullable): the place's telephone number, as written
 * @results: (element-type CairnRecord): two records at most: of what is new since the last look, results first, else the
 *   newest results
 * @n_new: how much is new, as cairn_session_get_n_new() and the list of what is new have it
 * @only_results: whether all that is new are results, of the laboratory or in a report
 *
 * What Home shows first, read from the cache in one go.
 */
typedef struct
{
  CairnRecord *appointment;
  char        *appointment_when;
  char        *appointment_where;
  char        *appointment_with;
  char        *address;
  char        *position;
  char        *phone;
  GListModel  *results;
  guint        n_new;
  gboolean     only_results;
} CairnHome;

/**
 * CairnHomeLineKind:
 * @CAIRN_HOME_LINE_PLAIN: a medicine or a task
 * @CAIRN_HOME_LINE_CARE: care that prevents: a vaccination, a screening, a step of a plan
 * @CAIRN_HOME_LINE_ANSWER: a visit that the patient has not accepted or declined
 *
 * What a line on Home is about.
 */
typedef enum
{
  CAIRN_HOME_LINE_PLAIN,
  CAIRN_HOME_LINE_CARE,
  CAIRN_HOME_LINE_ANSWER,
} CairnHomeLineKind;

/**
 * CairnHomeLine:
 * @kind: what it is about
 * @record: a medicine or a thing to do
 * @has_day: whether there is a day that matters
 * @day: ms since 1970 UTC: until when a medicine lasts, when a thing is due, when a visit begins
 * @refills: how many refills were allowed, −1 when that isn't said
 */
typedef struct
{
  CairnHomeLineKind kind;
  CairnRecord *record;
  gboolean     has_day;
  gint64       day;
  int          refills;
} CairnHomeLine;

/**
 * CairnHomeMessage:
 * @record: a message
 * @sender: (nullable): who wrote it
 *
 * A message that the patient has not read.
 */
typedef struct
{
  CairnRecord *record;
  char        *sender;
} CairnHomeMessage;

/**
 * CairnHomeMore:
 * @n_unread: messages that the patient has not read
 * @messages: (element-type CairnHomeMessage): three of those at most, the newest first
 * @medicines: (element-type CairnHomeLine): two at most that are taken now, what runs out first before all
 * @n_to_do: how many things there are to do
 * @to_do: (element-type CairnHomeLine): six of them at most, first what somebody waits for, then what is due first
 *
 * What Home shows a moment later.
 */
typedef struct
{
  guint        n_unread;
  GPtrArray   *messages;
  GPtrArray   *medicines;
  guint        n_to_do;
  GPtrArray   *to_do;
} CairnHomeMore;

#define CAIRN_TYPE_HOME (cairn_home_get_type ())
GType      cairn_home_get_type (void);
CairnHome *cairn_home_copy     (const CairnHome *self);
void       cairn_home_free     (CairnHome *self);

void       cairn_home_more_free (CairnHomeMore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnHome, cairn_home_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnHomeMore, cairn_home_more_free)

G_END_DECLS
