/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-file.h"
#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * CairnMessageLimits:
 * @words: bytes of a message's words
 * @files: files of a message
 * @file_bytes: bytes of a file
 * @types: (array zero-terminated=1): media types of files
 *
 * What a message may have: what the portal takes, and never more than this program can do.
 */
typedef struct
{
  gsize    words;
  guint    files;
  goffset  file_bytes;
  char   **types;
} CairnMessageLimits;

void             cairn_message_limits_init  (CairnMessageLimits *self);
void             cairn_message_limits_clear (CairnMessageLimits *self);
void             cairn_message_limits_copy  (const CairnMessageLimits *self, CairnMessageLimits *copy);
gboolean         cairn_message_limits_equal (const CairnMessageLimits *self, const CairnMessageLimits *other);
void             cairn_message_limits_read  (CairnMessageLimits *self, CairnJson said);
CairnFileProblem cairn_message_limits_judge (const CairnMessageLimits *self, const char *type, goffset size);

G_END_DECLS
