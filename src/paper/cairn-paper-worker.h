/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-paper-wire.h"

G_BEGIN_DECLS

/* The drawing process as seen from here. Blocking, on one thread, but for stop, which any thread may call. */
typedef struct _CairnPaperWorker CairnPaperWorker;

CairnPaperWorker *cairn_paper_worker_new  (const char *program, const char *type, GBytes *bytes);
CairnPaperWorker *cairn_paper_worker_ref  (CairnPaperWorker *self);
void              cairn_paper_worker_unref (CairnPaperWorker *self);
void              cairn_paper_worker_stop (CairnPaperWorker *self);
float            *cairn_paper_worker_open (CairnPaperWorker *self, guint *n_pages, GError **error);
gboolean          cairn_paper_worker_ask  (CairnPaperWorker *self, CairnPaperAsk ask, guint page, guint width,
                                           const char *words, CairnPaperReply *reply, GBytes **data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnPaperWorker, cairn_paper_worker_unref)

G_END_DECLS
