/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "client/cairn-security.h"

G_BEGIN_DECLS

const char *cairn_security_words_action  (const CairnActivity *activity);
const char *cairn_security_words_icon    (const CairnActivity *activity);
char       *cairn_security_words_details (const CairnActivity *activity, gboolean with_day);
char       *cairn_security_words_device  (const CairnDevice *device);
char       *cairn_security_words_used    (const CairnDevice *device);
char       *cairn_security_words_app     (const CairnConnectedApp *app);
char       *cairn_security_words_contact (CairnSecurity *security);
char       *cairn_security_words_factor  (CairnSecurity *security);
GtkWidget  *cairn_security_words_row     (const CairnActivity *activity, gboolean with_day);

G_END_DECLS
