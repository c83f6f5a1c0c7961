/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-paper-wire.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

GdkPixbuf *cairn_paper_webp_decode (GBytes *bytes, CairnPaperFault *fault);

G_END_DECLS
