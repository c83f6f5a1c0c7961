/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnRecipient:
 *
 * Somebody whom one may write to. Construct-only properties: "reference" ("Type/id"), "name", "about" (nullable: what they do, or
 * what they are for), "pool" (whether it is a group that shares its messages) and "reply-hours" (when an answer comes at the latest, 0 when nobody says).
 */
#define CAIRN_TYPE_RECIPIENT (cairn_recipient_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecipient, cairn_recipient, CAIRN, RECIPIENT, GObject)

const char *cairn_recipient_get_reference   (CairnRecipient *self);
const char *cairn_recipient_get_name        (CairnRecipient *self);
const char *cairn_recipient_get_about       (CairnRecipient *self);
gboolean    cairn_recipient_get_pool        (CairnRecipient *self);
guint       cairn_recipient_get_reply_hours (CairnRecipient *self);

/**
 * CairnRecipients:
 *
 * A #GListModel of #CairnRecipient, in the portal's order: pools, then people; as last heard while there is no connection. At a
 * portal that doesn't say whom one may write to it is the people of the patient's care teams. Main thread.
 *
 * Properties: "session" (construct-only), "loading" (nothing is known yet), "error" (#GError, why nothing newer is known),
 * "n-items", and what the clinic says of messages: "reply-hours", "emergency-text", "emergency-number", "phone", and what one may
 * have: "max-words" (bytes), "max-files", "max-file-bytes" and "file-types" (media types). What the clinic says also holds for the
 * files that are attached from then on, and for what is sent; before it is heard, what this program can do at most.
 */
#define CAIRN_TYPE_RECIPIENTS (cairn_recipients_get_type ())
G_DECLARE_FINAL_TYPE (CairnRecipients, cairn_recipients, CAIRN, RECIPIENTS, GObject)

CairnRecipients *cairn_recipients_new                  (CairnSession *session);
void             cairn_recipients_keep                 (CairnSession *session);
void             cairn_recipients_reload               (CairnRecipients *self);
CairnRecipient  *cairn_recipients_find                 (CairnRecipients *self, const char *reference);
gboolean         cairn_recipients_get_loading          (CairnRecipients *self);
const GError    *cairn_recipients_get_error            (CairnRecipients *self);
guint            cairn_recipients_get_reply_hours      (CairnRecipients *self);
const char      *cairn_recipients_get_emergency_text   (CairnRecipients *self);
const char      *cairn_recipients_get_emergency_number (CairnRecipients *self);
const char      *cairn_recipients_get_phone            (CairnRecipients *self);
gsize            cairn_recipients_get_max_words        (CairnRecipients *self);
guint            cairn_recipients_get_max_files        (CairnRecipients *self);
goffset          cairn_recipients_get_max_file_bytes   (CairnRecipients *self);
const char *const *cairn_recipients_get_file_types     (CairnRecipients *self);

G_END_DECLS
