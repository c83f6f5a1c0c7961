/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CAIRN_ATTACHMENT_MAX_TEXT:
 *
 * Bytes of a text attachment that are read (256 KB); a larger one is only to be saved.
 */
#define CAIRN_ATTACHMENT_MAX_TEXT (256 * 1024)

/**
 * CAIRN_ATTACHMENT_MAX_BYTES:
 *
 * Bytes of an attachment that is opened (25 MB).
 */
#define CAIRN_ATTACHMENT_MAX_BYTES (25 * 1024 * 1024)

/**
 * CairnAttachment:
 * @number: its place among the attachments of its resource, from 0
 * @title: (nullable): what its author calls it
 * @type: (nullable): its media type in lower case, without parameters
 * @url: (nullable): where it lies when it isn't inside, as written
 * @language: (nullable): a BCP 47 tag
 * @created: (nullable): a FHIR date
 * @hash: (nullable): base64 of the SHA-1 of its bytes
 * @size: in bytes as its author counted, −1 when not said
 * @inside: whether the resource itself has the bytes
 *
 * What a resource says of a document or a picture that belongs to it (FHIR R4 §2.24.0.5, for a Binary §2.41).
 */
typedef struct
{
  guint    number;
  char    *title;
  char    *type;
  char    *url;
  char    *language;
  char    *created;
  char    *hash;
  gint64   size;
  gboolean inside;
} CairnAttachment;

CairnAttachment *cairn_attachment_copy     (const CairnAttachment *self);
void             cairn_attachment_free     (CairnAttachment *self);
GPtrArray       *cairn_attachment_list     (CairnJson resource);
GBytes          *cairn_attachment_dup_data (CairnJson resource, guint number, GError **error);
gboolean         cairn_attachment_check_parts (const CairnAttachment *self, const char *type, GBytes *head, gsize size, const char *sha1,
                                              GError **error);
gboolean         cairn_attachment_check    (const CairnAttachment *self, const char *type, GBytes *bytes, GError **error);
char            *cairn_media_type_dup      (const char *type);

char            *cairn_attachment_dup_text (CairnJson attachment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnAttachment, cairn_attachment_free)

G_END_DECLS
