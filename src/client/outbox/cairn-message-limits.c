/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a message may have, as the portal says it (GET ./messages of the accounts). No state, any thread. */
#include "cairn-message-limits.h"

#include <string.h>

#include "client/cairn-conversation.h"
#include "fhir/cairn-attachment.h"

/* What is looked through before it leaves */
static const char *const known_types[] = { "image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain", NULL };

/**
 * cairn_message_limits_init:
 * @self: (out caller-allocates): limits
 *
 * What this program can do, for a portal that says nothing.
 */
void
cairn_message_limits_init (CairnMessageLimits *self)
{
  self->words = CAIRN_MESSAGE_MAX_WORDS;
  self->files = CAIRN_FILES_MAX;
  self->file_bytes = CAIRN_ATTACHMENT_MAX_BYTES;
  self->types = g_strdupv ((char **) known_types);
}

/**
 * cairn_message_limits_clear:
 * @self: limits
 */
void
cairn_message_limits_clear (CairnMessageLimits *self)
{
  g_clear_pointer (&self->types, g_strfreev);
}

/**
 * cairn_message_limits_copy:
 * @self: limits
 * @copy: (out caller-allocates): the same
 */
void
cairn_message_limits_copy (const CairnMessageLimits *self, CairnMessageLimits *copy)
{
  *copy = *self;
  copy->types = g_strdupv (self->types);
}

/**
 * cairn_message_limits_equal:
 * @self: limits
 * @other: others
 *
 * Returns: whether they are the same
 */
gboolean
cairn_message_limits_equal (const CairnMessageLimits *self, const CairnMessageLimits *other)
{
  return self->words == other->words && self->files == other->files && self->file_bytes == other->file_bytes &&
         g_strv_equal ((const char *const *) self->types, (const char *const *) other->types);
}

static gboolean
note_type (CairnJson type, gpointer data)
{
  for (guint i = 0; known_types[i] != NULL; i++)
    if (cairn_json_equals (type, known_types[i]))
      ((gboolean *) data)[i] = TRUE;
  return TRUE;
}

/**
 * cairn_message_limits_read:
 * @self: limits
 * @said: what the portal says; what it doesn't say stays
 */
void
cairn_message_limits_read (CairnMessageLimits *self, CairnJson said)
{
  CairnJson attachments = cairn_json_member (said, "attachments");
  gboolean taken[G_N_ELEMENTS (known_types)] = { FALSE };
  gint64 number;
  guint n = 0;

  if (cairn_json_int64 (cairn_json_member (said, "words"), &number) && number > 0)
    self->words = MIN ((guint64) number, CAIRN_MESSAGE_MAX_WORDS);
  if (cairn_json_int64 (cairn_json_member (attachments, "count"), &number) && number >= 0)
    self->files = MIN (number, CAIRN_FILES_MAX);
  if (cairn_json_int64 (cairn_json_member (attachments, "bytes"), &number) && number > 0)
    self->file_bytes = MIN (number, CAIRN_ATTACHMENT_MAX_BYTES);
  if (!cairn_json_is_array (cairn_json_member (attachments, "types")))
    return;
  cairn_json_foreach (attachments, "types", note_type, taken);
  g_strfreev (self->types);
  self->types = g_new0 (char *, G_N_ELEMENTS (known_types));
  for (guint i = 0; known_types[i] != NULL; i++)
    if (taken[i])
      self->types[n++] = g_strdup (known_types[i]);
}

/**
 * cairn_message_limits_judge:
 * @self: limits
 * @type: media type of a file, by its content
 * @size: bytes of what would be sent of it
 *
 * Returns: what speaks against sending it
 */
CairnFileProblem
cairn_message_limits_judge (const CairnMessageLimits *self, const char *type, goffset size)
{
  if (!g_strv_contains ((const char *const *) self->types, type))
    return CAIRN_FILE_KIND;
  return size > self->file_bytes ? CAIRN_FILE_TOO_LARGE : CAIRN_FILE_FINE;
}
