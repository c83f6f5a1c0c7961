/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "fhir/cairn-attachment.h"

G_BEGIN_DECLS

/**
 * CairnDocumentPlace:
 * @CAIRN_DOCUMENT_INSIDE: in the record itself
 * @CAIRN_DOCUMENT_PORTAL: at the portal; it is fetched when opened and kept
 * @CAIRN_DOCUMENT_ELSEWHERE: at another address; Cairn never goes there, a browser can
 * @CAIRN_DOCUMENT_NOWHERE: nothing to open: no address, or one that no browser takes
 *
 * Where an attachment's bytes are.
 */
typedef enum
{
  CAIRN_DOCUMENT_INSIDE,
  CAIRN_DOCUMENT_PORTAL,
  CAIRN_DOCUMENT_ELSEWHERE,
  CAIRN_DOCUMENT_NOWHERE,
} CairnDocumentPlace;

/**
 * CairnDocument:
 * @type: its media type in lower case, "application/octet-stream" when nobody says
 * @bytes: what is in it, 25 MB at most; as the record says where it says so, and otherwise unknown to be harmless
 *
 * An attachment that was opened.
 */
typedef struct
{
  char   *type;
  GBytes *bytes;
} CairnDocument;

/**
 * CairnDocumentProgress:
 * @done: bytes that have come
 * @data: the caller's
 *
 * Called on the main thread while a document comes from the portal.
 */
typedef void (*CairnDocumentProgress) (gsize done, gpointer data);

CairnDocument *cairn_document_new  (const char *type, GBytes *bytes);
void           cairn_document_free (CairnDocument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnDocument, cairn_document_free)

G_END_DECLS
