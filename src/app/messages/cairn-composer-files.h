/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-file.h"

G_BEGIN_DECLS

/* The key of the draft that files belong to, and its outbox; NULL while none are taken. */
typedef const char *(*CairnDraftPlaceFunc) (gpointer widget, CairnOutbox **outbox);

guint cairn_composer_files_count  (GListModel *files, CairnFileState state);
void  cairn_composer_files_choose (GtkWidget *widget, CairnDraftPlaceFunc place, const char *const *types);
void  cairn_composer_files_accept (GtkWidget *widget, GtkTextView *view, CairnDraftPlaceFunc place);

G_END_DECLS
