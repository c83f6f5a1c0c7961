/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CAIRN_TYPE_CAPS_LOCK (cairn_caps_lock_get_type ())
G_DECLARE_FINAL_TYPE (CairnCapsLock, cairn_caps_lock, CAIRN, CAPS_LOCK, AdwBin)

G_END_DECLS
