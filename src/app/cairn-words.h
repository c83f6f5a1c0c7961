/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "fhir/cairn-summary.h"

G_BEGIN_DECLS

/* All times are milliseconds since 1970 UTC; all texts are translated and the caller's. */
char       *cairn_words_age         (gint64 when, gint64 now);
char       *cairn_words_date        (const char *written, gint64 now);
char       *cairn_words_when        (const char *written, gint64 now);
char       *cairn_words_span        (const char *since, const char *until);
char       *cairn_words_instant     (gint64 when, gint64 now);
char       *cairn_words_brief       (gint64 when, gint64 now);
char       *cairn_words_clock       (gint64 when);
char       *cairn_words_day         (const char *written, gint64 now);
char       *cairn_words_moment      (const char *written, gboolean with_time, gint64 now);
char       *cairn_words_birth       (const char *written);
char       *cairn_words_month       (const char *written, gboolean with_year);
char       *cairn_words_group       (gboolean has_start, gint64 start, const char *written, gint64 now);
char       *cairn_words_today       (gint64 now);
char       *cairn_words_greeting    (const char *name, gint64 now);
char       *cairn_words_initials    (const char *name);
char       *cairn_words_host        (const char *address);
char       *cairn_words_call        (const char *phone);
char       *cairn_words_isolate     (const char *text);
const char *cairn_words_flags       (CairnFlags flags);
const char *cairn_words_error       (const GError *error);

G_END_DECLS
