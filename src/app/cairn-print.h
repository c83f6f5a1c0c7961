/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "paper/cairn-paper.h"
#include "print/cairn-sheet.h"

G_BEGIN_DECLS

void cairn_print_get_paper_size (double *width, double *height);
void cairn_print_sheet          (AdwToastOverlay *toasts, const char *title, CairnSheet *sheet);
void cairn_print_paper          (AdwToastOverlay *toasts, const char *title, CairnPaper *paper);

G_END_DECLS
