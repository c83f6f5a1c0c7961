/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-conversation.h"

G_BEGIN_DECLS

/**
 * CairnMessageStand:
 * @CAIRN_MESSAGE_UNDOABLE: written a moment ago, held back so that it can be taken back
 * @CAIRN_MESSAGE_WAITING: goes when the portal can be reached
 * @CAIRN_MESSAGE_SENDING: under way
 * @CAIRN_MESSAGE_REFUSED: the portal did not take it
 * @CAIRN_MESSAGE_CONFLICT: the conversation changed meanwhile
 * @CAIRN_MESSAGE_SENT: at the portal
 * @CAIRN_MESSAGE_READ: read there
 *
 * How far something has come that the patient wrote.
 */
typedef enum
{
  CAIRN_MESSAGE_UNDOABLE,
  CAIRN_MESSAGE_WAITING,
  CAIRN_MESSAGE_SENDING,
  CAIRN_MESSAGE_REFUSED,
  CAIRN_MESSAGE_CONFLICT,
  CAIRN_MESSAGE_SENT,
  CAIRN_MESSAGE_READ,
} CairnMessageStand;

/* All texts are translated and the caller's. */
CairnMessageStand cairn_message_words_stand     (CairnMessage *message, gint64 now);
const char       *cairn_message_words_refusal   (const char *code);
const char       *cairn_message_words_icon      (CairnMessageStand stand);
char             *cairn_message_words_dup_stand (CairnMessage *message, CairnMessageStand stand, gboolean online, gint64 now);
char             *cairn_message_words_dup_from  (CairnMessage *message, gint64 now);
char             *cairn_message_words_dup_day   (gint64 when, gint64 now);
char             *cairn_message_words_dup_draft (const char *words);
char             *cairn_message_words_dup_reply (guint hours);
char             *cairn_message_words_dup_line  (const char *words, guint max);
gboolean          cairn_message_words_same_day  (gint64 a, gint64 b);
char *cairn_message_words_dup_room (const char *words, gsize most);

G_END_DECLS
