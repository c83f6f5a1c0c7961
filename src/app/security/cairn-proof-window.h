/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_PROOF_WINDOW (cairn_proof_window_get_type ())
G_DECLARE_FINAL_TYPE (CairnProofWindow, cairn_proof_window, CAIRN, PROOF_WINDOW, AdwWindow)

GtkWidget *cairn_proof_window_new (CairnSecurity *security);

G_END_DECLS
