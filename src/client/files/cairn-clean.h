/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/cairn-file.h"

G_BEGIN_DECLS

/**
 * CairnClean:
 * @type: its media type by what is in it
 * @spans: (element-type CairnCleanSpan): what of it may leave this machine, in order
 * @size: bytes of all spans
 * @drops: whether anything is left out or changed
 *
 * How a file looks without what its camera or program wrote about places and people. No pixel is touched.
 */
typedef struct
{
  const char *type;
  GArray     *spans;
  goffset     size;
  gboolean    drops;
} CairnClean;

CairnFileProblem cairn_clean_look  (GInputStream *stream, CairnClean **clean, GError **error);
CairnFileProblem cairn_clean_write (const CairnClean *self, GInputStream *stream, GOutputStream *out, GCancellable *cancellable,
                                    GError **error);
void             cairn_clean_free  (CairnClean *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnClean, cairn_clean_free)

G_END_DECLS
