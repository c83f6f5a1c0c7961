/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-file.h"

G_BEGIN_DECLS

char *cairn_save_dup_name (const char *title, const char *date, const char *type);
void  cairn_save_bytes    (AdwToastOverlay *toasts, const char *name, GBytes *bytes);
void  cairn_save_file     (AdwToastOverlay *toasts, CairnSession *session, CairnFile *file);

G_END_DECLS
