/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_LETTER_NOBODY,   /* costs what a mail costs, and goes nowhere */
  PORTAL_LETTER_MAIL,
  PORTAL_LETTER_TEXT,
} PortalLetterKind;

/**
 * PortalLetter:
 * @recipient: an e-mail address or a telephone number
 * @message_id: the same for every try
 * @body: a whole message (RFC 5322, lines ended by LF), or a text
 * @pause: ms to wait before the first try
 * @expires: ms; what is in it is worth nothing after that
 * @tries: that have begun
 *
 * Something that waits to be sent.
 */
typedef struct
{
  gint64           id;
  PortalLetterKind kind;
  char            *recipient;
  char            *message_id;
  char            *body;
  gint64           pause;
  gint64           expires;
  gint64           tries;
} PortalLetter;

void     portal_letter_free          (PortalLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalLetter, portal_letter_free)

gboolean portal_store_queue_letter   (CairnConnection *db, const PortalLetter *letter, gint64 now, GError **error);
gboolean portal_store_claim_letter   (CairnConnection *db, gint64 now, gint64 until, PortalLetter **letter, GError **error);
gboolean portal_store_drop_letter    (CairnConnection *db, gint64 id, GError **error);
gboolean portal_store_defer_letter   (CairnConnection *db, gint64 id, gint64 due, GError **error);
gboolean portal_store_bury_letter    (CairnConnection *db, gint64 id, const char *why, gint64 now, GError **error);
gboolean portal_store_next_letter    (CairnConnection *db, gint64 *due, GError **error);
gboolean portal_store_count_letters  (CairnConnection *db, gint64 *waiting, gint64 *failed, GError **error);

gboolean portal_store_note_notice (CairnConnection *db, const char *recipient, const char *thread, gint64 now, gint64 before,
                                   gboolean *due, GError **error);

G_END_DECLS
