/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-trend.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_SPARKLINE (cairn_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (CairnSparkline, cairn_sparkline, CAIRN, SPARKLINE, GtkWidget)

GtkWidget *cairn_sparkline_new (CairnTrend *trend);

G_END_DECLS
