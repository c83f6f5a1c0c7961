/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "client/cairn-security.h"

G_BEGIN_DECLS

#define CAIRN_TYPE_FACTOR_SETUP (cairn_factor_setup_get_type ())
G_DECLARE_FINAL_TYPE (CairnFactorSetup, cairn_factor_setup, CAIRN, FACTOR_SETUP, AdwBin)

void     cairn_factor_setup_begin      (CairnFactorSetup *self, CairnSecurity *security);
void     cairn_factor_setup_renew      (CairnFactorSetup *self, CairnSecurity *security);
void     cairn_factor_setup_stop       (CairnFactorSetup *self);
void     cairn_factor_setup_take_focus (CairnFactorSetup *self);
gboolean cairn_factor_setup_has_codes  (CairnFactorSetup *self);

G_END_DECLS
