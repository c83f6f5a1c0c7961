/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-frame-page.h"
#include "client/cairn-trend.h"
#include "print/cairn-sheet.h"

G_BEGIN_DECLS

CairnSheet *cairn_record_print_create (CairnSession *session, const CairnFacts *facts, CairnTrend *trend, const char *clinic);
void        cairn_record_print_save   (CairnFramePage *page, AdwToastOverlay *toasts, const char *reference, CairnTrend *trend);
void        cairn_record_print_print  (CairnFramePage *page, AdwToastOverlay *toasts, const char *reference, CairnTrend *trend);

G_END_DECLS
