/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef void (*CairnAnswerFunc) (gpointer object);
typedef void (*CairnFileFunc)   (gpointer object, const char *path);
typedef void (*CairnFilesFunc)  (gpointer object, GListModel *files);

char      *cairn_compat_dup_built_path  (const char *path);
char      *cairn_compat_dup_paper_program (void);
GSettings *cairn_compat_get_settings    (void);
void       cairn_compat_show_about      (GtkWindow *parent);
void       cairn_compat_show_shortcuts  (GtkWindow *parent);
void       cairn_compat_confirm         (GtkWindow *parent, const char *title, const char *body, const char *yes,
                                         CairnAnswerFunc func, GObject *object);
void cairn_compat_confirm_with (GtkWindow *parent, const char *title, const char *body, GtkWidget *more, const char *yes,
                                CairnAnswerFunc func, GObject *object);
void       cairn_compat_choose_file     (GtkWindow *parent, const char *title, CairnFileFunc func, GObject *object);
void       cairn_compat_choose_files    (GtkWindow *parent, const char *title, const char *kinds, const char *const *types,
                                         CairnFilesFunc func, GObject *object);
void       cairn_compat_open_uri        (GtkWindow *parent, const char *uri, const char *none);

G_END_DECLS
