/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-session.h"

G_BEGIN_DECLS

GtkWidget *cairn_document_list_new (CairnSession *session, const CairnFacts *facts);

G_END_DECLS
