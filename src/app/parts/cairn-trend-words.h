/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-trend.h"

G_BEGIN_DECLS

char *cairn_trend_words_change (CairnTrend *trend, const char *id);

G_END_DECLS
