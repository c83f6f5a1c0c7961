/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

#define BENCH_WHEEL 120

void          bench_init         (void);
CairnSession *bench_open_session (void);
GtkWidget    *bench_find         (GtkWidget *root, GType type);
void          bench_run_for      (guint ms);
GtkWidget    *bench_show         (GtkWidget *page, gboolean *painted);
double        bench_run_frame    (gboolean *painted);
void          bench_scroll       (const char *name, GtkWidget *list, double step, guint steps, gboolean *painted);

G_END_DECLS
