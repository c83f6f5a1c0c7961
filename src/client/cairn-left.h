/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnLeftState:
 * @CAIRN_LEFT_DRAFT: it is being written
 * @CAIRN_LEFT_WAITING: it waits to be sent
 * @CAIRN_LEFT_FAILED: the portal did not take it
 * How far something came that is not at the portal.
 */
typedef enum
{
  CAIRN_LEFT_DRAFT,
  CAIRN_LEFT_WAITING,
  CAIRN_LEFT_FAILED,
} CairnLeftState;

/**
 * CairnLeft:
 * @type: resource type, "Communication" for a message
 * @key: (nullable): of the thread that it belongs to; "" for a message that is being written and has none yet
 * @topic: (nullable): what it is about
 * @state: how far it came
 * Something that signing out deletes, since the portal doesn't have it.
 */
typedef struct
{
  char           *type;
  char           *key;
  char           *topic;
  CairnLeftState  state;
} CairnLeft;

void       cairn_left_free                 (CairnLeft *self);
void       cairn_session_list_left_async   (CairnSession *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
GPtrArray *cairn_session_list_left_finish  (CairnSession *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnLeft, cairn_left_free)

G_END_DECLS
