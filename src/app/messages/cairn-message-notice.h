/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-recipients.h"

G_BEGIN_DECLS

char *cairn_message_notice_dup (CairnRecipients *recipients, const char *reference);

G_END_DECLS
