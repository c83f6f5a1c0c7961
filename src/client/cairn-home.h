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
 * @n_unread: messages that the patient has not read
 * @message: (nullable): the newest of those
 * @message_sender: (nullable): who wrote it
 * @results: (element-type CairnRecord): the newest test results, three at most
 *
 * What Home shows, read from the cache in one go.
 */
typedef struct
{
  CairnRecord *appointment;
  char        *appointment_when;
  char        *appointment_where;
  char        *appointment_with;
  guint        n_unread;
  CairnRecord *message;
  char        *message_sender;
  GListModel  *results;
} CairnHome;

#define CAIRN_TYPE_HOME (cairn_home_get_type ())
GType      cairn_home_get_type (void);
CairnHome *cairn_home_copy     (const CairnHome *self);
void       cairn_home_free     (CairnHome *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnHome, cairn_home_free)

G_END_DECLS
